"""The second step of an import: what would change, what is doubtful, what is wrong, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QTabWidget, QVBoxLayout, QWidget

from app.services.imports import Preview
from app.services.onde.plan import Question
from app.ui.importing.words import Tab, confirm_label, headline, summary_rows, tabs
from app.ui.pieces import Band, Card, button, scrolled, words
from app.ui.tables import TextTable

SOME = ("Ce fichier ne contient que certaines classes", "Ce fichier contient toute l’école")
OLDER = ("Ne marquer personne comme parti", "Marquer les départs quand même")
"""What the director may say of a file that lacks classes, or is older than one that was imported."""
PARTIAL = (
    "Il manque des classes de l’école dans ce fichier. Tant que vous ne dites pas qu’il est complet, personne "
    "n’est marqué comme parti."
)
SUMMARY_HEADERS = ("", "Nouveaux", "Modifiés", "Partis", "Inchangés")
_STRETCH = {"errors": (3,), "warnings": (3,), "gone": (1,), "changed": (1, 3, 4), "new": (1,)}


class QuestionCard(QWidget):
    """A question with its answers to choose from; none is chosen beforehand."""

    answered = Signal(str, str)
    """Question id, answer."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(2)
        layout.addWidget(words(question.sentence, role="strong"))
        layout.addWidget(words(f"{question.file}, ligne {question.line}", role="muted"))
        self.group = QButtonGroup(self)
        self.choices: list[QRadioButton] = []
        for choice in question.choices:
            radio = QRadioButton(choice.words.replace("&", "&&"))
            radio.clicked.connect(lambda _=False, answer=choice.answer: self.answered.emit(question.id, answer))
            self.group.addButton(radio)
            self.choices.append(radio)
            layout.addWidget(radio)

    def choose(self, answer: str) -> None:
        """Show an answer that was given before."""
        for radio, choice in zip(self.choices, self.question.choices, strict=True):
            radio.setChecked(choice.answer == answer)


class PreviewView(QWidget):
    """Layout only. The tabs are made for each preview: they differ in number and in columns."""

    confirmed = Signal()
    left = Signal()
    answered = Signal(str, str)
    completeness_said = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.headline = words(role="heading")
        self.summary = TextTable(
            SUMMARY_HEADERS, name="Résumé de l’import", numbers=frozenset({1, 2, 3, 4}), stretch=range(5), whole=True
        )
        self._build_partial()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._shown: list[str] = []
        self._contents: list[QWidget] = []
        self.cards: list[QuestionCard] = []
        self.tabs.tabBar().setProperty("role", "tabs")
        self.tabs.tabBar().setAccessibleName("Détail de l’import")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.setSpacing(8)
        for part in (self.band, self.headline, self.summary, self.partial):
            layout.addWidget(part)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons())

    def _build_partial(self) -> None:
        self.partial = Card()
        self.partial_words = words(PARTIAL)
        self.partial.body.addWidget(self.partial_words)
        row = QHBoxLayout()
        self.some, self.whole = (QRadioButton(text) for text in SOME)
        self.some.clicked.connect(lambda: self.completeness_said.emit(False))
        self.whole.clicked.connect(lambda: self.completeness_said.emit(True))
        for radio in (self.some, self.whole):
            row.addWidget(radio)
        row.addStretch(1)
        self.partial.body.addLayout(row)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.back = button("Abandonner l’import", self.left.emit)
        self.confirm = button("Importer", self.confirmed.emit, role="primary")
        self.doubts = words(role="muted")
        self.doubts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.back)
        row.addWidget(self.doubts, 1)
        row.addWidget(self.confirm)
        return row

    def show_preview(self, preview: Preview, questions: dict[str, Question], answers: dict[str, str]) -> None:
        """``questions`` are all those that were asked, answered ones included."""
        plan = preview.plan
        self.headline.setText(headline(preview))
        self.summary.fill(summary_rows(plan))
        self.partial_words.setText(plan.older or PARTIAL)
        for radio, text in zip((self.some, self.whole), OLDER if plan.older else SOME, strict=True):
            radio.setText(text)
        self.partial.setVisible(plan.partial or preview.complete is not None)
        self.whole.setChecked(preview.complete is True)
        self.some.setChecked(preview.complete is not True)
        self.confirm.setText(confirm_label(plan))
        self.confirm.setEnabled(not plan.changes_nothing)
        open_questions = len(plan.questions)
        self.doubts.setText(_doubts(open_questions) if open_questions else "")
        self._show_tabs(tabs(plan), questions, answers)

    def _show_tabs(self, found: list[Tab], questions: dict[str, Question], answers: dict[str, str]) -> None:
        stay = self._shown[self.tabs.currentIndex()] if self._shown else ""
        for old in self._contents:
            old.deleteLater()
        self.tabs.clear()
        self._shown, self._contents = [], []
        if questions:
            self._add("questions", f"À préciser\u00a0({len(questions)})", self._questions(questions, answers))
        for tab in found:
            table = TextTable(tab.headers, name=tab.title, stretch=_STRETCH[tab.key])
            table.fill(tab.rows)
            self._add(tab.key, tab.label, table)
        self.tabs.setCurrentIndex(self._shown.index(stay) if stay in self._shown else 0)
        self.tabs.setVisible(bool(self._shown))

    def _add(self, key: str, label: str, content: QWidget) -> None:
        self._shown.append(key)
        self._contents.append(content)
        self.tabs.addTab(content, label)

    def _questions(self, questions: dict[str, Question], answers: dict[str, str]) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        self.cards = [QuestionCard(question) for question in questions.values()]
        for card in self.cards:
            card.answered.connect(self.answered)
            if card.question.id in answers:
                card.choose(answers[card.question.id])
            column.addWidget(card)
        column.addStretch(1)
        return scrolled(content)


def _doubts(count: int) -> str:
    if count == 1:
        return "1\u00a0question sans réponse\u00a0: la ligne concernée sera laissée de côté."
    return f"{count}\u00a0questions sans réponse\u00a0: les lignes concernées seront laissées de côté."
