"""A guide in the window: opened by the help at the section of its page, read offline, kept as PDF."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.services.guides.blocks import read_blocks
from app.services.guides.catalogue import Guide
from app.ui.help.dialog import HelpDialog
from app.ui.help.guide_dialog import GuideDialog
from app.ui.help.guide_page import as_html
from app.ui.help.topics import REPORTS, SUPPORT


def opened(qtbot: QtBot, guide: Guide = Guide.DIRECTOR, section: str = "") -> GuideDialog:
    dialog = GuideDialog(guide, section)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def top_line(dialog: GuideDialog) -> str:
    return dialog.browser.cursorForPosition(dialog.browser.rect().topLeft()).block().text()


def test_the_help_of_a_page_opens_the_guide_at_its_section(qtbot: QtBot) -> None:
    helping = HelpDialog(REPORTS)
    qtbot.addWidget(helping)
    helping.show()
    qtbot.keyClick(helping.guides[0], Qt.Key.Key_Space)
    (shown,) = helping.findChildren(GuideDialog)
    qtbot.waitUntil(lambda: top_line(shown) == "Livrets")
    assert not shown.isModal() and shown.windowTitle() == "Guide de la direction"
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible() and helping.isVisible()


def test_assistance_offers_the_guide_of_the_erun_too(qtbot: QtBot) -> None:
    helping = HelpDialog(SUPPORT)
    qtbot.addWidget(helping)
    assert [one.text() for one in helping.guides] == ["Guide de la direction", "Guide de l’ERUN"]


def test_a_link_leads_to_a_section_or_another_guide_and_never_out(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    dialog.browser.anchorClicked.emit(QUrl("#sauvegarde"))
    assert top_line(dialog) == "Sauvegarde"
    for elsewhere in ("https://example.org/", "../securite.md"):
        dialog.browser.anchorClicked.emit(QUrl(elsewhere))
        assert dialog.browser.guide is Guide.DIRECTOR and top_line(dialog) == "Sauvegarde"
    dialog.browser.anchorClicked.emit(QUrl("parent.md"))
    assert dialog.browser.guide is Guide.PARENT and dialog.windowTitle() == "Guide des parents"


def test_the_boxes_lead_by_keyboard_wherever_a_link_does(qtbot: QtBot) -> None:
    dialog = opened(qtbot, section="livrets")
    assert dialog.sections.currentText() == "Livrets"
    qtbot.keyClick(dialog.browser, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.keep
    dialog.guides.setFocus()
    qtbot.keyClick(dialog.guides, Qt.Key.Key_Down)
    assert dialog.browser.guide is Guide.ERUN and dialog.windowTitle() == "Guide de l’ERUN"
    dialog.sections.setFocus()
    qtbot.keyClick(dialog.sections, Qt.Key.Key_End)
    assert dialog.sections.currentText() == "Qui appeler ensuite"
    assert dialog.browser.verticalScrollBar().value() > 0


def test_only_its_own_pictures_are_loaded_and_they_fit(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    image, style = QTextDocument.ResourceType.ImageResource.value, QTextDocument.ResourceType.StyleSheetResource.value
    shown = dialog.browser.loadResource(image, QUrl("../images/accueil.png"))
    assert 0 < shown.width() <= dialog.browser.viewport().width()
    assert dialog.browser.loadResource(image, QUrl("https://example.org/absent.png")).isNull()
    assert dialog.browser.loadResource(style, QUrl("https://example.org/a.css")) is None
    for guide in Guide:
        browser = opened(qtbot, guide).browser
        qtbot.waitUntil(lambda browser=browser: browser.verticalScrollBar().maximum() > 0)
        assert browser.horizontalScrollBar().maximum() == 0, guide


def test_pictures_follow_the_width_and_the_place_stays(qtbot: QtBot) -> None:
    dialog = opened(qtbot, section="livrets")
    dialog.resize(dialog.minimumSize())
    qtbot.waitUntil(lambda: dialog.browser.viewport().width() < 460)
    assert dialog.browser.horizontalScrollBar().maximum() == 0 and dialog.browser.verticalScrollBar().value() > 0


def test_it_is_kept_as_pdf(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, Guide.ERUN)
    dialog.write(tmp_path / "guide.pdf")
    assert not dialog.keep.isEnabled()
    qtbot.waitUntil(lambda: not dialog.jobs.busy)
    assert dialog.band.text() == "Le guide est dans guide.pdf." and dialog.keep.isEnabled()
    assert "ERUN" in PdfReader(tmp_path / "guide.pdf").pages[0].extract_text()
    dialog.write(tmp_path / "nulle part" / "guide.pdf")
    qtbot.waitUntil(lambda: not dialog.jobs.busy)
    assert "ne peut pas être écrit" in dialog.band.text()


def test_words_are_words() -> None:
    (html,) = [as_html(read_blocks("a \\<img src=x\\> & `<b>`"))]
    assert html == "<p>a &lt;img src=x&gt; &amp; <code>&lt;b&gt;</code></p>"
