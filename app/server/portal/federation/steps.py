"""Who comes back from an identity provider: a binding lets in, names begin an account, an owner gains a way in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, insert, select, update

from app.models.clock import Clock, instant
from app.models.states import AccountState
from app.models.tables import Row
from app.server.inbox import Teller
from app.server.portal.federation.client import Identity
from app.server.portal.federation.provider import Provider
from app.server.portal.visits import account
from app.server.tables import bindings


@dataclass(frozen=True, slots=True)
class Bindings:
    """Which account an identity opens. Its subject is the provider's and says nothing elsewhere."""

    clock: Clock
    teller: Teller
    cipher: Fernet | MultiFernet
    """Keeps what the log-out at the provider needs."""

    def owner(self, connection: Connection, identity: Identity) -> Row | None:
        """The active account bound to an identity, which is thereby seen."""
        mine = (bindings.c.provider == identity.provider, bindings.c.subject == identity.subject)
        found = connection.execute(select(bindings.c.portal_account_id).where(*mine)).scalar()
        portal = account(connection, found) if found is not None else None
        if portal is None or portal["state"] != AccountState.ACTIVE:
            return None
        connection.execute(update(bindings).where(*mine).values(used_at=instant(self.clock())))
        return portal

    def bind(self, connection: Connection, *, provider: str, subject: str, portal_id: str) -> bool:
        """Give an account another way in; False where that identity opens another account already."""
        mine = (bindings.c.provider == provider, bindings.c.subject == subject)
        found = connection.execute(select(bindings.c.portal_account_id).where(*mine).with_for_update()).scalar()
        if found is not None:
            return bool(found == portal_id)
        now = instant(self.clock())
        row = {
            "provider": provider,
            "subject": subject,
            "portal_account_id": portal_id,
            "created_at": now,
            "used_at": now,
        }
        connection.execute(insert(bindings).values(**row))
        self.teller.tell(connection, portal_id, "way_added", {"provider": provider})
        return True

    def kept_for_logout(self, provider: Provider, id_token: str) -> str:
        """What a session keeps of its provider, unreadable in the base."""
        return self.cipher.encrypt(json.dumps({"provider": provider.id, "id_token": id_token}).encode()).decode()

    def for_logout(self, session: Row | None) -> dict[str, Any] | None:
        """{provider, id_token} of a session that came by a provider."""
        kept = session["federation"] if session else None
        try:
            return dict(json.loads(self.cipher.decrypt(kept.encode()))) if kept else None
        except InvalidToken:  # the server's secret was changed: he logs out here alone
            return None
