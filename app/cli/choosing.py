"""Whom a command is about: the criteria of « Responsables », and a line of Accueil where ``--todo`` names one."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import typer

from app.models.errors import Refused
from app.models.states import Mail
from app.services.accounts import AccountList, Criteria, list_accounts
from app.services.desk import Desk
from app.services.todo import WORDS, Page, Target, TodoItem, list_todo


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of a command say. ``todo`` is the key of a line of Accueil."""

    criteria: Criteria
    todo: str | None = None


def todo_items(desk: Desk, school_id: str) -> tuple[TodoItem, ...]:
    """The lines of Accueil, fictional mobile numbers accepted where the environment says so."""
    fictional = os.environ.get("PREAU_FICTIONAL_NUMBERS", "") not in ("", "0")
    return list_todo(desk, school_id=school_id, allow_fictional=fictional)


def chosen(desk: Desk, school_id: str, asked: Asked) -> tuple[AccountList, list[int]]:
    """The list of the school, and the places of the lines that match. Raises Refused where a line names no account."""
    listed, criteria = list_accounts(desk, school_id=school_id), asked.criteria
    if asked.todo is None:
        return listed, listed.find(criteria)
    target = _target(desk, school_id, asked.todo)
    return listed, listed.find(_narrowed(criteria, target), column=target.sorted_by)


def _target(desk: Desk, school_id: str, key: str) -> Target:
    if key not in WORDS:
        raise typer.BadParameter(f"--todo {key} : « preau todo » nomme les lignes d’Accueil.")
    item = next((one for one in todo_items(desk, school_id) if one.key == key), None)
    if item is None:
        return Target(Page.GUARDIANS, account_ids=frozenset())
    if item.target.page not in (Page.GUARDIANS, Page.PUPILS):
        raise Refused("no_accounts", f"« {item.sentence} » : cette ligne d’Accueil ne nomme pas de comptes.")
    return item.target


def _narrowed(criteria: Criteria, target: Target) -> Criteria:
    """Both: who matches the options and is behind the line."""
    states = criteria.states
    if target.states:
        states = target.states if states is None else states & target.states
    mail = Mail.WITHOUT if target.without_mail and criteria.mail is Mail.ALL else criteria.mail
    narrowed = replace(criteria, states=states, mail=mail, account_ids=target.account_ids, pupil_ids=target.pupil_ids)
    return replace(narrowed, account_ids=frozenset()) if target.without_mail and mail is Mail.WITH else narrowed
