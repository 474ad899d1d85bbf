"""What the bilans of an LSU file refer to: its people, classes, periods and programme items, by their ids in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.models.codes import LEVELS, ine_problem
from app.models.report_content import Journey, Period
from app.services.reports.found import ProblemList, PupilRef, refusal
from app.services.reports.lsu_values import day, number, paragraphs, words
from app.services.reports.xml_stream import local

MOST_PERIODS = 20
_CIVILITIES = {"M": "M.", "MME": "Mme"}


@dataclass(frozen=True, slots=True)
class FileClass:
    """A class of the file; a class of several levels has an id a level, ``123456_CP``."""

    label: str | None
    level: str | None
    onde_id: str | None = None


@dataclass(frozen=True, slots=True)
class FilePeriod:
    """A period and its year (millésime)."""

    year: int
    period: Period


@dataclass(slots=True)
class Book:
    """Everything that was read before the first bilan."""

    name: str
    problems: ProblemList
    uai: str = ""
    directors: dict[str, str] = field(default_factory=dict)
    teachers: dict[str, str] = field(default_factory=dict)
    classes: dict[str, FileClass] = field(default_factory=dict)
    pupils: dict[str, PupilRef] = field(default_factory=dict)
    pupil_classes: dict[str, str] = field(default_factory=dict)
    periods: dict[str, FilePeriod] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    shared: dict[tuple[str, str], tuple[Journey, ...]] = field(default_factory=dict)
    """Parcours common to a class, by (period, class)."""

    def read(self, element: Any) -> None:
        """Enter an element that is no bilan. Raises InputError for those that only the second degree has."""
        _READERS[local(element)](self, element)

    def enter_header(self, element: Any) -> None:
        for child in element:
            if local(child) == "etablissement":
                self.uai = "".join((child.text or "").split()).upper()

    def enter_director(self, element: Any) -> None:
        self.directors[element.get("id", "")] = _person(element)

    def enter_teacher(self, element: Any) -> None:
        self.teachers[element.get("id", "")] = _person(element)

    def enter_class(self, element: Any) -> None:
        ids = (element.get("id-be") or "", element.get("id") or "")
        found = (one.rpartition("_")[2].upper() for one in ids if "_" in one)
        level = next((one for one in found if one in LEVELS), None)
        onde_id = (element.get("id-be") or "").partition("_")[0].strip() or None
        self.classes[element.get("id", "")] = FileClass(_short(element.get("libelle")), level, onde_id)

    def enter_pupil(self, element: Any) -> None:
        if element.get("code-division") is not None:
            raise second_degree(self.name)
        ident, room = element.get("id", ""), element.get("classe-ref") or ""
        ine = "".join((element.get("ine") or "").split()).upper() or None
        known = self.classes.get(room)
        who = PupilRef(
            key=f"eleve:{self.name}:{ident}", ine=ine, last_name=words(element.get("nom")),
            first_name=words(element.get("prenom")), birth_date=day(element.get("date-naissance")),
            classroom=known.label if known else None, classroom_onde_id=known.onde_id if known else None,
        )  # fmt: skip
        trouble = ine_problem(ine) if ine else f"{who.words} n’a pas d’INE dans ce fichier."
        if trouble is not None:
            self.problems.warning(trouble, line=element.sourceline)
        self.pupils[ident], self.pupil_classes[ident] = who, room

    def enter_period(self, element: Any) -> None:
        get = element.get
        year = number(get("millesime"), least=2000, most=2100)
        index = number(get("indice"), least=0, most=MOST_PERIODS)
        count = number(get("nb-periodes"), least=1, most=MOST_PERIODS)
        if year is None or index is None or count is None:
            self.problems.error(
                f"Période « {words(get('id')) or '?'} » illisible (année, indice, nombre de périodes) : ses bilans sont "
                "laissés de côté.", line=element.sourceline,
            )  # fmt: skip
            return
        starts, ends = day(get("date-debut")), day(get("date-fin"))
        if starts is None or ends is None:
            self.problems.warning(f"La période {index} n’a pas ses deux dates.", line=element.sourceline)
        period = Period(index=index, count=count, starts_on=starts or "", ends_on=ends or "")
        self.periods[get("id", "")] = FilePeriod(year, period)

    def enter_item(self, element: Any) -> None:
        self.items[element.get("id", "")] = words(element.get("libelle")) or ""

    def enter_shared(self, element: Any) -> None:
        place = (element.get("periode-ref") or "", element.get("classe-ref") or "")
        self.shared[place] = journeys(element)

    def refuse(self, element: Any) -> None:
        raise second_degree(self.name)

    def programme(self, ids: tuple[str, ...], line: int) -> tuple[str, ...]:
        """The words of programme items; an id that the file does not explain is told."""
        if not ids:
            return ()
        missing = [one for one in ids if one not in self.items]
        if missing:
            self.problems.warning(f"Élément de programme « {missing[0]} » absent du fichier.", line=line)
        return tuple(found for one in ids if (found := self.items.get(one)))


_READERS: dict[str, Callable[[Book, Any], None]] = {
    "entete": Book.enter_header, "directeur": Book.enter_director, "enseignant": Book.enter_teacher,
    "classe": Book.enter_class, "eleve": Book.enter_pupil, "periode": Book.enter_period,
    "element-programme": Book.enter_item, "parcours-commun": Book.enter_shared,
    "responsables-etab": Book.refuse, "discipline": Book.refuse, "division": Book.refuse,
}  # fmt: skip
BOOK_TAGS = tuple(_READERS)


def journeys(element: Any) -> tuple[Journey, ...]:
    """The parcours below an element; those without a text say nothing."""
    found = ((child.get("code") or local(child), paragraphs(child.text)) for child in element)
    return tuple(Journey(code=code, text=text) for code, text in found if text)


def second_degree(name: str) -> Exception:
    """The file of a collège or lycée."""
    return refusal(
        "second_degree", name,
        "est un export du second degré (collège ou lycée). Préau lit les bilans du premier degré : choisissez "
        "l’export de l’école.",
    )  # fmt: skip


def _person(element: Any) -> str:
    """« Mme Lucie DURAND »; the civility may be missing."""
    said = (element.get("civilite") or "").strip()
    civility = _CIVILITIES.get(said.upper().rstrip("."), said)
    return words(f"{civility} {element.get('prenom') or ''} {(element.get('nom') or '').upper()}") or ""


def _short(text: str | None) -> str | None:
    found = words(text)
    return found[:200] if found else None
