"""What a page and a PDF of a bilan are drawn from: every word that they show, in order, and nothing about looks.

``Words`` are fixed: in French, and beside it in the family's language. A plain ``str`` is a name, a number or what a
teacher wrote: in French, and never translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Fixed words. ``other`` is in the family's language; empty in French, and where nobody translated them."""

    french: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the head: « Classe : CE2 B »."""

    label: Words
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: a domain, a part of one or a component of the socle."""

    name: Words
    items: tuple[str, ...] = ()
    """Elements of the programme."""
    text: str = ""
    """Appreciation; line breaks are kept."""
    mark: int | None = None
    """Which of the four steps is marked, from 0."""
    aside: Words | None = None
    """What stands in the place of a mark: « Non évalué », « Dispensé »."""


@dataclass(frozen=True, slots=True)
class Group:
    """A domain and its parts; the appreciation is the domain's."""

    head: Line
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose four last columns are a scale, one of them crossed on each line."""

    heading: Words
    columns: tuple[Words, ...]
    """What stands before the scale: three columns (domain, items, appreciation), or the component of the socle alone."""
    scale: Words
    steps: tuple[Words, Words, Words, Words]
    groups: tuple[Group, ...]

    @property
    def is_wide(self) -> bool:
        """Whether lines have items and an appreciation."""
        return len(self.columns) > 1


@dataclass(frozen=True, slots=True)
class Note:
    """A text under its label, if it has one."""

    text: str
    label: Words | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: Words
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Visa:
    """A box to sign on paper; ``dated`` is what goes before a day to be written by hand."""

    label: Words
    name: str = ""
    dated: Words | None = None


@dataclass(frozen=True, slots=True)
class Visas:
    """« Communication avec la famille »."""

    heading: Words
    boxes: tuple[Visa, ...]


@dataclass(frozen=True, slots=True)
class Presentation:
    """A bilan, ready to be drawn."""

    language: str
    """The family's language, BCP 47; « fr » where nothing stands beside the French."""
    rtl: bool
    """Whether that language is written from right to left."""
    title: Words
    period: Words | None
    pupil: str
    """« LOYEZ Clémence », as every page names him."""
    foot: str
    """What every page of the paper says beside the pupil: « Bilan périodique, 2026-2027 »."""
    page: Words
    """« page {page} sur {pages} »."""
    facts: tuple[Fact, ...]
    notices: tuple[Words, ...]
    """What a family of another language is told first."""
    grids: tuple[Grid, ...]
    sections: tuple[Section, ...]
    visas: Visas

    def words(self) -> Iterator[str]:
        """Every text that is shown, in order, without what belongs to the paper's pages."""
        shown = (self.title, self.period, self.notices, self.facts, self.grids, self.sections, self.visas)
        return (text for text in _texts(shown) if text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
