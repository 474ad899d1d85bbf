"""``preau access``: what one guardian may see of one child."""

from __future__ import annotations

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.states import Access
from app.services import rights


def run(
    *, uai: str | None, login: str, pupil: str, access: Access, reason: str | None, yes: bool, as_json: bool
) -> None:
    """Decide, after a confirmation."""
    carry_out(lambda: _decide(uai, login, pupil, access, reason, yes), as_json=as_json)


def _decide(uai: str | None, login: str, pupil: str, access: Access, reason: str | None, yes: bool) -> Json:
    with opened(write=True) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        account_id = rights.account_by_login(desk, school_id=school_id, login=login)
        before = rights.rights_of(desk, school_id=school_id, account_id=account_id)
        child = rights.child_named(before, pupil)
        confirm(rights.consequence(before, child, access), yes=yes)
        act = rights.set_access(
            desk, school_id=school_id, guardian_id=before.guardian_id, pupil_id=child.pupil_id, access=access,
            reason=reason,
        )  # fmt: skip
        after = rights.child_named(rights.rights_of(desk, school_id=school_id, account_id=account_id), child.name)
    say(f"{before.name}, {child.name} : {after.words or after.access.label}.")
    return {
        "login": login.strip().lower(), "guardian": before.name, "pupil": after.name, "access": after.access.value,
        "reason": after.reason, "since": after.since, "changed": act is not None,
    }  # fmt: skip
