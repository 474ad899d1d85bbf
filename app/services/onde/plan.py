"""What an import would do, in words: shown whole before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.acts import Seen
from app.models.acts_import import ImportFields
from app.models.tables import Row
from app.services.onde.dates import shown_date
from app.services.onde.problems import Problem

GONE_SHARE_TO_CONFIRM = 0.10
OF_LAST_YEAR = (
    "Ce fichier ressemble à celui de l’année dernière\u00a0: presque tous les élèves y ont leur ancien niveau. Relancez "
    "l’extraction dans ONDE sur la nouvelle année."
)
OLDER = (
    "Ce fichier est plus ancien que celui qui a déjà été importé ({known})\u00a0: personne n’est marqué comme parti. Pour "
    "les départs, relancez l’extraction dans ONDE."
)
NEVER_EMPTIED = frozenset({"ine", "birth_date", "last_name", "first_name"})
"""An empty cell never takes these away: absence erases nothing."""

FIELD_LABELS = {
    "last_name": "Nom", "usage_name": "Nom d’usage", "first_name": "Prénom", "birth_date": "Date de naissance",
    "sex": "Sexe", "ine": "INE", "address": "Adresse", "postal_code": "Code postal", "town": "Commune",
    "civility": "Civilité", "country": "Pays", "email": "Courriel", "phone_home": "Téléphone domicile",
    "phone_work": "Téléphone travail", "mobile": "Téléphone portable", "classroom": "Classe", "level": "Niveau",
    "children": "Enfants", "back": "Retour", "year": "Année",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, in French, its old and its new value (None: empty)."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that changes, field by field."""

    name: str
    changes: tuple[FieldChange, ...]


@dataclass(slots=True)
class Section:
    """One family of records: names of the new and the gone, the changed, how many stay as they are."""

    new: list[str] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        """The four figures, as the command line gives them."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "gone": len(self.gone),
            "unchanged": self.unchanged,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: an id of a record, « new » or « skip », and its words."""

    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can decide. Unanswered, the line concerned is left aside."""

    id: str
    file: str
    line: int
    sentence: str
    choices: tuple[Choice, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "file": self.file,
            "line": self.line,
            "question": self.sentence,
            "choices": [{"answer": choice.answer, "words": choice.words} for choice in self.choices],
        }


@dataclass(slots=True)
class Plan:
    """What would be written (``fields``) and how it reads."""

    fields: ImportFields
    pupils: Section
    guardians: Section
    classes: Section
    questions: list[Question]
    problems: list[Problem]
    year_label: str
    new_year: bool
    partial: bool
    """The files hold only some classes: nobody is gone unless the director says that they are complete."""
    pupils_before: int
    guardians_before: int = 0
    promoted: int = 0
    stayed: int = 0
    """Pupils who keep their level: in a new year, those who stay down."""
    leavers: int = 0
    """Of the gone in a new year, those who were in the last level of the school."""
    last_level: str = ""
    """That level, « CM2 »."""
    of_last_year: bool = False
    """The file looks like last year's: asked about before it is written."""
    older: str = ""
    """Says that a file extracted later is in the records already: nobody is gone unless the director says so."""

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "warning"]

    @property
    def changes_nothing(self) -> bool:
        """Whether committing would write nothing at all."""
        content = self.fields
        return not (
            content.pupils or content.guardians or content.classrooms or content.gone_pupils
            or content.gone_guardians or content.ended_links or content.gone_classrooms
        )  # fmt: skip

    @property
    def needs_gone_confirmation(self) -> bool:
        """More than a tenth of the school would be marked as gone: a second confirmation is asked."""
        return self.gone_words is not None

    @property
    def gone_words(self) -> str | None:
        """« 40 élèves sur 247 » where more than a tenth of the pupils, or of the guardians, would be gone; else None."""
        found = [
            f"{len(gone)}\u00a0{word}{'s' if len(gone) > 1 else ''} sur {before}"
            for gone, word, before in (
                (self.pupils.gone, "élève", self.pupils_before),
                (self.guardians.gone, "responsable", self.guardians_before),
            )
            if len(gone) > GONE_SHARE_TO_CONFIRM * before
        ]
        return " et ".join(found) or None

    def as_json(self) -> dict[str, Any]:
        """The command line's object."""
        return {
            "pupils": self.pupils.counts(),
            "guardians": self.guardians.counts(),
            "classes": self.classes.counts(),
            "ambiguous": [question.as_json() for question in self.questions],
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


def differences(row: Row, values: Mapping[str, str | None]) -> dict[str, Seen]:
    """The fields of a file's line that differ from ONDE's values in the record."""
    return {
        name: (row[name], value)
        for name, value in values.items()
        if row[name] != value and not (value is None and name in NEVER_EMPTIED)
    }


def show(changes: Mapping[str, Seen]) -> tuple[FieldChange, ...]:
    """Changes in words, dates as they are shown."""
    return tuple(
        FieldChange(FIELD_LABELS[name], shown_date(old), shown_date(new))
        if name == "birth_date"
        else FieldChange(FIELD_LABELS[name], old, new)
        for name, (old, new) in changes.items()
    )


def full_name(values: Mapping[str, str | None]) -> str:
    """« NOM Prénom »."""
    return f"{(values.get('last_name') or '').upper()} {values.get('first_name') or ''}".strip()
