"""The daily work of a school, step by step: the window, who is reminded, sheets, the new year, undoing, the guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtGui import QPixmap

from app.services import schools
from app.services.demo.school import CLASSES, DemoGuardian, DemoPupil, DemoSchool, make_school
from app.services.guides.catalogue import Guide
from app.services.schools import edit_school
from app.services.todo import Page
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.reprint_dialog import ReprintDialog
from app.ui.help.guide_dialog import GuideDialog
from app.ui.home.page import HomePage
from app.ui.importing.page import ImportPage
from app.ui.requests.page import RequestsPage
from app.ui.shell.window import MainWindow
from tests.cli.command import Cli
from tests.screenshots import livrets
from tests.screenshots.steps.staging import Clock, Pictures, Questions, cut, sent, settle, sized, whole, window
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import StandIn, demo_stage, import_files
from tests.ui.requests.asked import ask as ask_the_school
from tests.ui.school import demo_desk

PUPILS = 236
RENTREE = datetime(2027, 9, 6, 8, 30, tzinfo=UTC)
WHERE = "/home/direction/Documents/Feuilles Préau"
NEXT = {"PS": "MS", "MS": "GS", "GS": "CP", "CP": "CE1", "CE1": "CE2", "CE2": "CM1", "CM1": "CM2"}


def pictures(folder: Path) -> Pictures:
    """Each by its name."""
    for scene in (_at_work, _sheets, _asked, _new_year, _two_schools, _reminded):
        (folder / scene.__name__).mkdir()
        yield from scene(folder / scene.__name__)
    guide = GuideDialog(Guide.PARENT, "")
    guide.show()
    settle()
    yield "guide-parents", whole(guide)
    guide.reject()


def _at_work(folder: Path) -> Pictures:
    with demo_stage(folder, pupils=PUPILS) as stage:
        desk = replace(stage.desk, clock=Clock())
        live_a_term(stage)
        sent(stage)
        with window(desk, stage.school_id) as shown:
            home = shown.page(Page.HOME)
            assert isinstance(home, HomePage)
            settle(lambda: bool(home.view.rows))
            yield "fenetre", whole(shown)
            line = next(row for row in home.view.rows if row.item.key == "notified_long")
            line.click()
            settle()
            yield "relancer", whole(shown)
            yield from _undone(shown)


def _undone(shown: MainWindow) -> Pictures:
    """The question of Ctrl+Z after an act."""
    edit_school(shown.desk, school_id=shown.school_id, values={"phone": "05 36 49 00 02"})
    shown.records_changed()
    settle(shown.undoing.bar.isVisible)
    questions = Questions()
    shown.undoing._confirm = questions
    shown.undoing._on_key()
    settle(lambda: bool(questions.pictures))
    yield "annuler", questions.pictures[0]


def _sheets(folder: Path) -> Pictures:
    """The questions of « Par feuilles individuelles » and of « Réimprimer », without and with sheets."""
    with demo_desk(folder, pupils=60) as (desk, school_id):
        stage = StandIn(desk, school_id)
        page = stage.page = GuardiansPage(stage)
        sized(page.view)
        page.refresh()
        settle(lambda: page.model.rowCount() > 0 and not page.busy)
        _tick(page)
        page.view.bar.notify_menu.sheets_asked.emit(False)
        settle(lambda: page.notifier.dialog is not None)
        asking = page.notifier.dialog
        assert isinstance(asking, NotifyDialog)
        yield "feuilles-question", _writing_there(asking)
        asking.folder.field.setText(str(folder))
        asking.confirm.click()
        settle(lambda: asking.result_of_print is not None and not page.busy)
        asking.accept()
        settle(lambda: page.notifier.dialog is None and not page.busy)
        page.view.bar.notify_menu.reprint_asked.emit()
        settle(lambda: page.notifier.dialog is not None)
        again = page.notifier.dialog
        assert isinstance(again, ReprintDialog)
        yield "reimprimer", _writing_there(again)
        again.reject()
        settle(lambda: page.notifier.dialog is None)
        page.open_line(next(n for n in range(200) if page.model.row_at(n).state.value == "activating"))
        settle(lambda: not page.busy)
        menu = page.view.panel.edit_menu
        menu.popup(page.view.mapToGlobal(page.view.rect().center()))
        settle(menu.isVisible)
        yield "modifier", whole(menu)
        menu.close()
        page.close()
        page.view.hide()


def _writing_there(dialog: NotifyDialog | ReprintDialog) -> QPixmap:
    """The dialog with a folder that is not of this machine."""
    dialog.folder.field.setText(WHERE)
    settle()
    return whole(dialog)


def _tick(page: GuardiansPage) -> None:
    """Everybody whom nobody has notified."""
    fresh = [row for row in page.model.accounts.rows if row.state.value == "not_notified"]
    page._tick({row.account_id for row in fresh})
    settle(lambda: page.view.bar.notify_menu.by_sheets.isEnabled())


def _asked(folder: Path) -> Pictures:
    """A parent says that he is not the child's legal representative."""
    with demo_stage(folder, pupils=60) as stage:
        ask_the_school(stage)
        page = RequestsPage(stage)
        page.refresh()
        sized(page.widget, (1093, 1400))
        settle(lambda: not page.busy)
        card = next(one for one in page.view.cards if one.request_id == "not_guardian")
        yield "representant", cut(page.view, card)
        page.close()
        page.widget.hide()


def _new_year(folder: Path) -> Pictures:
    with demo_stage(folder, pupils=PUPILS) as stage:
        desk = replace(stage.desk, clock=lambda: RENTREE)
        page = ImportPage(StandIn(desk, stage.school_id), allow_fictional=True)
        page.refresh()
        sized(page.widget)
        page.panel.open_files(Cli(folder).onde_files(_following(make_school(pupils=PUPILS))))
        settle(lambda: page.panel.widget.currentWidget() is page.panel.previewing)
        yield "nouvelle-annee", whole(page.widget)
        page.close()
        page.widget.hide()


def _following(school: DemoSchool) -> DemoSchool:
    """A year later: everybody a class up, who was in CM2 has left, and a new « petite section »."""
    up = {pupil.ine: _promoted(pupil) for pupil in school.pupils if pupil.level in NEXT}
    young = make_school(pupils=PUPILS, seed=2027)
    fresh = {pupil.ine: pupil for pupil in young.pupils if pupil.level == "PS"}
    adults = [*_those_of(school.guardians, up), *_those_of(young.guardians, fresh)]
    return DemoSchool((*up.values(), *fresh.values()), tuple(adults))


def _promoted(pupil: DemoPupil) -> DemoPupil:
    level = NEXT[pupil.level]
    return replace(pupil, level=level, classroom=next(label for label, levels in CLASSES if level in levels))


def _those_of(guardians: Sequence[DemoGuardian], pupils: dict[str, DemoPupil]) -> list[DemoGuardian]:
    kept = [(one, [pupils[child.ine] for child in one.children if child.ine in pupils]) for one in guardians]
    return [replace(one, children=children) for one, children in kept if children]


def _two_schools(folder: Path) -> Pictures:
    with demo_stage(folder, imported=False) as stage:
        import_files(stage.desk, stage.school_id, pupils=60)
        schools.create_school(stage.desk, uai="0310001H", name="École Marie Curie", details={"town": "Toulouse"})
        with window(stage.desk, stage.school_id) as shown:
            home = shown.page(Page.HOME)
            assert isinstance(home, HomePage)
            settle(lambda: len(home.view.choice.rows) == 2)
            yield "deux-ecoles", cut(shown, home.view.choice, edge=4)


def _reminded(folder: Path) -> Pictures:
    """The question of « Relancer par mail ou SMS… »."""
    with demo_stage(folder, pupils=PUPILS) as stage:
        page = livrets.page_of(stage)
        questions = Questions()
        page._ask = questions
        page._on_remind()
        settle(lambda: bool(questions.pictures))
        yield "livrets-relancer", questions.pictures[0]
        page.close()
        page.view.hide()
