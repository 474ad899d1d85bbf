"""What a base really holds, to compare two of them; and a made-up next version of a home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from app.services.migrations.runner import VERSION_TABLE, Home

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{head}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("preferences" if {desk} else "server_state", sa.Column("made_up", sa.Text()))
    {then}
"""
HINT = "python -m tests.support.draft_migration says which step is missing (docs/adr/0005)"


def described(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database tells them."""
    found = inspect(connection)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in sorted(found.get_columns(table), key=lambda column: column["name"])
            ],
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted(
                (index["name"] or "", tuple(index["column_names"])) for index in found.get_indexes(table)
            ),
            "unique": sorted(tuple(unique["column_names"]) for unique in found.get_unique_constraints(table)),
        }
        for table in found.get_table_names()
        if table != VERSION_TABLE
    }


def differences(connection: Connection, home: Home) -> list[Any]:
    """What Alembic would have to do to make the base what the models say."""
    options = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, list(home.metadata)))  # type: ignore[arg-type]


def next_version(home: Home, folder: Path, *, desk: bool, then: str = "pass") -> Home:
    """The home of a program one version later: the real revisions, then one that adds a column and does ``then``."""
    package, _, inner = home.location.partition(":")
    source = Path(__file__).resolve().parents[2].joinpath(*package.split("."), inner)
    head = f"{int(home.head) + 1:04d}"
    (folder / "versions").mkdir(parents=True)
    for path in (source / "env.py", *(source / "versions").glob("*.py")):
        folder.joinpath(path.relative_to(source)).write_bytes(path.read_bytes())
    text = NEXT.format(head=head, before=home.head, desk=desk, then=then)
    folder.joinpath("versions", "made_up.py").write_text(text, encoding="utf-8")
    return Home(str(folder), head, home.metadata)
