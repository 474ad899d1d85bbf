"""How the columns share the width of a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.guardians.columns import COLUMNS, GIVES_WAY, Place, fit

MARGINS = 40
SCROLL_BAR = 12
PANEL = 330 + 12
WIDE_WORDS = dict.fromkeys(Place, 400)


def test_with_the_panel_closed_every_column_fits_at_1280() -> None:
    assert set(fit(1280 - MARGINS - SCROLL_BAR, WIDE_WORDS)) == set(COLUMNS)


def test_at_1093_a_column_gives_way_rather_than_that_words_are_cut() -> None:
    widths = fit(1093 - MARGINS - SCROLL_BAR, WIDE_WORDS)
    assert set(COLUMNS) - set(widths) == {Place.LAST_ACCESS_ON, Place.ORIGIN}
    assert all(widths[place] >= COLUMNS[place].whole for place in widths)


def test_at_1093_short_words_leave_room_for_more_columns() -> None:
    assert set(COLUMNS) - set(fit(1093 - MARGINS - SCROLL_BAR, {})) == {Place.LAST_ACCESS_ON}


def test_with_the_panel_open_names_state_and_eye_stay() -> None:
    shown = set(fit(1093 - MARGINS - SCROLL_BAR - PANEL, WIDE_WORDS))
    assert {Place.TICK, Place.PUPIL, Place.GUARDIAN, Place.STATE, Place.EYE} <= shown
    assert Place.LAST_ACCESS_ON not in shown and Place.CLASSROOM in shown


@given(st.integers(700, 4000), st.dictionaries(st.sampled_from(Place), st.integers(0, 600)))
def test_the_columns_fill_the_table_and_none_is_too_narrow(width: int, wished: dict[Place, int]) -> None:
    widths = fit(width, wished)
    assert width - len(COLUMNS) <= sum(widths.values()) <= width
    assert all(widths[place] >= COLUMNS[place].least for place in widths)
    gone = [place for place in GIVES_WAY if place not in widths]
    assert gone == list(GIVES_WAY[: len(gone)])
