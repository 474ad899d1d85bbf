"""``preau admin check``: what an operator should know of a server from outside and around it, a line each.

Each check says what it saw and, where something is to be done, what.
"""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers, Resolver
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app.models.clock import Clock
from app.server.database import Database
from app.server.outbox.carriers import Budget
from app.server.settings import ServerSettings
from app.server.watch.routes import LATE_S, readiness

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SOON, VERY_SOON = timedelta(days=21), timedelta(days=5)
LATE_BACKUP, NO_BACKUP = timedelta(hours=26), timedelta(days=3)
DRIFT, WRONG_CLOCK = timedelta(seconds=5), timedelta(minutes=1)
LITTLE_DISK, NO_DISK = 0.15, 0.05


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "attention"
    ERROR = "erreur"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do."""

    name: str
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class World:
    """What is outside of the server, given so that it can be another one."""

    clock: Clock
    resolver: Callable[[], Resolver] = Resolver
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    patience_s: float = 10.0
    """How long each peer has to answer."""


def check(settings: ServerSettings, database: Database, world: World) -> Iterator[Finding]:
    """Every check; none raises for what is wrong outside."""
    yield from _base(database, world.clock)
    yield _tls(settings.public_url, world)
    yield from _mail(settings, world)
    yield _texts(settings, database, world.clock)
    yield _clock(database, world.clock)
    for folder in sorted(_folders(settings)):
        yield disk(folder)
    yield backup(settings.backup_file, world.clock)


def _base(database: Database, clock: Clock) -> Iterator[Finding]:
    found = readiness(database, clock)
    said = {
        "ok": (Level.OK, "répond, à la version de ce programme."),
        "away": (Level.ERROR, "ne répond pas\u00a0: vérifiez PREAU_DATABASE_URL et le serveur de la base."),
        "wrong_version": (
            Level.ERROR,
            "n’est pas à la version de ce programme\u00a0: sauvegardez-la, puis «\u00a0admin migrate\u00a0».",
        ),
    }  # fmt: skip
    yield Finding("base", *said[found.base])
    for channel, age in found.late_s.items():
        late = age > LATE_S
        words = f"des messages attendent depuis {age // 60} minutes\u00a0: voyez le serveur d’envoi et le journal."
        yield Finding(
            f"envoi {channel}", Level.WARNING if late else Level.OK, words if late else "rien n’est en retard."
        )


def _tls(public_url: str, world: World) -> Finding:
    """The certificate that parents' browsers see."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        if host in LOOPBACK:
            return Finding(
                "TLS",
                Level.WARNING,
                "adresse de cette machine seule\u00a0: donnez PREAU_PUBLIC_URL en https:// avant d’ouvrir.",
            )
        return Finding(
            "TLS", Level.ERROR, "PREAU_PUBLIC_URL n’est pas en https://\u00a0: les mots de passe passeraient en clair."
        )
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=world.patience_s) as line,
            world.tls().wrap_socket(line, server_hostname=host) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding(
            "TLS",
            Level.ERROR,
            f"certificat refusé ({error.verify_message})\u00a0: renouvelez-le, avec toute sa chaîne.",
        )
    except OSError as error:
        return Finding(
            "TLS",
            Level.ERROR,
            f"{host} ne répond pas ({type(error).__name__})\u00a0: voyez le mandataire et le pare-feu.",
        )
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    left = ends - world.clock()
    level = Level.ERROR if left < VERY_SOON else Level.WARNING if left < SOON else Level.OK
    more = "" if level is Level.OK else "\u00a0: renouvelez-le"
    return Finding("TLS", level, f"certificat valable encore {left.days} jours{more}.")


def _mail(settings: ServerSettings, world: World) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of the sender: without them, schools' mails end among the unwanted ones."""
    if not settings.smtp_host:
        yield Finding("courriels", Level.WARNING, "PREAU_SMTP_HOST est vide\u00a0: aucun courriel ne part.")
        return
    domain, bounces = (address.rpartition("@")[2] for address in (settings.mail_from, settings.mail_return_path))
    resolver = world.resolver()
    resolver.lifetime = world.patience_s
    yield _record(
        resolver, "SPF", bounces or domain, "v=spf1", "publiez un enregistrement TXT «\u00a0v=spf1 … -all\u00a0»"
    )
    if settings.dkim_selector:
        name = f"{settings.dkim_selector}._domainkey.{domain}"
        yield _record(resolver, "DKIM", name, "p=", "publiez la clé donnée par votre serveur d’envoi")
    else:
        yield Finding("DKIM", Level.WARNING, "donnez PREAU_DKIM_SELECTOR pour que la clé de signature soit vérifiée.")
    yield _record(
        resolver, "DMARC", f"_dmarc.{domain}", "v=dmarc1", "publiez au moins «\u00a0v=DMARC1; p=quarantine\u00a0»"
    )


def _record(resolver: Resolver, name: str, where: str, mark: str, todo: str) -> Finding:
    try:
        answers = resolver.resolve(where, "TXT")
        found = [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]
    except (NXDOMAIN, NoAnswer):
        found = []
    except (NoNameservers, DNSException) as error:
        return Finding(
            name, Level.WARNING, f"le DNS ne répond pas pour {where} ({type(error).__name__})\u00a0: réessayez."
        )
    ours = [text for text in found if mark in text.lower()]
    if len(ours) == 1:
        return Finding(name, Level.OK, f"publié pour {where}.")
    if ours and name != "DKIM":
        return Finding(
            name, Level.ERROR, f"{len(ours)} enregistrements pour {where}\u00a0: un seul est admis, gardez le bon."
        )
    return Finding(
        name,
        Level.OK if ours else Level.ERROR,
        f"publié pour {where}." if ours else f"rien pour {where}\u00a0: {todo}.",
    )


def _texts(settings: ServerSettings, database: Database, clock: Clock) -> Finding:
    """What is left of the day's texts."""
    if not settings.sms_url:
        return Finding("SMS", Level.WARNING, "PREAU_SMS_URL est vide\u00a0: aucun code ne part par SMS.")
    used = Budget(database, clock, settings.sms_daily_school, settings.sms_daily).used()
    share = used / settings.sms_daily if settings.sms_daily else 1.0
    level = Level.ERROR if share >= 1 else Level.WARNING if share > 0.8 else Level.OK
    more = "" if level is Level.OK else "\u00a0: vérifiez d’où ils viennent, puis PREAU_SMS_DAILY"
    return Finding("SMS", level, f"{used} sur {settings.sms_daily} en 24 heures{more}.")


def _clock(database: Database, clock: Clock) -> Finding:
    """This machine against that of the base."""
    if database.is_sqlite:
        return Finding("horloge", Level.OK, "celle de cette machine\u00a0: la base n’en a pas d’autre.")
    with database.read() as connection:
        theirs: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    drift = abs(theirs - clock())
    level = Level.ERROR if drift > WRONG_CLOCK else Level.WARNING if drift > DRIFT else Level.OK
    more = "" if level is Level.OK else "\u00a0: réglez les deux machines par NTP"
    return Finding("horloge", level, f"{drift.total_seconds():.0f} s d’écart avec la base{more}.")


def _folders(settings: ServerSettings) -> set[Path]:
    """Those that grow: the base where it is a file, and the backups."""
    url = make_url(settings.database_url)
    found = (
        {Path(url.database).resolve().parent} if url.get_backend_name() == "sqlite" and url.database else {Path.cwd()}
    )
    if settings.backup_file is not None and settings.backup_file.exists():
        kept = settings.backup_file.resolve()
        found.add(kept if kept.is_dir() else kept.parent)
    return found


def disk(folder: Path, usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> Finding:
    """How much is left where ``folder`` is."""
    total, _used, free = usage(folder)
    share = free / total
    level = Level.ERROR if share < NO_DISK else Level.WARNING if share < LITTLE_DISK else Level.OK
    more = "" if level is Level.OK else "\u00a0: faites de la place"
    gigabytes = f"{free / 2**30:.1f}".replace(".", ",")
    return Finding("disque", level, f"{gigabytes} Go libres ({share * 100:.0f} %) pour {folder}{more}.")


def backup(path: Path | None, clock: Clock) -> Finding:
    """The age of the latest file that is not empty."""
    if path is None:
        return Finding(
            "sauvegarde", Level.WARNING, "donnez PREAU_BACKUP_FILE pour que l’âge de la dernière soit vérifié."
        )
    files = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    written = [found.st_mtime for file in files if file.is_file() and (found := file.stat()).st_size]
    if not written:
        return Finding(
            "sauvegarde", Level.ERROR, f"aucune dans {path}\u00a0: lancez la sauvegarde, et regardez sa tâche."
        )
    age = clock() - datetime.fromtimestamp(max(written), UTC)
    level = Level.ERROR if age > NO_BACKUP else Level.WARNING if age > LATE_BACKUP else Level.OK
    more = "" if level is Level.OK else "\u00a0: regardez pourquoi la tâche n’a pas tourné"
    hours = int(age.total_seconds() // 3600)
    old = f"{hours} h" if hours > 0 else "moins d’une heure"
    return Finding("sauvegarde", level, f"la dernière a {old}{more}.")
