"""Pages of PDF as pictures."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image


def page_of(pdf: Path, picture: Path, *, dots: int, number: int = 1) -> Path:
    """Write one page of a PDF as a picture of so many dots an inch; returns the picture."""
    command = ["pdftoppm", "-r", str(dots), "-png", "-f", str(number), "-singlefile"]
    subprocess.run([*command, str(pdf), str(picture.with_suffix(""))], check=True)
    return picture


def keep_top(picture: Path, share: float) -> None:
    """Leave of a picture its upper part, where the rest says nothing more."""
    with Image.open(picture) as page:
        top = page.crop((0, 0, page.width, round(page.height * share)))
    top.save(picture)
