"""A real Chromium, as a phone: 390 px wide, French, scripts off unless asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 568}
"""A window of 1280 px at 400 % (WCAG 1.4.10)."""
LARGE = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def phone(browser: Browser, *, scripts: bool = False, width: int = 390, dark: bool = False) -> Iterator[Page]:
    """One page on a phone of its own (cookies are not shared)."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, device_scale_factor=2, locale="fr-FR", is_mobile=True, has_touch=True,
        java_script_enabled=scripts, color_scheme="dark" if dark else "light",
    )  # fmt: skip
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def computer(browser: Browser, *, scripts: bool = False) -> Iterator[Page]:
    """One page in a window of 1280 px, with a keyboard."""
    context = browser.new_context(
        viewport=LARGE, locale="fr-FR", java_script_enabled=scripts
    )  # fmt: skip
    try:
        yield context.new_page()
    finally:
        context.close()


def press(page: Page, control: Locator) -> None:
    """Press what leads to another page, and wait for that page."""
    with page.expect_navigation(wait_until="load"):
        control.click()


def axe_violations(
    browser: Browser, html: Path | str, url: str, *, wide: bool = False, dark: bool = False
) -> list[str]:
    """What axe finds wrong on a page given as HTML, loaded at ``url`` so that its style sheet comes along."""
    context = browser.new_context(
        viewport=LARGE if wide else PHONE, java_script_enabled=True, bypass_csp=True, locale="fr-FR",
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    try:
        page = context.new_page()
        text = html.read_text(encoding="utf-8") if isinstance(html, Path) else html
        page.route(url, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
        page.goto(url)
        results = Axe().run(page).response
        return [
            f"{found['id']}: {found['help']} {[node['html'] for node in found['nodes']]}"
            for found in results["violations"]
        ]
    finally:
        context.close()


def show(page: Page, html: str, style: Path) -> None:
    """Show a page that no server sends, with a style sheet from a file."""
    page.route(
        "**/*",
        lambda route: (
            route.fulfill(body=style.read_text(encoding="utf-8"), content_type="text/css")
            if ".css" in route.request.url
            else route.fulfill(body=html, content_type="text/html; charset=utf-8")
        ),
    )
    page.goto("http://127.0.0.1/")


def overflows(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return bool(page.locator("html").evaluate("e => e.scrollWidth > e.clientWidth + 1"))
