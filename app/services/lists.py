"""« Lister les comptes »: the list of guardians as PDF, CSV or XLSX, with Arena's header and content (arena.md, Lists).

Passwords are left out unless asked for; then the list is told in the journal before it takes its name, so that no list
with passwords is outside the vault without its act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from app.models.acts_lists import ListFields
from app.models.errors import Refused
from app.models.secrets import grouped
from app.services.accounts import AccountRow
from app.services.desk import Desk
from app.services.letters.batch import Cancellation, Cancelled
from app.services.letters.roster import Roster, roster_pdf
from app.services.limiting import limited_ids
from app.services.records.journal import submit
from app.services.schools import SchoolView, one_school
from app.services.sheets import Passwords, Progress, provisional_passwords
from app.services.spreadsheets import csv_bytes, xlsx_bytes
from app.services.writing import Draft

HEADER = (
    "RNE", "Ecole", "Nom de l'élève", "Prénom de l'élève", "Niveau de l'élève", "Classe de l'élève",
    "Nom du responsable", "Prénom du responsable", "Identifiant", "Mot de passe",
)  # fmt: skip
"""Arena's header, letter for letter: what reads Arena's lists reads ours."""

TITLE = "Liste des responsables"
WARNING = (
    "La liste donnera en clair les mots de passe provisoires\u00a0: qui la lit peut activer ces comptes à la place des "
    "parents. Ne l’envoyez pas par mail, détruisez-la dès qu’elle a servi. Cette liste sera notée au journal."
)
NOBODY = "Aucun responsable ne correspond à ces critères\u00a0: aucune liste n’a été faite."


class ListFormat(StrEnum):
    """How the list is written; the value is the end of the file's name."""

    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ListDone:
    """A list that is written. ``act_id`` is None where no password was asked for."""

    files: tuple[Path, ...]
    act_id: str | None
    line_count: int
    account_count: int
    password_count: int
    unreadable: tuple[str, ...]
    """Log-ins whose provisional password this PC cannot open."""
    sentence: str


def file_name(moment: datetime, wanted: ListFormat) -> str:
    """« Preau-ListeResponsables-20261121140231.csv »; ``moment`` is where the school is."""
    return f"Preau-ListeResponsables-{moment:%Y%m%d%H%M%S}.{wanted}"


def write_list(
    desk: Desk,
    *,
    school_id: str,
    rows: Sequence[AccountRow],
    wanted: ListFormat,
    folder: Path | None = None,
    file: Path | None = None,
    with_passwords: bool = False,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> ListDone:
    """Write the lines that are given, in their order, into ``folder`` under Arena's name, or as ``file``: one of the two.

    Limited people are left out. Slow for many lines: never on the window's thread. Raises Refused for no line at all,
    Cancellation, and PreauError where the file cannot be written; in all of them no file is left and nothing is noted.
    """
    limited = limited_ids(desk, school_id=school_id)
    rows = [row for row in rows if not limited & {row.pupil_id, row.guardian_id}] if limited else rows
    if not rows:
        raise Refused("nobody", NOBODY)
    school = one_school(desk, school_id=school_id)
    moment = desk.clock().astimezone(ZoneInfo(school.timezone))
    path = _path(folder, file, file_name(moment, wanted))
    passwords = _passwords(desk, school_id, rows) if with_passwords else Passwords({}, ())
    before = () if wanted is ListFormat.PDF else (school.uai, school.name)
    lines = _lines(rows, passwords.by_account, *before)
    with Draft(path) as draft:
        draft.write(_content(school, moment, wanted, lines, with_passwords, _ticker(progress, cancelled, len(lines))))
        if cancelled():
            raise Cancellation
        act_id = _note(desk, school_id, wanted, len(lines), passwords) if with_passwords else None
        draft.publish()
    progress(len(lines), len(lines))
    accounts = len({row.account_id for row in rows})
    found = len(passwords.by_account)
    return ListDone((path,), act_id, len(lines), accounts, found, passwords.unreadable, _done(len(lines), passwords))


def _passwords(desk: Desk, school_id: str, rows: Sequence[AccountRow]) -> Passwords:
    asked = dict.fromkeys(row.account_id for row in rows)
    return provisional_passwords(desk, school_id=school_id, account_ids=asked)


def _path(folder: Path | None, file: Path | None, name: str) -> Path:
    if file is not None and folder is None:
        return file
    if folder is None or file is not None:
        raise ValueError("give folder or file")
    return folder / name


Line = tuple[str, ...]
"""The cells of one line; on paper the school's own two are said once, above."""


def _lines(rows: Sequence[AccountRow], passwords: Mapping[str, str], *before: str) -> list[Line]:
    shown = {account: grouped(password) for account, password in passwords.items()}
    return [
        (*before, *row.pupil_names, row.level or "", row.classroom, *row.guardian_names, row.login or "",
         shown.get(row.account_id, ""))
        for row in rows
    ]  # fmt: skip


def _content(
    school: SchoolView,
    moment: datetime,
    wanted: ListFormat,
    lines: Sequence[Line],
    with_passwords: bool,
    tick: Callable[[int], None],
) -> bytes:
    if wanted is ListFormat.PDF:
        return roster_pdf(Roster(f"{moment:%d/%m/%Y}", school.uai, school.name, lines, with_passwords), tick)
    return csv_bytes(HEADER, lines) if wanted is ListFormat.CSV else xlsx_bytes(HEADER, lines, title=TITLE)


def _ticker(progress: Progress, cancelled: Cancelled, total: int) -> Callable[[int], None]:
    done = 0

    def tick(lines: int) -> None:
        nonlocal done
        if cancelled():
            raise Cancellation
        done += lines
        progress(done, total)

    return tick


def _note(desk: Desk, school_id: str, wanted: ListFormat, lines: int, passwords: Passwords) -> str:
    fields = ListFields(
        list_id=desk.new_id(), format=wanted.value, lines=lines, account_ids=tuple(sorted(passwords.by_account))
    )
    return submit(desk, school_id=school_id, kind="liste.exporter", fields=fields).act_id


def _done(lines: int, passwords: Passwords) -> str:
    sentence = f"La liste est faite\u00a0: {lines}\u00a0ligne{'s' * (lines > 1)}"
    count = len(passwords.by_account)
    if count:
        sentence += f", {count}\u00a0mot{'s' * (count > 1)} de passe provisoire{'s' * (count > 1)}"
    if passwords.unreadable:
        sentence += f". Mots de passe que ce poste ne peut pas lire\u00a0: {', '.join(passwords.unreadable)}"
    return f"{sentence}."
