"""The operator's guide, step by step: a machine installed, saved, upgraded, and restored on another one."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.models.tables import Row
from app.services import notify
from app.services.corrections import correct
from app.services.demo.school import make_school
from app.services.records.rows import SchoolRows
from app.services.sealing import open_secret, school_keyring
from tests.packaging.machine import Machine, Ports, machine, some_ports, step
from tests.support.live import LiveDesk, live_desk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1800)]
BEFORE, AFTER = "10 rue d’avant", "12 rue d’après"


def install(there: Machine, *, secret: bytes | None = None) -> None:
    """Steps 1 to 5; a machine that takes another's place is given its secret."""
    for name in ("installer", "base", "réglages"):
        there.step(name)
    there.run(
        f"sed -i 's|^PREAU_PUBLIC_URL=.*|PREAU_PUBLIC_URL={there.url}|; s|^PREAU_WORKERS=.*|PREAU_WORKERS=2|' "
        "/etc/preau/preau.env"
    )
    if secret is not None:
        there.file("etc/preau/secret").write_bytes(secret)
    there.step("service")
    there.step("mandataire")


@pytest.fixture
def ports() -> Ports:
    return some_ports()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LiveDesk]:
    from app.models.clock import system_clock

    with live_desk(tmp_path, clock=system_clock) as made:
        made.import_school(make_school(pupils=6))
        yield made


def join(desk: LiveDesk, there: Machine, code: str) -> None:
    """The desk enrols through nginx."""
    desk.join(there.url, code)
    desk.sync()


def first_account(desk: LiveDesk) -> Row:
    with desk.desk.vault.read() as connection:
        return min(SchoolRows(connection, desk.school_id).all("accounts"), key=lambda row: row["login"])


def correct_address(desk: LiveDesk, value: str) -> None:
    """An act of the director's, sent to the server."""
    guardian = first_account(desk)["guardian_id"]
    correct(desk.desk, school_id=desk.school_id, table="guardians", record_id=guardian, values={"address": value})
    desk.sync()


def print_token(desk: LiveDesk, folder: Path) -> str:
    """The token of a sheet that was printed and is known to the server."""
    folder.mkdir()
    plan = notify.plan(desk.desk, school_id=desk.school_id, account_ids=[first_account(desk)["id"]], reset=False)
    notify.print_sheets(desk.desk, plan=plan, folder=folder, processes=1)
    desk.sync()
    with desk.desk.vault.read() as connection:
        (sheet,) = SchoolRows(connection, desk.school_id).all("sheets")
        keys = school_keyring(connection, desk.school_id)
    secret = open_secret(
        sheet["sealed"], version=sheet["key_version"], keys=keys, sheet_id=sheet["id"], login=sheet["login"]
    )
    return secret.token


def corrected(there: Machine) -> str:
    return there.sql("SELECT corrections->'address'->>'value' FROM guardians WHERE corrections IS NOT NULL")


def test_a_machine_is_installed_saved_lost_and_restored_elsewhere(
    ports: Ports, desk: LiveDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine(ports) as first:
        install(first)
        monkeypatch.setenv("SSL_CERT_FILE", str(first.bundle))
        first.step("clé")
        first.step("sauvegardes")
        code = first.step("école").splitlines()[-1]
        join(desk, first, code)
        correct_address(desk, BEFORE)
        bilan = Path("une-ecole/un-bilan")
        first.file("var/lib/preau/documents/une-ecole").mkdir(parents=True)
        (first.file("var/lib/preau/documents") / bilan).write_bytes(b"chiffre")
        first.run("systemctl start preau-backup.service")
        backup = max(first.file("var/backups/preau").glob("*.age"))
        assert (first.file("var/backups/preau/documents") / bilan).read_bytes() == b"chiffre"
        kept = backup.read_bytes(), (first.home / "cle-de-sauvegarde.txt").read_text(encoding="utf-8")
        secret = first.file("etc/preau/secret").read_bytes()
        nothing_secret_is_in(first, backup, secret)
        correct_address(desk, AFTER)
        assert corrected(first) == AFTER
        token = print_token(desk, tmp_path / "sheets")
        no_token_is_logged(first, token)
        wrong = first.run("/opt/preau/packaging/server/restore.sh x y", code=1)
        assert "sert encore" in wrong
    with machine(ports) as second:
        install(second, secret=secret)
        monkeypatch.setenv("SSL_CERT_FILE", str(second.bundle))
        (second.home / "perdue.dump.age").write_bytes(kept[0])
        (second.home / "cle-de-sauvegarde.txt").write_text(kept[1], encoding="utf-8")
        (second.home / "documents/une-ecole").mkdir(parents=True)
        (second.home / "documents" / bilan).write_bytes(b"chiffre")
        said = second.typed(step("restaurer").replace("SAUVEGARDE.dump.age", "perdue.dump.age"))
        assert "Restaurée." in said and "NOTICE" not in said
        assert corrected(second) == BEFORE
        assert (second.file("var/lib/preau/documents") / bilan).read_bytes() == b"chiffre"
        second.run("curl --silent --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8000/pret")
        desk.sync()
        assert corrected(second) == AFTER, "the desk gave back what the backup had not"
        with httpx_of(second) as parent:
            assert parent.get(f"/a/{token}").headers["location"] == "/activation"
        second.run("age-keygen -y cle-de-sauvegarde.txt > backup-recipients.txt")
        second.step("sauvegardes")
        assert "À jour." in second.step("mettre à jour")
        assert len(list(second.file("var/backups/preau").glob("*.age"))) == 2
        second.step("secret")
        kept_in = second.file("etc/preau/secret"), second.file("etc/preau/preau.env")
        assert kept_in[0].read_bytes() != secret and len(kept_in[0].read_bytes()) == len(secret)
        assert f"\nPREAU_SECRET_FORMER={secret.decode()}" in kept_in[1].read_text(encoding="utf-8")
        assert all(file.stat().st_mode & 0o777 == 0o640 for file in kept_in), "neither is readable by others"
        second.run("curl --silent --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8000/pret")
        desk.sync()


def httpx_of(there: Machine) -> httpx.Client:
    return httpx.Client(base_url=there.url, verify=ssl.create_default_context(cafile=there.bundle), timeout=60)


def nothing_secret_is_in(there: Machine, backup: Path, secret: bytes) -> None:
    """Read as somebody who holds the private key would."""
    plain = subprocess.run(
        ["age", "--decrypt", "--identity", str(there.home / "cle-de-sauvegarde.txt"), str(backup)],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    script = subprocess.run(["pg_restore", "--file=-"], input=plain, capture_output=True, check=True).stdout
    assert BEFORE.encode() in script and secret.strip() not in script and bytes.fromhex(secret.decode()) not in script
    assert b"PGDMP" not in backup.read_bytes() and backup.stat().st_mode & 0o077 == 0


def no_token_is_logged(there: Machine, token: str) -> None:
    """Whatever the address looks like, and whatever becomes of it."""
    with httpx_of(there) as parent:
        answer = parent.get(f"/a/{token}", headers={"Referer": f"{there.url}/a/{token}"})
        assert answer.status_code == 303 and len(answer.headers["x-request-id"]) == 32
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000; includeSubDomains"]
        for path in (
            f"//a/{token}", f"/x/../a/{token}", f"/%61/{token}", f"/m/{token}/", f"/ailleurs/c/{token}", f"/e/{token}",
            f"/sms/1/{token}", f"/identite/x/retour?code={token}", f"/aide?{token}", f"/api/v1/../../a/{token}", f"/{token}/",
        ):  # fmt: skip
            parent.get(httpx.URL(there.url).copy_with(raw_path=path.encode()))
        assert parent.get("/metrics").status_code == 404
        assert parent.post("/connexion", content=b"x" * 70_000).status_code == 413
        assert parent.post("/api/v1/enrol", content=b"x" * 1_200_000).status_code == 413
        seen = [parent.get("/aide").status_code for _ in range(3)]
        assert seen == [200, 200, 200]
    with httpx.Client(base_url=f"http://127.0.0.1:{there.ports.http}") as plain:
        assert plain.get(f"/a/{token}").headers["location"].startswith("https://")
    there.run("systemctl stop preau")
    with httpx_of(there) as parent:
        assert parent.get(f"/a/{token}").status_code == 502
    there.run("systemctl start preau")
    there.run("curl --silent --fail --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8000/pret")
    logs = {file: file.read_text(encoding="utf-8") for file in there.file("var/log/nginx").iterdir()}
    lines = [json.loads(line) for line in logs[there.file("var/log/nginx/preau.access.log")].splitlines()]
    addresses = {line["address"] for line in lines}
    assert {"/a/***", "/m/***", "/ailleurs/c/***", "/e/***", "/sms/***", "/identite/x/retour", "/aide"} <= addresses
    assert {line["from"] for line in lines} == {"127.0.0.0"}
    assert {line["id"] for line in lines} >= {answer.headers["x-request-id"]}
    ours = there.file("run/preau.log").read_text(encoding="utf-8")
    for text in (*logs.values(), ours, (there.root / "nginx/error.log").read_text(encoding="utf-8")):
        assert token not in text
    assert answer.headers["x-request-id"] in ours
