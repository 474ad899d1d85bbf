"""Work that passes between threads: in order, with what each leg made, and errors that reach who waits."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.relay import InGroups, relay


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


class ByHand:
    """Threads that run when the test says so."""

    def __init__(self) -> None:
        self.tasks: deque[Callable[[], None]] = deque()

    def submit(self, work: Callable[..., None], /, *given: Any) -> object:
        self.tasks.append(partial(work, *given))
        return None

    def run_one(self) -> None:
        if self.tasks:
            self.tasks.popleft()()


@given(
    steps=st.lists(st.sampled_from(["hash ends", "nothing waits before it", "base"]), max_size=60),
    most=st.integers(1, 5),
)
def test_each_work_of_a_group_runs_once_in_order_and_none_is_left_behind(steps: list[str], most: int) -> None:
    hashes, base = ByHand(), ByHand()
    groups, ran, begun = InGroups(hashes, base, most=most), [], 0
    for step in steps:
        if step == "hash ends":
            groups.submit(ran.append, begun)
            begun += 1
            assert begun - len(ran) < most or base.tasks, "as many as a group has wait for nobody"
        else:
            (base if step == "base" else hashes).run_one()
    while hashes.tasks or base.tasks:
        hashes.run_one()
        base.run_one()
    assert ran == list(range(begun))


def test_a_group_is_one_task_for_the_base() -> None:
    hashes, base = ByHand(), ByHand()
    groups, ran = InGroups(hashes, base, most=3), []
    for number in range(3):
        assert not base.tasks
        groups.submit(ran.append, number)
    assert len(base.tasks) == 1
    groups.submit(ran.append, 3)
    hashes.run_one()  # what the first of a group asked for, which has left complete: the next one waits for its own
    assert len(base.tasks) == 1
    hashes.run_one()
    assert len(base.tasks) == 2


def test_work_is_carried_out_though_its_threads_have_ended() -> None:
    ended, ran = ThreadPoolExecutor(1), []
    ended.shutdown()
    InGroups(ended, ended).submit(ran.append, "what was begun")
    assert ran == ["what was begun"]


def _fail() -> None:
    raise ValueError("halfway")


async def _relay(*legs: Any) -> Any:
    return await relay(*legs)
