"""Reads printed sheets as a phone and an eye do: the page as a picture, the code in it, the words on it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image
from pypdf import PdfReader


@dataclass(frozen=True)
class PaperSheet:
    """What one page says."""

    address: str
    text: str


def read_sheets(path: Path) -> list[PaperSheet]:
    """The sheets of a PDF, covers left out; the QR codes are read from a picture at 150 dots an inch."""
    prefix = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", str(path), str(prefix)], check=True)
    texts = [page.extract_text() for page in PdfReader(path).pages]
    found = []
    for number, picture in enumerate(sorted(path.parent.glob(f"{prefix.name}-*.png"))):
        with Image.open(picture) as image:
            codes = zxingcpp.read_barcodes(image)
        found += [PaperSheet(code.text, texts[number]) for code in codes]
        picture.unlink()
    return found
