"""``admin check``: a real DNS server, a real TLS port, a real base; each line says what is wrong and what to do."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dns.resolver import Resolver
from sqlalchemy import insert, text

from app.models.clock import instant, system_clock
from app.server.database import Database
from app.server.settings import ServerSettings
from app.server.tables import outbox
from app.server.watch.checking import Finding, Level, World, backup, check, disk
from tests.conftest import FakeClock
from tests.support.certificates import certificate
from tests.support.names import name_server

GOOD = {
    "ecoles.example": ("v=spf1 include:_spf.example -all", "autre=1"),
    "mai._domainkey.ecoles.example": ("v=DKIM1; k=rsa; p=MIGf",),
    "_dmarc.ecoles.example": ("v=DMARC1; p=quarantine",),
}
SHORT_S = 0.5
"""How long a peer that never answers is waited for."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()


def settings_of(database: Database, **more: object) -> ServerSettings:
    known = {
        "database_url": database.url, "smtp_host": "127.0.0.1", "mail_from": "ecole@ecoles.example", "dkim_selector": "mai",
    }  # fmt: skip
    return ServerSettings.model_validate({**known, **more})


def found(settings: ServerSettings, database: Database, world: World | None = None) -> dict[str, Finding]:
    return {
        one.name: one
        for one in check(settings, database, world or World(system_clock, closed_resolver, patience_s=SHORT_S))
    }


def closed_resolver() -> Resolver:
    """Asks nobody."""
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 9
    return resolver


def test_a_sender_whose_records_are_all_there(database: Database) -> None:
    with name_server(GOOD) as resolver:
        seen = found(settings_of(database), database, World(system_clock, lambda: resolver))
    assert {name: seen[name].level for name in ("SPF", "DKIM", "DMARC", "base", "horloge")} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "base", "horloge"), Level.OK
    )


@pytest.mark.parametrize(
    ("records", "name", "words"),
    [
        ({**GOOD, "ecoles.example": ()}, "SPF", "publiez"),
        ({**GOOD, "ecoles.example": ("v=spf1 -all", "v=spf1 mx -all")}, "SPF", "un seul est admis"),
        ({**GOOD, "mai._domainkey.ecoles.example": ()}, "DKIM", "publiez la clé"),
        ({**GOOD, "_dmarc.ecoles.example": ()}, "DMARC", "p=quarantine"),
    ],
)
def test_a_record_that_is_missing_or_there_twice(
    tmp_path: Path, records: dict[str, tuple[str, ...]], name: str, words: str
) -> None:
    base = Database(f"sqlite:///{tmp_path / 's.db'}")
    base.create_if_empty()
    with name_server(records) as resolver:
        seen = found(settings_of(base), base, World(system_clock, lambda: resolver))
    base.close()
    assert seen[name].level is Level.ERROR and words in seen[name].words
    assert all(seen[other].level is Level.OK for other in {"SPF", "DKIM", "DMARC"} - {name})


def test_bounces_of_another_domain_are_what_spf_protects(tmp_path: Path) -> None:
    base = Database(f"sqlite:///{tmp_path / 's.db'}")
    base.create_if_empty()
    with name_server({**GOOD, "retours.example": ("v=spf1 mx -all",)}) as resolver:
        settings = settings_of(base, mail_return_path="retours@retours.example")
        assert "retours.example" in found(settings, base, World(system_clock, lambda: resolver))["SPF"].words
    base.close()


@contextmanager
def tls_port(folder: Path, *, days: int) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A port that shakes hands: (port, a context that trusts it)."""
    made = certificate(folder, days=days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                try:
                    context.wrap_socket(line, server_side=True).close()
                except OSError:
                    return  # the caller does not trust us

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1], ssl.create_default_context(cafile=str(made))
        listening.close()
        thread.join()


@pytest.mark.parametrize(("days", "level"), [(90, Level.OK), (15, Level.WARNING), (3, Level.ERROR)])
def test_a_certificate_that_ends_soon(tmp_path: Path, days: int, level: Level) -> None:
    base = Database(f"sqlite:///{tmp_path / 's.db'}")
    base.create_if_empty()
    with tls_port(tmp_path, days=days) as (port, trusting):
        settings = settings_of(base, public_url=f"https://127.0.0.1:{port}")
        seen = found(settings, base, World(system_clock, closed_resolver, lambda: trusting, SHORT_S))["TLS"]
    base.close()
    assert seen.level is level and f"{days - 1} jours" in seen.words


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    base = Database(f"sqlite:///{tmp_path / 's.db'}")
    base.create_if_empty()
    with tls_port(tmp_path, days=90) as (port, _trusting):
        seen = found(settings_of(base, public_url=f"https://127.0.0.1:{port}"), base)["TLS"]
    assert seen.level is Level.ERROR and "refusé" in seen.words
    plain = found(settings_of(base, public_url="http://parents.example"), base)["TLS"]
    assert plain.level is Level.ERROR and "en clair" in plain.words
    assert found(settings_of(base), base)["TLS"].level is Level.WARNING
    base.close()


def test_the_base_the_texts_and_a_dns_that_is_silent(database: Database, clock: FakeClock) -> None:
    settings = settings_of(database, sms_url="kannel://x", sms_daily=1)
    now = instant(system_clock())
    with database.write() as connection:
        connection.execute(
            insert(outbox).values(id="a", channel="sms", recipient="+33639980101", template="t", state="accepted",
                                  created_at=now, next_at=now, done_at=now)
        )  # fmt: skip
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    seen = found(settings, database)
    assert seen["SMS"].level is Level.ERROR and "1 sur 1" in seen["SMS"].words
    assert seen["base"].level is Level.ERROR and "admin migrate" in seen["base"].words
    assert seen["SPF"].level is Level.WARNING and "réessayez" in seen["SPF"].words
    assert "+3363998" not in str(seen)


def test_a_clock_that_is_wrong(database: Database) -> None:
    late = World(lambda: system_clock() + timedelta(minutes=2), closed_resolver, patience_s=SHORT_S)
    level = found(settings_of(database), database, late)["horloge"].level
    assert level is (Level.OK if database.is_sqlite else Level.ERROR)


@pytest.mark.parametrize(("hours", "level"), [(2, Level.OK), (30, Level.WARNING), (100, Level.ERROR)])
def test_the_age_of_the_latest_backup(tmp_path: Path, hours: int, level: Level) -> None:
    now = datetime(2026, 9, 3, 8, tzinfo=UTC)
    for name, age in (("vieille", 500), ("fraîche", hours)):
        (tmp_path / name).write_text("x")
        written = (now - timedelta(hours=age)).timestamp()
        os.utime(tmp_path / name, (written, written))
    (tmp_path / "vide").touch()
    assert backup(tmp_path, lambda: now).level is level
    assert backup(tmp_path / "fraîche", lambda: now).level is level
    assert f"la dernière a {hours} h" in backup(tmp_path, lambda: now).words
    assert "moins d’une heure" in backup(tmp_path, lambda: now - timedelta(hours=hours, minutes=-5)).words


def test_no_backup_at_all(tmp_path: Path) -> None:
    (tmp_path / "vide").touch()
    assert backup(tmp_path, system_clock).level is Level.ERROR
    assert backup(tmp_path / "nulle-part", system_clock).level is Level.ERROR
    assert backup(None, system_clock).level is Level.WARNING


@pytest.mark.parametrize(("free", "level"), [(50, Level.OK), (10, Level.WARNING), (4, Level.ERROR)])
def test_a_disk_that_fills_up(tmp_path: Path, free: int, level: Level) -> None:
    assert disk(tmp_path, lambda _folder: (100 * 2**30, (100 - free) * 2**30, free * 2**30)).level is level
    assert f"{free},0 Go libres ({free} %)" in disk(tmp_path, lambda _folder: (100 * 2**30, 0, free * 2**30)).words
