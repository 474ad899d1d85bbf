"""``preau stats``: Arena's three tables, the curve, the delays and what is missing, for scripts and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out
from app.models.codes import LEVELS
from app.models.states import AccountState
from app.services.activations import Delay, Series
from app.services.stats import Counts, Statistics, StatTable, compute, percent
from app.services.stats_reports import ReportsRead
from app.services.stats_words import REPORTS_HEADERS, REPORTS_TITLE, report_rows

STATES = {state.value: state.label for state in AccountState}


def run(*, uai: str | None, levels: Sequence[str] | None, as_json: bool) -> None:
    """Count, and say."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, uai).school_id
            statistics = compute(
                found.desk, school_id=school_id, levels=frozenset(levels) if levels else None, with_reports=True
            )
        if not as_json:
            _print(statistics)
        return as_object(statistics)

    carry_out(work, as_json=as_json)


def as_object(found: Statistics) -> Json:
    """The object of ``--json``. Shares are between 0 and 1; a class whose accounts do not count in the rates has none."""
    return {
        "computed_at": found.computed_at,
        "year": found.year_label,
        "levels": sorted(found.levels, key=LEVELS.index) if found.levels is not None else None,
        **_counts(found.school),
        "pupils": found.pupils,
        "pupils_with_active_guardian": found.pupils_reached,
        "rates": {
            "from_level": "CP" if not found.count_nursery else None,
            "active_accounts": found.rated.active_share,
            "pupils_with_active_guardian": found.reached_share,
        },
        "by_class": _table(found.by_class),
        "by_level": _table(found.by_level),
        "activations": {
            "from": f"{found.curve.starts_on}",
            "until": f"{found.curve.until}",
            "undated": found.curve.undated,
            "all": _series(found.curve.everybody),
            "by_origin": {line.label: _series(line) for line in found.curve.by_origin},
            "by_class": {line.label: _series(line) for line in found.curve.by_class},
        },
        "days_to_activation": {
            "all": _delay(found.delays.everybody) if found.delays.everybody else None,
            "by_class": {delay.label: _delay(delay) for delay in found.delays.by_class},
            "without_notification": found.delays.unnotified,
        },
        "missing": {line.key: line.count for line in found.missing},
        "reports": {
            "all": _reports(found.reports.total),
            "by_class": {label: _reports(read) for label, read in found.reports.lines},
        },
    }


def _reports(read: ReportsRead) -> Json:
    return {"published": read.published, "read_by_one": read.by_one, "read_by_each": read.by_each}


def _counts(counts: Counts) -> Json:
    return {"accounts": counts.accounts, "by_state": {state.value: counts.of(state) for state in AccountState}}


def _table(table: StatTable) -> Json:
    return {
        line.label: {**_counts(line.counts), "active_share": line.rated.active_share if line.rated.accounts else None}
        for line in table.lines
    }


def _series(line: Series) -> Json:
    steps = [{"on": f"{day}", "active": count} for day, count in zip(line.days, line.counts, strict=True)]
    return {"before": line.before, "total": line.total, "steps": steps}


def _delay(delay: Delay) -> Json:
    return {
        "accounts": delay.count, "quartile_1": delay.first, "median": delay.median, "quartile_3": delay.third,
        "longest": delay.longest,
    }  # fmt: skip


def _print(found: Statistics) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    since = " (à partir du CP)" if found.from_cp else ""
    summary = Table(box=None, show_header=False)
    summary.add_row("Comptes", str(found.school.accounts))
    for state in AccountState:
        summary.add_row(state.label, str(found.school.of(state)))
    summary.add_row(f"% de comptes activés{since}", percent(found.rated.active_share))
    summary.add_row(f"% d’élèves ayant au moins un responsable activé{since}", percent(found.reached_share))
    if found.delays.everybody:
        median = f"{found.delays.everybody.median:g}".replace(".", ",")
        summary.add_row("Jours de la notification à l’activation (médiane)", median)
    console.print(summary)
    for title, table in (("Classe", found.by_class), ("Niveau", found.by_level)):
        console.print(_rich(title, table, since))
    if found.reports.lines:
        console.print(_reports_table(found))
    for line in found.missing:
        console.print(f"{line.count} {line.words}", markup=False)


def _reports_table(found: Statistics) -> Table:
    headings = (heading.replace("\n", " ") for heading in REPORTS_HEADERS)
    shown = Table(*headings, box=None, header_style="bold", title=REPORTS_TITLE, title_justify="left")
    for row in report_rows(found.reports):
        shown.add_row(*(escape(cell) for cell in row))
    return shown


def _rich(title: str, table: StatTable, since: str) -> Table:
    shown = Table(title, "Comptes", *STATES.values(), f"% activés{since}", box=None, header_style="bold")
    lines = [(line.label, line.counts, line.rated) for line in table.lines]
    for label, counts, rated in [*lines, ("Total", table.total, table.rated)]:
        share = percent(rated.active_share) if rated.accounts else "—"
        shown.add_row(escape(label), str(counts.accounts), *(str(counts.of(state)) for state in AccountState), share)
    return shown
