"""UAI, INE, levels and school years."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.codes import (
    LEVELS,
    clean_uai,
    cycle_of,
    ine_problem,
    read_level,
    read_levels,
    school_year_label,
    school_year_start,
    uai_problem,
)

KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@pytest.mark.parametrize("uai", ["0382032C", "0752550P", "0310001H"])
def test_true_school_numbers(uai: str) -> None:
    assert uai_problem(uai) is None


@given(st.integers(0, 9_999_999))
def test_one_letter_only_fits_a_number(number: int) -> None:
    fitting = [key for key in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if uai_problem(f"{number:07d}{key}") is None]
    assert fitting == [KEYS[number % 23]]


@pytest.mark.parametrize("text", ["", "0382032", "0382032CC", "038 2032C", "A382032C", "０３８２０３２C"])
def test_no_school_number(text: str) -> None:
    assert uai_problem(text) is not None


def test_a_number_is_cleaned_as_typed() -> None:
    assert clean_uai(" 038 2032c ") == "0382032C"


@pytest.mark.parametrize("ine", ["123456789AB", f"1111111111{KEYS[1_111_111_111 % 23]}"])
def test_shapes_of_ine(ine: str) -> None:
    assert ine_problem(ine) is None


@pytest.mark.parametrize("ine", ["", "123", "1111111111A", "12345678901", "123456789ab"])
def test_no_ine(ine: str) -> None:
    assert ine_problem(ine) is not None


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("CE1", ("CE1",)),
        ("01 COURS PREPARATOIRE-COURS ELEMENTAIRE 1", ("CP", "CE1")),
        ("Cours préparatoire", ("CP",)),
        ("MOYENNE SECTION", ("MS",)),
        ("TOUTE PETITE SECTION", ("TPS",)),
        ("CM2 / CM1", ("CM1", "CM2")),
        ("CLIS", ("ULIS",)),
        ("Classe de M Machin", ()),
        ("", ()),
    ],
)
def test_levels_in_words(text: str, levels: tuple[str, ...]) -> None:
    assert read_levels(text) == levels
    assert read_level(text) == (levels[0] if levels else None)


def test_cycles() -> None:
    assert [cycle_of(level) for level in LEVELS] == ["1"] * 4 + ["2"] * 3 + ["3"] * 2 + [None]
    assert cycle_of(None) is None


@pytest.mark.parametrize(
    ("day", "label"),
    [(date(2026, 7, 31), "2025-2026"), (date(2026, 8, 1), "2026-2027"), (date(2027, 1, 5), "2026-2027")],
)
def test_a_school_year_opens_on_the_first_of_august(day: date, label: str) -> None:
    assert school_year_label(school_year_start(day)) == label
