"""« Situation protégée »: from whom the school, the class, the town and the contact of a pupil are hidden."""

from __future__ import annotations

from app.models.tables import Row
from app.services.records.rows import SchoolRows


def knowing(rows: SchoolRows, pupil: Row) -> frozenset[str] | None:
    """The ids of the guardians who may know where a protected pupil is; None where she is not protected."""
    protection = pupil["protection"]
    return None if protection is None else frozenset(rows.resolve(row_id) for row_id in protection["knows"])


def hides(rows: SchoolRows, pupil: Row, guardian_id: str) -> bool:
    """Whether a guardian must not learn where this pupil is. One who is not named must not: nobody is by default."""
    knows = knowing(rows, pupil)
    return knows is not None and rows.resolve(guardian_id) not in knows
