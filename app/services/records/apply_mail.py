"""Mails to guardians enter the records: accounts are notified, and each mail waits to leave (arena.md, Rules)."""

from __future__ import annotations

from typing import Any

from app.models.acts_mail import GoOnFields, MailFields, NotifyByMailFields, ResendFields
from app.models.contacts import is_mail
from app.models.deliveries import CHOSEN, PAUSED, DeliveryState, mail_address
from app.models.errors import Refused
from app.models.ids import derived_id
from app.models.states import AccountOrigin, AccountState, Letter, SheetStatus
from app.models.tables import Row
from app.services.records.conflicts import add_event
from app.services.records.erased import Erased
from app.services.records.rows import SchoolRows, Stamp

SKIPPED = "mail_skipped"
"""Kind of review: a mail that cannot leave, since account or address are not in the records (any more)."""
PAUSED_REVIEW = "mails_paused"
"""Kind of review: a run of mails waits for somebody to look at it."""


def notify_by_mail(fields: NotifyByMailFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``compte.notifier_mail``. A mail that cannot leave becomes an item to review, the others count.

    Raises Refused where there is no mail at all, or none that can leave.
    """
    if not fields.mails:
        raise Refused("no_mail", "Cet envoi ne contient aucun courriel.")
    rows.expect(len(fields.mails), "accounts", "guardians", "deliveries", "sheets")
    if not [mail for mail in fields.mails if _notify(mail, fields, rows, stamp)]:
        raise Refused("no_account_known", "Aucun des comptes de cet envoi ne peut recevoir de courriel.")


def _notify(mail: MailFields, fields: NotifyByMailFields, rows: SchoolRows, stamp: Stamp) -> bool:
    account, guardian = rows.get("accounts", mail.account_id), rows.get("guardians", mail.guardian_id)
    if account is None or guardian is None:
        return _skip(mail, rows, stamp, "ce compte n’est pas (ou plus) dans les dossiers de l’école")
    if Erased(rows).account(account["id"]):
        return False
    letter = _letter_now(mail.letter, account, reset=fields.reset)
    address = mail_address(account, guardian, letter)
    if address is None:
        return _skip(mail, rows, stamp, "il n’a plus d’adresse mail")
    if rows.get("deliveries", mail.delivery_id) is None:
        _put(rows, stamp, mail.delivery_id, account, letter, address)
        _change_account(letter, fields, account, rows)
        add_event(
            rows, stamp, kind="notified", account_id=account["id"], guardian_id=guardian["id"], letter=letter.value,
            email=address, delivery_id=mail.delivery_id, reset=fields.reset,
        )  # fmt: skip
    return True


def _letter_now(letter: Letter, account: Row, *, reset: bool) -> Letter:
    """The letter that the account asks where the act is applied: nobody's own password ends unasked."""
    if AccountState(account["state"]) not in CHOSEN:
        return Letter.C02
    asked = reset and letter is Letter.C06
    return Letter.C04 if account["password_changed"] and not asked else Letter.C06


def _put(rows: SchoolRows, stamp: Stamp, row_id: str, account: Row, letter: Letter, address: str) -> None:
    rows.add(
        "deliveries", row_id, account_id=account["id"], guardian_id=account["guardian_id"], letter=letter.value,
        address=address, state=DeliveryState.QUEUED.value, at=stamp.at, asked_at=stamp.at, author=stamp.author,
        act_id=stamp.act_id,
    )  # fmt: skip


def _change_account(letter: Letter, fields: NotifyByMailFields, account: Row, rows: SchoolRows) -> None:
    values: Row = {"notified_on": max(fields.notified_on, account["notified_on"] or "")}
    if account["state"] == AccountState.NOT_NOTIFIED:
        values |= {"state": AccountState.NOTIFIED.value, "origin": AccountOrigin.SCHOOL.value}
    if fields.reset:
        values["password_changed"] = account["password_changed"] and letter is not Letter.C06
        _end_sheets(account, rows)
    rows.change("accounts", account["id"], **values)


def _end_sheets(account: Row, rows: SchoolRows) -> None:
    """A reset ends the passwords on paper too."""
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] in (SheetStatus.KNOWN, SheetStatus.PRINTED):
            rows.change("sheets", sheet["id"], status=SheetStatus.REPLACED.value)


def _skip(mail: MailFields, rows: SchoolRows, stamp: Stamp, why: str) -> bool:
    rows.add(
        "reviews", derived_id(stamp.act_id, SKIPPED, mail.delivery_id), at=stamp.at, kind=SKIPPED, act_id=stamp.act_id,
        record_table="accounts", record_id=mail.account_id, lost={"login": mail.login, "value": mail.address},
        lost_author=stamp.author,
        sentence=f"Le courriel pour {mail.login} n’est pas parti\u00a0: {why}. Imprimez sa feuille.",
    )  # fmt: skip
    return False


def resend(fields: ResendFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``compte.renvoyer``. Raises Refused where activation is not under way, or for what is no address; NotFound."""
    account = rows.need("accounts", fields.account_id)
    if account["state"] != AccountState.ACTIVATING:
        raise Refused("not_activating", "Ce compte n’est plus en cours d’activation : aucun courriel n’est parti.")
    if not is_mail(fields.address):
        raise Refused("bad_address", "Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
    if rows.get("deliveries", fields.delivery_id) is None:
        address = fields.address.strip()
        _put(rows, stamp, fields.delivery_id, account, Letter.C07, address)
        rows.change("accounts", account["id"], email=address)
        detail: dict[str, Any] = {"email": address, "delivery_id": fields.delivery_id}
        if fields.seen and fields.seen != address:
            detail["former"] = fields.seen
        add_event(
            rows, stamp, kind="resent", account_id=account["id"], guardian_id=account["guardian_id"], **detail
        )  # fmt: skip


def go_on(fields: GoOnFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``courriel.reprendre``: what was paused waits to leave again, or is given up. Done twice, it changes nothing more."""
    for mail in rows.where("deliveries", act_id=fields.run_id):
        if mail["state"] == DeliveryState.QUEUED and mail["reason"] == PAUSED:
            values: Row = {"reason": None, "at": stamp.at}
            if not fields.go_on:
                values |= {"state": DeliveryState.FAILED.value, "reason": "abandoned"}
            rows.change("deliveries", mail["id"], **values)
    for review in rows.where("reviews", kind=PAUSED_REVIEW, act_id=fields.run_id):
        if review["closed_at"] is None:
            rows.change("reviews", review["id"], closed_at=stamp.at, closed_by=stamp.author)
