"""``preau notify --sheets``: one PDF with everything."""

from __future__ import annotations

from pathlib import Path

from app.cli.asking import confirm
from app.cli.choosing import Asked, chosen
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.services import notify


def run(*, uai: str | None, asked: Asked, file: Path, reset: bool, yes: bool, as_json: bool) -> None:
    """Print the sheets of those who match, and notify them."""
    carry_out(lambda: _notify(uai, asked, file, reset, yes), as_json=as_json)


def _notify(uai: str | None, asked: Asked, file: Path, reset: bool, yes: bool) -> Json:
    with opened(write=True) as found:
        school_id = the_school(found.desk, uai).school_id
        listed, places = chosen(found.desk, school_id, asked)
        accounts = listed.accounts(places)
        if not accounts:
            raise Refused("nobody", "Aucun responsable ne correspond à ces critères : rien n’a été imprimé.")
        plan = notify.plan(found.desk, school_id=school_id, account_ids=sorted(accounts), reset=reset)
        for warning in plan.warnings:
            say(warning)
        confirm(plan.sentence, yes=yes)
        done = notify.print_sheets(found.desk, plan=plan, single_file=file)
        notice = notify.distribution_notice(found.desk, school_id=school_id)
    say(done.sentence)
    if notice.waiting_sentence:
        say(notice.waiting_sentence)
    return {
        "batch": done.batch_number,
        "sheets": done.sheet_count,
        "files": [str(path) for path in done.files],
        "accounts": list(plan.account_ids),
        "warnings": list(plan.warnings),
        "not_to_hand_out_yet": list(notice.waiting),
    }
