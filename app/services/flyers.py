"""The flyers: how many of which each class needs, and their PDF (arena.md, « Help given to families »).

A guardian counts once, with the youngest child, as for the sheets; those who are in already, and those who wished no
account or paper, need none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.errors import InputError, Refused
from app.models.flyers import FlyerKind
from app.models.states import AccountState
from app.services import languages
from app.services.desk import Desk
from app.services.languages import Language
from app.services.letters.back import LanguageNotPrintable, missing_letters
from app.services.letters.bidi import forget_shapes
from app.services.letters.content import SchoolHead
from app.services.letters.director_page import draw_director_flyer
from app.services.letters.flyer_page import Flyer, draw_flyer
from app.services.letters.layout import forget_layouts
from app.services.letters.papers import draw_paper
from app.services.letters.plan import school_head
from app.services.letters.recipients import Recipient, Recipients
from app.services.records.rows import SchoolRows
from app.services.roll import NO_CLASS, Roll, class_order, read_roll
from app.services.writing import write_whole


@dataclass(frozen=True, slots=True)
class FlyerGroup:
    """One class: how many copies of a flyer it needs."""

    classroom: str
    copies: int


@dataclass(frozen=True, slots=True)
class FlyersDone:
    """What was written: ``pages`` of paper in the PDF, to be copied as each says."""

    path: Path
    pages: int
    groups: tuple[FlyerGroup, ...]

    @property
    def copies(self) -> int:
        return sum(group.copies for group in self.groups)


def count_flyers(
    desk: Desk, *, school_id: str, kind: FlyerKind, classrooms: Iterable[str] | None = None, allow_fictional: bool = False
) -> tuple[FlyerGroup, ...]:  # fmt: skip
    """The classes in order, each with its copies; one group of one copy for the director's. Raises InputError."""
    if kind is FlyerKind.DIRECTOR:
        return (FlyerGroup("", 1),)
    with desk.vault.read() as connection:
        rows, roll = SchoolRows(connection, school_id), read_roll(connection, school_id=school_id)
        wanted = [one for one in Recipients(rows).find(roll.states) if _needs(one, rows, kind, allow_fictional)]
    order = class_labels(roll)
    chosen = set(order) if classrooms is None else set(classrooms)
    if unknown := chosen - set(order):
        raise InputError("class_unknown", f"Cette école n’a pas de classe « {min(unknown)} ».")
    counted = Counter(one.carrier.classroom or NO_CLASS for one in wanted if one.carrier is not None)
    return tuple(FlyerGroup(label, counted[label]) for label in order if label in chosen and counted[label])


def class_labels(roll: Roll) -> tuple[str, ...]:
    """The classes of this year, in the order of the school."""
    levels: dict[str, set[str]] = {}
    for place in roll.pupils.values():
        levels.setdefault(place.classroom, set()).add(place.level)
    return tuple(sorted(levels, key=lambda label: class_order(label, levels[label])))


def _needs(one: Recipient, rows: SchoolRows, kind: FlyerKind, allow_fictional: bool) -> bool:
    if one.state is AccountState.ACTIVE or one.wish is not None:
        return False
    own = rows.need("accounts", one.account_id)["mobile"]
    known = own or effective(rows.need("guardians", one.guardian_id), "mobile")
    has_mobile = read_mobile(known, allow_fictional=allow_fictional).e164 is not None
    return has_mobile is (kind is FlyerKind.ALONE)


def write_flyers(
    desk: Desk, *, school_id: str, kind: FlyerKind, path: Path, classrooms: Iterable[str] | None = None,
    language: str = languages.FRENCH, half: bool = False, allow_fictional: bool = False,
) -> FlyersDone:  # fmt: skip
    """One page a class, in French; in another ``language``, its translation follows, to be printed on the back.

    ``half`` puts two of half the size (A5) on each page. Raises Refused where nobody needs one or the portal's address
    is not known, InputError for an unknown class or language, PreauError where the file cannot be written.
    """
    groups = count_flyers(
        desk, school_id=school_id, kind=kind, classrooms=classrooms, allow_fictional=allow_fictional
    )  # fmt: skip
    with desk.vault.read() as connection:
        school = SchoolRows(connection, school_id).need("schools", school_id)
    head, link = school_head(school), str(school["portal_url"] or "")
    if not groups:
        raise Refused("nobody", _NOBODY[kind])
    if not link and kind is not FlyerKind.DIRECTOR:
        raise Refused(
            "portal_unknown", "L’adresse du portail des parents n’est pas encore connue : synchronisez d’abord."
        )
    tongues = (None,) if kind is FlyerKind.DIRECTOR else _tongues(language)
    pages = [(group, tongue) for group in groups for tongue in tongues]
    try:
        pdf = draw_paper(
            lambda canvas: _draw(canvas, kind, head, link, pages, half=half, two_sided=len(tongues) > 1),
            size=landscape(A4) if half else A4, title=kind.label, author=head.name,
        )  # fmt: skip
    finally:
        forget_layouts()
        forget_shapes()
    return FlyersDone(write_whole(path, pdf), len(pages), groups)


_NOBODY = {
    FlyerKind.ALONE: "Aucun responsable à prévenir n’a de portable connu : aucun flyer n’a été écrit.",
    FlyerKind.NOTIFIED: "Tous les responsables à prévenir ont un portable connu : aucun flyer n’a été écrit.",
    FlyerKind.DIRECTOR: "",
}


def _tongues(code: str) -> tuple[Language | None, ...]:
    """French, and the language asked where there is one."""
    if code == languages.FRENCH:
        return (None,)
    language = languages.find(code)
    if language is None:
        known = ", ".join(("fr", *(one.code for one in languages.languages())))
        raise InputError("language_unknown", f"Les flyers n’existent pas dans la langue « {code} ». Langues : {known}.")
    if missing_letters(language):
        raise LanguageNotPrintable(language)
    return (None, language)


def _draw(
    canvas: Canvas, kind: FlyerKind, head: SchoolHead, link: str, pages: Sequence[tuple[FlyerGroup, Language | None]], *,
    half: bool, two_sided: bool,
) -> None:  # fmt: skip
    if two_sided:
        canvas.setViewerPreference("Duplex", "DuplexFlipShortEdge" if half else "DuplexFlipLongEdge")
    for group, tongue in pages:
        flyer = Flyer(kind, head, link, group.classroom, group.copies, tongue)
        for place in range(2 if half else 1):
            canvas.saveState()
            if half:
                canvas.translate(place * A4[1] / 2, 0)
                canvas.scale(A4[0] / A4[1], A4[0] / A4[1])
            _draw_one(canvas, flyer)
            canvas.restoreState()
        if half:
            _draw_cut(canvas)
        canvas.showPage()


def _draw_one(canvas: Canvas, flyer: Flyer) -> None:
    if flyer.kind is FlyerKind.DIRECTOR:
        draw_director_flyer(canvas, flyer.head, flyer.link)
    else:
        draw_flyer(canvas, flyer)


def _draw_cut(canvas: Canvas) -> None:
    canvas.setLineWidth(0.3)
    canvas.setDash(2, 3)
    canvas.line(A4[1] / 2, 5 * mm, A4[1] / 2, A4[0] - 5 * mm)
    canvas.setDash()
