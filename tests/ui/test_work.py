"""Slow work off the window's thread: its result, its refusal, its bugs and its end all come back to the window."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.models.errors import PreauError, Refused
from app.ui import work


class Halted(Exception):
    """The work's own word for « cancelled »."""


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


def ended(qtbot: QtBot, job: work.Job, signal: str) -> list[object]:
    with qtbot.waitSignal(getattr(job, signal), timeout=5000) as blocker:
        pass
    return list(blocker.args or ())


def test_the_work_is_elsewhere_and_its_result_here(qtbot: QtBot, owner: QObject) -> None:
    seen: list[object] = []
    job = work.start(
        lambda job: threading.current_thread() is threading.main_thread(),
        parent=owner,
        done=lambda result: seen.extend((result, threading.current_thread() is threading.main_thread())),
    )
    ended(qtbot, job, "done")
    assert seen == [False, True]


def test_progress_is_told_in_order(qtbot: QtBot, owner: QObject) -> None:
    def count(job: work.Job) -> None:
        for number in range(1, 4):
            job.progress(number, 3)

    job = work.start(count, parent=owner)
    seen: list[tuple[int, int]] = []
    job.progressed.connect(lambda done, total: seen.append((done, total)))
    ended(qtbot, job, "done")
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_refusal_comes_back_as_it_is(qtbot: QtBot, owner: QObject) -> None:
    def refuse(job: work.Job) -> None:
        raise Refused("no", "Non.")

    [error] = ended(qtbot, work.start(refuse, parent=owner), "failed")
    assert isinstance(error, Refused) and error.sentence == "Non."


def test_a_bug_is_a_sentence_and_a_line_in_the_log(
    qtbot: QtBot, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(job: work.Job) -> None:
        raise ZeroDivisionError

    [error] = ended(qtbot, work.start(fail, parent=owner), "failed")
    assert isinstance(error, PreauError) and error.code == "unexpected"
    assert "unexpected error" in caplog.text
    caplog.clear()


def test_cancelled_work_stops_and_says_so(qtbot: QtBot, owner: QObject) -> None:
    begun = threading.Event()

    def until_cancelled(job: work.Job) -> None:
        begun.set()
        wait_for(job.cancelled)
        raise Halted

    job = work.start(until_cancelled, parent=owner, stops=(Halted,))
    assert begun.wait(5)
    job.cancel()
    assert job.wait(5)
    ended(qtbot, job, "stopped")


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not condition():
        pause.wait(0.001)
