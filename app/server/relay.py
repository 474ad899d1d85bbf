"""Work that passes from one kind of thread to another without coming back to the event loop in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, Protocol

GROUP = 4


class Threads(Protocol):
    """Where a leg runs; any executor is one."""

    def submit(self, work: Callable[..., None], /, *given: Any) -> object: ...


Leg = tuple[Threads, Callable[[Any], Any]]
"""Where it runs, and what it makes of what the leg before it returned; the first one is given None."""


async def relay(*legs: Leg) -> Any:
    """What the last leg returns, or the exception of the one that failed; the event loop is woken once.

    To wake it between two legs costs more than to carry one out, once a password hash has taken the processor's caches.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[Any] = loop.create_future()

    def carry(place: int, baton: Any) -> None:
        try:
            baton = legs[place][1](baton)
            if place + 1 < len(legs):
                legs[place + 1][0].submit(carry, place + 1, baton)
            else:
                loop.call_soon_threadsafe(_end, arrived, baton, None)
        except Exception as error:  # noqa: BLE001  whatever it is, who waits gets it
            loop.call_soon_threadsafe(_end, arrived, None, error)

    legs[0][0].submit(carry, 0, None)
    return await arrived


class InGroups:
    """Short work that follows long work, several one after the other: what the first one fetches into the caches of the
    processor serves the others, where each alone would find them emptied by the long work before it.

    Each waits for ``most - 1`` others at the longest, and for none when no long work waits.
    """

    def __init__(self, after: Threads, on: Threads, *, most: int = GROUP) -> None:
        """``after``: the threads of the long work, on which ``submit`` is called; ``on``: where the short work runs."""
        self._after, self._on, self._most = after, on, most
        self._lock = Lock()
        self._waiting: list[Callable[[], None]] = []
        self._gone = 0
        """How many groups have left."""

    def submit(self, work: Callable[..., None], /, *given: Any) -> None:
        with self._lock:
            self._waiting.append(partial(work, *given))
            count, group = len(self._waiting), self._gone
        if count >= self._most:
            self._leave(group)
        elif count == 1:
            self._leave_behind_the_others(group)

    def _leave_behind_the_others(self, group: int) -> None:
        """Once the long work that waits now has been done, if the group is not complete before."""
        try:
            self._after.submit(self._leave, group)
        except RuntimeError:  # those threads end: nothing will follow
            self._leave(group)

    def _leave(self, group: int) -> None:
        with self._lock:
            if group != self._gone:  # it was complete, and left
                return
            works, self._waiting = self._waiting, []
            self._gone += 1
        try:
            self._on.submit(_carry_out, works)
        except RuntimeError:  # these end: what was begun is brought to its end here
            _carry_out(works)


def _carry_out(works: list[Callable[[], None]]) -> None:
    for work in works:
        work()


def _end(arrived: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if arrived.done():  # who waited has gone away
        return
    if error is None:
        arrived.set_result(result)
    else:
        arrived.set_exception(error)
