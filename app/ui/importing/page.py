"""« Importer depuis ONDE… » as a page of the main window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.importing.panel import ImportPanel
from app.ui.shell.page import Shell


class ImportPage:
    """The import panel, told of the records that change elsewhere."""

    def __init__(self, shell: Shell, *, allow_fictional: bool = False) -> None:
        self.panel = ImportPanel(shell, allow_fictional=allow_fictional)
        self.panel.written.connect(shell.records_changed)
        self.panel.written.connect(shell.synchronise)

    @property
    def widget(self) -> QWidget:
        return self.panel.widget

    def refresh(self) -> None:
        if not self.panel.busy:
            self.panel.show_history()

    def close(self) -> None:
        self.panel.close()
