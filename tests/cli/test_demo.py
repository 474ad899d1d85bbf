"""The demonstration tells its whole story without a display, into the folder that it is given."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtGui import QImage

from tests.cli.command import Cli


def test_without_a_display_it_leaves_pictures_sheets_and_a_log(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    done = preau("demo", "--output", tmp_path / "sortie", more={"QT_QPA_PLATFORM": "offscreen"})
    assert done.code == 0, done.err
    folder = tmp_path / "sortie"
    log = (folder / "journal.txt").read_text(encoding="utf-8")
    assert "236 élèves" in log and "7 activé" in log and "1 en cours d’activation" in log
    pages = sum(len(PdfReader(path).pages) for path in (folder / "feuilles").glob("*.pdf"))
    assert pages > 200
    pictures = sorted(path.name for path in (folder / "images").iterdir())
    assert {"responsables.png", "accueil.png", "livrets.png"} <= set(pictures)
    assert "en a pris connaissance" in log and (folder / "lsu" / "bilans.xml").is_file()
    assert QImage(str(folder / "images" / "responsables.png")).width() == 1280
    note = (folder / "LISEZMOI.txt").read_text(encoding="utf-8")
    key, vault = note.split("PREAU_VAULT_KEY=")[1].split()[0], note.split("PREAU_VAULT=")[1].split()[0]
    rows = preau("guardians", "--state", "active", "--json", more={"PREAU_VAULT": vault, "PREAU_VAULT_KEY": key}).json
    assert len({row["account_id"] for row in rows}) == 7
    reports = preau("reports", "list", "--json", more={"PREAU_VAULT": vault, "PREAU_VAULT_KEY": key}).json
    assert {row["state"] for row in reports} == {"published"} and sum(row["read"] for row in reports) == 1
    assert "Pour lire un bilan comme un parent" in note
