"""Of which day are ONDE's files that entered the records: one that is older and comes late makes nobody leave."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.records.rows import SchoolRows

SETTING = "onde_extractions"
"""In the school's settings: {"pupils": day or instant of the latest file, "guardians": …}."""


def known_extractions(rows: SchoolRows) -> dict[str, str]:
    """The day, or the instant, of the latest file of each kind that was imported."""
    school = rows.get("schools", rows.school_id)
    return dict((school["settings"] or {}).get(SETTING) or {}) if school else {}


def is_older(one: str | None, other: str | None) -> bool:
    """Whether a day or instant lies before another; of one day, only where both tell the hour."""
    if not one or not other:
        return False
    told = min(len(one), len(other))
    return one[:told] < other[:told]


def note_extractions(rows: SchoolRows, as_of: Mapping[str, str]) -> None:
    """Remember the files of an import, as far as they are the latest."""
    school, known = rows.get("schools", rows.school_id), known_extractions(rows)
    latest = {kind: day for kind, day in as_of.items() if kind not in known or is_older(known[kind], day)}
    if school is not None and latest:
        rows.change("schools", school["id"], settings={**(school["settings"] or {}), SETTING: {**known, **latest}})
