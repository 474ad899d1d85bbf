"""docs/ecrans.md names pictures that are there, each made by ``make screenshots``."""

from __future__ import annotations

import re

from tests.screenshots.kept import DOCS_PICTURES, ROOT


def test_every_picture_is_there_and_made_again_at_each_change() -> None:
    named = set(re.findall(r"\]\(images/([^)]+)\)", (ROOT / "docs" / "ecrans.md").read_text(encoding="utf-8")))
    assert len(named) >= 6 and named <= set(DOCS_PICTURES.values())
    assert [name for name in DOCS_PICTURES.values() if not (ROOT / "docs" / "images" / name).is_file()] == []
