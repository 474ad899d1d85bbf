"""Letters of text messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.models.gsm import LETTERS, without_rare_letters


def test_names_stay_readable() -> None:
    assert without_rare_letters("École Saint-Exupéry, l’Haÿ-les-Roses") == "École Saint-Exupéry, l'Hay-les-Roses"
    assert without_rare_letters("Cœur d’Évêque") == "Coeur d'Éveque"


@given(st.text())
def test_nothing_rare_is_left(text: str) -> None:
    assert set(without_rare_letters(text)) <= LETTERS
