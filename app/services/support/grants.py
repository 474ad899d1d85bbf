"""« Accès de l’assistance »: a director opens her school to an officer, sees what was looked at, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.models.clock import instant
from app.models.errors import InputError, NotFound, Refused
from app.models.support import CODE_DIGITS, GRANT_LIFE, EndGrantFields, GrantFields, MeetRequest, Reading, last_instant
from app.models.tables import Row
from app.services.account_card import moment_words
from app.services.desk import Desk
from app.services.records.apply_support import longest
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.support.copies import is_copy
from app.services.sync.transport import Address, SupportLine

READ_WORDS = {Reading.OPENING: "la copie", Reading.DIAGNOSIS: "un parent bloqué"}


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """Somebody of the assistance to whom this school may open its records; ``by_code`` for one met on the phone."""

    officer_id: str
    name: str
    by_code: bool
    granted: bool


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant, in words. ``until`` and ``granted_at`` are stored instants; ``living`` while the records are open."""

    grant_id: str
    officer_id: str
    name: str
    granted_at: str
    until: str
    living: bool
    state: str
    readings: str
    last: str
    """What was looked at last, and when; empty for never."""
    openings: int
    diagnoses: int


def known_officers(desk: Desk, *, school_id: str) -> tuple[KnownOfficer, ...]:
    """The officers of the circonscription, and those met by a code, by name."""
    now = desk.now()
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        open_to = {row["officer_id"] for row in rows.all("support_grants") if _lives(row, now)}
        found = [row for row in rows.all("support_officers") if row["ended_at"] is None]
    lines = [KnownOfficer(row["id"], row["name"], row["way"] == "code", row["id"] in open_to) for row in found]
    return tuple(sorted(lines, key=lambda one: (one.name, one.officer_id)))


def list_grants(desk: Desk, *, school_id: str) -> tuple[GrantLine, ...]:
    """Every grant of a school, those that are open first, then the latest."""
    now = desk.now()
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        zone = _zone(rows)
        found = rows.all("support_grants")
    lines = [_line(row, now, zone) for row in sorted(found, key=lambda row: str(row["granted_at"]), reverse=True)]
    return tuple(sorted(lines, key=lambda line: not line.living))


def grant(desk: Desk, *, school_id: str, officer_id: str, until: date | None = None) -> GrantLine:
    """Open the school to an officer: 72 hours, or to the end of a day. Raises NotFound, Refused for a day too far or past."""
    _check_director(desk, school_id)
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        zone, last = _zone(rows), longest(rows, desk.now())
    ends = min(instant(desk.clock() + GRANT_LIFE), last) if until is None else instant(last_instant(until, zone))
    fields = GrantFields(grant_id=desk.new_id(), officer_id=officer_id, until=ends)
    submit(desk, school_id=school_id, kind="assistance.accorder", fields=fields)
    return next(line for line in list_grants(desk, school_id=school_id) if line.grant_id == fields.grant_id)


def end(desk: Desk, *, school_id: str, grant_id: str) -> GrantLine:
    """Close the school to that officer, at the next exchange of her PC at the latest. Raises NotFound."""
    _check_director(desk, school_id)
    submit(desk, school_id=school_id, kind="assistance.terminer", fields=EndGrantFields(grant_id=grant_id))
    return next(line for line in list_grants(desk, school_id=school_id) if line.grant_id == grant_id)


def meet(line: SupportLine, *, address: Address, code: str, follow: Callable[[], object]) -> tuple[str, str]:
    """Whose code was heard: (officer's id, name); ``follow`` synchronises, so that her row is here.

    Raises InputError for what is no code, TransportError without a network, Refused where nobody has that code.
    """
    digits = "".join(filter(str.isdigit, code))
    if len(digits) != CODE_DIGITS:
        raise InputError("code_wrong", f"Le code de l’assistance a {CODE_DIGITS} chiffres.")
    found = line.meet(address, MeetRequest(code=digits))
    follow()
    return found.officer_id, found.name


def officer_named(desk: Desk, *, school_id: str, text: str) -> KnownOfficer:
    """The officer of that id, or whose name holds these words. Raises NotFound, Refused for several."""
    wanted = text.casefold().split()
    known = known_officers(desk, school_id=school_id)
    found = [one for one in known if text == one.officer_id or all(word in one.name.casefold() for word in wanted)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in known) or "personne encore"
    if found:
        raise Refused("several_officers", f"Plusieurs personnes répondent à ce nom\u00a0: {names}.")
    raise NotFound(
        "officer_unknown", f"L’école ne connaît pas cette personne de l’assistance. Elle connaît\u00a0: {names}."
    )


def _check_director(desk: Desk, school_id: str) -> None:
    if is_copy(desk, school_id=school_id):
        raise Refused("role", "Seule la direction de l’école ouvre ou ferme ses dossiers à l’assistance.")


def _lives(row: Row, now: str) -> bool:
    return row["ended_at"] is None and bool(now < row["until"])


def _line(row: Row, now: str, zone: str) -> GrantLine:
    living = _lives(row, now)
    if row["ended_at"] is not None:
        state = f"terminé le {moment_words(row['ended_at'], zone)}" + (
            f" par {row['ended_by']}" if row["ended_by"] else ""
        )
    else:
        state = f"{'ouvert jusqu’au' if living else 'fini le'} {moment_words(row['until'], zone)}"
    return GrantLine(
        grant_id=row["id"], officer_id=row["officer_id"], name=row["officer_name"], granted_at=row["granted_at"],
        until=row["until"], living=living, state=state, readings=_readings(row), last=_last(row, zone),
        openings=row["openings"], diagnoses=row["diagnoses"],
    )  # fmt: skip


def _readings(row: Row) -> str:
    """« 2 ouvertures, 5 recherches »."""
    counts = [(row["openings"], "ouverture"), (row["diagnoses"], "recherche")]
    told = ", ".join(f"{count}\u00a0{word}{'s' * (count > 1)}" for count, word in counts if count)
    return told or "rien n’a été regardé"


def _last(row: Row, zone: str) -> str:
    return f"{moment_words(row['read_at'], zone)}, {READ_WORDS[Reading(row['read_what'])]}" if row["read_at"] else ""


def _zone(rows: SchoolRows) -> str:
    return rows.need("schools", rows.school_id)["timezone"] or "Europe/Paris"
