"""``preau erase``: one person out of a school's records, for good; ``preau limit``: only kept."""

from __future__ import annotations

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.acts_erasure import PersonTable
from app.models.errors import InputError
from app.services import erasing, limiting, rights
from app.services.desk import Desk

Named = tuple[str | None, str | None, str | None]
"""A guardian's id, a pupil's id, a log-in: exactly one."""


def run(*, uai: str | None, named: Named, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase after a confirmation that says what disappears."""
    carry_out(lambda: _erase(uai, named, dry_run, yes), as_json=as_json)


def _erase(uai: str | None, named: Named, dry_run: bool, yes: bool) -> Json:
    with opened(write=not dry_run) as found:
        school_id = the_school(found.desk, uai).school_id
        table, record_id = _who(found.desk, school_id, named)
        seen = erasing.preview(found.desk, school_id=school_id, table=table, record_id=record_id)
        for warning in seen.warnings:
            say(warning)
        if not dry_run:
            confirm(seen.question, yes=yes)
            erasing.erase(found.desk, preview=seen)
    say(f"Serait effacé : {', '.join(seen.lines)}. Rien n’a été changé." if dry_run else "C’est effacé.")
    return {
        "people": list(seen.people), "rows": dict(seen.counts), "warnings": list(seen.warnings), "dry_run": dry_run
    }  # fmt: skip


def run_limit(*, uai: str | None, named: Named, reason: str | None, end: bool, yes: bool, as_json: bool) -> None:
    """Limit, or end the limit."""
    carry_out(lambda: _limit(uai, named, reason, end, yes), as_json=as_json)


def _limit(uai: str | None, named: Named, reason: str | None, end: bool, yes: bool) -> Json:
    with opened(write=True) as found:
        school_id = the_school(found.desk, uai).school_id
        table, record_id = _who(found.desk, school_id, named)
        if not end:
            confirm(limiting.CONSEQUENCE, yes=yes)
        done = limiting.limit(
            found.desk, school_id=school_id, table=table, record_id=record_id, limited=not end, reason=reason
        )
    say("Rien à changer." if done is None else "La limitation est levée." if end else "C’est limité.")
    return {"limited": not end, "changed": done is not None}


def _who(desk: Desk, school_id: str, named: Named) -> tuple[PersonTable, str]:
    guardian, pupil, login = named
    if sum(one is not None for one in named) != 1:
        raise InputError("who", "Dites qui, une seule fois : --guardian ID, --pupil ID ou --login IDENTIFIANT.")
    if pupil is not None:
        return "pupils", pupil
    if login is not None:
        guardian = rights.account_by_login(desk, school_id=school_id, login=login)
    return "guardians", erasing.person_of_account(desk, school_id=school_id, account_id=guardian or "")
