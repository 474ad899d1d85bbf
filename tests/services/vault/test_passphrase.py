from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.models.errors import VaultError
from app.services.vault.passphrase import unwrap_key, wrap_key, wraps

WORDS = "marelle préau craie"
KEY = bytes(range(32))
ID = "ab" * 16


@pytest.fixture
def wrapped(tmp_path: Path) -> Path:
    path = tmp_path / "ecole.preau.cle"
    wrap_key(path, key=KEY, passphrase=WORDS, vault_id=ID, random_bytes=os.urandom)
    return path


def refusal_of(path: Path, *, passphrase: str = WORDS, vault_id: str = ID) -> VaultError:
    with pytest.raises(VaultError) as refusal:
        unwrap_key(path, passphrase=passphrase, vault_id=vault_id)
    return refusal.value


def test_the_passphrase_gives_the_key_back(wrapped: Path) -> None:
    assert unwrap_key(wrapped, passphrase=WORDS, vault_id=ID) == KEY
    assert [file.name for file in wrapped.parent.iterdir()] == [wrapped.name]


def test_an_accent_made_of_two_characters_is_the_same_accent(wrapped: Path) -> None:
    assert unwrap_key(wrapped, passphrase="marelle pre\u0301au craie", vault_id=ID) == KEY


def test_another_passphrase_or_another_vault_is_refused(wrapped: Path) -> None:
    assert refusal_of(wrapped, passphrase=WORDS + "s").code == "wrong_passphrase"
    assert refusal_of(wrapped, vault_id="cd" * 16).code == "wrong_passphrase"
    assert not wraps(wrapped, vault_id="cd" * 16)


def test_neither_key_nor_passphrase_is_in_the_file_and_only_its_owner_reads_it(wrapped: Path) -> None:
    text = wrapped.read_text()
    assert KEY.hex() not in text
    assert "marelle" not in text
    assert wrapped.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", [
    {"argon2id": {"memory_kib": 1 << 30, "passes": 3, "lanes": 4, "salt": "00" * 16}},
    {"argon2id": {"memory_kib": 65536, "passes": 1 << 20, "lanes": 4, "salt": "00" * 16}},
    {"argon2id": {"memory_kib": 65536, "passes": 3, "lanes": 4, "salt": "00"}},
    {"argon2id": {"memory_kib": 65536, "passes": 3, "lanes": 4, "salt": "zz"}},
    {"argon2id": []},
    {"aes256gcm": {"nonce": "", "wrapped": ""}},
])  # fmt: skip
def test_a_key_file_that_asks_too_much_or_says_nothing_is_damaged(wrapped: Path, change: dict[str, Any]) -> None:
    wrapped.write_text(json.dumps({**json.loads(wrapped.read_text()), **change}))
    assert refusal_of(wrapped).code == "key_file_damaged"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\x00\xff" * 40, b'"text"'])
def test_a_key_file_that_is_no_json_is_damaged_and_still_counts_as_one(wrapped: Path, content: bytes) -> None:
    wrapped.write_bytes(content)
    assert wraps(wrapped, vault_id=ID)
    assert refusal_of(wrapped).code == "key_file_damaged"


def test_a_short_passphrase_is_refused_and_the_one_before_stays(wrapped: Path) -> None:
    before = wrapped.read_bytes()
    with pytest.raises(VaultError, match="weak_passphrase"):
        wrap_key(wrapped, key=KEY, passphrase="onze lettre", vault_id=ID, random_bytes=os.urandom)
    assert wrapped.read_bytes() == before
