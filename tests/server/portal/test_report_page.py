"""A bilan as a page of the portal: the same words as its PDF, for axe and for a phone, in every language."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.server.portal.pages import HERE, Pages
from app.services.languages import FRENCH, languages
from app.services.reports.rendering.drawable import drawable
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presenting import present
from tests.services.reports.rendering import samples
from tests.services.reports.rendering.papers import run_together, text_of, without_feet
from tests.support.browser import chromium, overflows, show

LANGUAGES = (FRENCH, *(language.code for language in languages()))
STYLE = HERE / "static" / "portail.css"
WIDTHS = (320, 390, 1280)
MOST_BYTES = 40_000
MARKS = re.compile("[✕·–:]")
"""What draws tables, bullets and places to fill in: no words."""


def page_of(name: str, language: str = FRENCH) -> str:
    shown = present(samples.EVERY[name](), language=language)
    return bytes(Pages({}).render("reports/read.html", language=language, shown=shown).body).decode()


class Article(HTMLParser):
    """What is read in the article of a page, piece by piece, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.elements: set[str] = set()
        self.feed(page[page.index("<article") : page.index("</article>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.pieces.append(data.strip())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples.EVERY)
def test_every_word_of_the_bilan_is_on_the_page_and_no_other(name: str, language: str) -> None:
    pieces = {run_together(piece) for piece in Article(page_of(name, language)).pieces}
    shown = present(samples.EVERY[name](), language=language)
    words = {run_together(text) for text in shown.words()}
    heads = {
        run_together(text) for grid in shown.grids for column in grid.columns for text in (column.french, column.other)
    }
    assert words - pieces <= heads  # a column without a word has no head on a page
    assert pieces - words <= {"✕", ""}


@pytest.mark.parametrize("name", samples.EVERY)
def test_the_page_and_the_paper_say_the_same_words(name: str, tmp_path: Path) -> None:
    """Beside the page's words the paper has marks alone; that it has all of them is tested where it is drawn."""
    shown = present(samples.EVERY[name]())
    pieces = Article(page_of(name)).pieces + [column.french for grid in shown.grids for column in grid.columns]
    left = run_together(without_feet(text_of(draw_pdf(shown), tmp_path)))
    for piece in sorted({run_together(drawable(piece)) for piece in pieces}, key=len, reverse=True):
        left = left.replace(piece, "")
    # A text that goes on overleaf has the head of its table in the middle: it is found in the tests of the paper alone.
    assert name == "endless" or MARKS.sub("", left) == ""


def test_names_are_text_and_nothing_else() -> None:
    for language in LANGUAGES:
        article = Article(page_of("hostile", language))
        assert not article.elements & {"img", "b", "script", "onerror", "src", "style"}
        assert run_together(html.unescape(samples.MARKUP)) in {run_together(piece) for piece in article.pieces}


def test_a_bilan_weighs_little() -> None:
    style = len(gzip.compress(STYLE.read_bytes()))
    heaviest = max(
        len(gzip.compress(page_of(name, language).encode())) for name in samples.EVERY for language in LANGUAGES
    )
    assert heaviest + style <= MOST_BYTES


def test_what_teachers_wrote_is_marked_as_french_on_a_page_of_another_language() -> None:
    page = page_of("whole", "ar")
    assert '<article class="bilan" lang="ar" dir="rtl">' in page
    assert re.search(r'<p class="written" lang="fr" dir="auto">Un deuxième trimestre', page)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "language"),
    [("whole", "fr"), ("whole", "ar"), ("endless", "tr"), ("all-codes", "en"), ("cycle", "ar"), ("hostile", "fr")],
)
def test_axe_and_every_width_find_nothing_wrong(browser: Browser, name: str, language: str) -> None:
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
        try:
            show(page, page_of(name, language), STYLE)
            assert not overflows(page), width
            found = [violation["id"] for violation in Axe().run(page).response["violations"]]
            assert found == [], width
            _look_at_the_scale(page)
        finally:
            page.close()


@pytest.mark.browser
def test_visas_are_for_paper_alone(browser: Browser) -> None:
    page = browser.new_page()
    try:
        show(page, page_of("whole"), STYLE)
        assert not page.get_by_text("Pris connaissance le").is_visible()
        page.emulate_media(media="print")
        assert page.get_by_text("Pris connaissance le").is_visible()
    finally:
        page.close()


def _look_at_the_scale(page: Page) -> None:
    """Every position is four boxes from left to right with one cross, and its words beside."""
    for scale in page.locator(".scale:has(.on)").all():
        boxes = scale.locator("i").evaluate_all("all => all.map(e => e.getBoundingClientRect().x)")
        assert len(boxes) == 4 and boxes == sorted(boxes)
        assert scale.locator(".on").count() == 1
        assert scale.locator("strong").inner_text().strip()
