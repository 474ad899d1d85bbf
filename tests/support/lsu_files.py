"""LSU's XML of the first degree as other software writes it: valid against the schema, in every code that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "urn:fr:edu:scolarite:lsun:bilans:import"
UAI = "0310001H"
CYCLE_2 = ("FRA-RAC", "MAT-RAC", "EPS-RAC", "ART-RAC", "QLM-RAC", "EMC-RAC", "LGV-RAC")
CYCLE_3 = ("FRA-RAC", "MAT-RAC", "EPS-RAC", "ART-RAC", "STC-RAC", "HIG-RAC", "EMC-RAC", "LGV-RAC")
PARTS = {
    "FRA": ("LGO", "LEC", "ECR", "ETL"), "MAT": ("NBC", "GDM", "GEO"), "ART": ("PLA", "MUS", "HAR"),
    "QLM": ("VMO", "ETP"),
}  # fmt: skip
SOCLE = ("CPD_FRA", "CPD_ETR", "CPD_SCI", "CPD_ART", "MET_APP", "FRM_CIT", "SYS_NAT", "REP_MND")
JOURNEYS = ("PAR_CIT", "PAR_ART", "PAR_SAN")
SUPPORTS = ("PAP", "PPS", "UPE2A", "RASED", "ULIS", "PAI", "PPRE")
PERIODS = (("2026-09-01", "2026-11-30"), ("2026-12-01", "2027-03-12"), ("2027-03-15", "2027-07-03"))


@dataclass(frozen=True)
class Child:
    """A pupil of the file."""

    number: int
    ine: str
    last_name: str
    first_name: str
    room: int = 1


@dataclass
class LsuFile:
    """What a file holds; ``change`` is applied to the text at the end, for traps."""

    children: Sequence[Child]
    uai: str = UAI
    rooms: Sequence[tuple[str, str]] = (("101", "CE2 A"), ("102", "CM1 B"))
    cycle: int = 2
    year: int = 2026
    periods: Sequence[int] = (1,)
    version: str = "1.0"
    with_cycle_reports: bool = False
    general: str = "Trimestre sérieux.\nContinue ainsi."
    locked: str = "2026-12-04T17:30:00"
    changes: list[tuple[str, str]] = field(default_factory=list)

    def text(self) -> str:
        found = "".join(self._lines())
        for old, new in self.changes:
            assert old in found, old
            found = found.replace(old, new)
        return found

    def bytes(self) -> bytes:
        return self.text().encode()

    def _lines(self) -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<lsun-bilans xmlns="{NAMESPACE}" schemaVersion="{self.version}">\n'
        yield "<entete><editeur>ACME</editeur><application>Cahier</application>"
        yield f"<etablissement>{self.uai}</etablissement></entete>\n<donnees>\n"
        yield '<directeurs><directeur id="DIR1" civilite="MME" nom="Rouvière" prenom="Hélène"/></directeurs>\n<classes>'
        for number, (onde, label) in enumerate(self.rooms, 1):
            yield f'<classe id="CL{number}" id-be="{onde}" libelle={quoteattr(label)}/>'
        yield "</classes>\n<eleves>\n"
        for one in self.children:
            yield f'<eleve id="EL{one.number}" ine="{one.ine}" classe-ref="CL{one.room}" nom={quoteattr(one.last_name)} '
            yield f"prenom={quoteattr(one.first_name)}/>\n"
        yield "</eleves>\n<periodes>"
        for index in self.periods:
            starts, ends = PERIODS[index - 1]
            yield f'<periode id="PE{index}" millesime="{self.year}" indice="{index}" nb-periodes="3" '
            yield f'date-debut="{starts}" date-fin="{ends}"/>'
        yield '</periodes>\n<enseignants><enseignant id="EN1" civilite="M" nom="Marchetti" prenom="Luc"/></enseignants>\n'
        yield "<elements-programme>"
        for code in ("Lire à voix haute", "Calculer en ligne", "Nager 15 mètres"):
            yield f'<element-programme id="EP{code[:1]}" libelle={quoteattr(code)}/>'
        yield "</elements-programme>\n<parcours-communs>"
        for index in self.periods:
            yield f'<parcours-commun periode-ref="PE{index}" classe-ref="CL1">'
            yield '<parcours code="PAR_CIT">Élections de délégués.</parcours></parcours-commun>'
        yield "</parcours-communs>\n<bilans-periodiques>\n"
        for one in self.children:
            for index in self.periods:
                yield from self._periodic(one, index)
        yield "</bilans-periodiques>\n"
        if self.with_cycle_reports:
            yield "<bilans-cycle>\n"
            for one in self.children:
                yield from self._cycle_report(one)
            yield "</bilans-cycle>\n"
        yield "</donnees>\n</lsun-bilans>\n"

    def _periodic(self, child: Child, index: int) -> Iterator[str]:
        yield f'<bilan-periodique eleve-ref="EL{child.number}" periode-ref="PE{index}" enseignant-refs="EN1" '
        yield 'date-creation="2026-11-28" date-scolarite="2026-09-01" '
        yield f'date-verrou="{self.locked}" directeur-ref="DIR1">\n<liste-acquis>'
        for place, code in enumerate(CYCLE_2 if self.cycle == 2 else CYCLE_3):
            yield from self._domain(code, 1 + (place + child.number + index) % 4)
        yield "</liste-acquis>\n<liste-parcours>"
        yield "".join(f'<parcours code="{code}">Projet {code}.</parcours>' for code in JOURNEYS)
        yield "</liste-parcours>\n<modalites-accompagnement>"
        for code in SUPPORTS:
            inside = "<complement-ppre>Lecture, deux fois par semaine.</complement-ppre>" if code == "PPRE" else ""
            yield f'<modalite-accompagnement code="{code}">{inside}</modalite-accompagnement>'
        yield f"</modalites-accompagnement>\n<appreciation-generale>{escape(self.general)}</appreciation-generale>\n<socle>"
        yield "".join(f'<domaine code="{code}" positionnement="{n % 5}"/>' for n, code in enumerate(SOCLE))
        yield '</socle>\n<responsables><responsable civilite="MME" nom="Secrète" prenom="Adresse" lien-parente="MERE">'
        yield '<adresse ligne1="99 rue Cachée" code-postal="31999" commune="INCONNUE"/></responsable></responsables>\n'
        yield "</bilan-periodique>\n"

    def _domain(self, code: str, position: int) -> Iterator[str]:
        parts = [part for part in PARTS.get(code[:3], ()) if part != "HAR" or self.cycle == 3]
        own = "" if parts else f' positionnement="{position}"'
        yield f'<acquis code-domaine="{code}"{own} element-programme-refs="EPL EPC" non-evalue="false">'
        yield f"<appreciation>Progrès en {code}.</appreciation>"
        if parts:
            yield "<sous-domaines>"
            for place, part in enumerate(parts):
                yield f'<sous-domaine code-domaine="{code[:4]}{part}" positionnement="{1 + (position + place) % 4}" '
                yield 'element-programme-refs="EPN"/>'
            yield "</sous-domaines>"
        yield "</acquis>"

    def _cycle_report(self, child: Child) -> Iterator[str]:
        yield f'<bilan-cycle eleve-ref="EL{child.number}" cycle="2" millesime="{self.year}" enseignant-refs="EN1" '
        yield f'date-creation="2027-06-28" date-verrou="{self.locked}" directeur-ref="DIR1"><socle>'
        yield "".join(f'<domaine code="{code}" positionnement="{n % 5}"/>' for n, code in enumerate(SOCLE))
        yield "</socle><synthese>Socle acquis.</synthese></bilan-cycle>\n"


def new_ine(number: int) -> str:
    """A well-formed number of nine figures and two letters, ``120000001AB``."""
    return f"12{number:07d}AB"


def children(count: int, *, named: Callable[[int], tuple[str, str]] | None = None) -> list[Child]:
    """Invented pupils."""
    names = named or (lambda number: (f"Essai{number}", f"Enfant{number}"))
    return [Child(n, new_ine(n), *names(n)) for n in range(1, count + 1)]
