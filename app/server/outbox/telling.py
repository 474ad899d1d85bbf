"""What became of mails and texts, told to the schools through their inboxes (sync.md, protocol 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from app.models.clock import Clock, instant
from app.models.states import Letter
from app.server import inbox
from app.server.outbox.queue import Message, News
from app.server.outbox.runs import PausedRun
from app.server.tables import inbox as inbox_table
from app.server.tables import portal_links

_AT_ONCE = 500
_KINDS = {"mail": "delivery", "sms": "sms_failed"}
"""Of a text only failures are told: a code that came is seen by what its owner does with it."""
_LETTERS = frozenset(letter.value for letter in Letter)
"""The mails that schools follow; codes and notices are between the portal and the parent."""


@dataclass(frozen=True, slots=True)
class Schools:
    """Hears of every message whose state is known, and of runs that wait."""

    clock: Clock
    new_id: Callable[[], str]

    def note_news(self, connection: Connection, news: Sequence[News]) -> None:
        """Append to the inbox of the school that sent each mail, or of each school of the account where the portal did."""
        links = _links(connection, sorted({one.message.account_id for one in news if one.message.account_id}))
        at = instant(self.clock())
        items = [
            {"id": self.new_id(), "school_id": school_id, "account_id": account_id, "kind": _KINDS[one.message.channel],
             "payload": _payload(one, at), "at": at}
            for one in news
            if one.message.template in _LETTERS or (one.message.channel == "sms" and one.state.is_failing)
            for school_id, account_id in sorted(links.get(one.message.account_id or "", ()))
            if one.message.school_id in (None, school_id)
        ]  # fmt: skip
        if items:
            connection.execute(insert(inbox_table), items)

    def note_paused(self, connection: Connection, run: PausedRun) -> None:
        """Tell the school that a run waits for its director."""
        inbox.append(
            connection, school_id=run.school_id, account_id=None, kind="mails_paused",
            payload={"run": run.run_id, "tried": run.tried, "refused": run.refused}, at=instant(self.clock()),
            new_id=self.new_id,
        )  # fmt: skip


def _payload(news: News, at: str) -> dict[str, Any]:
    message: Message = news.message
    if message.channel == "sms":
        return {"mobile": message.recipient, "reason": news.reason, "state": news.state.value}
    return {"id": message.id, "letter": message.template, "email": message.recipient, "state": news.state.value,
            "reason": news.reason, "at": at}  # fmt: skip


def _links(connection: Connection, portal_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(portal_ids), _AT_ONCE):
        some = portal_links.c.portal_account_id.in_(portal_ids[start : start + _AT_ONCE])
        for link in connection.execute(select(portal_links).where(some)).mappings():
            found.setdefault(link["portal_account_id"], []).append((link["school_id"], link["account_id"]))
    return found
