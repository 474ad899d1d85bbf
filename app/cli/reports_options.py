"""The options of ``preau reports``, said once: those of every command, and those that choose documents."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.filters import ClassOption
from app.models.states import ReportState

if TYPE_CHECKING:
    from app.services.reports.overview import ReportFilter

SchoolOption = Annotated[
    str | None, typer.Option("--school", metavar="UAI", help="L’école, si le fichier en contient plusieurs.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON sur la sortie standard.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Répondre oui à chaque confirmation.")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="1/3", help="La période, sur le nombre qu’en a l’année.")
]
YearOption = Annotated[
    int | None,
    typer.Option("--year", metavar="2026", min=2000, max=2100, help="L’année scolaire : 2026 est 2026-2027."),
]
StatesOption = Annotated[list[ReportState] | None, typer.Option("--state", help="Dans cet état ; peut se répéter.")]

IdsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--id", metavar="ID", help="Ce document seul, par l’« id » que dit « list --json » ; peut se répéter."
    ),
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a command is about: a school, and some of its documents."""

    uai: str | None
    classrooms: frozenset[str]
    period_index: int | None
    period_count: int | None
    year: int | None
    states: frozenset[ReportState]
    report_ids: frozenset[str]

    @property
    def wanted(self) -> ReportFilter:
        """The filter of the services."""
        from app.services.reports.overview import ReportFilter

        return ReportFilter(
            classrooms=self.classrooms, period_index=self.period_index, period_count=self.period_count, year=self.year,
            states=self.states, report_ids=self.report_ids,
        )  # fmt: skip


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--school`` and the options that choose documents; it gets them as ``chosen``."""
    own = inspect.signature(command, eval_str=True).parameters
    shared = inspect.signature(_choose, eval_str=True).parameters
    parameters = [*shared.values(), *(one for name, one in own.items() if name != "chosen")]

    @wraps(command)
    def called(**given: Any) -> None:
        options = {name: given.pop(name) for name in shared}
        command(chosen=_choose(**options), **given)

    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def _choose(
    *,
    school: SchoolOption = None,
    classrooms: ClassOption = None,
    period: PeriodOption = None,
    year: YearOption = None,
    states: StatesOption = None,
    ids: IdsOption = None,
) -> Chosen:
    index, count = read_period(period)
    return Chosen(
        school, frozenset(classrooms or ()), index, count, year, frozenset(states or ()), frozenset(ids or ())
    )


def read_period(text: str | None) -> tuple[int | None, int | None]:
    """« 1/3 » is the first of three periods; « 1 » alone leaves their number open."""
    if text is None:
        return None, None
    found = re.fullmatch(r"(\d{1,2})(?:/(\d{1,2}))?", text.strip())
    if found is None or (found[2] and not 1 <= int(found[1]) <= int(found[2])):
        raise typer.BadParameter(f"« {text} » n’est pas une période : écrivez 1/3 pour la première de trois.")
    return int(found[1]), int(found[2]) if found[2] else None
