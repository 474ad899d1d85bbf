"""A client in a process of its own: it sends ready-made requests and says how long each answer took.

It does nothing else, so that what it costs is small beside what it measures: no cookies, no redirects, no HTML.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from tests.bench.cores import Share, Taken, pinned

Answer = tuple[int, float, bool]
"""Status, seconds, and whether « Retry-After » was among the headers."""


@dataclass(frozen=True, slots=True)
class Load:
    """Without ``a_second``, each of ``connections`` asks again as soon as it is answered.

    With it, so many come a second on connections of their own, whatever became of those before: as parents do.
    """

    ports: Sequence[int]
    requests: Sequence[str]
    seconds: float
    connections: int = 8
    a_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back within ``seconds``."""

    all: Sequence[Answer]
    seconds: float

    def times(self, *statuses: int) -> list[float]:
        """Seconds of the answers of these kinds."""
        return [seconds for status, seconds, _ in self.all if status in statuses]

    def count(self, *statuses: int) -> int:
        return len(self.times(*statuses))

    def spread(self, *statuses: int) -> tuple[float, float]:
        """(median, 99th percentile) in seconds."""
        times = self.times(*statuses)
        return median(times), quantiles(times, n=100, method="inclusive")[98]


def carry_out(load: Load, *, cores: set[int], watch: Callable[[], Share]) -> tuple[Answers, Taken]:
    """Run the client on these cores until it has done; what ``watch`` saw from its first request to its last answer."""
    with pinned(cores):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    assert process.stdout.readline().strip() == "ready"
    share = watch()
    line = process.stdout.readline()
    taken = share.take()
    process.stdout.close()
    process.wait(timeout=30)
    told = json.loads(line)
    return Answers([(status, seconds, late) for status, seconds, late in told["all"]], told["seconds"]), taken


def request(method: str, path: str, *, body: str = "", cookie: str = "") -> str:
    """A request as a browser would send it to our own site."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Sec-Fetch-Site: same-origin", "Accept-Encoding: gzip"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join((*lines, "", body))


async def _knock(port: int, text: str) -> Answer:
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        status, late = await _ask(reader, writer, text)
        return status, time.perf_counter() - began, late
    finally:
        writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: str) -> tuple[int, bool]:
    writer.write(text.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12]), b"\r\nretry-after:" in head


async def _stay(port: int, texts: itertools.cycle[str], until: float, found: list[Answer]) -> None:
    """One connection that asks again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < until:
        status, late = await _ask(reader, writer, next(texts))
        found.append((status, time.perf_counter() - began, late))
    writer.close()


async def _run(load: Load) -> Answers:
    found: list[Answer] = []
    texts, ports = itertools.cycle(load.requests), itertools.cycle(load.ports)
    began = time.perf_counter()
    if load.a_second:
        tasks = []
        for number in range(int(load.a_second * load.seconds)):
            await asyncio.sleep(max(began + number / load.a_second - time.perf_counter(), 0))
            tasks.append(asyncio.create_task(_knock(next(ports), next(texts))))
        found += await asyncio.gather(*tasks)
    else:
        until = began + load.seconds
        await asyncio.gather(*(_stay(next(ports), texts, until, found) for _ in range(load.connections)))
    return Answers(found, time.perf_counter() - began)


def main() -> None:
    load = Load(**json.load(sys.stdin))
    print("ready", flush=True)
    print(json.dumps(asdict(asyncio.run(_run(load)))))


if __name__ == "__main__":
    main()
