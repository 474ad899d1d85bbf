"""One bilan of an LSU file, as canonical content. Addresses and guardians are passed over (DESIGN, « Who may see »)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.models.codes import cycle_of
from app.models.report_content import (
    CycleReport,
    Domain,
    Journey,
    PeriodicReport,
    PupilOfReport,
    SchoolOfReport,
    SocleDomain,
    SubDomain,
    Support,
)
from app.services.reports.found import FoundBilan, PupilRef
from app.services.reports.lsu_book import Book, FileClass, journeys
from app.services.reports.lsu_values import day, is_true, moment, number, paragraphs, refs, words
from app.services.reports.xml_stream import local

NO_LOCK = "Pas de date de verrouillage lisible\u00a0: le bilan arrivera déverrouillé."
_OF_CYCLE_2, _OF_CYCLE_3 = frozenset({"QLM"}), frozenset({"STC", "HIG"})
_IGNORED = frozenset({"responsables"})


def read_periodic(element: Any, book: Book) -> FoundBilan | None:
    """A « bilan-periodique »; None, and an error, where its child or its period is not in the file."""
    who, period = _pupil(element, book), book.periods.get(element.get("periode-ref") or "")
    if who is None or period is None:
        if who is not None:
            book.problems.error(f"Bilan de {who.words} sans période connue : laissé de côté.", line=element.sourceline)
        return None
    room = _room(element, book)
    parts = _Parts(element, book)
    own = parts.journeys
    shared = book.shared.get((element.get("periode-ref") or "", book.pupil_classes[element.get("eleve-ref")]), ())
    content = PeriodicReport(
        **_common(element, book, who, room), year=period.year, cycle=_cycle(room, parts.domains), period=period.period,
        schooled_on=day(element.get("date-scolarite")), domains=parts.domains, socle=parts.socle,
        journeys=_merged((*shared, *own)), supports=parts.supports, general=parts.text("appreciation-generale"),
    )  # fmt: skip
    return FoundBilan(element.sourceline, who, content, _locked(element, book))


def read_cycle(element: Any, book: Book) -> FoundBilan | None:
    """A « bilan-cycle »; None, and an error, where its child, its cycle or its year cannot be read."""
    who = _pupil(element, book)
    cycle = number(element.get("cycle"), least=1, most=4)
    year = number(element.get("millesime"), least=2000, most=2100)
    if who is None or cycle is None or year is None:
        if who is not None:
            book.problems.error(
                f"Bilan de fin de cycle de {who.words} sans cycle ou sans année : laissé de côté.",
                line=element.sourceline,
            )
        return None
    parts = _Parts(element, book)
    content = CycleReport(
        **_common(element, book, who, _room(element, book)), year=year, cycle=cycle, socle=parts.socle,
        synthesis=parts.text("synthese"),
    )  # fmt: skip
    return FoundBilan(element.sourceline, who, content, _locked(element, book))


class _Parts:
    """The children of a bilan, read once; an element that nobody knows is told once."""

    def __init__(self, element: Any, book: Book) -> None:
        self._book = book
        self._texts: dict[str, str] = {}
        self.domains: tuple[Domain, ...] = ()
        self.socle: tuple[SocleDomain, ...] = ()
        self.journeys: tuple[Journey, ...] = ()
        self.supports: tuple[Support, ...] = ()
        for child in element:
            self._take(local(child), child)

    def text(self, tag: str) -> str:
        return self._texts.get(tag, "")

    def _take(self, tag: str, child: Any) -> None:
        match tag:
            case "liste-acquis":
                self.domains = tuple(_domain(one, self._book) for one in child)
            case "socle":
                self.socle = tuple(_socle(one, self._book) for one in child)
            case "liste-parcours":
                self.journeys = journeys(child)
            case "modalites-accompagnement":
                self.supports = tuple(_support(one) for one in child)
            case "appreciation-generale" | "synthese":
                self._texts[tag] = paragraphs(child.text) or ""
            case _ if tag not in _IGNORED:
                _unknown(tag, self._book)


def _common(element: Any, book: Book, who: PupilRef, room: FileClass | None) -> dict[str, Any]:
    return {
        "school": SchoolOfReport(uai=book.uai, name=""),
        "pupil": PupilOfReport(last_name=who.last_name or "", first_name=who.first_name or ""),
        "level": room.level if room else None, "classroom": room.label if room else None,
        "teachers": tuple(name for one in refs(element.get("enseignant-refs")) if (name := book.teachers.get(one))),
        "director": book.directors.get(element.get("directeur-ref") or "") or None,
        "created_on": day(element.get("date-creation")),
    }  # fmt: skip


def _pupil(element: Any, book: Book) -> PupilRef | None:
    who = book.pupils.get(element.get("eleve-ref") or "")
    if who is None:
        book.problems.error("Bilan d’un élève que le fichier ne décrit pas : laissé de côté.", line=element.sourceline)
    return who


def _room(element: Any, book: Book) -> FileClass | None:
    return book.classes.get(book.pupil_classes.get(element.get("eleve-ref") or "", ""))


def _locked(element: Any, book: Book) -> Any:
    found = moment(element.get("date-verrou"))
    if found is None:
        book.problems.warning(NO_LOCK, line=element.sourceline)
    return found


def _domain(element: Any, book: Book) -> Domain:
    appreciation, parts = None, list[SubDomain]()
    for child in element:
        match local(child):
            case "appreciation":
                appreciation = paragraphs(child.text)
            case "sous-domaines":
                parts += [_part(one, book) for one in child]
            case other:
                _unknown(other, book)
    return Domain(**_judged(element, book), appreciation=appreciation, parts=tuple(parts))


def _part(element: Any, book: Book) -> SubDomain:
    return SubDomain(**_judged(element, book))


def _judged(element: Any, book: Book) -> dict[str, Any]:
    get = element.get
    return {
        "code": (get("code-domaine") or "").strip() or "?",
        "items": book.programme(refs(get("element-programme-refs")), element.sourceline),
        "position": _grade(get("positionnement"), 1, book, element.sourceline),
        "not_evaluated": is_true(get("non-evalue")),
    }


def _grade(text: str | None, least: int, book: Book, line: int) -> int | None:
    if not text or not text.strip():
        return None
    found = number(text, least=least, most=4)
    if found is None:
        book.problems.warning(f"Positionnement « {text.strip()[:20]} » inconnu, laissé de côté.", line=line)
    return found


def _socle(element: Any, book: Book) -> SocleDomain:
    code = (element.get("code") or "").strip() or "?"
    return SocleDomain(code=code, mastery=_grade(element.get("positionnement"), 0, book, element.sourceline))


def _support(element: Any) -> Support:
    texts = (paragraphs(child.text) for child in element if local(child).startswith("complement"))
    return Support(code=words(element.get("code")) or "?", complement=next(texts, None))


def _merged(found: Iterable[Journey]) -> tuple[Journey, ...]:
    """One entry a parcours: what the whole class did, then what this child did."""
    texts: dict[str, list[str]] = {}
    for one in found:
        if one.text not in texts.setdefault(one.code, []):
            texts[one.code].append(one.text)
    return tuple(Journey(code=code, text="\n".join(lines)) for code, lines in texts.items())


def _cycle(room: FileClass | None, domains: tuple[Domain, ...]) -> int | None:
    """The cycle of the level, else what its domains tell; None where neither does (the records may)."""
    known = cycle_of(room.level) if room else None
    if known:
        return int(known)
    heads = {domain.code[:3] for domain in domains}
    return 2 if heads & _OF_CYCLE_2 else 3 if heads & _OF_CYCLE_3 else None


def _unknown(tag: str, book: Book) -> None:
    book.problems.warning(f"Élément « {tag[:40]} » inconnu, laissé de côté.")
