"""An identifiant and a password: the account that they open, with the same work for one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.models import secrets
from app.models.tables import Row
from app.server.accounts.passwords import Hashing
from app.server.portal.site import Site
from app.server.portal.visits import LIVING_SECRETS, account_by_login


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an identifiant names, and what may open the account; nobody, and nothing, alike."""

    portal: Row | None
    sheets: Sequence[Row]

    @property
    def usable(self) -> Row | None:
        """The account, unless it was grouped into another."""
        return self.portal if self.portal is not None and self.portal["merged_into"] is None else None


def look_up(connection: Connection, site: Site, login: str, password: str) -> Named:
    """Two queries, or one where the password has not the shape of a sheet's; as many whoever is named."""
    found = Named(account_by_login(connection, login), ())
    known = found.usable
    if not _like_a_sheets(password):
        return found
    return Named(found.portal, site.visits.secrets_of(connection, known["id"] if known else ""))


async def open_by_password(site: Site, login: str, password: str) -> tuple[Row, Row | None] | None:
    """``judge`` of whom the log-in names, off the event loop. Raises Busy."""
    named = await site.read(lambda c: look_up(c, site, login, password))
    return await site.hashing.run(lambda: judge(site.hashing, named, password))


def judge(hashing: Hashing, named: Named, password: str) -> tuple[Row, Row | None] | None:
    """(the account, the sheet's secret where it was a provisional password), or None.

    A refusal costs one hash, and as many more as a person may have sheets where the password has the shape of theirs,
    whoever is named: its time tells neither whether there is an account nor whether a sheet waits for it.
    """
    known = named.usable
    own = [known["password_hash"]] if known and known["password_hash"] else []
    if hashing.check(password, own) is not None and known is not None:
        return known, None
    if not _like_a_sheets(password):
        return None
    hashes = [sheet["password_hash"] for sheet in named.sheets]
    place = hashing.check(secrets.typed(password), hashes, as_many_as=LIVING_SECRETS)
    return (known, named.sheets[place]) if known is not None and place is not None else None


def _like_a_sheets(password: str) -> bool:
    return len(secrets.typed(password)) == secrets.PASSWORD_LENGTH
