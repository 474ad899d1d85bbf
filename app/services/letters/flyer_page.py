"""One flyer for families: an A4 page to be read at arm's length, which stays readable at half its size (A5).

The text is large enough that 9 points are left on an A5; the QR code is 46 mm wide, 32 on an A5.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.flyers import FlyerKind
from app.services.languages import Language
from app.services.letters import flyer_texts as said
from app.services.letters import texts
from app.services.letters.bidi import Spans, sentence, set_lines
from app.services.letters.content import SchoolHead
from app.services.letters.fonts import BOLD, MONO, REGULAR
from app.services.letters.layout import Line, draw_fitted, draw_lines, draw_right
from app.services.letters.qr import qr_operators

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 20 * mm, PAGE_WIDTH - 20 * mm
WIDTH = RIGHT - LEFT
TITLE_TOP, FOOT = PAGE_HEIGHT - 49.5 * mm, 34 * mm
QR_SIDE, BOX_HEIGHT, STEP_INDENT = 46 * mm, 60 * mm, 13 * mm
SIZES = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
LEADING, GAP, STEP_GAP, TITLE_SCALE = 1.4, 0.75, 1.0, 1.75


@dataclass(frozen=True, slots=True)
class Flyer:
    """What one page says; ``language`` None is French."""

    kind: FlyerKind
    head: SchoolHead
    link: str
    """The portal's address, for the QR code."""
    group: str
    copies: int
    language: Language | None = None

    def say(self, text: str) -> str:
        """A sentence in the page's language."""
        return self.language.translate(text) if self.language else text

    @property
    def rtl(self) -> bool:
        """Whether lines begin at the right edge."""
        return self.language is not None and self.language.is_rtl


def draw_flyer(canvas: Canvas, flyer: Flyer) -> None:
    """Draw one flyer on the current A4 page; the page is not ended."""
    _draw_head(canvas, flyer)
    size = next((size for size in SIZES if _height(flyer, size) <= TITLE_TOP - FOOT), SIZES[-1])
    y = _paragraph(canvas, flyer, sentence(flyer.say(said.TITLES[flyer.kind]), BOLD), size * TITLE_SCALE, TITLE_TOP)
    y = _paragraph(canvas, flyer, sentence(flyer.say(said.INTROS[flyer.kind])), size, y)
    y = _draw_box(canvas, flyer, y + size * 0.6)
    for number, step in enumerate(said.STEPS[flyer.kind], start=1):
        y = _draw_step(canvas, flyer, number, step, size, y)
    y = _paragraph(canvas, flyer, sentence(flyer.say(said.NOTES[flyer.kind])), size, y - size * 0.3)
    _paragraph(canvas, flyer, _help(flyer), size, y)
    _draw_foot(canvas, flyer)


def _draw_head(canvas: Canvas, flyer: Flyer) -> None:
    head = flyer.head
    draw_fitted(canvas, head.name, x=LEFT, y=PAGE_HEIGHT - 20 * mm, width=WIDTH, font=BOLD, size=14)
    contact = " · ".join(part for part in (head.address, head.phone, head.email) if part)
    y = PAGE_HEIGHT - 26 * mm
    for text in filter(None, (contact, texts.opening(head.hours), head.code_line)):
        draw_fitted(canvas, text, x=LEFT, y=y, width=WIDTH, font=REGULAR, size=10.5)
        y -= 5 * mm
    canvas.setLineWidth(1.2)
    canvas.line(LEFT, y + 2 * mm, RIGHT, y + 2 * mm)


def _lines(flyer: Flyer, spans: Spans, size: float, width: float = WIDTH) -> tuple[Line, ...]:
    return set_lines(spans, size, width, rtl=flyer.rtl)


def _paragraph(canvas: Canvas, flyer: Flyer, spans: Spans, size: float, y: float) -> float:
    lines = _lines(flyer, spans, size)
    return draw_lines(canvas, lines, x=LEFT, y=y, size=size, leading=size * LEADING) - size * GAP


def _draw_box(canvas: Canvas, flyer: Flyer, y: float) -> float:
    """The address in large and its QR code; returns the baseline of what follows."""
    bottom = y - BOX_HEIGHT
    canvas.roundRect(LEFT, bottom, WIDTH, BOX_HEIGHT, 3 * mm)
    code_x = LEFT + 7 * mm if flyer.rtl else RIGHT - 7 * mm - QR_SIDE
    canvas.addLiteral(qr_operators(flyer.link, x=code_x, y=bottom + 7 * mm, side=QR_SIDE))
    x = code_x + QR_SIDE + 8 * mm if flyer.rtl else LEFT + 8 * mm
    width = WIDTH - QR_SIDE - 23 * mm
    label = _lines(flyer, sentence(flyer.say(said.PORTAL)), 12, width)
    draw_lines(canvas, label, x=x, y=bottom + 38 * mm, size=12, leading=16)
    draw_fitted(canvas, flyer.head.portal, x=x, y=bottom + 25 * mm, width=width, font=MONO, size=22)
    return bottom - 9 * mm


def _draw_step(canvas: Canvas, flyer: Flyer, number: int, step: str, size: float, y: float) -> float:
    spans = sentence(flyer.say(step), portal=flyer.head.portal)
    lines = _lines(flyer, spans, size, WIDTH - STEP_INDENT)
    centre = RIGHT - 4 * mm if flyer.rtl else LEFT + 4 * mm
    canvas.circle(centre, y + size * 0.35, 4 * mm)
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(centre, y, str(number))
    x = LEFT if flyer.rtl else LEFT + STEP_INDENT
    return draw_lines(canvas, lines, x=x, y=y, size=size, leading=size * LEADING) - size * STEP_GAP


def _help(flyer: Flyer) -> Spans:
    head = flyer.head
    if head.phone and head.email:
        template = texts.CONTACT_BOTH
    else:
        template = texts.CONTACT_PHONE if head.phone else texts.CONTACT_MAIL if head.email else texts.CONTACT_NONE
    contact = sentence(flyer.say(template), phone=head.phone.replace(" ", "\u00a0"), email=head.email)
    title = sentence(f"{flyer.say(said.HELP_TITLE)} ", BOLD)
    return title + sentence(flyer.say(said.HELP[flyer.kind]), contact=contact)


def _draw_foot(canvas: Canvas, flyer: Flyer) -> None:
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, FOOT - 8 * mm, RIGHT, FOOT - 8 * mm)
    privacy = flyer.say(said.PRIVACY)
    if flyer.language is not None:
        authority = texts.REVIEWED if flyer.language.reviewed else texts.UNREVIEWED
        privacy = f"{flyer.say(authority)} {privacy}"
    lines = _lines(flyer, sentence(privacy), 9)
    draw_lines(canvas, lines, x=LEFT, y=FOOT - 12.5 * mm, size=9, leading=11.5)
    copies = said.COPIES[flyer.copies > 1].format(group=flyer.group, count=flyer.copies)
    draw_right(canvas, copies, x=RIGHT, y=10.5 * mm, width=WIDTH / 2, font=REGULAR, size=9)
    signed = flyer.head.signatory or texts.SIGNED_BY_SCHOOL
    draw_fitted(canvas, signed, x=LEFT, y=10.5 * mm, width=WIDTH / 2 - 4 * mm, font=REGULAR, size=9)


def _height(flyer: Flyer, size: float) -> float:
    """Points from the first baseline of the title to the last of the help."""
    title = len(_lines(flyer, sentence(flyer.say(said.TITLES[flyer.kind]), BOLD), size * TITLE_SCALE))
    steps = [
        len(_lines(flyer, sentence(flyer.say(step), portal=flyer.head.portal), size, WIDTH - STEP_INDENT))
        for step in said.STEPS[flyer.kind]
    ]
    plain = (sentence(flyer.say(said.INTROS[flyer.kind])), sentence(flyer.say(said.NOTES[flyer.kind])), _help(flyer))
    lines = sum(len(_lines(flyer, spans, size)) for spans in plain) + sum(steps)
    gaps = (len(steps) * STEP_GAP + len(plain) * GAP + TITLE_SCALE * GAP) * size
    return title * size * TITLE_SCALE * LEADING + lines * size * LEADING + gaps + BOX_HEIGHT + 9 * mm
