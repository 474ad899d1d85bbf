from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import VaultError
from app.models.secrets import ALPHABET
from app.services.vault.recovery import LENGTH, key_of, new_code, read_code

codes = st.integers(0, 2**32).map(lambda seed: new_code(random.Random(seed).randbytes))


def test_a_code_is_seven_groups_of_four_without_look_alikes() -> None:
    code = new_code(os.urandom)
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert not set(code) & set("01IOL")


@given(codes)
def test_a_code_is_read_as_people_type_it(code: str) -> None:
    typed = " " + code.lower().replace("-", "  ") + "\n"
    assert read_code(typed) == code.replace("-", "")
    assert key_of(typed) == key_of(code)
    assert len(key_of(code)) == 32


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_each_single_wrong_character_is_noticed(code: str, place: int, character: str) -> None:
    plain = code.replace("-", "")
    wrong = plain[:place] + character + plain[place + 1 :]
    if wrong == plain:
        return
    with pytest.raises(VaultError) as refusal:
        read_code(wrong)
    assert refusal.value.code == "recovery_mistyped"


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_each_pair_that_changed_places_is_noticed(code: str, one: int, other: int) -> None:
    letters = list(code.replace("-", ""))
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) == code.replace("-", ""):
        return
    with pytest.raises(VaultError, match="recovery_mistyped"):
        read_code("".join(letters))


@pytest.mark.parametrize(
    ("typed", "words"),
    [("ABCD", "28 caractères, et 4"), ("O0", "jamais 0, O"), ("", "et 0 ont"), ("é" * 28, "jamais É")],
)
def test_the_sentence_says_what_to_look_at(typed: str, words: str) -> None:
    with pytest.raises(VaultError) as refusal:
        read_code(typed)
    assert words in refusal.value.sentence


def test_two_codes_are_never_alike_and_favour_no_character() -> None:
    generator = random.Random(3)
    drawn = [new_code(generator.randbytes).replace("-", "")[:-1] for _ in range(2000)]
    assert len(set(drawn)) == len(drawn)
    expected = 2000 * (LENGTH - 1) / len(ALPHABET)
    text = "".join(drawn)
    assert all(abs(text.count(character) - expected) < 6 * expected**0.5 for character in ALPHABET)
