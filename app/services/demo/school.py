"""Draws the demonstration school: families first, then their children's classes, then the two files of ONDE."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.models.names import fold
from app.services.demo import people

UAI = "0990001N"
NAME = "École primaire des Tilleuls"
DETAILS = {
    "address": "4 rue des Tilleuls", "postal_code": "09990", "town": "Valbrune", "phone": "05 36 49 00 00",
    "email": "ecole.tilleuls@example.org",
    "opening_hours": "lundi, mardi, jeudi, vendredi, 8\u00a0h\u00a030 à 16\u00a0h\u00a030",
    "signatory_name": "Mme Hélène Rouvière", "signatory_title": "La directrice",
}  # fmt: skip
CLASSES = (
    ("PS-MS Mme Garrigou", ("PS", "MS")), ("MS-GS M. Pélissier", ("MS", "GS")), ("GS Mme Tanguy", ("GS",)),
    ("CP Mme Aubrac", ("CP",)), ("CP-CE1 M. Sabatier", ("CP", "CE1")), ("CE1 Mme Le Goff", ("CE1",)),
    ("CE2 M. Marchetti", ("CE2",)), ("CE2-CM1 Mme Vaïsse", ("CE2", "CM1")), ("CM1 M. Kerbrat", ("CM1",)),
    ("CM2 Mme Rouvière", ("CM2",)),
)  # fmt: skip
_PUPIL_HEADER = (
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;"
    "Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;"
    "Autorisation photo;Décision de passage"
)
_GUARDIAN_HEADER = (
    "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;"
    "CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable"
)
_CHILD_HEADER = "Nom d'usage élève;Nom de famille élève;Prénom élève;Classes élèves"
_LABELS = {
    "PS": "PETITE SECTION", "MS": "MOYENNE SECTION", "GS": "GRANDE SECTION", "CP": "COURS PREPARATOIRE",
    "CE1": "COURS ELEMENTAIRE 1", "CE2": "COURS ELEMENTAIRE 2", "CM1": "COURS MOYEN 1", "CM2": "COURS MOYEN 2",
}  # fmt: skip
_BORN = {"PS": 2023, "MS": 2022, "GS": 2021, "CP": 2020, "CE1": 2019, "CE2": 2018, "CM1": 2017, "CM2": 2016}
_CYCLES = {"PS": "CYCLE I", "MS": "CYCLE I", "GS": "CYCLE I", "CP": "CYCLE II", "CE1": "CYCLE II", "CE2": "CYCLE II"}


@dataclass(frozen=True, slots=True)
class DemoPupil:
    """One child; ``born`` is ``JJ/MM/AAAA``."""

    last_name: str
    first_name: str
    sex: str
    born: str
    ine: str
    level: str
    classroom: str
    address: tuple[str, str, str]


@dataclass(slots=True)
class DemoGuardian:
    """One adult and the children that she is responsible for."""

    civility: str
    last_name: str
    usage_name: str
    first_name: str
    address: tuple[str, str, str]
    email: str
    mobile: str
    children: list[DemoPupil] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """Everybody of the school."""

    pupils: tuple[DemoPupil, ...]
    guardians: tuple[DemoGuardian, ...]

    def pupils_csv(self) -> bytes:
        """The « Élèves » extraction, as ONDE has made it since 2017: ISO-8859-1, semicolons."""
        number = {label: f"{990100 + place}" for place, (label, _) in enumerate(CLASSES)}
        rows = [
            (p.last_name.upper(), "", p.first_name, p.born, p.sex, p.ine, *p.address, "FRANCE", "", "", "", "",
             _CYCLES.get(p.level, "CYCLE III"), _LABELS[p.level], p.classroom, number[p.classroom], "Oui", "Non", "Oui", "")
            for p in sorted(self.pupils, key=lambda p: (fold(p.last_name), fold(p.first_name)))
        ]  # fmt: skip
        return _csv(_PUPIL_HEADER.split(";"), rows)

    def guardians_csv(self) -> bytes:
        """The « Responsables » extraction: a block of four columns for each child."""
        most = max(len(guardian.children) for guardian in self.guardians)
        header = (
            _GUARDIAN_HEADER.split(";")
            + ["Nom d'usage élève", "Nom de famille élève", "Prénom élève", "Classes élèves"] * most
        )
        rows = []
        for g in sorted(self.guardians, key=lambda g: (fold(g.last_name), fold(g.first_name))):
            row = [g.civility, g.usage_name.upper(), g.last_name.upper(), g.first_name, *g.address, "FRANCE", g.email, "", "",
                   g.mobile]  # fmt: skip
            for child in g.children:
                row += ["", child.last_name.upper(), child.first_name, child.classroom]
            rows.append((*row, *[""] * (4 * (most - len(g.children)))))
        return _csv(header, rows)


def make_school(*, pupils: int = 236, seed: int = 2026) -> DemoSchool:
    """The school of that size; the same seed gives the same people."""
    return _Drawing(random.Random(seed)).school(pupils)  # noqa: S311 - invented people need no secrecy


class _Drawing:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pupils: list[DemoPupil] = []
        self._guardians: list[DemoGuardian] = []
        self._names: set[tuple[str, str, str]] = set()

    def school(self, pupils: int) -> DemoSchool:
        while len(self._pupils) < pupils:
            self._family(min(self._rng.choices((1, 2, 3, 4), (74, 21, 4, 1))[0], pupils - len(self._pupils)))
        return DemoSchool(tuple(self._pupils), tuple(self._guardians))

    def _family(self, children: int) -> None:
        rng = self._rng
        name, home = rng.choice(people.FAMILY_NAMES), self._home()
        levels = sorted(rng.sample(list(_BORN), children), key=list(_BORN).index)
        siblings = [self._pupil(name, level, home) for level in levels]
        mother_name = name if rng.random() < 0.25 else rng.choice(people.FAMILY_NAMES)
        usage = name if mother_name != name and rng.random() < 0.5 else ""
        self._adult("Mme", rng.choice(people.MOTHERS), mother_name, usage, home, siblings)
        if rng.random() < 0.86:
            elsewhere = self._home() if rng.random() < 0.17 else home
            self._adult("M.", rng.choice(people.FATHERS), name, "", elsewhere, siblings)

    def _pupil(self, name: str, level: str, home: tuple[str, str, str]) -> DemoPupil:
        rng = self._rng
        sex = rng.choice("FM")
        while True:
            first = rng.choice(people.GIRLS if sex == "F" else people.BOYS)
            born = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{_BORN[level]}"
            if (name, first, born) not in self._names:
                break
        self._names.add((name, first, born))
        ine = f"{rng.randrange(10**8, 10**9)}{''.join(rng.choices('ABCDEFGHJK', k=2))}"
        room = rng.choice([label for label, levels in CLASSES if level in levels])
        pupil = DemoPupil(name, first, sex, born, ine, level, room, home)
        self._pupils.append(pupil)
        return pupil

    def _adult(
        self, civility: str, first: str, last: str, usage: str, home: tuple[str, str, str], children: list[DemoPupil]
    ) -> None:  # fmt: skip
        rng = self._rng
        address = f"{fold(first)}.{fold(usage or last)}{rng.randint(2, 99)}".replace(" ", "-")
        email = f"{address}@example.org" if rng.random() < 0.62 else ""
        mobile = f"06 39 98 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}" if rng.random() < 0.78 else ""
        self._guardians.append(DemoGuardian(civility, last, usage, first, home, email, mobile, list(children)))

    def _home(self) -> tuple[str, str, str]:
        code, town = self._rng.choice(people.TOWNS)
        return f"{self._rng.randint(1, 60)} {self._rng.choice(people.STREETS)}", code, town


def _csv(header: list[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([header, *rows])
    return _latin(text.getvalue()).encode("cp1252")


def _latin(text: str) -> str:
    """What ONDE's encoding cannot hold is written as ONDE does: Šimić, Yıldız without their marks."""
    return "".join(char if _fits(char) else fold(char).capitalize() or "?" for char in text)


def _fits(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
