"""``preau journal``: who did what, when, on which PC, and what can be undone."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text, say
from app.services.journal_view import JournalLine, as_json, read_journal, write_journal

HEADINGS = ("N°", "Date", "Heure", "Personne", "Poste", "Action", "Détail", "État", "Annuler")
NUMBER = 6
"""How many letters of its id name an act: « preau undo » takes them."""


def run(*, uai: str | None, search: str, csv: Path | None, json: bool) -> None:
    """Show the acts that match, or write them to a file."""

    def work() -> Json:
        with opened(write=False) as found:
            journal = read_journal(found.desk, school_id=the_school(found.desk, uai).school_id)
        lines = journal.find(search)
        if csv is not None:
            say(f"Journal écrit : {write_journal(lines, file=csv)}, {len(lines)} lignes.")
        elif not json:
            _print(lines)
        return as_json(lines)

    carry_out(work, as_json=json)


def _print(lines: tuple[JournalLine, ...]) -> None:
    console = Console()
    if not lines:
        console.print("Rien au journal.", markup=False)
        return
    if not console.is_terminal:
        console = Console(width=10_000)  # a file or another program: no line is cut
    table = Table(*HEADINGS, box=None, header_style="bold")
    for line in lines:
        cells = (line.act_id[-NUMBER:], *line.cells[:7], line.undo.label if line.undo.possible else "")
        table.add_row(*map(cell_text, cells))
    console.print(table)
