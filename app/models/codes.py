"""The codes of the field: UAI, INE, levels, cycles, school years (onde.md, « Codes »)."""

from __future__ import annotations

import re
from datetime import date

from app.models.names import fold

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_UAI = re.compile(r"^[0-9]{7}[A-Z]$")
_OLD_INE = re.compile(r"^[0-9]{10}[A-Z]$")
_NEW_INE = re.compile(r"^[0-9]{9}[A-Z]{2}$")

LEVELS = ("TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "ULIS")
"""In the order of the school; ULIS stands last, since it has no year of its own."""

NURSERY = frozenset(LEVELS[: LEVELS.index("CP")])
"""The levels before the report book, which begins with CP."""

_LEVEL_CYCLE = {"TPS": "1", "PS": "1", "MS": "1", "GS": "1", "CP": "2", "CE1": "2", "CE2": "2", "CM1": "3", "CM2": "3"}
_LEVEL_NAMES = {
    "tout petits": "TPS", "toute petite section": "TPS", "petite section": "PS", "moyenne section": "MS",
    "grande section": "GS", "cours preparatoire": "CP", "cours elementaire 1": "CE1", "cours elementaire 2": "CE2",
    "cours elementaire 1ere annee": "CE1", "cours elementaire 2eme annee": "CE2", "cours moyen 1": "CM1",
    "cours moyen 2": "CM2", "cours moyen 1ere annee": "CM1", "cours moyen 2eme annee": "CM2", "clis": "ULIS",
}  # fmt: skip


def clean_uai(text: str) -> str:
    """A UAI as typed (spaces, small letters) in its stored form."""
    return "".join(text.split()).upper()


def uai_problem(uai: str) -> str | None:
    """Why ``uai`` is not a school's number, as a French sentence, or None where it is one."""
    if not _UAI.match(uai):
        return "Un UAI a 7 chiffres puis une lettre, par exemple 0310001H."
    expected = _LETTERS[int(uai[:7]) % 23]
    if uai[7] != expected:
        return f"La lettre de l’UAI {uai} devrait être {expected}\u00a0: vérifiez les chiffres et la lettre."
    return None


def ine_problem(ine: str) -> str | None:
    """Why ``ine`` has not the shape of a national pupil number, or None. Only the older form has a public key."""
    if _NEW_INE.match(ine):
        return None
    if not _OLD_INE.match(ine):
        return f"L’INE «\u00a0{ine}\u00a0» n’a pas la forme attendue (11 caractères)."
    expected = _LETTERS[int(ine[:10]) % 23]
    return None if ine[10] == expected else f"La clé de l’INE {ine} devrait être {expected}."


def read_levels(text: str) -> tuple[str, ...]:
    """The levels in ONDE's words, in the order of the school (« CM1-CM2 », « 01 COURS PREPARATOIRE-COURS ELEMENTAIRE 1 »)."""
    words = f" {fold(text)} "
    found = {word.upper() for word in words.split() if word.upper() in LEVELS}
    for name in sorted(_LEVEL_NAMES, key=len, reverse=True):  # « toute petite section » before « petite section »
        if f" {name} " in words:
            found.add(_LEVEL_NAMES[name])
            words = words.replace(f" {name} ", "  ")
    return tuple(level for level in LEVELS if level in found)


def read_level(text: str) -> str | None:
    """The level in ONDE's words (« CE1 », « COURS ELEMENTAIRE 1 », « MOYENNE SECTION »): the first of several, or None."""
    return next(iter(read_levels(text)), None)


def cycle_of(level: str | None) -> str | None:
    """The cycle of a level, « 1 » to « 3 », or None (ULIS has none of its own)."""
    return _LEVEL_CYCLE.get(level or "")


def school_year_start(day: date) -> date:
    """The 1 August that opens the school year of ``day`` (DESIGN, « School year »)."""
    return date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def school_year_label(start: date) -> str:
    """« 2026-2027 » for the year that opens on ``start``."""
    return f"{start.year}-{start.year + 1}"
