"""``preau reset-passwords``: new provisional passwords, without any distribution."""

from __future__ import annotations

from app.cli.asking import confirm
from app.cli.choosing import Asked, chosen
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.services import resets
from app.services.sheets import distribution_notice


def run(*, uai: str | None, asked: Asked, yes: bool, as_json: bool) -> None:
    """Reset the passwords of those who match."""
    carry_out(lambda: _reset(uai, asked, yes), as_json=as_json)


def _reset(uai: str | None, asked: Asked, yes: bool) -> Json:
    with opened(write=True) as found:
        school_id = the_school(found.desk, uai).school_id
        listed, places = chosen(found.desk, school_id, asked)
        accounts = listed.accounts(places)
        if not accounts:
            raise Refused("nobody", "Aucun responsable ne correspond à ces critères : rien n’a été réinitialisé.")
        plan = resets.plan(found.desk, school_id=school_id, account_ids=sorted(accounts))
        for warning in plan.warnings:
            say(warning)
        confirm(plan.sentence, yes=yes)
        done = resets.carry_out(found.desk, plan=plan)
        notice = distribution_notice(found.desk, school_id=school_id)
    say(done.sentence)
    if notice.reset_sentence:
        say(notice.reset_sentence)
    return {
        "batch": done.batch_number, "reset": len(done.account_ids), "accounts": list(done.account_ids),
        "not_notified": list(plan.not_notified), "warnings": list(plan.warnings),
        "old_password_still_works": list(notice.resets),
    }  # fmt: skip
