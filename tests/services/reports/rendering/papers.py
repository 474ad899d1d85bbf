"""A PDF read again by other tools than the one that drew it: poppler for its words, a checker for PDF/UA."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pdfua

_HYPHENS = "-\u00ad\u2010\u2011"


def text_of(pdf: bytes, folder: Path, *, raw: bool = True) -> str:
    """The words as poppler finds them, in the order in which they were drawn; ``raw`` False: as they lie on the page."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", *(["-raw"] if raw else ["-layout"]), "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def without_feet(text: str) -> str:
    """The text of all the pages, without the last line of each of them."""
    return "".join(page.rstrip("\n").rpartition("\n")[0] + "\n" for page in text.split("\f"))


def run_together(text: str) -> str:
    """A text as two readers can compare it: no spaces, no line ends, no hyphens, no marks that nobody sees."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(one for one in text if unicodedata.category(one)[0] not in "ZC" and one not in _HYPHENS)


def troubles(pdf: bytes, folder: Path) -> list[str]:
    """What the checker of PDF/UA-1 finds wrong."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    return [f"{found.rule_id}: {found.message}" for found in pdfua.validate(str(path)).findings]


def letters_of(text: str) -> set[str]:
    """Each word as its letters in order of the alphabet: poppler turns some pairs of Arabic letters round."""
    return {"".join(sorted(word)) for word in re.findall(r"\w+", text)}
