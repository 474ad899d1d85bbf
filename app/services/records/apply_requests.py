"""What parents asked is answered: each request is closed once, and what was decided stands in it."""

from __future__ import annotations

from app.models.acts import CorrectFields
from app.models.acts_requests import (
    LIVING,
    Answer,
    AnswerRequestFields,
    CloseRequestFields,
    DecideCorrectionFields,
    MatchRequestFields,
    NewContact,
    RequestKind,
    RequestStatus,
    UndoMergeFields,
)
from app.models.contacts import is_mail, read_mobile
from app.models.errors import Refused
from app.models.tables import Row
from app.services.records.apply_corrections import correct_guardian, correct_pupil
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp


def answer(fields: AnswerRequestFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``demande.repondre``. Raises Refused for a request that was answered otherwise, NotFound."""
    request = _living(rows, fields.request_id, RequestKind.HELP, RequestKind.NOT_GUARDIAN, how=fields.how)
    if request is None:
        return
    if fields.how is Answer.CONTACT:
        _wait_for_contact(request, fields.contact, rows, stamp)
    else:
        _end(request, RequestStatus.ANSWERED, {"how": fields.how.value}, rows, stamp)


def match(fields: MatchRequestFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``demande.rattacher``. Raises like ``answer``, and NotFound for an unknown guardian."""
    request = _living(rows, fields.request_id, RequestKind.HELP, how=Answer.MATCH)
    guardian = rows.need("guardians", fields.guardian_id)
    if request is not None:
        found = rows.where("accounts", guardian_id=guardian["id"])
        account_id = found[0]["id"] if found else None
        rows.change("requests", request["id"], guardian_id=guardian["id"], account_id=account_id)


def close(fields: CloseRequestFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``demande.clore``: also ends the wait of a new contact. Raises like ``answer``."""
    request = _living(rows, fields.request_id, *RequestKind, how=fields.why)
    if request is not None:
        _end(request, RequestStatus.ANSWERED, {"how": fields.why.value}, rows, stamp)


def decide_correction(fields: DecideCorrectionFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``correction.decider``: a value that a parent proposed enters as a correction beside ONDE's, or does not.

    Of a right that he asked for it says only what the school decided: what is done about it are acts of their own.

    Raises like ``answer``, and Refused for a field that is not corrected here.
    """
    how = Answer.ACCEPT if fields.accepted else Answer.REFUSE
    request = _living(rows, fields.request_id, RequestKind.CORRECTION, RequestKind.RIGHT, how=how)
    if request is None:
        return
    if fields.accepted and request["kind"] == RequestKind.CORRECTION:
        _accept(request, fields.seen, rows, stamp)
    status = RequestStatus.ANSWERED if fields.accepted else RequestStatus.REFUSED
    said = {"said": fields.said} if fields.said else {}
    _end(request, status, {"how": how.value, **said}, rows, stamp)


def _accept(request: Row, seen: str | None, rows: SchoolRows, stamp: Stamp) -> None:
    detail, pupil_id = request["detail"] or {}, request["pupil_id"]
    record_id = pupil_id or request["guardian_id"]
    if not record_id or not detail.get("field"):
        raise Refused("correction_unreadable", "Cette proposition ne dit pas quelle donnée corriger.")
    fields = CorrectFields(record_id=record_id, changes={detail["field"]: (seen, detail.get("value"))})
    (correct_pupil if pupil_id else correct_guardian)(fields, rows, stamp)


def undo_merge(fields: UndoMergeFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``regroupement.annuler``. Raises like ``answer``; the server says whether 30 days are over."""
    request = _known(rows, fields.request_id, RequestKind.MERGE)
    if request["status"] != RequestStatus.UNDONE:
        _end(request, RequestStatus.UNDONE, {"how": Answer.UNDO_MERGE.value}, rows, stamp)


def contact_problem(field: str, value: str) -> str | None:
    """Why nothing can be sent there, or None."""
    if field == "email":
        return None if is_mail(value) else "Une adresse mail s’écrit nom@domaine.fr."
    known = read_mobile(value, allow_fictional=True).e164
    return None if known else "Un numéro de portable s’écrit 06 12 34 56 78."


def _wait_for_contact(request: Row, contact: NewContact | None, rows: SchoolRows, stamp: Stamp) -> None:
    """Keep a new contact aside: the server tells the former one, and says when it counts."""
    if contact is None or contact_problem(contact.field, contact.value) is not None:
        raise Refused("bad_contact", "Ce contact n’est pas complet\u00a0: rien n’a été changé.")
    if request["guardian_id"] is None:
        raise Refused("request_unmatched", "Dites d’abord de quel responsable il s’agit.")
    said = {"how": Answer.CONTACT.value, "contact": contact.model_dump(mode="json"), "by": stamp.author}
    rows.change("requests", request["id"], status=RequestStatus.WAITING.value, answer=said)
    _tell(request, Answer.CONTACT.value, rows, stamp)


def _living(rows: SchoolRows, request_id: str, *kinds: RequestKind, how: Answer) -> Row | None:
    """The request while it waits for an answer; None where this very answer was given before."""
    request = _known(rows, request_id, *kinds)
    if request["status"] in LIVING:
        return request
    if (request["answer"] or {}).get("how") == how:
        return None
    raise Refused("request_closed", f"Cette demande a déjà sa réponse, donnée par {request['closed_by']}.")


def _known(rows: SchoolRows, request_id: str, *kinds: RequestKind) -> Row:
    request = rows.need("requests", request_id)
    if request["kind"] not in kinds:
        raise Refused("request_kind", "Cette réponse ne va pas avec cette demande.")
    return request


def _end(request: Row, status: RequestStatus, said: Row, rows: SchoolRows, stamp: Stamp) -> None:
    rows.change(
        "requests", request["id"], status=status.value, closed_at=stamp.at, closed_by=stamp.author, answer=said
    )  # fmt: skip
    _tell(request, said["how"], rows, stamp)


def _tell(request: Row, how: str, rows: SchoolRows, stamp: Stamp) -> None:
    if request["account_id"]:
        add_event(
            rows, stamp, kind="request_answered", account_id=request["account_id"],
            guardian_id=request["guardian_id"], how=how, about=request["kind"],
        )  # fmt: skip
