"""Policies say what they check; hashing is bounded; an unknown account costs as much as a known one."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import Refused
from app.server.accounts.common import _WORDS, CONTEXT
from app.server.accounts.leaked import Leaked
from app.server.accounts.passwords import POLICIES, Busy, Hashing

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
        tasks = [asyncio.ensure_future(hashing.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await hashing.verify("x", [])
        gate.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(crowd()) == [True, True]
    hashing.close()


def test_no_more_log_ins_begin_than_can_be_checked() -> None:
    hashing = Hashing(workers=1, waiting=1)
    with hashing.place():
        with hashing.place(), pytest.raises(Busy), hashing.place():
            pass
        assert asyncio.run(hashing.verify("x", [])) is None, "who is sent away leaves a place behind"
    hashing.close()


ENDINGS = ("1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "0000", "2023", "2024", "2025", "2026", "!",
           "!!", "1!", "123!", "2024!", "01", "13", "59", "75", "93", "69", "azerty", "aze", "qwerty", "soleil", "maman",
           "@2024", "1234567890", "abc", "54321", "1990", "31")  # fmt: skip


def test_what_everybody_tries_first_is_refused_at_any_length() -> None:
    """ASVS 6.2.4 and 6.2.11: thousands of compositions, those of the service's own words among them."""
    policy, tried = POLICIES["renforcée"], 0
    for word in (
        "motdepasse",
        "azerty",
        "soleil",
        "doudou",
        "marseille",
        "jetaime",
        "chocolat",
        "nicolas",
        *CONTEXT,
        *_WORDS,
    ):
        for ending in (*ENDINGS, word):
            for password in (word + ending, word.capitalize() + ending, ending + word, f"{word} {ending}"):
                if policy.least <= len(password) and len(word) >= 4:
                    tried += 1
                    assert policy.problem(password, own=()) is not None, password
    assert tried > 3000


@pytest.mark.parametrize(
    "password",
    ["m0td3p4ss3!!", "P@ssw0rd2024", "azertyuiop12", "qsdfghjklm12", "123456789012", "abcdefghijkl", "aaaabbbbcccc",
     "1q1q1q1q1q1q", "Pr3au-Ecole1", "MonEcole2026!", "educonnect12", "marseille13000", "loulouloulou", "bonjourbonjour",
     "123soleil456", "1qaz2wsx3edc", "azeqsdwxc123", "a1z2e3r4t5y6"],
)  # fmt: skip
def test_common_passwords_are_known_however_they_are_dressed(password: str) -> None:
    assert POLICIES["renforcée"].problem(password, own=()) is not None


@pytest.mark.parametrize(
    "password",
    ["le chat gris dort au soleil", "tisane et brouillard", "Vélo rouge 14 platanes", "kuzenimin bahçesi", "قهوة الصباح الباكر",
     "xK9#mQ2$vL7p", "trois poules sur un mur", "ecole buissonniere au printemps", "correcthorsebattery"],
)  # fmt: skip
def test_a_short_sentence_is_welcome_whatever_its_words(password: str) -> None:
    assert POLICIES["renforcée"].problem(password, own=OWN) is None


def test_ones_own_names_do_not_make_a_password_together() -> None:
    for password in ("marc.dupont1", "DupontMarc2024", "dupont-dupont-marc", "m.dupont 1990"):
        assert POLICIES["renforcée"].problem(password, own=OWN) is not None
    assert POLICIES["renforcée"].problem("dupont aime les figues", own=OWN) is None


@given(st.sets(st.text(min_size=1, max_size=12), max_size=40), st.text(max_size=12), st.booleans())
def test_a_leaked_password_is_found_wherever_it_stands(known: set[str], other: str, counted: bool) -> None:
    digests = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in known | {"a"})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.txt"
        path.write_bytes(b"".join(f"{one}:7\r\n".encode() if counted else f"{one}\n".encode() for one in digests))
        found = Leaked(path)
        assert all(found.has(word) for word in known)
        assert found.has(other) is (other in known | {"a"})


def test_what_is_no_list_is_refused_at_the_start(tmp_path: Path) -> None:
    for content in (b"", b"motdepasse\n"):
        (tmp_path / "list").write_bytes(content)
        with pytest.raises(Refused, match="PREAU_LEAKED_PASSWORDS"):
            Leaked(tmp_path / "list")
