"""What became of the mails of a school, in words: « accepté par sa messagerie », never « remis » unless a report says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.models.clock import parse_instant
from app.models.corrections import effective
from app.models.deliveries import PAUSED, RESTORED, DeliveryState
from app.models.states import Letter
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.rows import SchoolRows

LETTERS = {
    Letter.C02: "Mail de notification", Letter.C04: "Mail de rappel", Letter.C06: "Mail de réinitialisation",
    Letter.C07: "Mail d’activation",
}  # fmt: skip
STATES = {
    DeliveryState.QUEUED: "en attente d’envoi",
    DeliveryState.ACCEPTED: "accepté par sa messagerie",
    DeliveryState.DELIVERED: "remis",
    DeliveryState.BOUNCED: "refusé par sa messagerie",
    DeliveryState.FAILED: "n’a pas pu partir",
    DeliveryState.UNCERTAIN: "peut-être parti\u00a0: l’envoi a été coupé",
}
_COUNTED = {
    DeliveryState.QUEUED: "en attente", DeliveryState.ACCEPTED: "acceptés", DeliveryState.DELIVERED: "remis",
    DeliveryState.BOUNCED: "refusés", DeliveryState.FAILED: "en échec", DeliveryState.UNCERTAIN: "incertains",
    PAUSED: "en pause",
}  # fmt: skip
"""Before the count of the mails in a state."""
_REASONS = {
    PAUSED: "l’envoi est en pause", RESTORED: "le serveur a été restauré", "access": "l’accès a été fermé",
    "abandoned": "l’envoi a été abandonné", "not_activating": "le compte n’est plus en cours d’activation",
}  # fmt: skip
_CODES = {
    "5.1.": "l’adresse n’existe pas", "5.2.2": "sa boîte est pleine", "5.2.1": "sa boîte est fermée",
    "5.7.": "son serveur refuse nos mails",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailRun:
    """What one act sent. ``at`` is a stored instant; ``paused`` while somebody must look at it."""

    run_id: str
    at: str
    author: str
    by_state: dict[DeliveryState, int]
    paused: bool
    account_ids: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def refused(self) -> int:
        return self.by_state.get(DeliveryState.BOUNCED, 0)

    @property
    def paused_sentence(self) -> str:
        """What the director is asked."""
        waiting = self.by_state.get(DeliveryState.QUEUED, 0)
        return (
            f"L’envoi de {self.total}\u00a0courriels est en pause\u00a0: {self.refused}\u00a0adresses refusées, "
            f"{waiting}\u00a0courriels attendent. Vérifiez les adresses, puis reprenez ou abandonnez l’envoi."
        )


def counted(by_state: Mapping[str, int] | Mapping[DeliveryState, int]) -> str:
    """« acceptés : 19, refusés : 1 », in the order given."""
    return ", ".join(f"{_COUNTED.get(state, state)} : {count}" for state, count in by_state.items())


def latest_by_account(deliveries: Iterable[Row]) -> dict[str, Row]:
    """The latest mail to each account."""
    found: dict[str, Row] = {}
    for row in deliveries:
        known = found.get(row["account_id"])
        if known is None or (row["asked_at"], row["id"]) > (known["asked_at"], known["id"]):
            found[row["account_id"]] = row
    return found


def standing_delivery(latest: Row | None, account: Row, guardian: Row) -> DeliveryState | None:
    """What became of the latest mail to an account; nothing once the address is another."""
    present = {account["email"], (effective(guardian, "email") or "").strip()} - {"", None}
    if latest is None or latest["address"] not in present:
        return None
    return DeliveryState(latest["state"])


def list_runs(desk: Desk, *, school_id: str) -> tuple[MailRun, ...]:
    """The mails that were sent in one go, the latest first; activation mails, sent one by one, are not there."""
    with desk.vault.read() as connection:
        found: dict[str, list[Row]] = {}
        for row in SchoolRows(connection, school_id).all("deliveries"):
            if row["act_id"] and row["letter"] != Letter.C07:
                found.setdefault(row["act_id"], []).append(row)
    runs = [_run(run_id, rows) for run_id, rows in found.items()]
    return tuple(sorted(runs, key=lambda run: (run.at, run.run_id), reverse=True))


def _run(run_id: str, rows: list[Row]) -> MailRun:
    counts = Counter(DeliveryState(row["state"]) for row in rows)
    paused = any(row["state"] == DeliveryState.QUEUED and row["reason"] == PAUSED for row in rows)
    accounts = tuple(dict.fromkeys(row["account_id"] for row in rows))
    return MailRun(
        run_id, min(row["asked_at"] for row in rows), rows[0]["author"] or "", dict(counts), paused, accounts
    )


def state_words(delivery: Row, zone: str) -> str:
    """« accepté par sa messagerie le 21-11-2026 à 14 h 02 », with the reason where there is one."""
    state = DeliveryState(delivery["state"])
    if state is DeliveryState.QUEUED and delivery["known_at"] is None:
        return "partira à la prochaine synchronisation"
    words = (
        f"{STATES[state]} le {_moment(delivery['at'], zone)}" if state is not DeliveryState.QUEUED else STATES[state]
    )
    reason = reason_words(delivery["reason"])
    return f"{words}\u00a0: {reason}" if reason and state not in _SILENT else words


_SILENT = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


def mail_words(delivery: Row, zone: str) -> str:
    """One mail as a sentence: which, where to, what became of it."""
    address = f" à {delivery['address']}" if delivery["address"] else ""  # purged after a year
    return f"{LETTERS[Letter(delivery['letter'])]}{address}\u00a0: {state_words(delivery, zone)}."


def reason_words(reason: str | None) -> str:
    """What the other server said, in our words where its code is known; else its own."""
    if not reason:
        return ""
    if reason in _REASONS:
        return _REASONS[reason]
    for code, words in _CODES.items():
        if f" {code}" in reason or reason.startswith(code):
            return f"{words} ({reason})"
    return reason


def _moment(at: str, zone: str) -> str:
    local = parse_instant(at).astimezone(ZoneInfo(zone))
    return f"{local:%d-%m-%Y} à {local.hour}\u00a0h\u00a0{local.minute:02d}"
