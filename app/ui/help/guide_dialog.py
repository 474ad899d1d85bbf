"""A guide in the window: read at the section of the page that one came from, kept as PDF. Nothing comes from a network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app.models.errors import InputError, PreauError
from app.services.guides import catalogue
from app.services.guides.catalogue import Guide
from app.ui.help.guide_page import as_html, style
from app.ui.pieces import Band, button
from app.ui.theme import tokens
from app.ui.work import Jobs

SIZE = QSize(880, 720)
SMALLEST = QSize(460, 320)
PHONES_IN_A_ROW = 3
CELL = 16
"""What a cell of a table takes beside its picture, in pixels."""
MARGIN = 88
"""Of the page, its scroll bar and a step's number, in pixels."""


class GuideBrowser(QTextBrowser):
    """The text, its own pictures fitted to its width; whatever else a page may name is not loaded."""

    changed = Signal(str)
    """A guide is shown, from this section on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)
        self.guide = Guide.DIRECTOR
        self._width = 0

    def read(self, guide: Guide, section: str = "") -> None:
        """Show a guide from a section on. Raises PreauError where it is lost."""
        html = as_html(catalogue.blocks(guide))
        self.guide = guide
        self._width = self.viewport().width()
        colours = tokens()
        self.document().setDocumentMargin(16)
        self.document().setDefaultStyleSheet(
            style(ink=colours.ink, muted=colours.muted, line=colours.line, link=colours.primary)
        )
        self.setHtml(html)
        self.go_to(section)

    def go_to(self, section: str) -> None:
        """Bring a section to the top."""
        if section:
            self.scrollToAnchor(section)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture of the guides, as wide as there is room; nothing else."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        path = catalogue.folder() / "images" / Path(QUrl(name).path()).name
        picture = QImage(str(path)) if path.is_file() else QImage()
        room = self.viewport().width() - MARGIN
        if path.name.startswith("parent-"):
            room = room // PHONES_IN_A_ROW - CELL
        if picture.width() <= room:
            return picture
        return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures follow the width; the place that one reads stays."""
        super().resizeEvent(event)
        if self._width and self._width != self.viewport().width():
            bar = self.verticalScrollBar()
            place = bar.value() / max(1, bar.maximum())
            self.read(self.guide)
            bar.setValue(round(place * bar.maximum()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on to the boxes, which lead wherever a link of the text does."""
        return QWidget.focusNextPrevChild(self, forward)

    def _follow(self, url: QUrl) -> None:
        try:
            guide, section = catalogue.guide_of(url.toString())
        except ValueError:
            return  # a document that is not shipped, or an address of the network
        if guide is not None and guide is not self.guide:
            self.read(guide)
        self.go_to(section)
        self.changed.emit(section)


class GuideDialog(QDialog):
    """One guide; Escape closes it, the page behind stays usable."""

    def __init__(self, guide: Guide, section: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(SMALLEST)
        room = self.screen().availableSize()
        self.resize(SIZE.boundedTo(QSize(room.width() - 40, room.height() - 60)))
        self.browser = GuideBrowser()
        self.browser.changed.connect(self._show_place)
        self.guides, self.sections = _box("Guide"), _box("Section")
        for one in Guide:
            self.guides.addItem(catalogue.title(one), one.value)
        self.guides.activated.connect(lambda _index: self._open(Guide(self.guides.currentData())))
        self.sections.activated.connect(lambda _index: self.browser.go_to(self.sections.currentData()))
        self.band = Band()
        self.jobs = Jobs(self)
        self.keep = button("Enregistrer en PDF…", self._on_keep)
        self.close_button = button("Fermer", self.accept, role="primary")
        self.close_button.setDefault(True)
        head, row = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.guides)
        head.addWidget(self.sections, 1)
        row.addWidget(self.keep)
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.addLayout(head)
        layout.addWidget(self.band)
        layout.addWidget(self.browser, 1)
        layout.addLayout(row)
        layout.activate()
        self._open(guide, section)
        self.browser.setFocus()

    def _open(self, guide: Guide, section: str = "") -> None:
        self.browser.read(guide, section)
        self._show_place(section)

    def _show_place(self, section: str) -> None:
        """Title and boxes say what is read."""
        guide = self.browser.guide
        self.setWindowTitle(catalogue.title(guide))
        self.browser.setAccessibleName(self.windowTitle())
        self.guides.setCurrentIndex(self.guides.findData(guide.value))
        self.sections.clear()
        for anchor, title in catalogue.sections(guide):
            self.sections.addItem(title, anchor)
        self.sections.setCurrentIndex(max(0, self.sections.findData(section)))

    def _on_keep(self) -> None:
        name = f"Preau-guide-{self.browser.guide.value}.pdf"
        chosen, _kind = QFileDialog.getSaveFileName(self, "Enregistrer le guide", name, "PDF (*.pdf)")
        if chosen:
            self.write(Path(chosen))

    def write(self, path: Path) -> None:
        """Draw the PDF of the guide that is shown, off the window's thread."""
        guide = self.browser.guide
        self.keep.setEnabled(False)
        self.band.say("Le PDF s’écrit…")
        self.jobs.start(lambda _job: _write(guide, path), done=self._on_written, failed=self._on_failed)

    def done(self, result: int) -> None:
        """Closed; what is being drawn ends first."""
        self.jobs.close()
        super().done(result)

    def _on_written(self, name: str) -> None:
        self.keep.setEnabled(True)
        self.band.say(f"Le guide est dans {name}.", tone="green")

    def _on_failed(self, error: PreauError) -> None:
        self.keep.setEnabled(True)
        self.band.refuse(error)


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(14)
    return box


def _write(guide: Guide, path: Path) -> str:
    from app.services.guides.pdf import write_guide

    try:
        write_guide(guide, path=path)
    except OSError as error:
        raise InputError("not_written", f"Le fichier {path.name} ne peut pas être écrit dans ce dossier.") from error
    return path.name
