"""A guide as PDF: tagged (PDF/UA-1), with its contents, numbered pages and pictures, by ``resources/guides/guide.typ``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typst

from app.models.errors import PreauError
from app.services.guides import catalogue
from app.services.guides.blocks import Block, pictures
from app.services.guides.catalogue import Guide
from app.services.reports.rendering.drawable import FONT_FOLDER

TEMPLATE = Path(__file__).resolve().parents[3] / "resources" / "guides" / "guide.typ"


def draw_guide(guide: Guide) -> bytes:
    """The PDF of one guide; the same text gives the same bytes. Raises PreauError where a picture is lost."""
    blocks, folder = catalogue.blocks(guide), catalogue.folder()
    _need_pictures(folder / "guides", blocks)
    said = {
        "title": catalogue.title(guide), "a_page_each": guide is Guide.PARENT,
        "blocks": [asdict(block) for block in blocks[1:]],
    }  # fmt: skip
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER])
    compiler = typst.Compiler(root=folder, font_paths=fonts)
    drawn = compiler.compile(
        TEMPLATE.read_bytes(), sys_inputs={"guide": json.dumps(said)}, format="pdf",
        pdf_standards="ua-1", timestamp=0,
    )  # fmt: skip
    assert isinstance(drawn, bytes)
    return drawn


def write_guide(guide: Guide, *, path: Path) -> None:
    """The PDF in a file. Raises PreauError, or OSError where the file cannot be written."""
    path.write_bytes(draw_guide(guide))


def _need_pictures(beside: Path, blocks: tuple[Block, ...]) -> None:
    for path in pictures(blocks):
        if not (beside / path).is_file():
            name = Path(path).name
            sentence = f"L’image « {name} » du guide manque dans cette copie de Préau : installez-la de nouveau."
            raise PreauError("guide_picture_missing", sentence)
