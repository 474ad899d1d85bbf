"""The payloads of the acts that send mails: who gets which letter. The server makes the links, and sends.

``address`` is the one that the person saw; the mail goes to the one that counts where the act is applied.
"""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields
from app.models.states import Letter


class MailFields(ActFields):
    """One mail. ``delivery_id`` is also the message's id on the server."""

    delivery_id: str = Field(max_length=36)
    account_id: str
    guardian_id: str
    letter: Letter
    login: str
    address: str = Field(max_length=254)


class NotifyByMailFields(ActFields):
    """``compte.notifier_mail``. ``notified_on`` is the date of distribution (``YYYY-MM-DD``)."""

    reset: bool
    notified_on: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    mails: tuple[MailFields, ...]


class ResendFields(ActFields):
    """``compte.renvoyer``: the activation mail again, to ``address``; ``seen`` is where the last one went."""

    delivery_id: str = Field(max_length=36)
    account_id: str
    seen: str | None = None
    address: str = Field(max_length=254)


class GoOnFields(ActFields):
    """``courriel.reprendre``: a run that was paused goes on, or what is left of it is given up."""

    run_id: str
    go_on: bool
