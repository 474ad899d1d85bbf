"""The columns of « Responsables » (arena.md): words, order, and which of them give way where there is little room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.services.accounts import Column


class Place(IntEnum):
    """Columns from left to right."""

    TICK = 0
    PUPIL = 1
    CLASSROOM = 2
    GUARDIAN = 3
    LOGIN = 4
    EMAIL = 5
    ORIGIN = 6
    STATE = 7
    NOTIFIED_ON = 8
    LAST_ACCESS_ON = 9
    EYE = 10


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """``header`` breaks its own lines. Widths are pixels: ``least``, and the ``most`` that long words may take.

    Up to ``whole`` the words of a column are not cut: a column of GIVES_WAY goes first.
    """

    header: str
    sort: Column | None
    least: int
    whole: int
    most: int


COLUMNS: dict[Place, ColumnSpec] = {
    Place.TICK: ColumnSpec("", None, 38, 38, 38),
    Place.PUPIL: ColumnSpec("Élève", Column.PUPIL, 140, 150, 260),
    Place.CLASSROOM: ColumnSpec("Classe", Column.CLASSROOM, 84, 130, 180),
    Place.GUARDIAN: ColumnSpec("Responsable", Column.GUARDIAN, 140, 150, 260),
    Place.LOGIN: ColumnSpec("Identifiant", Column.LOGIN, 92, 124, 180),
    Place.EMAIL: ColumnSpec("Messagerie", Column.EMAIL, 94, 94, 94),
    Place.ORIGIN: ColumnSpec("Origine\ndu compte", Column.ORIGIN, 114, 114, 116),
    Place.STATE: ColumnSpec("État de compte", Column.STATE, 182, 182, 184),
    Place.NOTIFIED_ON: ColumnSpec("Date de\ndistribution", Column.NOTIFIED_ON, 96, 96, 98),
    Place.LAST_ACCESS_ON: ColumnSpec("Date de\ndernier accès", Column.LAST_ACCESS_ON, 104, 104, 108),
    Place.EYE: ColumnSpec("", None, 40, 40, 40),
}
PLACE_OF = {spec.sort: place for place, spec in COLUMNS.items() if spec.sort is not None}
SORTABLE = frozenset(int(place) for place in PLACE_OF.values())
GIVES_WAY = (
    Place.LAST_ACCESS_ON, Place.ORIGIN, Place.NOTIFIED_ON, Place.EMAIL, Place.LOGIN, Place.CLASSROOM,
)  # fmt: skip
"""Which columns go first where there is little room; the others never do."""


def fit(width: int, wished: Mapping[Place, int]) -> dict[Place, int]:
    """The width of each column that is shown in ``width`` pixels. What is left goes to the columns that wish for more.

    ``wished`` is what the longest words of a column would take.
    """
    widths = {place: max(spec.least, min(wished.get(place, 0), spec.whole)) for place, spec in COLUMNS.items()}
    for place in GIVES_WAY:
        if sum(widths.values()) <= width:
            break
        del widths[place]
    shown = list(widths)
    _grow(widths, width, {place: min(wished.get(place, 0), COLUMNS[place].most) for place in shown})
    _fill(widths, width)
    return widths


def _grow(widths: dict[Place, int], width: int, wished: Mapping[Place, int]) -> None:
    """Give each column a share of what is left, up to what it wishes for."""
    missing = {place: wished[place] - least for place, least in widths.items() if wished[place] > least}
    room = width - sum(widths.values())
    total = sum(missing.values())
    if room <= 0 or not total:
        return
    for place, more in missing.items():
        widths[place] += more if total <= room else more * room // total


def _fill(widths: dict[Place, int], width: int) -> None:
    """What nobody wished for goes to the two names, so that the table ends where its frame does."""
    room = width - sum(widths.values())
    if room > 0:
        widths[Place.PUPIL] += room // 2
        widths[Place.GUARDIAN] += room - room // 2
