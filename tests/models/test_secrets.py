from __future__ import annotations

import os
import random
from collections import Counter

from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.models import secrets
from app.services.hashing import hash_password


def test_a_password_has_twelve_characters_without_look_alikes() -> None:
    password = secrets.new_password(os.urandom)
    assert len(password) == 12
    assert not set(password) & set("01IOLilo")


def test_every_character_of_the_alphabet_is_as_likely() -> None:
    generator = random.Random(7)
    drawn = Counter("".join(secrets.new_password(generator.randbytes) for _ in range(5000)))
    assert set(drawn) == set(secrets.ALPHABET)
    expected = 60_000 / len(secrets.ALPHABET)
    assert all(abs(count - expected) < 6 * expected**0.5 for count in drawn.values())


@given(st.text(secrets.ALPHABET, min_size=12, max_size=12))
def test_a_password_is_recognised_as_people_type_it(password: str) -> None:
    shown = secrets.grouped(password)
    assert [len(group) for group in shown.split(" ")] == [4, 4, 4]
    for typed in (shown, shown.lower(), shown.replace(" ", "-"), f" {shown} ", shown.replace(" ", "\u00a0")):
        assert secrets.typed(typed) == password


def test_a_token_has_128_bits_and_needs_no_escaping() -> None:
    token = secrets.new_token(os.urandom)
    assert len(token) == 22
    assert all(char.isalnum() or char in "-_" for char in token)
    assert len(secrets.token_hash(token)) == 64
    assert secrets.activation_address("https://portail.exemple.fr/", token) == f"https://portail.exemple.fr/a/{token}"


def test_only_a_hash_with_exactly_our_parameters_is_accepted() -> None:
    ours = hash_password("K7RW3HNPXD4T", os.urandom(16))
    assert secrets.is_password_hash(ours)
    assert PasswordHasher().verify(ours, "K7RW3HNPXD4T")
    cheaper = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("K7RW3HNPXD4T")
    assert not secrets.is_password_hash(cheaper)
    assert not secrets.is_password_hash(ours + "A")
    assert not secrets.is_password_hash(ours.replace("t=2", "t=1"))
    assert not secrets.is_password_hash(ours + "\n")
