"""``preau school``: « Mon école » without the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.demo.school import UAI
from tests.cli.command import Cli


def test_what_is_set_is_shown_and_kept(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(pupils=4), "--school", UAI, "--yes")
    before = preau("school", "--json").json
    assert (before["uai"], before["require_ine"], before["report_notices"], before["private"]) == (
        UAI,
        False,
        True,
        False,
    )
    sets = (
        "phone=05 61 00 00 00",
        "signatory_name=Mme Rouvière",
        "private=oui",
        "require_ine=oui",
        "sheet_life_days=60",
    )
    done = preau("school", *(word for one in sets for word in ("--set", one)), "--json")
    changed = {"phone": "05 61 00 00 00", "signatory_name": "Mme Rouvière", "private": True, "require_ine": True,
               "sheet_life_days": 60}  # fmt: skip
    assert done.json == {**before, **changed}
    again = preau("school")
    assert "require_ine\u00a0: oui" in again.err and "Mme Rouvière" in again.err


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("email=personne", "email_wrong"), ("phone=demain", "phone_wrong"), ("sheet_life_days=2", "sheet_life_wrong"),
        ("sheet_life_days=x", "setting_wrong"), ("require_ine=peut-être", "setting_wrong"), ("uai=1", "setting_unknown"),
        ("name", "setting_unknown"), ("name=", "name_missing"),
    ],
)  # fmt: skip
def test_one_that_is_wrong_is_said_and_none_is_written(small: Cli, wrong: str, code: str) -> None:
    before = small("school", "--json").json
    refused = small("school", "--set", "town=Ailleurs", "--set", wrong, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, code)
    assert small("school", "--json").json == before


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Nothing that a test of it does is kept."""
    preau = Cli(tmp_path_factory.mktemp("school"))
    preau("import", *preau.onde_files(pupils=4), "--school", UAI, "--yes")
    return preau
