"""What parents said of the children that schools tie to them: « proven » by a sheet or a birth date, or « denied ».

Only proven children are shown. A claim is of a school's account, so that it follows that account where it is grouped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from app.models.clock import Clock, instant
from app.server.tables import child_claims, portal_links

PROVEN, DENIED = "proven", "denied"
Key = tuple[str, str, str]
"""(school id, account id, pupil id)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one portal account. A child proven in one school is proven in the next, by her INE."""

    proven: frozenset[tuple[str, str]]
    """(school id, pupil id)."""
    ines: frozenset[str]

    def proves(self, school_id: str, pupil_id: str, ine: str | None) -> bool:
        return (school_id, pupil_id) in self.proven or ine in self.ines


def claims_of(connection: Connection, portal_id: str) -> Claims:
    """The children whom the owner of an account has proven."""
    claim, link = child_claims.c, portal_links.c
    statement = (
        select(claim.school_id, claim.pupil_id, claim.ine)
        .join(portal_links, (link.school_id == claim.school_id) & (link.account_id == claim.account_id))
        .where(link.portal_account_id == portal_id, claim.state == PROVEN)
    )
    rows = connection.execute(statement).all()
    return Claims(
        frozenset((row.school_id, row.pupil_id) for row in rows), frozenset(row.ine for row in rows if row.ine)
    )  # fmt: skip


def claim(connection: Connection, children: Iterable[tuple[Key, str | None]], *, state: str, clock: Clock) -> None:
    """Note what was said of some children, each with her INE; the last word counts."""
    now = instant(clock())
    for (school_id, account_id, pupil_id), ine in children:
        key = {"school_id": school_id, "account_id": account_id, "pupil_id": pupil_id}
        columns = child_claims.c
        mine = (columns.school_id == school_id, columns.account_id == account_id, columns.pupil_id == pupil_id)
        connection.execute(delete(child_claims).where(*mine))
        connection.execute(insert(child_claims).values(**key, ine=ine, state=state, at=now))
