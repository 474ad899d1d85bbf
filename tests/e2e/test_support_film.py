"""Each line of the help tables (arena.md « Help given to families »; the deck's « Cas d'assistance »): the parent tries in
Chromium, the PCs synchronise, and « Diagnostic » names the cause in two real windows, the director's and the ERUN's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from app.services.diagnosis.catalogue import BY_CODE
from app.services.todo import Page as PageName
from app.services.vault.secrets import VaultSecrets
from app.ui.pages import make_transport
from app.ui.shell.page import PageSpec, Shell
from app.ui.shell.window import MainWindow
from app.ui.support.diagnosis.cards import MINE, THE_DIRECTORS, CauseCard
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.page import SupportPage
from app.ui.support.sections import Means, sections_for
from tests.conftest import FakeClock
from tests.e2e.attempts import LINES, Line
from tests.e2e.erun import EXCHANGE_MS, diagnosis, erun, let_in
from tests.e2e.walk import reel
from tests.server.portal.federation.test_scenario_a import house
from tests.server.portal.household import Household, household
from tests.support.browser import chromium, phone
from tests.test_arena_table import ROOT, plain

pytestmark = pytest.mark.browser
HERS = re.compile(r"Proposer\u00a0: .*|Ouvrir son compte|Voir les deux fiches|Synchroniser maintenant")
"""The words of every button that an ERUN has."""
ARENA = {
    "mobile number or a child's birth date refused": (
        "mobile number refused, by FranceConnect",
        "mobile number refused, by a text",
        "a child's birth date refused, by FranceConnect",
        "a child's birth date refused, by a text",
        "a child's birth date refused, by the sheet",
    ),
    "forgotten identifiant or password": ("forgotten identifiant", "forgotten password"),
    "activation mail lost": ("activation mail lost",),
    "only one child on the account": ("only one child on the account",),
    "no mobile number in ONDE": ("no mobile number in ONDE",),
    "« Je ne suis pas le représentant légal de cet élève »": ("not the guardian",),
    "private school": ("private school",),
    "parent logs in, no livret": ("no livret",),
}
"""arena.md, « Help given to families »: what went wrong, and the films of it."""
DECK = {
    "Lors de l'activation du compte (scenarii A et B) : Numéro de téléphone ou date de naissance erroné": (
        "mobile number refused, by FranceConnect",
        "mobile number refused, by a text",
        "a child's birth date refused, by FranceConnect",
        "a child's birth date refused, by a text",
    ),
    "Sur un compte activé : Login ou mot de passe oublié": ("forgotten identifiant", "forgotten password"),
    "Un seul enfant sur le compte alors qu'il y en a plusieurs inscrits en élémentaire.": (
        "only one child on the account",
    ),
}
"""The deck, « Cas d'assistance »."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def home(line: str, tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    if LINES[line].federated:
        with house(tmp_path / "household") as made:
            yield made.home
    else:
        with household(tmp_path, clock) as alone:
            yield alone


@pytest.fixture
def window(qtbot: QtBot, home: Household) -> Iterator[MainWindow]:
    """The director's window, on the household's own vault."""
    means = Means(VaultSecrets(home.desk.desk.vault), make_transport)

    def support(shell: Shell) -> SupportPage:
        return SupportPage(shell, sections=sections_for(shell, means))

    pages = [PageSpec(PageName.SUPPORT, "Assistance", support)]
    made = MainWindow(home.desk.desk, school_id=home.desk.school_id, pages=pages)
    qtbot.addWidget(made)
    made.resize(1093, 614)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize("line", LINES)
def test_both_pages_name_what_stopped_the_parent(
    qtbot: QtBot, qapp: QApplication, browser: Browser, window: MainWindow, home: Household, tmp_path: Path, line: str
) -> None:
    """Half of the schools find the ERUN's name, the others hear her code."""
    tried = LINES[line]
    by_name = list(LINES).index(line) % 2 == 0
    pictures = reel(f"assistance-{tried.film}")
    with erun(qtbot, qapp, home, tmp_path, known=by_name) as officer:
        home.desk.sync()
        let_in(qtbot, window, home, code="" if by_name else officer.code())
        officer.open_school(home.desk.school_id)
        hers, his = diagnosis(officer.window), diagnosis(window)
        for page in (hers, his):
            assert tried.code not in asked(qtbot, page, home, "{login}")
        with phone(browser) as parent:
            tried.attempt(parent, home, tmp_path)
            parent.screenshot(path=str(pictures / "01-parent.png"), full_page=True)
        home.desk.sync()
        window.records_changed()
        officer.window.synchronise()
        qtbot.waitUntil(lambda: not his.busy and tried.code in codes(his))
        card = told(qtbot, his, home, tried, saying=MINE[1])
        remedy = BY_CODE[tried.code].remedy
        assert remedy is not None and card.do is not None and card.do.text() == remedy.label
        picture(window, his, card, pictures / "02-direction.png")
        qtbot.waitUntil(lambda: not hers.busy and tried.code in codes(hers), timeout=EXCHANGE_MS)
        card = told(qtbot, hers, home, tried, saying=THE_DIRECTORS[1])
        assert (card.do.text() if card.do is not None else "") == tried.button
        shown = [one.text() for found in hers.view.cards for one in found.findChildren(QPushButton)]
        assert [text for text in shown if text != "Copier" and not HERS.fullmatch(text)] == []
        picture(officer.window, hers, card, pictures / "03-erun.png")


def codes(page: DiagnosisPage) -> list[str]:
    return [card.code for card in page.view.cards]


def asked(qtbot: QtBot, page: DiagnosisPage, home: Household, words: str, *, several: bool = False) -> list[str]:
    """Type what the parent says of himself; the causes that the page shows for him."""
    view = page.view
    qtbot.waitUntil(lambda: not page.busy)
    view.field.clear()
    assert view.answer.isHidden()
    QTest.keyClicks(view.field, words.replace("{login}", home.account()["login"]))
    if several:
        assert view.answer.isHidden() and view.count.text() == "2\u00a0responsables"
        next(one for one in view.findChildren(QPushButton) if "(Zoé, Noé)" in one.text()).click()
    assert view.name.text() == "DUPONT Marc" and not view.answer.isHidden()
    return codes(page)


def told(qtbot: QtBot, page: DiagnosisPage, home: Household, tried: Line, *, saying: str) -> CauseCard:
    """Ask again; the card of the cause, which is shown with the sentence for the parent."""
    cause = BY_CODE[tried.code]
    assert tried.code in asked(qtbot, page, home, tried.asked, several=tried.several)
    [card] = [one for one in page.view.cards if one.code == tried.code]
    said = [label.text() for label in card.findChildren(QLabel) if label.isVisibleTo(page.view)]
    assert cause.title in said and f"{saying}\u00a0: «\u00a0{cause.say}\u00a0»" in said
    fact = ".+".join(map(re.escape, cause.fact.split("{}")))
    assert [text for text in said if re.match(fact, text)]
    return card


def picture(window: MainWindow, page: DiagnosisPage, card: CauseCard, path: Path) -> None:
    """The window as it is seen, the card in sight."""
    area = page.view.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    QApplication.processEvents()
    area.ensureWidgetVisible(card)
    window.grab().save(str(path))


def help_lines() -> list[str]:
    """The problems of docs/arena.md's help table that somebody fails at, beside the tests that show them."""
    text = (ROOT / "docs" / "arena.md").read_text(encoding="utf-8")
    table = text.partition("## Help given to families\n")[2].partition("\n## ")[0]
    return [row for row in table.splitlines() if row.startswith("| ") and "shown by" not in row and "---" not in row]


def test_every_film_is_of_a_line_and_has_its_own_pictures_which_are_named() -> None:
    assert {film for films in (*ARENA.values(), *DECK.values()) for film in films} == set(LINES)
    named = (ROOT / "docs" / "portail.md").read_text(encoding="utf-8")
    folders = {f"`assistance-{line.film}`" for line in LINES.values()}
    assert len(folders) == len(LINES) and [one for one in folders if one not in named] == []


def test_our_own_table_names_the_films_where_they_are() -> None:
    named = [row for row in help_lines() if test_both_pages_name_what_stopped_the_parent.__name__ in row]
    assert len(named) == len(ARENA)
    for problem in ARENA:
        assert any(plain(row).startswith(f"| {plain(problem)}") for row in named), problem


@pytest.mark.needs_shared
def test_each_line_of_arenas_table_has_its_film(shared: Path) -> None:
    text = (shared / "reference" / "arena.md").read_text(encoding="utf-8")
    table = text.partition("## Help given to families")[2].partition("\n## ")[0]
    rows = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|")]
    assert rows[:2] == ["problem", "---"] and rows[2:] == list(ARENA)


@pytest.mark.needs_shared
def test_each_line_of_the_decks_table_has_its_film(shared: Path) -> None:
    [deck] = (shared / "seeds").glob("*.txt")
    table = deck.read_text(encoding="utf-8").partition("Cas d'assistance\n\n")[2].partition("\n\n")[0]
    rows = [row.split("\t")[0] for row in table.splitlines()]
    assert rows[0] == "Problème rencontré" and rows[1:] == list(DECK)
