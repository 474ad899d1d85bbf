"""Support (DESIGN, « Support »): a director opens her school to an officer for a time; what the officer does there."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from app.models.acts import AccountsFields, ActFields, CorrectFields
from app.models.acts_mail import ResendFields
from app.models.acts_rights import AccessFields
from app.models.acts_sheets import ProlongFields
from app.models.clock import instant, local_date
from app.models.errors import Refused
from app.models.support import (
    CORRECTED_FIELDS,
    DecideProposalFields,
    EndGrantFields,
    GrantFields,
    ProposalStatus,
    ProposeFields,
    ReadFields,
    Reading,
    Repair,
    last_instant,
    year_end,
)
from app.models.tables import Row
from app.services.records.rows import SchoolRows, Stamp

PAYLOADS: dict[Repair, type[ActFields]] = {
    Repair.CORRECT: CorrectFields, Repair.REOPEN: AccountsFields, Repair.PROLONG: ProlongFields,
    Repair.RESEND: ResendFields, Repair.ACCESS: AccessFields, Repair.RESET: AccountsFields,
}  # fmt: skip
UNFIT = "Cette proposition n’est pas de celles que l’assistance peut faire\u00a0: rien n’a été proposé."


def grant(fields: GrantFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``assistance.accorder``. Raises NotFound for an officer that the school does not know; Refused ``grant_until``.

    Another grant to the same officer takes the place of the one before.
    """
    officer = rows.need("support_officers", fields.officer_id)
    if officer["ended_at"] is not None:
        raise Refused("officer_ended", f"{officer['name']} n’intervient plus dans cette école.")
    if not stamp.at < fields.until <= longest(rows, stamp.at):
        raise Refused("grant_until", "L’accès de l’assistance finit au plus tard avec l’année scolaire, le 31 août.")
    if rows.get("support_grants", fields.grant_id) is not None:
        return
    for former in rows.where("support_grants", officer_id=officer["id"], ended_at=None):
        rows.change("support_grants", former["id"], ended_at=stamp.at, ended_by=stamp.author)
    rows.add(
        "support_grants", fields.grant_id, officer_id=officer["id"], officer_name=officer["name"], granted_at=stamp.at,
        granted_by=stamp.author, until=fields.until,
    )  # fmt: skip


def longest(rows: SchoolRows, at: str) -> str:
    """The last instant to which the school may be opened: the end of its year."""
    school = rows.get("schools", rows.school_id)
    zone = (school or {}).get("timezone") or "Europe/Paris"
    return instant(last_instant(year_end(local_date(at, zone)), zone))


def end_grant(fields: EndGrantFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``assistance.terminer``. Raises NotFound."""
    found = rows.need("support_grants", fields.grant_id)
    if found["ended_at"] is None:
        rows.change("support_grants", found["id"], ended_at=stamp.at, ended_by=stamp.author)


def note_reading(fields: ReadFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``assistance.consulter``. Raises NotFound. Without a network it counts when it was, not when it is told."""
    found = rows.need("support_grants", fields.grant_id)
    count = "openings" if fields.what is Reading.OPENING else "diagnoses"
    rows.change(
        "support_grants", found["id"], **{count: found[count] + 1}, read_at=min(fields.at, stamp.at),
        read_what=fields.what.value,
    )  # fmt: skip


def propose(fields: ProposeFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``assistance.proposer``. Raises NotFound; Refused for what may not be proposed."""
    found, guardian = rows.need("support_grants", fields.grant_id), rows.need("guardians", fields.guardian_id)
    accounts = rows.where("accounts", guardian_id=guardian["id"])
    repair_of(fields.kind, fields.fields, rows, guardian, accounts)
    rows.add(
        "proposals", fields.proposal_id, grant_id=found["id"], officer_id=found["officer_id"],
        officer_name=found["officer_name"], at=stamp.at, kind=fields.kind.value, fields=fields.fields,
        reason=fields.reason, guardian_id=guardian["id"], account_id=accounts[0]["id"] if accounts else None,
        status=ProposalStatus.OPEN.value,
    )  # fmt: skip


def repair_of(
    kind: Repair, said: dict[str, Any], rows: SchoolRows, guardian: Row, accounts: list[Row]
) -> ActFields:  # fmt: skip
    """The payload of a proposed act. Raises Refused where it is not one, or is about somebody else."""
    try:
        fields = PAYLOADS[kind].model_validate(said)
    except ValidationError as error:
        raise Refused("proposal_unfit", UNFIT) from error
    if not _is_about(fields, rows, guardian["id"], {row["id"] for row in accounts}):
        raise Refused("proposal_unfit", UNFIT)
    return fields


def _is_about(fields: ActFields, rows: SchoolRows, guardian_id: str, accounts: set[str]) -> bool:
    """Whether a payload touches that guardian alone, and of his record what may be proposed."""
    match fields:
        case CorrectFields():
            fit = bool(fields.changes) and CORRECTED_FIELDS.issuperset(fields.changes)
            return fit and rows.resolve(fields.record_id) == guardian_id
        case AccountsFields():
            return bool(fields.account_ids) and all(rows.resolve(one) in accounts for one in fields.account_ids)
        case ResendFields():
            return rows.resolve(fields.account_id) in accounts
        case AccessFields():
            return bool(rows.need("responsibilities", fields.responsibility_id)["guardian_id"] == guardian_id)
        case ProlongFields():
            return all(rows.need("sheets", one)["account_id"] in accounts for one in fields.sheet_ids)
    return False


def decide(fields: DecideProposalFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``assistance.decider``. Raises NotFound; Refused where it was decided otherwise."""
    found = rows.need("proposals", fields.proposal_id)
    status = ProposalStatus.ACCEPTED if fields.accepted else ProposalStatus.REFUSED
    if found["status"] == status:
        return
    if found["status"] != ProposalStatus.OPEN:
        raise Refused("proposal_closed", f"Cette proposition a déjà sa réponse, donnée par {found['closed_by']}.")
    rows.change(
        "proposals", found["id"], status=status.value, closed_at=stamp.at, closed_by=stamp.author, said=fields.said,
        act_id=fields.act_id,
    )  # fmt: skip
