"""A guess at a password: counted before it is judged, so that many at once are many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.server.accounts import limits
from app.server.accounts.limits import Subject
from app.server.accounts.passwords import Busy
from app.server.portal.site import Site

Result = TypeVar("Result")


async def counted(
    site: Site, subjects: Sequence[Subject], judge: Callable[[], Awaitable[Result]]
) -> tuple[Result, int] | None:
    """(what ``judge`` says, the count of the last subject), or None where one of them must wait. Raises Busy.

    Who guessed right is to be forgotten by the caller (``limits.forget``).
    """
    count = await site.write(lambda c: limits.take_tries(c, subjects, clock=site.clock))
    if count is None:
        return None
    try:
        return await judge(), count
    except Busy:  # a guess that could not be judged does not count
        await site.write(lambda c: limits.give_back(c, subjects))
        raise
