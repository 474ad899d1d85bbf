"""« Accès de l’assistance », « Circonscription » and the proposals on « Demandes », by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.models.corrections import effective
from app.models.errors import TransportError
from app.services.records.rows import SchoolRows
from app.services.support import grants, proposing
from app.services.support.circonscription import By
from app.services.vault.secrets import VaultSecrets
from app.ui.requests.page import RequestsPage
from app.ui.support.access.page import AccessPage
from app.ui.support.access.view import HOW_LONG
from app.ui.support.circonscription.page import CirconscriptionPage
from app.ui.support.circonscription.view import ORDER
from app.ui.support.sections import Means, sections_for
from tests.ui.desk_stage import StandIn
from tests.ui.support.assistance import know, let_in, officer_stage, propose


class NoLine:
    """A network that is away."""

    def __init__(self, given_up: Callable[[], bool]) -> None:
        self.given_up = given_up

    def close(self) -> None: ...

    def support_code(self, server_url: str, token: str) -> Any:
        raise TransportError("offline", "Le serveur est injoignable.")


def means(stage: StandIn) -> Means:
    return Means(VaultSecrets(stage.desk.vault), NoLine)  # type: ignore[arg-type]


@pytest.fixture
def page(qtbot: QtBot, stage: StandIn) -> AccessPage:
    know(stage)
    made = AccessPage(stage, means(stage), confirm=lambda _window, _question, _do_it: True)
    stage.page = made
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.refresh()
    qtbot.waitUntil(lambda: not made.busy and made.view.officer.currentData() is not None)
    return made


def test_a_click_opens_the_school_and_another_one_closes_it(qtbot: QtBot, stage: StandIn, page: AccessPage) -> None:
    page.view.grant.setFocus()
    qtbot.keyClick(page.view.grant, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.table.texts_shown()))
    [line] = page.view.table.texts_shown()
    assert "ouvert jusqu’au 24-11-2026" in line[1] and line[2] == "rien n’a été regardé"
    assert stage.synchronised == 1 and page.view.end.isEnabled()
    page.view.end.setFocus()
    qtbot.keyClick(page.view.end, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and not page.view.end.isVisible())
    assert not grants.list_grants(stage.desk, school_id=stage.school_id)[0].living


def test_it_goes_to_the_end_of_the_school_year_at_most(qtbot: QtBot, stage: StandIn, page: AccessPage) -> None:
    page.view.how_long.setCurrentIndex(len(HOW_LONG) - 1)
    page.view.grant.click()
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.table.texts_shown()))
    assert grants.list_grants(stage.desk, school_id=stage.school_id)[0].until == "2027-08-31T22:00:00.000000Z"


def test_what_was_looked_at_is_read_and_a_code_needs_the_server(qtbot: QtBot, stage: StandIn, page: AccessPage) -> None:
    let_in(stage)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.table.texts_shown()))
    assert "2\u00a0ouvertures, 5\u00a0recherches" in page.view.table.texts_shown()[0][2]
    page.view.code.setText("482 913")
    qtbot.keyClick(page.view.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.busy and page.view.band.isVisible())
    assert "reliée à aucun serveur" in page.view.band.text()


def test_a_proposal_is_accepted_or_refused_with_a_sentence(qtbot: QtBot, stage: StandIn) -> None:
    know(stage)
    grant_id = let_in(stage)
    _, guardian_id = propose(stage, grant_id)
    page = RequestsPage(stage, why=lambda _parent: "Déjà corrigé hier.")
    stage.page = page
    qtbot.addWidget(page.widget)
    page.widget.show()
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.proposals.cards))
    assert "1\u00a0à traiter" in page.view.title.text()
    page.view.proposals.cards[0].accept.setFocus()
    qtbot.keyClick(page.view.proposals.cards[0].accept, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and not page.view.proposals.cards)
    with stage.desk.vault.read() as connection:
        row = SchoolRows(connection, stage.school_id).need("guardians", guardian_id)
    assert effective(row, "email") == "nouvelle@exemple.fr"
    [answered] = proposing.list_proposals(stage.desk, school_id=stage.school_id)
    assert answered.status.value == "accepted"


def test_a_refusal_is_read_by_the_officer(qtbot: QtBot, stage: StandIn) -> None:
    know(stage)
    propose(stage, let_in(stage))
    page = RequestsPage(stage, why=lambda _parent: "Déjà corrigé hier.")
    stage.page = page
    qtbot.addWidget(page.widget)
    page.widget.show()
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.proposals.cards))
    page.view.proposals.cards[0].refuse.click()
    qtbot.waitUntil(lambda: not page.busy and not page.view.proposals.cards)
    [answered] = proposing.list_proposals(stage.desk, school_id=stage.school_id)
    assert answered.status.value == "refused" and "Déjà corrigé hier." in answered.answer


@pytest.fixture
def office(qtbot: QtBot, tmp_path: Path, themed: None) -> Iterator[tuple[StandIn, CirconscriptionPage]]:
    with officer_stage(tmp_path) as stage:
        page = CirconscriptionPage(stage, means(stage), choose=lambda name, _kind: str(tmp_path / name))
        stage.page = page
        qtbot.addWidget(page.widget)
        page.widget.show()
        page.refresh()
        qtbot.waitUntil(lambda: not page.busy and bool(page.view.table.texts_shown()))
        yield stage, page
        qtbot.waitUntil(lambda: not page.busy)


def test_an_officers_schools_are_sorted_by_a_heading(
    qtbot: QtBot, office: tuple[StandIn, CirconscriptionPage]
) -> None:  # fmt: skip
    stage, page = office
    assert [spec.name for spec in sections_for(stage, means(stage))] == ["circonscription"]
    header = page.view.table.horizontalHeader()
    header.setSortIndicator(list(By).index(By.NAME), Qt.SortOrder.AscendingOrder)
    header.setSortIndicator(4, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: not page.busy)
    numbers = [int(line[4]) for line in page.view.table.texts_shown()]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) > 1


def test_one_click_on_a_number_brings_the_most_of_it_to_the_top(
    qtbot: QtBot, office: tuple[StandIn, CirconscriptionPage]
) -> None:  # fmt: skip
    _stage, page = office
    header = page.view.table.horizontalHeader()
    for by in (By.OLDEST, By.NO_MOBILE):
        column = ORDER.index(by)
        place = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.waitUntil(lambda: not page.busy)
        numbers = [int(line[column] or 0) for line in page.view.table.texts_shown()]
        assert numbers[0] == max(numbers) > numbers[1], by


def test_a_school_opens_where_its_director_has_opened_it(
    qtbot: QtBot, office: tuple[StandIn, CirconscriptionPage]
) -> None:  # fmt: skip
    stage, page = office
    page.view.table.selectRow(0)
    page.view.open.click()
    assert "n’est pas ouverte" in page.view.band.text() and stage.school_id == ""
    page.view.table.selectRow(1)
    page.view.open.click()
    qtbot.waitUntil(lambda: stage.school_id == "s1")


def test_the_list_is_written_and_a_code_is_refused_without_a_network(
    qtbot: QtBot, office: tuple[StandIn, CirconscriptionPage], tmp_path: Path
) -> None:
    _, page = office
    page.view.pdf.click()
    qtbot.waitUntil(lambda: not page.busy and (tmp_path / "Circonscription.pdf").exists())
    page.view.xlsx.click()
    qtbot.waitUntil(lambda: not page.busy and (tmp_path / "Circonscription.xlsx").exists())
    page.view.code.click()
    qtbot.waitUntil(lambda: not page.busy and "injoignable" in page.view.band.text())
