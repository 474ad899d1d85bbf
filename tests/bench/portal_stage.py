"""A town's portal for the benches: a base filled by the real desk, then served by real processes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import event, select, update

from app.models.acts import ActFields
from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    ReportLine,
    ReportSource,
)
from app.models.clock import system_clock
from app.models.report_content import DocumentFormat, ReportKind, canonical
from app.models.secrets import ARGON2_HASH_BYTES, ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_SALT_BYTES, ARGON2_TIME
from app.models.states import AccountOrigin, AccountState
from app.server.portal.family import prove_all
from app.server.tables import portal_accounts
from app.services import notify
from app.services.demo.school import make_school
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sealing import open_secret, school_keyring
from tests.bench.cores import pinned
from tests.services.reports.rendering import samples
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server

PUPILS = 120
PASSWORD = "une phrase tranquille"
SECRET = "5e" * 32
"""The secret of ``live_server`` too: what one process has sealed the next one opens."""
SAMPLES = 20
"""Accounts whose pages are asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ours: what it answered, and how many times it read and wrote to do so."""

    path: str
    cookies: Sequence[str]
    html: str
    reads: int
    writes: int


@dataclass(frozen=True, slots=True)
class Town:
    """A filled base. ``logins`` have ``PASSWORD``; ``token`` is in the QR code of a sheet that nobody has used."""

    url: str
    logins: Sequence[str]
    token: str
    pages: Sequence[Page]


def hasher() -> PasswordHasher:
    """The hash as the parameters say, by the library alone."""
    return PasswordHasher(
        time_cost=ARGON2_TIME, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_LANES, hash_len=ARGON2_HASH_BYTES,
        salt_len=ARGON2_SALT_BYTES,
    )  # fmt: skip


def fill(folder: Path, url: str, *, livrets: bool = False) -> Town:
    """A school of a hundred families in that base; every parent but one is in. With ``livrets``, each child has a year's."""
    folder.mkdir(exist_ok=True)
    quiet = {"outbox_every_s": 3600.0}  # what it asks the base is not what a page asks
    with live_server(folder, database_url=url, settings=quiet) as server, live_desk(folder) as desk:
        server.add_school()
        desk.import_school(make_school(pupils=PUPILS))
        desk.enrol(server, server.code())
        desk.sync()
        token = _print_one(desk, folder)
        if livrets:
            bring_bilans(desk, periods=(1, 2, 3), on=desk.desk.now()[:10])
        desk.sync()
        logins = _let_in(server)
        return Town(url, logins, token, _pages(server, logins, token, livrets=livrets))


def bring_bilans(desk: LiveDesk, *, periods: Sequence[int], on: str | None = None) -> None:
    """A bilan of each period for each pupil, locked, published from the day ``on``; all of them say the same."""
    document = canonical(samples.periodic())
    name = VaultStore(desk.desk.vault, desk.desk.clock).put(document)
    with desk.desk.vault.read() as connection:
        pupils = SchoolRows(connection, desk.school_id).all("pupils")
    lines = tuple(
        ReportLine(
            report_id=desk.desk.new_id(), pupil_id=row["id"], kind=ReportKind.PERIODIC, year=2026, cycle=2, level="CE1",
            period_index=period, period_count=3, format=DocumentFormat.CONTENT, document=name, size=len(document),
        )
        for row in pupils
        for period in periods
    )  # fmt: skip
    ids = tuple(line.report_id for line in lines)
    acts: tuple[tuple[str, ActFields], ...] = (
        ("bilan.importer", ImportReportsFields(source=ReportSource.XML, reports=lines)),
        ("bilan.verrouiller", LockReportsFields(report_ids=ids, locked=True)),
        ("bilan.publier", PublishReportsFields(report_ids=ids, on=on)),
    )
    for kind, fields in acts if on else acts[:2]:
        submit(desk.desk, school_id=desk.school_id, kind=kind, fields=fields)


def _print_one(desk: LiveDesk, folder: Path) -> str:
    """A sheet for one guardian; the token in its QR code."""
    with desk.desk.vault.read() as connection:
        account_id = SchoolRows(connection, desk.school_id).all("accounts")[0]["id"]
    plan = notify.plan(desk.desk, school_id=desk.school_id, account_ids=[account_id], reset=False)
    done = notify.print_sheets(desk.desk, plan=plan, folder=folder, processes=1)
    with desk.desk.vault.read() as connection:
        rows = SchoolRows(connection, desk.school_id)
        sheet = next(row for row in rows.all("sheets") if row["batch_id"] == done.batch_id)
        keys = school_keyring(connection, desk.school_id)
    login = sheet["login"]
    return open_secret(
        sheet["sealed"], version=sheet["key_version"], keys=keys, sheet_id=sheet["id"], login=login
    ).token


def _let_in(server: LiveServer) -> list[str]:
    """Every account that waits for nothing gets the password; their log-ins."""
    waiting = portal_accounts.c.state == AccountState.NOT_NOTIFIED
    with server.database.write() as connection:
        found = connection.execute(select(portal_accounts.c.id, portal_accounts.c.login).where(waiting)).all()
        values = {"password_hash": hasher().hash(PASSWORD), "origin": AccountOrigin.SCHOOL.value}
        connection.execute(update(portal_accounts).where(waiting).values(state=AccountState.ACTIVE.value, **values))
        for portal_id, _ in found:
            prove_all(connection, portal_id, clock=system_clock)
    return [login for _, login in found]


def _pages(server: LiveServer, logins: Sequence[str], token: str, *, livrets: bool) -> list[Page]:
    some = random.Random(4).sample(list(logins), SAMPLES)
    inside = [_cookies(server, "/connexion", {"identifiant": login, "mot_de_passe": PASSWORD}) for login in some]
    paths = {"/": [""], "/activation": [f"preau_a={token}"], "/enfants": inside, "/compte": inside}
    if livrets:
        paths = {"/enfants": inside, "/livrets": inside}
    return [_page(server, path, cookies) for path, cookies in paths.items()]


def _cookies(server: LiveServer, path: str, typed: dict[str, str]) -> str:
    answer = httpx.post(server.url + path, data=typed, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30)
    assert answer.status_code == 303, answer.text
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


def _page(server: LiveServer, path: str, cookies: Sequence[str]) -> Page:
    """Asked for twice: what a first visit of the day writes is not what a page costs."""
    for cookie in cookies:
        httpx.get(server.url + path, headers={"Cookie": cookie})
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement.split()[0])

    event.listen(server.database.engine, "before_cursor_execute", note)
    answer = httpx.get(server.url + path, headers={"Cookie": cookies[0]})
    event.remove(server.database.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    reads = said.count("SELECT")
    return Page(path, cookies, answer.text, reads, said.count("UPDATE") + said.count("INSERT"))


@dataclass(frozen=True, slots=True)
class Served:
    """Some server processes."""

    ports: tuple[int, ...]
    pids: tuple[int, ...]


@contextmanager
def workers(folder: Path, town: Town, cores: Sequence[set[int]], **settings: object) -> Iterator[Served]:
    """``preau serve`` for each of ``cores``, on one base, as behind a proxy; ``settings`` without their PREAU_."""
    more = {f"PREAU_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREAU_")}
    environment = {
        **kept, "PREAU_DATABASE_URL": town.url, "PREAU_SECRET": SECRET, "PREAU_TERMS_VERSION": "",
        "PREAU_PUBLIC_URL": "http://127.0.0.1", **more,
    }  # fmt: skip
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", "0"]
    with ExitStack() as stack:
        started = [stack.enter_context(served(command, one, folder=folder, environment=environment)) for one in cores]
        yield Served(tuple(port for port, _ in started), tuple(pid for _, pid in started))


@contextmanager
def served(
    command: Sequence[str],
    cores: set[int],
    *,
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
    told: str = "",
) -> Iterator[tuple[int, int]]:
    """(port, process id) of a server that is told something, and says its address in its first line of stderr."""
    with pinned(cores):
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    assert process.stdin is not None and process.stderr is not None
    try:
        process.stdin.write(told)
        process.stdin.close()
        line = process.stderr.readline()
        assert "http://127.0.0.1:" in line, line
        yield int(line.split("http://127.0.0.1:")[1].split(".")[0]), process.pid
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(timeout=30)
