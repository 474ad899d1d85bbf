"""One sheet: an A4 page for one guardian, folded in three, address outside and secrets inside.

The address lies where every French DL window envelope (35 or 45 x 100 mm, 15 or 20 mm from the bottom, 20 mm from the
right) shows it whatever way the sheet slides: 55 to 79 mm from the top, 100 to 190 mm from the left; the rest of what
a window can show stays blank. Everything secret is under the first fold, at 99 mm, so that the panel that stays
outside says a name and an address. Nothing secret or to be scanned lies on a fold.
"""

from __future__ import annotations

from functools import lru_cache

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.secrets import grouped
from app.models.states import Letter
from app.services import languages
from app.services.letters import texts
from app.services.letters.back import draw_pointer
from app.services.letters.content import Child, SchoolHead, SheetContent
from app.services.letters.fonts import BOLD, MONO, REGULAR, text_width
from app.services.letters.layout import Line, Runs, draw_fitted, draw_lines, draw_right, fill, fitting_size, plain, wrap
from app.services.letters.qr import qr_operators

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT = 20 * mm
RIGHT = PAGE_WIDTH - 20 * mm
WIDTH = RIGHT - LEFT
HEAD_WIDTH, SIDE_WIDTH = 96 * mm, 70 * mm
FOLDS = (99 * mm, 198 * mm)
ADDRESS_LEFT, ADDRESS_WIDTH, ADDRESS_TOP, ADDRESS_HEIGHT = 104 * mm, 84 * mm, 56 * mm, 22.5 * mm
BOX_HEIGHT, BOX_PADDING, QR_SIDE = 48 * mm, 6 * mm, 33 * mm
FOOTER_TOP = 20 * mm
TEACHER_LEAST, TEACHER_MOST = 16 * mm, 60 * mm
LEADING, GAP = 1.35, 0.45
BODY_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.0, 7.0)


def draw_sheet(canvas: Canvas, head: SchoolHead, sheet: SheetContent) -> None:
    """Draw one sheet on the current page of ``canvas``, and end the page."""
    _draw_head(canvas, head, sheet)
    _draw_address(canvas, sheet)
    _draw_folds(canvas)
    size, blocks = _body(head, sheet)
    y = _draw_top(canvas, sheet, blocks, size)
    y = _draw_box(canvas, sheet, y)
    y = _draw_steps(canvas, blocks, y, size)
    y = _draw_signature(canvas, head, sheet, y, size)
    _draw_teacher_box(canvas, y)
    _draw_footer(canvas)
    canvas.showPage()


def _top(distance: float) -> float:
    return PAGE_HEIGHT - distance


def _draw_head(canvas: Canvas, head: SchoolHead, sheet: SheetContent) -> None:
    draw_fitted(canvas, head.name, x=LEFT, y=_top(20 * mm), width=HEAD_WIDTH, font=BOLD, size=11.5)
    contact = " · ".join(part for part in (head.phone, head.email) if part)
    where = " · ".join(part for part in (head.uai, head.address) if part)
    for line, text in enumerate(filter(None, (where, contact, texts.opening(head.hours), head.code_line))):
        y = _top(25.5 * mm + line * 4.7 * mm)
        draw_fitted(canvas, text, x=LEFT, y=y, width=HEAD_WIDTH, font=REGULAR, size=9)
    draw_right(canvas, sheet.dated, x=RIGHT, y=_top(20 * mm), width=SIDE_WIDTH, font=REGULAR, size=9)
    position = texts.POSITION.format(number=sheet.number, total=sheet.total)
    draw_position(canvas, sheet.group, position, y=_top(25.5 * mm))
    batch = texts.BATCH.format(number=sheet.batch)
    draw_right(canvas, batch, x=RIGHT, y=_top(30.2 * mm), width=SIDE_WIDTH, font=REGULAR, size=9)


def draw_position(canvas: Canvas, group: str, position: str, *, y: float) -> None:
    """« CE2B — feuille 7 / 24 » at the right edge: a long name of a class gives way, the numbers never do."""
    numbers = text_width(position, BOLD, 9)
    draw_right(canvas, group, x=RIGHT - numbers, y=y, width=SIDE_WIDTH - numbers, font=BOLD, size=9)
    canvas.setFont(BOLD, 9)
    canvas.drawRightString(RIGHT, y, position)


def _draw_address(canvas: Canvas, sheet: SheetContent) -> None:
    size, lines = _address_lines(sheet.addressee)
    leading = size * 1.25
    draw_lines(canvas, lines, x=ADDRESS_LEFT, y=_top(ADDRESS_TOP) - size * 0.8, size=size, leading=leading)
    if sheet.carrier:
        label = texts.CARRIED_BY
        canvas.setFont(REGULAR, 9)
        canvas.drawString(LEFT, _top(ADDRESS_TOP) - 8.8, label)
        for line, text in enumerate(sheet.carrier):
            y = _top(ADDRESS_TOP + (5 + 4.8 * line) * mm) - 8.8
            draw_fitted(canvas, text, x=LEFT, y=y, width=66 * mm, font=REGULAR if line else BOLD, size=10)


def _address_lines(addressee: tuple[str, ...]) -> tuple[float, tuple[Line, ...]]:
    """The address at the largest size at which it keeps to the window; what still does not fit is cut below."""
    for size in (11.0, 10.0, 9.0, 8.0, 7.0, 6.0):
        lines = tuple(line for text in addressee for line in wrap(plain(text), size, ADDRESS_WIDTH))
        if len(lines) * size * 1.25 <= ADDRESS_HEIGHT:
            break
    return size, lines[: int(ADDRESS_HEIGHT / (size * 1.25))]


def _draw_folds(canvas: Canvas) -> None:
    canvas.setLineWidth(0.4)
    canvas.lines([(0, _top(fold), 5 * mm, _top(fold)) for fold in FOLDS])


class _Blocks:
    """The wrapped text of a sheet at one size."""

    __slots__ = ("helping", "intro", "steps", "title")

    def __init__(self, head: SchoolHead, sheet: SheetContent, size: float) -> None:
        self.title = texts.TITLE_ONE if len(sheet.children) == 1 else texts.TITLE_MANY
        self.intro = wrap(_intro(head, sheet), size, WIDTH)
        self.steps, self.helping = _fixed(head, sheet.letter, sheet.deadline, size)

    def height(self, size: float) -> float:
        """Points that the body takes under the first fold, without the teacher's box."""
        lines = len(self.intro) - 1 + sum(len(step) for step in self.steps) + len(self.helping)
        return lines * size * LEADING + (len(self.steps) + 2) * size * GAP + BOX_HEIGHT + 39 * mm


def _body(head: SchoolHead, sheet: SheetContent) -> tuple[float, _Blocks]:
    room = PAGE_HEIGHT - FOLDS[0] - FOOTER_TOP - TEACHER_LEAST
    for size in BODY_SIZES:
        blocks = _Blocks(head, sheet, size)
        if blocks.height(size) <= room:
            break
    return size, blocks


def _intro(head: SchoolHead, sheet: SheetContent) -> Runs:
    return fill(
        texts.INTRO[sheet.letter],
        salutation=plain(sheet.salutation),
        children=_children(sheet.children),
        portal=head.portal,
    )


def _children(children: tuple[Child, ...]) -> Runs:
    runs: list[tuple[str, str]] = []
    for index, child in enumerate(children):
        if index:
            runs.append((REGULAR, texts.AND if index == len(children) - 1 else ", "))
        runs.append((BOLD, child.first_name))
        if child.classroom:
            runs.append((REGULAR, f" ({child.classroom})".replace(" ", "\u00a0", 1)))
    return tuple(runs)


@lru_cache(maxsize=64)
def _fixed(
    head: SchoolHead, letter: Letter, deadline: str, size: float
) -> tuple[tuple[tuple[Line, ...], ...], tuple[Line, ...]]:
    """What is the same on all the sheets of a batch: the title of the steps and each step; where to find help."""
    title: Runs = plain(texts.STEPS_TITLE[letter], BOLD)
    if deadline:
        title += fill(texts.BEFORE, deadline=deadline)
    steps = [wrap(fill(step, portal=head.portal), size, WIDTH - 7 * mm) for step in texts.STEPS[letter]]
    helping = wrap(fill(texts.HELP[letter], contact=_contact(head)), size, WIDTH)
    return (wrap(title, size, WIDTH), *steps), helping


def _contact(head: SchoolHead) -> Runs:
    phone = head.phone.replace(" ", "\u00a0")
    if phone and head.email:
        return fill(texts.CONTACT_BOTH, phone=phone, email=head.email)
    if phone:
        return fill(texts.CONTACT_PHONE, phone=phone)
    if head.email:
        return fill(texts.CONTACT_MAIL, email=head.email)
    return plain(texts.CONTACT_NONE)


def _draw_top(canvas: Canvas, sheet: SheetContent, blocks: _Blocks, size: float) -> float:
    """Draw the title and the introduction under the first fold; returns the y of what follows."""
    y = _top(FOLDS[0] + 9 * mm)
    draw_fitted(canvas, blocks.title, x=LEFT, y=y, width=WIDTH, font=BOLD, size=16)
    return draw_lines(canvas, blocks.intro, x=LEFT, y=y - 8.5 * mm, size=size, leading=size * LEADING) + size * LEADING


def _draw_box(canvas: Canvas, sheet: SheetContent, y: float) -> float:
    """Draw the frame that holds the log-in, the password and the QR code; returns the y of its lower edge."""
    bottom = y - 4.5 * mm - BOX_HEIGHT
    canvas.setLineWidth(1.2)
    canvas.roundRect(LEFT, bottom, WIDTH, BOX_HEIGHT, 2 * mm)
    x = LEFT + BOX_PADDING
    width = WIDTH - 3 * BOX_PADDING - QR_SIDE
    _draw_label(canvas, texts.LOGIN, x, bottom + 38.5 * mm, width)
    # The log-in is one run, whatever its length: it shrinks as far as it must and is never cut.
    canvas.setFont(MONO, fitting_size(sheet.login, MONO, size=23, smallest=1, width=width))
    canvas.drawString(x, bottom + 29.5 * mm, sheet.login)
    if sheet.password is None:
        unchanged = texts.PASSWORD_UNCHANGED
        draw_fitted(canvas, unchanged, x=x, y=bottom + 14 * mm, width=width, font=BOLD, size=12)
    else:
        label = texts.PASSWORD_RESET if sheet.letter is Letter.C05 else texts.PASSWORD
        _draw_label(canvas, label, x, bottom + 18.5 * mm, width)
        draw_fitted(canvas, grouped(sheet.password), x=x, y=bottom + 9.5 * mm, width=width, font=MONO, size=23)
    _draw_qr(canvas, sheet, bottom, texts.SCAN)
    return bottom


def _draw_label(canvas: Canvas, text: str, x: float, y: float, width: float) -> None:
    draw_fitted(canvas, text, x=x, y=y, width=width, font=REGULAR, size=9.5)


def _draw_qr(canvas: Canvas, sheet: SheetContent, bottom: float, caption: str) -> None:
    x = RIGHT - BOX_PADDING - QR_SIDE
    canvas.addLiteral(qr_operators(sheet.link, x=x, y=bottom + 10.5 * mm, side=QR_SIDE))
    size = fitting_size(caption, REGULAR, size=9, smallest=6, width=QR_SIDE + BOX_PADDING)
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString(x + QR_SIDE / 2, bottom + 4 * mm, caption)


def _draw_steps(canvas: Canvas, blocks: _Blocks, y: float, size: float) -> float:
    """Draw the numbered steps, the help and the signature; returns the y under them."""
    leading = size * LEADING
    gap = size * GAP
    y -= 8 * mm
    title, *steps = blocks.steps
    y = draw_lines(canvas, title, x=LEFT, y=y, size=size, leading=leading) - gap
    for number, step in enumerate(steps, start=1):
        canvas.setFont(BOLD, size)
        canvas.drawString(LEFT + 1 * mm, y, f"{number}.")
        y = draw_lines(canvas, step, x=LEFT + 7 * mm, y=y, size=size, leading=leading) - gap
    return draw_lines(canvas, blocks.helping, x=LEFT, y=y - gap, size=size, leading=leading)


def _draw_signature(canvas: Canvas, head: SchoolHead, sheet: SheetContent, y: float, size: float) -> float:
    signatory = head.signatory or texts.SIGNED_BY_SCHOOL
    y -= size * GAP
    language = languages.find(sheet.language)
    width = WIDTH / 2 if language else WIDTH
    draw_right(canvas, signatory, x=RIGHT, y=y, width=width, font=REGULAR, size=size)
    if language:
        draw_pointer(canvas, language, x=LEFT, y=y, width=width - 5 * mm)
    return y


def _draw_teacher_box(canvas: Canvas, y: float) -> None:
    top = y - 4.5 * mm
    bottom = max(FOOTER_TOP + 4 * mm, top - TEACHER_MOST)
    canvas.setLineWidth(0.5)
    canvas.setDash(2, 2)
    canvas.roundRect(LEFT, bottom, WIDTH, top - bottom, 1.5 * mm)
    canvas.setDash()
    canvas.setFont(REGULAR, 8.5)
    canvas.drawString(LEFT + 3 * mm, top - 5 * mm, texts.TEACHER_BOX)


def _draw_footer(canvas: Canvas) -> None:
    canvas.line(LEFT, FOOTER_TOP, RIGHT, FOOTER_TOP)
    lines = wrap(plain(texts.NOT_EDUCONNECT), 8, WIDTH)
    draw_lines(canvas, lines, x=LEFT, y=FOOTER_TOP - 4 * mm, size=8, leading=10.4)
