"""``preau reports list``, ``lock``, ``unlock`` and ``publish``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.models.states import ReportState
from app.services.desk import Desk
from app.services.reports import decisions, publication
from app.services.reports.decisions import Decided
from app.services.reports.overview import ReportCounts, ReportFilter, ReportRow, read_overview
from app.services.reports.publication import Publication, Reason
from app.services.stats_words import REPORTS_HIDDEN
from app.services.support.copies import is_copy

HEADINGS = ("Classe", "Bilan", "Élèves", "Importés", "Complets", "Verrouillés", "Publiés", "Lus par un", "Lus par tous",
            "Sur papier", "À vérifier")  # fmt: skip
OPENING_HEADINGS = ("Ouverts", "Téléchargés")
"""Only where the school wants to know."""


def show(*, uai: str | None, wanted: ReportFilter, as_json: bool) -> None:
    """Counts by class and period on the screen, one document a line in JSON."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, uai).school_id
            if is_copy(found.desk, school_id=school_id):
                raise Refused("not_for_support", REPORTS_HIDDEN)
            overview = read_overview(found.desk, school_id=school_id)
        if not as_json:
            _print(overview.counted(wanted), openings=overview.openings)
        return [_json(row, openings=overview.openings) for row in overview.find(wanted)]

    carry_out(work, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is asked before, done, and said after."""

    question: str
    do: Callable[[Desk, str, Sequence[ReportRow]], Decided]
    done: str
    warn: bool = False


def lock(*, uai: str | None, wanted: ReportFilter, locked: bool, yes: bool, as_json: bool) -> None:
    """Lock or unlock what the filter keeps."""
    verb = "verrouill" if locked else "déverrouill"
    decision = _Decision(
        f"{verb.capitalize()}er {{count}} bilans ?",
        lambda desk, school_id, rows: decisions.lock(desk, school_id=school_id, reports=rows, locked=locked),
        f"{{count}} bilans {verb}és.",
    )
    carry_out(lambda: _decide(uai, wanted, decision, yes), as_json=as_json)


def publish(*, uai: str | None, wanted: ReportFilter, on: str | None, withdraw: bool, yes: bool, as_json: bool) -> None:
    """Publish what the filter keeps, from a day on, or no longer."""

    def do(desk: Desk, school_id: str, rows: Sequence[ReportRow]) -> Decided:
        today = read_overview(desk, school_id=school_id).day
        day = None if withdraw else on or today
        return decisions.publish(desk, school_id=school_id, reports=rows, on=day)

    asked = (
        "Ne plus publier {count} bilans ?"
        if withdraw
        else f"Publier {{count}} bilans à partir du {on or 'jour même'} ?"
    )
    done = "{count} bilans ne sont plus publiés." if withdraw else "{count} bilans publiés."
    carry_out(lambda: _decide(uai, wanted, _Decision(asked, do, done, warn=not withdraw), yes), as_json=as_json)


def publish_school(
    *, uai: str | None, wanted: ReportFilter, on: str | None, with_flagged: bool, yes: bool, as_json: bool
) -> None:  # fmt: skip
    """Publish what is complete and locked of one period, of every class, in one act."""
    carry_out(lambda: _publish_school(uai, wanted, on, with_flagged, yes), as_json=as_json)


def _publish_school(uai: str | None, wanted: ReportFilter, on: str | None, with_flagged: bool, yes: bool) -> Json:
    with opened(write=True) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        overview = read_overview(desk, school_id=school_id)
        occasion = publication.only_occasion(overview, wanted)
        planned = publication.plan(overview, occasion=occasion, with_flagged=with_flagged)
        day = decisions.read_day(on or overview.day)
        told = publication.told_from(desk, on=day, zone=overview.zone) if overview.told else None
        _announce(planned, told)
        if planned.shown:
            confirm(f"Publier {len(planned.shown)} bilans à partir du {day} ?", yes=yes)
        decided = publication.carry_out(desk, school_id=school_id, publication=planned, on=day)
    say(f"{decided.changed} bilans publiés.")
    return {
        "changed": decided.changed, "unchanged": decided.unchanged, "title": occasion.title, "on": day,
        "shown": len(planned.shown), "left_out": {reason.value: planned.count(reason) for reason in Reason},
        "already_published": planned.already, "pupils_without": planned.lacking,
        "told_from": told.isoformat(timespec="minutes") if told else None,
    }  # fmt: skip


def _announce(planned: Publication, told: datetime | None) -> None:
    say(f"{planned.occasion.title} : {len(planned.shown)} bilans à voir par {planned.readers} responsables en ligne.")
    for one in planned.left_out:
        say(f"Laissé de côté, {one.row.pupil}, {one.row.classroom} : {one.reason.label}.")
    if planned.already:
        say(f"{planned.already} bilans sont déjà à voir des familles : leur jour ne change pas.")
    if planned.lacking:
        say(f"{planned.lacking} élèves n’ont pas de bilan de cette période.")
    say(f"Les familles sont prévenues au plus tôt le {told:%d-%m-%Y à %H:%M}, jamais entre 21 h et 7 h." if told
        else "Les familles ne sont pas prévenues : c’est le réglage de l’école.")  # fmt: skip


def _decide(uai: str | None, wanted: ReportFilter, decision: _Decision, yes: bool) -> Json:
    with opened(write=True) as found:
        school_id = the_school(found.desk, uai).school_id
        rows = read_overview(found.desk, school_id=school_id).find(wanted)
        if decision.warn:
            _warn(rows)
        if rows:
            confirm(decision.question.format(count=len(rows)), yes=yes)
        decided = decision.do(found.desk, school_id, rows)
    say(decision.done.format(count=decided.changed))
    return {"changed": decided.changed, "unchanged": decided.unchanged}


def _warn(rows: Sequence[ReportRow]) -> None:
    """What families will not see, and what they should perhaps not see."""
    hidden = sum(row.state is ReportState.UNLOCKED for row in rows)
    if hidden:
        say(
            f"Attention : {hidden} bilans ne sont pas verrouillés, les familles ne les verront qu’une fois verrouillés."
        )
    for row in rows:
        if row.flags:
            say(f"Attention, {row.pupil}, {row.title} : montre une adresse postale, que les deux parents verraient.")


def _json(row: ReportRow, *, openings: bool) -> Json:
    opened = {"opened": len(row.readers.opened), "downloaded": len(row.readers.downloaded)} if openings else {}
    return {
        "id": row.report_id, "pupil": row.pupil, "classroom": row.classroom, "level": row.level, "kind": row.kind.value,
        "title": row.title, "year": row.year, "period": row.period_index, "periods": row.period_count, "cycle": row.cycle,
        "complete": row.complete, "state": row.state.value, "flags": list(row.flags), "format": row.format.value,
        "version": row.version, "imported_at": row.imported_at, "locked_at": row.locked_at,
        "published_on": row.published_on, "guardians": len(row.readers.expected), "read": len(row.readers.read),
        "paper": len(row.readers.paper), **opened,
    }  # fmt: skip


def _print(counts: Sequence[ReportCounts], *, openings: bool) -> None:
    console = Console()
    if not counts:
        console.print("Aucun bilan.", markup=False)
        return
    if not console.is_terminal:
        console = Console(width=10_000)  # a file or another program: no line is cut
    table = Table(*HEADINGS, *OPENING_HEADINGS * openings, box=None, header_style="bold")
    for one in counts:
        figures = (one.pupils, one.imported, one.complete, one.locked, one.published, one.read_by_one, one.read_by_each,
                   one.on_paper, one.flagged, *((one.opened, one.downloaded) if openings else ()))  # fmt: skip
        words = ("".join(char for char in text if char.isprintable()) for text in (one.classroom, one.title))
        table.add_row(*(escape(text) for text in words), *map(str, figures))
    console.print(table)
