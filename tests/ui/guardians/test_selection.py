"""Which accounts are ticked, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.ui.guardians import selection


@pytest.mark.parametrize(
    ("ticked", "outside", "words"),
    [
        (0, 0, "0\u00a0responsable sélectionné"),
        (1, 0, "1\u00a0responsable sélectionné"),
        (37, 4, "37\u00a0responsables sélectionnés, dont 4\u00a0hors du filtre"),
        (15000, 0, "15\u202f000\u00a0responsables sélectionnés"),
    ],
)
def test_the_counter_agrees(ticked: int, outside: int, words: str) -> None:
    assert selection.sentence(ticked, outside) == words


accounts = st.frozensets(st.integers(0, 6).map(str))


@given(accounts, accounts)
def test_toggling_twice_ticks_all_then_none_of_them_and_touches_nobody_else(
    ticked: frozenset[str], asked: frozenset[str]
) -> None:
    once = selection.toggle(ticked, asked)
    assert once - asked == ticked - asked
    assert not (once & asked) if asked <= ticked else asked <= once


@given(accounts, accounts)
def test_the_box_says_none_some_or_all(ticked: frozenset[str], shown: frozenset[str]) -> None:
    expected = {0: Qt.CheckState.Unchecked, len(shown): Qt.CheckState.Checked}
    state = expected.get(len(ticked & shown), Qt.CheckState.PartiallyChecked)
    assert selection.box(ticked, shown) is (state if shown else Qt.CheckState.Unchecked)
