"""Draft what a change of the tables needs: ``python -m tests.support.draft_migration school|desk|server``.

Prints the operations between the revisions written so far and the tables as they are now, to be read, mended and put into
a new step. ``--first`` writes the first revision again instead: only as long as no version was released.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

from app.models.tables import metadata as school_metadata
from app.server.database import HOME as SERVER
from app.server.tables import metadata as server_metadata
from app.services.migrations.runner import upgrade
from app.services.vault.schema import HOME as VAULT
from app.services.vault.tables import metadata as desk_metadata

ROOT = Path(__file__).resolve().parents[2] / "app"
PARTS: dict[str, tuple[MetaData, Path]] = {
    "school": (school_metadata, ROOT / "services/migrations/school/step_0001.py"),
    "desk": (desk_metadata, ROOT / "services/vault/migrations/versions/vault_0001_first.py"),
    "server": (server_metadata, ROOT / "server/migrations/versions/server_0001_first.py"),
}
SCHOOL_HEAD = '''"""The school's tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def upgrade() -> None:
    """Create them."""
'''
HOME_HEAD = '''"""The first version of {what}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.services.migrations.school import step_0001

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The school's tables, then {own}."""
    step_0001.upgrade()
'''
JSON_TYPE = 'Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
SHORT = {
    "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=Text()), 'postgresql')": (
        "Json"
    ),
    ", nullable=True": "",
}


def draft(metadata: MetaData, *, known: MetaData | None = None) -> str:
    """The operations that lead from ``known`` (default: an empty base) to ``metadata``."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        if known is not None:
            known.create_all(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        script = produce_migrations(context, metadata)
        assert script.upgrade_ops is not None
        code = render_python_code(script.upgrade_ops, render_as_batch=known is not None)
    engine.dispose()
    return code


def first(part: str) -> str:
    """The source of the first step of a part."""
    metadata, _ = PARTS[part]
    heads = {
        "school": SCHOOL_HEAD,
        "desk": HOME_HEAD.format(what="a vault", own="those that only a desktop has"),
        "server": HOME_HEAD.format(what="the server's base", own="those that only the server has"),
    }
    lines = [line for line in draft(metadata).splitlines() if "###" not in line]
    body = "\n".join(lines)
    for long, short in SHORT.items():
        body = body.replace(long, short)
    head = heads[part]
    if "Json" not in body:
        head = head.replace("from sqlalchemy.dialects import postgresql\n", "")
    else:
        head = head.replace("\n\n\ndef upgrade", f"\n\n{JSON_TYPE}\n\n\ndef upgrade", 1)
    return head + body + "\n"


def main() -> None:
    if "--first" in sys.argv:
        for part, (_, path) in PARTS.items():
            path.write_text(first(part), encoding="utf-8")
            subprocess.run(["ruff", "format", "--quiet", str(path)], check=True)
        return
    metadata, _ = PARTS[sys.argv[1]]
    print(draft(metadata, known=written(sys.argv[1])))


def written(part: str) -> MetaData:
    """The tables of a part as the revisions so far make them."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, SERVER if part == "server" else VAULT)
        found = MetaData()
        found.reflect(connection, only=lambda name, _: name in PARTS[part][0].tables)
    engine.dispose()
    return found


if __name__ == "__main__":
    main()
