"""``preau language`` as a script uses it, through a real server."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader

from app.services.demo.school import UAI
from tests.cli.command import Cli


def test_the_languages_are_listed() -> None:
    cli = Cli(Path())
    assert [one["code"] for one in cli("language", "--json").json["languages"]] == ["fr", "en", "ar", "tr"]


def test_a_family_gets_its_sheet_in_two_languages(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(), "--school", UAI, "--yes")
    with preau.linked():
        row = preau("guardians", "--json").json[0]
        assert preau("language", row["login"], "--json").json["language"] == "fr"
        done = preau("language", row["login"], "tr", "--json").json
        assert (done["language"], done["changed"]) == ("tr", True)
        assert not preau("language", row["login"], "tr", "--json").json["changed"]
        [school] = preau("sync", "--json").json["schools"]
        assert school["pending"] == 0 and school["refused"] == 0
    paper = tmp_path / "feuilles.pdf"
    assert preau("notify", "--class", row["classroom"], "--sheets", str(paper), "--yes").code == 0
    texts = [page.extract_text() for page in PdfReader(paper).pages]
    assert sum("Traduction en turc" in text for text in texts) == 1
    refused = preau("language", row["login"], "zz", "--json")
    assert refused.code == 1 and refused.json["error"]["code"] == "language_unknown"
