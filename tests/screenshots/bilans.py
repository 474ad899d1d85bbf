"""Bilans as pictures: the paper page by page, and the same as a page of the portal on two phones and a computer."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from app.server.portal.pages import HERE, Pages
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presentation import Presentation
from app.services.reports.rendering.presenting import present
from tests.services.reports.rendering import samples
from tests.support.browser import chromium, show

SHOWN = (
    ("short", "fr"), ("whole", "fr"), ("whole", "ar"), ("endless", "fr"), ("all-codes", "en"), ("unknown-codes", "tr"),
    ("cycle", "fr"), ("cycle", "ar"), ("hostile", "fr"),
)  # fmt: skip
WIDTHS = (320, 390, 1280)


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    made: list[Path] = []
    with chromium() as browser:
        for name, language in SHOWN:
            shown = present(samples.EVERY[name](), language=language)
            made += _paper(shown, folder / f"bilan-{name}-{language}")
            made += _pages(browser, shown, folder, f"bilan-page-{name}-{language}")
    return made


def _paper(shown: Presentation, stem: Path) -> list[Path]:
    with TemporaryDirectory() as place:
        pdf = Path(place) / "bilan.pdf"
        pdf.write_bytes(draw_pdf(shown))
        subprocess.run(["pdftoppm", "-r", "90", "-png", str(pdf), str(stem)], check=True)
    return sorted(stem.parent.glob(f"{stem.name}-[0-9]*.png"))


def _pages(browser: Browser, shown: Presentation, folder: Path, name: str) -> list[Path]:
    html = bytes(Pages({}).render("reports/read.html", language=shown.language, shown=shown).body).decode()
    made = []
    for width in WIDTHS:
        page = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme="dark" if width == 390 else "light"
        )
        show(page, html, HERE / "static" / "portail.css")
        made.append(folder / f"{name}-{width}.png")
        page.screenshot(path=str(made[-1]), full_page=True)
        page.close()
    return made
