"""``preau requests`` and ``preau answer-request``: what parents ask, and the school's answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text, say
from app.models.acts_requests import Answer, RequestKind, RequestStatus
from app.models.errors import InputError, NotFound, Refused
from app.models.help_codes import shown_reference
from app.models.secrets import typed
from app.services import answering, notify, rights
from app.services.corrections import Table as RecordTable
from app.services.desk import Desk
from app.services.journal_words import ANSWER_WORDS
from app.services.requests import RequestView, list_requests, one_request

HEADINGS = ("N°", "Reçue", "Demande", "Responsable", "Élève", "Ce qui arrête", "Réponses possibles", "État")
NUMBER = 6
"""How many letters of its id name a request."""


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with some answers. ``corrections`` are « champ=valeur »."""

    pdf: Path | None = None
    contact: str = ""
    verified_by: str = ""
    login: str = ""
    sentence: str = ""
    corrections: tuple[str, ...] = ()


Doing = Callable[[Desk, str, RequestView, Said], None]


def show(
    *, uai: str | None, kinds: Sequence[RequestKind], statuses: Sequence[RequestStatus], as_json: bool
) -> None:  # fmt: skip
    """The requests, those that wait first."""

    def work() -> Json:
        with opened(write=False) as found:
            school_id = the_school(found.desk, uai).school_id
            requests = list_requests(found.desk, school_id=school_id, kinds=kinds, statuses=statuses)
        if not as_json:
            _print(requests)
        return [_json(request) for request in requests]

    carry_out(work, as_json=as_json)


def answer(*, uai: str | None, number: str, how: Answer, said: Said, yes: bool, as_json: bool) -> None:
    """Answer one request, after a confirmation."""
    carry_out(lambda: _answer(uai, number, how, said, yes), as_json=as_json)


def _answer(uai: str | None, number: str, how: Answer, said: Said, yes: bool) -> Json:
    with opened(write=True) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        asked = _find(desk, school_id, number)
        if how not in asked.answers:
            possible = ", ".join(asked.answers) or "aucune"
            raise Refused("answer_impossible", f"Cette réponse n’est pas possible ici. Possibles : {possible}.")
        who = asked.guardian or asked.who
        confirm(f"{asked.title}, {who} : {ANSWER_WORDS.get(how, how)} ?", yes=yes)
        _ANSWERS[how](desk, school_id, asked, said)
        after = one_request(desk, school_id=school_id, request_id=asked.request_id)
    say(f"{who} : {after.answer or after.status_words}")
    return _json(after)


def _find(desk: Desk, school_id: str, number: str) -> RequestView:
    wanted = number.strip()
    found = [
        request
        for request in list_requests(desk, school_id=school_id)
        if request.request_id.endswith(wanted.lower()) or (request.reference and request.reference == typed(wanted))
    ]
    if len(wanted) < NUMBER or len(found) != 1:
        raise NotFound("request_unknown", f"Aucune demande n’a le N° « {number} » : voir « preau requests ».")
    return found[0]


def _sheet(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
    if said.pdf is None:
        raise InputError("no_file", "Dites où écrire la feuille : --pdf FICHIER.")
    reset = answering.needs_reset(desk, school_id=school_id, account_id=asked.account_id or "")
    plan = notify.plan(desk, school_id=school_id, account_ids=[asked.account_id or ""], reset=reset)
    notify.print_sheets(desk, plan=plan, single_file=said.pdf)
    answering.note(desk, school_id=school_id, request_id=asked.request_id, how=Answer.SHEET)


def _match(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
    if not said.login:
        raise InputError("no_account", "Dites de quel compte il s’agit : --account IDENTIFIANT.")
    account_id = rights.account_by_login(desk, school_id=school_id, login=said.login)
    guardian_id = rights.rights_of(desk, school_id=school_id, account_id=account_id).guardian_id
    answering.match(desk, school_id=school_id, request_id=asked.request_id, guardian_id=guardian_id)


def _correct(table: RecordTable) -> Doing:
    def carry_out_correction(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
        values = dict(entry.split("=", 1) for entry in said.corrections if "=" in entry)
        if not values:
            raise InputError("no_correction", "Dites quoi corriger : --set birth_date=14-03-2019.")
        record_id = asked.pupil_id if table == "pupils" else asked.guardian_id
        answering.correct_record(
            desk, school_id=school_id, request_id=asked.request_id, table=table, record_id=record_id or "", values=values
        )  # fmt: skip

    return carry_out_correction


def _contact(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
    answering.hold_contact(
        desk, school_id=school_id, request_id=asked.request_id, value=said.contact, verified_by=said.verified_by
    )  # fmt: skip


def _decide(accepted: bool) -> Doing:
    def carry_out_decision(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
        answering.decide(
            desk, school_id=school_id, request_id=asked.request_id, accepted=accepted, said=said.sentence
        )  # fmt: skip

    return carry_out_decision


def _simply(service: Callable[..., object], **more: Answer) -> Doing:
    """An answer that needs nothing else."""

    def carry_out_service(desk: Desk, school_id: str, asked: RequestView, said: Said) -> None:
        service(desk, school_id=school_id, request_id=asked.request_id, **more)

    return carry_out_service


_ANSWERS: dict[Answer, Doing] = {
    Answer.LINK: _simply(answering.send_link),
    Answer.SHEET: _sheet,
    Answer.REOPEN: _simply(answering.reopen),
    Answer.CORRECT: _correct("guardians"),
    Answer.CORRECT_CHILD: _correct("pupils"),
    Answer.CONTACT: _contact,
    Answer.MATCH: _match,
    Answer.CLOSE_ACCESS: _simply(answering.close_access),
    Answer.ACCEPT: _decide(accepted=True),
    Answer.REFUSE: _decide(accepted=False),
    Answer.UNDO_MERGE: _simply(answering.undo_merge),
    Answer.SETTLED: _simply(answering.close, why=Answer.SETTLED),
    Answer.UNKNOWN: _simply(answering.close, why=Answer.UNKNOWN),
    Answer.IN_ONDE: _simply(answering.close, why=Answer.IN_ONDE),
    Answer.IS_GUARDIAN: _simply(answering.close, why=Answer.IS_GUARDIAN),
}


def _json(request: RequestView) -> Json:
    proposal = request.proposal
    return {
        "id": request.request_id, "number": request.request_id[-NUMBER:], "kind": request.kind.value,
        "status": request.status.value, "at": request.at, "reference": request.reference, "who": request.who,
        "guardian": request.guardian, "child": request.child, "step": request.step, "contact": request.contact,
        "words": request.words, "why": list(request.why), "known_address": request.known_address,
        "proposal": {"field": proposal.field, "present": proposal.present, "proposed": proposal.proposed}
        if proposal else None,
        "candidates": [one.name for one in request.candidates],
        "answers": [one.value for one in request.answers], "answer": request.answer,
    }  # fmt: skip


def _print(requests: Sequence[RequestView]) -> None:
    console = Console()
    if not requests:
        console.print("Aucune demande.", markup=False)
        return
    if not console.is_terminal:
        console = Console(width=10_000)  # a file or another program: no line is cut
    table = Table(*HEADINGS, box=None, header_style="bold")
    for one in requests:
        reference = f" ({shown_reference(one.reference)})" if one.reference else ""
        stopped = one.why[0] if one.why else one.step
        cells = (
            one.request_id[-NUMBER:], one.moment, one.title + reference, one.guardian or f"? {one.who}", one.child, stopped,
            ", ".join(one.answers), one.status_words,
        )  # fmt: skip
        table.add_row(*map(cell_text, cells))
    console.print(table)
