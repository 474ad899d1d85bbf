"""Support by an officer (ERUN): what a director grants, what an officer proposes, what travels (DESIGN, « Support »)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from app.models.acts import ActFields
from app.models.wire import Message

GRANT_LIFE = timedelta(hours=72)
LATE = timedelta(hours=72)
"""How long after the end of a grant a server still takes what its officer had proposed without a network."""
CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MAX_SAID = 300


class Way(StrEnum):
    """How a school knows an officer."""

    CIRCONSCRIPTION = "circonscription"
    CODE = "code"


class Reading(StrEnum):
    """What an officer looked at: told to the director, never what was typed."""

    OPENING = "opening"
    DIAGNOSIS = "diagnosis"


class By(StrEnum):
    """What the list is sorted by; the value is what the command line takes."""

    NAME = "name"
    UAI = "uai"
    GUARDIANS = "guardians"
    ACTIVATED = "activated"
    NO_MOBILE = "no_mobile"
    DUPLICATES = "duplicates"
    UNREAD = "unread_reports"
    REQUESTS = "requests"
    OLDEST = "oldest_request"
    LAST_IMPORT = "last_import"
    LAST_SYNC = "last_sync"


class ProposalStatus(StrEnum):
    """Where a proposed repair stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"open": "à décider", "accepted": "acceptée", "refused": "refusée"}[self.value]


class Repair(StrEnum):
    """What may be proposed: acts that a director can do alone, and whose words she can judge."""

    CORRECT = "responsable.corriger"
    REOPEN = "compte.rouvrir"
    PROLONG = "feuille.prolonger"
    RESEND = "compte.renvoyer"
    ACCESS = "acces.regler"
    RESET = "compte.reinitialiser"
    """Another password: its secrets are made on the director's PC, once she accepts."""


CORRECTED_FIELDS = frozenset({"last_name", "usage_name", "first_name", "email", "mobile", "phone_home", "phone_work"})
"""What of a guardian's record an officer may propose to correct."""


INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"


class GrantFields(ActFields):
    """``assistance.accorder``: the school's records open to an officer until then (a stored instant)."""

    grant_id: str = Field(max_length=36)
    officer_id: str = Field(max_length=36)
    until: str = Field(pattern=INSTANT)


class EndGrantFields(ActFields):
    """``assistance.terminer``."""

    grant_id: str = Field(max_length=36)


class ReadFields(ActFields):
    """``assistance.consulter``: the officer opened her copy, or looked for why a parent cannot get in; when, by her clock."""

    grant_id: str = Field(max_length=36)
    what: Reading
    at: str = Field(pattern=INSTANT)


class ProposeFields(ActFields):
    """``assistance.proposer``: the payload of another act, about one guardian, and why."""

    proposal_id: str = Field(max_length=36)
    grant_id: str = Field(max_length=36)
    kind: Repair
    guardian_id: str = Field(max_length=36)
    fields: dict[str, Any]
    reason: str = Field(min_length=1, max_length=MAX_SAID)


class DecideProposalFields(ActFields):
    """``assistance.decider``. ``act_id``: the director's own act, where she accepted; ``said`` is for the officer."""

    proposal_id: str = Field(max_length=36)
    accepted: bool
    act_id: str | None = Field(default=None, max_length=36)
    said: str | None = Field(default=None, max_length=MAX_SAID)


class SchoolCounts(Message):
    """What an officer reads of a school without a grant: counts, and dates; never a name."""

    guardians: int = 0
    activated: int = 0
    notified: int = 0
    no_mobile: int = 0
    duplicates: int = 0
    """Guardians whose folded name another one of the school bears."""
    unread_reports: int = 0
    """Documents that families may read on line, and that none of the child’s has."""
    requests: int = 0
    oldest_request_at: str | None = None
    last_import_at: str | None = None
    last_sync_on: str | None = None


class OfficerSchool(Message):
    """One school of an officer."""

    school_id: str
    uai: str | None = None
    name: str
    town: str | None = None
    counts: SchoolCounts | None = None
    """None for a school that is not of her circonscription, and has let her in by a code."""
    grant_id: str | None = None
    granted_until: str | None = None


class OverviewRequest(Message):
    """What an officer's PC asks from time to time."""


class OverviewReply(Message):
    """``at`` is the server's clock."""

    at: str
    name: str
    schools: list[OfficerSchool]


class CodeRequest(Message):
    """A code to say on the phone."""


class CodeReply(Message):
    """Six digits, and when they end."""

    code: str
    expires_at: str


class MeetRequest(Message):
    """The six digits that a director heard."""

    code: str = Field(max_length=20)


class MeetReply(Message):
    """Whose they are: her row is in the school's feed by now."""

    officer_id: str
    name: str


def year_end(day: date) -> date:
    """The last day of a school year, 31 August."""
    return date(day.year + (day.month > 8), 8, 31)


def last_instant(day: date, zone: str) -> datetime:
    """The end of a day where the school is, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


Standing = Literal["living", "late", "over"]
"""Of a grant: open; over since a short while, so that proposals on their way are still taken; over."""
