"""Whatever a page says goes through the catalogues: nothing in the templates or the code of the portal stays outside."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.support.catalogues import PORTAL, ROOT

TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
MODULES = sorted(PORTAL.rglob("*.py"))
NAMES = {"Préau", "Français"}
"""Said alike in every language."""
ELSEWHERE = {"adressez-vous à l’école", "l’école", "renforcée"}
"""Words of the mails, translated there, and a value of the settings."""
FRENCH = re.compile(r"[À-ÿœŒ’«]|^[A-Z][a-z]+ [a-zà-ÿ]")
GAP = "\N{REPLACEMENT CHARACTER}"


def raw_words(template: str) -> list[str]:
    """What a template says by itself: its text, and the attributes that are read aloud."""
    data = GAP.join(value for _line, kind, value in Environment().lex(template) if kind == "data")
    aloud = re.findall(rf'(?:aria-label|title|alt|placeholder)="([^"{GAP}]+)"', data)
    text = re.sub(r"<[^>]*>|[a-z-]+=\"[^\"]*\"", " ", data)
    words = re.findall(r"[^\W\d_]{2,}", text)
    return [word for word in [*words, *aloud] if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_outside_the_catalogues(path: Path) -> None:
    assert raw_words(path.read_text("utf-8")) == []


def test_what_is_outside_would_be_seen() -> None:
    assert raw_words('<p>{{ _("Oui") }} : Non</p>') == ["Non"]
    assert raw_words('<p aria-label="Non">{{ _("Oui") }}</p>') == ["Non"]


def unmarked(source: str) -> list[str]:
    """French literals that are neither in ``_`` nor a docstring."""
    tree = ast.parse(source)
    known = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            known |= {id(part) for part in node.args}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [
        str(node.value) for node in texts
        if id(node) not in known and FRENCH.search(str(node.value)) and node.value not in NAMES | ELSEWHERE
    ]  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_french_sentence_of_the_portal_is_marked(path: Path) -> None:
    assert unmarked(path.read_text("utf-8")) == []


def test_what_is_not_marked_would_be_seen() -> None:
    assert unmarked('A = "Vérifiez-la."\nB = _("Vérifiez-la.")') == ["Vérifiez-la."]
