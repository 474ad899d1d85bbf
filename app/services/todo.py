"""What is left to do in a school, each line a count, words and where to go (LOOK.md, « Accueil is a to-do »).

The order is that of the work: what blocks everything first, what only improves the records last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.models.acts_requests import RequestKind
from app.models.clock import later, local_date
from app.models.codes import school_year_label, school_year_start
from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.states import AccountState, SheetStatus
from app.models.tables import Row
from app.services.accounts import Column
from app.services.batches import WITHHELD, without_paper
from app.services.desk import Desk
from app.services.duplicates.quick import doubtful_accounts
from app.services.onde_worklist.worklist import open_known
from app.services.records.rows import SchoolRows
from app.services.requests import open_counts
from app.services.roll import Roll, present_year, read_roll
from app.services.schools import SchoolView, one_school
from app.services.stats_sources import counts_nursery, reminded
from app.services.support.copies import is_copy
from app.services.sync.status import SyncStatus, status
from app.services.todo_checks import (
    ACTIVATING_DAYS,
    activating_long,
    failing_mails,
    reports_ending,
    shared_mobiles,
    without_access,
)

NOTIFIED_LONG_DAYS = 30
EXPIRING_DAYS = 15
UNSENT_LONG = timedelta(hours=24)


class Page(StrEnum):
    """The pages of the desktop, and where a line leads."""

    HOME = "home"
    STATISTICS = "statistics"
    GUARDIANS = "guardians"
    IMPORTING = "importing"
    MY_SCHOOL = "my_school"
    REVIEW = "review"
    JOURNAL = "journal"
    SHEETS = "sheets"
    REPORTS = "reports"
    FORMER = "former"
    PUPILS = "pupils"
    """The pupils of this year, one line each."""
    REQUESTS = "requests"
    SUPPORT = "support"
    """Its sections are named by ``Target.section``."""
    SYNC = "sync"
    """Not a page: synchronise now."""


@dataclass(frozen=True, slots=True)
class Target:
    """A page, and what its list is narrowed to; None or empty is everything."""

    page: Page
    states: frozenset[AccountState] = frozenset()
    without_mail: bool = False
    account_ids: frozenset[str] | None = None
    pupil_ids: frozenset[str] | None = None
    kinds: frozenset[RequestKind] = frozenset()
    to_hand: bool = False
    """The sheets that may be handed out and were not."""
    sorted_by: Column = Column.PUPIL
    """So that those who belong together stand one under the other."""
    name: str = ""
    """What the list that this makes is called, « élèves sans INE »; else it is counted."""
    notify: bool = False
    """Tick these accounts and open the notification at once."""
    section: str = ""
    """Of « Assistance »: the section to show; the first one where it is empty."""


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One line. ``count`` is None where there is nothing to count; ``words`` agree with it and do not repeat it."""

    key: str
    count: int | None
    words: str
    target: Target
    urgent: bool = False

    @property
    def sentence(self) -> str:
        """The whole line, « 3 responsables non notifiés »."""
        return self.words if self.count is None else f"{self.count}\u00a0{self.words}"


WORDS = {
    "unsent": ("modification à envoyer depuis le {since}", "modifications à envoyer depuis le {since}"),
    "review": ("élément à revoir", "éléments à revoir"),
    "help": (
        "demande d’aide d’un parent qui n’arrive pas à entrer",
        "demandes d’aide de parents qui n’arrivent pas à entrer",
    ),
    "rights": (
        "parent demande quelque chose sur ses données",
        "parents demandent quelque chose sur leurs données",
    ),
    "not_guardian": (
        "parent dit ne pas être le représentant légal d’un élève",
        "parents disent ne pas être le représentant légal d’un élève",
    ),
    "corrections": ("correction proposée par un parent", "corrections proposées par des parents"),
    "proposals": ("réparation proposée par l’assistance", "réparations proposées par l’assistance"),
    "logins": ("responsable sans identifiant\u00a0: synchronisez", "responsables sans identifiant\u00a0: synchronisez"),
    "to_reactivate": ("compte à réactiver", "comptes à réactiver"),
    "blocked": ("accès fermé par le portail, à rouvrir", "accès fermés par le portail, à rouvrir"),
    "do_not_hand_out": (
        "feuille à ne pas distribuer\u00a0: le serveur ne la connaît pas encore",
        "feuilles à ne pas distribuer\u00a0: le serveur ne les connaît pas encore",
    ),
    "useless_sheets": (
        "feuille à ne pas remettre\u00a0: compte activé, ou fermé, entre-temps",
        "feuilles à ne pas remettre\u00a0: comptes activés, ou fermés, entre-temps",
    ),
    "resets_waiting": (
        "réinitialisation pas encore connue du serveur\u00a0: l’ancien mot de passe fonctionne encore",
        "réinitialisations pas encore connues du serveur\u00a0: les anciens mots de passe fonctionnent encore",
    ),
    "not_notified": ("responsable non notifié", "responsables non notifiés"),
    "notified_long": (
        f"responsable notifié depuis plus de {NOTIFIED_LONG_DAYS}\u00a0jours",
        f"responsables notifiés depuis plus de {NOTIFIED_LONG_DAYS}\u00a0jours",
    ),
    "expiring": (
        f"feuille qui expire dans les {EXPIRING_DAYS}\u00a0jours",
        f"feuilles qui expirent dans les {EXPIRING_DAYS}\u00a0jours",
    ),
    "to_notify_again": (
        "responsable à notifier de nouveau\u00a0: sa feuille a été retirée",
        "responsables à notifier de nouveau\u00a0: leurs feuilles ont été retirées",
    ),
    "not_handed": ("feuille imprimée à remettre", "feuilles imprimées à remettre"),
    "activating_long": (
        f"activation commencée depuis plus de {ACTIVATING_DAYS}\u00a0jours",
        f"activations commencées depuis plus de {ACTIVATING_DAYS}\u00a0jours",
    ),
    "mail_failing": (
        "responsable dont la messagerie refuse les courriels",
        "responsables dont la messagerie refuse les courriels",
    ),
    "no_guardian": ("élève sans responsable", "élèves sans responsable"),
    "no_access": (
        "élève dont aucun responsable n’a accès en ligne",
        "élèves dont aucun responsable n’a accès en ligne",
    ),
    "duplicates": ("responsable peut-être en double", "responsables peut-être en double"),
    "shared_mobile": (
        "responsable qui partage son portable avec un autre",
        "responsables qui partagent leur portable avec un autre",
    ),
    "no_ine": ("élève sans INE, à compléter dans ONDE", "élèves sans INE, à compléter dans ONDE"),
    "onde": ("donnée à corriger dans ONDE", "données à corriger dans ONDE"),
    "reports_ending": (
        "document des livrets disparaît le {day}\u00a0: les familles en sont prévenues",
        "documents des livrets disparaissent, le premier le {day}\u00a0: les familles en sont prévenues",
    ),
    "no_mobile": ("responsable sans téléphone portable", "responsables sans téléphone portable"),
    "wrong_mobile": (
        "numéro «\u00a0portable\u00a0» qui n’en est pas un",
        "numéros «\u00a0portables\u00a0» qui n’en sont pas",
    ),
    "no_mail": ("responsable sans adresse mail", "responsables sans adresse mail"),
}
"""The words of each counted line, for one and for several."""


def list_todo(desk: Desk, *, school_id: str, allow_fictional: bool = False) -> tuple[TodoItem, ...]:
    """What is left to do. Slow on a large school (mobile numbers are judged): not for the window's thread."""
    card, line, now = one_school(desk, school_id=school_id), status(desk, school_id=school_id), desk.now()
    with desk.vault.read() as connection:
        scene = _Scene.read(SchoolRows(connection, school_id), read_roll(connection, school_id=school_id), line, now)
    if is_copy(desk, school_id=school_id):
        scene = replace(scene, onde=0)  # the school's own work, of which a copy lacks the half
    items = (*_beginnings(card, line, scene), *_line_items(line, now), *_request_items(scene), *_account_items(scene),
             *_sheet_items(scene), *_record_items(scene), *_contact_items(scene, allow_fictional))  # fmt: skip
    return tuple(item for item in items if item.count != 0)


def _line(key: str, count: int, target: Target, *, urgent: bool = False, **words: str) -> TodoItem:
    return TodoItem(key, count, WORDS[key][count > 1].format(**words), target, urgent)


def _accounts(ids: Iterable[str], *, sorted_by: Column = Column.PUPIL) -> Target:
    return Target(Page.GUARDIANS, account_ids=frozenset(ids), sorted_by=sorted_by)


def _expected(target: Target, ids: Iterable[str], scene: _Scene) -> Target:
    """A criterion says it all, unless somebody is listed who is not expected on line: then the accounts are named too."""
    return replace(target, account_ids=frozenset(ids)) if scene.roll.left_out else target


@dataclass(frozen=True, slots=True)
class _Scene:
    """The school's present people and sheets, read once."""

    roll: Roll
    reminded: frozenset[str]
    zone: str
    linked: bool
    today: date
    accounts: list[Row]
    guardians: dict[str, Row]
    pupils: list[Row]
    sheets: list[Row]
    resets: list[Row]
    """New passwords without paper."""
    activating_long: list[str]
    mail_failing: list[str]
    no_guardian: list[str]
    closed: list[str]
    twice: list[str]
    """Accounts of who stands twice."""
    onde: int
    """What can be copied into ONDE at once."""
    requests: dict[RequestKind, int]
    reports_ending: list[date]
    """The last days of the documents that go within a month."""
    proposals: int
    """Repairs that the assistance proposes, and that wait."""
    year: date | None
    """The first day of the school year that the records are about."""

    @classmethod
    def read(cls, rows: SchoolRows, roll: Roll, line: SyncStatus, now: str) -> _Scene:
        here, unprinted = roll.states, without_paper(rows)
        accounts = [row for row in rows.all("accounts") if row["id"] in here]
        followed = {row["guardian_id"] for row in accounts}
        guardians = {row["id"]: row for row in rows.all("guardians") if row["id"] in followed}
        pupils = [row for row in rows.all("pupils") if row["id"] in roll.pupils]
        no_guardian, closed = without_access(rows, pupils)
        return cls(
            roll=roll,
            reminded=reminded(roll, count_nursery=counts_nursery(rows.need("schools", rows.school_id)["settings"])),
            zone=line.timezone,
            linked=line.linked,
            today=local_date(now, line.timezone),
            accounts=accounts,
            guardians=guardians,
            pupils=pupils,
            sheets=[row for row in rows.all("sheets") if row["batch_id"] not in unprinted],
            resets=[row for row in rows.all("sheets") if row["batch_id"] in unprinted],
            activating_long=activating_long(rows, accounts, now=now),
            mail_failing=failing_mails(rows, accounts, guardians),
            no_guardian=no_guardian,
            closed=closed,
            twice=sorted(doubtful_accounts(rows) & here.keys()),
            onde=len(open_known(rows)),
            requests=open_counts(rows),
            reports_ending=reports_ending(rows, today=local_date(now, line.timezone)),
            proposals=len(rows.where("proposals", status="open")),
            year=_year(rows),
        )


def _year(rows: SchoolRows) -> date | None:
    present = present_year(rows)
    return date.fromisoformat(present["starts_on"]) if present else None


def _beginnings(card: SchoolView, line: SyncStatus, scene: _Scene) -> Iterator[TodoItem]:
    if not scene.pupils:
        words = "Aucun élève encore\u00a0: importer les fichiers d’ONDE"
        yield TodoItem("import", None, words, Target(Page.IMPORTING), urgent=True)
    opened = school_year_start(scene.today)
    if scene.pupils and scene.year is not None and scene.year < opened:
        words = f"Nouvelle année {school_year_label(opened)}\u00a0: importer les fichiers de rentrée d’ONDE"
        yield TodoItem("new_year", None, words, Target(Page.IMPORTING), urgent=scene.today.month != opened.month)
    if card.lacks_for_sheets:
        words = "Compléter le contact de l’école et le nom du signataire"
        yield TodoItem("school", None, words, Target(Page.MY_SCHOOL), urgent=True)
    if not line.linked:
        words = "Relier ce poste au serveur avec le code reçu"
        yield TodoItem("enrol", None, words, Target(Page.MY_SCHOOL), urgent=bool(scene.pupils))


def _line_items(line: SyncStatus, now: str) -> Iterator[TodoItem]:
    oldest = line.oldest_pending_at
    if line.linked and line.last_success_at is None:
        words = "Jamais synchronisé\u00a0: synchroniser maintenant"
        yield TodoItem("never_synced", None, words, Target(Page.SYNC), urgent=True)
    elif line.linked and oldest and later(oldest, UNSENT_LONG) <= now:
        since = f"{local_date(oldest, line.timezone):%d-%m-%Y}"
        yield _line("unsent", line.pending_count, Target(Page.SYNC), urgent=True, since=since)
    yield _line("review", line.review_count, Target(Page.REVIEW), urgent=True)


def _request_items(scene: _Scene) -> Iterator[TodoItem]:
    for key, kind, urgent in (
        ("help", RequestKind.HELP, True), ("not_guardian", RequestKind.NOT_GUARDIAN, True),
        ("rights", RequestKind.RIGHT, True), ("corrections", RequestKind.CORRECTION, False),
    ):  # fmt: skip
        yield _line(key, scene.requests[kind], Target(Page.REQUESTS, kinds=frozenset({kind})), urgent=urgent)
    yield _line("proposals", scene.proposals, Target(Page.REQUESTS))


def _account_items(scene: _Scene) -> Iterator[TodoItem]:
    accounts = scene.accounts
    nameless = sum(row["login"] is None for row in accounts)
    yield _line("logins", nameless, Target(Page.SYNC if scene.linked else Page.MY_SCHOOL), urgent=True)
    for key, column in (("to_reactivate", "to_reactivate"), ("blocked", "block")):
        found = [row["id"] for row in accounts if row[column]]
        yield _line(key, len(found), _accounts(found), urgent=True)
    fresh = [row["id"] for row in accounts if row["state"] == AccountState.NOT_NOTIFIED]
    wanted = Target(Page.GUARDIANS, states=frozenset({AccountState.NOT_NOTIFIED}))
    yield _line("not_notified", len(fresh), _expected(wanted, fresh, scene))
    limit = (scene.today - timedelta(days=NOTIFIED_LONG_DAYS)).isoformat()
    long = [row["id"] for row in accounts if row["id"] in scene.reminded and _notified_before(row, limit)]
    yield _line("notified_long", len(long), _accounts(long))
    for key, found in (("activating_long", scene.activating_long), ("mail_failing", scene.mail_failing)):
        yield _line(key, len(found), _accounts(found))


def _notified_before(account: Row, day: str) -> bool:
    return account["state"] == AccountState.NOTIFIED and (account["notified_on"] or day) < day


def _sheet_items(scene: _Scene) -> Iterator[TodoItem]:
    kinds: tuple[tuple[str, list[Row], bool], ...] = (
        ("do_not_hand_out", [s for s in scene.sheets if _unknown(s)], True),
        ("resets_waiting", [s for s in scene.resets if _unknown(s)], True),
        ("useless_sheets", [s for s in scene.sheets if _useless(s)], True),
        ("expiring", [s for s in scene.sheets if _expires_soon(s, scene)], False),
    )
    for key, found, urgent in kinds:
        yield _line(key, len(found), _accounts(sheet["account_id"] for sheet in found), urgent=urgent)
    again = _without_sheet(scene)
    yield _line("to_notify_again", len(again), _accounts(again), urgent=True)
    to_hand = sum(_to_hand(sheet, scene) for sheet in scene.sheets)
    yield _line("not_handed", to_hand, Target(Page.SHEETS, to_hand=True))


def _without_sheet(scene: _Scene) -> set[str]:
    """Notified, expected on line, and every sheet withdrawn: a PC was stolen, or an access was closed and given back."""
    waiting = {row["id"] for row in scene.accounts if row["state"] == AccountState.NOTIFIED}
    statuses: dict[str, set[str]] = {}
    for sheet in scene.sheets:
        statuses.setdefault(sheet["account_id"], set()).add(sheet["status"])
    useful = {SheetStatus.PRINTED.value, SheetStatus.KNOWN.value}
    return {
        one for one in waiting if SheetStatus.WITHDRAWN in (kinds := statuses.get(one, set())) and not kinds & useful
    }


def _to_hand(sheet: Row, scene: _Scene) -> bool:
    """In the director's hands; a sheet whose end has passed is told otherwise."""
    ended = sheet["expires_at"] and local_date(sheet["expires_at"], scene.zone) < scene.today
    return sheet["status"] == SheetStatus.KNOWN and not sheet["handed_on"] and not ended


def _unknown(sheet: Row) -> bool:
    return sheet["status"] == SheetStatus.PRINTED and sheet["accepted_at"] is None


def _useless(sheet: Row) -> bool:
    return sheet["status"] in WITHHELD and not sheet["handed_on"]


def _expires_soon(sheet: Row, scene: _Scene) -> bool:
    if sheet["status"] != SheetStatus.KNOWN or not sheet["expires_at"]:
        return False
    last = local_date(sheet["expires_at"], scene.zone)
    return scene.today <= last <= scene.today + timedelta(days=EXPIRING_DAYS)


def _pupils(ids: Iterable[str], name: str) -> Target:
    return Target(Page.PUPILS, pupil_ids=frozenset(ids), name=name)


def _record_items(scene: _Scene) -> Iterator[TodoItem]:
    no_ine = [row["id"] for row in scene.pupils if not effective(row, "ine")]
    yield _line("no_guardian", len(scene.no_guardian), _pupils(scene.no_guardian, "élèves sans responsable"))
    closed = Target(Page.GUARDIANS, pupil_ids=frozenset(scene.closed))
    yield _line("no_access", len(scene.closed), closed)
    where = Target(Page.SUPPORT, section="duplicates", account_ids=frozenset(scene.twice), sorted_by=Column.FAMILY_NAME)
    yield _line("duplicates", len(scene.twice), where)
    yield _line("no_ine", len(no_ine), _pupils(no_ine, "élèves sans INE"))
    yield _line("onde", scene.onde, Target(Page.SUPPORT, section="worklist"))
    ending = scene.reports_ending
    day = f"{min(ending, default=scene.today):%d-%m-%Y}"
    yield _line("reports_ending", len(ending), Target(Page.REPORTS), day=day)


def _contact_items(scene: _Scene, allow_fictional: bool) -> Iterator[TodoItem]:
    none, wrong = [], []
    for account in scene.accounts:
        mobile = read_mobile(_contact(scene, account, "mobile"), allow_fictional=allow_fictional)
        if mobile.flag:
            wrong.append(account["id"])
        elif mobile.e164 is None:
            none.append(account["id"])
    yield _line("no_mobile", len(none), _accounts(none))
    yield _line("wrong_mobile", len(wrong), _accounts(wrong))
    shared = shared_mobiles(scene.accounts, scene.guardians, allow_fictional=allow_fictional)
    yield _line("shared_mobile", len(shared), _accounts(shared, sorted_by=Column.MOBILE))
    no_mail = [account["id"] for account in scene.accounts if not _contact(scene, account, "email")]
    wanted = Target(Page.GUARDIANS, without_mail=True)
    yield _line("no_mail", len(no_mail), _expected(wanted, no_mail, scene))


def _contact(scene: _Scene, account: Row, name: str) -> str | None:
    """What a parent verified goes before what the school knows."""
    return account[name] or effective(scene.guardians[account["guardian_id"]], name)
