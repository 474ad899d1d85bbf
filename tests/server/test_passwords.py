"""Policies say what they check; hashing is bounded; an unknown account costs as much as a known one."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.server.passwords import POLICIES, Busy, Hashing

OWN = ("m.dupont", "dupont", "marc", "marc.dupont")


@pytest.mark.parametrize("password", ["une phrase tranquille", "x7 è€ 語 🌳 …… ok", "correct horse battery"])
def test_reinforced_takes_anything_long_enough(password: str) -> None:
    assert POLICIES["renforcée"].problem(password, own=OWN) is None


@pytest.mark.parametrize(
    "password", ["court", "x" * 129, "aaaaaaaaaaaa", "azertyazerty", "marc.dupont1", "Mot De Passe", ""]
)
def test_reinforced_refuses_the_short_the_common_and_ones_own_name(password: str) -> None:
    assert POLICIES["renforcée"].problem(password, own=OWN) is not None


@pytest.mark.parametrize(("password", "fine"), [
    ("tilleul7", True), ("Tilleul7Vert89", True), ("tilleul", False), ("tilleuls", False), ("12345678", False),
    ("tilleul7vert890", False), ("tilléul7", False), ("tilleul 7", False),
])  # fmt: skip
def test_the_2019_policy_is_the_decks_word_for_word(password: str, fine: bool) -> None:
    policy = POLICIES["educonnect-2019"]
    assert (policy.problem(password, own=()) is None) is fine
    assert policy.sentence.startswith("Entre 8 et 14 caractères (uniquement chiffres et lettres non accentuées")


def test_a_hash_is_found_among_several_and_a_dummy_never_opens() -> None:
    hashing = Hashing(workers=1, waiting=2)

    async def check() -> tuple[int | None, int | None, int | None]:
        hashes = [await hashing.hash(word) for word in ("un", "deux")]
        unknown = await hashing.verify("an account that does not exist", [])
        return await hashing.verify("deux", hashes), await hashing.verify("trois", hashes), unknown

    assert asyncio.run(check()) == (1, None, None)
    hashing.close()


def test_beyond_the_queue_the_answer_is_busy() -> None:
    hashing, gate = Hashing(workers=1, waiting=1), threading.Event()

    async def crowd() -> list[object]:
        tasks = [asyncio.ensure_future(hashing._run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await hashing.verify("x", [])
        gate.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(crowd()) == [True, True]
    hashing.close()
