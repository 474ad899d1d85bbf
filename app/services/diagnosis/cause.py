"""What a cause is: a rule that looks at facts, and everything that there is to say and to do where it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.services.diagnosis.facts import Facts


class Entrance(StrEnum):
    """The deck's three scenarios; the value is the letter that people know."""

    FRANCECONNECT = "A"
    SMS = "B"
    NOTIFIED = "C"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Entrance.FRANCECONNECT: "A\u00a0: FranceConnect", Entrance.SMS: "B\u00a0: son portable, un code par SMS",
    Entrance.NOTIFIED: "C\u00a0: compte notifié par l’école",
}  # fmt: skip
BY_HIMSELF = frozenset({Entrance.FRANCECONNECT, Entrance.SMS})
BY_THE_SCHOOL = frozenset({Entrance.NOTIFIED})
EVERY = frozenset(Entrance)
NONE = frozenset[Entrance]()


class Where(StrEnum):
    """Where it is put right; the value is what screens say."""

    ONDE = "dans ONDE"
    HERE = "ici"
    LSU = "dans LSU"
    PARENT = "par le parent"


class Remedy(StrEnum):
    """What one can do about it here: the window has a button for each, the command line its name."""

    SHEET = "sheet"
    RESEND = "resend"
    RESET = "reset"
    REOPEN = "reopen"
    CORRECT_GUARDIAN = "correct_guardian"
    CORRECT_CHILD = "correct_child"
    PROLONG = "prolong"
    OPEN_ACCOUNT = "open_account"
    HAND_OUT = "hand_out"
    DUPLICATES = "duplicates"
    REPORTS = "reports"
    REQUESTS = "requests"
    SYNCHRONISE = "synchronise"
    IMPORT = "import"
    ENROL = "enrol"

    @property
    def label(self) -> str:
        return _BUTTONS[self]


_BUTTONS = {
    Remedy.SHEET: "Imprimer sa feuille…",
    Remedy.RESEND: "Renvoyer le courriel d’activation…", Remedy.RESET: "Donner un nouveau mot de passe…",
    Remedy.REOPEN: "Rouvrir l’accès", Remedy.CORRECT_GUARDIAN: "Corriger sa fiche…",
    Remedy.CORRECT_CHILD: "Corriger la fiche de l’élève…", Remedy.PROLONG: "Prolonger sa feuille",
    Remedy.OPEN_ACCOUNT: "Ouvrir son compte", Remedy.HAND_OUT: "Voir les feuilles à remettre",
    Remedy.DUPLICATES: "Voir les deux fiches", Remedy.REPORTS: "Ouvrir «\u00a0Livrets\u00a0»",
    Remedy.REQUESTS: "Voir les demandes", Remedy.SYNCHRONISE: "Synchroniser maintenant",
    Remedy.IMPORT: "Importer depuis ONDE…", Remedy.ENROL: "Relier ce poste…",
}  # fmt: skip


class Weight(StrEnum):
    """How a cause counts on the panel of an account, where there is little room."""

    DOOR = "door"
    """Told always."""
    BEFORE = "before"
    """Told until he is notified: whoever has a sheet or a link in hand needs none of it."""
    NOTE = "note"
    """Told on the page of the diagnosis alone."""


Holds = Callable[[Facts], str | None]
"""None where the cause does not hold; else what it is about, put into the sentences (empty where they need nothing)."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a guardian does not come in, or sees nothing once in. ``{}`` of a sentence is what ``holds`` found.

    ``say`` is for the phone: it names no password, no date of birth, nothing of the other parent. ``source`` is the line
    that the rule comes from.
    """

    code: str
    title: str
    source: str
    stops: frozenset[Entrance]
    where: Where
    fact: str
    advice: str
    say: str
    holds: Holds
    remedy: Remedy | None = None
    weight: Weight = Weight.DOOR
    child_id: Callable[[Facts], str | None] = lambda _facts: None
    """The pupil whose record the remedy is about."""


def when(test: Callable[[Facts], object]) -> Holds:
    """A rule whose sentences need nothing."""
    return lambda facts: "" if test(facts) else None
