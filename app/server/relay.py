"""Work that passes from one kind of thread to another without coming back to the event loop in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

Leg = tuple[Executor, Callable[[Any], Any]]
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


def _end(arrived: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if arrived.done():  # who waited has gone away
        return
    if error is None:
        arrived.set_result(result)
    else:
        arrived.set_exception(error)
