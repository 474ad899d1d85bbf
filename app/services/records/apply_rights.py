"""Who may see: access per guardian and child, protected pupils, guardians' wishes.

Where two people decided differently, the stricter of both stands until one of them settles it on « À revoir »: whatever
the order in which their acts arrive, nobody sees more than both had decided.
"""

from __future__ import annotations

from app.models.acts_rights import AccessFields, ProtectFields, WishFields
from app.models.errors import Refused
from app.models.states import Access, Wish
from app.models.tables import Row
from app.services.records.apply_limit import is_limited
from app.services.records.conflicts import Clash, add_event, put_clash
from app.services.records.grouped import standing_account
from app.services.records.protection import knowing
from app.services.records.rows import SchoolRows, Stamp

Knowing = frozenset[str] | None
LIMITED = "Le traitement de cette fiche est limité, à la demande d’une famille\u00a0: levez d’abord la limitation."


def set_access(fields: AccessFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``acces.regler``. Raises NotFound where the guardian and the child are not tied here, Refused under a limit."""
    link = rows.need("responsibilities", fields.responsibility_id)
    present, wanted = Access(link["access"]), fields.access
    if wanted is not Access.NONE and is_limited(rows, link):
        raise Refused("limited", LIMITED)
    if present not in (fields.seen, wanted):
        kept = present.stricter(wanted)
        lost = present if kept is wanted else wanted
        clash = Clash("responsibilities", link["id"], "access", kept.value, lost.value, lost_author=stamp.author)
        put_clash(rows, stamp, clash, kind="never_alone")
        if kept is present:
            return
    reason = None if wanted is Access.FULL else fields.reason
    rows.change("responsibilities", link["id"], access=wanted.value, access_reason=reason, access_since=fields.since)
    add_event(
        rows, stamp, kind="access", account_id=_account_id(rows, link["guardian_id"]), guardian_id=link["guardian_id"],
        pupil_id=link["pupil_id"], access=wanted.value, reason=reason,
    )  # fmt: skip


def protect(fields: ProtectFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``eleve.proteger``. Raises NotFound for an unknown pupil."""
    pupil = rows.need("pupils", fields.pupil_id)
    present, wanted, seen = knowing(rows, pupil), _resolved(rows, fields.knows), _resolved(rows, fields.seen)
    if present not in (seen, wanted):
        kept = stricter_knowing(present, wanted)
        clash = Clash(
            "pupils", pupil["id"], "protection", knowing_words(kept), knowing_words(present if kept == wanted else wanted),
            lost_author=stamp.author,
        )  # fmt: skip
        put_clash(rows, stamp, clash, kind="never_alone")
        wanted = kept
    if wanted == present:
        return
    protection: Row | None = None
    if wanted is not None:
        protection = {"knows": sorted(wanted), "since": fields.since, "by": stamp.author}
    rows.change("pupils", pupil["id"], protection=protection)
    for link in rows.where("responsibilities", pupil_id=pupil["id"]):
        add_event(
            rows, stamp, kind="protected" if wanted is not None else "unprotected",
            account_id=_account_id(rows, link["guardian_id"]), guardian_id=link["guardian_id"], pupil_id=pupil["id"],
        )  # fmt: skip


def set_wish(fields: WishFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``responsable.souhait``: the later arrival wins, the other is to be reviewed. Raises NotFound."""
    guardian = rows.need("guardians", fields.guardian_id)
    wanted = fields.wish.value if fields.wish else None
    if guardian["wish"] == wanted:
        return
    if guardian["wish"] != fields.seen:
        lost = Wish(guardian["wish"]).label if guardian["wish"] else None
        kept = fields.wish.label if fields.wish else None
        put_clash(rows, stamp, Clash("guardians", guardian["id"], "wish", kept, lost, stamp.author))
    rows.change("guardians", guardian["id"], wish=wanted)
    account_id = _account_id(rows, guardian["id"])
    add_event(rows, stamp, kind="wish", account_id=account_id, guardian_id=guardian["id"], wish=wanted)


def _account_id(rows: SchoolRows, guardian_id: str) -> str | None:
    found = rows.where("accounts", guardian_id=guardian_id)
    return standing_account(rows, found[0])["id"] if found else None


def _resolved(rows: SchoolRows, ids: tuple[str, ...] | None) -> Knowing:
    return None if ids is None else frozenset(rows.resolve(row_id) for row_id in ids)


def stricter_knowing(one: Knowing, other: Knowing) -> Knowing:
    """Protected rather than not, and known to those whom both name."""
    if one is None or other is None:
        return one if other is None else other
    return one & other


def knowing_words(knows: Knowing) -> str:
    return "non" if knows is None else f"oui, connue de {len(knows)} responsable(s)"
