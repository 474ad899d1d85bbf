"""Notify by sheets: plan, print, reprint, and what must not be handed out yet (arena.md, Notify; DESIGN, Sheets).

Order of a print: everything is drawn into temporary names in the director's folder and flushed to the disk; then the
act is made durable; then the files take their names. Cancelled or failed before the act, nobody is notified and no
file is left; cut off after the act, the sheets can be reprinted from their sealed secrets. So no sheet that can be
handed out is without its act, and no act without its sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.acts_notify import BatchFields, NotifyFields
from app.models.errors import Refused
from app.models.states import AccountState, Letter, sheet_letter
from app.models.tables import Row
from app.models.typography import typeset
from app.services.desk import Desk
from app.services.family_language import language_warnings
from app.services.letters.batch import Cancellation, Cancelled
from app.services.letters.files import PdfFiles
from app.services.letters.plan import PlannedSheet, Press, SheetTexts, day_of, number_sheets
from app.services.letters.recipients import Recipients
from app.services.minting import Mint, batch_number
from app.services.printed_files import remember
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sealing import SheetSecret
from app.services.sheets import (
    BatchSummary,
    DistributionNotice,
    GroupSummary,
    NotifyDone,
    Progress,
    distribution_notice,
    list_batches,
    provisional_password,
    provisional_passwords,
    reprint,
)

__all__ = [
    "BatchSummary",
    "Cancellation",
    "DistributionNotice",
    "GroupSummary",
    "NotifyDone",
    "NotifyPlan",
    "distribution_notice",
    "list_batches",
    "plan",
    "print_sheets",
    "provisional_password",
    "reprint",
]


DONE = "La distribution a été effectuée avec succès pour le(s) compte(s) sélectionné(s)."


@dataclass(frozen=True, slots=True)
class NotifyPlan:
    """What a notification would do, to be shown before it is done."""

    school_id: str
    reset: bool
    sheets: tuple[PlannedSheet, ...]
    without_login: tuple[str, ...]
    """Names of the guardians whose log-in is not known yet: they are left out."""
    without_child: tuple[str, ...]
    """Names of the guardians who follow no child on line in this school: they are left out."""
    sentence: str
    """What the confirmation asks, in French."""
    warnings: tuple[str, ...]
    """What the person should know first, a sentence each."""

    @property
    def account_ids(self) -> tuple[str, ...]:
        return tuple(sheet.recipient.account_id for sheet in self.sheets)

    def count(self, letter: Letter) -> int:
        """How many sheets carry this letter."""
        return sum(sheet.letter is letter for sheet in self.sheets)


def plan(desk: Desk, *, school_id: str, account_ids: Iterable[str], reset: bool) -> NotifyPlan:
    """Who would get which sheet, and what the person must know before. Changes nothing.

    Raises Refused where no sheet can be printed at all: no address of the portal yet, no log-in yet, nobody chosen.
    """
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        _portal(rows.need("schools", school_id))
        recipients = Recipients(rows).find(account_ids)
    unwilling = tuple(recipient.name for recipient in recipients if recipient.declines(reset=reset))
    recipients = [recipient for recipient in recipients if not recipient.declines(reset=reset)]
    without_ine = tuple(recipient.name for recipient in recipients if recipient.awaits_ine)
    recipients = [recipient for recipient in recipients if not recipient.awaits_ine]
    ready = [recipient for recipient in recipients if recipient.login and recipient.children]
    without_login = tuple(recipient.name for recipient in recipients if recipient.children and not recipient.login)
    if not ready:
        raise _nobody(without_login, unwilling, without_ine)
    letters = [(one, sheet_letter(one.state, reset=reset, chosen=one.chosen)) for one in ready]
    sheets = tuple(number_sheets(letters))
    without_child = tuple(recipient.name for recipient in recipients if not recipient.children)
    return NotifyPlan(
        school_id=school_id,
        reset=reset,
        sheets=sheets,
        without_login=without_login,
        without_child=without_child,
        sentence=_question(sheets),
        warnings=(
            *_warnings(sheets, reset, without_login, without_child),
            *_wishes(unwilling),
            *awaiting_ine(without_ine),
            *map(typeset, language_warnings(ready)),
        ),
    )


def _portal(school: Row) -> str:
    url: str | None = school["portal_url"]
    if not url:
        raise Refused(
            "portal_unknown",
            "L’adresse du portail des parents n’est pas encore connue\u00a0: une première synchronisation avec "
            "le serveur est nécessaire avant d’imprimer des feuilles.",
        )
    return url


def _nobody(without_login: tuple[str, ...], unwilling: tuple[str, ...], without_ine: tuple[str, ...]) -> Refused:
    if without_ine and not without_login:
        return Refused(
            "ine_missing", " ".join((*awaiting_ine(without_ine), *_wishes(unwilling))), names=list(without_ine)
        )
    if unwilling and not without_login:
        return Refused("nobody_willing", *_wishes(unwilling), names=list(unwilling))
    if without_login:
        return Refused("login_unknown", _login_sentence(without_login), names=list(without_login))
    return Refused("nobody_to_notify", "Aucun des responsables choisis ne suit d’élève en ligne dans cette école.")


def awaiting_ine(names: Sequence[str]) -> tuple[str, ...]:
    """Who is left out because the school wants an INE first, in a sentence; nothing where nobody is."""
    if not names:
        return ()
    return (f"L’école exige un INE, et aucun de leurs enfants n’en a, donc sans notification\u00a0: {_named(names)}.",)


def _wishes(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"Préfèrent le papier ou ne souhaitent pas de compte, donc sans feuille\u00a0: {_named(names)}.",)


def _login_sentence(names: tuple[str, ...]) -> str:
    return (
        f"Une première synchronisation est nécessaire\u00a0: l’identifiant n’est pas encore connu pour {_named(names)}."
    )


def _named(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} et {more}\u00a0autre{'s' * (more > 1)}" if more > 0 else shown


_SEMICOLON = "\u202f; "
_LETTERS = {
    Letter.C01: ("feuille avec mot de passe provisoire", "feuilles avec mot de passe provisoire"),
    Letter.C03: ("rappel, mot de passe inchangé", "rappels, mot de passe inchangé"),
    Letter.C05: ("nouveau mot de passe", "nouveaux mots de passe"),
}


def _question(sheets: Sequence[PlannedSheet]) -> str:
    count = len(sheets)
    kinds = [
        f"{number}\u00a0{_LETTERS[letter][number > 1]}"
        for letter in _LETTERS
        if (number := sum(sheet.letter is letter for sheet in sheets))
    ]
    by_post = sum(sheet.by_post for sheet in sheets)
    post = f" {by_post}\u00a0{'partent' if by_post > 1 else 'part'} par la poste." if by_post else ""
    who = f"{count}\u00a0responsables" if count > 1 else "1\u00a0responsable"
    return f"Notifier {who} par feuille individuelle\u202f? {_SEMICOLON.join(kinds)}.{post}"


def _warnings(
    sheets: Sequence[PlannedSheet], reset: bool, without_login: tuple[str, ...], without_child: tuple[str, ...]
) -> tuple[str, ...]:
    found = []
    ended = sum(sheet.letter is Letter.C05 and sheet.recipient.chosen for sheet in sheets)
    told = sum(sheet.letter is Letter.C05 for sheet in sheets) if not reset else 0
    fresh = sum(sheet.recipient.state is AccountState.NOT_NOTIFIED for sheet in sheets) if reset else 0
    if ended:
        found.append(
            f"Le mot de passe actuel de {ended}\u00a0compte{'s' * (ended > 1)} cessera de fonctionner "
            "dès que le serveur connaîtra ce lot."
        )
    if told:
        many = "s" * (told > 1)
        found.append(
            f"{told}\u00a0mot{many} de passe réinitialisé{many} qui n’{'ont' if told > 1 else 'a'} pas encore servi\u00a0: "
            "la feuille l’indique, à la place d’un rappel."
        )
    if fresh:
        found.append(
            f"{fresh}\u00a0compte{'s' * (fresh > 1)} non notifié{'s' * (fresh > 1)}\u00a0: "
            "première notification, sans réinitialisation."
        )
    if without_login:
        found.append(_login_sentence(without_login))
    if without_child:
        found.append(f"Sans élève à suivre en ligne ici, donc sans feuille\u00a0: {_named(without_child)}.")
    return tuple(found)


def print_sheets(
    desk: Desk,
    *,
    plan: NotifyPlan,
    folder: Path | None = None,
    single_file: Path | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
    processes: int | None = None,
) -> NotifyDone:
    """Print a plan into ``folder`` (a PDF a class) or ``single_file``, and notify. Slow: never on the window's thread.

    Raises Cancellation when ``cancelled`` says so, Refused where the accounts changed since the plan, PreauError where
    the folder cannot be written; in all of them nobody is notified and no file is left.
    """
    school = _checked(desk, plan)
    batch = BatchFields(id=desk.new_id(), number=batch_number(desk, school, "L"), created_at=desk.now())
    press = Press(school, day_of(batch.created_at, school), batch.number)
    with Mint(desk, school_id=plan.school_id, sheets=plan.sheets, progress=progress, kept=_kept(desk, plan)) as mint:
        texts = {sheet.place: _texts(secret, sheet, press) for sheet, secret in mint.secrets}
        booklets = press.booklets(plan.sheets, texts)
        with PdfFiles.at(booklets, batch.number, folder=folder, single_file=single_file) as files:
            files.draw(press.head, progress=mint.drawn, cancelled=cancelled, processes=processes)
            sheets = mint.sheets(cancelled)
            fields = NotifyFields(batch=batch, reset=plan.reset, notified_on=f"{press.printed_on}", sheets=sheets)
            act = submit(desk, school_id=plan.school_id, kind="compte.notifier", fields=fields)
            paths = files.publish(notified=True)
            remember(desk, school_id=plan.school_id, batch_id=batch.id, paths=paths)
    progress(len(plan.sheets), len(plan.sheets))
    return NotifyDone(batch.id, batch.number, act.act_id, paths, len(plan.sheets), DONE)


def _checked(desk: Desk, planned: NotifyPlan) -> Row:
    """The school's row, once the plan is still what would be planned now. Raises Refused where it is not."""
    now = plan(desk, school_id=planned.school_id, account_ids=planned.account_ids, reset=planned.reset)
    if now.sheets != planned.sheets:
        sentence = "Les comptes choisis ont changé entre-temps\u00a0: vérifiez la sélection et recommencez."
        raise Refused("plan_stale", sentence)
    with desk.vault.read() as connection:
        return SchoolRows(connection, planned.school_id).need("schools", planned.school_id)


def _kept(desk: Desk, planned: NotifyPlan) -> dict[str, str]:
    """Passwords that a reset has made already, and that a notification without reset tells as they are, by account."""
    if planned.reset:
        return {}
    told = [sheet.recipient.account_id for sheet in planned.sheets if sheet.letter is Letter.C05]
    return provisional_passwords(desk, school_id=planned.school_id, account_ids=told).by_account


def _texts(secret: SheetSecret | None, sheet: PlannedSheet, press: Press) -> SheetTexts:
    password, token = (secret.password, secret.token) if secret else (None, None)
    return SheetTexts(password, token, press.deadline(sheet.letter))
