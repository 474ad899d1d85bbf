"""Who is meant by a name as it is typed: nom de naissance or nom d’usage, all first names or the first alone."""

from __future__ import annotations

from app.models.corrections import effective
from app.models.names import first_name_keys, surname_key
from app.models.tables import Row
from app.services.records.rows import SchoolRows


def bears(row: Row, *, last_name: str, first_name: str) -> bool:
    """Whether a pupil or a guardian has this name."""
    typed, (whole, first) = surname_key(last_name), first_name_keys(first_name)
    known_whole, known_first = first_name_keys(effective(row, "first_name"))
    if not typed or not whole or typed not in surnames(row):
        return False
    return whole in (known_whole, known_first) or first == known_whole


def surnames(row: Row) -> set[str]:
    """The ways in which a surname may be typed, as they are compared."""
    return {surname_key(effective(row, name)) for name in ("last_name", "usage_name")} - {""}


def pupils_named(rows: SchoolRows, *, last_name: str, first_name: str) -> list[Row]:
    """The pupils of that name who are in the school."""
    here = [row for row in rows.all("pupils") if row["left_on"] is None]
    return [row for row in here if bears(row, last_name=last_name, first_name=first_name)]


def guardians_of(rows: SchoolRows, pupil_id: str) -> list[Row]:
    """The guardians of a pupil, whatever they may see."""
    links = [link for link in rows.where("responsibilities", pupil_id=pupil_id) if link["ended_on"] is None]
    found = [rows.get("guardians", link["guardian_id"]) for link in links]
    return [row for row in found if row is not None and row["gone_on"] is None]
