from __future__ import annotations

import os
from pathlib import Path

import keyring
import keyring.backends.null
import pytest

from app.models.errors import VaultError
from app.services.vault import keys
from app.services.vault.keyrings import system_keyring
from app.services.vault.keys import new_vault, open_from_environment, unlock
from app.services.vault.passphrase import key_file
from app.services.vault.secrets import KeyringSecrets, VaultSecrets
from tests.services.vault.keyring_fake import MemoryKeyring

WORDS = "marelle préau craie"
OTHER_WORDS = "tableau cartable gomme"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ecole.preau"


@pytest.fixture
def ring() -> MemoryKeyring:
    return MemoryKeyring()


def made(path: Path, ring: MemoryKeyring | None, passphrase: str | None = None) -> str:
    """Make a vault with a mark in it, close it, return its recovery code."""
    vault, code = new_vault(path, environ={}, keyring=ring, passphrase=passphrase)
    with vault:
        VaultSecrets(vault).store("mark", "Zoé")
    assert code is not None
    return code


def opens(
    path: Path, ring: MemoryKeyring | None = None, *, passphrase: str | None = None, recovery: str | None = None
) -> bool:
    with unlock(path, environ={}, keyring=ring, passphrase=passphrase, recovery=recovery) as vault:
        return VaultSecrets(vault).fetch("mark") == "Zoé"


def refusal(
    path: Path, ring: MemoryKeyring | None = None, *, passphrase: str | None = None, recovery: str | None = None
) -> str:
    with pytest.raises(VaultError) as caught:
        unlock(path, environ={}, keyring=ring, passphrase=passphrase, recovery=recovery)
    return caught.value.code


def test_with_a_keyring_the_vault_opens_without_a_question(path: Path, ring: MemoryKeyring) -> None:
    code = made(path, ring)
    assert opens(path, ring)
    assert not key_file(path).exists()
    assert code.replace("-", "") not in str(ring.entries)


def test_with_another_machine_s_keyring_the_paper_opens_and_is_needed_once(path: Path, ring: MemoryKeyring) -> None:
    code = made(path, ring)
    elsewhere = MemoryKeyring()
    assert refusal(path, elsewhere) == "key_not_found"
    assert opens(path, elsewhere, recovery=code.lower())
    assert opens(path, elsewhere)


def test_the_paper_alone_opens_a_copy_of_the_file_alone(path: Path, tmp_path: Path) -> None:
    code = made(path, None, WORDS)
    copy = tmp_path / "cle-usb" / "copie.preau"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    assert refusal(copy) == "key_not_found"
    assert opens(copy, recovery=code)


def test_without_a_keyring_a_passphrase_is_asked_at_creation_and_at_each_opening(path: Path) -> None:
    with pytest.raises(VaultError, match="passphrase_needed"):
        new_vault(path, environ={}, keyring=None)
    assert not path.exists()
    made(path, None, WORDS)
    assert refusal(path) == "passphrase_needed"
    assert refusal(path, passphrase=OTHER_WORDS) == "wrong_passphrase"
    assert opens(path, passphrase=WORDS)


def test_a_keyring_that_refuses_at_creation_is_as_none(path: Path, ring: MemoryKeyring) -> None:
    ring.locked = True
    with pytest.raises(VaultError, match="passphrase_needed"):
        new_vault(path, environ={}, keyring=ring)
    assert not path.exists()
    made(path, ring, WORDS)
    assert refusal(path, ring) == "passphrase_needed"
    assert opens(path, ring, passphrase=WORDS)


def test_a_locked_keyring_says_so(path: Path, ring: MemoryKeyring) -> None:
    code = made(path, ring)
    ring.locked = True
    assert refusal(path, ring) == "keyring_locked"
    assert opens(path, ring, recovery=code)


def test_a_forgotten_passphrase_is_replaced_by_means_of_the_paper(path: Path) -> None:
    code = made(path, None, WORDS)
    assert refusal(path, recovery=code, passphrase="court") == "weak_passphrase"
    assert opens(path, recovery=code, passphrase=OTHER_WORDS)
    assert refusal(path, passphrase=WORDS) == "wrong_passphrase"
    assert opens(path, passphrase=OTHER_WORDS)


def test_the_passphrase_is_changed(path: Path) -> None:
    made(path, None, WORDS)
    with pytest.raises(VaultError, match="wrong_passphrase"):
        keys.change_passphrase(path, old=OTHER_WORDS, new=OTHER_WORDS)
    keys.change_passphrase(path, old=WORDS, new=OTHER_WORDS)
    assert opens(path, passphrase=OTHER_WORDS)


def test_the_wrong_paper_is_told_from_a_mistyped_one(path: Path, tmp_path: Path, ring: MemoryKeyring) -> None:
    made(path, ring)
    other = made(tmp_path / "autre.preau", ring)
    assert refusal(path, ring, recovery=other) == "wrong_recovery"
    assert refusal(path, ring, recovery=other[:-1]) == "recovery_mistyped"


def test_a_damaged_beginning_is_told_from_a_wrong_key(path: Path, ring: MemoryKeyring) -> None:
    made(path, ring)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert refusal(path, ring) == "vault_damaged"
    assert path.read_bytes() == content


def test_a_script_gives_the_raw_key(path: Path, ring: MemoryKeyring) -> None:
    environ = {"PREAU_VAULT_KEY": "0f" * 32}
    vault, code = new_vault(path, environ=environ, keyring=ring)
    vault.close()
    assert code is None
    assert not ring.entries
    with unlock(path, environ=environ, keyring=ring):
        pass
    with pytest.raises(VaultError, match="wrong_key"):
        unlock(path, environ={"PREAU_VAULT_KEY": "f0" * 32}, keyring=ring)


@pytest.mark.parametrize("text", ["0f", "zz" * 32, "0f" * 33])
def test_a_key_that_is_none_is_refused_before_anything_is_touched(path: Path, text: str) -> None:
    with pytest.raises(VaultError, match="bad_key"):
        new_vault(path, environ={"PREAU_VAULT_KEY": text}, keyring=None)
    assert not path.exists()


def test_the_code_is_printed_again(path: Path, ring: MemoryKeyring) -> None:
    code = made(path, ring)
    with unlock(path, environ={}, keyring=ring) as vault:
        assert keys.recovery_code(vault) == code


def test_a_creation_that_fails_leaves_neither_file_nor_entry(tmp_path: Path, ring: MemoryKeyring) -> None:
    for words in (None, WORDS):
        with pytest.raises(VaultError, match="folder_missing"):
            new_vault(tmp_path / "absent" / "ecole.preau", environ={}, keyring=ring, passphrase=words)
    assert not ring.entries
    assert not list(tmp_path.iterdir())


def test_a_vault_that_is_there_keeps_its_key(path: Path, ring: MemoryKeyring) -> None:
    made(path, ring)
    entries = dict(ring.entries)
    with pytest.raises(VaultError, match="vault_exists"):
        new_vault(path, environ={}, keyring=ring)
    assert ring.entries == entries


def test_the_key_file_of_a_vault_that_was_moved_away_is_not_overwritten(path: Path, tmp_path: Path) -> None:
    made(path, None, WORDS)
    path.rename(tmp_path / "ailleurs.preau")
    with pytest.raises(VaultError, match="key_file_exists"):
        new_vault(path, environ={}, keyring=None, passphrase=OTHER_WORDS)
    key_file(path).rename(key_file(tmp_path / "ailleurs.preau"))
    assert opens(tmp_path / "ailleurs.preau", passphrase=WORDS)


def test_the_device_s_secrets_are_where_the_vault_s_key_is(path: Path, tmp_path: Path, ring: MemoryKeyring) -> None:
    made(path, ring)
    with unlock(path, environ={}, keyring=ring) as vault:
        store = keys.secret_store(vault, environ={}, keyring=ring)
        assert isinstance(store, KeyringSecrets)
        store.store("token", "x")
        assert store.fetch("token") == "x"
        assert VaultSecrets(vault).fetch("token") is None
    made(tmp_path / "autre.preau", None, WORDS)
    with unlock(tmp_path / "autre.preau", environ={}, keyring=None, passphrase=WORDS) as vault:
        assert isinstance(keys.secret_store(vault, environ={}, keyring=ring), VaultSecrets)


def test_a_command_finds_makes_and_reads_the_vault(path: Path) -> None:
    environ = {"PREAU_VAULT": str(path), "PREAU_VAULT_KEY": os.urandom(32).hex()}
    with pytest.raises(VaultError, match="vault_missing"):
        open_from_environment(environ, write=False, ask=lambda: None)
    with open_from_environment(environ, write=True, create=True, ask=lambda: None).vault as window:
        with open_from_environment(environ, write=False, ask=lambda: None).vault as reader:
            assert reader.read_only
        with pytest.raises(VaultError, match="vault_in_use"):
            open_from_environment(environ, write=True, ask=lambda: None)
        assert not window.read_only


def test_a_command_asks_for_the_passphrase_where_there_is_no_keyring(path: Path) -> None:
    environ = {"PREAU_VAULT": str(path)}
    opening = open_from_environment(environ, write=True, create=True, ask=lambda: WORDS)
    opening.vault.close()
    assert opening.recovery_code is not None
    open_from_environment(environ, write=True, ask=lambda: WORDS).vault.close()
    with pytest.raises(VaultError, match="passphrase_needed"):
        open_from_environment(environ, write=True, ask=lambda: None)


def test_the_usual_place_is_the_person_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert keys.vault_path({}) == tmp_path / "preau" / "preau.preau"
    assert keys.vault_path({"PREAU_VAULT": "/x/y.preau"}) == Path("/x/y.preau")


@pytest.mark.parametrize("backend", ["null", "fail"])
def test_a_machine_without_a_keyring_has_none(backend: str) -> None:
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(keyring.core.load_keyring(f"keyring.backends.{backend}.Keyring"))
        assert system_keyring() is None
    finally:
        keyring.set_keyring(before)


def test_of_several_keyrings_only_one_worth_trusting_counts() -> None:
    class Plain(keyring.backends.null.Keyring):
        priority = 0.5  # as the plain text files of keyrings.alt

    class Chain(keyring.backends.null.Keyring):
        priority = 10
        backends = (Plain(), Plain())

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(Chain())
        assert system_keyring() is None
    finally:
        keyring.set_keyring(before)
