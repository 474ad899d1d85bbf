"""Notify by mail: who would get which letter where, who has no address, and the act that the server sends by.

Nothing leaves from here: the act travels to the server, whose outbox sends (DESIGN, « The desktop itself never sends »).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.models.acts_mail import GoOnFields, MailFields, NotifyByMailFields, ResendFields
from app.models.contacts import is_mail
from app.models.corrections import effective
from app.models.deliveries import DeliveryState, mail_address, mail_letter
from app.models.errors import Refused
from app.models.states import AccountState, Letter
from app.models.tables import Row
from app.services.desk import Desk
from app.services.letters.plan import day_of
from app.services.letters.recipients import Recipient, Recipients
from app.services.notify import awaiting_ine
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows

DONE = "La distribution a été effectuée avec succès pour le(s) compte(s) sélectionné(s)."
MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """One mail that would leave."""

    account_id: str
    guardian_id: str
    name: str
    state: AccountState
    letter: Letter
    login: str
    address: str
    chosen: bool
    """The password in use is the guardian's own."""
    refused_before: bool
    """That very address has refused a mail."""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Somebody whom no mail can reach; ``address`` is what stands in place of an address, or None."""

    account_id: str
    name: str
    address: str | None


@dataclass(frozen=True, slots=True)
class MailPlan:
    """What a notification by mail would do, to be shown before it is done."""

    school_id: str
    reset: bool
    mails: tuple[PlannedMail, ...]
    on_paper: tuple[OnPaper, ...]
    """Those whom only a sheet can reach, by name."""
    sentence: str
    """What the confirmation asks, in French; empty where no mail can leave."""
    missing_sentence: str
    """Who has no address, as Arena names them; empty where everybody has one."""
    warnings: tuple[str, ...]

    @property
    def account_ids(self) -> tuple[str, ...]:
        return tuple(mail.account_id for mail in self.mails)

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """The accounts of « Imprimer leurs feuilles »: without address, or whose address has refused a mail."""
        refused = [mail.account_id for mail in self.mails if mail.refused_before]
        return tuple(dict.fromkeys([*(one.account_id for one in self.on_paper), *refused]))


@dataclass(frozen=True, slots=True)
class MailDone:
    """A notification that is durable on this PC; its mails leave once the server has it."""

    act_id: str
    account_ids: tuple[str, ...]
    sentence: str


def plan(desk: Desk, *, school_id: str, account_ids: Iterable[str], reset: bool) -> MailPlan:
    """Who would get which letter, and who cannot be reached. Changes nothing.

    Raises Refused where nobody chosen has a log-in and a child to follow here.
    """
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = Recipients(rows).find(account_ids)
        without_ine = tuple(one.name for one in found if one.awaits_ine)
        found = [one for one in found if not one.awaits_ine]
        willing = [one for one in found if one.children and not one.declines(reset=reset)]
        ready = [one for one in willing if one.login]
        planned = [(one, _planned(rows, one, reset)) for one in ready]
    without_login = tuple(one.name for one in willing if not one.login)
    left_out = tuple(one.name for one in found if one.declines(reset=reset) or not one.children)
    if not ready:
        raise _nobody(without_login, without_ine)
    mails = tuple(mail for _, mail in planned if isinstance(mail, PlannedMail))
    on_paper = tuple(sorted((mail for _, mail in planned if isinstance(mail, OnPaper)), key=lambda one: one.name))
    return MailPlan(
        school_id=school_id,
        reset=reset,
        mails=mails,
        on_paper=on_paper,
        sentence=_question(mails),
        missing_sentence=_missing([one for one in on_paper if not one.address]),
        warnings=(*_warnings(mails, on_paper, reset), *_others(without_login, left_out), *awaiting_ine(without_ine)),
    )


def _planned(rows: SchoolRows, recipient: Recipient, reset: bool) -> PlannedMail | OnPaper:
    account = rows.need("accounts", recipient.account_id)
    guardian = rows.need("guardians", recipient.guardian_id)
    letter = mail_letter(recipient.state, reset=reset, chosen=recipient.chosen)
    address = mail_address(account, guardian, letter)
    if address is None:
        return OnPaper(recipient.account_id, recipient.name, effective(guardian, "email"))
    sent = rows.where("deliveries", account_id=recipient.account_id)
    latest = max((row for row in sent if row["address"] == address), key=_when, default=None)
    return PlannedMail(
        account_id=recipient.account_id, guardian_id=recipient.guardian_id, name=recipient.name, state=recipient.state,
        letter=letter, login=recipient.login or "", address=address, chosen=recipient.chosen,
        refused_before=latest is not None and latest["state"] == DeliveryState.BOUNCED,
    )  # fmt: skip


def _when(delivery: Row) -> tuple[str, str]:
    return delivery["asked_at"], delivery["id"]


def _nobody(without_login: tuple[str, ...], without_ine: tuple[str, ...]) -> Refused:
    if without_login:
        return Refused("login_unknown", *_others(without_login, ()), names=list(without_login))
    if without_ine:
        return Refused("ine_missing", *awaiting_ine(without_ine), names=list(without_ine))
    return Refused("nobody_to_notify", "Aucun des responsables choisis n’est à notifier en ligne dans cette école.")


_SEMICOLON = "\u202f; "
_LETTERS = {
    Letter.C02: ("mail avec un lien d’activation", "mails avec un lien d’activation"),
    Letter.C04: ("rappel, mot de passe inchangé", "rappels, mot de passe inchangé"),
    Letter.C06: ("lien pour un nouveau mot de passe", "liens pour un nouveau mot de passe"),
}


def _question(mails: Sequence[PlannedMail]) -> str:
    if not mails:
        return ""
    kinds = [
        f"{number}\u00a0{words[number > 1]}"
        for letter, words in _LETTERS.items()
        if (number := sum(mail.letter is letter for mail in mails))
    ]
    who = f"{len(mails)}\u00a0responsables" if len(mails) > 1 else "1\u00a0responsable"
    return f"Notifier {who} par courrier électronique\u202f? {_SEMICOLON.join(kinds)}."


def _missing(people: Sequence[OnPaper]) -> str:
    """Arena's own sentence."""
    if not people:
        return ""
    names = ", ".join(one.name for one in people)
    return (
        "Aucune adresse mail n’étant renseignée, la distribution par mail est impossible pour le(s) responsable(s) "
        f"suivant(s) (total\u00a0: {len(people)}\u00a0compte(s))\u00a0: {names}."
    )


def _warnings(mails: Sequence[PlannedMail], on_paper: Sequence[OnPaper], reset: bool) -> tuple[str, ...]:
    found = []
    ended = sum(mail.letter is Letter.C06 and mail.chosen for mail in mails)
    again = sum(mail.letter is Letter.C06 for mail in mails) if not reset else 0
    if ended:
        found.append(
            f"Le mot de passe actuel de {ended}\u00a0compte{'s' * (ended > 1)} cessera de fonctionner dès que le serveur "
            "le saura."
        )
    if again:
        many = "s" * (again > 1)
        found.append(
            f"{again}\u00a0mot{many} de passe réinitialisé{many} qui n’{'ont' if again > 1 else 'a'} pas encore servi\u00a0: "
            "un lien pour en choisir un, à la place d’un rappel."
        )
    fresh = sum(mail.state is AccountState.NOT_NOTIFIED for mail in mails) if reset else 0
    if fresh:
        found.append(
            f"{fresh}\u00a0compte{'s' * (fresh > 1)} non notifié{'s' * (fresh > 1)}\u00a0: "
            "première notification, sans réinitialisation."
        )
    wrong = [f"{one.name} ({one.address})" for one in on_paper if one.address]
    if wrong:
        found.append(f"Adresse mail incorrecte, donc sans mail\u00a0: {_named(wrong)}.")
    refused = [f"{mail.name} ({mail.address})" for mail in mails if mail.refused_before]
    if refused:
        found.append(
            f"Cette adresse a déjà refusé un mail\u00a0: {_named(refused)}. Vérifiez-la, ou imprimez la feuille."
        )
    return tuple(found)


def _others(without_login: Sequence[str], left_out: Sequence[str]) -> tuple[str, ...]:
    found = []
    if without_login:
        found.append(
            "Une première synchronisation est nécessaire\u00a0: l’identifiant n’est pas encore connu pour "
            f"{_named(without_login)}."
        )
    if left_out:
        found.append(
            f"Sans élève à suivre en ligne ici, ou préfèrent le papier, donc sans mail\u00a0: {_named(left_out)}."
        )
    return tuple(found)


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown} et {more}\u00a0autre{'s' * (more > 1)}" if more > 0 else shown


def send(desk: Desk, *, plan: MailPlan) -> MailDone:
    """Notify, durably; the mails leave at the next synchronisation.

    Raises Refused where no mail can leave, or where the accounts changed since the plan.
    """
    if not plan.mails:
        raise Refused("no_address", plan.missing_sentence or "Aucun mail ne peut partir.", accounts=[*plan.paper_ids])
    _check(desk, plan)
    with desk.vault.read() as connection:
        school = SchoolRows(connection, plan.school_id).need("schools", plan.school_id)
    mails = tuple(
        MailFields(
            delivery_id=desk.new_id(), account_id=mail.account_id, guardian_id=mail.guardian_id, letter=mail.letter,
            login=mail.login, address=mail.address,
        )
        for mail in plan.mails
    )  # fmt: skip
    fields = NotifyByMailFields(reset=plan.reset, notified_on=f"{day_of(desk.now(), school)}", mails=mails)
    act = submit(desk, school_id=plan.school_id, kind="compte.notifier_mail", fields=fields)
    return MailDone(act.act_id, plan.account_ids, DONE)


def _check(desk: Desk, planned: MailPlan) -> None:
    now = plan(desk, school_id=planned.school_id, account_ids=planned.account_ids, reset=planned.reset)
    if now.mails != planned.mails:
        sentence = "Les comptes choisis ont changé entre-temps\u00a0: vérifiez la sélection et recommencez."
        raise Refused("plan_stale", sentence)


def activation_address(desk: Desk, *, school_id: str, account_id: str) -> str:
    """Where the activation mail of an account went. Raises Refused where activation is not under way, NotFound."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        account = rows.need("accounts", account_id)
        guardian = rows.need("guardians", account["guardian_id"])
    if account["state"] != AccountState.ACTIVATING:
        raise Refused("not_activating", "Seul un compte en cours d’activation attend un courriel d’activation.")
    return account["email"] or effective(guardian, "email") or ""


def resend(desk: Desk, *, school_id: str, account_id: str, address: str | None = None) -> str:
    """Have the activation mail sent again, to a corrected address where one is given; returns where it goes.

    Raises Refused where activation is not under way or the address is none, NotFound.
    """
    seen = activation_address(desk, school_id=school_id, account_id=account_id)
    wanted = (address if address is not None else seen).strip()
    if not is_mail(wanted):
        raise Refused("bad_address", "Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
    fields = ResendFields(delivery_id=desk.new_id(), account_id=account_id, seen=seen or None, address=wanted)
    submit(desk, school_id=school_id, kind="compte.renvoyer", fields=fields)
    return wanted


def go_on(desk: Desk, *, school_id: str, run_id: str, go_on: bool) -> SubmittedAct:
    """Let a paused run go on, or give up what has not left."""
    fields = GoOnFields(run_id=run_id, go_on=go_on)
    return submit(desk, school_id=school_id, kind="courriel.reprendre", fields=fields)
