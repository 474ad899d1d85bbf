"""Repairs that an officer proposes from her copy, and what the director makes of them (DESIGN, « Support »)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.acts import AccountsFields, ActFields, CorrectFields
from app.models.acts_mail import ResendFields
from app.models.acts_rights import AccessFields
from app.models.acts_sheets import ProlongFields
from app.models.clock import local_date
from app.models.corrections import effective
from app.models.errors import InputError, NotFound, Refused
from app.models.states import Access, SheetStatus
from app.models.support import MAX_SAID, DecideProposalFields, ProposalStatus, ProposeFields, Repair
from app.models.tables import Row
from app.services import corrections, resets, rights
from app.services.account_card import moment_words
from app.services.desk import Desk
from app.services.journal_words import Names, detail, title
from app.services.records.apply_support import repair_of
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.support.copies import is_copy
from app.services.support.readings import own_grant

MOVED = "Cette proposition ne vaut plus\u00a0: la fiche a changé depuis. Refusez-la, ou faites la correction vous-même."
NOT_OPEN = Refused("grant_ended", "Cette école n’est pas (ou plus) ouverte à l’assistance sur ce poste.")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposed repair. ``words`` says what would be done, ``answer`` what was decided."""

    proposal_id: str
    kind: Repair
    status: ProposalStatus
    at: str
    moment: str
    officer: str
    guardian_id: str | None
    guardian: str
    words: str
    reason: str
    answer: str


def propose_correction(
    desk: Desk, *, school_id: str, guardian_id: str, values: Mapping[str, str], reason: str
) -> ProposalView:  # fmt: skip
    """Other contacts or names for a guardian; what is written as it stands is left out.

    Raises InputError for a value that cannot be and where nothing differs, Refused.
    """
    with desk.vault.read() as connection:
        row = SchoolRows(connection, school_id).need("guardians", guardian_id)
    changes: dict[str, tuple[str | None, str | None]] = {}
    for name, text in values.items():
        present, wanted = effective(row, name) if name in row else None, " ".join(text.split()) or None
        if present == wanted:
            continue
        if (problem := corrections.field_problem(name, text)) is not None:
            raise InputError("correction_wrong", problem, field=name)
        changes[name] = (present, wanted)
    if not changes:
        raise InputError("nothing_proposed", "Écrivez ce qui est à corriger\u00a0: rien ne diffère de la fiche.")
    fields = CorrectFields(record_id=row["id"], changes=changes)
    return propose(
        desk, school_id=school_id, kind=Repair.CORRECT, guardian_id=guardian_id, fields=fields, reason=reason
    )


def propose_for_account(
    desk: Desk, *, school_id: str, guardian_id: str, kind: Repair, reason: str, address: str = ""
) -> ProposalView:  # fmt: skip
    """Reopen, reset, resend or prolong, for the guardian's account. Raises Refused where there is nothing to do it to."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        accounts = rows.where("accounts", guardian_id=rows.need("guardians", guardian_id)["id"])
        if not accounts:
            raise Refused("no_account", "Ce responsable n’a pas de compte dans cette école.")
        fields = _account_fields(desk, rows, accounts[0], kind, address)
    return propose(desk, school_id=school_id, kind=kind, guardian_id=guardian_id, fields=fields, reason=reason)


def propose_access(
    desk: Desk, *, school_id: str, responsibility_id: str, access: Access, reason: str
) -> ProposalView:  # fmt: skip
    """Another access of a guardian to a child. Raises NotFound, Refused."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        link = rows.need("responsibilities", responsibility_id)
        zone = rows.need("schools", school_id)["timezone"] or "Europe/Paris"
    fields = AccessFields(
        responsibility_id=link["id"], seen=Access(link["access"]), access=access,
        since=local_date(desk.now(), zone).isoformat(),
    )  # fmt: skip
    kind, guardian_id = Repair.ACCESS, link["guardian_id"]
    return propose(desk, school_id=school_id, kind=kind, guardian_id=guardian_id, fields=fields, reason=reason)


def propose(
    desk: Desk, *, school_id: str, kind: Repair, guardian_id: str, fields: ActFields, reason: str
) -> ProposalView:  # fmt: skip
    """Propose an act to the director. Raises Refused where the school is not open here, or for what may not be proposed."""
    said = " ".join(reason.split())
    if not 0 < len(said) <= MAX_SAID:
        raise InputError("reason_missing", f"Dites pourquoi à la direction, en {MAX_SAID} caractères au plus.")
    with desk.vault.read() as connection:
        found = own_grant(connection, school_id)
    if found is None:
        raise NOT_OPEN
    proposal = ProposeFields(
        proposal_id=desk.new_id(), grant_id=found["id"], kind=kind, guardian_id=guardian_id,
        fields=fields.model_dump(mode="json"), reason=said,
    )  # fmt: skip
    submit(desk, school_id=school_id, kind="assistance.proposer", fields=proposal)
    return one_proposal(desk, school_id=school_id, proposal_id=proposal.proposal_id)


def list_proposals(desk: Desk, *, school_id: str) -> tuple[ProposalView, ...]:
    """What is to be decided first, the oldest first; then what was decided, the latest first."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = rows.all("proposals")
        if not found:
            return ()
        zone = rows.need("schools", school_id)["timezone"] or "Europe/Paris"
        names = Names(rows, zone, few=True)
        views = [_view(row, names, zone) for row in sorted(found, key=lambda row: str(row["at"]))]
    waiting = [one for one in views if one.status is ProposalStatus.OPEN]
    return (*waiting, *reversed([one for one in views if one.status is not ProposalStatus.OPEN]))


def one_proposal(desk: Desk, *, school_id: str, proposal_id: str) -> ProposalView:
    """Raises NotFound."""
    for one in list_proposals(desk, school_id=school_id):
        if one.proposal_id == proposal_id:
            return one
    raise NotFound("proposal_unknown", "Cette proposition n’est pas (ou plus) dans les dossiers de l’école.")


def accept(desk: Desk, *, school_id: str, proposal_id: str) -> ProposalView:
    """Do what is proposed, in the director's own name, then say so. Raises Refused where it does not apply any more.

    Slow for a new password: never on the window's thread.
    """
    row = _to_decide(desk, school_id, proposal_id)
    act_id = _carry_out(desk, school_id, Repair(row["kind"]), _repair(desk, school_id, row))
    return _decide(desk, school_id, proposal_id, accepted=True, act_id=act_id)


def refuse(desk: Desk, *, school_id: str, proposal_id: str, said: str) -> ProposalView:
    """Leave things as they are, and say why to the officer. Raises InputError for no sentence, Refused."""
    plain = " ".join(said.split())
    if not 0 < len(plain) <= MAX_SAID:
        raise InputError(
            "sentence_missing", f"Dites pourquoi, en {MAX_SAID} caractères au plus\u00a0: l’assistance le lira."
        )
    _to_decide(desk, school_id, proposal_id)
    return _decide(desk, school_id, proposal_id, accepted=False, said=plain)


def _to_decide(desk: Desk, school_id: str, proposal_id: str) -> Row:
    if is_copy(desk, school_id=school_id):
        raise Refused("role", "L’assistance propose\u00a0: c’est la direction qui décide.")
    with desk.vault.read() as connection:
        row = SchoolRows(connection, school_id).need("proposals", proposal_id)
    if row["status"] != ProposalStatus.OPEN:
        raise Refused("proposal_closed", f"Cette proposition a déjà sa réponse, donnée par {row['closed_by']}.")
    return row


def _repair(desk: Desk, school_id: str, row: Row) -> ActFields:
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        guardian = rows.need("guardians", row["guardian_id"])
        accounts = rows.where("accounts", guardian_id=guardian["id"])
        return repair_of(Repair(row["kind"]), row["fields"] or {}, rows, guardian, accounts)


def _decide(
    desk: Desk, school_id: str, proposal_id: str, *, accepted: bool, act_id: str | None = None, said: str | None = None
) -> ProposalView:
    fields = DecideProposalFields(proposal_id=proposal_id, accepted=accepted, act_id=act_id, said=said)
    submit(desk, school_id=school_id, kind="assistance.decider", fields=fields)
    return one_proposal(desk, school_id=school_id, proposal_id=proposal_id)


def _account_fields(desk: Desk, rows: SchoolRows, account: Row, kind: Repair, address: str) -> ActFields:
    if kind in (Repair.REOPEN, Repair.RESET):
        return AccountsFields(account_ids=[account["id"]])
    if kind is Repair.RESEND:
        wanted = " ".join(address.split()) or account["email"] or ""
        return ResendFields(
            delivery_id=desk.new_id(), account_id=account["id"], seen=account["email"], address=wanted
        )  # fmt: skip
    sheets = [row["id"] for row in rows.where("sheets", account_id=account["id"]) if _prolongable(row)]
    if kind is not Repair.PROLONG or not sheets:
        raise Refused("no_sheet", "Ce responsable n’a pas de feuille qui puisse être prolongée.")
    return ProlongFields(sheet_ids=tuple(sheets))


def _prolongable(sheet: Row) -> bool:
    return bool(sheet["with_secret"]) and sheet["status"] in (SheetStatus.KNOWN, SheetStatus.EXPIRED)


def _correct(desk: Desk, school_id: str, fields: CorrectFields) -> str | None:
    """Raises Refused where a value moved since the officer saw it, other than to what she proposes."""
    with desk.vault.read() as connection:
        row = SchoolRows(connection, school_id).need("guardians", fields.record_id)
    for name, (seen, wanted) in fields.changes.items():
        if effective(row, name) not in (seen, wanted):
            raise Refused("proposal_moved", MOVED)
    values = {name: wanted or "" for name, (_, wanted) in fields.changes.items()}
    act = corrections.correct(desk, school_id=school_id, table="guardians", record_id=row["id"], values=values)
    return act.act_id if act else None


def _reset(desk: Desk, school_id: str, fields: AccountsFields) -> str:
    plan = resets.plan(desk, school_id=school_id, account_ids=fields.account_ids)
    return resets.carry_out(desk, plan=plan).act_id


def _access(desk: Desk, school_id: str, fields: AccessFields) -> str | None:
    with desk.vault.read() as connection:
        link = SchoolRows(connection, school_id).need("responsibilities", fields.responsibility_id)
    if link["ended_on"] is not None or Access(link["access"]) not in (fields.seen, fields.access):
        raise Refused("proposal_moved", MOVED)
    act = rights.set_access(
        desk, school_id=school_id, guardian_id=link["guardian_id"], pupil_id=link["pupil_id"], access=fields.access
    )
    return act.act_id if act else None


def _carry_out(desk: Desk, school_id: str, kind: Repair, fields: ActFields) -> str | None:
    """What the director does of her own when she accepts; None where it is so already."""
    match kind, fields:
        case Repair.CORRECT, CorrectFields():
            return _correct(desk, school_id, fields)
        case Repair.ACCESS, AccessFields():
            return _access(desk, school_id, fields)
        case Repair.RESET, AccountsFields():
            return _reset(desk, school_id, fields)
    return submit(desk, school_id=school_id, kind=kind.value, fields=fields).act_id


def _view(row: Row, names: Names, zone: str) -> ProposalView:
    status, kind = ProposalStatus(row["status"]), Repair(row["kind"])
    fields = row["fields"] or {}
    about = names.person("guardians", row["guardian_id"])
    answer = status.label
    if status is not ProposalStatus.OPEN:
        said = f"\u00a0: «\u00a0{row['said']}\u00a0»" if row["said"] else ""
        answer = f"{status.label} le {moment_words(row['closed_at'], zone)} par {row['closed_by']}{said}"
    return ProposalView(
        proposal_id=row["id"], kind=kind, status=status, at=row["at"], moment=moment_words(row["at"], zone),
        officer=row["officer_name"], guardian_id=row["guardian_id"], guardian=about, words=_words(kind, fields, names),
        reason=row["reason"] or "", answer=answer,
    )  # fmt: skip


def _words(kind: Repair, fields: Row, names: Names) -> str:
    """« Correction d’un responsable : DUPONT Marc (Mobile : … → …) »."""
    about = detail(kind.value, fields, names)
    return f"{title(kind.value)}\u00a0: {about}" if about else title(kind.value)
