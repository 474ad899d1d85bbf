"""A walk through the portal in Chromium: every page is judged as it comes, and a film keeps its picture.

Judged: axe (contrast among its rules, in the colours that are shown), targets of 44 px, no sideways scroll at this width
nor at 320 px, which is a window of 1280 px at 400 %.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.browser import PHONE, SMALL, axe_violations, overflows

FILMS = Path(__file__).parents[2] / "screenshots" / "films"


class Walk:
    """A parent's walk through the portal: each page is judged as it comes."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._browser = browser
        self.page = page
        self.seen: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        """Judge the page that is shown."""
        width = (self.page.viewport_size or PHONE)["width"]
        dark = bool(self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
        troubles = axe_violations(
            self._browser, self.page.content(), self.page.url, wide=width > PHONE["width"], dark=dark
        )
        troubles += [f"the page must be scrolled sideways at {one} px" for one in self._scrolled(width)]
        small = self.page.locator("a:visible, button:visible, input:visible, summary:visible").evaluate_all(
            "all => all.filter(e => !e.closest('p') && e.type !== 'hidden' && !e.classList.contains('skip'))"
            ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
            ".filter(([_, box]) => box.height < 43.5 || box.width < 43.5).map(([html]) => html)"
        )
        self.seen[name] = troubles + [f"target under 44 px: {html}" for html in small]

    def _scrolled(self, width: int) -> list[int]:
        """The widths at which the page must be scrolled sideways: this one, and that of 400 %."""
        found = [width] if overflows(self.page) else []
        size = self.page.viewport_size
        if size is not None and width > SMALL["width"]:
            self.page.set_viewport_size({"width": SMALL["width"], "height": SMALL["height"]})
            found += [SMALL["width"]] if overflows(self.page) else []
            self.page.set_viewport_size(size)
        return found


def reel(name: str) -> Path:
    """An empty folder for the pictures of a film, in ./screenshots/films."""
    folder = FILMS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class Film(Walk):
    """A walk whose pages are kept as numbered pictures, in ./screenshots/films."""

    def __init__(self, browser: Browser, page: Page, name: str) -> None:
        super().__init__(browser, page)
        self.folder = reel(name)

    def look(self, name: str) -> None:
        """Judge the page that is shown, and keep its picture."""
        super().look(name)
        self.page.screenshot(path=str(self.folder / f"{len(self.seen):02}-{name}.png"), full_page=True)

    def troubles(self) -> dict[str, list[str]]:
        """What was wrong, page by page."""
        return {name: troubles for name, troubles in self.seen.items() if troubles}


MOST_TABS = 40


class Keyboard:
    """Somebody without a mouse: everything is reached by Tab, from the beginning of the page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def write(self, field: str, text: str) -> None:
        """Reach a field by its id and type into it."""
        self._reach(f"#{field}")
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)

    def push(self, words: str) -> None:
        """Reach a button or a link by its words, push it and wait for the page that follows."""
        self._reach(f'a:text-is("{words}"), button:text-is("{words}")')
        with self._page.expect_navigation(wait_until="load"):
            self._page.keyboard.press("Enter")

    def unfold(self, words: str) -> None:
        """Open what is folded."""
        self._reach(f'summary:text-is("{words}")')
        self._page.keyboard.press("Enter")

    def enter(self) -> None:
        """Send the form from where one is in it."""
        with self._page.expect_navigation(wait_until="load"):
            self._page.keyboard.press("Enter")

    def _reach(self, what: str) -> None:
        wanted = self._page.locator(what).locator("visible=true").first
        for _ in range(MOST_TABS):
            if wanted.evaluate("e => e === document.activeElement"):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not reached by the keyboard")
