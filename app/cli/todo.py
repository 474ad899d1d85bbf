"""``preau todo``: the lines of Accueil, each with the key that ``--todo`` takes."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from app.cli.choosing import todo_items
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text
from app.services.todo import TodoItem


def run(*, uai: str | None, as_json: bool) -> None:
    """Show what is left to do."""

    def work() -> Json:
        with opened(write=False) as found:
            items = todo_items(found.desk, the_school(found.desk, uai).school_id)
        if not as_json:
            _print(items)
        return [_json(item) for item in items]

    carry_out(work, as_json=as_json)


def _json(item: TodoItem) -> Json:
    return {
        "key": item.key, "count": item.count, "sentence": item.sentence, "urgent": item.urgent,
        "page": item.target.page.value,
    }  # fmt: skip


def _print(items: tuple[TodoItem, ...]) -> None:
    console = Console()
    if not items:
        console.print("Rien à faire pour le moment : tout est à jour.", markup=False)
        return
    if not console.is_terminal:
        console = Console(width=10_000)
    table = Table("Clé", "À faire", box=None, header_style="bold")
    for item in items:
        table.add_row(item.key, cell_text(item.sentence))
    console.print(table)
