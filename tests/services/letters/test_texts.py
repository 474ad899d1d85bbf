from __future__ import annotations

from datetime import date

import pytest

from app.models.states import Letter
from app.services.letters import texts


def test_dates_are_in_words() -> None:
    assert texts.day_in_words(date(2026, 11, 21)) == "21\u00a0novembre\u00a02026"
    assert texts.day_in_words(date(2027, 3, 1)) == "1er\u00a0mars\u00a02027"


@pytest.mark.parametrize(
    ("civility", "greeting", "label"),
    [
        ("M.", "Monsieur", "M."), ("MME", "Madame", "Mme"), ("Mme", "Madame", "Mme"), ("MLLE", "Madame", "Mme"),
        (None, "Madame, Monsieur", ""), ("", "Madame, Monsieur", ""), ("Dr", "Madame, Monsieur", ""),
    ],
)  # fmt: skip
def test_every_civility_of_onde_has_its_greeting(civility: str | None, greeting: str, label: str) -> None:
    assert (texts.salutation(civility), texts.civility_label(civility)) == (greeting, label)


def test_dates_follow_the_catalogue_of_a_language() -> None:
    assert texts.day_in_words(date(2027, 3, 1), "tr") == "1\u00a0Mart\u00a02027"
    assert texts.day_in_words(date(2027, 3, 1), "tlh") == "1er\u00a0mars\u00a02027"


def _sentences() -> list[str]:
    found: list[str] = []
    for value in vars(texts).values():
        if isinstance(value, str) and value != texts.__doc__:
            found.append(value)
        elif isinstance(value, dict) and Letter.C01 in value:
            for entry in value.values():
                found += [entry] if isinstance(entry, str) else entry
    return found


def test_french_typography_holds_in_every_sentence() -> None:
    for sentence in _sentences():
        assert "'" not in sentence, sentence
        for mark in "?!;":
            assert f" {mark}" not in sentence, sentence
        assert " :" not in sentence, sentence
        assert "« " not in sentence, sentence
        assert " »" not in sentence, sentence
