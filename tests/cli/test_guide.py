"""``preau guide``: a guide as text or as PDF, on any machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from app.cli.commands import app


def test_a_guide_as_text_and_as_pdf(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["guide", "erun"]).stdout.startswith("# Guide de l’ERUN")
    file = tmp_path / "guide.pdf"
    done = runner.invoke(app, ["guide", "parent", "--pdf", str(file)])
    assert done.exit_code == 0 and "Guide des parents" in done.stderr and not done.stdout
    assert PdfReader(file).metadata.title == "Guide des parents"  # type: ignore[union-attr]


@pytest.mark.parametrize(("words", "code"), [(["personne"], 2), (["erun", "--pdf", "/nulle/part/a.pdf"], 1)])
def test_what_cannot_be(words: list[str], code: int) -> None:
    done = CliRunner().invoke(app, ["guide", *words])
    assert done.exit_code == code and "Traceback" not in done.output
