"""A class printed by another program still: Chromium, tagged, tables over pages, ligatures, one set of fonts for all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.services.reports.pdf_pages import read_pdf
from tests.services.reports.cast import JEAN, JEAN_PIERRE, STRANGER, ZOE, livret
from tests.support.browser import chromium
from tests.support.class_pdfs import Printed

STYLE = "td{border:1px solid #999;padding:6px} section{break-after:page} table{border-collapse:collapse}"


def section(child: Printed) -> str:
    lines = "".join(
        f"<tr><td>Domaine {number}<td>Lire et comprendre<td>Secret de {child.first_name} : des efforts à poursuivre.<td>X<td>"
        for number in range(40)
    )
    return (
        f"<section><p>École élémentaire Marie Curie<br>1 rue de l’Église<br>31000 TOULOUSE<p>Année scolaire 2026-2027"
        f"<h1>Bilan des acquis scolaires de l’élève - Cycle 2</h1><p>1<sup>er</sup> trimestre"
        f"<p><b>{child.last_name.upper()} {child.first_name}</b>, né(e) le {child.born} — INE {child.ine}"
        f"<table>{lines}</table></section>"
    )


@pytest.mark.browser
def test_what_a_browser_prints_is_split_and_drawn_alike(tmp_path: Path) -> None:
    body = "".join(section(child) for child in (ZOE, JEAN, STRANGER, JEAN_PIERRE))
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<meta charset=utf-8><style>{STYLE}</style>{body}")
        content = page.pdf(format="A4", tagged=True, outline=True)
    with livret(tmp_path / "livret") as book:
        plan = book.preview(content).plan
    pages = {line.pupil: line.pages for line in plan.split}
    assert list(pages) == ["CHÂTELAIN Zoé", "MARTIN Jean", None, "MARTIN Jean-Pierre"] and len(pages["MARTIN Jean"]) > 1
    assert [one.line.flags for one in plan.new] == [(), (), ()]
    jean = next(one for one in plan.new if one.pupil == "MARTIN Jean")
    document = plan.documents[jean.line.document]
    assert "Secret de Zoé" not in "".join(read_pdf("jean.pdf", document).texts) and b"/StructTreeRoot" not in document
    whole, own = tmp_path / "classe.pdf", tmp_path / "jean.pdf"
    whole.write_bytes(content)
    own.write_bytes(document)
    for place, number in enumerate(pages["MARTIN Jean"], 1):
        assert drawn(own, place) == drawn(whole, number)


def drawn(path: Path, page: int) -> bytes:
    """A page as pixels."""
    command = ["pdftoppm", "-r", "60", "-f", str(page), "-l", str(page), str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout
