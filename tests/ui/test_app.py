"""The application as a whole: its doors, its window, its line to a real server, its end, its log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.errors import PreauError, VaultError
from app.services import schools
from app.services.desk import Desk
from app.services.documents.courier import Left
from app.services.sync.status import status
from app.services.todo import Page
from app.services.vault.keys import Opening
from app.ui.app import Choices, Desktop, dress
from app.ui.crash import Hook, PlacesOnly, log_to
from app.ui.first_run.dialog import FirstRun
from app.ui.startup import Doors, try_open
from app.ui.unlocking import UnlockDialog
from app.ui.work import UNEXPECTED
from tests.support.live import live_desk, live_server
from tests.ui.desk_stage import NOW, demo_stage, live_a_little

KEY = bytes(32).hex()
PHRASE = "quatre mots pris au hasard"


class MemoryKeyring:
    """A keyring for tests; the real Secret Service has its own."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


@contextmanager
def _desktop(folder: Path, said: list[str], **choices: object) -> Iterator[Desktop]:
    environ = {"PREAU_VAULT": str(folder / "poste.preau"), "PREAU_VAULT_KEY": KEY, "PREAU_FICTIONAL_NUMBERS": "1"}
    desktop = Desktop(Choices(environ, **choices), say=said.append)  # type: ignore[arg-type]
    try:
        yield desktop
    finally:
        desktop.close()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with demo_stage(tmp_path, pupils=20) as stage:
        live_a_little(stage)
    return tmp_path


def test_every_page_opens_and_everything_closes(qtbot: QtBot, vault: Path) -> None:
    with _desktop(vault, []) as desktop:
        assert desktop.open()
        window = desktop.window
        assert window is not None and window.page_name == Page.HOME
        for page in (Page.GUARDIANS, Page.STATISTICS, Page.IMPORTING, Page.REVIEW, Page.MY_SCHOOL):
            window.show_page(page)
            qtbot.waitUntil(lambda page=page: window.page(page).widget.isVisible())
    with demo_vault_again(vault) as opening:
        assert opening.vault.path.name == "poste.preau"


@contextmanager
def demo_vault_again(folder: Path) -> Iterator[Opening]:
    """The vault can be opened again: it was let go of."""
    doors = Doors({"PREAU_VAULT": str(folder / "poste.preau"), "PREAU_VAULT_KEY": KEY})
    opening = doors.open()
    try:
        yield opening
    finally:
        opening.vault.close()


def test_what_each_parcel_leaves_is_said_where_documents_are_looked_at(qtbot: QtBot, vault: Path) -> None:
    with _desktop(vault, []) as desktop:
        assert desktop.open() and desktop.window is not None
        window = desktop.window
        desktop._on_carried(Left(window.school_id, 4, 9_000))
        window.show_page(Page.REPORTS)
        page = window.page(Page.REPORTS)
        qtbot.waitUntil(lambda: not page.busy)  # type: ignore[attr-defined]
        desktop._on_carried(Left(window.school_id, 3, 2_540_000))
        assert "3\u00a0documents (2,5\u00a0Mo)" in page.view.sending.text()  # type: ignore[attr-defined]


def test_a_todo_line_opens_the_list_of_guardians(qtbot: QtBot, vault: Path) -> None:
    with _desktop(vault, []) as desktop:
        assert desktop.open() and desktop.window is not None
        home = desktop.window.page(Page.HOME)
        qtbot.waitUntil(lambda: bool(home.view.rows))  # type: ignore[attr-defined]
        row = next(row for row in home.view.rows if row.item.key == "not_notified")  # type: ignore[attr-defined]
        qtbot.keyClick(row, Qt.Key.Key_Space)
        assert desktop.window.page_name == Page.GUARDIANS


def test_another_school_is_added_to_the_same_vault(
    qtbot: QtBot, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def fill(dialog: FirstRun) -> int:
        dialog.view.offline.click()
        dialog.view.school.fill({"uai": "0310001H", "name": "École Marie Curie"})
        dialog.view.next.click()
        dialog.view.next.click()
        assert dialog.view.step == "files"
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(FirstRun, "exec", fill)
    with _desktop(vault, []) as desktop:
        assert desktop.open() and desktop.window is not None
        window = desktop.window
        window.show_page(Page.MY_SCHOOL)
        window.page(Page.MY_SCHOOL).view.another.click()  # type: ignore[attr-defined]
        assert "École Marie Curie" in window.head.school.text()
        assert len(schools.list_schools(window.desk)) == 2


def test_a_second_window_is_told_that_preau_is_open(qtbot: QtBot, vault: Path) -> None:
    said: list[str] = []
    with demo_vault_again(vault), _desktop(vault, said) as desktop:
        assert not desktop.open()
    assert said == [
        "Préau est déjà ouvert sur ce fichier\u00a0: utilisez sa fenêtre, ou fermez-la puis réessayez."
    ] or ("déjà ouvert" in said[0])


def test_the_line_enrols_synchronises_and_refreshes_by_itself(qtbot: QtBot, tmp_path: Path) -> None:
    with live_server(tmp_path) as server, live_desk(tmp_path, name="autre") as other:
        server.add_school()
        other.enrol(server, server.code())
        other.sync()
        with demo_stage(tmp_path, pupils=20):
            pass
        with _desktop(tmp_path, []) as desktop:
            assert desktop.open() and desktop.window is not None
            window = desktop.window
            window.show_page(Page.MY_SCHOOL)
            page = window.page(Page.MY_SCHOOL)
            page.view.code_form.fill({"server": server.url, "code": server.code()})  # type: ignore[attr-defined]
            page.view.enrol.click()  # type: ignore[attr-defined]
            qtbot.waitUntil(lambda: window.school_id == other.school_id, timeout=20_000)
            qtbot.waitUntil(lambda: _sent(window.desk, window.school_id), timeout=30_000)
            qtbot.waitUntil(lambda: window.head.pill.text().strip().startswith("Synchronisé"), timeout=20_000)
            window.show_page(Page.GUARDIANS)
            other.sync()
            schools.edit_school(other.desk, school_id=other.school_id, values={"town": "Ailleurs"})
            other.sync()
            window.synchronise()
            qtbot.waitUntil(lambda: "Ailleurs" in window.head.school.text(), timeout=20_000)


def _sent(desk: Desk, school_id: str) -> bool:
    line = status(desk, school_id=school_id)
    return line.pending_count == 0 and line.last_success_at is not None


def test_a_vault_opens_by_its_keyring_then_by_its_paper(qtbot: QtBot, tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    doors = Doors({"PREAU_VAULT": str(tmp_path / "p.preau")}, find_keyring=lambda: keyring)
    made = doors.make(None)
    made.vault.close()
    again = doors.open()
    again.vault.close()
    keyring.kept.clear()
    refused = try_open(doors)
    assert isinstance(refused, VaultError) and refused.code == "key_not_found"
    dialog = _unlock(qtbot, doors, refused)
    assert dialog.label.text().startswith("Code de récupération")
    qtbot.keyClicks(dialog.field, "K7RW")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Vérifiez votre papier" in dialog.band.text())
    dialog.field.setText(made.recovery_code or "")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.opening is not None, timeout=10_000)
    assert dialog.opening is not None
    dialog.opening.vault.close()
    assert keyring.kept


def test_a_passphrase_is_asked_again_until_it_opens(qtbot: QtBot, tmp_path: Path) -> None:
    doors = Doors({"PREAU_VAULT": str(tmp_path / "p.preau")}, find_keyring=lambda: None)
    doors.make(PHRASE).vault.close()
    refused = try_open(doors)
    assert isinstance(refused, PreauError)
    dialog = _unlock(qtbot, doors, refused)
    assert dialog.band.property("tone") == "blue"
    for text in ("une autre phrase de passe", PHRASE):
        dialog.field.setText(text)
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: dialog.opening is not None or dialog.unlock.isEnabled(), timeout=20_000)
    assert dialog.opening is not None
    dialog.opening.vault.close()


def _unlock(qtbot: QtBot, doors: Doors, refused: PreauError) -> UnlockDialog:
    dialog = UnlockDialog(doors, doors.open, refused)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_damaged_file_offers_its_backups(qtbot: QtBot, vault: Path) -> None:
    doors = Doors({"PREAU_VAULT": str(vault / "poste.preau"), "PREAU_VAULT_KEY": KEY}, clock=lambda: NOW)
    with demo_vault_again(vault) as opening:
        folder = vault / "clé"
        folder.mkdir()
        assert doors.back_up(opening.vault, folder).startswith("Sauvegarde vérifiée")
    (backup,) = folder.glob("*.preau")
    (vault / "poste.preau").write_bytes(b"x" * 8192)
    refused = try_open(doors)
    assert isinstance(refused, PreauError)
    dialog = _unlock(qtbot, doors, refused)
    assert dialog.restore.isVisible()
    opening = doors.restore(backup)
    assert len(schools.list_schools(Desk(opening.vault, lambda: NOW, lambda n: bytes(n)))) == 1
    opening.vault.close()


def test_an_unexpected_error_is_a_sentence_and_a_place_never_the_data(tmp_path: Path) -> None:
    said: list[str] = []
    handler = log_to(tmp_path / "journal" / "preau.log")
    assert handler is not None
    hook = Hook(said.append)
    hook.install()
    try:
        raise KeyError("CHÂTELAIN Zoé")
    except KeyError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        hook.remove()
        logging.getLogger().removeHandler(handler)
        handler.close()
    text = (tmp_path / "journal" / "preau.log").read_text(encoding="utf-8")
    assert said == [UNEXPECTED]
    assert "KeyError" in text and "test_app.py" in text and "CHÂTELAIN" not in text


def test_places_only_keeps_chained_errors_silent_too() -> None:
    try:
        try:
            raise ValueError("05 61 00 00 00")
        except ValueError as error:
            raise RuntimeError("né le 04-03-2018") from error
    except RuntimeError:
        record = logging.LogRecord("preau", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    text = PlacesOnly("%(message)s").format(record)
    assert text.startswith("failed\nRuntimeError\n") and "05 61" not in text and "2018" not in text


def test_the_application_speaks_french(qapp: QApplication) -> None:
    dress(qapp, dark=False)
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Annuler"
