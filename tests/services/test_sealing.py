from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from app.models.errors import PreauError
from app.services import sealing
from app.services.sealing import SchoolKey, SecretUnreadable, SheetSecret
from app.services.vault.secrets import VaultSecrets
from tests.services.sheet_cast import NOON, SCHOOL, open_desk

SECRET = SheetSecret("K7RW3HNPXD4T", "8f3kT9-qLmZ2pXw7bN4vRg")


def _key(version: int = 5) -> SchoolKey:
    return SchoolKey(version, os.urandom(32))


def _sealed(key: SchoolKey, sheet_id: str = "sheet-1") -> str:
    return sealing.seal_secret(SECRET, key=key, sheet_id=sheet_id, random_bytes=os.urandom)


def test_a_secret_opens_again_with_its_key() -> None:
    key = _key()
    opened = sealing.open_secret(_sealed(key), version=5, keys={5: key}, sheet_id="sheet-1")
    assert opened == SECRET


def test_what_is_sealed_shows_nothing() -> None:
    blob = base64.b64decode(_sealed(_key()))
    assert SECRET.password.encode() not in blob
    assert SECRET.token.encode() not in blob


def test_a_pc_without_the_key_is_told_to_reset_never_a_blank() -> None:
    key = _key()
    with pytest.raises(SecretUnreadable) as refused:
        sealing.open_secret(_sealed(key), version=5, keys={6: _key(6)}, sheet_id="sheet-1", login="m.chatelain")
    assert refused.value.code == "secret_unreadable"
    assert "réinitialisation" in refused.value.sentence
    assert "m.chatelain" in refused.value.sentence


@pytest.mark.parametrize("blob", ["", "%%%", "AAAA", base64.b64encode(bytes(80)).decode()])
def test_a_damaged_blob_is_unreadable_not_a_crash(blob: str) -> None:
    key = _key()
    with pytest.raises(SecretUnreadable):
        sealing.open_secret(blob, version=5, keys={5: key}, sheet_id="sheet-1")


def test_a_secret_moved_to_another_sheet_does_not_open() -> None:
    key = _key()
    with pytest.raises(SecretUnreadable):
        sealing.open_secret(_sealed(key), version=5, keys={5: key}, sheet_id="sheet-2")


def test_the_school_key_is_made_once_and_kept(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        with desk.vault.write() as connection:
            first = sealing.ensure_school_key(
                connection, school_id=SCHOOL, clock=desk.clock, random_bytes=desk.random_bytes
            )
            again = sealing.ensure_school_key(
                connection, school_id=SCHOOL, clock=desk.clock, random_bytes=desk.random_bytes
            )
        with desk.vault.read() as connection:
            assert sealing.school_keyring(connection, SCHOOL) == {first.version: first}
            assert sealing.school_keyring(connection, "school-2") == {}
    assert first == again
    assert len(first.key) == 32
    assert 0 < first.version < 2**31


def test_another_key_of_the_same_version_is_refused_and_replaces_nothing(tmp_path: Path) -> None:
    ours, theirs = _key(), _key()
    with open_desk(tmp_path) as desk:
        with desk.vault.write() as connection:
            sealing.keep_school_key(connection, school_id=SCHOOL, key=ours)
            sealing.keep_school_key(connection, school_id=SCHOOL, key=ours)
        with pytest.raises(PreauError) as refused, desk.vault.write() as connection:
            sealing.keep_school_key(connection, school_id=SCHOOL, key=theirs)
        with desk.vault.read() as connection:
            assert sealing.school_keyring(connection, SCHOOL) == {5: ours}
    assert refused.value.code == "school_key_clash"


def test_the_school_key_reaches_the_device_it_was_sealed_to_and_no_other(tmp_path: Path) -> None:
    key = _key()
    with open_desk(tmp_path, seed=1) as theirs, open_desk(tmp_path, seed=2) as strangers:
        store, other = VaultSecrets(theirs.vault), VaultSecrets(strangers.vault)
        public = sealing.device_public_key(theirs, secrets=store)
        sealing.device_public_key(strangers, secrets=other)
        sealed = sealing.seal_school_key(key, public_key=public, device_id="device-2")
        assert sealing.open_school_key(sealed, version=5, device_id="device-2", secrets=store) == key
        for wrong in (
            {"version": 5, "device_id": "device-2", "secrets": other},
            {"version": 6, "device_id": "device-2", "secrets": store},
            {"version": 5, "device_id": "device-3", "secrets": store},
        ):
            with pytest.raises(SecretUnreadable):
                sealing.open_school_key(sealed, **wrong)  # type: ignore[arg-type]


def test_a_device_keeps_its_key_pair(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        store = VaultSecrets(desk.vault)
        assert sealing.device_public_key(desk, secrets=store) == sealing.device_public_key(desk, secrets=store)
        assert desk.clock() == NOON


def test_a_fingerprint_is_short_and_tells_keys_apart() -> None:
    prints = {sealing.fingerprint(base64.b64encode(os.urandom(32)).decode()) for _ in range(50)}
    assert len(prints) == 50
    assert all(len(shown) == 24 and shown.replace(" ", "").isdigit() for shown in prints)
