"""« Responsables » and one account, word for word as in Arena (arena.md): who knows the one finds the way in the other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.deliveries import DeliveryState
from app.models.states import AccountState
from app.services.accounts import Criteria
from app.services.records.rows import SchoolRows
from app.services.todo import Page as PageName
from app.ui.guardians.columns import Place
from app.ui.guardians.criteria import MAIL_LABELS
from app.ui.guardians.page import GuardiansPage
from tests.ui.desk_stage import StandIn
from tests.ui.guardians.test_notifying import asked, printed, said, tick_some
from tests.ui.guardians.test_page import change, texts
from tests.ui.whole import settle, whole_window

DAY = re.compile(r"\d\d-\d\d-\d{4}|")


def labels(actions: list[QAction]) -> list[str]:
    return [action.text().rstrip("…") for action in actions if not action.isSeparator()]


def test_five_criteria_from_left_to_right_with_nothing_left_out(page: GuardiansPage) -> None:
    band = page.view.criteria
    parts = (band.search, band.classrooms, band.states, band.mail, band.origins, band.glass)
    assert [part.x() for part in parts] == sorted(part.x() for part in parts)
    assert band.search.placeholderText() == "Nom ou prénom" and band.search.text() == ""
    choices = (band.classrooms, band.states, band.mail, band.origins)
    assert [choice.button.text() for choice in choices] == [
        "Classe(s)", "État(s) de compte", "Adresse mail", "Origine du compte",
    ]  # fmt: skip
    assert band.criteria() == Criteria() and page.model.rowCount() == len(page.model.accounts.rows)
    for several in (band.classrooms, band.states, band.origins):
        assert several.menu.actions()[0].text() == "Sélectionner tout"
        assert all(action.isChecked() for action in several.menu.actions() if not action.isSeparator())


def test_the_menus_of_the_criteria_offer_arenas_choices(page: GuardiansPage) -> None:
    band = page.view.criteria
    assert labels(band.states.menu.actions())[1:] == [
        "Non notifié", "Notifié et non activé", "En cours d’activation", "Activé",
    ]  # fmt: skip
    assert labels(band.mail.menu.actions())[:3] == ["Tous", "Avec adresse mail", "Sans adresse mail"]
    assert {choice.value for choice in MAIL_LABELS} >= {state.value for state in DeliveryState}
    assert labels(band.origins.menu.actions())[1:] == [
        "Établissement", "Responsable", "FranceConnect", "ENT", "ATEN", "Non renseigné",
    ]  # fmt: skip
    assert labels(band.classrooms.menu.actions())[1:] == list(page.model.accounts.classrooms)


def test_the_three_menus_of_actions_have_arenas_words(page: GuardiansPage) -> None:
    bar = page.view.bar
    page._tick({page.model.row_at(0).account_id})
    page._count()
    assert bar.counter.text() == "1\u00a0responsable sélectionné"
    assert [menu.text() for menu in (bar.notify, bar.list, bar.edit)] == [
        "(Re)Notifier les comptes", "Lister les comptes", "Modifier les comptes",
    ]  # fmt: skip
    assert bar.notify_menu.reset.isCheckable() and not bar.notify_menu.reset.isChecked()
    assert labels(bar.notify_menu.actions())[:3] == [
        "Avec réinitialisation du mot de passe", "Par feuilles individuelles imprimables",
        "Par envoi de courriers électroniques",
    ]  # fmt: skip
    assert labels(bar.list_menu.actions())[:2] == [
        "Imprimer la liste des responsables (format pdf)", "Exporter la liste des responsables (format csv)",
    ]  # fmt: skip
    assert labels(bar.edit_menu.actions()) == ["Réinitialiser le(s) mot(s) de passe"]


def test_a_line_is_a_pupil_and_a_guardian_with_dates_as_arena_writes_them(page: GuardiansPage) -> None:
    rows = page.model.accounts.rows
    assert len({(row.pupil_id, row.guardian_id) for row in rows}) == len(rows)
    guardian, children = Counter(row.guardian_id for row in rows).most_common(1)[0]
    assert children > 1
    assert sum(row.guardian_id == guardian for row in map(page.model.row_at, range(page.model.rowCount()))) == children
    for place in (Place.NOTIFIED_ON, Place.LAST_ACCESS_ON):
        found = texts(page, place)
        assert all(DAY.fullmatch(cell) for cell in found) and any(found)
    assert {"sans adresse mail"} < set(texts(page, Place.EMAIL))


def test_the_footer_counts_from_the_first_to_the_last_line_in_sight(qtbot: QtBot, page: GuardiansPage) -> None:
    total = page.model.rowCount()
    qtbot.waitUntil(lambda: f"sur {total}\u00a0lignes · " in page.view.footer.text())
    assert page.view.footer.text().startswith("1 à ") and "60\u00a0élèves" in page.view.footer.text()
    qtbot.keyClicks(page.view.criteria.search, page.model.row_at(0).pupil)
    found = page.model.rowCount()
    qtbot.waitUntil(lambda: page.view.footer.text().startswith(f"1 à {found} sur {found}\u00a0ligne"))


def test_coming_back_from_an_account_or_another_page_finds_the_search_again(qtbot: QtBot, tmp_path: Path) -> None:
    with whole_window(tmp_path, page=PageName.GUARDIANS) as window:
        page = window.page(PageName.GUARDIANS.value)
        assert isinstance(page, GuardiansPage)
        qtbot.keyClicks(page.view.criteria.search, "a")
        page.view.table.header.sort_asked.emit(Place.GUARDIAN)
        before = texts(page, Place.GUARDIAN)
        page.open_line(1)
        settle()
        qtbot.keyClick(page.view.panel, Qt.Key.Key_Escape)
        assert page.view.criteria.search.text() == "a" and texts(page, Place.GUARDIAN) == before
        for name in (PageName.STATISTICS, PageName.GUARDIANS):
            window.show_page(name.value)
            settle()
        assert texts(page, Place.GUARDIAN) == before
        assert page.view.criteria.reset.isVisible(), "and one click leads back to everybody"


def test_success_is_said_in_arenas_words_with_the_letters_at_hand(
    qtbot: QtBot, page: GuardiansPage, tmp_path: Path
) -> None:
    tick_some(page, 3)
    dialog = asked(qtbot, page)
    dialog.folder.field.setText(str(tmp_path / "Feuilles"))
    dialog.confirm.click()
    printed(qtbot, dialog, page)
    text = said(dialog)
    assert "La distribution a été effectuée avec succès pour le(s) compte(s) sélectionné(s)" in text
    assert "Télécharger le courrier au format PDF" in text
    files = dialog.result_of_print.files
    pages = [one.extract_text() for file in files for one in PdfReader(file).pages]
    sheets = [one for one in pages if "Votre accès au livret scolaire" in one]
    assert len(sheets) == 3, "one page for each guardian, beside a list for each class"


def open_one(qtbot: QtBot, page: GuardiansPage, state: AccountState, **values: object) -> str:
    """Open the account of a guardian in that state."""
    line = next(line for line in range(page.model.rowCount()) if page.model.row_at(line).state is state)
    page.open_line(line)
    qtbot.waitUntil(lambda: not page.busy)
    return page.model.row_at(line).account_id


def facts(page: GuardiansPage) -> dict[str, str]:
    return {field.accessibleName(): field.text() for field in page.view.panel.findChildren(QLineEdit)}


def panel_words(page: GuardiansPage) -> list[str]:
    return [label.text() for label in page.view.panel.findChildren(QLabel) if label.isVisibleTo(page.view)]


def test_an_account_has_arenas_fields_and_its_children_here_and_elsewhere(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage
) -> None:
    row = next(row for row in page.model.accounts.rows if row.state is AccountState.ACTIVE)
    elsewhere = [{"first_name": "Hugo", "last_name": "X", "birth_date": "2012-05-02", "school": "0990002P · Collège"}]
    change(shell, "accounts", row.account_id, elsewhere=elsewhere, last_access_on="2026-11-20")
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    lines = [page.model.row_at(line).account_id for line in range(page.model.rowCount())]
    page.open_line(lines.index(row.account_id))
    qtbot.waitUntil(lambda: not page.busy)
    assert list(facts(page)) == [
        "Identifiant", "Mot de passe *", "Courriel", "Mobile", "Origine", "Distribution", "Dernier accès",
    ]  # fmt: skip
    assert facts(page)["Mot de passe *"] == "******" and facts(page)["Dernier accès"] == "20-11-2026"
    said_there = panel_words(page)
    titles = ("Informations du compte", "Élèves rattachés au compte", "Inscrits dans l’établissement",
              "Inscrits dans un autre établissement")  # fmt: skip
    assert [said_there.index(title) for title in titles] == sorted(said_there.index(title) for title in titles)
    assert any(one.startswith("Hugo X · 02-05-2012 · 0990002P") for one in said_there)
    assert any("Seul un mot de passe provisoire est affiché" in one for one in said_there)


@pytest.mark.parametrize("state", list(AccountState))
def test_what_the_two_menus_of_an_account_offer_follows_its_state(
    qtbot: QtBot, page: GuardiansPage, state: AccountState
) -> None:
    open_one(qtbot, page, state)
    panel = page.view.panel
    assert (panel.notify.text(), panel.edit.text()) == ("(Re)Notifier le compte", "Modifier le compte")
    assert panel.notify_menu.by_sheets.isEnabled() and panel.notify_menu.by_mail.isEnabled()
    assert panel.edit_menu.reset.text().startswith("Réinitialiser le mot de passe")
    assert panel.edit_menu.reset.isEnabled() == (state is not AccountState.NOT_NOTIFIED)
    assert panel.edit_menu.resend is not None
    assert panel.edit_menu.resend.text().startswith("Renvoyer un courriel d’activation")
    assert panel.edit_menu.resend.isEnabled() == (state is AccountState.ACTIVATING)
    shown = facts(page)["Mot de passe *"]
    assert (shown == "******") == (state in (AccountState.ACTIVATING, AccountState.ACTIVE))
    if state is AccountState.NOT_NOTIFIED:
        assert shown == "" and facts(page)["Distribution"] == "Non renseigné"


def test_who_has_gone_or_has_no_place_here_is_not_listed(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    row = page.model.row_at(0)
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        rows.change("pupils", row.pupil_id, left_on="2026-11-01")
        rows.flush()
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert row.pupil_id not in {other.pupil_id for other in page.model.accounts.rows}
