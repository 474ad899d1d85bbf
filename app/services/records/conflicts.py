"""The « À revoir » list: what two people decided differently, kept in words (sync.md, protocol 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.models.ids import derived_id
from app.models.tables import Row
from app.services.records.rows import SchoolRows, Stamp

NEVER_ALONE = frozenset({"birth_date", "access", "ine"})
"""Fields that no rule decides: the value in place stays, a person settles it."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values for one field: which stays in the record, which is only remembered, and whose each was."""

    table: str
    record_id: str
    field: str
    kept: Any
    lost: Any
    kept_author: str | None = None
    lost_author: str | None = None


def put_clash(rows: SchoolRows, stamp: Stamp, clash: Clash, *, kind: str = "field_conflict") -> Row:
    """Write one item to review; its id is the same on every replica."""
    return rows.add(
        "reviews",
        derived_id(stamp.act_id, clash.table, clash.record_id, clash.field),
        at=stamp.at,
        kind=kind,
        act_id=stamp.act_id,
        record_table=clash.table,
        record_id=clash.record_id,
        field=clash.field,
        kept={"value": clash.kept},
        lost={"value": clash.lost},
        kept_author=clash.kept_author,
        lost_author=clash.lost_author,
    )


def put_unknown(rows: SchoolRows, stamp: Stamp, table: str, record_id: str, lost: Row) -> Row:
    """Write that an act changes a record that is not here (its creation was refused, or is lost)."""
    return rows.add(
        "reviews",
        derived_id(stamp.act_id, table, record_id, "unknown"),
        at=stamp.at,
        kind="import_unknown",
        act_id=stamp.act_id,
        record_table=table,
        record_id=record_id,
        lost={"value": lost},
        lost_author=stamp.author,
        sentence="Cet import modifie une fiche qui n’existe pas (ou plus) dans l’école. Importez de nouveau le fichier.",
    )


def put_overtaken(rows: SchoolRows, stamp: Stamp, kind: str, count: int) -> Row:
    """Write that the departures of an import were not taken: a file extracted later came in meanwhile."""
    return rows.add(
        "reviews",
        derived_id(stamp.act_id, kind, "overtaken"),
        at=stamp.at,
        kind="import_overtaken",
        act_id=stamp.act_id,
        lost={"value": count},
        lost_author=stamp.author,
        sentence=(
            "Le fichier de cet import est plus ancien qu’un autre, importé entre-temps\u00a0: ce qu’il n’avait plus n’est "
            "pas marqué comme parti. Pour les départs, relancez l’extraction dans ONDE."
        ),
    )


def put_refusal(rows: SchoolRows, stamp: Stamp, *, code: str, sentence: str) -> Row:
    """Write the refusal of a whole act: it was shown as saved, so it must be seen again."""
    return rows.add(
        "reviews",
        derived_id(stamp.act_id, "refused"),
        at=stamp.at,
        kind="refused",
        act_id=stamp.act_id,
        field=code,
        sentence=sentence,
        lost_author=stamp.author,
    )


def add_event(
    rows: SchoolRows,
    stamp: Stamp,
    *,
    kind: str,
    account_id: str | None = None,
    guardian_id: str | None = None,
    **detail: Any,
) -> None:
    """Write one line of an account's story."""
    rows.add(
        "events",
        derived_id(stamp.act_id, kind, account_id or "", guardian_id or ""),
        account_id=account_id,
        guardian_id=guardian_id,
        at=stamp.at,
        kind=kind,
        author=stamp.author,
        detail=detail or None,
    )
