"""``preau list``: the list of guardians as CSV, PDF or XLSX."""

from __future__ import annotations

from pathlib import Path

import typer

from app.cli.choosing import Asked, chosen
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.services.lists import WARNING, ListFormat, write_list


def run(
    *, uai: str | None, asked: Asked, csv: Path | None, pdf: Path | None, xlsx: Path | None, passwords: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Write the list of those who match. Exactly one file must be named."""
    wanted = {ListFormat.CSV: csv, ListFormat.PDF: pdf, ListFormat.XLSX: xlsx}
    named = [(kind, path) for kind, path in wanted.items() if path is not None]
    if len(named) != 1:
        raise typer.BadParameter("indiquez un fichier, et un seul : --csv, --pdf ou --xlsx.")
    ((kind, path),) = named
    carry_out(lambda: _list(uai, asked, kind, path, passwords), as_json=as_json)


def _list(uai: str | None, asked: Asked, kind: ListFormat, path: Path, passwords: bool) -> Json:
    with opened(write=passwords) as found:  # with passwords it is an act
        school_id = the_school(found.desk, uai).school_id
        listed, places = chosen(found.desk, school_id, asked)
        rows = [listed.rows[place] for place in places]
        if passwords:
            say(WARNING)
        folder, file = (path, None) if path.is_dir() else (None, path)
        done = write_list(
            found.desk, school_id=school_id, rows=rows, wanted=kind, folder=folder, file=file, with_passwords=passwords
        )
    say(done.sentence)
    return {
        "file": str(done.files[0]), "format": kind.value, "lines": done.line_count, "accounts": done.account_count,
        "passwords": done.password_count, "unreadable": list(done.unreadable),
    }  # fmt: skip
