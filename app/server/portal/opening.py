"""An identifiant and a password: the account that they open, with the same work for one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.models import secrets
from app.models.tables import Row
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


def look_up(connection: Connection, site: Site, login: str) -> Named:
    """Two queries, whoever is named."""
    found = Named(account_by_login(connection, login), ())
    known = found.usable
    return Named(found.portal, site.visits.secrets_of(connection, known["id"] if known else ""))


async def open_by_password(site: Site, login: str, password: str) -> tuple[Row, Row | None] | None:
    """``judge`` of whom the log-in names. Raises Busy."""
    named = await site.read(lambda c: look_up(c, site, login))
    return await judge(site, named, password)


async def judge(site: Site, named: Named, password: str) -> tuple[Row, Row | None] | None:
    """(the account, the sheet's secret where it was a provisional password), or None. Raises Busy.

    A refusal costs one hash, and as many more as a person may have sheets where the password has the shape of theirs,
    whoever is named: its time tells neither whether there is an account nor whether a sheet waits for it.
    """
    known = named.usable
    own = [known["password_hash"]] if known and known["password_hash"] else []
    if await site.hashing.verify(password, own) is not None and known is not None:
        return known, None
    provisional = secrets.typed(password)
    if len(provisional) != secrets.PASSWORD_LENGTH:
        return None
    hashes = [sheet["password_hash"] for sheet in named.sheets]
    place = await site.hashing.verify(provisional, hashes, as_many_as=LIVING_SECRETS)
    return (known, named.sheets[place]) if known is not None and place is not None else None
