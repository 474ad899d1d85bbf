"""``preau worklist``: the list, its files, and the tick."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from app.services.demo.school import UAI
from tests.cli.command import Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    """A school of twenty pupils, imported."""
    made = Cli(tmp_path)
    made("import", *made.onde_files(), "--school", UAI, "--yes")
    return made


def test_the_list_its_files_and_the_tick(preau: Cli) -> None:
    found = preau("worklist", "--pdf", "onde.pdf", "--xlsx", "onde.xlsx", "--csv", "onde.csv", "--json")
    lines = found.json["lines"]
    assert found.code == 0 and found.json["left"] == len(lines) > 0
    text = "".join(page.extract_text() for page in PdfReader(preau.folder / "onde.pdf").pages)
    assert lines[0]["pupil"] in text and "Colonne d’ONDE" in text
    assert len((preau.folder / "onde.csv").read_text(encoding="utf-8-sig").splitlines()) == len(lines) + 1
    assert (preau.folder / "onde.xlsx").read_bytes()[:2] == b"PK"
    code = lines[0]["code"]
    ticked = preau("worklist", "--done", code, "--json").json
    assert ticked["left"] == len(lines) - 1 and ticked["lines"][0]["state"] == "ticked"
    assert preau("worklist", "--not-done", code, "--json").json["left"] == len(lines)
    assert lines[0]["who"] in preau("worklist").out


def test_a_line_that_is_not_there_is_a_refusal(preau: Cli) -> None:
    done = preau("worklist", "--done", "pupils/x/ine", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "line_unknown")
