"""The back of a sheet: what its front says, in the family's language (docs/adr, « Sheets in two languages »).

Nothing secret stands on it: log-in, password and code are on the front alone. Folded, the lowest third lies outside:
it stays blank, so that nobody reads there who it is for.
"""

from __future__ import annotations

from functools import lru_cache

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.errors import PreauError
from app.models.states import Letter
from app.services import languages
from app.services.languages import Language
from app.services.letters import texts
from app.services.letters.bidi import Span, Spans, sentence, set_lines
from app.services.letters.content import Child, SchoolHead, SheetContent
from app.services.letters.fonts import BOLD, REGULAR, glyphs_of, load_fonts
from app.services.letters.layout import draw_fitted, draw_lines

PAGE_HEIGHT = A4[1]
LEFT, WIDTH = 20 * mm, A4[0] - 40 * mm
TOP, BOTTOM = 17 * mm, 194 * mm
"""From the upper edge: the text keeps above the second fold."""
INDENT, LEADING, GAP = 8 * mm, 1.45, 0.55
SIZES = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)


class LanguageNotPrintable(PreauError):
    """Our fonts lack letters of a language: nothing is printed in it, rather than boxes."""

    def __init__(self, language: Language) -> None:
        super().__init__(
            "language_not_printable",
            f"Les polices de Préau n’ont pas les lettres de cette langue\u00a0: {language.french_name}. "
            "La feuille s’imprime en français seulement.",
            language=language.code,
        )


def printed_language(code: str) -> str:
    """The language of the back of a sheet: French, that is none, without a catalogue or the letters for it."""
    language = languages.find(code)
    return code if language and not missing_letters(language) else languages.FRENCH


def missing_letters(language: Language) -> str:
    """The characters of a catalogue that our fonts cannot draw."""
    return _missing("".join((language.name, *language.words.values())))


@lru_cache(maxsize=64)
def _missing(text: str) -> str:
    load_fonts()
    known = [glyphs_of(name) for name in (REGULAR, BOLD)]
    wanted = sorted({character for character in text if not character.isspace() and character.isprintable()})
    return "".join(one for one in wanted if any(ord(one) not in glyphs for glyphs in known))


def draw_pointer(canvas: Canvas, language: Language, *, x: float, y: float, width: float) -> None:
    """On the front, in the family's language: the translation is on the back."""
    words = (Span(f"{language.name}\u00a0: ", BOLD, 1), Span(language.translate(texts.POINTER), REGULAR, 1))
    [line, *_] = set_lines(words, 9, width, rtl=False)
    draw_lines(canvas, (line,), x=x, y=y, size=9, leading=0)


def draw_back(canvas: Canvas, head: SchoolHead, sheet: SheetContent, language: Language) -> None:
    """Draw the back on the current page of ``canvas``, and end the page. Raises LanguageNotPrintable."""
    if missing_letters(language):
        raise LanguageNotPrintable(language)
    room = BOTTOM - TOP
    sized = ((size, _blocks(head, sheet, language, size)) for size in SIZES)
    size, blocks = next((found for found in sized if _height(found[1]) <= room), (SIZES[-1], ()))
    blocks = blocks or _blocks(head, sheet, language, size)
    french = texts.TRANSLATED.format(
        language=language.french_name, number=sheet.number, total=sheet.total, batch=sheet.batch
    )
    y = PAGE_HEIGHT - TOP
    draw_fitted(canvas, f"{head.name} · {french}", x=LEFT, y=y, width=WIDTH, font=REGULAR, size=9)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, y - 2.5 * mm, LEFT + WIDTH, y - 2.5 * mm)
    y -= 12 * mm
    for block in blocks:
        y = _draw(canvas, block, language, y)
    canvas.showPage()


class _Block:
    """One paragraph, set; ``number`` is that of a step."""

    __slots__ = ("lines", "number", "size", "space")

    def __init__(self, spans: Spans, language: Language, size: float, *, number: str = "", space: float = GAP) -> None:
        width = WIDTH - INDENT if number else WIDTH
        self.lines = set_lines(spans, size, width, rtl=language.is_rtl)
        self.number, self.size, self.space = number, size, space

    @property
    def height(self) -> float:
        return (len(self.lines) * LEADING + self.space) * self.size


def _height(blocks: tuple[_Block, ...]) -> float:
    return 12 * mm + sum(block.height for block in blocks)


def _draw(canvas: Canvas, block: _Block, language: Language, y: float) -> float:
    """Draw a paragraph under ``y``; returns the y under it. Steps are indented from the side where lines begin."""
    x = LEFT + INDENT if block.number and not language.is_rtl else LEFT
    if block.number:
        edge = LEFT + WIDTH - INDENT if language.is_rtl else LEFT
        label = set_lines((Span(block.number, BOLD),), block.size, INDENT, rtl=language.is_rtl)
        draw_lines(canvas, label, x=edge, y=y, size=block.size, leading=0)
    leading = block.size * LEADING
    return draw_lines(canvas, block.lines, x=x, y=y, size=block.size, leading=leading) - block.space * block.size


def _blocks(head: SchoolHead, sheet: SheetContent, language: Language, size: float) -> tuple[_Block, ...]:
    say, letter = language.translate, sheet.letter
    title = texts.TITLE_ONE if len(sheet.children) == 1 else texts.TITLE_MANY
    intro = sentence(
        say(texts.INTRO[letter]),
        salutation=_words(say(sheet.salutation)),
        children=_children(sheet.children, language),
        portal=head.portal,
    )
    steps = tuple(
        _Block(sentence(say(step), portal=head.portal), language, size, number=f"{number}.")
        for number, step in enumerate(texts.STEPS[letter], start=1)
    )
    return (
        _Block(sentence(say(title), BOLD), language, size * 1.4, space=1),
        _Block(intro, language, size),
        _Block(sentence(say(texts.BACK[letter]), BOLD), language, size, space=1.3),
        _Block(_steps_title(sheet, language), language, size),
        *steps,
        _Block(sentence(say(texts.HELP[letter]), contact=_contact(head, language)), language, size, space=1.3),
        *_glossary(letter, language, size * 0.85),
        _Block(sentence(say(texts.NOT_EDUCONNECT)), language, size * 0.75),
        *_authority(language, size * 0.75),
    )


def _words(text: str) -> Spans:
    return (Span(text, REGULAR, 1),)


def _children(children: tuple[Child, ...], language: Language) -> Spans:
    spans: list[Span] = []
    for index, child in enumerate(children, start=1):
        if index > 1:
            spans.append(Span(language.translate(texts.AND if index == len(children) else texts.COMMA)))
        spans.append(Span(child.first_name, BOLD, index))
        if child.classroom:
            spans.append(Span(f"\u00a0({child.classroom})", REGULAR, index))
    return tuple(spans)


def _steps_title(sheet: SheetContent, language: Language) -> Spans:
    title = sentence(language.translate(texts.STEPS_TITLE[sheet.letter]), BOLD)
    if sheet.last_day is None:
        return title
    return title + sentence(
        language.translate(texts.BEFORE), deadline=texts.day_in_words(sheet.last_day, language.code)
    )


def _contact(head: SchoolHead, language: Language) -> Spans:
    if head.phone and head.email:
        template = texts.CONTACT_BOTH
    else:
        template = texts.CONTACT_PHONE if head.phone else texts.CONTACT_MAIL if head.email else texts.CONTACT_NONE
    return sentence(language.translate(template), phone=head.phone.replace(" ", "\u00a0"), email=head.email)


def _glossary(letter: Letter, language: Language, size: float) -> tuple[_Block, ...]:
    """The French words that the family looks for on the front."""
    password = {Letter.C01: texts.PASSWORD, Letter.C03: texts.PASSWORD_UNCHANGED, Letter.C05: texts.PASSWORD_RESET}
    title = _Block(sentence(language.translate(texts.WORDS_TITLE), BOLD), language, size)
    pairs = tuple(
        _Block(
            (Span(f"«\u00a0{french}\u00a0»", REGULAR, 1), Span(" = "), *_second(language.translate(french))),
            language, size, space=0.2,
        )
        for french in (texts.LOGIN, password[letter])
    )  # fmt: skip
    return (title, *pairs, _Block((Span(" "),), language, size * 0.4))


def _second(text: str) -> Spans:
    return (Span(text, REGULAR, 2),)


def _authority(language: Language, size: float) -> tuple[_Block, ...]:
    """Which text counts, in both languages, and whether somebody read the translation again."""
    sentence_ = texts.REVIEWED if language.reviewed else texts.UNREVIEWED
    return (
        _Block((Span(sentence_, BOLD, 1),), language, size, space=0.2),
        _Block(sentence(language.translate(sentence_), BOLD), language, size),
    )
