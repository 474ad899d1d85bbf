"""Names as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.names import fold, login_stem


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("D’ORNANO  Lœtitia-Élise", "d ornano loetitia elise"),
        ("N'GUESSAN", "n guessan"),
        ("Łukasz Strauß", "lukasz strauss"),
        ("Bjørn Æsir", "bjorn aesir"),
        ("ﬁlle", "fille"),
        (" Cycle", "cycle"),
        ("Décision de passage *", "decision de passage"),
        ("İbrahim", "ibrahim"),
        ("", ""),
        ("<img src=x>", "img src x"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x41, max_codepoint=0x17F), max_size=30))
def test_case_never_counts(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper().lower())


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_stem_is_never_empty_and_plain(first: str, last: str) -> None:
    initial, _, name = login_stem(first, last).partition(".")
    assert len(initial) == 1
    assert name
    assert (initial + name).isascii()
    assert (initial + name).isalpha()
