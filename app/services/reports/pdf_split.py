"""Which pages of a PDF are whose: by INE, else name and birth date, else name and class; what nothing tells is asked.

A page that says nothing of anybody belongs to the child of the page before. One that begins another document, or names
somebody, and whom the records do not know, never does: it would be shown to the wrong family.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.models.names import fold
from app.services.reports.found import PupilRef
from app.services.reports.pdf_pages import FoundPdf
from app.services.reports.pdf_words import TOP, Facts, folded, read_facts
from app.services.reports.roster import Roster, RosterPupil

NOT_KNOWN = "Aucun élève de vos dossiers n’y est reconnu."
NO_NAME = "Rien n’y dit de quel élève il s’agit."
TOO_LONG = (
    "Ce document est deux fois plus long que les autres, et ces pages ne nomment personne : sont-elles du même élève ?"
)
ENOUGH = 3
"""Documents of one length that make it the usual one."""
OF_SEVERAL = "Ces pages parlent de plusieurs élèves."
SEVERAL = "several"
_LABELS = r"(?: (?:nom|prenoms?|de|d|l|usage|famille|naissance|eleve|s)){0,4} "
_LONGEST_DOCUMENT = 12


@dataclass(frozen=True, slots=True)
class PdfGroup:
    """Pages (from 1) of one document of one child: ``pupil``, or None where a person is asked who it is."""

    file: str
    pages: tuple[int, ...]
    pupil: RosterPupil | None
    who: PupilRef
    facts: Facts
    candidates: tuple[RosterPupil, ...] = ()
    why: str = ""

    @property
    def key(self) -> str:
        """Names the question about these pages."""
        return self.who.key


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whom a page shows: one sure child, several possible ones, a stranger, or nobody."""

    pupil: RosterPupil | None = None
    candidates: tuple[RosterPupil, ...] = ()
    stranger: str = ""
    why: str = ""

    @property
    def nobody(self) -> bool:
        return self.pupil is None and not self.candidates and not self.stranger


class _Span(NamedTuple):
    """Where a page mentions a pupil; ``full`` by all her first names."""

    start: int
    end: int
    full: bool


@dataclass(slots=True)
class _Group:
    seen: _Seen
    facts: Facts
    pages: list[int] = field(default_factory=list)
    proven: set[int] = field(default_factory=set)
    """The pages that name the child."""


def split(pdf: FoundPdf, roster: Roster) -> tuple[PdfGroup, ...]:
    """The pages of a PDF, child by child, in their order."""
    groups: list[_Group] = []
    for number, text in enumerate(pdf.texts, 1):
        facts, plain = read_facts(text), folded(text)
        current = groups[-1] if groups else None
        seen = identify(facts, plain, roster, first=current is None)
        if seen.nobody and current is not None:
            seen = _list_of_others(plain, roster, current.seen.pupil)
        if current is not None and _continues(current, seen, facts, plain):
            current.facts = current.facts.with_rest(facts)
        elif plain or current is not None:
            groups.append(current := _Group(seen, facts))
        else:
            continue  # a blank page before everybody
        current.pages.append(number)
        if current.seen.pupil is not None and (seen.pupil or _mentions_of(current.seen.pupil, plain)):
            current.proven.add(number)
    return tuple(_closed(pdf.name, group) for group in _cut(groups))


def _cut(groups: list[_Group]) -> Iterator[_Group]:
    """Groups that are twice as long as most may hold the pages of a child whom nothing announced: a person decides."""
    lengths = Counter(len(group.pages) for group in groups if group.seen.pupil)
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    for group in groups:
        doubtful = [page for page in group.pages[usual:] if page not in group.proven]
        if group.seen.pupil is None or count < ENOUGH or len(group.pages) < 2 * usual or not doubtful:
            yield group
            continue
        place = group.pages.index(doubtful[0])
        yield replace(group, pages=group.pages[:place])
        yield _Group(_Seen(None, (group.seen.pupil,), why=TOO_LONG), group.facts, group.pages[place:])


def identify(facts: Facts, plain: str, roster: Roster, *, first: bool = True) -> _Seen:
    """Whom a page shows. ``first``: it opens the file, so that a name and a class may be enough."""
    known = [roster.by_ine[ine] for ine in sorted(facts.ines) if ine in roster.by_ine]
    if len(known) == 1 and len(facts.ines) == 1:
        [pupil] = known
        if not facts.births or pupil.birth_date in facts.births or _mentions(pupil, plain):
            return _Seen(pupil)
        return _Seen(
            None, (pupil,), why=f"L’INE est celui de {pupil.name}, mais ni son nom ni sa naissance ne sont là."
        )
    if len(facts.ines) > 1:
        return _Seen(None, tuple(known), stranger=SEVERAL, why=OF_SEVERAL)
    born = _best([one for day in sorted(facts.dates) for one in roster.by_birth.get(day, ())], plain)
    if facts.ines and any(one.ine for one in born):
        return _Seen(None, tuple(born), next(iter(facts.ines)), "L’élève de ce nom a un autre INE dans vos dossiers.")
    if len(born) == 1:
        return _Seen(born[0])
    if born:
        return _Seen(None, tuple(born), why="Plusieurs élèves ont ce nom et cette date de naissance.")
    if facts.ines or facts.births:
        return _Seen(None, stranger=min(facts.ines | facts.births), why=NOT_KNOWN)
    return _by_class(plain, roster) if first or facts.opens else _Seen()


def _by_class(plain: str, roster: Roster) -> _Seen:
    """By a name and a class at the top of a page: below, another child may only be mentioned."""
    top = plain[:TOP]
    named = _best([one for one in roster.pupils.values() if any(last in top for last in one.surnames)], top)
    in_class = [one for one in named if one.latest and one.latest.label and _has(fold(one.latest.label), top)]
    if len(in_class) == 1:
        return _Seen(in_class[0])
    return _Seen(None, tuple(named), why=NO_NAME) if named else _Seen()


def _continues(current: _Group, seen: _Seen, facts: Facts, plain: str) -> bool:
    """Whether a page goes on with the document of the page before."""
    if seen.pupil is not None:
        return seen.pupil is current.seen.pupil and not current.facts.is_elsewhere(facts)
    if seen.candidates and seen.candidates == (current.seen.pupil,):
        return True
    if not seen.nobody:
        return bool(seen.stranger) and seen.stranger == current.seen.stranger and seen.stranger != SEVERAL
    if not facts.opens:
        return True
    same_child = current.seen.pupil is not None and bool(_mentions_of(current.seen.pupil, plain))
    return (same_child or _is_next(current, facts)) and not current.facts.is_elsewhere(facts)


def _list_of_others(plain: str, roster: Roster, current: RosterPupil | None) -> _Seen:
    """A page that names several other children whole is a list of the class, and goes to no family unasked."""
    others = [one for one in roster.pupils.values() if one is not current and _mentions_of(one, plain)]
    return _Seen(stranger=SEVERAL, why=OF_SEVERAL) if len(others) > 1 else _Seen()


def _is_next(current: _Group, facts: Facts) -> bool:
    """« page 2 sur 3 » of a document that is known to be short, not of the whole class."""
    page, count = facts.page or (0, 0)
    return page == len(current.pages) + 1 and page > 1 and count <= _LONGEST_DOCUMENT


def _closed(file: str, group: _Group) -> PdfGroup:
    seen = group.seen
    who = PupilRef(
        key=f"pages:{file}:{group.pages[0]}", ine=next(iter(sorted(group.facts.ines)), None),
        birth_date=next(iter(sorted(group.facts.births)), None),
    )  # fmt: skip
    why = seen.why or (NO_NAME if seen.pupil is None else "")
    return PdfGroup(file, tuple(group.pages), seen.pupil, who, group.facts, seen.candidates, why)


def _mentions(pupil: RosterPupil, plain: str) -> bool:
    firsts = {key for name in pupil.first_names for key in (name, name.split(" ")[0])}
    return any(_has(name, plain) for name in pupil.surnames | firsts)


def _best(found: Sequence[RosterPupil], plain: str) -> list[RosterPupil]:
    """Those whose first name and surname stand side by side; a mention within a longer one is not theirs.

    « MARTIN Jean-Pierre » is not Jean. Twins who are both named on a page stay two: a person decides.
    """
    spans = {one.pupil_id: (one, _mentions_of(one, plain)) for one in found}
    kept = []
    for one, own in spans.values():
        others = [span for other, theirs in spans.values() if other is not one for span in theirs]
        if any(not any(_covers(other, span) for other in others) for span in own):
            kept.append(one)
    return kept


def _covers(other: _Span, span: _Span) -> bool:
    """Whether a mention is part of a longer one, or the same words are somebody's full name."""
    within = other.start <= span.start and span.end <= other.end
    longer = (other.end - other.start) > (span.end - span.start)
    return within and (longer or other.full > span.full)


def _mentions_of(pupil: RosterPupil, plain: str) -> list[_Span]:
    found = []
    for last in pupil.surnames:
        for first in pupil.first_names:
            found += _spans(last, first, plain, full=True)
            short = first.split(" ")[0]
            if short != first:
                found += _spans(last, short, plain, full=False)
    return found


def _spans(last: str, first: str, plain: str, *, full: bool) -> list[_Span]:
    if last not in plain or first not in plain:
        return []
    one, two = re.escape(last), re.escape(first)
    pattern = rf"\b(?:{one}{_LABELS}{two}|{two}{_LABELS}{one})\b"
    return [_Span(match.start(), match.end(), full) for match in re.finditer(pattern, plain)]


def _has(words: str, plain: str) -> bool:
    return bool(words) and f" {words} " in f" {plain} "
