"""What happens to printed sheets. Handing out is told at once; how long a sheet lives is the server's to say."""

from __future__ import annotations

from app.models.acts_sheets import HandOverFields, ProlongFields
from app.models.errors import Refused
from app.models.tables import Row
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp


def hand_over(fields: HandOverFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``feuille.remettre``. Of two PCs that tick the same class the earlier day stays; unticking is what arrives last."""
    for sheet in _known(fields.sheet_ids, rows):
        day = fields.handed_on
        if day is not None and sheet["handed_on"] is not None:
            day = min(day, sheet["handed_on"])
        rows.change("sheets", sheet["id"], handed_on=day)


def prolong(fields: ProlongFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``feuille.prolonger``: noted in the account's story; the server moves the dates."""
    for sheet in _known(fields.sheet_ids, rows):
        add_event(
            rows, stamp, kind="prolonged", account_id=sheet["account_id"], guardian_id=sheet["guardian_id"],
            sheet_id=sheet["id"],
        )  # fmt: skip


def _known(sheet_ids: tuple[str, ...], rows: SchoolRows) -> list[Row]:
    """The sheets that are in the records, each once. Raises Refused where none is."""
    found = {sheet["id"]: sheet for sheet_id in sheet_ids if (sheet := rows.get("sheets", sheet_id)) is not None}
    if not found:
        raise Refused("no_sheet_known", "Aucune de ces feuilles n’est (ou n’est plus) dans les dossiers de l’école.")
    return list(found.values())
