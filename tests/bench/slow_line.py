"""A phone on a slow line: how long a page takes to be usable in Chromium, against the time that its bytes take alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.support.browser import phone, press

BITS_A_SECOND = 50_000


@dataclass
class Wire:
    """What passed to one page, headers included, by Chromium's own count."""

    down: int = 0
    requests: int = 0
    _open: set[str] = field(default_factory=set)

    def begun(self, said: dict[str, Any]) -> None:
        self.requests += 0 if said["request"]["url"].startswith("data:") else 1
        if redirected := said.get("redirectResponse"):
            self.down += int(redirected["encodedDataLength"])

    def ended(self, said: dict[str, Any]) -> None:
        self.down += int(said["encodedDataLength"])

    @property
    def seconds(self) -> float:
        return self.down * 8 / BITS_A_SECOND


@dataclass(frozen=True, slots=True)
class Shown:
    """One page, from the touch to the moment when it can be used."""

    seconds: float
    wire: Wire


@contextmanager
def slow_phone(browser: Browser) -> Iterator[tuple[Page, Wire]]:
    """A phone that keeps nothing from before, behind so many bits a second each way."""
    with phone(browser) as page:
        wire, line = Wire(), page.context.new_cdp_session(page)
        line.send("Network.enable")
        slow = {"downloadThroughput": BITS_A_SECOND / 8, "uploadThroughput": BITS_A_SECOND / 8}
        line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **slow})
        line.on("Network.requestWillBeSent", wire.begun)
        line.on("Network.loadingFinished", wire.ended)
        yield page, wire


def timed(page: Page, wire: Wire, go: Callable[[], object], usable: str) -> Shown:
    """Until everything has come and ``usable`` can be touched."""
    before, asked, began = wire.down, wire.requests, time.perf_counter()
    go()
    page.locator(usable).first.wait_for(state="visible")
    return Shown(time.perf_counter() - began, Wire(wire.down - before, wire.requests - asked))


def first_visit(browser: Browser, address: str, usable: str) -> Shown:
    """A page opened for the first time."""
    with slow_phone(browser) as (page, wire):
        return timed(page, wire, lambda: page.goto(address), usable)


def log_in(browser: Browser, home: str, login: str, password: str) -> Shown:
    """From the touch of « Se connecter » on the first page to the children."""
    with slow_phone(browser) as (page, wire):
        page.goto(home)
        page.locator("#identifiant").fill(login)
        page.locator("#mot_de_passe").fill(password)
        button = page.locator("main form[action='/connexion'] button")
        return timed(page, wire, lambda: press(page, button), "main h1")
