"""Many schools at once, from a table « UAI;Nom;Fuseau »: all of them or none, each mistake named by its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import Connection, select

from app.models.codes import clean_uai, uai_problem
from app.models.errors import PreauError, Refused
from app.models.ids import uuid7
from app.models.names import fold
from app.models.tables import schools
from app.server.operating.admin import ZONE, Admin, add_school
from app.services.onde.decode import Cells, SourceFile, read_cells

COLUMNS = ("uai", "nom", "fuseau")
"""The third may be missing."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the table."""

    line: int
    uai: str
    name: str
    timezone: str


def create_schools(admin: Admin, *, source: SourceFile, portal_url: str, dry_run: bool = False) -> tuple[Listed, ...]:
    """Create every school of the table; ``dry_run`` only checks. Raises Refused ``bad_list``, with nothing created."""
    lines = _read(source)
    with admin.database.read() if dry_run else admin.database.write() as connection:
        if problems := [*_problems(lines), *_known(connection, lines)]:
            raise _refused(problems)
        for one in () if dry_run else lines:
            school_id = uuid7(admin.clock(), admin.random_bytes)
            add_school(connection, school_id, uai=one.uai, name=one.name, timezone=one.timezone, portal_url=portal_url)
    return lines


def _read(source: SourceFile) -> tuple[Listed, ...]:
    try:
        header, *cells = read_cells(source)
    except (PreauError, ValueError) as error:
        raise _refused([(1, "ce fichier n’est pas un tableau CSV lisible")]) from error
    places = {fold(name): place for place, name in enumerate(header.values)}
    if missing := [name.upper() for name in COLUMNS[:2] if name not in places]:
        raise _refused([(header.line, f"il manque la colonne {' et la colonne '.join(missing)}")])
    return tuple(_listed(one, places) for one in cells)


def _listed(cells: Cells, places: dict[str, int]) -> Listed:
    found = {name: cells.values[places[name]] for name in COLUMNS if places.get(name, 999) < len(cells.values)}
    return Listed(cells.line, clean_uai(found.get("uai", "")), found.get("nom", ""), found.get("fuseau") or ZONE)


def _problems(lines: Sequence[Listed]) -> Iterator[tuple[int, str]]:
    zones, first = available_timezones(), dict[str, int]()
    if not lines:
        yield 1, "aucune école sous l’en-tête"
    for one in lines:
        if (trouble := uai_problem(one.uai)) is not None:
            yield one.line, trouble
        elif one.uai in first:
            yield one.line, f"l’école {one.uai} est déjà à la ligne {first[one.uai]}"
        if not one.name:
            yield one.line, "il manque le nom de l’école"
        if one.timezone not in zones:
            yield one.line, f"« {one.timezone} » n’est pas un fuseau (par exemple Indian/Reunion)"
        first.setdefault(one.uai, one.line)


def _known(connection: Connection, lines: Sequence[Listed]) -> Iterator[tuple[int, str]]:
    known = set(connection.execute(select(schools.c.uai)).scalars())
    for one in lines:
        if one.uai in known:
            yield one.line, f"l’école {one.uai} existe déjà sur ce serveur"


def _refused(problems: Sequence[tuple[int, str]]) -> Refused:
    told = [f"Ligne {line}\u00a0: {words.rstrip('.')}." for line, words in sorted(problems)[:MOST_SHOWN]]
    more = len(problems) - len(told)
    rest = [f"Et {more} autres."] if more > 0 else []
    return Refused("bad_list", "\n".join([*told, *rest, "Aucune école n’a été créée\u00a0: corrigez la liste."]))
