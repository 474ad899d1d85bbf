"""``preau guardians``: the lines of « Responsables »."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from app.cli.choosing import Asked, chosen
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text
from app.services.accounts import AccountRow, as_json

HEADINGS = ("Élève", "Classe", "Responsable", "Identifiant", "Messagerie", "Origine du compte", "État de compte",
            "Date de distribution", "Date de dernier accès")  # fmt: skip
NOBODY = "Attention ! Aucun responsable ne correspond à vos critères de sélection. Veuillez modifier votre demande."


def run(*, uai: str | None, asked: Asked, as_json: bool) -> None:
    """List who matches."""

    def work() -> Json:
        rows = matching(uai, asked)
        if not as_json:
            _print(rows)
        return _json(rows)

    carry_out(work, as_json=as_json)


def matching(uai: str | None, asked: Asked) -> list[AccountRow]:
    """The lines that match, by pupil."""
    with opened(write=False) as found:
        listed, places = chosen(found.desk, the_school(found.desk, uai).school_id, asked)
    return [listed.rows[place] for place in places]


def _json(rows: list[AccountRow]) -> Json:
    return as_json(rows)


def _print(rows: list[AccountRow]) -> None:
    console = Console()
    if not rows:
        console.print(NOBODY, markup=False)
        return
    if not console.is_terminal:
        console = Console(width=10_000)  # a file or another program: no line is cut
    table = Table(*HEADINGS, box=None, header_style="bold")
    for row in rows:
        cells = (row.pupil, row.classroom, row.guardian, row.login or "", row.email or "", row.origin.label, row.state.label,
                 _day(row.notified_on), _day(row.last_access_on))  # fmt: skip
        table.add_row(*map(cell_text, cells))
    console.print(table)


def _day(date: str | None) -> str:
    return "-".join(reversed(date.split("-"))) if date else ""
