"""« Livrets »: from a file to the families, by the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.models import report_content as rc
from app.models.acts_reports import Removal, RemoveReportsFields
from app.models.tables import Row
from app.services.desk import Desk
from app.services.documents.courier import Left
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.reports.overview import Overview, ReportRow, read_overview
from app.ui.reports.importing import ReportsImportDialog
from app.ui.reports.page import ReportsPage
from app.ui.reports.parent_view import ParentViewDialog
from app.ui.reports.publishing import PublishDialog, PublishSchoolDialog
from tests.support.class_pdfs import Printed, class_pdf
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk

TODAY = "2026-11-21"


@dataclass
class Asked:
    """Answers yes, and a day; remembers the questions."""

    day: str | None = TODAY
    questions: list[str] = field(default_factory=list)

    def ask(self, parent: QWidget, question: str, do_it: str) -> bool:
        self.questions.append(question)
        return True

    def ask_day(self, parent: QWidget, desk: Desk, found: Overview, reports: tuple[ReportRow, ...]) -> str | None:
        self.questions.append(f"{len(reports)} {found.day}")
        return self.day


@dataclass
class Screen:
    page: ReportsPage
    shell: StandIn
    asked: Asked
    qtbot: QtBot

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.page.busy)

    def rows(self, table: str) -> list[Row]:
        with self.shell.desk.vault.read() as connection:
            return SchoolRows(connection, self.shell.school_id).all(table)

    def choose_all(self) -> None:
        self.page.view.counts.selectAll()

    def press(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def shown(self) -> list[list[str]]:
        return self.page.view.counts.texts_shown()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path) -> Iterator[Screen]:
    with demo_desk(tmp_path, pupils=12) as (desk, school_id):
        shell, asked = StandIn(desk, school_id), Asked()
        page = ReportsPage(shell, asking=asked.ask, asking_day=asked.ask_day)
        shell.page = page
        qtbot.addWidget(page.view)
        page.view.resize(1093, 600)
        page.view.show()
        page.refresh()
        made = Screen(page, shell, asked, qtbot)
        made.settle()
        yield made
        page.close()


def xml(screen: Screen, folder: Path, count: int = 2, *, words: str = "Un bon début.") -> Path:
    """A file of another software, of the first pupils of the school; one of nobody's at its end."""
    pupils = sorted(screen.rows("pupils"), key=lambda row: str(row["id"]))[:count]
    uai = screen.rows("schools")[0]["uai"]
    children = [(row["ine"], row["last_name"], row["first_name"]) for row in pupils]
    children.append(("123456789ZZ", "INCONNU", "Personne"))
    lines = "".join(
        f'<eleve id="E{n}" ine="{ine}" classe-ref="C1" nom="{last}" prenom="{first}"/>'
        for n, (ine, last, first) in enumerate(children)
    )
    acquis = "".join(
        f'<acquis code-domaine="{code}" positionnement="3"/>' for code in ("FRA-RAC", "MAT-RAC", "EPS-RAC")
    )
    bilans = "".join(
        f'<bilan-periodique eleve-ref="E{n}" periode-ref="P1" enseignant-refs="T1" date-creation="2026-11-01" '
        f'date-scolarite="2026-09-01" date-verrou="2026-11-10T10:00:00" directeur-ref="D1"><liste-acquis>{acquis}'
        f"</liste-acquis><appreciation-generale>{words}</appreciation-generale></bilan-periodique>"
        for n in range(len(children))
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><lsun-bilans xmlns="urn:fr:edu:scolarite:lsun:bilans:import" '
        f'schemaVersion="1.0"><entete><editeur>E</editeur><application>A</application><etablissement>{uai}</etablissement>'
        '</entete><donnees><directeurs><directeur id="D1" civilite="MME" nom="R" prenom="H"/></directeurs>'
        '<classes><classe id="C1" id-be="1" libelle="CE1"/></classes>'
        f"<eleves>{lines}</eleves>"
        '<periodes><periode id="P1" millesime="2026" indice="1" nb-periodes="3" date-debut="2026-09-01" '
        'date-fin="2026-12-18"/></periodes><enseignants><enseignant id="T1" civilite="MME" nom="A" prenom="B"/>'
        f"</enseignants><bilans-periodiques>{bilans}</bilans-periodiques></donnees></lsun-bilans>"
    )
    path = folder / f"bilans-{len(words)}.xml"
    path.write_text(text, encoding="utf-8")
    return path


def imported(screen: Screen, path: Path) -> ReportsImportDialog:
    """The dialog, after its confirmation."""
    dialog = ReportsImportDialog(screen.shell.desk, screen.shell.school_id)
    screen.qtbot.addWidget(dialog)
    dialog.show()
    dialog.open_files([path])
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    if dialog.confirm.isEnabled():
        screen.qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
        screen.qtbot.waitUntil(lambda: not dialog.busy)
    if dialog.imported is not None:
        screen.page.note_imported(dialog.imported)
    screen.settle()
    return dialog


def test_an_empty_livret_says_what_to_do(screen: Screen) -> None:
    assert screen.page.view.nothing.isVisible() and not screen.page.view.tables.isVisible()
    assert screen.page.view.bring.isVisible()


def test_from_a_file_to_the_families(screen: Screen, tmp_path: Path) -> None:
    view = screen.page.view
    imported(screen, xml(screen, tmp_path))
    assert "2\u00a0nouveaux documents" in view.band.text() and screen.shell.synchronised == 1
    assert sum(int(line[3]) for line in screen.shown()) == 2 == sum(int(line[5]) for line in screen.shown())
    assert "2\u00a0documents" in view.sending.text() and "à envoyer" in view.sending.text()
    screen.choose_all()
    assert len(view.documents.texts_shown()) == 2
    screen.press(view.publish)
    assert screen.asked.questions == [f"2 {TODAY}"]
    assert {row["published_on"] for row in screen.rows("reports")} == {TODAY}
    assert sum(int(line[6]) for line in screen.shown()) == 2, (
        "the chosen lines stay chosen, and count what is published"
    )
    assert all("Publié le 21-11-2026" in row[3] for row in view.documents.texts_shown())
    screen.press(view.withdraw)
    assert {row["published_on"] for row in screen.rows("reports")} == {None}


def test_the_preview_of_a_class_pdf_says_which_pages_are_whose(screen: Screen, tmp_path: Path) -> None:
    children = [
        Printed(row["last_name"], row["first_name"], "-".join(reversed(row["birth_date"].split("-"))), row["ine"])
        for row in sorted(screen.rows("pupils"), key=lambda row: str(row["id"]))[:2]
    ]
    path = tmp_path / "classe.pdf"
    path.write_bytes(class_pdf(children))
    dialog = ReportsImportDialog(screen.shell.desk, screen.shell.school_id)
    screen.qtbot.addWidget(dialog)
    dialog.open_files([path])
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    assert {row[3] for row in dialog.changes.texts_shown()} == {"classe.pdf, pages 1 à 2", "classe.pdf, pages 3 à 4"}
    dialog.close()


def test_one_document_is_unlocked_alone(screen: Screen, tmp_path: Path) -> None:
    view = screen.page.view
    imported(screen, xml(screen, tmp_path, count=3))
    screen.choose_all()
    assert len(view.chosen) == 3 and not view.hint.isVisible()
    view.documents.setFocus()
    view.documents.selectRow(1)
    [one] = view.chosen
    assert "1\u00a0document choisi" in view.hint.text() and view.hint.isVisible()
    screen.press(view.unlock)
    assert "1\u00a0document" in screen.asked.questions[0]
    assert [row["id"] for row in screen.rows("reports") if not row["locked_at"]] == [one.report_id]
    assert [row.report_id for row in view.chosen] == [one.report_id], "it stays chosen"
    assert view.lock.isEnabled() and not view.unlock.isEnabled()
    view.documents.clearSelection()
    assert len(view.chosen) == 3 and view.unlock.isEnabled()


def test_unlocking_is_asked_and_locking_is_not(screen: Screen, tmp_path: Path) -> None:
    view = screen.page.view
    imported(screen, xml(screen, tmp_path))
    screen.choose_all()
    assert not view.lock.isEnabled()
    screen.press(view.unlock)
    assert "ne les verront plus" in screen.asked.questions[0]
    assert {row["locked_at"] for row in screen.rows("reports")} == {None}
    screen.press(view.lock)
    assert len(screen.asked.questions) == 1 and all(row["locked_at"] for row in screen.rows("reports"))
    assert "2\u00a0documents verrouillés" in view.band.text()


def test_a_child_whom_nothing_tells_is_asked_and_the_answer_counts(screen: Screen, tmp_path: Path) -> None:
    dialog = ReportsImportDialog(screen.shell.desk, screen.shell.school_id)
    screen.qtbot.addWidget(dialog)
    dialog.show()
    dialog.open_files([xml(screen, tmp_path, count=1)])
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    assert "1\u00a0élève à préciser" in dialog.headline.text()
    [(_, box)] = dialog.questions.items()
    assert box.currentData() is None, "nobody is chosen beforehand"
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    assert "à préciser" not in dialog.headline.text() and dialog.questions == {}


def test_a_file_that_is_none_is_a_sentence_and_changes_nothing(screen: Screen, tmp_path: Path) -> None:
    path = tmp_path / "bilans.xml"
    path.write_bytes(b"\x00\x01 not a file of bilans")
    dialog = imported(screen, path)
    assert dialog.band.isVisible() and dialog.imported is None and not dialog.confirm.isEnabled()
    assert screen.rows("reports") == []


def test_the_same_file_twice_leaves_nothing_to_import(screen: Screen, tmp_path: Path) -> None:
    path = xml(screen, tmp_path)
    imported(screen, path)
    dialog = imported(screen, path)
    assert not dialog.confirm.isEnabled() and "2\u00a0inchangés" in dialog.headline.text()


def test_paper_is_printed_for_those_who_prefer_it_or_the_reason_is_said(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    screen.choose_all()
    screen.page.print_paper(tmp_path)
    screen.settle()
    assert screen.page.view.band.property("tone") == "red", "nobody prefers paper yet"
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        for guardian in rows.all("guardians"):
            rows.change("guardians", guardian["id"], wish="paper")
        rows.flush()
    screen.page.print_paper(tmp_path)
    screen.settle()
    assert list(tmp_path.glob("*.pdf")) and "dans" in screen.page.view.band.text()


def test_nobody_to_remind_is_said(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    screen.choose_all()
    screen.press(screen.page.view.publish)
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        for link in rows.all("responsibilities"):
            rows.change("responsibilities", link["id"], access="none")
        rows.flush()
    screen.page.refresh()
    screen.settle()
    screen.press(screen.page.view.remind)
    assert "Aucun rappel" in screen.page.view.band.text()


def test_the_day_of_publication_is_today_unless_changed_and_doing_nothing_is_the_default(
    qtbot: QtBot, screen: Screen, tmp_path: Path
) -> None:
    imported(screen, xml(screen, tmp_path))
    screen.choose_all()
    dialog = PublishDialog(screen.shell.desk, screen.page.view.overview, screen.page.view.chosen)
    qtbot.addWidget(dialog)
    assert dialog.day == TODAY and dialog.cancel.isDefault()
    assert "21-11-2026 à 14\u00a0h\u00a002" in dialog.told.text()
    dialog.date.setDate(QDate(2026, 12, 18))
    assert "18-12-2026 à 7\u00a0h" in dialog.told.text()
    assert "2\u00a0documents" in dialog.do_it.text()


def test_documents_are_in_the_vault_before_the_act(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    store = VaultStore(screen.shell.desk.vault, screen.shell.desk.clock)
    contents = [rc.read_content(store.get(row["document"])) for row in screen.rows("reports")]
    assert {one.general for one in contents if isinstance(one, rc.PeriodicReport)} == {"Un bon début."}


def school_dialog(screen: Screen) -> PublishSchoolDialog:
    dialog = PublishSchoolDialog(screen.shell.desk, screen.page.view.overview)
    screen.qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def write(screen: Screen, table: str, **values: object) -> None:
    """Change every row of a table, as a synchronisation would."""
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        for row in rows.all(table):
            rows.change(table, row["id"], **values)
        rows.flush()
    screen.page.refresh()
    screen.settle()


def test_one_date_for_the_school_by_the_keyboard_alone(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path, count=3))
    first = screen.rows("reports")[0]["id"]
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        rows.change("reports", first, complete=False)
        rows.flush()
    screen.page.refresh()
    screen.settle()
    dialog = school_dialog(screen)
    assert dialog.cancel.isDefault() and dialog.do_it.text() == "Publier 2\u00a0documents"
    [[_, _, reason]] = dialog.left_out.texts_shown()
    assert reason == "incomplet" and "1\u00a0document laissé de côté" in dialog.left.text()
    assert "élève" in dialog.lacking.text() and dialog.lacking.isVisible()
    dialog.do_it.setFocus()
    screen.qtbot.keyClick(dialog.do_it, Qt.Key.Key_Return)
    assert dialog.result() == dialog.DialogCode.Accepted
    screen.page.publish_school(dialog.publication, dialog.day)
    screen.settle()
    assert sorted(row["published_on"] or "" for row in screen.rows("reports")) == ["", TODAY, TODAY]
    assert "2\u00a0documents publiés" in screen.page.view.band.text() and screen.shell.synchronised == 2


def test_addresses_are_published_only_once_they_were_looked_at(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    write(screen, "reports", flags=["postal_address"])
    dialog = school_dialog(screen)
    assert not dialog.do_it.isEnabled() and "2\u00a0documents où se lit" in dialog.flagged.text()
    dialog.flagged.setFocus()
    screen.qtbot.keyClick(dialog.flagged, Qt.Key.Key_Space)
    assert dialog.do_it.isEnabled() and len(dialog.publication.shown) == 2 and not dialog.left_out.isVisible()


def test_a_preview_shows_pages_to_eyes_and_words_to_ears(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    dialog = ParentViewDialog(screen.shell.desk, screen.shell.school_id, screen.page.view.overview.rows)
    screen.qtbot.addWidget(dialog)
    dialog.show()
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    pages = [page for page in dialog.pages.findChildren(QLabel) if not page.pixmap().isNull()]
    assert pages and pages[0].accessibleName() == f"Page 1 sur {len(pages)}" and pages[0].pixmap().width() > 800
    assert dialog.guardian.count() >= 1 and "Un bon début." in dialog.text.toPlainText()
    write(screen, "responsibilities", access="none")
    dialog.report.setCurrentIndex(1)
    screen.qtbot.waitUntil(lambda: not dialog.busy)
    assert "n’a pas accès" in dialog.band.text() and dialog.text.toPlainText() == ""


def test_who_has_not_read_comes_first_and_how_to_reach_him(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    write(screen, "accounts", state="active", email="parent@example.org")
    screen.choose_all()
    screen.press(screen.page.view.publish)
    view = screen.page.view
    shown = view.readers.texts_shown()
    assert shown and all(row[3:] == ["pas encore", "mail"] for row in shown)
    assert "à relancer" in view.below.tabText(1) and view.remind.isEnabled() and view.list.isEnabled()
    row, one = view.chosen[0], sorted(view.chosen[0].readers.expected)[0]
    receipt(screen, row, one, "read")
    receipt(screen, row, one, "opened")
    screen.page.refresh()
    screen.settle()
    shown = view.readers.texts_shown()
    assert shown[-1][3:] == ["21-11-2026", ""] and view.counts.texts.columnCount() == 10
    screen.page.print_list(tmp_path / "listes")
    screen.settle()
    assert "dans" in view.band.text()
    text = "".join(page.extract_text() for path in (tmp_path / "listes").iterdir() for page in PdfReader(path).pages)
    assert all(row[1] in text for row in shown[:-1])


def test_openings_are_shown_only_where_the_school_has_asked(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    screen.choose_all()
    screen.press(screen.page.view.publish)
    view = screen.page.view
    row, one = view.chosen[0], sorted(view.chosen[0].readers.expected)[0]
    for kind in ("opened", "downloaded"):
        receipt(screen, row, one, kind)
    screen.page.refresh()
    screen.settle()
    assert view.counts.texts.columnCount() == 10 and view.readers.texts.columnCount() == 5
    view.openings.click()
    screen.settle()
    assert read_overview(screen.shell.desk, school_id=screen.shell.school_id).openings
    assert [line[10] for line in screen.shown() if line[10] != "0 / 0"] == ["1 / 1"]
    assert [line[5:] for line in view.readers.texts_shown() if line[5]] == [["21-11-2026", "21-11-2026"]]
    view.openings.click()
    screen.settle()
    assert view.counts.texts.columnCount() == 10


def receipt(screen: Screen, row: ReportRow, guardian: str, kind: str) -> None:
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        rows.add(
            "receipts", f"{row.report_id}-{kind}", report_id=row.report_id, document=row.document, pupil_id=row.pupil_id,
            guardian_id=guardian, account_id="a", kind=kind, at="2026-11-21T12:00:00.000000Z",
        )  # fmt: skip
        rows.flush()


@pytest.mark.parametrize("width", [1093, 1000, 800])
def test_no_class_is_cut_and_the_year_is_said_once(screen: Screen, tmp_path: Path, width: int) -> None:
    imported(screen, xml(screen, tmp_path))
    view = screen.page.view
    view.openings.click()
    screen.settle()
    write(screen, "classrooms", label="CE2-CM1 Mme de La Rochefoucauld")
    view.resize(width, 504)
    table = view.counts
    assert all(table.columnWidth(column) >= table.sizeHintForColumn(column) for column in (0, 1))
    assert view.title.text() == "Livrets scolaires 2026-2027"
    assert {line[1] for line in screen.shown()} == {"Période 1\u00a0/\u00a03"}
    with screen.shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, screen.shell.school_id)
        rows.change("reports", rows.all("reports")[0]["id"], year=2025)
        rows.flush()
    screen.page.refresh()
    screen.settle()
    assert view.title.text() == "Livrets scolaires"
    assert {line[1][-11:] for line in screen.shown()} == {"(2025-2026)", "(2026-2027)"}


def test_documents_on_their_way_are_counted_down(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    view, school_id = screen.page.view, screen.shell.school_id
    screen.page.show_left(Left(school_id, 3, 2_540_000))
    assert "3\u00a0documents (2,5\u00a0Mo)" in view.sending.text()
    screen.page.show_left(Left("another school", 9, 9_000_000))
    assert "3\u00a0documents" in view.sending.text()
    screen.page.show_left(Left(school_id, 0, 0))
    assert not view.sending.isVisible()


def test_a_removal_is_announced_and_put_back(screen: Screen, tmp_path: Path) -> None:
    imported(screen, xml(screen, tmp_path))
    ids = tuple(row["id"] for row in screen.rows("reports"))
    fields = RemoveReportsFields(report_ids=ids, why=Removal.KEPT_LONG_ENOUGH)
    submit(screen.shell.desk, school_id=screen.shell.school_id, kind="bilan.retirer", fields=fields)
    screen.page.refresh()
    screen.settle()
    view = screen.page.view
    assert view.nothing.isVisible() and "30 jours" in view.removed.text() and view.restore.isVisible()
    screen.press(view.restore)
    assert len(screen.shown()) > 0 and not view.restore.isVisible() and not view.removed.isVisible()
