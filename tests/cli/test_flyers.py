"""``preau flyers``: PDF files, counts, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from app.services.demo.school import UAI
from tests.cli.command import Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    found = Cli(tmp_path)
    found("import", *found.onde_files(), "--school", UAI, "--yes")
    return found


def test_the_directors_flyer_needs_no_server(preau: Cli) -> None:
    done = preau("flyers", "--kind", "directeur", "--pdf", "d.pdf", "--json")
    assert done.code == 0 and (done.json["pages"], done.json["classes"]) == (1, [])
    assert "ERUN" in PdfReader(preau.folder / "d.pdf").pages[0].extract_text()


def test_the_families_wait_for_the_portals_address(preau: Cli) -> None:
    done = preau("flyers", "--kind", "autonomie", "--pdf", "f.pdf", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "portal_unknown") and not (preau.folder / "f.pdf").exists()
    assert preau("flyers", "--kind", "autre", "--pdf", "f.pdf").code == 2
    unknown = preau("flyers", "--kind", "notification", "--pdf", "f.pdf", "--class", "CE9", "--json")
    assert unknown.json["error"]["code"] == "class_unknown"
