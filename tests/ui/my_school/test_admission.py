"""A PC is let in by copying the number that its own screen shows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.services import notify
from app.services.accounts import list_accounts
from app.services.demo.school import make_school
from app.services.devices import own_fingerprint
from app.services.sheets import provisional_password
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.ui.my_school.page import Means, MySchoolPage
from tests.conftest import FakeClock
from tests.support.live import LiveDesk, live_desk, live_server


class Window:
    """The part of the window that the page asks: it synchronises at once."""

    def __init__(self, live: LiveDesk) -> None:
        self._live = live
        self.desk = live.desk

    @property
    def school_id(self) -> str:
        return self._live.school_id

    def records_changed(self) -> None:
        """Nobody else is shown."""

    def synchronise(self) -> None:
        self._live.sync()


def page_of(qtbot: QtBot, live: LiveDesk) -> MySchoolPage:
    means = Means(VaultSecrets(live.desk.vault), HttpTransport, lambda: None, None, "Poste")
    page = MySchoolPage(Window(live), means)  # type: ignore[arg-type]
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    return page


def test_the_number_of_one_screen_is_copied_on_the_other(qtbot: QtBot, tmp_path: Path, clock: FakeClock) -> None:
    with (
        live_server(tmp_path, clock=clock) as server,
        live_desk(tmp_path, clock=clock, name="one") as first,
        live_desk(tmp_path, clock=clock, name="two") as second,
    ):
        server.add_school()
        first.import_school(make_school(pupils=2))
        first.enrol(server, server.code())
        first.sync()
        account = min(row.account_id for row in list_accounts(first.desk, school_id=first.school_id).rows)
        plan = notify.plan(first.desk, school_id=first.school_id, account_ids=[account], reset=False)
        notify.print_sheets(first.desk, plan=plan, folder=tmp_path, processes=1)
        first.sync()
        second.enrol(server, server.code(person="M. Petit"))
        second.sync()
        first.sync()
        here, there = page_of(qtbot, first), page_of(qtbot, second)
        number = own_fingerprint(second.desk, school_id=second.school_id)
        assert there.view.admission.number.text() == number and number is not None
        assert there.view.admission.number.isVisible() and not here.view.admission.number.isVisible()
        [line] = here.view.admission.lines
        assert "M. Petit" in line.field.accessibleName()
        qtbot.keyClicks(line.field, "1111 2222 3333 4444 5555")
        qtbot.keyClick(line.field, Qt.Key.Key_Return)
        assert "ne sont pas les mêmes" in here.view.band.text()
        line.field.clear()
        qtbot.keyClicks(line.field, number)
        qtbot.keyClick(line.field, Qt.Key.Key_Return)
        assert "admis" in here.view.band.text()
        second.sync()
        there.refresh()
        here.refresh()
        assert not there.view.admission.isVisible() and not here.view.admission.isVisible()
        shown = provisional_password(second.desk, school_id=second.school_id, account_id=account)
        assert shown == provisional_password(first.desk, school_id=first.school_id, account_id=account) is not None
