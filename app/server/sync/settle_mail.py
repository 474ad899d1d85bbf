"""What the server decides about an act that sends mails: links made and installed, messages queued, runs that go on.

The link of a C02 or C06 is a provisional secret without password: 256 bits made here, kept as a hash, with the life of
a sheet. An act pushed again after a restore sends nothing a second time: its links, whose hashes the journal kept, open
again, and what became of its mails is uncertain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, update

from app.models.acts_mail import GoOnFields, NotifyByMailFields, ResendFields
from app.models.clock import Clock, instant
from app.models.corrections import effective
from app.models.deliveries import RESTORED, DeliveryState
from app.models.ids import RandomBytes
from app.models.secrets import token_hash
from app.models.states import Access, Letter, SheetStatus
from app.models.tables import Row
from app.server.accounts import doors, other_schools, portal_accounts
from app.server.outbox import runs
from app.server.outbox.queue import Message, Queue
from app.server.portal.activation.steps import Activation
from app.server.tables import provisional_secrets
from app.services.letters import texts
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows

Patch = tuple[str, str, dict[str, Any]]
WITH_LINK = (Letter.C02, Letter.C06)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Mailroom:
    """What sending needs: the outbox, the portal's activation mails, the address that links lead to."""

    clock: Clock
    random_bytes: RandomBytes
    new_id: Callable[[], str]
    queue: Queue
    activation: Activation
    public_url: str
    wake: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Sending:
    """One act on its way to the outbox. ``again``: it comes a second time, with what was decided the first (``before``)."""

    room: Mailroom
    connection: Connection
    rows: SchoolRows
    act_id: str
    again: bool
    before: dict[str, Any] | None


def notify(sending: Sending, fields: NotifyByMailFields, *, life: timedelta) -> tuple[list[Patch], list[Row]]:
    """The patches of the mails of an act, and the links made for them, as the journal keeps them."""
    waiting = [
        delivery for mail in fields.mails
        if (delivery := sending.rows.get("deliveries", mail.delivery_id)) is not None
        and delivery["act_id"] == sending.act_id
    ]  # fmt: skip
    sending.rows.expect(len(waiting), "responsibilities", "pupils", "guardians")
    if sending.again:
        return _restore(sending, waiting, fields, life)
    patches: list[Patch] = []
    messages: list[Message] = []
    links: list[Row] = []
    for delivery in waiting:
        values, message, link = _prepare(sending, delivery, fields, life)
        patches.append(("deliveries", delivery["id"], values))
        messages += [message] if message else []
        links += [link] if link else []
    if messages:
        runs.begin(
            sending.connection, run_id=sending.act_id, school_id=sending.rows.school_id, total=len(messages),
            clock=sending.room.clock,
        )  # fmt: skip
        sending.room.queue.enqueue_all(sending.connection, messages)
    return patches, links


def _prepare(
    sending: Sending, delivery: Row, fields: NotifyByMailFields, life: timedelta
) -> tuple[Row, Message | None, Row | None]:
    """What becomes of one mail: the values of its row, its message, its link."""
    rows, connection, now = sending.rows, sending.connection, instant(sending.room.clock())
    account = rows.need("accounts", delivery["account_id"])
    portal = portal_accounts.portal_of(connection, school_id=rows.school_id, account_id=account["id"])
    if portal is None or doors.is_shut_out(rows, account):
        return _failed(now, doors.REASON), None, None
    letter, link, token = Letter(delivery["letter"]), None, ""
    if letter in WITH_LINK:
        token = sending.room.random_bytes(TOKEN_BYTES).hex()
        link = _install(sending, delivery, token_hash(token), reset=fields.reset, life=life)
        if link is None:  # activated meanwhile: his own password stays, a reminder is what he needs
            letter = Letter.C04
    params = _params(sending, account, portal["login"], f"{sending.room.public_url}/m/{token}", link)
    message = Message(
        delivery["id"], rows.school_id, portal["id"], "mail", delivery["address"], letter.value, params, 0,
        sending.act_id,
    )  # fmt: skip
    return {"known_at": now, "letter": letter.value}, message, link


def _failed(now: str, reason: str) -> Row:
    return {"known_at": now, "at": now, "state": DeliveryState.FAILED.value, "reason": reason}


def _install(sending: Sending, delivery: Row, hashed: str, *, reset: bool, life: timedelta) -> Row | None:
    """Install the secret of a link; None where the guardian has a password that nobody asked to end."""
    secret = portal_accounts.NewSecret(
        sheet_id=delivery["id"], account_id=delivery["account_id"], password_hash=None, token_hash=hashed,
        reset=reset and delivery["letter"] == Letter.C06, alone=reset, repeats=delivery["letter"] == Letter.C06,
    )  # fmt: skip
    [result] = portal_accounts.install_secrets(
        sending.connection, school_id=sending.rows.school_id, secrets=[secret], life=life, clock=sending.room.clock
    ).values()
    if result.status != SheetStatus.KNOWN:
        return None
    for kind, happened in (("notified", result.first), ("reset", reset)):
        if happened:
            _tell_other_schools(sending, delivery["account_id"], kind)
    return {"id": delivery["id"], "token_hash": hashed, "expires_at": result.expires_at}


def _tell_other_schools(sending: Sending, account_id: str, kind: str) -> None:
    room = sending.room
    other_schools.tell(
        sending.connection, school_id=sending.rows.school_id, account_id=account_id, kind=kind,
        at=instant(room.clock()), new_id=room.new_id,
    )  # fmt: skip


def _params(sending: Sending, account: Row, login: str, address: str, link: Row | None) -> dict[str, str]:
    """What the words of a mail name. ``link`` is empty on a reminder."""
    rows, room = sending.rows, sending.room
    school = rows.need("schools", rows.school_id)
    guardian = rows.need("guardians", account["guardian_id"])
    contact = " · ".join(part for part in (school["phone"], school["email"]) if part)
    return {
        "login": login,
        "link": address if link else "",
        "until": (link["expires_at"] if link else "")[:10],
        "portal": room.public_url,
        "salutation": texts.salutation(effective(guardian, "civility")),
        "children": ", ".join(_children(rows, guardian["id"])),
        "school": school["name"],
        "signed": ", ".join(part for part in (school["signatory_name"], school["signatory_title"]) if part),
        "help": contact or "adressez-vous à l’école",
        "language": effective(guardian, "language") or "fr",
    }


def _children(rows: SchoolRows, guardian_id: str) -> list[str]:
    """First names of the children that he may follow here."""
    found = []
    for link in rows.where("responsibilities", guardian_id=guardian_id):
        pupil = rows.get("pupils", link["pupil_id"])
        present = pupil is not None and pupil["left_on"] is None and link["ended_on"] is None
        if pupil is not None and present and link["access"] == Access.FULL and not hides(rows, pupil, guardian_id):
            found.append(effective(pupil, "first_name") or "")
    return sorted(found)


def _restore(
    sending: Sending, waiting: list[Row], fields: NotifyByMailFields, life: timedelta
) -> tuple[list[Patch], list[Row]]:
    """Nothing leaves twice: the links open again until the day that the mails say, the rest is uncertain."""
    now, known = instant(sending.room.clock()), {link["id"]: link for link in (sending.before or {}).get("links", [])}
    patches: list[Patch] = []
    links: list[Row] = []
    for delivery in waiting:
        values = {"known_at": now, "at": now, "state": DeliveryState.UNCERTAIN.value, "reason": RESTORED}
        patches.append(("deliveries", delivery["id"], values))
        link = known.get(delivery["id"])
        if link is not None and _install(sending, delivery, link["token_hash"], reset=fields.reset, life=life):
            sending.connection.execute(
                update(provisional_secrets)
                .where(provisional_secrets.c.id == delivery["id"])
                .values(expires_at=link["expires_at"])
            )
            links.append(link)
    return patches, links


def resend(sending: Sending, fields: ResendFields) -> list[Patch]:
    """The activation mail again, with a fresh link; the links before it are void."""
    delivery = sending.rows.get("deliveries", fields.delivery_id)
    if delivery is None or delivery["act_id"] != sending.act_id:
        return []
    now, room = instant(sending.room.clock()), sending.room
    if sending.again:
        values = {"known_at": now, "at": now, "state": DeliveryState.UNCERTAIN.value, "reason": RESTORED}
        return [("deliveries", delivery["id"], values)]
    account_id = delivery["account_id"]
    portal = portal_accounts.portal_of(sending.connection, school_id=sending.rows.school_id, account_id=account_id)
    if portal is None or not room.activation.send_again(
        sending.connection,
        dict(portal),
        delivery["address"],
        school_id=sending.rows.school_id,
        message_id=delivery["id"],
    ):
        return [("deliveries", delivery["id"], _failed(now, "not_activating"))]
    return [("deliveries", delivery["id"], {"known_at": now})]


def go_on(sending: Sending, fields: GoOnFields) -> list[Patch]:
    """Let a paused run go on, or give up what has not left: also where somebody else let it go on meanwhile."""
    rows, connection, clock = sending.rows, sending.connection, sending.room.clock
    if fields.go_on:
        runs.resume(connection, run_id=fields.run_id, school_id=rows.school_id)
        return []
    given_up = runs.abandon(connection, run_id=fields.run_id, school_id=rows.school_id, clock=clock)
    values = {"at": instant(clock()), "state": DeliveryState.FAILED.value, "reason": "abandoned"}
    mails = [rows.get("deliveries", one) for one in given_up]
    return [("deliveries", mail["id"], values) for mail in mails if mail and mail["state"] == DeliveryState.QUEUED]
