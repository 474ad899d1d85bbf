"""The payload of ``import.appliquer``: what two ONDE files say that the records did not, with the values then seen.

Only what is new, changed or gone travels. Each changed field is (the value that the director saw, ONDE's new value):
the server writes it only where the record still holds the former (sync.md, protocol 9).
"""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields, Changes


class YearEntry(ActFields):
    """The school year that the files belong to."""

    id: str
    label: str
    starts_on: str


class ClassroomEntry(ActFields):
    """A classroom that the records do not know in that year."""

    id: str
    label: str
    onde_id: str | None = None
    levels: str | None = None


class PupilEntry(ActFields):
    """A pupil: new (every value seen is None) or changed; ``classroom_id`` is the place in the year."""

    id: str
    changes: Changes
    enrolment_id: str
    classroom_id: str | None
    seen_classroom_id: str | None = None
    level: str | None = None
    placed: bool
    """Whether the pupil's place in the year is written: the file says the class, or there is none yet."""
    apart: tuple[str, ...] = ()
    """Records that look like a new pupil and that the preview, or the director, knew to be somebody else."""
    erased: bool = False
    """Whether what it said is gone for good: the record stands, empty."""


class ChildLink(ActFields):
    """That a guardian is responsible for a pupil."""

    responsibility_id: str
    pupil_id: str


class GuardianEntry(ActFields):
    """A guardian: new or changed; ``children`` are the links that the records lack."""

    id: str
    changes: Changes
    account_id: str
    children: tuple[ChildLink, ...] = ()
    apart: tuple[str, ...] = ()
    """As for a pupil: records that must not be taken for this guardian."""
    erased: bool = False
    """As for a pupil."""


class ImportFields(ActFields):
    """``import.appliquer``. ``gone_*`` are ids of records that a complete file no longer has: marked, never erased."""

    import_id: str
    year: YearEntry
    classrooms: tuple[ClassroomEntry, ...] = ()
    pupils: tuple[PupilEntry, ...] = ()
    guardians: tuple[GuardianEntry, ...] = ()
    gone_pupils: tuple[str, ...] = ()
    gone_guardians: tuple[str, ...] = ()
    ended_links: tuple[str, ...] = ()
    gone_classrooms: tuple[str, ...] = ()
    day: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    summary: dict[str, dict[str, int]] = Field(default_factory=dict)
    as_of: dict[str, str] = Field(default_factory=dict)
    """The day or instant of the extraction of each kind of file, as far as it is known."""
    seen_as_of: dict[str, str] = Field(default_factory=dict)
    """Those of the latest files before, as the director saw them: what came since is not overruled."""


class UndoImportFields(ActFields):
    """``import.annuler``."""

    import_id: str
