"""Work that passes between threads: in order, with what each leg made, and errors that reach who waits."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.server.relay import relay


def test_each_leg_runs_on_its_own_threads_with_what_the_one_before_made() -> None:
    with ThreadPoolExecutor(1, "first") as first, ThreadPoolExecutor(1, "second") as second:

        def leg(baton: Any) -> list[str]:
            return [*(baton or []), threading.current_thread().name.split("_")[0]]

        ran = asyncio.run(_relay((first, leg), (second, leg), (first, leg)))
    assert ran == ["first", "second", "first"]


def test_who_waits_gets_the_error_of_a_leg_and_the_others_do_not_run() -> None:
    ran: list[str] = []
    with ThreadPoolExecutor(1) as threads, pytest.raises(ValueError, match="halfway"):
        asyncio.run(_relay((threads, lambda _: _fail()), (threads, lambda _: ran.append("after"))))
    assert ran == []


def test_threads_that_have_ended_are_an_error_and_no_endless_wait() -> None:
    first, ended = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    ended.shutdown()
    with pytest.raises(RuntimeError), first:
        asyncio.run(_relay((first, lambda _: None), (ended, lambda _: None)))


def test_who_has_gone_away_is_told_nothing() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_baton: None) -> None:
        begun.set()
        go_on.wait(10)

    async def leave(threads: ThreadPoolExecutor) -> None:
        failed: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, about: failed.append(about))
        waiting = asyncio.ensure_future(relay((threads, wait)))
        await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.to_thread(threads.shutdown)
        await asyncio.sleep(0)
        assert failed == []

    asyncio.run(leave(ThreadPoolExecutor(1)))


def _fail() -> None:
    raise ValueError("halfway")


async def _relay(*legs: Any) -> Any:
    return await relay(*legs)
