"""What the scenes of the steps share: a window without a line, a server behind a readable address, questions that are drawn."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import requests
from PySide6.QtCore import QPoint, QRect, QThreadPool
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from requests.adapters import HTTPAdapter

from app.services.desk import Desk
from app.services.sync.seat import seated_engine
from app.services.sync.transport import HttpTransport
from app.services.vault.keys import Opening
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import links, pending_acts
from app.ui.asking import question_box
from app.ui.pages import desktop_pages, officer_pages
from app.ui.shell.window import MainWindow
from app.ui.startup import Doors
from tests.screenshots.other_screens import RECOVERY, link
from tests.support.live import LiveServer
from tests.ui.desk_stage import NOW, StandIn

ADDRESS = "https://preau.exemple.fr"
"""What the person types: the server of the pictures answers there."""
ROOM = (1093, 504)
WINDOW = (1093, 614)
EDGE = 12
"""Around what a picture is about, in pixels."""
Pictures = Iterator[tuple[str, QPixmap]]


class Clock:
    """NOW, a millisecond later at each look, so that ids stay in order."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> Any:
        self._now += timedelta(milliseconds=1)
        return self._now


class _Led(HTTPAdapter):
    """Brings what is sent to ADDRESS to a server of the loopback."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = str(request.url).replace(ADDRESS, self._url)
        return super().send(request, *args, **more)


def line_to(server: LiveServer, **more: Any) -> HttpTransport:
    """A line that finds the server at ADDRESS."""

    def session() -> requests.Session:
        made = requests.Session()
        made.trust_env = False
        made.mount(ADDRESS, _Led(server.url))
        return made

    return HttpTransport(session_factory=session, **more)


def synchronise(stage: StandIn, server: LiveServer) -> None:
    """One exchange of a PC that was enrolled at ADDRESS."""
    with closing(line_to(server)) as line:
        seated_engine(stage.desk, transport=line, secrets=VaultSecrets(stage.desk.vault)).run_once(stage.school_id)


def sent(stage: StandIn) -> None:
    """The server has had everything, two minutes ago."""
    link(stage)
    with stage.desk.vault.write() as connection:
        connection.execute(pending_acts.delete())
        connection.execute(links.update().values(last_success_at="2026-11-21T13:00:00.000000Z"))


def opening_of(desk: Desk) -> Opening:
    """The vault of a desk, as the application opened it."""
    return Opening(desk.vault, VaultSecrets(desk.vault), RECOVERY)


@contextmanager
def window(desk: Desk, school_id: str, *, page: str | None = None, officer: bool = False) -> Iterator[MainWindow]:
    """The application's own window with its own pages; it speaks to no server."""
    pages = desktop_pages(opening_of(desk), Doors({}), lambda _parent: None, allow_fictional=True)
    shown = MainWindow(
        desk, school_id=school_id, pages=officer_pages(pages) if officer else pages, first_page=page
    )  # fmt: skip
    shown.resize(*WINDOW)
    shown.show()
    settle()
    try:
        yield shown
    finally:
        shown.close()
        shown.deleteLater()


class Questions:
    """Answers « Ne rien faire » to every question, and keeps its picture."""

    def __init__(self) -> None:
        self.pictures: list[QPixmap] = []

    def __call__(self, parent: QWidget, question: str, do_it: str) -> bool:
        box = question_box(parent, question, do_it)
        box.show()
        settle()
        self.pictures.append(box.grab())
        box.hide()
        box.deleteLater()
        return False


def settle(until: Callable[[], bool] = lambda: True, *, timeout_s: float = 30) -> None:
    """Let what runs in the background end, layouts follow, and something become so."""
    end = time.monotonic() + timeout_s
    while not (QThreadPool.globalInstance().waitForDone(0) and until()):
        if time.monotonic() > end:
            raise TimeoutError("the screen did not settle")
        QTest.qWait(5)
    for _ in range(5):
        QApplication.processEvents()


def sized(widget: QWidget, size: tuple[int, int] = ROOM) -> QWidget:
    """A page on its ground, shown at that size."""
    widget.setProperty("role", "ground")
    widget.resize(*size)
    widget.show()
    settle()
    return widget


def cut(widget: QWidget, *parts: QWidget, edge: int = EDGE) -> QPixmap:
    """Of a page, these parts and a margin, as wide as they are."""
    place = QRect()
    for part in parts:
        place = place.united(QRect(part.mapTo(widget, QPoint(0, 0)), part.size()))
    return widget.grab(place.adjusted(-edge, -edge, edge, edge).intersected(widget.rect()))


def card_of(part: QWidget) -> QWidget:
    """The card that holds it."""
    card = part.parentWidget()
    assert card is not None
    return card


def whole(widget: QWidget) -> QPixmap:
    """All of it."""
    return widget.grab()


def dice(seed: int = 7) -> Callable[[int], bytes]:
    """Codes that are the same in each drawing."""
    return partial(_draw, random.Random(seed))


def _draw(source: random.Random, count: int) -> bytes:
    return source.randbytes(count)
