"""``preau journal``: who did what, when, on which PC."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.services.journal_view import JournalLine, as_json, read_journal, write_journal

HEADINGS = ("Date", "Heure", "Personne", "Poste", "Action", "Détail", "État")


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
        table.add_row(*(escape("".join(char for char in cell if char.isprintable())) for cell in line.cells[:7]))
    console.print(table)
