"""The journal: who did what, when, on which PC, in words; searched as one types, and exported (sync.md, Acts).

It is read from the acts that the server has judged and from those still to be sent. Times are those of the PC where
the act was done; the server's own stands beside them in the export.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.clock import parse_instant
from app.models.names import fold
from app.models.states import Verdict
from app.models.tables import Row
from app.services import journal_words
from app.services.act_reading import judged, pending
from app.services.desk import Desk
from app.services.journal_words import Names
from app.services.records.rows import SchoolRows
from app.services.schools import one_school
from app.services.spreadsheets import csv_bytes
from app.services.undoing import Offer, Offers
from app.services.vault.tables import links
from app.services.writing import write_whole

HEADER = ("Date", "Heure", "Personne", "Poste", "Action", "Détail", "État", "Reçu par le serveur le")
PENDING = "à envoyer"
STATES = {
    Verdict.ACCEPTED: "enregistré",
    Verdict.CONFLICT: "enregistré, à revoir",
    Verdict.REFUSED: "refusé",
    Verdict.STORED: "gardé par le serveur jusqu’à sa mise à jour",
}


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One act. ``at`` is a stored instant; ``day`` and ``time`` are those where the school is, as screens show them."""

    act_id: str
    at: str
    day: str
    time: str
    author: str
    device: str
    kind: str
    title: str
    detail: str
    state: str
    received_on: str
    """« 21-11-2026 14 h 02 », empty while it is to be sent."""
    undo: Offer
    key: str = field(repr=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """The line of the export."""
        return (
            self.day, self.time, self.author, self.device, self.title, self.detail, self.state, self.received_on
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Journal:
    """Every act of a school, the latest first."""

    lines: tuple[JournalLine, ...]

    def find(self, text: str) -> tuple[JournalLine, ...]:
        """The lines that have every word of ``text`` somewhere; case and accents do not matter."""
        words = fold(text).split()
        return tuple(line for line in self.lines if all(word in line.key for word in words)) if words else self.lines


def read_journal(desk: Desk, *, school_id: str) -> Journal:
    """The journal of a school. Slow for many years of acts: not for the window's thread."""
    zone = one_school(desk, school_id=school_id).timezone
    with desk.vault.read() as connection:
        acts = {act["id"]: act for act in (*judged(connection, school_id), *pending(connection, school_id))}
        rows = SchoolRows(connection, school_id)
        names = Names(rows, zone, acts=acts.get)
        rows.all("traces")
        offers = Offers(connection, rows, names)
        own = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar()
        found = [_line(act, names, own, offers) for act in acts.values()]
    return Journal(tuple(sorted(found, key=lambda line: (line.at, line.act_id), reverse=True)))


def write_journal(lines: Sequence[JournalLine], *, file: Path) -> Path:
    """Write lines as CSV, the latest first. Raises PreauError where the file cannot be written."""
    return write_whole(file, csv_bytes(HEADER, (line.cells for line in lines)))


def as_json(lines: Sequence[JournalLine]) -> list[dict[str, Any]]:
    """The command line's rows; ``undo`` says what undoing each would be, ``blocked`` why it cannot be."""
    names = ("act_id", "at", "author", "device", "kind", "title", "detail", "state", "received_on")
    undo = ("label", "possible", "consequence", "blocked")
    return [
        {**{name: getattr(line, name) for name in names}, "undo": {name: getattr(line.undo, name) for name in undo}}
        for line in lines
    ]


def _line(act: Row, names: Names, own: str | None, offers: Offers) -> JournalLine:
    day, time = _when(act["client_time"], names.zone)
    title, detail = journal_words.title(act["kind"]), journal_words.detail(act["kind"], act["fields"] or {}, names)
    author, device, state = act["author"] or "", _device(act, names, own), _state(act)
    received = " ".join(_when(act["received_at"], names.zone)) if act["received_at"] else ""
    return JournalLine(
        act_id=act["id"], at=act["client_time"], day=day, time=time, author=author, device=device, kind=act["kind"],
        title=title, detail=detail, state=state, received_on=received, undo=offers.of(act),
        key=fold(" ".join((day, time, author, device, title, detail, state))),
    )  # fmt: skip


def _when(at: str, zone: str) -> tuple[str, str]:
    local = parse_instant(at).astimezone(ZoneInfo(zone))
    return f"{local:%d-%m-%Y}", f"{local.hour}\u00a0h\u00a0{local.minute:02d}"


def _device(act: Row, names: Names, own: str | None) -> str:
    device_id = own if act.get("here") else act["device_id"]
    label = names.device(device_id)
    if act.get("here") or device_id == own:
        return f"{label} (ce poste)" if label else "Ce poste"
    return label


def _state(act: Row) -> str:
    if act["verdict"] is None:
        return PENDING
    words = STATES.get(act["verdict"], str(act["verdict"]))
    return f"{words}\u00a0: {act['sentence']}" if act["verdict"] == Verdict.REFUSED and act["sentence"] else words
