"""``preau school``: what « Mon école » and its settings hold, seen and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import InputError
from app.services import schools
from app.services.desk import Desk

PRIVATE = "private"
TEXTS = ("name", *schools.DETAILS)
WORDS = {"oui": True, "yes": True, "non": False, "no": False}
"""How a switch is typed."""


def run(*, uai: str | None, sets: Sequence[str], as_json: bool) -> None:
    """Show the school; with ``sets`` (« phone=05 61 00 00 00 ») write them first; one that is wrong, and none is written."""
    carry_out(lambda: _carry_out(uai, sets), as_json=as_json)


def _carry_out(uai: str | None, sets: Sequence[str]) -> Json:
    wanted = dict(map(_pair, sets))
    with opened(write=bool(wanted)) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        _write(desk, school_id, wanted)
        shown = _shown(desk, school_id)
    for name, value in shown.items():
        say(f"{name} : {_said(value)}")
    return shown


def _pair(text: str) -> tuple[str, str | int | bool]:
    """One ``--set``, read. Raises InputError."""
    name, _, value = (part.strip() for part in text.partition("="))
    if "=" not in text or name not in (*TEXTS, PRIVATE, *schools.SETTINGS):
        known = ", ".join((*TEXTS, PRIVATE, *schools.SETTINGS))
        raise InputError("setting_unknown", f"« {text} » ne se règle pas ici. Écrivez NOM=VALEUR, NOM étant : {known}.")
    return name, value if name in TEXTS else _setting(name, value)


def _setting(name: str, value: str) -> int | bool:
    for setting, usual in schools.SETTINGS.items():
        if name == setting:
            read = _switch(name, value) if isinstance(usual, bool) else _number(name, value)
            schools.checked_setting(setting, read)
            return read
    return _switch(name, value)


def _number(name: str, value: str) -> int:
    if not value.isdecimal():
        raise InputError("setting_wrong", f"{name} est un nombre : « {value} » n’en est pas un.")
    return int(value)


def _switch(name: str, value: str) -> bool:
    if value.lower() not in WORDS:
        raise InputError("setting_wrong", f"{name} se règle par oui ou non : « {value} » n’est ni l’un ni l’autre.")
    return WORDS[value.lower()]


def _write(desk: Desk, school_id: str, wanted: Mapping[str, Any]) -> None:
    texts = {name: value for name, value in wanted.items() if name in TEXTS}
    schools.edit_school(desk, school_id=school_id, values=texts)
    for name in schools.SETTINGS:
        if name in wanted:
            schools.change_setting(desk, school_id=school_id, name=name, value=wanted[name])
    if PRIVATE in wanted:
        schools.set_private(desk, school_id=school_id, private=wanted[PRIVATE])


def _shown(desk: Desk, school_id: str) -> dict[str, Any]:
    school = schools.one_school(desk, school_id=school_id)
    texts = {name: getattr(school, name) for name in TEXTS}
    switches = {
        PRIVATE: schools.is_private(desk, school_id=school_id),
        **schools.settings_of(desk, school_id=school_id),
    }
    return {"uai": school.uai, **texts, **switches}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "—" if value is None else str(value)
