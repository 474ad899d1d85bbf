from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.acts import EditSchoolFields
from app.services.imports import history
from app.services.records.journal import submit
from app.services.schools import one_school
from app.services.todo import Page
from app.ui.app import Choices, Desktop
from app.ui.journal.page import JournalPage
from app.ui.journal.view import NOTHING_FOUND
from app.ui.review.page import ReviewPage
from tests.ui.desk_stage import StandIn, demo_stage


class Person:
    """Answers what the page asks."""

    def __init__(self, file: Path | None = None, *, agrees: bool = True) -> None:
        self.file, self.agrees = file, agrees
        self.questions: list[str] = []

    def confirm(self, parent: QWidget, question: str, do_it: str) -> bool:
        self.questions.append(question)
        return self.agrees

    def choose(self, parent: QWidget) -> Path | None:
        return self.file


def shown(qtbot: QtBot, stage: StandIn, person: Person | None = None) -> JournalPage:
    who = person or Person()
    page = JournalPage(stage, confirm=who.confirm, choose=who.choose)
    qtbot.addWidget(page.widget)
    page.widget.resize(1093, 614)
    page.widget.show()
    page.refresh()
    qtbot.waitUntil(lambda: bool(page.view.lines) and not page.busy)
    return page


def choose(page: JournalPage, kind: str) -> None:
    page.view.table.selectRow([line.kind for line in page.view.lines].index(kind))


def rename(stage: StandIn, seen: str, name: str) -> None:
    fields = EditSchoolFields(changes={"name": (seen, name)})
    submit(stage.desk, school_id=stage.school_id, kind="ecole.modifier", fields=fields)


def test_acts_are_shown_and_found_as_one_types(qtbot: QtBot, stage: StandIn) -> None:
    rename(stage, "École primaire des Tilleuls", "<b>École</b>")
    page = shown(qtbot, stage)
    rows = page.view.table.texts_shown()
    assert [row[4] for row in rows] == ["Fiche de l’école", "Import depuis ONDE", "Création de l’école"]
    assert rows[0][2:4] == ["Hélène Rouvière", "Ce poste"] and "<b>École</b>" in rows[0][5]
    assert "<b>École</b>" in page.view.whole.text() and page.view.whole.textFormat() is Qt.TextFormat.PlainText
    qtbot.keyClick(page.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(page.view.search, "import ELEVE")
    assert [line.kind for line in page.view.lines] == ["import.appliquer"]
    assert page.view.count.text() == "1\u00a0action sur 3"
    qtbot.keyClicks(page.view.search, " rien de tel")
    assert page.view.nothing.text() == NOTHING_FOUND and not page.view.export.isEnabled()
    page.view.search.clear()
    assert page.view.table.texts.rowCount() == 3


def test_the_line_chosen_by_keyboard_is_told_in_full(qtbot: QtBot, stage: StandIn) -> None:
    page = shown(qtbot, stage)
    page.view.table.setFocus()
    page.view.table.selectRow(0)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Down)
    assert page.view.whole.text().startswith("Création de l’école · ")


def test_what_is_found_is_exported(qtbot: QtBot, stage: StandIn, tmp_path: Path) -> None:
    page = shown(qtbot, stage, Person(tmp_path / "journal.csv"))
    page.view.search.setText("import")
    page.view.export.click()
    qtbot.waitUntil(lambda: page.view.band.isVisible() and not page.busy)
    rows = list(csv.reader(io.StringIO((tmp_path / "journal.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2 and rows[1][4] == "Import depuis ONDE" and "journal.csv" in page.view.band.text()


def test_a_file_that_cannot_be_written_is_a_sentence(qtbot: QtBot, stage: StandIn, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    page = shown(qtbot, stage, Person(tmp_path / "fichier" / "journal.csv"))
    page.view.export.click()
    qtbot.waitUntil(lambda: page.view.band.isVisible() and not page.busy)
    assert page.view.band.property("tone") == "red"


def test_undo_names_what_it_undoes_and_asks_first(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, pupils=10) as stage:
        person = Person(agrees=False)
        page = shown(qtbot, stage, person)
        assert page.view.undo.accessibleName() == "Annuler l’import\u00a0: 10\u00a0élèves"
        page.view.undo.click()
        assert person.questions[0].startswith("Annuler l’import\u00a0: 10\u00a0élèves\u202f?") and stage.changed == 0
        person.agrees = True
        page.view.undo.click()
        qtbot.waitUntil(lambda: not page.busy, timeout=20_000)
        assert (stage.changed, stage.synchronised) == (1, 1)
        assert history(stage.desk, school_id=stage.school_id)[0].undone_at is not None
        page.refresh()
        qtbot.waitUntil(lambda: page.view.lines[0].kind == "import.annuler")
        assert not page.view.undo.isEnabled() and "Importez de nouveau" in page.view.undoing.text()


def test_an_import_under_notified_accounts_is_not_undone_and_the_page_says_why(qtbot: QtBot, stage: StandIn) -> None:
    page = shown(qtbot, stage)  # its accounts were notified in the weeks since
    assert not page.view.undo.isEnabled() and "déjà été notifiés" in page.view.undoing.text()


def test_the_chosen_act_is_undone_and_put_back_by_keyboard(qtbot: QtBot, stage: StandIn) -> None:
    rename(stage, "École primaire des Tilleuls", "Les Tilleuls")
    person = Person()
    page = shown(qtbot, stage, person)
    page.view.table.setFocus()
    choose(page, "ecole.creer")
    assert not page.view.undo.isEnabled() and "Mon école" in page.view.undoing.text()
    choose(page, "ecole.modifier")
    assert "Nom de l’école\u00a0: Les Tilleuls → École primaire des Tilleuls" in page.view.undoing.text()
    for verb, name in (("Annuler…", "École primaire des Tilleuls"), ("Rétablir…", "Les Tilleuls")):
        choose(page, "ecole.modifier" if verb == "Annuler…" else "acte.annuler")
        assert page.view.undo.text() == verb
        page.view.undo.setFocus()
        qtbot.keyClick(page.view.undo, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not page.busy)
        assert one_school(stage.desk, school_id=stage.school_id).name == name
        page.refresh()
        qtbot.waitUntil(lambda: not page.busy)
    assert [question.split("\u202f?")[0] for question in person.questions] == [
        "Annuler la modification du nom de l’école", "Rétablir la modification du nom de l’école",
    ]  # fmt: skip


def test_what_a_colleague_did_meanwhile_stops_the_undoing_with_a_sentence(qtbot: QtBot, stage: StandIn) -> None:
    rename(stage, "École primaire des Tilleuls", "Les Tilleuls")
    page = shown(qtbot, stage)
    rename(stage, "Les Tilleuls", "École Jean Moulin")
    page.view.undo.click()
    qtbot.waitUntil(lambda: page.view.band.isVisible() and not page.busy)
    assert "modifié depuis (Nom de l’école)" in page.view.band.text() and stage.changed == 0


def test_it_is_a_page_of_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, pupils=5):
        pass
    environ = {"PREAU_VAULT": str(tmp_path / "poste.preau"), "PREAU_VAULT_KEY": bytes(32).hex()}
    desktop = Desktop(Choices(environ))
    try:
        assert desktop.open() and desktop.window is not None
        window = desktop.window
        window.show_page(Page.REVIEW)
        review = window.page(Page.REVIEW)
        assert isinstance(review, ReviewPage)
        review.view.journal.setFocus()
        qtbot.keyClick(review.view.journal, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.page_name == Page.JOURNAL)
        page = window.page(Page.JOURNAL)
        assert isinstance(page, JournalPage)
        qtbot.waitUntil(lambda: len(page.view.lines) == 2)
    finally:
        desktop.close()
