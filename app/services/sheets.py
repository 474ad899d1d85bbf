"""Sheets that are already printed: which batches there are, what must not be handed out, and printing them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from app.models.errors import Refused
from app.models.states import Letter, SheetStatus
from app.models.tables import Row
from app.services.batches import WITHHELD, without_paper
from app.services.desk import Desk
from app.services.letters.batch import Cancelled
from app.services.letters.files import PdfFiles
from app.services.letters.plan import Place, PlannedSheet, Press, SheetTexts, day_of, group_label
from app.services.letters.recipients import Recipient, Recipients
from app.services.printed_files import remember
from app.services.records.rows import SchoolRows
from app.services.sealing import SchoolKey, SecretUnreadable, SheetSecret, open_secret, school_keyring

Progress = Callable[[int, int], None]
"""Told (sheets done, sheets in all), from the thread that prints."""

USELESS = {
    SheetStatus.USED: "déjà utilisée",
    SheetStatus.REPLACED: "remplacée par une autre",
    SheetStatus.EXPIRED: "périmée",
    SheetStatus.DO_NOT_HAND_OUT: "compte déjà activé",
    SheetStatus.WITHDRAWN: "retirée par l’école",
}
"""Why a sheet is not printed again."""


@dataclass(frozen=True, slots=True)
class NotifyDone:
    """A batch that is printed. ``act_id`` is None for a reprint, which notifies nobody again."""

    batch_id: str
    batch_number: str
    act_id: str | None
    files: tuple[Path, ...]
    sheet_count: int
    sentence: str
    left_out: tuple[str, ...] = ()
    """Sheets of a reprint that are of no use any more, a sentence each."""


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One class of a batch (or what went by post), as « Réimprimer » proposes it."""

    group: str
    by_post: bool
    classroom_id: str | None
    total: int


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch that was printed. ``known`` once the server has it; instants are stored instants."""

    batch_id: str
    number: str
    created_at: str
    author: str
    sheet_count: int
    known: bool
    paper: bool
    """False for a reset, of which nothing was printed yet."""
    groups: tuple[GroupSummary, ...]


@dataclass(frozen=True, slots=True)
class DistributionNotice:
    """What must not be handed out; sentences are empty where there is nothing to say."""

    waiting: tuple[str, ...]
    """Ids of the accounts whose sheet the server does not know yet."""
    withheld: tuple[str, ...]
    """Ids of the accounts that were activated, or closed, meanwhile: their sheet is of no use."""
    resets: tuple[str, ...]
    """Ids of the accounts whose former password still works, since the server does not know its reset yet."""
    waiting_sentence: str
    withheld_sentence: str
    reset_sentence: str

    @property
    def sentence(self) -> str:
        """Everything that must be known before anything is handed out, a line each."""
        return "\n".join(filter(None, (self.waiting_sentence, self.reset_sentence, self.withheld_sentence)))

    @property
    def account_ids(self) -> frozenset[str]:
        """The accounts that the sentences are about."""
        return frozenset(self.waiting + self.withheld + self.resets)


def list_batches(desk: Desk, *, school_id: str) -> tuple[BatchSummary, ...]:
    """The batches of a school, the latest first, with the groups that « Réimprimer » can start from."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        sheets: dict[str, list[Row]] = {}
        for sheet in rows.all("sheets"):
            sheets.setdefault(sheet["batch_id"], []).append(sheet)
        batches = sorted(rows.all("batches"), key=lambda row: row["created_at"], reverse=True)
        return tuple(_summary(batch, sheets.get(batch["id"], [])) for batch in batches)


def _summary(batch: Row, sheets: list[Row]) -> BatchSummary:
    groups = {
        _group_key(sheet): GroupSummary(
            group=_group(sheet),
            by_post=sheet["by_post"],
            classroom_id=None if sheet["by_post"] else sheet["classroom_id"],
            total=sheet["total"],
        )
        for sheet in sheets
    }
    return BatchSummary(
        batch_id=batch["id"],
        number=batch["number"],
        created_at=batch["created_at"],
        author=batch["author"] or "",
        sheet_count=batch["sheet_count"],
        known=batch["accepted_at"] is not None,
        paper=batch["paper"],
        groups=tuple(sorted(groups.values(), key=lambda group: (group.by_post, group.group))),
    )


def _group_key(sheet: Row) -> tuple[bool, str]:
    return (True, "") if sheet["by_post"] else (False, sheet["classroom_id"] or "")


def distribution_notice(desk: Desk, *, school_id: str) -> DistributionNotice:
    """What must stay on the director's table: sheets that the server does not know, and those that came too late."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        sheets, batches, unprinted = rows.all("sheets"), rows.all("batches"), without_paper(rows)
    unknown = [sheet for sheet in sheets if sheet["status"] == SheetStatus.PRINTED and sheet["accepted_at"] is None]
    waiting = [sheet for sheet in unknown if sheet["batch_id"] not in unprinted]
    ending = {batch["id"] for batch in batches if batch["reset"]}
    resets = [sheet for sheet in unknown if sheet["batch_id"] in unprinted or _ends_password(sheet, ending)]
    withheld = [sheet for sheet in sheets if sheet["status"] in WITHHELD and not sheet["handed_on"]]
    return DistributionNotice(
        waiting=_accounts(waiting),
        withheld=_accounts(withheld),
        resets=_accounts(resets),
        waiting_sentence=_waiting_sentence(len(waiting)),
        withheld_sentence=_withheld_sentence(withheld, unprinted),
        reset_sentence=_reset_sentence(len(_accounts(resets))),
    )


def _ends_password(sheet: Row, ending: set[str]) -> bool:
    return sheet["letter"] == Letter.C05 and sheet["batch_id"] in ending


def _group(sheet: Row) -> str:
    return group_label(by_post=sheet["by_post"], classroom=sheet["classroom_label"])


def _accounts(sheets: list[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sheet["account_id"] for sheet in sheets))


def _waiting_sentence(count: int) -> str:
    if not count:
        return ""
    many = "s" * (count > 1)
    return f"Ne pas distribuer\u00a0: {count}\u00a0feuille{many} pas encore connue{many} du serveur"


def _reset_sentence(count: int) -> str:
    if not count:
        return ""
    many = "s" * (count > 1)
    return (
        f"L’ancien mot de passe fonctionne encore\u00a0: {count}\u00a0réinitialisation{many} "
        f"pas encore connue{many} du serveur"
    )


def _withheld_sentence(sheets: list[Row], unprinted: frozenset[str]) -> str:
    """A line for each reason that there is; a reset without paper cannot be kept back, it was simply not done."""
    lines = []
    for status, why in WITHHELD.items():
        found = [sheet for sheet in sheets if sheet["status"] == status]
        papers = [sheet for sheet in found if sheet["batch_id"] not in unprinted]
        resets = [sheet["login"] for sheet in found if sheet["batch_id"] in unprinted]
        which = ", ".join(f"{_group(sheet)} — feuille {sheet['number']}\u00a0({sheet['login']})" for sheet in papers)
        lines += [f"Ne pas remettre, {why}\u00a0: {which}"] if papers else []
        if resets and status == SheetStatus.DO_NOT_HAND_OUT:
            lines.append(f"Mot de passe non réinitialisé, {why}\u00a0: {', '.join(resets)}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Provisional passwords by account, ungrouped, and the log-ins of those that this PC cannot open."""

    by_account: dict[str, str]
    unreadable: tuple[str, ...]


def provisional_passwords(desk: Desk, *, school_id: str, account_ids: Iterable[str]) -> Passwords:
    """Like ``provisional_password`` for many accounts, in one reading; it raises nothing."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        keys = school_keyring(connection, school_id)
        latest: dict[str, Row] = {}
        for sheet in sorted(filter(_holds_password, rows.all("sheets")), key=_printed):
            latest[sheet["account_id"]] = sheet
        accounts = [row for account_id in dict.fromkeys(account_ids) if (row := rows.get("accounts", account_id))]
    found: dict[str, str] = {}
    unreadable: list[str] = []
    for account in accounts:
        last = latest.get(account["id"])
        if last is None or account["password_changed"]:
            continue
        try:
            found[account["id"]] = _opened(last, keys).password
        except SecretUnreadable:
            unreadable.append(last["login"])
    return Passwords(found, tuple(unreadable))


def provisional_password(desk: Desk, *, school_id: str, account_id: str) -> str | None:
    """The password on the latest sheet of an account that still works or will, ungrouped; None where there is none.

    Raises SecretUnreadable where this PC cannot open it: the account's panel then offers a reset.
    """
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        account = rows.need("accounts", account_id)
        live = [sheet for sheet in rows.where("sheets", account_id=account["id"]) if _holds_password(sheet)]
        if account["password_changed"] or not live:
            return None
        latest = max(live, key=_printed)
        return _opened(latest, school_keyring(connection, school_id)).password


def _holds_password(sheet: Row) -> bool:
    return bool(sheet["with_secret"]) and sheet["status"] not in USELESS


def _printed(sheet: Row) -> tuple[str, str]:
    return sheet["printed_at"], sheet["id"]


def _opened(sheet: Row, keys: dict[int, SchoolKey]) -> SheetSecret:
    sealed, version = sheet["sealed"] or "", sheet["key_version"]
    return open_secret(sealed, version=version, keys=keys, sheet_id=sheet["id"], login=sheet["login"])


def reprint(
    desk: Desk,
    *,
    school_id: str,
    batch_id: str,
    from_number: int = 1,
    group: GroupSummary | None = None,
    folder: Path | None = None,
    single_file: Path | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
    processes: int | None = None,
) -> NotifyDone:
    """Print again the sheets of a batch from a number on: same numbers, same passwords; nobody is notified again.

    ``group`` narrows it to one class (or to what went by post). Raises SecretUnreadable where this PC cannot open a
    password, NotFound for an unknown batch, Refused where no sheet is left to print, Cancellation.
    """
    stock = _read(desk, school_id, batch_id)
    press = Press(stock.school, day_of(stock.batch["created_at"], stock.school), stock.batch["number"])
    chosen = [sheet for sheet in stock.sheets if sheet.row["number"] >= from_number and _in_group(sheet.row, group)]
    texts = _texts([sheet for sheet in chosen if sheet.useful], press, stock.keys)
    notes = {sheet.planned.place: USELESS[sheet.row["status"]] for sheet in stock.sheets if not sheet.useful}
    booklets = press.booklets([sheet.planned for sheet in stock.sheets], texts, notes)
    suffix = "-reimpression"
    if from_number > 1:
        booklets = tuple(replace(booklet, lines=()) for booklet in booklets)
        suffix = f"-a-partir-de-{from_number}"
    pages = _Pages(progress, len(texts))
    with PdfFiles.at(booklets, press.batch_number, folder=folder, single_file=single_file, suffix=suffix) as files:
        files.draw(press.head, progress=pages.add, cancelled=cancelled, processes=processes)
        paths = files.publish()
        remember(desk, school_id=school_id, batch_id=batch_id, paths=paths)
    left_out = tuple(_left_out(sheet) for sheet in chosen if not sheet.useful)
    return NotifyDone(batch_id, press.batch_number, None, paths, len(texts), _printed_sentence(len(texts)), left_out)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A sheet of the records, and the plan that draws it again."""

    row: Row
    planned: PlannedSheet

    @property
    def useful(self) -> bool:
        return self.row["status"] not in USELESS


@dataclass(frozen=True, slots=True)
class _Stock:
    """What a reprint reads: one batch."""

    school: Row
    batch: Row
    sheets: list[_Printed]
    keys: dict[int, SchoolKey]


class _Pages:
    """Turns « pages more » into « pages so far »."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, pages: int) -> None:
        self._done += pages
        self._progress(self._done, self._total)


def _read(desk: Desk, school_id: str, batch_id: str) -> _Stock:
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        found = rows.where("sheets", batch_id=rows.need("batches", batch_id)["id"])
        accounts = {sheet["id"]: rows.resolve(sheet["account_id"]) for sheet in found}
        recipients = {one.account_id: one for one in Recipients(rows, with_former=True).find(accounts.values())}
        printed = [
            _Printed(sheet, _planned(sheet, recipients[accounts[sheet["id"]]]))
            for sheet in sorted(found, key=lambda sheet: (*_group_key(sheet), sheet["number"]))
            if accounts[sheet["id"]] in recipients
        ]
        school, batch = rows.need("schools", school_id), rows.need("batches", batch_id)
        return _Stock(school, batch, printed, school_keyring(connection, school_id))


def _planned(sheet: Row, recipient: Recipient) -> PlannedSheet:
    """The plan of a sheet as it was: its place, letter and log-in are the record's, the names are today's."""
    same_class = (child for child in recipient.children if child.classroom_id == sheet["classroom_id"])
    carrier = next(same_class, recipient.carrier)
    return PlannedSheet(
        recipient=replace(recipient, carrier=carrier, login=sheet["login"]),
        letter=Letter(sheet["letter"]),
        group=_group(sheet),
        by_post=sheet["by_post"],
        classroom_id=sheet["classroom_id"],
        classroom=sheet["classroom_label"] or "",
        number=sheet["number"],
        total=sheet["total"],
    )


def _in_group(sheet: Row, group: GroupSummary | None) -> bool:
    return group is None or _group_key(sheet) == ((True, "") if group.by_post else (False, group.classroom_id or ""))


def _texts(sheets: list[_Printed], press: Press, keys: dict[int, SchoolKey]) -> dict[Place, SheetTexts]:
    """What is secret on each sheet, opened: all of it before anything is drawn, so that no sheet is ever blank.

    Raises Refused where there is nothing to print again, and SecretUnreadable.
    """
    if not sheets:
        raise Refused("nothing_to_reprint", "Aucune feuille de ce lot n’est à réimprimer à partir de ce numéro.")
    texts: dict[Place, SheetTexts] = {}
    for sheet in sheets:
        row, deadline = sheet.row, press.deadline(sheet.planned.letter, sheet.row["expires_at"])
        if not row["with_secret"]:
            texts[sheet.planned.place] = SheetTexts(None, None, deadline)
            continue
        secret = _opened(row, keys)
        texts[sheet.planned.place] = SheetTexts(secret.password, secret.token, deadline)
    return texts


def _left_out(sheet: _Printed) -> str:
    why = USELESS[sheet.row["status"]]
    return f"{sheet.planned.group} — feuille {sheet.row['number']}\u00a0({sheet.row['login']})\u00a0: {why}"


def _printed_sentence(count: int) -> str:
    many = "s" * (count > 1)
    return f"{count}\u00a0feuille{many} réimprimée{many}, sans nouveau mot de passe."
