"""What fields and stamps draw on a page: a certificate is often a form that somebody has filled in.

The page written anew has no fields; what they show is drawn into it (ISO 32000-1, 12.5.5), and their words are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf.generic import DictionaryObject, StreamObject

MOST_NOTES = 500
_DRAWN = frozenset({"/Widget", "/FreeText", "/Stamp", "/Ink", "/Square", "/Circle", "/Line", "/Highlight"})
"""Links and remarks in a margin are no part of a document."""
_HIDDEN = 2 | 32
"""Flags Hidden and NoView."""
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DrawnNote:
    """A form (as it stands in the dictionary, a reference mostly) and the matrix that lays it onto the page."""

    form: Any
    matrix: tuple[float, ...]


def value_of(holder: Any, key: str) -> Any:
    """What a dictionary has under a key, references followed; None where it has nothing (``get`` gives references)."""
    try:
        return holder[key]
    except KeyError:
        return None


def note_words(page: Any) -> str:
    """The values of the fields of a page, a line each."""
    found = []
    for note in _notes(page):
        holder = note if "/V" in note else value_of(note, "/Parent")
        value = value_of(holder, "/V") if isinstance(holder, DictionaryObject) else None
        if isinstance(value, str) and not value.startswith("/"):
            found.append(str(value))
    return "\n".join(found)


def drawn_notes(page: Any) -> Iterator[DrawnNote]:
    """What the fields and stamps of a page show."""
    for note in _notes(page):
        holder, key = value_of(note, "/AP"), "/N"
        if holder is None or int(value_of(note, "/F") or 0) & _HIDDEN or value_of(note, "/Subtype") not in _DRAWN:
            continue
        states = value_of(holder, key)
        if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
            holder, key = states, str(value_of(note, "/AS") or "/Off")
        form = value_of(holder, key)
        if isinstance(form, StreamObject) and (matrix := _matrix(form, value_of(note, "/Rect"))) is not None:
            yield DrawnNote(holder.raw_get(key), matrix)


def _notes(page: Any) -> list[Any]:
    found = value_of(page, "/Annots")
    if not isinstance(found, list):
        return []
    notes = (one.get_object() for one in found[:MOST_NOTES])
    return [note for note in notes if isinstance(note, DictionaryObject)]


def _matrix(form: Any, rect: Any) -> tuple[float, ...] | None:
    """Lays the box of a form, turned by its own matrix, onto the rectangle of its note; None where either is empty."""
    if rect is None or "/BBox" not in form:
        return None
    own = tuple(map(float, form["/Matrix"])) if "/Matrix" in form else _IDENTITY
    left, bottom, right, top = _turned(_box(form["/BBox"]), own)
    to_left, to_bottom, to_right, to_top = _box(rect)
    if right <= left or top <= bottom:
        return None
    wide, high = (to_right - to_left) / (right - left), (to_top - to_bottom) / (top - bottom)
    return (wide, 0.0, 0.0, high, to_left - left * wide, to_bottom - bottom * high)


def _box(values: Any) -> Corners:
    x1, y1, x2, y2 = (float(value) for value in values)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _turned(box: Corners, matrix: tuple[float, ...]) -> Corners:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)
