"""Files as ONDE makes them, with invented people: every header, encoding and habit that the importer meets.

A person is a frozen dataclass of text; a file is bytes. Nothing here uses the importer's own tables of columns, so
that a column forgotten there is a failure of the tests.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.services.demo import people

PUPILS_UNTIL_2017 = (
    "Nom Elève", "Nom d'usage Elève", "Prénom Elève", "Date naissance", "Sexe", "Adresse1", "Cp1", "Commune1", "Pays1",
    "Adresse2", "Cp2", "Commune2", "Pays2", " Cycle", "Niveau", "Classe", "Attestation fournie", "Autorisations associations",
    "Autorisations photos", "Décision de passage",
)  # fmt: skip
PUPILS = (
    "Nom élève", "Nom d'usage élève", "Prénom élève", "Date naissance", "Sexe", "INE", "Adresse1", "Cp1", "Commune1",
    "Pays1", "Adresse2", "Cp2", "Commune2", "Pays2", " Cycle", "Niveau", "Libellé classe", "Identifiant classe",
    "Attestation fournie", "Autorisation associations", "Autorisation photo", "Décision de passage",
)  # fmt: skip
PUPILS_LATER = (*PUPILS, "Dispositif(s)", "Regroupement(s)")
PUPILS_SHORT = ("Nom", "Prénom", "Date de naissance", "Niveau", "Classe")
PUPILS_RENAMED = (
    "Nom de l'élève", "Prénom de l'élève", "Date de naissance", "Identifiant National Élève", "Nom de la classe", "Niveau",
)  # fmt: skip
PUPILS_NUMBERED_INE = ("Nom de la classe", "Numéro INE", "Nom", "Prénom", "Date naissance", "Sexe")

ADULT = (
    "Civilité Responsable", "Nom usage responsable", "Nom responsable", "Prénom responsable", "Adresse responsable",
    "CP responsable", "Commune responsable", "Pays", "Courriel", "Téléphone domicile", "Téléphone travail", "Numéro de poste",
    "Téléphone portable",
)  # fmt: skip
ADULT_WITHOUT_EXTENSION = tuple(title for title in ADULT if title != "Numéro de poste")
ADULT_SINCE_2021 = (*ADULT_WITHOUT_EXTENSION, "Communication adresses", "PCS")
BLOCK_UNTIL_2017 = ("Nom d'usage enfant", "Nom de famille enfant", "Prénom enfant", "Classes enfants")
BLOCK = ("Nom d'usage élève", "Nom de famille élève", "Prénom élève", "Classes élèves")
BLOCK_SINCE_2021 = (*BLOCK, "Date de naissance élève")

_PUPIL_FIELDS = {
    "last": ("Nom Elève", "Nom élève", "Nom", "Nom de l'élève"),
    "usage": ("Nom d'usage Elève", "Nom d'usage élève"),
    "first": ("Prénom Elève", "Prénom élève", "Prénom", "Prénom de l'élève"),
    "born": ("Date naissance", "Date de naissance"),
    "sex": ("Sexe",),
    "ine": ("INE", "Identifiant National Élève", "Numéro INE"),
    "address": ("Adresse1",),
    "postal_code": ("Cp1",),
    "town": ("Commune1",),
    "level": ("Niveau",),
    "room": ("Classe", "Libellé classe", "Nom de la classe"),
    "room_id": ("Identifiant classe",),
}
_ADULT_FIELDS = {
    "Civilité Responsable": "civility", "Nom usage responsable": "usage", "Nom responsable": "last",
    "Prénom responsable": "first", "Adresse responsable": "address", "CP responsable": "postal_code",
    "Commune responsable": "town", "Pays": "country", "Courriel": "email", "Téléphone domicile": "home",
    "Téléphone travail": "work", "Numéro de poste": "extension", "Téléphone portable": "mobile",
}  # fmt: skip
_FAMILY_NAMES = tuple(name for name in people.FAMILY_NAMES if name not in ("Šimić", "Yıldız"))
"""Those that ONDE’s own encoding can hold."""
_CHILD_FIELDS = ("usage", "last", "first", "room", "born")


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child; ``born`` as it stands in the cell."""

    last: str
    first: str
    born: str = "14/03/2018"
    room: str = "CE2 Mme Aubrac"
    level: str = "CE2"
    ine: str = ""
    usage: str = ""
    sex: str = "F"
    address: str = "12 rue des Lilas"
    postal_code: str = "09990"
    town: str = "Valbrune"
    room_id: str = "990101"


@dataclass(frozen=True, slots=True)
class Adult:
    """One guardian and the children that her line names."""

    last: str
    first: str
    children: tuple[Pupil, ...] = ()
    civility: str = "Mme"
    usage: str = ""
    address: str = "12 rue des Lilas"
    postal_code: str = "09990"
    town: str = "Valbrune"
    country: str = "FRANCE"
    email: str = ""
    home: str = ""
    work: str = ""
    extension: str = ""
    mobile: str = ""


def pupils_file(pupils: Iterable[Pupil], *, titles: Sequence[str] = PUPILS, **form: object) -> bytes:
    """The « Élèves » extraction under those titles; ``form`` as for ``csv_file``."""
    field_of = {title: name for name, known in _PUPIL_FIELDS.items() for title in known}
    rows = [[_cell(pupil, field_of.get(title)) for title in titles] for pupil in pupils]
    return csv_file(titles, rows, **form)  # type: ignore[arg-type]


def guardians_file(
    adults: Iterable[Adult],
    *,
    titles: Sequence[str] = ADULT_WITHOUT_EXTENSION,
    block: Sequence[str] = BLOCK,
    numbered: bool = False,
    **form: object,
) -> bytes:
    """The « Responsables » extraction: one block for each child of the largest family."""
    adults = list(adults)
    most = max((len(adult.children) for adult in adults), default=1) or 1
    blocks = [f"{title} {number}" if numbered else title for number in range(1, most + 1) for title in block]
    rows = []
    for adult in adults:
        row = [_cell(adult, _ADULT_FIELDS.get(title)) for title in titles]
        for child in adult.children:
            row += [_cell(child, name) for name in _CHILD_FIELDS[: len(block)]]
        rows.append(row + [""] * (len(titles) + len(blocks) - len(row)))
    return csv_file([*titles, *blocks], rows, **form)  # type: ignore[arg-type]


def csv_file(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "cp1252",
    delimiter: str = ";",
    quoted: bool = False,
    newline: str = "\r\n",
    last_lines: str = "",
) -> bytes:
    """A table as bytes. ``last_lines`` are written as they stand below the data."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows([titles, *rows])
    return (text.getvalue() + last_lines).encode(encoding)


def _cell(person: Pupil | Adult, field: str | None) -> str:
    return str(getattr(person, field)) if field else ""


def crowd(pupils: int, *, seed: int = 1) -> tuple[list[Pupil], list[Adult]]:
    """So many pupils, in classes of 25, most of them with two guardians (some 1.9 a pupil, as in a large commune)."""
    rng = random.Random(seed)
    found: list[Pupil] = []
    adults: list[Adult] = []
    while len(found) < pupils:
        _family(rng, min(rng.choices((1, 2), (92, 8))[0], pupils - len(found)), found, adults)
    return found, adults


def _family(rng: random.Random, size: int, pupils: list[Pupil], adults: list[Adult]) -> None:
    name = f"{rng.choice(_FAMILY_NAMES)}-{_word(rng)}".upper()
    home = f"{rng.randint(1, 99)} {rng.choice(people.STREETS)}"
    firsts = rng.sample(people.GIRLS + people.BOYS, size)
    children = tuple(_child(rng, name, first, home, len(pupils) + number) for number, first in enumerate(firsts))
    pupils.extend(children)
    mother = _word(rng).upper()
    adults.append(_adult(rng, "Mme", rng.choice(people.MOTHERS), mother, home, children))
    if rng.random() < 0.96:
        elsewhere = home if rng.random() < 0.8 else f"{rng.randint(1, 99)} {rng.choice(people.STREETS)}"
        adults.append(_adult(rng, "M.", rng.choice(people.FATHERS), name, elsewhere, children))


def _child(rng: random.Random, name: str, first: str, home: str, place: int) -> Pupil:
    born = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2016, 2020)}"
    level, number = ("CP", "CE1", "CE2", "CM1", "CM2")[place // 25 % 5], place // 25 + 1
    return Pupil(
        name, first, born, f"{level} n° {number}", level, f"{place:09d}AB", address=home,
        room_id=str(990000 + number),
    )  # fmt: skip


def _adult(rng: random.Random, civility: str, first: str, last: str, home: str, children: tuple[Pupil, ...]) -> Adult:
    mail = f"{_word(rng)}.{_word(rng)}{rng.randint(1, 99)}@example.org" if rng.random() < 0.6 else ""
    mobile = f"06 39 98 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}" if rng.random() < 0.75 else ""
    return Adult(last, first, children, civility, address=home, email=mail, mobile=mobile)


def _word(rng: random.Random) -> str:
    return "".join(rng.choice("bcdfglmnprstv") + rng.choice(("a", "e", "i", "o", "u", "ou", "ai")) for _ in range(3))
