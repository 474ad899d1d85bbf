from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services import imports
from app.services.stats import compute
from app.services.todo import Page
from app.ui.importing.page import ImportPage
from app.ui.importing.panel import ImportPanel
from app.ui.importing.words import tabs
from tests.support.onde_files import crowd, guardians_file, pupils_file
from tests.ui.desk_stage import StandIn, demo_files, demo_stage
from tests.ui.whole import opened_window


class Answer:
    """Presses the same button at every question, and remembers them."""

    def __init__(self, *, yes: bool) -> None:
        self.yes = yes
        self.asked: list[str] = []

    def __call__(self, parent: QWidget, question: str, do_it: str) -> bool:
        self.asked.append(question)
        return self.yes


def _panel(qtbot: QtBot, stage: StandIn, *, yes: bool = True) -> tuple[ImportPanel, Answer]:
    answer = Answer(yes=yes)
    panel = ImportPanel(stage, allow_fictional=True, confirm=answer)
    panel.show_history()
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    return panel, answer


def _write(folder: Path, pupils: int = 30, *, broken: bool = False) -> list[Path]:
    paths = []
    for number, source in enumerate(demo_files(pupils)):
        (folder / f"{number}").mkdir(exist_ok=True)
        content = source.content.replace(b"/20", b"/30", 1) if broken and number == 0 else source.content
        paths.append(folder / f"{number}" / source.name)
        paths[-1].write_bytes(content)
    return paths


def _open(qtbot: QtBot, panel: ImportPanel, paths: list[Path]) -> None:
    panel.open_files(paths)
    qtbot.waitUntil(lambda: not panel.busy)


def _press(qtbot: QtBot, panel: ImportPanel, button: QWidget) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not panel.busy)


def _pupils(stage: StandIn) -> int:
    return compute(stage.desk, school_id=stage.school_id).pupils


def test_preview_then_one_write_then_the_way_back(qtbot: QtBot, bare_stage: StandIn, tmp_path: Path) -> None:
    panel, answer = _panel(qtbot, bare_stage)
    _open(qtbot, panel, _write(tmp_path))
    assert panel.widget.currentWidget() is panel.previewing
    assert panel.previewing.summary.texts_shown()[0] == ["Élèves", "30", "0", "0", "0"]
    assert panel.previewing.confirm.text().startswith("Importer\u00a0: 30\u00a0élèves, ")
    assert _pupils(bare_stage) == 0
    with qtbot.waitSignal(panel.written):
        _press(qtbot, panel, panel.previewing.confirm)
    assert (_pupils(bare_stage), answer.asked) == (30, [])
    assert "30\u00a0élèves nouveaux" in panel.choosing.band.text()
    assert panel.choosing.undo.text() == "Annuler l’import\u00a0: 30\u00a0élèves"
    _press(qtbot, panel, panel.choosing.undo)
    assert (_pupils(bare_stage), len(answer.asked)) == (0, 1)
    assert panel.choosing.table.texts_shown()[0][-1].startswith("annulé le ")
    assert not panel.choosing.undo.isVisibleTo(panel.widget)


def test_the_same_files_again_change_nothing(qtbot: QtBot, stage: StandIn, tmp_path: Path) -> None:
    panel, _ = _panel(qtbot, stage)
    _open(qtbot, panel, _write(tmp_path))
    assert panel.previewing.headline.text().startswith("Rien ne change")
    assert not panel.previewing.confirm.isEnabled()
    _press(qtbot, panel, panel.previewing.back)
    assert panel.choosing.band.text() == "Import abandonné\u00a0: rien n’a été changé."


def test_an_older_file_asks_before_anybody_leaves(qtbot: QtBot, bare_stage: StandIn, tmp_path: Path) -> None:
    panel, _ = _panel(qtbot, bare_stage)
    path, _ = _write(tmp_path)
    content = path.read_bytes()
    path.write_bytes(b"Extraction du 20/11/2026\r\n" + content)
    _open(qtbot, panel, [path])
    _press(qtbot, panel, panel.previewing.confirm)
    qtbot.waitUntil(lambda: not panel.busy)
    path.write_bytes(b"Extraction du 12/11/2026\r\n" + b"\r\n".join(content.split(b"\r\n")[:-3]))
    _open(qtbot, panel, [path])
    view = panel.previewing
    assert view.partial.isVisible() and "20-11-2026" in view.partial_words.text()
    assert view.some.isChecked() and view.whole.text() == "Marquer les départs quand même"
    assert not view.confirm.isEnabled() and view.headline.text().startswith("Rien ne change.")
    _press(qtbot, panel, view.whole)
    qtbot.waitUntil(lambda: not panel.busy and view.confirm.isEnabled())


def test_errors_have_their_file_line_and_column(qtbot: QtBot, bare_stage: StandIn, tmp_path: Path) -> None:
    panel, _ = _panel(qtbot, bare_stage)
    _open(qtbot, panel, _write(tmp_path, broken=True))
    view = panel.previewing
    assert view.tabs.tabText(0) == "Erreurs\u00a0(1)"
    ((file, line, column, message),) = view._contents[0].texts_shown()  # type: ignore[attr-defined]
    assert (file, line, column) == ("CSVExtraction.csv", "2", "Date naissance")
    assert "date de naissance" in message


@pytest.mark.parametrize("yes", [True, False])
def test_many_departures_are_confirmed_once_more(qtbot: QtBot, stage: StandIn, tmp_path: Path, yes: bool) -> None:
    panel, answer = _panel(qtbot, stage, yes=yes)
    _open(qtbot, panel, _write(tmp_path, pupils=20))
    view = panel.previewing
    if not view.whole.isChecked():
        view.whole.click()
        qtbot.waitUntil(lambda: not panel.busy)
    assert view.confirm.text() == "Importer\u00a0: 10\u00a0départs"
    _press(qtbot, panel, view.confirm)
    (question,) = answer.asked
    assert question.startswith("10\u00a0élèves sur 30 ne sont plus dans ce fichier")
    assert _pupils(stage) == (20 if yes else 30)


def test_an_extraction_of_one_class_asks_before_anybody_is_gone(
    qtbot: QtBot, stage: StandIn, tmp_path: Path
) -> None:  # fmt: skip
    panel, _ = _panel(qtbot, stage)
    path = _one_class(tmp_path)
    _open(qtbot, panel, [path])
    view = panel.previewing
    assert (view.partial.isVisibleTo(panel.widget), view.some.isChecked()) == (True, True)
    assert view.summary.texts_shown()[0][3] == "0"
    view.whole.click()
    qtbot.waitUntil(lambda: view.summary.texts_shown()[0][3] != "0")
    assert view.whole.isChecked()
    view.some.click()
    qtbot.waitUntil(lambda: view.summary.texts_shown()[0][3] == "0")


def _one_class(folder: Path) -> Path:
    header, *lines = demo_files(30)[0].content.decode("cp1252").splitlines()
    first = lines[0].split(";")[16]
    path = folder / "CSVExtraction.csv"
    path.write_text("\n".join([header, *(line for line in lines if f";{first};" in line)]), encoding="cp1252")
    return path


def test_homonyms_are_asked_about_and_the_answer_is_followed(
    qtbot: QtBot, bare_stage: StandIn, tmp_path: Path
) -> None:  # fmt: skip
    header = "Nom élève;Prénom élève;Date naissance;Libellé classe"
    path = tmp_path / "CSVExtraction.csv"
    panel, _ = _panel(qtbot, bare_stage)
    path.write_text(f"{header}\n<b>X;Zoé;01/02/2018;CP\n<b>X;Zoé;03/04/2018;CE1\n", encoding="utf-8")
    _open(qtbot, panel, [path])
    _press(qtbot, panel, panel.previewing.confirm)
    path.write_text("Nom élève;Prénom élève;Libellé classe\n<b>X;Zoé;CM1\n", encoding="utf-8")
    _open(qtbot, panel, [path])
    view = panel.previewing
    (card,) = view.cards
    assert (view.tabs.tabText(0), "1\u00a0question" in view.doubts.text()) == ("À préciser\u00a0(1)", True)
    card.choices[0].setFocus()
    qtbot.keyClick(card.choices[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.doubts.text() == "")
    assert view.cards[0].choices[0].isChecked()


def test_a_file_that_is_none_of_ondes_ends_in_a_sentence(qtbot: QtBot, stage: StandIn, tmp_path: Path) -> None:
    panel, _ = _panel(qtbot, stage)
    path = tmp_path / "photo.csv"
    path.write_bytes(bytes(range(256)) * 50)
    _open(qtbot, panel, [path])
    assert panel.widget.currentWidget() is panel.choosing
    assert "photo.csv" in panel.choosing.band.text()
    assert panel.choosing.zone.isEnabled()


def test_files_let_go_on_the_frame_are_read(qtbot: QtBot, bare_stage: StandIn, tmp_path: Path) -> None:
    panel, _ = _panel(qtbot, bare_stage)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in _write(tmp_path)])
    drop = QDropEvent(
        QPoint(5, 5).toPointF(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    panel.choosing.zone.dropEvent(drop)
    qtbot.waitUntil(lambda: panel.widget.currentWidget() is panel.previewing)


def test_the_page_tells_the_window_of_what_it_wrote(qtbot: QtBot, bare_stage: StandIn, tmp_path: Path) -> None:
    page = ImportPage(bare_stage, allow_fictional=True)
    qtbot.addWidget(page.widget)
    page.refresh()
    _open(qtbot, page.panel, _write(tmp_path))
    page.panel.previewing.confirm.click()
    qtbot.waitUntil(lambda: not page.panel.busy)
    assert (bare_stage.changed, bare_stage.synchronised) == (1, 1)


def test_every_list_of_a_preview_has_rows_as_wide_as_its_headers(stage: StandIn, tmp_path: Path) -> None:
    preview = imports.preview(
        stage.desk, school_id=stage.school_id, files=_write(tmp_path, pupils=40), allow_fictional=True
    )
    found = tabs(preview.plan)
    assert found
    assert all(len(row) == len(tab.headers) for tab in found for row in tab.rows)


def _crowd(folder: Path, pupils: int) -> list[Path]:
    children, adults = crowd(pupils)
    contents = {"eleves.csv": pupils_file(children), "responsables.csv": guardians_file(adults)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def test_a_reading_is_cancelled_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, imported=False):
        pass
    with opened_window(tmp_path, page=Page.IMPORTING) as window:
        page = window.page(Page.IMPORTING)
        assert isinstance(page, ImportPage)
        panel, view = page.panel, page.panel.choosing
        files = _crowd(tmp_path, 4000)
        view.zone.dropped.emit(files)
        assert view.stop.isVisible() and view.stop.hasFocus() and not view.zone.isEnabled()
        qtbot.keyClick(view.stop, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not panel.busy, timeout=2000)
        assert view.band.text() == imports.CANCELLED
        assert panel.widget.currentWidget() is view and view.zone.isEnabled() and not view.stop.isVisible()
        assert compute(window.desk, school_id=window.school_id).pupils == 0
        _open(qtbot, panel, _write(tmp_path, pupils=5))
        assert panel.previewing.summary.texts_shown()[0][:2] == ["Élèves", "5"]


def test_a_window_that_closes_waits_for_no_reading(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, imported=False):
        pass
    with opened_window(tmp_path, page=Page.IMPORTING) as window:
        page = window.page(Page.IMPORTING)
        assert isinstance(page, ImportPage)
        page.panel.choosing.zone.dropped.emit(_crowd(tmp_path, 8000))
        started = time.monotonic()
        window.close()
        assert time.monotonic() - started < 2
