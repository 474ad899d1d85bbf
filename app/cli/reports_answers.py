"""Whose pages are these: what ``--answer`` says, and what is asked on a terminal; the same plan as in the window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import typer

from app.cli.output import say
from app.models.errors import InputError, Refused
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.reports import imports
from app.services.reports.imports import Preview
from app.services.reports.plan import SKIP, Unmatched
from app.services.reports.roster import Roster

ASIDE = frozenset({"non", "skip"})
"""Answers that leave pages aside."""


@dataclass(frozen=True, slots=True)
class Answer:
    """« classe.pdf:3=123456789AB »: the pages of a file that hold page 3 (or the line 3 of an XML) are that pupil's."""

    text: str
    file: str | None
    place: int
    who: str

    def means(self, asked: Unmatched) -> bool:
        """Whether this is the answer to a question."""
        places = asked.pages or ((asked.line,) if asked.line else ())
        return self.place in places and self.file in (None, asked.file)


def read_answers(texts: Sequence[str]) -> tuple[Answer, ...]:
    """The values of ``--answer``. Raises BadParameter."""
    return tuple(_read(text) for text in texts)


def _read(text: str) -> Answer:
    where, _, who = text.rpartition("=")
    file, _, place = where.rpartition(":")
    if not place.isdecimal() or not who.strip():
        raise typer.BadParameter(
            f"« {text} » n’est pas une réponse : écrivez 3=123456789AB, ou classe.pdf:3=123456789AB."
        )
    return Answer(text, file or None, int(place), who.strip())


def answer_all(desk: Desk, preview: Preview, answers: Sequence[Answer], *, ask: bool) -> Preview:
    """The preview with what was said, then with what a person says. Raises InputError, Refused for a wrong answer."""
    said = _given(desk, preview, answers)
    asked = imports.answered(desk, preview=preview, answers=said) if said else preview
    if not (ask and asked.plan.unmatched and sys.stdin.isatty()):
        return asked
    roster = _roster(desk, preview.school_id)
    more = {one.id: found for one in asked.plan.unmatched if (found := _ask(one, roster)) is not None}
    return imports.answered(desk, preview=asked, answers={**said, **more}) if more else asked


def _given(desk: Desk, preview: Preview, answers: Sequence[Answer]) -> dict[str, str]:
    if not answers:
        return {}
    roster, said = _roster(desk, preview.school_id), dict[str, str]()
    for answer in answers:
        meant = [one for one in preview.plan.unmatched if answer.means(one)]
        if len(meant) != 1:
            why = "plusieurs fichiers ont cette page : écrivez FICHIER:PAGE=INE" if meant else "rien n’est demandé là"
            raise Refused("answer_to_nothing", f"« {answer.text} » : {why}.")
        said[meant[0].id] = _pupil(answer.who, roster)
    return said


def _pupil(who: str, roster: Roster) -> str:
    """The id of the pupil that an INE (or an id) names, or SKIP. Raises InputError."""
    if who.casefold() in ASIDE:
        return SKIP
    found = roster.by_ine.get(who.upper()) or roster.pupils.get(who)
    if found is None:
        raise InputError("answer_unknown", f"Aucun élève de l’école n’a l’INE « {who} ».")
    return found.pupil_id


def _ask(asked: Unmatched, roster: Roster) -> str | None:
    """What the person answers: a number of the list, an INE, « non »; nothing leaves the question open."""
    say(f"{asked.file}, {asked.who} : {asked.sentence}")
    choices = [one for one in asked.choices if one.answer != SKIP]
    for number, choice in enumerate(choices, 1):
        say(f"  {number}. {choice.words}")
    check = _checked(lambda text: _understood(text, [one.answer for one in choices], roster))
    told: str | None = typer.prompt("Numéro, INE, « non », ou rien pour plus tard", "", err=True, value_proc=check)
    return told or None


def _checked(understand: Callable[[str], str]) -> Callable[[str], str]:
    """The terminal asks again what it does not understand."""

    def check(text: str) -> str:
        try:
            return understand(text)
        except InputError as error:
            raise typer.BadParameter(error.sentence) from error

    return check


def _understood(text: str, choices: Sequence[str], roster: Roster) -> str:
    text = text.strip()
    if not text:
        return ""
    numbered: Mapping[str, str] = {str(number): answer for number, answer in enumerate(choices, 1)}
    return numbered.get(text) or _pupil(text, roster)


def _roster(desk: Desk, school_id: str) -> Roster:
    with desk.vault.read() as connection:
        return Roster.read(SchoolRows(connection, school_id))
