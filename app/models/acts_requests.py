"""What parents ask of the school on the portal, and the payloads of what it answers (identity.md, « help form »)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from app.models.acts import ActFields

MAX_SAID = 300
DAY = r"^\d{4}-\d\d-\d\d$"


class RequestKind(StrEnum):
    """What a parent asks, or what the school must know of what he did."""

    HELP = "help"
    CORRECTION = "correction"
    NOT_GUARDIAN = "not_guardian"
    MERGE = "merge"
    RIGHT = "right"


class Right(StrEnum):
    """What a parent asks about his data."""

    ERASE = "erase"
    LIMIT = "limit"
    OBJECT = "object"
    OTHER = "other"


class RequestStatus(StrEnum):
    """Where a request stands. WAITING: a new contact, until the two days are over."""

    OPEN = "open"
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNDONE = "undone"


LIVING = (RequestStatus.OPEN.value, RequestStatus.WAITING.value)
"""A request that may still be answered."""


class Answer(StrEnum):
    """What can be done about a request."""

    LINK = "link"
    """A mail with a link, to the address that the school has."""
    SHEET = "sheet"
    REOPEN = "reopen"
    """Refused birth dates had closed the way."""
    CORRECT = "correct"
    """The record was wrong, and is corrected here."""
    CORRECT_CHILD = "correct_child"
    CONTACT = "contact"
    """Another number or address, checked by word of mouth: it counts two days later."""
    MATCH = "match"
    """Who it is, where the portal could not tell."""
    CLOSE_ACCESS = "close_access"
    ACCEPT = "accept"
    REFUSE = "refuse"
    UNDO_MERGE = "undo_merge"
    IN_ONDE = "in_onde"
    """He is not the guardian: ONDE says so by now."""
    IS_GUARDIAN = "is_guardian"
    """He is: the child is proposed to him again."""
    SETTLED = "settled"
    UNKNOWN = "unknown"


class NewContact(ActFields):
    """A number or an address that the school did not have, who checked it by word of mouth, and when (a day)."""

    field: Literal["email", "mobile"]
    value: str = Field(min_length=3, max_length=254)
    verified_by: str = Field(min_length=1, max_length=120)
    verified_on: str = Field(pattern=DAY)


class AnswerRequestFields(ActFields):
    """``demande.repondre``. ``contact`` goes with CONTACT alone."""

    request_id: str = Field(max_length=36)
    how: Literal[
        Answer.LINK, Answer.SHEET, Answer.REOPEN, Answer.CORRECT, Answer.CORRECT_CHILD, Answer.CONTACT,
        Answer.CLOSE_ACCESS,
    ]  # fmt: skip
    contact: NewContact | None = None


class MatchRequestFields(ActFields):
    """``demande.rattacher``: which guardian asks."""

    request_id: str = Field(max_length=36)
    guardian_id: str = Field(max_length=36)


class CloseRequestFields(ActFields):
    """``demande.clore``: nothing more to do, or nobody of this school."""

    request_id: str = Field(max_length=36)
    why: Literal[Answer.SETTLED, Answer.UNKNOWN, Answer.IN_ONDE, Answer.IS_GUARDIAN]


class DecideCorrectionFields(ActFields):
    """``correction.decider``, of a correction or of a right that was asked.

    ``seen`` is the value in place that the person saw; ``said`` is for the parent.
    """

    request_id: str = Field(max_length=36)
    accepted: bool
    seen: str | None = None
    said: str | None = Field(default=None, max_length=MAX_SAID)


class UndoMergeFields(ActFields):
    """``regroupement.annuler``: the server parts the accounts again."""

    request_id: str = Field(max_length=36)
