"""Mails to guardians: which letter, to which address, and what became of each (arena.md, Rules and « Which letter »)."""

from __future__ import annotations

from enum import StrEnum

from app.models.contacts import is_mail
from app.models.corrections import effective
from app.models.states import AccountState, Letter
from app.models.tables import Row


class DeliveryState(StrEnum):
    """What became of a mail. DELIVERED only on a report that says so."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    """The next mail server has taken it."""
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """The address was refused, at once or by a report that came back."""
    FAILED = "failed"
    """It could not be handed over, whatever the address is worth."""
    UNCERTAIN = "uncertain"
    """Cut off while the other server was taking it: sending again might send it twice."""

    @property
    def is_failing(self) -> bool:
        """Whether the guardian surely has no mail: a sheet is needed, or another address."""
        return self in (DeliveryState.BOUNCED, DeliveryState.FAILED)


PAUSED = "paused"
"""A mail that waits because too many others of its run were refused: a state of the outbox, a reason for the school."""
RESTORED = "restored"
"""Reason: the server lost what became of it."""
BY_MAIL = (Letter.C02, Letter.C04, Letter.C06, Letter.C07)
CHOSEN = (AccountState.ACTIVATING, AccountState.ACTIVE)
"""States in which the guardian has a password of her own."""


def mail_letter(state: AccountState, *, reset: bool, chosen: bool = True) -> Letter:
    """Which letter a mail carries: C02 until activation begins, then C04 or, with a reset, C06.

    ``chosen``: the password in use is the guardian's own. Where a reset has ended it, a link to choose one is sent (C06).
    """
    if state not in CHOSEN:
        return Letter.C02
    return Letter.C06 if reset or not chosen else Letter.C04


def mail_address(account: Row, guardian: Row, letter: Letter) -> str | None:
    """Where a letter goes: the guardian's own verified address, else ONDE's as it counts here; None where neither is one.

    An address that the guardian typed and has not confirmed may be a stranger's: it gets reminders and activation mails,
    never the link that ends a password.
    """
    verified = account["email"] if account["state"] == AccountState.ACTIVE else None
    typed = account["email"] if letter in (Letter.C04, Letter.C07) else None
    for address in (verified, effective(guardian, "email"), typed):
        if address and is_mail(address):
            return str(address).strip()
    return None
