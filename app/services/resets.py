"""« Réinitialiser le(s) mot(s) de passe » alone: new provisional passwords, no paper, no notification (arena.md, Rules).

A reset is a batch without paper: the same sealed secrets as on a sheet, so that the eye shows the new password, that
« Réimprimer » can put it on paper later, and that the portal knows nothing new (docs/adr/0008).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.acts_notify import BatchFields, ResetFields
from app.models.errors import Refused
from app.models.states import AccountState, Letter, sheet_letter
from app.services.desk import Desk
from app.services.letters.batch import Cancelled
from app.services.letters.plan import PlannedSheet, number_sheets
from app.services.letters.recipients import Recipient, Recipients
from app.services.minting import Mint, Progress, batch_number
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows

MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class ResetPlan:
    """What a reset would do, to be shown before it is done."""

    school_id: str
    sheets: tuple[PlannedSheet, ...]
    """One for each account that gets a new password."""
    not_notified: tuple[str, ...]
    """Names of the guardians who were never notified: they have no password, and are left alone."""
    without_login: tuple[str, ...]
    sentence: str
    """What the confirmation asks, in French."""
    warnings: tuple[str, ...]

    @property
    def account_ids(self) -> tuple[str, ...]:
        return tuple(sheet.recipient.account_id for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class ResetDone:
    """A reset that is durable on this PC."""

    batch_number: str
    act_id: str
    account_ids: tuple[str, ...]
    sentence: str
    files: tuple[Path, ...] = ()
    """Nothing is printed."""


def plan(desk: Desk, *, school_id: str, account_ids: Iterable[str]) -> ResetPlan:
    """Who would get a new password, and who is left alone. Changes nothing.

    Raises Refused where nobody has a password that could be reset.
    """
    with desk.vault.read() as connection:
        recipients = Recipients(SchoolRows(connection, school_id), with_former=True).find(account_ids)
    fresh = [one for one in recipients if one.state is AccountState.NOT_NOTIFIED]
    known = [one for one in recipients if one.state is not AccountState.NOT_NOTIFIED]
    ready = [one for one in known if one.login]
    nameless = tuple(one.name for one in known if not one.login)
    not_notified = tuple(one.name for one in fresh)
    warnings = _warnings(not_notified, nameless)
    if not ready:
        raise Refused("nothing_to_reset", " ".join(warnings) or "Aucun compte à réinitialiser.", names=[*not_notified])
    sheets = tuple(number_sheets([(one, sheet_letter(one.state, reset=True)) for one in ready]))
    return ResetPlan(school_id, sheets, not_notified, nameless, _question(ready), warnings)


def _question(ready: Sequence[Recipient]) -> str:
    count = len(ready)
    whose = f"de {count}\u00a0responsables" if count > 1 else f"de {ready[0].name}"
    return (
        f"Réinitialiser le mot de passe {whose}\u202f? "
        "L’ancien cessera de fonctionner dès que le serveur le saura. L’état des comptes et la date de distribution ne "
        "changent pas."
    )


def _warnings(not_notified: tuple[str, ...], nameless: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    if not_notified:
        many = "s" * (len(not_notified) > 1)
        found.append(
            f"{len(not_notified)}\u00a0compte{many} non notifié{many}, sans mot de passe à réinitialiser\u00a0: "
            f"{_named(not_notified)}. Notifiez d’abord."
        )
    if nameless:
        found.append(f"L’identifiant n’est pas encore connu pour {_named(nameless)}\u00a0: synchronisez d’abord.")
    return tuple(found)


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown} et {more}\u00a0autre{'s' * (more > 1)}" if more > 0 else shown


def carry_out(
    desk: Desk,
    *,
    plan: ResetPlan,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> ResetDone:
    """Make the new passwords, durably. Slow for many (each is hashed): never on the window's thread.

    Raises Cancellation, having changed nothing, and Refused where the accounts changed since the plan.
    """
    _check(desk, plan)
    with desk.vault.read() as connection:
        school = SchoolRows(connection, plan.school_id).need("schools", plan.school_id)
    batch = BatchFields(id=desk.new_id(), number=batch_number(desk, school, "R"), created_at=desk.now())
    with Mint(desk, school_id=plan.school_id, sheets=plan.sheets, progress=progress) as mint:
        mint.drawn(len(plan.sheets))
        fields = ResetFields(batch=batch, sheets=mint.sheets(cancelled))
        act = submit(desk, school_id=plan.school_id, kind="compte.reinitialiser", fields=fields)
    progress(len(plan.sheets), len(plan.sheets))
    return ResetDone(batch.number, act.act_id, plan.account_ids, _done(plan.sheets))


def _check(desk: Desk, planned: ResetPlan) -> None:
    now = plan(desk, school_id=planned.school_id, account_ids=planned.account_ids)
    if now.sheets != planned.sheets:
        sentence = "Les comptes choisis ont changé entre-temps\u00a0: vérifiez la sélection et recommencez."
        raise Refused("plan_stale", sentence)


def _done(sheets: Sequence[PlannedSheet]) -> str:
    count = len(sheets)
    many = "s" * (count > 1)
    chosen = sum(sheet.letter is Letter.C05 for sheet in sheets)
    again = " À choisir de nouveau à la prochaine connexion." if chosen else ""
    return f"{count}\u00a0mot{many} de passe réinitialisé{many}, sans distribution.{again}"
