"""Locking and publishing documents of the livret, one or many: only what changes is in the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.models.acts import ActFields
from app.models.acts_reports import LockReportsFields, PublishReportsFields
from app.models.errors import InputError, NotFound
from app.models.states import ReportState
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.reports.overview import ReportRow


@dataclass(frozen=True, slots=True)
class Decided:
    """``act_id`` is None where everything was so already."""

    act_id: str | None
    changed: int
    unchanged: int


def lock(desk: Desk, *, school_id: str, reports: Sequence[ReportRow], locked: bool = True) -> Decided:
    """Lock, or unlock and hide from families. Raises NotFound where no document is given."""
    wanted = [row for row in _some(reports) if (row.state is ReportState.UNLOCKED) is locked]
    fields = LockReportsFields(report_ids=_ids(wanted), locked=locked) if wanted else None
    return _decide(desk, school_id, "bilan.verrouiller", fields, len(wanted), len(reports))


def publish(desk: Desk, *, school_id: str, reports: Sequence[ReportRow], on: str | None) -> Decided:
    """Families see them from the day ``on``, those that are locked; None: no longer. Raises NotFound, InputError."""
    if on is not None:
        read_day(on)
    wanted = [row for row in _some(reports) if row.published_on != on]
    fields = PublishReportsFields(report_ids=_ids(wanted), on=on) if wanted else None
    return _decide(desk, school_id, "bilan.publier", fields, len(wanted), len(reports))


def _decide(desk: Desk, school_id: str, kind: str, fields: ActFields | None, changed: int, count: int) -> Decided:
    act_id = submit(desk, school_id=school_id, kind=kind, fields=fields).act_id if fields else None
    return Decided(act_id, changed, count - changed)


def _some(reports: Sequence[ReportRow]) -> Sequence[ReportRow]:
    if not reports:
        raise NotFound("no_report", "Aucun bilan ne correspond : vérifiez la classe, la période et l’année.")
    return reports


def _ids(reports: Sequence[ReportRow]) -> tuple[str, ...]:
    return tuple(row.report_id for row in reports)


def read_day(text: str) -> str:
    """The same day, where it is one. Raises InputError."""
    try:
        good = date.fromisoformat(text).isoformat() == text
    except ValueError:
        good = False
    if not good:
        raise InputError("bad_day", f"« {text} » n’est pas une date : écrivez-la 2026-12-18.")
    return text
