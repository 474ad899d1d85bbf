"""``preau todo``, and ``--todo``: a line of Accueil is a filter of every list."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.demo.school import UAI
from tests.cli.command import Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    """A school of eight pupils, imported; nobody is notified yet."""
    made = Cli(tmp_path)
    made("import", *made.onde_files(pupils=8), "--school", UAI, "--yes")
    return made


def test_each_line_of_accueil_that_names_accounts_filters_the_lists(preau: Cli) -> None:
    items = {item["key"]: item for item in preau("todo", "--json").json}
    assert {"enrol", "not_notified", "no_mail"} <= items.keys()
    assert items["not_notified"]["sentence"].startswith(f"{items['not_notified']['count']}\u00a0")
    for key in ("not_notified", "no_mail"):
        rows = preau("guardians", "--todo", key, "--json").json
        assert len({row["account_id"] for row in rows}) == items[key]["count"], key
    listed = preau("list", "--todo", "no_mail", "--csv", "sans-mail.csv", "--json")
    assert listed.json["accounts"] == items["no_mail"]["count"]
    assert "no_mail" in preau("todo").out


def test_a_line_and_a_criterion_narrow_each_other(preau: Cli) -> None:
    everybody = preau("guardians", "--todo", "no_mail", "--json").json
    room = everybody[0]["classroom"]
    both = preau("guardians", "--todo", "no_mail", "--class", room, "--json").json
    assert both == [row for row in everybody if row["classroom"] == room]
    assert preau("guardians", "--todo", "no_mail", "--email", "with", "--json").json == []


def test_a_line_that_has_nothing_finds_nobody_and_a_wrong_one_is_wrong_use(preau: Cli) -> None:
    assert preau("guardians", "--todo", "blocked", "--json").json == []
    refused = preau("list", "--todo", "blocked", "--csv", "x.csv", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "nobody")
    assert preau("guardians", "--todo", "rien").code == 2
