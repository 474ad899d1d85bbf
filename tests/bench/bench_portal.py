"""The parents' portal: log-ins beside the password hash alone, pages beside bare ones, a slow line, a storm, two workers.

Servers are real processes, each on one processor; what asks them is another process, on the other one. The floors are
``portal_floor``. Other programs take their part of the processors: rates are of the seconds that they left, and the
processor's time for each log-in or page, which they disturb least, stands beside.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from playwright.sync_api import Browser

from tests.bench import portal_floor, slow_line
from tests.bench.cores import CLIENT, SERVER, Share, Taken, pinned
from tests.bench.load import Load, carry_out, request
from tests.bench.portal_stage import PASSWORD, Page, Served, Town, fill, hasher, served, workers
from tests.bench.ratio import Ratio
from tests.bench.slow_line import Shown
from tests.support.browser import chromium
from tests.support.postgres import cluster

ROUNDS, SECONDS = 7, 1.5
LOGIN_ROUNDS = 15
"""More: what else goes through the caches of the machine moves one round of hashes by a tenth, the median by a hundredth."""
HASH_THREADS = len(SERVER)
"""As many as a server checks at once unless told otherwise; more would be slower, in the floor too."""
STORM_S, STORM_TIMES = 6.0, 3.0
"""A storm: so many times as many log-ins as the server can check."""
LOGINS_AT_LEAST, PAGES_AT_LEAST, LINE_AT_LEAST, WORKERS_AT_LEAST, P99_AT_MOST = 0.9, 0.6, 0.6, 1.7, 3.0


def measure() -> Iterator[Ratio]:
    with TemporaryDirectory() as name:
        yield from _one_worker(Path(name))
    with TemporaryDirectory() as name, cluster() as postgres:
        yield from _two_workers(Path(name), postgres.new_database())


def _one_worker(folder: Path) -> Iterator[Ratio]:
    town = fill(folder, f"sqlite:///{folder / 'server.db'}")
    portal_floor.prepare(town.url)
    with workers(folder, town, [SERVER]) as ours:
        yield _logins(town, ours)
        with _bare(town) as bare:
            for page in town.pages:
                yield _page(page, ours, bare)
            yield from _slow_line(town, ours, bare)
        yield _storm(town, ours)


def _two_workers(folder: Path, url: str) -> Iterator[Ratio]:
    """What PostgreSQL and the client take of the two processors is left out: they have their own machines elsewhere."""
    town = fill(folder, url)
    with (
        workers(folder, town, [SERVER]) as one,
        workers(folder, town, [SERVER, CLIENT]) as two,
    ):
        yield _scaled("log-ins", one, two, _log_ins(town), 303)
        page = next(page for page in town.pages if page.path == "/compte")
        yield _scaled("pages", one, two, _visits(page), 200)


@dataclass(frozen=True, slots=True)
class Rate:
    """What was done in one round."""

    done: int
    taken: Taken

    @property
    def a_second(self) -> float:
        """Of the seconds that other programs left of the processors."""
        return self.done / self.taken.left * self.taken.cores

    @property
    def processor_ms(self) -> float:
        return 1000 * self.taken.ours / self.done

    @property
    def words(self) -> str:
        return f"{self.a_second:.0f} a second ({self.processor_ms:.2f} ms of processor each)"


def _against(name: str, ours: Callable[[], Rate], floor: Callable[[], Rate], at_least: float) -> Ratio:
    """The median of paired rounds, how far apart they lay, and the same by the processor's time."""
    pairs = [(ours(), floor()) for _ in range(LOGIN_ROUNDS)]
    ratios = sorted(one.a_second / other.a_second for one, other in pairs)
    by_processor = median(other.processor_ms / one.processor_ms for one, other in pairs)
    one, other = sorted(pairs, key=lambda pair: pair[0].a_second / pair[1].a_second)[LOGIN_ROUNDS // 2]
    detail = (
        f"{one.words}, floor {other.words}; by the processor's time {by_processor:.2f}; "
        f"rounds {ratios[0]:.2f} to {ratios[-1]:.2f}"
    )
    return Ratio(name, median(ratios), at_least, detail)


def _logins(town: Town, ours: Served) -> Ratio:
    hashing = hasher()
    stored = hashing.hash(PASSWORD)

    def alone() -> Rate:
        with pinned(SERVER):
            share = Share((os.getpid(),), SERVER)
            done = portal_floor.hashes(hashing, stored, PASSWORD, seconds=SECONDS, threads=HASH_THREADS)
            return Rate(done, share.take())

    return _against("log-ins a second", lambda: _rate(ours, _log_ins(town), expected=303), alone, LOGINS_AT_LEAST)


def _log_ins(town: Town) -> list[str]:
    bodies = (urlencode({"identifiant": login, "mot_de_passe": PASSWORD}) for login in town.logins)
    return [request("POST", "/connexion", body=body) for body in bodies]


def _page(page: Page, ours: Served, bare: Served) -> Ratio:
    """By the processor's time: what asks is slower than what answers, so the rates would be alike whatever a page costs."""
    note = f"; {page.reads} reads, {page.writes} writes, {len(page.html)} letters"
    asked = _visits(page)
    pairs = [(_rate(ours, asked), _rate(bare, asked)) for _ in range(ROUNDS)]
    ratios = sorted(other.processor_ms / one.processor_ms for one, other in pairs)
    one, other = sorted(pairs, key=lambda pair: pair[1].processor_ms / pair[0].processor_ms)[ROUNDS // 2]
    detail = f"{one.words}, floor {other.words}; rounds {ratios[0]:.2f} to {ratios[-1]:.2f}{note}"
    return Ratio(f"page {page.path}", median(ratios), PAGES_AT_LEAST, detail)


def page_rate(page: Page, served_by: Served) -> Rate:
    """One round of a page, by those who may see it."""
    return _rate(served_by, _visits(page))


def _visits(page: Page) -> list[str]:
    return [request("GET", page.path, cookie=cookie) for cookie in page.cookies]


def _rate(served_by: Served, asked: list[str], *, expected: int = 200, cores: set[int] = SERVER) -> Rate:
    load = Load(served_by.ports, asked, SECONDS, connections=8 * len(served_by.ports))
    answers, taken = carry_out(load, cores=CLIENT, watch=lambda: Share(served_by.pids, cores))
    assert answers.count(expected) == len(answers.all), {status for status, _, _ in answers.all}
    return Rate(len(answers.all), taken)


@contextmanager
def _bare(town: Town) -> Iterator[Served]:
    pages = [asdict(portal_floor.Bare(page.path, page.html, page.reads, page.writes)) for page in town.pages]
    told = json.dumps({"url": town.url, "pages": pages})
    with served([sys.executable, "-m", "tests.bench.portal_floor"], SERVER, told=told) as (port, pid):
        yield Served((port,), (pid,))


def _slow_line(town: Town, ours: Served, bare: Served) -> Iterator[Ratio]:
    login = town.logins[0]
    steps: dict[str, Callable[[Browser, str], Shown]] = {
        "activation": lambda browser, home: slow_line.first_visit(browser, f"{home}/a/{town.token}", "#jour"),
        "first page": lambda browser, home: slow_line.first_visit(browser, home, "#identifiant"),
        "log-in": lambda browser, home: slow_line.log_in(browser, home, login, PASSWORD),
    }
    with chromium() as browser:
        for name, show in steps.items():
            yield _shown(name, *(partial(show, browser, f"http://127.0.0.1:{one.ports[0]}") for one in (ours, bare)))


def _shown(name: str, ours: Callable[[], Shown], bare: Callable[[], Shown]) -> Ratio:
    """Beside the same HTML and style from the bare server, in the same browser on the same line."""
    one, other = (sorted((show() for _ in range(3)), key=lambda one: one.seconds)[1] for show in (ours, bare))
    detail = (
        f"{one.seconds:.2f} s until it can be used, {one.wire.down} bytes in {one.wire.requests} requests, which take "
        f"{one.wire.seconds:.2f} s alone; the bare page {other.seconds:.2f} s, {other.wire.down} bytes"
    )
    return Ratio(f"{name} at 50 kbit/s", other.seconds / one.seconds, LINE_AT_LEAST, detail)


def _storm(town: Town, ours: Served) -> Ratio:
    """So many at once that most are sent away: who is let in waits like everybody, the others are told when to come back."""
    usual = median(_rate(ours, _log_ins(town), expected=303).a_second for _ in range(3))
    load = Load(ours.ports, _log_ins(town), STORM_S, a_second=STORM_TIMES * usual)
    answers, _ = carry_out(load, cores=CLIENT, watch=lambda: Share(ours.pids, SERVER))
    told = [late for status, _, late in answers.all if status == 503]
    middle, worst = answers.spread(303)
    assert told and all(told) and answers.count(303, 503) == len(answers.all)
    detail = (
        f"of {len(answers.all)} log-ins, {answers.count(303)} in, median {middle:.2f} s, 99th percentile {worst:.2f} s; "
        f"{len(told)} sent away with Retry-After after {1000 * answers.spread(503)[0]:.0f} ms (median)"
    )
    return Ratio("storm of log-ins: 3 medians over p99", P99_AT_MOST * middle / worst, 1.0, detail)


def _scaled(name: str, one: Served, two: Served, asked: list[str], expected: int) -> Ratio:
    both = SERVER | CLIENT
    pairs = [
        (_rate(two, asked, expected=expected, cores=both), _rate(one, asked, expected=expected)) for _ in range(ROUNDS)
    ]
    ratios = sorted(many.a_second / alone.a_second for many, alone in pairs)
    raw = median((many.done / many.taken.wall) / (alone.done / alone.taken.wall) for many, alone in pairs)
    many, alone = pairs[0]
    detail = (
        f"two {many.words}, one {alone.words}; with base, client and other programs on the same two processors {raw:.2f}; "
        f"rounds {ratios[0]:.2f} to {ratios[-1]:.2f}"
    )
    return Ratio(f"two workers on PostgreSQL: {name}", median(ratios), WORKERS_AT_LEAST, detail)


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}", flush=True)
