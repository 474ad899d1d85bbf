"""What stands on our papers, as data: drawn here or in another process, today or again in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.states import Letter


@dataclass(frozen=True, slots=True)
class SchoolHead:
    """The school as its papers name it."""

    name: str
    uai: str
    address: str
    """« 1 rue de l’Église, 31000 Toulouse », or empty."""
    phone: str
    email: str
    signatory: str
    portal: str
    """The parents' address as they type it, without its scheme."""
    hours: str = ""
    """When somebody answers, in the school's own words."""
    help_code: str = ""
    """By which a parent asks the school for help on the portal, « K7RW 3HNP »."""

    @property
    def code_line(self) -> str:
        """« Code de l’école pour demander de l’aide : K7RW 3HNP », or nothing."""
        code = self.help_code.replace(" ", "\u00a0")
        return f"Code de l’école pour demander de l’aide\u00a0: {code}" if code else ""


@dataclass(frozen=True, slots=True)
class Child:
    """A child on a sheet: first name and class."""

    first_name: str
    classroom: str


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One sheet: a page for one guardian. ``password`` is None on a reminder (C03)."""

    letter: Letter
    addressee: tuple[str, ...]
    """Name, then the address, a line each, as on an envelope."""
    salutation: str
    children: tuple[Child, ...]
    carrier: tuple[str, ...]
    """The child who takes the sheet home and its class; empty when it is sent by post."""
    login: str
    password: str | None
    link: str
    """What the QR code says."""
    dated: str
    """« Toulouse, le 9 septembre 2026 »."""
    group: str
    """« CE2B », « Envoi postal »."""
    number: int
    total: int
    batch: str
    deadline: str
    """The last day before which the sheet is surely valid, in words; empty on a reminder."""
    last_day: date | None = None
    """The day that ``deadline`` says, for the translation."""
    language: str = "fr"
    """The family's: another than French has the translation on the back."""


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One line to tick, or (``number`` None) a guardian whose sheet goes another way, which ``note`` names."""

    number: int | None
    pupil: str
    guardian: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Booklet:
    """The papers of one class, or those that go by post: a cover page to tick, then the sheets."""

    group: str
    """« CE2B », « Envoi postal »."""
    by_post: bool
    batch: str
    dated: str
    lines: tuple[CoverLine, ...]
    sheets: tuple[SheetContent, ...]
    two_sided: bool = False
    """A back for every page, blank where nothing stands on it: no family's sheet is printed on the back of another's."""
