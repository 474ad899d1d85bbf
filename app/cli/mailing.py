"""``preau notify --email``, ``preau resend-activation``, ``preau mails``: what leaves by mail, and what became of it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from app.cli.asking import confirm
from app.cli.choosing import Asked, chosen
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, refusal, say
from app.models.errors import NotFound, PreauError, Refused
from app.services import notify_mail
from app.services.deliveries import MailRun, counted, list_runs
from app.services.notify_mail import MailPlan
from app.services.rights import account_by_login

LEAVING = "Les mails partiront à la prochaine synchronisation."


def run_notify(*, uai: str | None, asked: Asked, reset: bool, yes: bool, as_json: bool) -> None:
    """Notify those who match and have an address; name the others."""
    carry_out(lambda: _notify(uai, asked, reset, yes), as_json=as_json, refused=_refused)


def _notify(uai: str | None, asked: Asked, reset: bool, yes: bool) -> Json:
    with opened(write=True) as found:
        school_id = the_school(found.desk, uai).school_id
        listed, places = chosen(found.desk, school_id, asked)
        accounts = listed.accounts(places)
        if not accounts:
            raise Refused("nobody", "Aucun responsable ne correspond à ces critères : rien n’a été envoyé.")
        plan = notify_mail.plan(found.desk, school_id=school_id, account_ids=sorted(accounts), reset=reset)
        for sentence in filter(None, (plan.missing_sentence, *plan.warnings)):
            say(sentence)
        if not plan.mails:
            sentence = plan.missing_sentence or "Aucun mail ne peut partir."
            raise Refused("no_address", sentence, without_address=_on_paper(plan))
        confirm(plan.sentence, yes=yes)
        done = notify_mail.send(found.desk, plan=plan)
    say(done.sentence)
    say(LEAVING)
    return {
        "run": done.act_id,
        "mails": [
            {"account_id": mail.account_id, "letter": mail.letter, "address": mail.address} for mail in plan.mails
        ],
        "accounts": list(plan.account_ids),
        "without_address": _on_paper(plan),
        "warnings": list(plan.warnings),
    }


def _on_paper(plan: MailPlan) -> Json:
    return [{"account_id": one.account_id, "guardian": one.name} for one in plan.on_paper]


def _refused(error: PreauError) -> Json:
    """A refusal, with those who have no address where that is the reason."""
    named = {name: value for name, value in error.details.items() if name == "without_address"}
    return {**refusal(error), **named}


def run_resend(*, uai: str | None, login: str, to: str | None, as_json: bool) -> None:
    """Have the activation mail of an account sent again."""

    def work() -> Json:
        with opened(write=True) as found:
            school_id = the_school(found.desk, uai).school_id
            account_id = account_by_login(found.desk, school_id=school_id, login=login)
            address = notify_mail.resend(found.desk, school_id=school_id, account_id=account_id, address=to)
        say(f"Le courriel d’activation partira vers {address} à la prochaine synchronisation.")
        return {"account_id": account_id, "login": login.strip().lower(), "address": address}

    carry_out(work, as_json=as_json)


def run_mails(*, uai: str | None, resume: str | None, abandon: str | None, yes: bool, as_json: bool) -> None:
    """List the runs of mails, or decide about one that is paused."""
    carry_out(lambda: _mails(uai, resume, abandon, yes, as_json), as_json=as_json)


def _mails(uai: str | None, resume: str | None, abandon: str | None, yes: bool, as_json: bool) -> Json:
    deciding = resume or abandon
    with opened(write=deciding is not None) as found:
        school_id = the_school(found.desk, uai).school_id
        runs = list_runs(found.desk, school_id=school_id)
        if deciding is not None:
            run = next((one for one in runs if one.run_id == deciding), None)
            if run is None or not run.paused:
                raise NotFound("run_not_paused", f"Aucun envoi en pause n’a le numéro {deciding}.")
            confirm(f"{run.paused_sentence} {'Reprendre' if resume else 'Abandonner'} ?", yes=yes)
            notify_mail.go_on(found.desk, school_id=school_id, run_id=run.run_id, go_on=resume is not None)
            runs = list_runs(found.desk, school_id=school_id)
    if not as_json:
        for one in runs:
            typer.echo(_line(one))
    return {"runs": [_json(one) for one in runs]}


def _line(run: MailRun) -> str:
    return f"{run.run_id}  {run.at[:10]}  {run.total} courriels ({counted(run.by_state)}){'  EN PAUSE' if run.paused else ''}"


def _json(run: MailRun) -> Json:
    return {
        **asdict(run),
        "by_state": {state.value: count for state, count in run.by_state.items()},
        "total": run.total,
    }
