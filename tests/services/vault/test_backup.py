from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from app.models.errors import VaultError
from app.services.vault import backup as backups
from app.services.vault.backup import Restored, back_up, restore
from app.services.vault.files import vault_id, verify
from app.services.vault.keys import new_vault, unlock
from app.services.vault.passphrase import key_file
from app.services.vault.recovery import key_of
from app.services.vault.schema import VERSION
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import secrets
from app.services.vault.vault import Vault
from tests.conftest import FakeClock
from tests.services.vault.keyring_fake import MemoryKeyring

WORK_TREE = Path(__file__).resolve().parents[3]
WORDS = "marelle préau craie"
PARIS = timezone(timedelta(hours=2))


class School:
    """A director's PC: her vault with the mark « before », a keyring, and a USB stick."""

    def __init__(self, folder: Path, clock: FakeClock, *, passphrase: str | None = None) -> None:
        self.path = folder / "poste" / "ecole.preau"
        self.path.parent.mkdir()
        self.stick = folder / "cle-usb"
        self.stick.mkdir()
        self.clock, self.ring = clock, None if passphrase else MemoryKeyring()
        self.passphrase = passphrase
        vault, code = new_vault(self.path, environ={}, keyring=self.ring, passphrase=passphrase)
        assert code is not None
        self.code = code
        with vault:
            VaultSecrets(vault).store("mark", "before")

    def open(self) -> Vault:
        return unlock(self.path, environ={}, keyring=self.ring, passphrase=self.passphrase)

    def mark(self, value: str) -> None:
        with self.open() as vault:
            VaultSecrets(vault).store("mark", value)

    def read_mark(self) -> str | None:
        with self.open() as vault:
            return VaultSecrets(vault).fetch("mark")

    def back_up(self) -> Path:
        with self.open() as vault:
            return back_up(vault, self.stick, clock=self.clock, zone=PARIS).path

    def restore(self, backup: Path, *, recovery: str | None = None) -> Restored:
        return restore(
            backup, self.path, environ={}, keyring=self.ring, passphrase=self.passphrase, recovery=recovery,
            clock=self.clock, zone=PARIS,
        )  # fmt: skip


@pytest.fixture
def school(tmp_path: Path, clock: FakeClock) -> School:
    return School(tmp_path, clock)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_backup_is_one_encrypted_file_with_the_day_and_hour_of_the_pc(school: School) -> None:
    backup = school.back_up()
    assert names(school.stick) == ["Preau-sauvegarde-2026-09-09-1600.preau"]
    assert b"before" not in backup.read_bytes()
    assert vault_id(backup) == vault_id(school.path)
    assert verify(backup, key=key_of(school.code)) == VERSION
    (listed,) = backups.backups(school.stick)
    assert listed.path == backup
    assert listed.made_at == "09-09-2026 à 16 h 00"
    assert listed.size_bytes == backup.stat().st_size


def test_backups_are_listed_the_newest_first_and_never_overwrite_each_other(school: School) -> None:
    first, second = school.back_up(), school.back_up()
    school.clock.advance(days=1)
    third = school.back_up()
    (school.stick / "photo.preau").write_bytes(b"x")
    assert [backup.path for backup in backups.backups(school.stick)] == [third, second, first]
    assert backups.backups(school.stick / "absent") == ()


def test_a_restore_gives_the_records_back_and_keeps_the_vault_of_before(school: School) -> None:
    backup = school.back_up()
    school.mark("after")
    restored = school.restore(backup)
    assert school.read_mark() == "before"
    assert restored.kept_aside is not None
    assert restored.kept_aside.name == "ecole-avant-restauration-2026-09-09-1600.preau"
    assert restored.kept_aside.name in restored.sentence
    with unlock(restored.kept_aside, environ={}, keyring=school.ring) as vault:
        assert VaultSecrets(vault).fetch("mark") == "after"
    assert digest(backup) == digest(school.back_up().with_name(backup.name))


def test_on_another_pc_the_paper_opens_the_backup(school: School, tmp_path: Path) -> None:
    backup = school.back_up()
    elsewhere = MemoryKeyring()
    new_path = tmp_path / "nouveau" / "preau" / "preau.preau"
    arguments = {"environ": {}, "keyring": elsewhere, "clock": school.clock}
    with pytest.raises(VaultError, match="key_not_found"):
        restore(backup, new_path, **arguments)  # type: ignore[arg-type]
    assert not new_path.exists()
    restored = restore(backup, new_path, recovery=school.code, **arguments)  # type: ignore[arg-type]
    assert restored.kept_aside is None
    unlock(new_path, environ={}, keyring=elsewhere, recovery=school.code).close()
    with unlock(new_path, environ={}, keyring=elsewhere) as vault:
        assert VaultSecrets(vault).fetch("mark") == "before"


def test_a_passphrase_goes_along_with_the_backup(tmp_path: Path, clock: FakeClock) -> None:
    school = School(tmp_path, clock, passphrase=WORDS)
    backup = school.back_up()
    assert names(school.stick) == [backup.name, key_file(backup).name]
    school.path.unlink()
    key_file(school.path).unlink()
    school.restore(backup)
    assert school.read_mark() == "before"


def test_a_journal_left_by_the_vault_before_is_kept_with_it_and_not_played(school: School) -> None:
    """A PC that lost its power leaves commits in the journal; they belong to the vault kept aside."""
    backup = school.back_up()
    with school.open() as vault:
        VaultSecrets(vault).store("mark", "after")
        crashed = {name: (school.path.parent / name).read_bytes() for name in names(school.path.parent)}
    for name, content in crashed.items():
        (school.path.parent / name).write_bytes(content)
    assert len(crashed["ecole.preau-wal"]) > 0
    restored = school.restore(backup)
    assert school.read_mark() == "before"
    assert restored.kept_aside is not None
    with unlock(restored.kept_aside, environ={}, keyring=school.ring) as vault:
        assert VaultSecrets(vault).fetch("mark") == "after"


@pytest.mark.parametrize("place", [0.0005, 0.5, 0.9])
def test_a_damaged_backup_is_refused_and_the_vault_stays(school: School, place: float) -> None:
    backup = school.back_up()
    content = bytearray(backup.read_bytes())
    content[int(len(content) * place)] ^= 1
    backup.write_bytes(content)
    before, beside = digest(school.path), names(school.path.parent)
    with pytest.raises(VaultError, match="vault_damaged") as refusal:
        school.restore(backup)
    assert backup.name in refusal.value.sentence
    assert (digest(school.path), names(school.path.parent)) == (before, beside)


def test_a_newer_backup_is_refused_and_the_vault_stays(school: School) -> None:
    with school.open() as vault:
        with vault.write() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION + 1}")
        copy = school.stick / "Preau-sauvegarde-2030-01-01-1000.preau"
        with pytest.raises(VaultError, match="vault_newer"):
            vault.copy_to(copy)
        with vault.write() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    newer = _newer_copy(school)
    before = digest(school.path)
    with pytest.raises(VaultError, match="vault_newer"):
        school.restore(newer)
    assert digest(school.path) == before


def test_a_backup_of_a_damaged_vault_is_refused_and_leaves_nothing(school: School) -> None:
    school.mark("x" * 300_000)
    content = bytearray(school.path.read_bytes())
    content[len(content) - 4096 * 3 + 17] ^= 1
    school.path.write_bytes(content)
    with pytest.raises(VaultError, match="vault_damaged") as refusal:
        school.back_up()
    assert "ecole.preau" in refusal.value.sentence
    assert names(school.stick) == []


def test_without_the_stick_the_sentence_says_so(school: School) -> None:
    school.stick.rmdir()
    with pytest.raises(VaultError, match="folder_missing"):
        school.back_up()


def test_an_open_vault_is_not_replaced_under_its_window(school: School) -> None:
    backup = school.back_up()
    with school.open(), pytest.raises(VaultError, match="vault_in_use"):
        school.restore(backup)
    with pytest.raises(VaultError, match="same_file"):
        school.restore(school.path)


def test_a_backup_is_one_state_while_somebody_writes(school: School) -> None:
    """Each write adds a pair; a backup never holds half of one."""
    done = threading.Event()
    with school.open() as vault:
        writer = threading.Thread(target=_write_pairs, args=(vault, done))
        writer.start()
        try:
            copies = [back_up(vault, school.stick, clock=school.clock, zone=UTC).path for _ in range(5)]
        finally:
            done.set()
            writer.join()
    counts = []
    for copy in copies:
        with unlock(copy, environ={}, keyring=school.ring) as vault, vault.read() as connection:
            pairs = select(func.count()).select_from(secrets).where(secrets.c.name.like("pair-%"))
            counts.append(connection.execute(pairs).scalar_one())
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)


def test_a_backup_is_made_while_the_window_is_open_elsewhere(school: School) -> None:
    with school.open():
        reader = unlock(school.path, environ={}, keyring=school.ring, read_only=True)
        with reader:
            backup = back_up(reader, school.stick, clock=school.clock).path
    assert verify(backup, key=key_of(school.code)) == VERSION


def test_a_power_cut_at_any_step_loses_neither_the_vault_nor_a_backup(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.services.vault.power_cut", str(tmp_path)]
    done = subprocess.run(command, cwd=WORK_TREE, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["do_restore"]) > 10
    for after in found["do_restore"]:
        assert after["mark"] == "after" or (after["mark"], after["asides"]) == ("before", ["after"]), after
    assert {after["mark"] for after in found["do_restore"]} == {"before", "after"}
    assert len(found["do_back_up"]) > 4
    assert all(after["mark"] == "after" for after in found["do_back_up"])
    assert [after["backups"] for after in found["do_back_up"]] == sorted(
        after["backups"] for after in found["do_back_up"]
    )


def test_what_a_power_cut_left_does_not_stop_the_next_backup(school: School) -> None:
    (school.stick / ".Preau-sauvegarde-2026-09-09-1600.preau.partiel").write_bytes(b"half a file")
    backup = school.back_up()
    assert names(school.stick) == [backup.name]


def test_a_new_passphrase_that_is_too_short_is_refused_before_anything_is_moved(school: School) -> None:
    backup = school.back_up()
    school.passphrase = "court"
    with pytest.raises(VaultError, match="weak_passphrase"):
        school.restore(backup, recovery=school.code)
    assert names(school.path.parent) == ["ecole.preau"]


def _write_pairs(vault: Vault, done: threading.Event) -> None:
    number = 0
    while not done.is_set():
        with vault.write() as connection:
            for half in "ab":
                connection.execute(insert(secrets).values(name=f"pair-{number}{half}", value="x" * 2000))
        number += 1


def _newer_copy(school: School) -> Path:
    path = school.back_up()
    with unlock(path, environ={}, keyring=school.ring) as vault, vault.write() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION + 1}")
    return path
