"""What the page reads, off the window's thread. What the first sight of the list does not need is imported here, later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services.desk import Desk

if TYPE_CHECKING:
    from app.services.account_card import AccountCard
    from app.services.deliveries import MailRun
    from app.services.notify import NotifyPlan
    from app.services.resets import ResetPlan
    from app.services.sheets import BatchSummary, DistributionNotice


@dataclass(frozen=True, slots=True)
class PrintedSheets:
    """The batches of the school, and what must not be handed out."""

    batches: tuple[BatchSummary, ...]
    notice: DistributionNotice
    paused: tuple[MailRun, ...] = ()
    """Mails that wait for a decision."""


def read_sheets(desk: Desk, school_id: str) -> PrintedSheets:
    """What was printed."""
    from app.services.deliveries import list_runs
    from app.services.sheets import distribution_notice, list_batches

    paused = tuple(run for run in list_runs(desk, school_id=school_id) if run.paused)
    batches = list_batches(desk, school_id=school_id)
    return PrintedSheets(batches, distribution_notice(desk, school_id=school_id), paused)


def read_card(desk: Desk, school_id: str, account_id: str) -> AccountCard:
    """One account in full."""
    from app.services.account_card import account_card

    return account_card(desk, school_id=school_id, account_id=account_id)


def make_plan(desk: Desk, *, school_id: str, account_ids: list[str], reset: bool) -> NotifyPlan:
    """Who would get which sheet. Raises Refused."""
    from app.services.notify import plan

    return plan(desk, school_id=school_id, account_ids=account_ids, reset=reset)


def make_reset_plan(desk: Desk, *, school_id: str, account_ids: list[str]) -> ResetPlan:
    """Who would get a new password. Raises Refused."""
    from app.services.resets import plan

    return plan(desk, school_id=school_id, account_ids=account_ids)
