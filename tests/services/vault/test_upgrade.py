from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.models.errors import VaultError
from app.services.migrations import runner
from app.services.vault import integrity, schema
from app.services.vault.files import verify
from app.services.vault.passphrase import key_file, wrap_key, wraps
from app.services.vault.schema import HOME, VERSION
from app.services.vault.secrets import VaultSecrets
from app.services.vault.upgrade import upgrade_vault
from app.services.vault.vault import Vault, create_vault, open_vault
from tests.support.schemas import HINT, described, differences, next_version

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed vault of this version, with a mark in it."""
    path = tmp_path / "ecole.preau"
    with create_vault(path, key=KEY) as vault:
        VaultSecrets(vault).store("mark", "Zoé")
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mark(path: Path) -> str | None:
    with open_vault(path, key=KEY, read_only=True) as vault:
        return VaultSecrets(vault).fetch("mark")


def preferences_of(vault: Vault) -> list[str]:
    with vault.read() as connection:
        return [column["name"] for column in inspect(connection).get_columns("preferences")]


def test_the_revisions_make_the_tables_that_the_models_say(tmp_path: Path) -> None:
    with create_vault(tmp_path / "models.preau", key=KEY) as vault, vault.read() as connection:
        expected = described(connection)
    with create_vault(tmp_path / "revisions.preau", key=KEY) as vault, vault.write() as connection:
        for metadata in HOME.metadata:
            metadata.drop_all(connection)
        runner.upgrade(connection, HOME)
        assert described(connection) == expected, HINT
        assert differences(connection, HOME) == [], HINT
        assert runner.current(connection) == HOME.head


def test_the_version_of_the_program_is_that_of_the_last_revision() -> None:
    config = Config()
    config.set_main_option("script_location", HOME.location)
    assert ScriptDirectory.from_config(config).get_current_head() == HOME.head
    assert int(HOME.head) == VERSION


def test_an_older_vault_is_copied_then_migrated(path: Path, tmp_path: Path) -> None:
    wrap_key(key_file(path), key=KEY, passphrase="marelle préau craie", vault_id=_id(path), random_bytes=bytes)
    home = next_version(HOME, tmp_path / "next", desk=True)
    with open_vault(path, key=KEY) as vault:
        copy = upgrade_vault(vault, found=VERSION, home=home)
        assert "made_up" in preferences_of(vault)
        assert VaultSecrets(vault).fetch("mark") == "Zoé"
        integrity.check(vault)
        with vault.read() as connection:
            assert runner.current(connection) == home.head
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION + 1
    assert copy.name == f"ecole-avant-version-{VERSION + 1}.preau"
    assert verify(copy, key=KEY) == VERSION
    assert mark(copy) == "Zoé"
    assert b"Zo" not in copy.read_bytes()[:100]
    assert wraps(key_file(copy), vault_id=_id(copy))


def test_the_program_one_version_later_migrates_at_opening_and_this_one_then_refuses(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = next_version(HOME, tmp_path / "next", desk=True)
    with monkeypatch.context() as later:
        later.setattr(schema, "VERSION", VERSION + 1)
        later.setattr(upgrade_vault, "__kwdefaults__", {"home": home})
        before = digest(path)
        with pytest.raises(VaultError, match="vault_older"):
            open_vault(path, key=KEY, read_only=True)
        assert digest(path) == before
        with open_vault(path, key=KEY) as vault:
            assert "made_up" in preferences_of(vault)
        assert mark(path) == "Zoé"
        assert len(list(tmp_path.glob("*-avant-version-*"))) == 1
    before = digest(path)
    with pytest.raises(VaultError, match="vault_newer"):
        open_vault(path, key=KEY)
    assert digest(path) == before


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("op.drop_table('secrets'); raise ValueError", "migration_failed"),
        ("op.drop_table('nothing')", "migration_failed"),
    ],
)
def test_a_migration_that_fails_changes_nothing(path: Path, tmp_path: Path, then: str, code: str) -> None:
    home = next_version(HOME, tmp_path / "next", desk=True, then=then)
    with open_vault(path, key=KEY) as vault:
        with pytest.raises(VaultError, match=code) as refusal:
            upgrade_vault(vault, found=VERSION, home=home)
        assert "Rien n’y a été changé" in refusal.value.sentence
        assert "made_up" not in preferences_of(vault)
        assert VaultSecrets(vault).fetch("mark") == "Zoé"
    with open_vault(path, key=KEY) as vault, vault.read() as connection:
        assert schema.check(connection, path) == VERSION
        assert runner.current(connection) is None


def test_a_vault_that_cannot_be_copied_is_not_migrated(path: Path, tmp_path: Path) -> None:
    home = next_version(HOME, tmp_path / "next", desk=True)
    with open_vault(path, key=KEY) as vault, vault.write() as connection:
        connection.exec_driver_sql("INSERT INTO secrets VALUES ('big', hex(randomblob(100000)))")
    content = bytearray(path.read_bytes())
    content[-5000] ^= 1
    path.write_bytes(content)
    before = digest(path)
    with open_vault(path, key=KEY) as vault, pytest.raises(VaultError, match="vault_damaged"):
        upgrade_vault(vault, found=VERSION, home=home)
    assert digest(path) == before
    assert not list(tmp_path.glob("*-avant-version-*"))


def _id(path: Path) -> str:
    from app.services.vault.files import vault_id

    return vault_id(path)
