"""Reminding guardians of documents that they have not read: one message each, by mail or SMS as they prefer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models.acts_reports import RemindFields, RemindLine
from app.models.errors import Refused
from app.models.states import ReportState
from app.services.desk import Desk
from app.services.records.grouped import standing_account
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.reports.overview import ReportRow

NOBODY = (
    "Aucun rappel à envoyer\u00a0: ces bilans ne sont pas publiés, ou chacun de ceux qui les lisent en ligne les a lus."
)


@dataclass(frozen=True, slots=True)
class Reminders:
    """Whom an act would remind of what. ``guardians`` counts people, ``documents`` what they have not read."""

    lines: tuple[RemindLine, ...]

    @property
    def guardians(self) -> int:
        return len({line.account_id for line in self.lines})

    @property
    def documents(self) -> int:
        return len({line.report_id for line in self.lines})


def plan(desk: Desk, *, school_id: str, reports: Sequence[ReportRow]) -> Reminders:
    """Who reads on line and has not read which of these published documents. Raises Refused where nobody is left."""
    published = [row for row in reports if row.state is ReportState.PUBLISHED]
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        accounts = {one["guardian_id"]: standing_account(rows, one)["id"] for one in rows.all("accounts")}
    lines = dict.fromkeys(
        RemindLine(report_id=row.report_id, account_id=accounts[guardian_id])
        for row in published
        for guardian_id in sorted(row.readers.expected - row.readers.read)
        if guardian_id in accounts
    )
    if not lines:
        raise Refused("nobody_to_remind", NOBODY)
    return Reminders(tuple(lines))


def carry_out(desk: Desk, *, school_id: str, reminders: Reminders) -> str:
    """Ask the server to write to them; returns the act's id."""
    fields = RemindFields(reminders=reminders.lines)
    return submit(desk, school_id=school_id, kind="bilan.relancer", fields=fields).act_id
