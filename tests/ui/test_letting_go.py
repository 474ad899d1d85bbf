"""Pages that go while work is under way: nothing of Qt may die on another thread."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui import work
from app.ui.garbage import MANY, Collector


class Leaving(QWidget):
    """A page with a timer and a cycle, whose work refers to it."""

    died_on: list[threading.Thread]

    def __init__(self, died_on: list[threading.Thread], go_on: threading.Event) -> None:
        super().__init__()
        self.itself = self
        self.died_on = died_on
        self.timer = QTimer(self, interval=1000)
        self.timer.start()
        self.job = work.start(lambda job: self.read(go_on), parent=self, done=self.show_result)

    def read(self, go_on: threading.Event) -> object:
        go_on.wait(10)
        return self

    def show_result(self, result: object) -> None:
        pass

    def __del__(self) -> None:
        self.died_on.append(threading.current_thread())


def test_a_page_let_go_during_its_work_dies_on_the_windows_thread(qtbot: QtBot) -> None:
    died_on: list[threading.Thread] = []
    go_on = threading.Event()
    for _ in range(20):
        Leaving(died_on, go_on)
    go_on.set()
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()
    gc.collect()
    assert set(died_on) == {threading.main_thread()}
    assert len(died_on) == 20


def test_nothing_is_told_to_a_page_that_is_gone(qtbot: QtBot) -> None:
    told: list[object] = []
    owner = QWidget()
    job = work.start(lambda job: "late", parent=owner, done=told.append)
    assert job.wait(5)
    owner.deleteLater()
    QApplication.sendPostedEvents(owner, 52)  # QEvent.DeferredDelete, before the news of the end
    QApplication.processEvents()
    assert told == []


def test_masses_that_live_are_not_looked_at_again(qapp: QApplication) -> None:
    parent = QObject()
    collector = Collector(parent)
    records = [[number] for number in range(2 * MANY)]
    collector.check()
    assert len(gc.get_objects()) < MANY < len(records)
    collector.stop()
    assert gc.get_freeze_count() == 0
    gc.disable()  # as the fixture around expects


def test_garbage_waits_for_the_windows_thread(qapp: QApplication) -> None:
    parent = QObject()
    collector = Collector(parent)
    assert not gc.isenabled()
    cycles = [[] for _ in range(2000)]
    for cycle in cycles:
        cycle.append(cycle)
    del cycle, cycles
    collector.check()
    assert gc.get_count()[0] < 2000
    collector.stop()
    assert gc.isenabled()
    gc.disable()  # as the fixture around expects
