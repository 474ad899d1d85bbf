"""Support officers (ERUN) on the server: their enrolment, whether a school is open to them, the code said on the phone."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from app.models.clock import Clock, instant, later
from app.models.errors import Refused
from app.models.ids import RandomBytes
from app.models.states import Role
from app.models.support import (
    CODE_DIGITS,
    CODE_LIFE,
    LATE,
    CodeReply,
    MeetReply,
    OfficerSchool,
    OverviewReply,
    Standing,
    Way,
)
from app.models.tables import Row, schools, support_grants, support_officers
from app.server.accounts import limits
from app.server.database import Database
from app.server.sync import heads
from app.server.sync.counting import counts_of
from app.server.tables import device_tokens, enrol_codes, officer_schools, officers, support_codes
from app.services.records.rows import SchoolRows

SCOPE = "support_code"
GRANT_OVER = Refused(
    "grant_ended",
    "La direction de cette école n’ouvre pas (ou plus) ses dossiers à l’assistance : la copie est retirée de ce poste.",
)
WRONG = "Ce code n’est pas celui d’une personne de l’assistance, ou il a plus de dix minutes. Demandez-lui-en un autre."
WAIT = "Plusieurs codes ont été refusés pour cette école : attendez un quart d’heure, puis réessayez."


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer's PC, by its token."""

    officer_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficerService:
    """What an officer's PC asks for, and what a director asks about an officer. ``key`` hides the codes."""

    database: Database
    clock: Clock
    random_bytes: RandomBytes
    key: bytes

    def overview(self, seat: Seat) -> OverviewReply:
        """Her schools: the counts of her circonscription, and what is open to her. Raises Refused ``officer_ended``."""
        now = instant(self.clock())
        with self.database.read() as connection:
            living_officer(connection, seat.officer_id)
            counted = set(_schools_of(connection, seat.officer_id))
            open_to_her = _grants_of(connection, seat.officer_id, now)
        found = [
            self._school(school_id, open_to_her.get(school_id), counted=school_id in counted, now=now)
            for school_id in sorted(counted | open_to_her.keys())
        ]
        return OverviewReply(at=now, name=seat.name, schools=[one for one in found if one is not None])

    def _school(self, school_id: str, grant: Row | None, *, counted: bool, now: str) -> OfficerSchool | None:
        with self.database.read() as connection:
            row = connection.execute(select(schools).where(schools.c.id == school_id)).mappings().first()
        if row is None or row["uai"] is None:  # closed
            return None
        return OfficerSchool(
            school_id=school_id, uai=row["uai"], name=row["name"], town=row["town"],
            counts=counts_of(self.database, school_id, now=now) if counted else None,
            grant_id=grant["id"] if grant else None, granted_until=grant["until"] if grant else None,
        )  # fmt: skip

    def code(self, seat: Seat) -> CodeReply:
        """Six digits to say on the phone, in place of those before. Raises Refused ``officer_ended``."""
        now = instant(self.clock())
        digits = f"{int.from_bytes(self.random_bytes(8), 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
        with self.database.write() as connection:
            living_officer(connection, seat.officer_id)
            connection.execute(delete(support_codes).where(support_codes.c.officer_id == seat.officer_id))
            connection.execute(
                insert(support_codes).values(
                    officer_id=seat.officer_id, code_hash=self._hash(digits), created_at=now,
                    expires_at=later(now, CODE_LIFE),
                )
            )  # fmt: skip
        return CodeReply(code=digits, expires_at=later(now, CODE_LIFE))

    def meet(self, *, school_id: str, code: str) -> MeetReply:
        """Whose code a director heard; the officer enters the school's list. Raises Refused, after few tries ``code_wait``.

        Tries are counted for the school, before the code is looked at: ten guesses at once are ten.
        """
        subjects = [(SCOPE, school_id)]
        with self.database.write() as connection:
            if limits.take_tries(connection, subjects, clock=self.clock) is None:
                raise Refused("code_wait", WAIT)
        now = instant(self.clock())
        with self.database.write() as connection:
            officer_id = self._take(connection, "".join(filter(str.isdigit, code)), now)
            found = living_officer(connection, officer_id)
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            introduce(rows, found, way=Way.CODE, now=now)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
            limits.forget(connection, scope=SCOPE, subject=school_id)
        return MeetReply(officer_id=officer_id, name=found["name"])

    def _take(self, connection: Connection, digits: str, now: str) -> str:
        """The officer of a living code, which is used up by that. Raises Refused ``support_code``."""
        mine = (support_codes.c.code_hash == self._hash(digits), support_codes.c.used_at.is_(None))
        living = select(support_codes.c.officer_id).where(*mine, support_codes.c.expires_at > now).with_for_update()
        found = connection.execute(living).scalars().all()
        if len(found) != 1:  # two officers with the same digits: neither, rather than the wrong one
            raise Refused("support_code", WRONG)
        connection.execute(update(support_codes).where(support_codes.c.officer_id == found[0]).values(used_at=now))
        return str(found[0])

    def _hash(self, digits: str) -> str:
        return hmac.new(self.key, digits.encode(), hashlib.sha256).hexdigest()


def living_officer(connection: Connection, officer_id: str) -> Row:
    """Raises Refused ``officer_ended``."""
    found = connection.execute(select(officers).where(officers.c.id == officer_id)).mappings().first()
    if found is None or found["ended_at"] is not None:
        raise Refused("officer_ended", "L’accès de cette personne à l’assistance a pris fin.")
    return dict(found)


def introduce(rows: SchoolRows, officer: Row, *, way: Way, now: str) -> None:
    """Let a school know an officer. One of its circonscription stays so."""
    known = rows.get("support_officers", officer["id"])
    if known is None:
        rows.add("support_officers", officer["id"], name=officer["name"], way=way.value, since=now)
    elif known["ended_at"] is not None or way is Way.CIRCONSCRIPTION:
        rows.change("support_officers", officer["id"], name=officer["name"], way=way.value, ended_at=None)


def grant_of(connection: Connection, *, school_id: str, officer_id: str, now: str) -> tuple[Row, Standing]:
    """The latest grant of a school to an officer, and whether it is open. Raises Refused ``grant_ended``.

    « late » is one that ran out of itself a short while ago: her proposals are still taken, nothing is told any more.
    """
    mine = (support_grants.c.school_id == school_id, support_grants.c.officer_id == officer_id)
    statement = select(support_grants).where(*mine, support_grants.c.ended_at.is_(None))
    found = [dict(row) for row in connection.execute(statement).mappings()]
    latest = max(found, key=lambda row: str(row["until"]), default=None)
    if latest is None or later(latest["until"], LATE) <= now:
        raise GRANT_OVER
    living_officer(connection, officer_id)
    return latest, "living" if now < latest["until"] else "late"


def enrol_officer(connection: Connection, code: Row, *, public_key: str, now: str) -> None:
    """Use up the code of an officer's PC. Raises Refused where she is no officer any more."""
    living_officer(connection, code["person_id"])
    mine = enrol_codes.c.code_hash == code["code_hash"]
    connection.execute(update(enrol_codes).where(mine).values(used_at=now, used_by_key=public_key))


def end_officer(connection: Connection, officer_id: str, now: str) -> list[str]:
    """An officer's work ends: PCs, codes. Returns the schools that know her."""
    connection.execute(update(officers).where(officers.c.id == officer_id).values(ended_at=now))
    living = (device_tokens.c.person_id == officer_id, device_tokens.c.role == Role.SUPPORT.value)
    connection.execute(
        update(device_tokens).where(*living, device_tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    connection.execute(
        delete(enrol_codes).where(enrol_codes.c.person_id == officer_id, enrol_codes.c.used_at.is_(None))
    )
    for table in (support_codes, officer_schools):
        connection.execute(delete(table).where(table.c.officer_id == officer_id))
    known = select(support_officers.c.school_id).where(support_officers.c.id == officer_id)
    return sorted(connection.execute(known).scalars())


def _schools_of(connection: Connection, officer_id: str) -> list[str]:
    mine = select(officer_schools.c.school_id).where(officer_schools.c.officer_id == officer_id)
    return list(connection.execute(mine).scalars())


def _grants_of(connection: Connection, officer_id: str, now: str) -> dict[str, Row]:
    """The open grants to an officer, by school."""
    mine = (
        support_grants.c.officer_id == officer_id,
        support_grants.c.ended_at.is_(None),
        support_grants.c.until > now,
    )
    found = connection.execute(select(support_grants).where(*mine).order_by(support_grants.c.until)).mappings()
    return {row["school_id"]: dict(row) for row in found}
