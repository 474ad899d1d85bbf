"""« Effacer cette personne… » and « Limiter le traitement… »: what it does first, done only by who says so."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.acts_erasure import MAX_WHY
from app.services.erasing import CONSEQUENCE, Preview
from app.services.limiting import CONSEQUENCE as LIMIT_CONSEQUENCE
from app.ui.guardians.rights_dialogs import RightsDialog
from app.ui.pieces import add_band, words


class EraseDialog(RightsDialog):
    """Exactly what will be emptied; the button lives once the name is typed."""

    help_name = "ERASE"

    def __init__(self, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__("Effacer une personne", "Effacer pour de bon", parent)
        self.preview = preview
        self.confirm.setProperty("role", "danger")
        self.body.addWidget(words(f"Effacer {' et '.join(preview.people)}", role="heading"))
        self.body.addWidget(words(CONSEQUENCE, role="strong"))
        self.body.addWidget(words(f"Sera vidé\u00a0: {', '.join(preview.lines)}."))
        for warning in preview.warnings:
            add_band(self.body, warning)
        label = words(f"Pour confirmer, écrivez son nom\u00a0: {preview.name}")
        self.field = QLineEdit()
        self.field.setAccessibleName(label.text())
        label.setBuddy(self.field)
        self.field.textChanged.connect(self._on_typed)
        self.body.addWidget(label)
        self.body.addWidget(self.field)
        self.body.addStretch(1)
        self.confirm.setEnabled(False)
        self.setMinimumHeight(self.heightForWidth(self.minimumWidth()))  # every word is read before it is done
        self.field.setFocus()

    def _on_typed(self, text: str) -> None:
        self.confirm.setEnabled(self.preview.is_named_by(text))


class LimitDialog(RightsDialog):
    """Keep the record, and do nothing else with it."""

    help_name = "LIMIT"

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("Limiter le traitement", "Limiter", parent)
        self.body.addWidget(words(f"Limiter le traitement de {name}", role="heading"))
        self.body.addWidget(words(LIMIT_CONSEQUENCE, role="strong"))
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_WHY)
        self.field.setPlaceholderText("par exemple\u00a0: conteste l’adresse, le temps de vérifier")
        label = words("Motif (dans le journal, jamais montré aux familles)")
        label.setBuddy(self.field)
        self.field.setAccessibleName(label.text())
        self.body.addWidget(label)
        self.body.addWidget(self.field)
        self.body.addStretch(1)
        self.field.setFocus()

    @property
    def reason(self) -> str | None:
        """What was typed; None for nothing."""
        return self.field.text().strip() or None
