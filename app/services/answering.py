"""What the school does about a request, in one go: the thing itself, then the answer that ends the request.

Answers go to what the school already had, or by a sheet; another contact waits two days (identity.md, « help form »).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.models.acts import AccountsFields
from app.models.acts_requests import (
    Answer,
    AnswerRequestFields,
    CloseRequestFields,
    DecideCorrectionFields,
    MatchRequestFields,
    NewContact,
    UndoMergeFields,
)
from app.models.clock import local_date
from app.models.corrections import effective
from app.models.errors import InputError, Refused
from app.models.states import Access, AccountState
from app.models.tables import Row
from app.services import notify_mail, rights
from app.services.corrections import Table, correct
from app.services.desk import Desk
from app.services.records.apply_requests import contact_problem
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows
from app.services.requests import RequestView, one_request

UNMATCHED = "Dites d’abord de quel responsable il s’agit."


def ends_password(desk: Desk, *, school_id: str, request_id: str) -> bool:
    """Whether a link or a sheet would end a password that the guardian has chosen."""
    account = _account(desk, school_id, _asked(desk, school_id, request_id))
    return bool(account["password_changed"])


def needs_reset(desk: Desk, *, school_id: str, account_id: str) -> bool:
    """Whether the guardian of an account has been in before: what he is given is a new password."""
    with desk.vault.read() as connection:
        account = SchoolRows(connection, school_id).need("accounts", account_id)
    return account["state"] in (AccountState.ACTIVATING, AccountState.ACTIVE)


def send_link(desk: Desk, *, school_id: str, request_id: str) -> str:
    """A mail with a link to the address that the school has; returns that address.

    Raises Refused where the school has none, or nobody was matched; NotFound.
    """
    asked = _asked(desk, school_id, request_id)
    account = _account(desk, school_id, asked)
    if not asked.known_address:
        raise Refused(
            "no_address", "L’école n’a pas d’adresse mail pour ce responsable\u00a0: imprimez-lui une feuille."
        )
    if account["state"] == AccountState.ACTIVATING:
        notify_mail.resend(desk, school_id=school_id, account_id=account["id"], address=asked.known_address)
    else:
        reset = account["state"] == AccountState.ACTIVE
        plan = notify_mail.plan(desk, school_id=school_id, account_ids=[account["id"]], reset=reset)
        notify_mail.send(desk, plan=plan)
    note(desk, school_id=school_id, request_id=request_id, how=Answer.LINK)
    return asked.known_address


def reopen(desk: Desk, *, school_id: str, request_id: str) -> SubmittedAct:
    """Open the ways in that refused birth dates had closed."""
    account = _account(desk, school_id, _asked(desk, school_id, request_id))
    _reopen(desk, school_id, account)
    return note(desk, school_id=school_id, request_id=request_id, how=Answer.REOPEN)


def correct_record(
    desk: Desk, *, school_id: str, request_id: str, table: Table, record_id: str, values: Mapping[str, str]
) -> SubmittedAct | None:
    """Correct the guardian or the child, and open what wrong dates had closed; None where nothing was wrong.

    Raises Refused for a contact that only the request gives, InputError for a value that cannot be.
    """
    asked = _asked(desk, school_id, request_id)
    if correct(desk, school_id=school_id, table=table, record_id=record_id, values=values) is None:
        return None
    if asked.account_id is not None:
        account = _account(desk, school_id, asked)
        if account["block"] and table == "pupils":
            _reopen(desk, school_id, account)
    how = Answer.CORRECT_CHILD if table == "pupils" else Answer.CORRECT
    return note(desk, school_id=school_id, request_id=request_id, how=how)


def note(desk: Desk, *, school_id: str, request_id: str, how: Answer) -> SubmittedAct:
    """Say that a request was answered: a sheet was printed, a record corrected…"""
    fields = AnswerRequestFields(request_id=request_id, how=how)
    return submit(desk, school_id=school_id, kind="demande.repondre", fields=fields)


def hold_contact(desk: Desk, *, school_id: str, request_id: str, value: str, verified_by: str) -> SubmittedAct:
    """Take up a number or an address that was checked by word of mouth; it counts two days after the server knows it.

    Raises InputError for what is neither, or where nobody checked; Refused where nobody was matched.
    """
    if _asked(desk, school_id, request_id).guardian_id is None:
        raise Refused("request_unmatched", UNMATCHED)
    text, who = " ".join(value.split()), " ".join(verified_by.split())
    field = "email" if "@" in text else "mobile"
    if (problem := contact_problem(field, text)) is not None:
        raise InputError("bad_contact", problem)
    if not who:
        raise InputError("not_verified", "Écrivez qui a vérifié ce contact de vive voix.")
    with desk.vault.read() as connection:
        school = SchoolRows(connection, school_id).need("schools", school_id)
    today = local_date(desk.now(), school["timezone"] or "Europe/Paris").isoformat()
    contact = NewContact(field=field, value=text, verified_by=who, verified_on=today)
    fields = AnswerRequestFields(request_id=request_id, how=Answer.CONTACT, contact=contact)
    return submit(desk, school_id=school_id, kind="demande.repondre", fields=fields)


def match(desk: Desk, *, school_id: str, request_id: str, guardian_id: str) -> SubmittedAct:
    """Say which guardian asks."""
    fields = MatchRequestFields(request_id=request_id, guardian_id=guardian_id)
    return submit(desk, school_id=school_id, kind="demande.rattacher", fields=fields)


def close(desk: Desk, *, school_id: str, request_id: str, why: Answer) -> SubmittedAct:
    """« Déjà réglé », « Je ne connais pas cette personne », « Vu : ONDE est corrigé », « C’est bien le représentant »."""
    fields = CloseRequestFields(request_id=request_id, why=why)
    return submit(desk, school_id=school_id, kind="demande.clore", fields=fields)


def decide(desk: Desk, *, school_id: str, request_id: str, accepted: bool, said: str | None = None) -> SubmittedAct:
    """Accept what a parent proposes, as a correction beside ONDE's value, or refuse it with a sentence for him."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        request = rows.need("requests", request_id)
        seen = _present_value(rows, request)
    sentence = " ".join((said or "").split()) or None
    fields = DecideCorrectionFields(request_id=request_id, accepted=accepted, seen=seen, said=sentence)
    return submit(desk, school_id=school_id, kind="correction.decider", fields=fields)


def close_access(desk: Desk, *, school_id: str, request_id: str) -> SubmittedAct:
    """He is not the child's guardian: he sees nothing of this child any more."""
    asked = _asked(desk, school_id, request_id)
    if asked.guardian_id is None or asked.pupil_id is None:
        raise Refused("request_unmatched", UNMATCHED)
    rights.set_access(
        desk, school_id=school_id, guardian_id=asked.guardian_id, pupil_id=asked.pupil_id, access=Access.NONE,
        reason="N’est pas le représentant légal, selon lui-même",
    )  # fmt: skip
    return note(desk, school_id=school_id, request_id=request_id, how=Answer.CLOSE_ACCESS)


def undo_merge(desk: Desk, *, school_id: str, request_id: str) -> SubmittedAct:
    """Part accounts that a family grouped."""
    fields = UndoMergeFields(request_id=request_id)
    return submit(desk, school_id=school_id, kind="regroupement.annuler", fields=fields)


def _asked(desk: Desk, school_id: str, request_id: str) -> RequestView:
    return one_request(desk, school_id=school_id, request_id=request_id)


def _account(desk: Desk, school_id: str, asked: RequestView) -> Row:
    if asked.account_id is None:
        raise Refused("request_unmatched", UNMATCHED)
    with desk.vault.read() as connection:
        return SchoolRows(connection, school_id).need("accounts", asked.account_id)


def _reopen(desk: Desk, school_id: str, account: Row) -> None:
    submit(
        desk, school_id=school_id, kind="compte.rouvrir", fields=AccountsFields(account_ids=[account["id"]])
    )  # fmt: skip


def _present_value(rows: SchoolRows, request: Row) -> str | None:
    field = (request["detail"] or {}).get("field", "")
    table, record_id = ("pupils", request["pupil_id"]) if request["pupil_id"] else ("guardians", request["guardian_id"])
    record = rows.need(table, record_id or "")
    return effective(record, field) if field in record else None
