"""ONDE's value, and the correction beside it."""

from __future__ import annotations

from app.models.corrections import effective, settle_corrections
from app.models.tables import new_row

CORRECTION = {"town": {"value": "Toulouse", "onde": "Tolouse", "by": "Mme Durand", "at": "2026-09-09T08:00:00.000000Z"}}
ROW = new_row(
    "guardians", school_id="s", id="g", last_name="DUPONT", first_name="Zoé", town="Tolouse", corrections=CORRECTION
)


def test_the_correction_counts() -> None:
    assert effective(ROW, "town") == "Toulouse"
    assert effective(ROW, "last_name") == "DUPONT"


def test_a_correction_to_nothing_counts() -> None:
    row = {**ROW, "corrections": {"town": {**CORRECTION["town"], "value": None}}}
    assert effective(row, "town") is None


def test_it_stands_while_onde_says_the_same() -> None:
    assert settle_corrections(ROW, {"last_name": "DUPOND"})["corrections"] == CORRECTION


def test_it_ends_when_onde_changes_or_agrees() -> None:
    for value in ("Toulouse", "Blagnac"):
        row = settle_corrections(ROW, {"town": value})
        assert (row["town"], row["corrections"]) == (value, None)
