"""The letter that brings a school its enrolment code: one A4 page, for the head of the school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, MONO, REGULAR
from app.services.letters.layout import draw_fitted, draw_lines, fill, wrap
from app.services.letters.papers import draw_paper
from app.services.letters.qr import qr_operators

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, WIDTH = 22 * mm, PAGE_WIDTH - 44 * mm
QR_SIDE, BOX_HEIGHT, SIZE, LEADING = 38 * mm, 58 * mm, 11.5, 16.5

TITLE = "Relier votre école au serveur Préau"
INTRO = (
    "Le code ci-dessous relie un poste de votre école, une seule fois\u00a0: les identifiants des parents y arrivent, et le "
    "portail des parents sait que les feuilles viennent de vous."
)
STEPS = (
    "Ouvrez Préau sur le poste de la direction, puis «\u00a0Mon école\u00a0».",
    "Cliquez sur «\u00a0Relier ce poste\u00a0». Saisissez l’adresse du serveur et le code ci-dessus\u00a0; les tirets et les "
    "majuscules ne comptent pas.",
    "La première synchronisation commence aussitôt. «\u00a0Accueil\u00a0» dit quand elle est finie.",
)
AFTER = (
    "Ce code vaut jusqu’au {until}, pour un seul poste. Passé cette heure, ou s’il a pu être lu par quelqu’un d’autre, "
    "demandez-en un nouveau à la personne qui vous remet cette page."
)
CARE = "Le code carré dit les deux mêmes lignes. N’envoyez pas cette page par mail, et détruisez-la une fois le poste relié."


@dataclass(frozen=True, slots=True)
class EnrolmentLetter:
    """One page. ``until`` is ready to be read, where the school is."""

    uai: str
    school: str
    person: str
    server: str
    code: str
    until: str


def draw_enrolment_letters(letters: Sequence[EnrolmentLetter]) -> bytes:
    """A PDF with a page a school."""

    def draw(canvas: Canvas) -> None:
        for letter in letters:
            _draw_page(canvas, letter)
            canvas.showPage()

    return draw_paper(draw, size=A4, title=TITLE, author="Préau")


def _draw_page(canvas: Canvas, letter: EnrolmentLetter) -> None:
    y = PAGE_HEIGHT - 30 * mm
    draw_fitted(canvas, f"{letter.uai} · {letter.school}", x=LEFT, y=y, width=WIDTH, font=REGULAR, size=11)
    draw_fitted(canvas, letter.person, x=LEFT, y=y - 6 * mm, width=WIDTH, font=BOLD, size=11)
    draw_fitted(canvas, TITLE, x=LEFT, y=y - 24 * mm, width=WIDTH, font=BOLD, size=22)
    y = _paragraph(canvas, INTRO, y - 35 * mm)
    y = _draw_box(canvas, letter, y - 2 * mm)
    for number, step in enumerate(STEPS, start=1):
        draw_fitted(canvas, f"{number}.", x=LEFT, y=y, width=8 * mm, font=BOLD, size=SIZE)
        y = _paragraph(canvas, step, y, indent=9 * mm)
    y = _paragraph(canvas, AFTER, y - 3 * mm, until=letter.until)
    _paragraph(canvas, CARE, y)


def _paragraph(canvas: Canvas, text: str, y: float, *, indent: float = 0, **values: str) -> float:
    lines = wrap(fill(text, **values), SIZE, WIDTH - indent)
    return draw_lines(canvas, lines, x=LEFT + indent, y=y, size=SIZE, leading=LEADING) - 2.5 * mm


def _draw_box(canvas: Canvas, letter: EnrolmentLetter, top: float) -> float:
    """Server and code, typed or read by a telephone; returns where the text goes on."""
    canvas.setLineWidth(1)
    canvas.roundRect(LEFT, top - BOX_HEIGHT, WIDTH, BOX_HEIGHT, 3 * mm)
    text_width, x = WIDTH - QR_SIDE - 24 * mm, LEFT + 7 * mm
    for place, (label, value, font, size) in enumerate(
        (("Adresse du serveur", letter.server, MONO, 13), ("Code", letter.code, MONO, 17))
    ):
        y = top - (14 + place * 24) * mm
        draw_fitted(canvas, label, x=x, y=y, width=text_width, font=BOLD, size=11)
        draw_fitted(canvas, value, x=x, y=y - 8 * mm, width=text_width, font=font, size=size)
    both = f"{letter.server}\n{letter.code}"
    y = top - (BOX_HEIGHT + QR_SIDE) / 2
    canvas.addLiteral(qr_operators(both, x=LEFT + WIDTH - QR_SIDE - 9 * mm, y=y, side=QR_SIDE))
    return top - BOX_HEIGHT - 11 * mm
