"""A line of « À corriger dans ONDE », in ONDE's words: its columns and screens as its extractions name them (onde.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.models.acts_erasure import PersonTable
from app.models.names import fold

Key = tuple[PersonTable, str, str]
"""(table, record, what): one line a value."""
FIELDS: dict[PersonTable, dict[str, str]] = {
    "pupils": {
        "last_name": "Nom élève", "usage_name": "Nom d’usage élève", "first_name": "Prénom élève",
        "birth_date": "Date naissance", "sex": "Sexe", "ine": "INE", "classroom": "Libellé classe",
    },
    "guardians": {
        "civility": "Civilité responsable", "usage_name": "Nom usage responsable", "last_name": "Nom responsable",
        "first_name": "Prénom responsable", "address": "Adresse responsable", "postal_code": "CP responsable",
        "town": "Commune responsable", "country": "Pays", "email": "Courriel", "phone_home": "Téléphone domicile",
        "phone_work": "Téléphone travail", "mobile": "Téléphone portable",
    },
}  # fmt: skip
"""ONDE's columns, in the order of its own files."""
TIE, TWICE, IDENTITY = "tie", "twice", "identity"
"""What is no column: a child who is not his, a record too many, and names to compare with an identity card."""
_NO_COLUMN = {TIE: "Élève rattaché", TWICE: "Responsable en double", IDENTITY: "Nom et prénom responsable"}
_PUPIL_SCREEN = "La fiche de l’élève, que donne l’extraction «\u00a0Élèves\u00a0»"
_GUARDIAN_SCREEN = "La fiche du responsable, que donne l’extraction «\u00a0Responsables\u00a0»"
"""ONDE's own screens have no public names: only its extractions are named (reference: the headers that it writes)."""


class State(StrEnum):
    """How far a line is."""

    TODO = "todo"
    DOUBTED = "doubted"
    """Said to be done; a later import does not show it."""
    TICKED = "ticked"
    """Said to be done; the next import will show it."""
    DONE = "done"
    """An import has shown it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one works in ONDE: a class, then a pupil's record. ``rank`` is the order of the school's classes."""

    rank: int
    classroom: str
    pupil: str

    @property
    def words(self) -> str:
        """« CE2 Mme Aubrac · CHÂTELAIN Zoé »."""
        return f"{self.classroom} · {self.pupil}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to correct. Texts are ready to be shown; dates are where the school is."""

    table: PersonTable
    record_id: str
    what: str
    """The name of a field, or « tie:<pupil> », « twice:<guardian> », « identity »."""
    place: Place
    who: str
    onde: str
    """What ONDE says, as far as its last file tells."""
    right: str
    """What it should say; empty where nobody knows yet."""
    why: str
    """In a few words."""
    more: str = ""
    """A sentence more, where there is one to say."""
    since: date | None = None
    at: str = ""
    """Since when, as a stored instant; a tick that is older does not answer it."""
    known: bool = False
    """Whether it can be done at once, without asking anybody."""
    value: str = ""
    """What to copy into ONDE; empty where there is nothing to type."""
    ticked_on: date | None = None
    ticked_by: str = ""
    answered: bool = False
    """Whether the tick is the school's answer to a parent: then it is not taken back here."""
    doubted_on: date | None = None
    """The day of a later import that does not show it."""
    done_on: date | None = None

    @property
    def key(self) -> Key:
        return self.table, self.record_id, self.what

    @property
    def code(self) -> str:
        """What the command line calls the line by."""
        return "/".join(self.key)

    @property
    def kind(self) -> str:
        """« Élève » or « Responsable »."""
        return "Élève" if self.table == "pupils" else "Responsable"

    @property
    def field(self) -> str:
        """The column, in ONDE's words."""
        return field_words(self.table, self.what)

    @property
    def where(self) -> str:
        """The screen of ONDE."""
        return _PUPIL_SCREEN if self.table == "pupils" else _GUARDIAN_SCREEN

    @property
    def state(self) -> State:
        if self.done_on is not None:
            return State.DONE
        if self.ticked_on is None:
            return State.TODO
        return State.TICKED if self.doubted_on is None else State.DOUBTED

    @property
    def state_words(self) -> str:
        """How far it is, in a sentence without its full stop."""
        if self.done_on is not None:
            return f"Fait\u00a0: l’import du {self.done_on:%d-%m-%Y} le montre"
        if self.ticked_on is None:
            return "À faire"
        said = f"Coché fait le {self.ticked_on:%d-%m-%Y}"
        if self.doubted_on is None:
            return f"{said}, à voir au prochain import"
        return f"{said}, mais l’import du {self.doubted_on:%d-%m-%Y} ne le montre pas"


def field_words(table: PersonTable, what: str) -> str:
    """A column in ONDE's words."""
    return FIELDS[table].get(what) or _NO_COLUMN[what.partition(":")[0]]


def in_order(line: Line) -> tuple[object, ...]:
    """By class, pupil, the pupil's own values before those of guardians, and in the order of ONDE's columns."""
    columns = list(FIELDS[line.table])
    column = columns.index(line.what) if line.what in columns else len(columns)
    place = line.place
    return (place.rank, fold(place.pupil), line.table != "pupils", fold(line.who), line.record_id, column, line.what)
