"""``preau language``: the language in which a family is written to, beside French."""

from __future__ import annotations

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.services import languages, rights
from app.services.family_language import language_choices, set_family_language


def run(*, uai: str | None, login: str | None, code: str | None, as_json: bool) -> None:
    """List the languages, say a family's, or write it."""
    carry_out(lambda: _list() if login is None else _of(uai, login, code), as_json=as_json)


def _list() -> Json:
    choices = language_choices()
    for choice in choices:
        lacking = "" if choice.printable else " : les polices n’en ont pas les lettres, mails seulement"
        say(f"{choice.code} : {choice.label}{lacking}")
    return {"languages": [{"code": one.code, "label": one.label, "printable": one.printable} for one in choices]}


def _of(uai: str | None, login: str, code: str | None) -> Json:
    with opened(write=code is not None) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        account_id = rights.account_by_login(desk, school_id=school_id, login=login)
        before = rights.rights_of(desk, school_id=school_id, account_id=account_id)
        changed = code is not None and None is not set_family_language(
            desk, school_id=school_id, guardian_id=before.guardian_id, code=code
        )
        after = rights.rights_of(desk, school_id=school_id, account_id=account_id).language
    say(f"{before.name} : {languages.named(after)}.")
    return {"login": login.strip().lower(), "guardian": before.name, "language": after, "changed": changed}
