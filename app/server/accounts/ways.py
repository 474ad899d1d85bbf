"""How the owner of a portal account may come in: a password, a code to a confirmed contact, another identity provider."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from app.models.secrets import token_hash
from app.models.tables import Row
from app.server.tables import bindings

_BOUND = (
    select(bindings)
    .where(bindings.c.portal_account_id == bindparam("portal_id"))
    .order_by(bindings.c.provider, bindings.c.subject)
)


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way. ``kind`` is password, email, mobile or provider; ``mark`` names it in a form and opens nothing."""

    kind: str
    mark: str
    contact: str = ""
    provider: str = ""
    subject: str = ""
    since: str | None = None


def ways_in(connection: Connection, portal: Row) -> list[WayIn]:
    """The ways into an account, in a fixed order."""
    found = [WayIn("password", "password", since=portal["password_changed_at"])] if portal["password_hash"] else []
    found += [
        WayIn(kind, kind, contact=portal[kind], since=portal[f"{kind}_verified_at"])
        for kind in ("email", "mobile")
        if portal[kind] and portal[f"{kind}_verified_at"]
    ]
    for row in connection.execute(_BOUND, {"portal_id": portal["id"]}).mappings():
        mark = token_hash(f"{row['provider']}|{row['subject']}")[:24]
        found.append(WayIn("provider", mark, "", row["provider"], row["subject"], row["created_at"]))
    return found


def words_for_schools(connection: Connection, portal: Row) -> list[str]:
    """What a school sees of them: « password », « email », « mobile », a provider's name; no contact, no subject."""
    return list(dict.fromkeys(way.provider or way.kind for way in ways_in(connection, portal)))
