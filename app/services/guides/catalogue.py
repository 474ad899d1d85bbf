"""The guides that go along with the application, and where they are."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from app.models.errors import NotFound
from app.services.guides.blocks import Block, Heading, plain, read_blocks

_ROOT = Path(__file__).resolve().parents[3]


class Guide(StrEnum):
    """Who a guide is for; the value is the name of its file."""

    DIRECTOR = "directeur"
    ERUN = "erun"
    PARENT = "parent"
    OPERATOR = "operateur"


def folder() -> Path:
    """``guides`` and ``images`` are in it: in resources where Préau was installed, else in docs of the sources."""
    installed = _ROOT / "resources" / "docs"
    return installed if installed.is_dir() else _ROOT / "docs"


def markdown(guide: Guide) -> str:
    """Its text as it was written. Raises NotFound where this copy of Préau has lost it."""
    path = folder() / "guides" / f"{guide.value}.md"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        sentence = f"Le guide « {guide.value} » manque dans cette copie de Préau : installez-la de nouveau."
        raise NotFound("guide_missing", sentence) from error


@cache
def blocks(guide: Guide) -> tuple[Block, ...]:
    """Its blocks, read once."""
    return read_blocks(markdown(guide))


def title(guide: Guide) -> str:
    """« Guide de la direction »: its first heading."""
    return next(plain(block.spans) for block in blocks(guide) if isinstance(block, Heading))


def sections(guide: Guide) -> tuple[tuple[str, str], ...]:
    """The anchor and the title of each of its sections, the smaller ones too, in order."""
    found = (block for block in blocks(guide) if isinstance(block, Heading) and block.level > 1)
    return tuple((block.anchor, plain(block.spans)) for block in found)


def guide_of(link: str) -> tuple[Guide | None, str]:
    """The guide and the section that a link of a guide leads to; None and the section inside the same guide.

    Raises ValueError where it leads elsewhere: to another document, or out to the network.
    """
    file, _, anchor = link.partition("#")
    return (Guide(file.removesuffix(".md")) if file else None), anchor
