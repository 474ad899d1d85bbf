"""``preau stats`` beside the list it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.demo.school import UAI
from tests.cli.command import Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    found = Cli(tmp_path)
    found("import", *found.onde_files(), "--school", UAI, "--yes")
    return found


def test_the_object_counts_what_the_list_shows(preau: Cli) -> None:
    rows = preau("guardians", "--json").json
    found = preau("stats", "--json").json
    assert found["accounts"] == len({row["account_id"] for row in rows})
    assert found["by_state"] == {"not_notified": found["accounts"], "notified": 0, "activating": 0, "active": 0}
    for label in {row["classroom"] for row in rows}:
        accounts = {row["account_id"] for row in rows if row["classroom"] == label}
        assert found["by_class"][label]["accounts"] == len(accounts)
    assert next(iter(found["by_level"])) == "PS"
    assert (found["pupils"], found["pupils_with_active_guardian"]) == (len({row["pupil"] for row in rows}), 0)
    assert found["reports"] == {"all": {"published": 0, "read_by_one": 0, "read_by_each": 0}, "by_class": {}}
    assert found["rates"]["from_level"] == "CP" and found["activations"]["all"]["total"] == 0


def test_levels_narrow_and_wrong_ones_are_wrong_use(preau: Cli) -> None:
    whole = preau("stats", "--json").json
    some = preau("stats", "--level", "CP", "--level", "ce1", "--json").json
    assert some["levels"] == list(some["by_level"]) == ["CP", "CE1"]
    assert some["by_level"]["CP"] == whole["by_level"]["CP"] and some["accounts"] < whole["accounts"]
    assert preau("stats", "--level", "sixième").code == 2


def test_without_json_the_tables_are_words(preau: Cli) -> None:
    done = preau("stats")
    assert done.code == 0 and "Total" in done.out and "% d’élèves ayant au moins un responsable activé" in done.out
    assert "CP Mme Aubrac" in done.out
