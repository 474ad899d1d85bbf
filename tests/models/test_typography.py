from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import Refused
from app.models.typography import typeset


def test_marks_keep_to_their_words() -> None:
    assert typeset("« Mon école » : où ? Ici ; là !") == "«\u00a0Mon école\u00a0»\u00a0: où\u202f? Ici\u202f; là\u202f!"
    assert typeset("http://x.example : à 12:30") == "http://x.example\u00a0: à 12:30"


def test_every_refusal_is_set_so() -> None:
    assert str(Refused("x", "Rien : « A » ?").sentence) == "Rien\u00a0: «\u00a0A\u00a0»\u202f?"


@given(st.text(" :;!?«»ab\u00a0", max_size=20))
def test_once_is_enough_and_no_word_is_lost(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)
    assert typeset(text).replace("\u00a0", " ").replace("\u202f", " ") == text.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
