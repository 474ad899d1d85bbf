"""Pictures of « Livrets »: the screen, an import before its confirmation, one date for the school, as a parent."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.models.states import ReceiptKind
from app.services.demo.bilans import class_xml, elementary_classes
from app.services.demo.school import make_school
from app.services.records.rows import SchoolRows
from app.services.reports import decisions, imports
from app.services.reports.overview import read_overview
from app.services.reports.sources import ReportFile
from app.ui.garbage import Collector
from app.ui.reports.importing import ReportsImportDialog
from app.ui.reports.page import ReportsPage
from app.ui.reports.parent_view import ParentViewDialog
from app.ui.reports.publishing import PublishDialog, PublishSchoolDialog
from tests.screenshots.looks import LOOKS, wear
from tests.screenshots.other_screens import SIZES, settle
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import NOW, StandIn, demo_stage

PUPILS = 236
ALREADY_OUT = 4
"""Classes that are published before the pictures."""


def render(folder: Path) -> list[Path]:
    """Each in its looks; the screen large and small."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    collector = Collector()
    for look in LOOKS:
        wear(application, look)
        with TemporaryDirectory() as place, demo_stage(Path(place), pupils=PUPILS) as stage:
            for name, widget in screens(application, stage, Path(place)):
                for width, height in SIZES if not isinstance(widget, QDialog) else ((0, 0),):
                    if width:
                        widget.resize(width, height)
                    settle(application)
                    made.append(folder / f"{name}-{look}{f'-{width}' if width else ''}.png")
                    widget.grab().save(str(made[-1]))
    wear(application, "light")
    collector.stop()
    return made


def screens(application: QApplication, stage: StandIn, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Each by its name, shown."""
    page = page_of(stage)
    yield "livrets", page.view
    page.view.below.setCurrentIndex(1)
    page.view.openings.click()
    settle(application, lambda: not page.busy)
    page.view.counts.selectRow(0)
    yield "livrets-lecteurs", page.view
    yield from _dialogs(application, page, stage, folder)
    page.close()
    page.view.close()


def dialogs(folder: Path) -> Iterator[tuple[str, QWidget]]:
    """The dialogs of the page alone, each by its name, shown."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True)
    with demo_stage(folder, pupils=PUPILS) as stage:
        page = page_of(stage)
        yield from _dialogs(application, page, stage, folder)
        page.close()
        page.view.close()


def page_of(stage: StandIn) -> ReportsPage:
    """The page on a school at work, with the documents of its first class."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    _live(stage)
    page = ReportsPage(stage)
    stage.page = page
    page.view.show()
    page.refresh()
    settle(application, lambda: not page.busy)
    page.view.counts.selectRow(0)
    return page


def _dialogs(
    application: QApplication, page: ReportsPage, stage: StandIn, folder: Path
) -> Iterator[tuple[str, QWidget]]:
    importing = ReportsImportDialog(stage.desk, stage.school_id)
    importing.show()
    path = folder / "bilans-ce2.xml"
    corrected = _xml("CE2 M. Marchetti").replace(b"Des d\xc3\xa9buts difficiles", b"Un d\xc3\xa9but difficile")
    path.write_bytes(corrected.replace(b'ine="6', b'ine="0', 1))
    importing.open_files([path])
    settle(application, lambda: not importing.busy)
    yield "livrets-import", importing
    importing.close()
    publishing = PublishSchoolDialog(stage.desk, page.view.overview)
    publishing.show()
    publishing.date.setDate(QDate(2026, 12, 18))
    yield "livrets-publier", publishing
    publishing.close()
    some = PublishDialog(stage.desk, page.view.overview, page.view.chosen)
    some.show()
    yield "livrets-publier-choix", some
    some.close()
    parent = ParentViewDialog(stage.desk, stage.school_id, page.view.chosen)
    parent.show()
    settle(application, lambda: not parent.busy)
    yield "livrets-parent", parent
    parent.close()


def _xml(classroom: str) -> bytes:
    return class_xml(make_school(pupils=PUPILS), classroom, today=NOW.date())


def _live(stage: StandIn) -> None:
    """A term of use, then every class's bilans; some published, and read by some; a few to look at again."""
    live_a_term(stage)
    desk, school_id, dice = stage.desk, stage.school_id, random.Random(5)
    files = [ReportFile(f"{number}.xml", _xml(label)) for number, label in enumerate(elementary_classes())]
    preview = imports.preview(desk, school_id=school_id, files=files)
    imports.carry_out(desk, preview=preview)
    overview = read_overview(desk, school_id=school_id)
    early = [row for row in overview.rows if row.classroom in overview.classrooms[:ALREADY_OUT]]
    decisions.publish(desk, school_id=school_id, reports=early, on=overview.day)
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        for account in rows.all("accounts"):
            told = dice.choice(({"email": "p@example.org"}, {"mobile": "+33639980001"}, {}))
            rows.change("accounts", account["id"], **told)
        for row in early:
            for guardian in sorted(row.readers.expected):
                for kind in list(ReceiptKind)[: dice.choice((0, 1, 2, 3))]:
                    rows.add(
                        "receipts", f"{row.report_id}-{guardian}-{kind}", report_id=row.report_id, document=row.document,
                        pupil_id=row.pupil_id, guardian_id=guardian, account_id="a", kind=kind.value,
                        at="2026-11-21T11:00:00.000000Z",
                    )  # fmt: skip
        late = [row for row in overview.rows if row not in early]
        rows.change("reports", late[3].report_id, locked_at=None)
        rows.change("reports", late[5].report_id, complete=False)
        rows.change("reports", late[8].report_id, flags=["postal_address"])
        rows.flush()


if __name__ == "__main__":
    for picture in render(Path(sys.argv[1])):
        print(picture)
