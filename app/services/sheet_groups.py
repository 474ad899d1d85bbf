"""The life of printed sheets, class by class: handed out, used, about to expire; and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app.models.acts_sheets import HandOverFields, ProlongFields
from app.models.clock import local_date
from app.models.errors import Refused
from app.models.states import AccountState, SheetStatus
from app.models.tables import Row
from app.services.batches import without_paper
from app.services.desk import Desk
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows
from app.services.roll import read_roll

EXPIRING_DAYS = 15
_REMINDED = (AccountState.NOTIFIED, AccountState.ACTIVATING)


@dataclass(frozen=True)
class SheetGroup:
    """The sheets of one class (or of the post) in one batch. Days are where the school is."""

    batch_id: str
    batch_number: str
    group: str
    printed_on: date
    today: date
    sheets: tuple[Row, ...]
    zone: str
    to_remind: frozenset[str]
    """The accounts of these sheets that were notified and are not active yet."""

    @property
    def key(self) -> tuple[str, str]:
        """Names the group while it is shown."""
        return self.batch_id, self.group

    @property
    def total(self) -> int:
        return len(self.sheets)

    @cached_property
    def used(self) -> int:
        return sum(sheet["status"] == SheetStatus.USED for sheet in self.sheets)

    @cached_property
    def handed(self) -> int:
        """Ticked as given, or proven given by having been used."""
        return sum(bool(sheet["handed_on"]) or sheet["status"] == SheetStatus.USED for sheet in self.sheets)

    @cached_property
    def waiting(self) -> int:
        """Not known to the server: not to be handed out."""
        return sum(sheet["status"] == SheetStatus.PRINTED for sheet in self.sheets)

    @cached_property
    def to_hand(self) -> tuple[str, ...]:
        """The sheets that may be handed out and were not."""
        return tuple(
            sheet["id"] for sheet in self.sheets if sheet["status"] == SheetStatus.KNOWN and not sheet["handed_on"]
        )

    @cached_property
    def to_prolong(self) -> tuple[str, ...]:
        """The sheets with a password that still wait for their guardian, expired ones included."""
        return tuple(
            sheet["id"]
            for sheet in self.sheets
            if sheet["with_secret"] and sheet["status"] in (SheetStatus.KNOWN, SheetStatus.EXPIRED)
        )

    @cached_property
    def expires_on(self) -> date | None:
        """The first day on which one of the waiting sheets ends."""
        living = set(self.to_prolong)
        ends = [sheet["expires_at"] for sheet in self.sheets if sheet["id"] in living and sheet["expires_at"]]
        return min((local_date(end, self.zone) for end in ends), default=None)

    @property
    def expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < self.today

    @property
    def expiring(self) -> bool:
        """Whether the end is near: time to remind, or to prolong."""
        return self.expires_on is not None and self.expires_on <= self.today + timedelta(days=EXPIRING_DAYS)

    @property
    def finished(self) -> bool:
        """Whether nothing of it is on the director's table any more."""
        return not self.to_hand and not self.waiting


def list_groups(desk: Desk, *, school_id: str) -> tuple[SheetGroup, ...]:
    """Every class of every batch, the latest batch first."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        states = read_roll(connection, school_id=school_id).states
        school = rows.get("schools", school_id)
        unprinted = without_paper(rows)
        batches = {row["id"]: row for row in rows.all("batches") if row["id"] not in unprinted}
        sheets = [row for row in rows.all("sheets") if row["batch_id"] in batches]
    zone = (school["timezone"] if school else None) or "Europe/Paris"
    groups: dict[tuple[str, str], list[Row]] = {}
    for sheet in sheets:
        groups.setdefault((sheet["batch_id"], _label(sheet)), []).append(sheet)
    found = [
        SheetGroup(
            batch_id=batch_id,
            batch_number=batches[batch_id]["number"],
            group=label,
            printed_on=local_date(batches[batch_id]["created_at"], zone),
            today=local_date(desk.now(), zone),
            sheets=tuple(sorted(members, key=lambda sheet: sheet["number"])),
            zone=zone,
            to_remind=frozenset(s["account_id"] for s in members if states.get(s["account_id"]) in _REMINDED),
        )
        for (batch_id, label), members in groups.items()
    ]
    found.sort(key=lambda group: group.group)
    return tuple(sorted(found, key=lambda group: batches[group.batch_id]["created_at"], reverse=True))


def _label(sheet: Row) -> str:
    return "Envoi postal" if sheet["by_post"] else sheet["classroom_label"] or "Sans classe"


def hand_over(
    desk: Desk, *, school_id: str, groups: Iterable[SheetGroup], on: date | None = None, undo: bool = False
) -> SubmittedAct:
    """Tick the sheets of some classes as given (today, unless another day is said), or untick them. Raises Refused."""
    chosen = tuple(groups)
    if undo:
        ids = [sheet["id"] for group in chosen for sheet in group.sheets if sheet["handed_on"]]
        nothing = "Aucune de ces feuilles n’est notée comme remise."
    else:
        ids = [sheet_id for group in chosen for sheet_id in group.to_hand]
        waiting = any(group.waiting for group in chosen)
        nothing = "Ces feuilles ne sont pas encore connues du serveur\u00a0: synchronisez avant de les remettre."
        nothing = nothing if waiting else "Il ne reste aucune feuille à remettre ici."
    if not ids:
        raise Refused("nothing_to_hand", nothing)
    day = None if undo else (on or chosen[0].today).isoformat()
    fields = HandOverFields(sheet_ids=tuple(ids), handed_on=day)
    return submit(desk, school_id=school_id, kind="feuille.remettre", fields=fields)


def prolong(desk: Desk, *, school_id: str, groups: Iterable[SheetGroup]) -> SubmittedAct:
    """Keep the same paper valid for one more life, from the server's acceptance. Raises Refused."""
    ids = tuple(sheet_id for group in groups for sheet_id in group.to_prolong)
    if not ids:
        raise Refused("nothing_to_prolong", "Aucune de ces feuilles n’attend encore son responsable.")
    return submit(desk, school_id=school_id, kind="feuille.prolonger", fields=ProlongFields(sheet_ids=ids))


def finished_batches(groups: Sequence[SheetGroup]) -> tuple[str, ...]:
    """The batches of which no sheet is left to hand out: their files are of no more use."""
    open_batches = {group.batch_id for group in groups if not group.finished}
    return tuple(dict.fromkeys(group.batch_id for group in groups if group.batch_id not in open_batches))


def not_handed(groups: Iterable[SheetGroup]) -> frozenset[str]:
    """The accounts whose sheet may be handed out and was not."""
    return frozenset(s["account_id"] for group in groups for s in group.sheets if s["id"] in set(group.to_hand))
