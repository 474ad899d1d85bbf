"""``personne.limiter``: a record that is only kept (GDPR, article 18; docs/adr/0017).

Nothing of it is shown or sent: each tie that was open closes, as by a decision on the access, with all that follows from
one (docs/adr/0010). Which ties it closed stands in the record, so that the end of the limit opens those alone.
"""

from __future__ import annotations

from typing import Any

from app.models.acts_erasure import LimitFields
from app.models.states import Access
from app.models.tables import Row
from app.services.records.conflicts import Clash, add_event, put_clash
from app.services.records.rows import SchoolRows, Stamp

REASON = "Traitement limité"
"""The reason of a closed access, where a limit closed it."""
SIDES = {"pupils": "pupil_id", "guardians": "guardian_id"}


def limit(fields: LimitFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Limit, or end the limit: of two who decide at once the one who limits stands, the other is told. Raises NotFound."""
    row = rows.need(fields.table, fields.record_id)
    present = row["limited"] is not None
    if present == fields.limited:
        return
    if present != fields.seen:
        clash = Clash(fields.table, row["id"], "limited", "oui", "non", lost_author=stamp.author)
        put_clash(rows, stamp, clash, kind="never_alone")
        if present:
            return
    links = rows.where("responsibilities", **{SIDES[fields.table]: row["id"]})
    if fields.limited:
        closed = {link["id"]: _close(rows, link, fields.since) for link in links if link["access"] != Access.NONE}
        limited = {"since": fields.since, "by": stamp.author, "reason": fields.reason, "links": closed}
        rows.change(fields.table, row["id"], limited=limited)
    else:
        rows.change(fields.table, row["id"], limited=None)
        for link in links:
            _open(rows, fields.table, link, row["limited"]["links"].get(link["id"]))
    _tell(fields, rows, stamp, links)


def is_limited(rows: SchoolRows, link: Row) -> bool:
    """Whether the pupil or the guardian of a tie is limited."""
    return any(_limited(rows, table, link) is not None for table in SIDES)


def closed_by(rows: SchoolRows, pupil_id: str, guardian_id: str) -> Row | None:
    """How a new tie begins where one of both is limited; None where none is."""
    link = {"pupil_id": pupil_id, "guardian_id": guardian_id}
    limited = next((found for table in SIDES if (found := _limited(rows, table, link)) is not None), None)
    if limited is None:
        return None
    return {"access": Access.NONE.value, "access_reason": REASON, "access_since": limited["since"]}


def _limited(rows: SchoolRows, table: str, link: Row) -> Row | None:
    row = rows.get(table, link[SIDES[table]])
    found: Row | None = row["limited"] if row else None
    return found


def _close(rows: SchoolRows, link: Row, since: str) -> list[Any]:
    rows.change(
        "responsibilities", link["id"], access=Access.NONE.value, access_reason=REASON, access_since=since
    )  # fmt: skip
    return [link["access"], link["access_reason"], link["access_since"]]


def _open(rows: SchoolRows, table: str, link: Row, before: list[Any] | None) -> None:
    """Open a tie that the limit closed, or that came while it stood; where the other side is limited it is told of it."""
    if link["access_reason"] != REASON:
        return
    access, reason, since = before or [Access.FULL.value, None, None]
    other = next(name for name in SIDES if name != table)
    limited = _limited(rows, other, link)
    if limited is not None:
        links = {**limited["links"], link["id"]: [access, reason, since]}
        rows.change(other, link[SIDES[other]], limited={**limited, "links": links})
    else:
        rows.change("responsibilities", link["id"], access=access, access_reason=reason, access_since=since)


def _tell(fields: LimitFields, rows: SchoolRows, stamp: Stamp, links: list[Row]) -> None:
    """In the story of each account concerned."""
    pupils = fields.table == "pupils"
    for guardian_id in sorted({link["guardian_id"] for link in links}) if pupils else [rows.resolve(fields.record_id)]:
        accounts = rows.where("accounts", guardian_id=guardian_id)
        add_event(
            rows, stamp, kind="limited" if fields.limited else "unlimited", guardian_id=guardian_id,
            account_id=accounts[0]["id"] if accounts else None,
        )  # fmt: skip
