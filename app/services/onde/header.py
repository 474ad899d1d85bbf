"""Which file is it, and which column is which: told by a folded header, never by the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.models.errors import InputError
from app.models.names import fold
from app.services.onde.decode import Cells

FileKind = Literal["pupils", "guardians"]
MAX_CELL = 300
"""Characters of a cell that are kept; no name, label or address is longer."""

PUPIL_COLUMNS = {
    "last_name": ("nom eleve", "nom", "nom de l eleve", "nom de famille", "nom de famille eleve"),
    "usage_name": ("nom d usage eleve", "nom d usage", "nom usage eleve", "nom d usage de l eleve"),
    "first_name": ("prenom eleve", "prenom", "prenom de l eleve", "prenoms"),
    "birth_date": ("date naissance", "date de naissance", "date de naissance eleve", "ne le", "ne e le"),
    "sex": ("sexe",),
    "ine": ("ine", "numero ine", "identifiant national eleve", "identifiant national", "n ine"),
    "address": ("adresse1", "adresse 1", "adresse"),
    "postal_code": ("cp1", "cp 1", "cp", "code postal"),
    "town": ("commune1", "commune 1", "commune", "ville"),
    "level": ("niveau",),
    "classroom": ("libelle classe", "classe", "nom de la classe", "classes"),
    "classroom_onde_id": ("identifiant classe",),
}
PUPIL_IGNORED = frozenset(
    {"pays1", "adresse2", "cp2", "commune2", "pays2", "cycle", "attestation fournie", "autorisations associations",
     "autorisation associations", "autorisations photos", "autorisation photo", "decision de passage", "dispositif s",
     "regroupement s", "pays"}
)  # fmt: skip

GUARDIAN_COLUMNS = {
    "civility": ("civilite responsable", "civilite"),
    "usage_name": ("nom usage responsable", "nom d usage responsable"),
    "last_name": ("nom responsable", "nom de famille responsable", "nom du responsable"),
    "first_name": ("prenom responsable", "prenom du responsable"),
    "address": ("adresse responsable",),
    "postal_code": ("cp responsable", "code postal responsable"),
    "town": ("commune responsable",),
    "country": ("pays", "pays responsable"),
    "email": ("courriel", "courriel responsable", "adresse mail", "mail"),
    "phone_home": ("telephone domicile",),
    "phone_work": ("telephone travail",),
    "mobile": ("telephone portable", "portable", "telephone mobile"),
}
GUARDIAN_IGNORED = frozenset({"numero de poste", "communication adresses", "pcs"})

CHILD_COLUMNS = {
    "usage_name": ("nom d usage enfant", "nom d usage eleve"),
    "last_name": ("nom de famille enfant", "nom de famille eleve", "nom enfant"),
    "first_name": ("prenom enfant", "prenom eleve"),
    "classroom": ("classes enfants", "classes eleves", "classe eleve", "classe enfant"),
    "birth_date": ("date de naissance eleve", "date naissance eleve", "date de naissance enfant"),
}
_NUMBERED = re.compile(r" ?(\d+)$")


@dataclass(frozen=True, slots=True)
class Header:
    """``columns`` by field, ``children`` one mapping a block, ``titles`` the header's own words, for messages."""

    kind: FileKind
    columns: dict[str, int]
    children: tuple[dict[str, int], ...]
    titles: list[str]
    unknown: tuple[str, ...]

    def title(self, field: str) -> str | None:
        """The words of a field's column in this file."""
        place = self.columns.get(field)
        return self.titles[place] if place is not None else None

    @property
    def least_cells(self) -> int:
        """Cells of a whole line: the blocks of children, and the very last cell, may be left out."""
        return max(self.columns.values()) + 1 if self.kind == "guardians" else len(self.titles) - 1

    def fields(self, cells: Cells, names: tuple[str, ...]) -> dict[str, str | None]:
        """The values of a line, for those columns that the file has; an empty cell is None."""
        return {name: cell(cells, self.columns[name]) for name in names if name in self.columns}


def cell(cells: Cells, place: int | None) -> str | None:
    """The text of a cell, None where it is empty or not there."""
    if place is None or place >= len(cells.values):
        return None
    return cells.values[place][:MAX_CELL] or None


def read_header(titles: list[str], *, file: str) -> Header:
    """Recognise a header. Raises InputError with what to do where it is neither of ONDE's two files."""
    while titles and not titles[-1]:
        titles = titles[:-1]
    folded = [fold(title) for title in titles]
    guardians, _ = _match(titles, folded, GUARDIAN_COLUMNS, GUARDIAN_IGNORED)
    if {"last_name", "first_name"} <= guardians.keys():
        return _guardians(titles, folded, file)
    columns, unknown = _match(titles, folded, PUPIL_COLUMNS, PUPIL_IGNORED)
    if not {"last_name", "first_name"} <= columns.keys() or not {"classroom", "birth_date"} & columns.keys():
        raise _unknown(file)
    return Header("pupils", columns, (), titles, unknown)


def _guardians(titles: list[str], folded: list[str], file: str) -> Header:
    children = tuple(block for block in _blocks(folded) if "first_name" in block)
    if not children:
        raise InputError(
            "onde_no_children",
            f"Le fichier «\u00a0{file}\u00a0» ne dit pas de quels enfants ces personnes sont responsables. Dans ONDE, "
            "relancez l’extraction «\u00a0Responsables\u00a0» avec les colonnes des élèves.",
        )
    taken = {place for block in children for place in block.values()}
    rest = [name if place not in taken else "" for place, name in enumerate(folded)]
    columns, unknown = _match(titles, rest, GUARDIAN_COLUMNS, GUARDIAN_IGNORED)
    return Header("guardians", columns, children, titles, unknown)


def _match(
    titles: list[str], folded: list[str], known: dict[str, tuple[str, ...]], ignored: frozenset[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    columns: dict[str, int] = {}
    unknown = []
    for place, name in enumerate(folded):
        field = next((field for field, names in known.items() if name in names), None)
        if field is not None and field not in columns:
            columns[field] = place
        elif name and field is None and name not in ignored:
            unknown.append(titles[place])
    return columns, tuple(unknown)


def _blocks(folded: list[str]) -> tuple[dict[str, int], ...]:
    """Where columns are numbered, a number is a block; else a field seen again begins the next one."""
    blocks: list[dict[str, int]] = []
    numbers: dict[str, dict[str, int]] = {}
    for place, name in enumerate(folded):
        number = _NUMBERED.search(name)
        bare = name[: number.start()] if number else name
        field = next((field for field, names in CHILD_COLUMNS.items() if bare in names), None)
        if field is None:
            continue
        known = numbers.get(number[1]) if number else (blocks[-1] if blocks else None)
        if known is None or field in known:
            known = {}
            blocks.append(known)
        if number:
            numbers[number[1]] = known
        known[field] = place
    return tuple(blocks)


def _unknown(file: str) -> InputError:
    return InputError(
        "onde_unknown_header",
        f"Le fichier «\u00a0{file}\u00a0» n’est ni une extraction «\u00a0Élèves\u00a0» ni une extraction "
        "«\u00a0Responsables\u00a0» d’ONDE. "
        "Dans ONDE\u00a0: Listes & documents > Extractions > Élèves de l’école ou leurs responsables.",
    )
