"""A child's birth date as a proof, never alone: five tries a child over every path (identity.md, « Secrets »)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from app.models.clock import Clock
from app.server.accounts import limits
from app.server.inbox import Teller
from app.services.languages import source as _

NEUTRAL = _(
    "Cette date ne convient pas, ou trop d’essais ont été faits. Vérifiez-la\u202f; au besoin, l’école peut vous aider."
)
INCOMPLETE = _("Indiquez le jour, le mois et l’année, par exemple 14 3 2018.")
_SCOPE = "birth_date"


@dataclass(frozen=True, slots=True)
class Record:
    """One school's record of the child whose date is asked, and the account by which she is reached."""

    school_id: str
    account_id: str
    pupil_id: str
    birth_date: str | None

    @property
    def subject(self) -> str:
        return f"{self.school_id}:{self.pupil_id}"


def read_date(day: str, month: str, year: str) -> str | None:
    """A typed date as stored, or None where it is not a date. A year of two digits is of this century."""
    try:
        century = 2000 if len(year.strip()) == 2 else 0
        return date(int(year) + century, int(month), int(day)).isoformat()
    except ValueError:
        return None


def confirm(
    connection: Connection, records: Sequence[Record], typed: str | None, *, teller: Teller, clock: Clock
) -> list[Record]:
    """The records of one child that have this date; their tries begin again.

    A wrong date counts for each record. The fifth closes the way, and the school sees why and reopens it.
    """
    in_order = sorted(records, key=lambda one: one.subject)  # of locks: the other parent may be at the same children
    living = [one for one in in_order if not limits.is_closed(connection, scope=_SCOPE, subject=one.subject)]
    right = [one for one in living if typed is not None and one.birth_date == typed]
    for one in right:
        limits.forget(connection, scope=_SCOPE, subject=one.subject)
    for one in () if right else living:
        count = limits.note_failure(connection, scope=_SCOPE, subject=one.subject, clock=clock)
        said = {"reason": "birth_date", "tries": count}
        teller.tell_school(connection, one.school_id, one.account_id, "failed_try", said)
        if count >= limits.BIRTH_DATE_TRIES:
            teller.tell_school(connection, one.school_id, one.account_id, "block", {"code": "birth_date_tries"})
    return right
