"""Each fault of a disk or of a person: one clear sentence, and the file as it was, byte for byte."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.models.errors import VaultError
from app.services.vault import integrity
from app.services.vault.schema import VERSION
from app.services.vault.tables import secrets
from app.services.vault.vault import create_vault, open_vault

KEY = bytes(range(32))
WORK_TREE = Path(__file__).resolve().parents[3]


def digests(folder: Path) -> dict[str, str]:
    """Every file of the folder by its content, but the lock and what SQLite lays beside a file to read it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith((".lock", "-shm")))
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.stat().st_size or not path.name.endswith("-wal")
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed vault of some 400 kB."""
    path = tmp_path / "ecole.preau"
    with create_vault(path, key=KEY) as vault, vault.write() as connection:
        connection.execute(insert(secrets), [{"name": f"n{n}", "value": "Zoé" * 1000} for n in range(100)])
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user of the machine may reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="preau-test-"))
    folder.chmod(0o755)
    yield folder
    for inner in (folder, *folder.rglob("*/")):
        inner.chmod(0o755)
    shutil.rmtree(folder)


def refused(path: Path, *, key: bytes = KEY, read_only: bool = False) -> VaultError:
    """The refusal to open, after checking that nothing beside the lock changed."""
    before = digests(path.parent)
    with pytest.raises(VaultError) as refusal:
        open_vault(path, key=key, read_only=read_only)
    assert digests(path.parent) == before
    assert path.name in refusal.value.sentence
    return refusal.value


def faulty(what: str, folder: Path, *, prefix: tuple[str, ...] = ()) -> dict[str, Any]:
    command = [*prefix, sys.executable, "-m", "tests.services.vault.faulty", what, str(folder)]
    done = subprocess.run(command, cwd=WORK_TREE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("read_only", [False, True])
def test_a_wrong_key(path: Path, read_only: bool) -> None:
    refusal = refused(path, key=bytes(32), read_only=read_only)
    assert refusal.code == "wrong_key"
    assert "code de récupération" in refusal.sentence


@pytest.mark.parametrize("place", [0, 15, 16, 100, 4000])
def test_a_byte_flipped_in_the_first_page(path: Path, place: int) -> None:
    _flip(path, place)
    assert refused(path).code == "wrong_key"  # the same for SQLCipher; ``keys.unlock`` knows better


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.99])
def test_a_byte_flipped_further_on(path: Path, share: float) -> None:
    _flip(path, int(path.stat().st_size * share))
    before = digests(path.parent)
    with pytest.raises(VaultError, match="vault_damaged") as refusal, open_vault(path, key=KEY) as vault:
        integrity.check(vault)  # where the page is one that opening reads, opening says it
    assert "restaurez la dernière sauvegarde" in refusal.value.sentence
    assert digests(path.parent) == before


def test_a_damaged_page_is_told_by_what_reads_it(path: Path) -> None:
    pages = len(path.read_bytes()) // 4096
    for page in range(pages // 2, pages, 10):  # some hold what was put into this table, after the others were made
        _flip(path, page * 4096 + 50)
    with (
        open_vault(path, key=KEY) as vault,
        pytest.raises(VaultError, match="vault_damaged"),
        vault.read() as connection,
    ):
        connection.execute(select(secrets)).fetchall()


def test_a_whole_vault_passes_the_check(path: Path) -> None:
    with open_vault(path, key=KEY) as vault:
        with vault.write() as connection:
            connection.execute(insert(secrets).values(name="still in the journal", value="x"))
        integrity.check(vault)
    with open_vault(path, key=KEY, read_only=True) as vault:
        integrity.check(vault)


@pytest.mark.parametrize("size", [1, 15, 512, 5000, 40_000])
def test_a_truncated_file_is_refused_or_found_out(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    before = digests(path.parent)
    with pytest.raises(VaultError) as refusal, open_vault(path, key=KEY) as vault:
        integrity.check(vault)
    assert refusal.value.code in ("not_a_vault", "wrong_key", "vault_damaged")
    assert digests(path.parent) == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + bytes(4096), b"\xff\xd8\xff" * 10_000])
def test_a_file_that_is_no_vault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.preau"
    path.write_bytes(content)
    assert refused(path).code in ("not_a_vault", "wrong_key")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.preau").code == "vault_missing"
    (tmp_path / "dossier.preau").mkdir()
    assert refused(tmp_path / "dossier.preau").code == "vault_missing"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_a_newer_version(path: Path, read_only: bool) -> None:
    with open_vault(path, key=KEY) as vault, vault.write() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION + 1}")
    refusal = refused(path, read_only=read_only)
    assert refusal.code == "vault_newer"
    assert "Mettez Préau à jour" in refusal.sentence


def test_a_second_window(path: Path) -> None:
    with open_vault(path, key=KEY) as window:
        before = digests(path.parent)
        with pytest.raises(VaultError, match="vault_in_use"):
            open_vault(path, key=KEY)
        with (
            open_vault(path, key=KEY, read_only=True) as reader,
            pytest.raises(VaultError, match="vault_in_use"),
            reader.write(),
        ):
            pass
        assert digests(path.parent) == before
        with window.write() as connection:
            connection.execute(insert(secrets).values(name="first window", value="x"))


def test_a_second_window_in_another_process_until_the_first_dies(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.services.vault.vault import open_vault;"
        "open_vault(Path(sys.argv[1]), key=bytes(range(32))); print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], cwd=WORK_TREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        assert refused(path).code == "vault_in_use"
        other.kill()
        other.wait()
        open_vault(path, key=KEY).close()


def test_a_full_disk(open_folder: Path) -> None:
    """A real small disk where the machine lets us mount one, and everywhere the largest file that the system allows."""
    mount = ("unshare", "--mount", "--map-root-user", "sh", "-c", 'mount -t tmpfs -o size=6m none "$0" && exec "$@"')
    tries = [faulty("limited", open_folder)]
    shutil.rmtree(open_folder)
    open_folder.mkdir()
    can_mount = subprocess.run([*mount, str(open_folder), "true"], capture_output=True, check=False).returncode == 0
    if can_mount:
        tries.append(faulty("full", open_folder, prefix=(*mount, str(open_folder))))
    for answer in tries:
        assert answer["code"] == "disk_full"
        assert "rien n’a été enregistré" in answer["sentence"]
        assert answer["untouched"]
        assert 0 < answer["written"] == answer["kept"] == answer["again"]
        assert answer["creation"] == {"code": "disk_full", "left": []}
        assert answer["backup"] == {"code": "disk_full", "left": [], "untouched": True}


def test_a_read_only_folder_and_a_read_only_file(open_folder: Path) -> None:
    free = open_folder / "libre"
    free.mkdir()
    for place in (open_folder, free):
        create_vault(place / "ecole.preau", key=KEY).close()
        (place / "ecole.preau.lock").unlink()
        (place / "ecole.preau").chmod(0o444)
    free.chmod(0o777)
    open_folder.chmod(0o555)
    before = digests(open_folder)
    answer = faulty("read_only", open_folder)
    assert digests(open_folder) == before
    assert answer["writable"] is False
    assert answer["open"] == answer["create"] == "vault_read_only"
    assert answer["open_file"] == "vault_read_only"
    assert answer["read"] in ("ok", "vault_read_only")
    assert "lecture seule" in answer["open_sentence"]


def test_our_own_mistakes_are_no_fault_of_the_disk(path: Path) -> None:
    """A statement that speaks of « locked » or « full » is not a locked file or a full disk."""
    with (
        open_vault(path, key=KEY) as vault,
        pytest.raises(IntegrityError),
        vault.write() as connection,
    ):
        connection.execute(insert(secrets), [{"name": "locked full", "value": "readonly"}] * 2)


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x40
    path.write_bytes(content)
