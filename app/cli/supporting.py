"""What the commands of ``app.cli.support`` do; it brings in the whole of the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from app.cli.asking import confirm
from app.cli.desks import Opened, opened, the_school
from app.cli.output import Json, carry_out, cell_text, say
from app.cli.syncing import transported
from app.models.errors import InputError, NotFound
from app.models.states import Access
from app.models.support import By, Repair
from app.services.rights import account_by_login, child_named, rights_of
from app.services.support import grants, proposing
from app.services.support.circonscription import (
    ACCESS_HEADING,
    HEADINGS,
    Circonscription,
    read_circonscription,
    write_pdf,
    write_xlsx,
)
from app.services.support.circonscription import as_json as schools_json
from app.services.support.officers import ask_code
from app.services.support.proposing import ProposalView
from app.services.sync.seat import officer_token, seated_engine

NUMBER = 6
"""How many letters of its id name a grant or a proposal."""


def run_grant(
    *, officer: str | None, code: str | None, until: str | None, school: str | None, yes: bool, as_json: bool
) -> None:
    """Ouvre les dossiers de l’école à une personne de l’assistance (ERUN), pour un temps."""

    def work() -> Json:
        if (officer is None) is (code is None):
            raise InputError("whom", "Dites à qui : son nom, ou --code et les 6 chiffres qu’elle lit au téléphone.")
        last = _day(until)
        with opened(write=True) as found:
            school_id = the_school(found.desk, school).school_id
            if code is not None:
                officer_id, name = _meet(found, school_id, code)
            else:
                known = grants.officer_named(found.desk, school_id=school_id, text=officer or "")
                officer_id, name = known.officer_id, known.name
            confirm(f"Ouvrir les dossiers de l’école à {name} ?", yes=yes)
            line = grants.grant(found.desk, school_id=school_id, officer_id=officer_id, until=last)
        say(f"{line.name} : {line.state}. Lancez « preau sync » pour que son poste le sache.")
        return asdict(line)

    carry_out(work, as_json=as_json)


def run_grants(*, school: str | None, as_json: bool) -> None:
    """Les accès de l’assistance : qui, jusqu’à quand, ce qui a été regardé ; et à qui en donner."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, school).school_id
            lines = grants.list_grants(found.desk, school_id=school_id)
            known = grants.known_officers(found.desk, school_id=school_id)
        if not as_json:
            _print(("N°", "Personne", "Accès", "Regardé", "Dernière fois"),
                   [(one.grant_id[-NUMBER:], one.name, one.state, one.readings, one.last) for one in lines])  # fmt: skip
            say(
                "À qui en donner : "
                + (", ".join(one.name for one in known) or "personne ; demandez un code à 6 chiffres.")
            )
        return {"grants": [asdict(one) for one in lines], "officers": [asdict(one) for one in known]}

    carry_out(work, as_json=as_json)


def run_end_grant(*, number: str, school: str | None, as_json: bool) -> None:
    """Met fin à un accès de l’assistance, au plus tard au prochain échange de son poste."""

    def work() -> Json:
        with opened(write=True) as found:
            school_id = the_school(found.desk, school).school_id
            known = [one.grant_id for one in grants.list_grants(found.desk, school_id=school_id)]
            line = grants.end(found.desk, school_id=school_id, grant_id=_one(known, number, "preau grants"))
        say(f"{line.name} : {line.state}.")
        return asdict(line)

    carry_out(work, as_json=as_json)


def run_officer_code(*, as_json: bool) -> None:
    """Sur le poste de l’assistance : les 6 chiffres à dire à une direction au téléphone, valables dix minutes."""

    def work() -> Json:
        with opened(write=True) as found, transported() as line:
            got = ask_code(found.desk, line=line, token=officer_token(found.secrets))
        if not as_json:
            typer.echo(f"{got.code[:3]} {got.code[3:]}")
        return {"code": got.code, "expires_at": got.expires_at}

    carry_out(work, as_json=as_json)


def run_propose(
    *,
    kind: Repair,
    login: str,
    why: str,
    corrections: Sequence[str],
    to: str,
    pupil: str,
    access: Access,
    school: str | None,
    as_json: bool,
) -> None:
    """Sur le poste de l’assistance : propose une réparation, que la direction accepte ou refuse."""

    def work() -> Json:
        with opened(write=True) as found:
            desk, school_id = found.desk, the_school(found.desk, school).school_id
            account_id = account_by_login(desk, school_id=school_id, login=login)
            rights = rights_of(desk, school_id=school_id, account_id=account_id)
            common = {"school_id": school_id, "reason": why}
            if kind is Repair.CORRECT:
                values = dict(entry.split("=", 1) for entry in corrections if "=" in entry)
                made = proposing.propose_correction(desk, guardian_id=rights.guardian_id, values=values, **common)
            elif kind is Repair.ACCESS:
                child = child_named(rights, pupil)
                made = proposing.propose_access(
                    desk, responsibility_id=child.responsibility_id, access=access, **common
                )  # fmt: skip
            else:
                made = proposing.propose_for_account(
                    desk, guardian_id=rights.guardian_id, kind=kind, address=to, **common
                )  # fmt: skip
        say(f"{made.words} : proposé à la direction.")
        return asdict(made)

    carry_out(work, as_json=as_json)


def run_proposals(*, school: str | None, as_json: bool) -> None:
    """Les réparations proposées par l’assistance, celles qui attendent d’abord."""

    def work() -> Json:
        with opened(write=False) as found:
            shown = proposing.list_proposals(found.desk, school_id=the_school(found.desk, school).school_id)
        if not as_json:
            _print(("N°", "Le", "Par", "Ce qui est proposé", "Pourquoi", "Réponse"), [_cells(one) for one in shown])
        return [asdict(one) for one in shown]

    carry_out(work, as_json=as_json)


def run_decide(*, number: str, accept: bool, sentence: str, school: str | None, yes: bool, as_json: bool) -> None:
    """Accepte ou refuse une réparation proposée par l’assistance."""

    def work() -> Json:
        with opened(write=True) as found:
            desk, school_id = found.desk, the_school(found.desk, school).school_id
            known = [one.proposal_id for one in proposing.list_proposals(desk, school_id=school_id)]
            chosen = _one(known, number, "preau proposals")
            asked = proposing.one_proposal(desk, school_id=school_id, proposal_id=chosen)
            if accept:
                confirm(f"{asked.words} ?", yes=yes)
                done = proposing.accept(desk, school_id=school_id, proposal_id=chosen)
            else:
                done = proposing.refuse(desk, school_id=school_id, proposal_id=chosen, said=sentence)
        say(f"{done.words} : {done.answer}.")
        return asdict(done)

    carry_out(work, as_json=as_json)


def run_circonscription(*, pdf: Path | None, xlsx: Path | None, by: By, descending: bool, as_json: bool) -> None:
    """Sur le poste de l’assistance : les nombres de chaque école, sans aucun nom de famille."""

    def work() -> Json:
        with opened(write=False) as found:
            shown = read_circonscription(found.desk, by=by, descending=descending)
        for path, write in ((pdf, write_pdf), (xlsx, write_xlsx)):
            if path is not None:
                say(f"{write(shown, path=path)} est écrit.")
        if not as_json and pdf is None and xlsx is None:
            _show(shown)
        return {"officer": shown.officer, "told_at": shown.told_at, "schools": schools_json(shown)}

    carry_out(work, as_json=as_json)


def _show(shown: Circonscription) -> None:
    _print((*HEADINGS.values(), ACCESS_HEADING), [line.cells() for line in shown.lines])
    say(f"{shown.told}." + (f" {shown.error}" if shown.error else ""))


def _meet(found: Opened, school_id: str, code: str) -> tuple[str, str]:
    with transported() as line:
        engine = seated_engine(found.desk, transport=line, secrets=found.secrets)
        address = engine.address(school_id)
        return grants.meet(line, address=address, code=code, follow=lambda: engine.run_once(school_id))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    from app.services.onde.dates import read_date

    day = read_date(text)
    if day is None:
        raise InputError("bad_day", "Un jour s’écrit 31-08-2027.")
    return day


def _one(ids: list[str], number: str, where: str) -> str:
    found = [one for one in ids if len(number) >= NUMBER and one.endswith(number.strip().lower())]
    if len(found) != 1:
        raise NotFound("number_unknown", f"Rien n’a le N° « {number} » : voir « {where} ».")
    return found[0]


def _cells(one: ProposalView) -> tuple[str, ...]:
    return one.proposal_id[-NUMBER:], one.moment, one.officer, one.words, one.reason, one.answer


def _print(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=10_000)  # a file or another program: no line is cut
    table = Table(*headings, box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(cell_text, row))
    console.print(table)
