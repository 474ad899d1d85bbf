"""``preau diagnose``: why a parent cannot get in; without a query, the whole school by cause."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text, say
from app.models.errors import NotFound
from app.models.support import Reading
from app.services.diagnosis.catalogue import BY_CODE
from app.services.diagnosis.diagnose import Diagnosis, FoundCause, counts, diagnose, diagnose_school
from app.services.diagnosis.report import write_report
from app.services.support.readings import note_reading


def run(*, query: str | None, uai: str | None, pdf: Path | None, as_json: bool) -> None:
    """Diagnose, say, and write the report where one is wanted."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, uai).school_id
            note_reading(found.desk, school_id=school_id, what=Reading.DIAGNOSIS)
            people = (
                diagnose_school(found.desk, school_id=school_id) if query is None
                else diagnose(found.desk, school_id=school_id, query=query)
            )  # fmt: skip
            if query is not None and not people:
                raise NotFound(
                    "nobody", "Personne de ce nom, de ce numéro, de cette adresse ni de cet identifiant ici."
                )
            if pdf is not None:
                say(f"Rapport écrit : {write_report(found.desk, school_id=school_id, found=people, file=pdf)}")
        if not as_json:
            _print_counts(people) if query is None else _print(people)
        return as_object(people, whole=query is None)

    carry_out(work, as_json=as_json)


def as_object(people: Sequence[Diagnosis], *, whole: bool) -> Json:
    """``guardians``, each with its ways and causes; of a whole school also ``counts`` by the code of a cause."""
    found: Json = {"guardians": [_json(one) for one in people]}
    return {"counts": counts(people), "total": len(people), **found} if whole else found


def _json(one: Diagnosis) -> Json:
    return {
        "account_id": one.account_id, "guardian_id": one.guardian_id, "name": one.name, "login": one.login,
        "state": one.state.value, "children": one.children,
        "ways": {way.entrance.value: {"works": way.works, "why": way.words} for way in one.ways},
        "causes": [_cause(cause) for cause in one.causes],
    }  # fmt: skip


def _cause(cause: FoundCause) -> Json:
    return {
        "code": cause.code, "title": cause.title, "fact": cause.fact, "advice": cause.advice, "where": cause.where,
        "say": cause.say, "stops": [way.value for way in cause.stops],
        "action": cause.remedy.value if cause.remedy else None, "source": cause.source,
    }  # fmt: skip


def _print(people: Sequence[Diagnosis]) -> None:
    console = _console()
    for one in people:
        console.print(cell_text(f"{one.name} — {one.state.label}, {one.login or 'sans identifiant'}"), style="bold")
        for way in one.ways:
            console.print(cell_text(f"  {way.entrance.label} : {way.answer} — {way.words}"))
        for cause in one.causes:
            console.print(cell_text(f"\n  {cause.title}. {cause.fact}"))
            console.print(cell_text(f"  Que faire, {cause.where} : {cause.advice}"))
            console.print(cell_text(f"  À dire au parent : « {cause.say} »"))
        console.print()


def _print_counts(people: Sequence[Diagnosis]) -> None:
    table = Table("Cause", "Responsables", box=None, header_style="bold")
    for code, count in counts(people).items():
        if count:
            table.add_row(cell_text(BY_CODE[code].title), str(count))
    _console().print(table)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=10_000)
