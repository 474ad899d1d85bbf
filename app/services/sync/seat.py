"""The engine of a PC that sits in a school: its token from the secret store, its keys settled after each exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.services.desk import Desk
from app.services.devices import settle_keys
from app.services.documents.courier import Courier, Left, forget_unwanted
from app.services.support.copies import is_copy
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import OFFICER_TOKEN, token_name
from app.services.sync.transport import DocumentLine, Transport
from app.services.vault.secrets import SecretStore


class Line(Transport, DocumentLine, Protocol):
    """Acts, rows and documents."""


def officer_token(secrets: SecretStore) -> str:
    """The token of a support officer's PC, empty elsewhere."""
    return secrets.fetch(OFFICER_TOKEN) or ""


def seated_engine(
    desk: Desk, *, transport: Line, secrets: SecretStore, told: Callable[[Left], None] = lambda _left: None
) -> SyncEngine:
    """What the window, the command line and the demonstration synchronise with. ``told`` hears how documents get on."""
    courier = Courier(desk, transport, told=told)
    engine = SyncEngine(
        desk,
        transport,
        lambda school_id: secrets.fetch(token_name(school_id)) or officer_token(secrets),
        settled=lambda school_id: (
            None if is_copy(desk, school_id=school_id) else settle_keys(desk, school_id=school_id, secrets=secrets)
        ),
    )

    swept_on = ""

    def carry(school_id: str) -> bool:
        nonlocal swept_on
        if is_copy(desk, school_id=school_id):
            return False  # no document ever reaches an officer
        if (today := desk.now()[:10]) != swept_on:
            forget_unwanted(desk)
            swept_on = today
        return courier.carry(engine.address(school_id)) > 0

    engine.carry = carry
    return engine
