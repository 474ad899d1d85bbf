"""Texts made drawable: what paper cannot show is replaced, what it can show is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.reports.rendering.drawable import BREAK, drawable


@pytest.mark.parametrize("text", ["L’élève lit « Où ? » – œuvre, ç, Ÿ, ğ, نور", "a\nb", "", "x" * 25])
def test_what_the_font_draws_stays(text: str) -> None:
    assert drawable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("中\x07a", "\ufffda"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("a\tb", "a b"),
        ("\ufeff\u202ea", "a"),
        ("e\u0301", "é"),
        ("e\x07\u0301", "é"),
    ],
)
def test_what_it_cannot_draw_is_replaced_or_dropped(text: str, shown: str) -> None:
    assert drawable(text) == shown


def test_an_endless_word_may_be_broken_and_loses_nothing() -> None:
    shown = drawable("W" * 100)
    assert shown.replace(BREAK, "") == "W" * 100
    assert max(map(len, shown.split(BREAK))) == 12


@given(text=st.text())
def test_twice_is_once(text: str) -> None:
    once = drawable(text).replace(BREAK, "")
    assert drawable(once).replace(BREAK, "") == once
