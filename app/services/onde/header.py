"""Which file is it, and which column is which: told by a folded header, never by the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.models.errors import InputError
from app.models.names import fold

FileKind = Literal["pupils", "guardians"]

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
_NUMBERED = re.compile(r" \d+$")


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


def read_header(titles: list[str], *, file: str) -> Header:
    """Recognise a header. Raises InputError with what to do where it is neither of ONDE's two files."""
    while titles and not titles[-1]:
        titles = titles[:-1]
    folded = [fold(title) for title in titles]
    if any("responsable" in name for name in folded):
        return _guardians(titles, folded, file)
    columns, unknown = _match(titles, folded, PUPIL_COLUMNS, PUPIL_IGNORED)
    if "last_name" not in columns or "first_name" not in columns:
        raise _unknown(file)
    if "classroom" not in columns and "birth_date" not in columns:
        raise _unknown(file)
    return Header("pupils", columns, (), titles, unknown)


def _guardians(titles: list[str], folded: list[str], file: str) -> Header:
    children = _blocks(folded)
    taken = {place for block in children for place in block.values()}
    rest = [name if place not in taken else "" for place, name in enumerate(folded)]
    columns, unknown = _match(titles, rest, GUARDIAN_COLUMNS, GUARDIAN_IGNORED)
    if "last_name" not in columns or "first_name" not in columns:
        raise _unknown(file)
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
    blocks: list[dict[str, int]] = []
    for place, name in enumerate(folded):
        bare = _NUMBERED.sub("", name)
        field = next((field for field, names in CHILD_COLUMNS.items() if bare in names), None)
        if field is None:
            continue
        if not blocks or field in blocks[-1]:
            blocks.append({})
        blocks[-1][field] = place
    return tuple(blocks)


def _unknown(file: str) -> InputError:
    return InputError(
        "onde_unknown_header",
        f"Le fichier « {file} » n’est ni une extraction « Élèves » ni une extraction « Responsables » d’ONDE. "
        "Dans ONDE : Listes & documents > Extractions > Élèves de l’école ou leurs responsables.",
    )
