"""The payloads of what happens to printed sheets: handed out, kept valid longer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.models.acts import ActFields

SheetIds = Annotated[tuple[str, ...], Field(min_length=1)]


class HandOverFields(ActFields):
    """``feuille.remettre``: sheets given to the pupils that day (``YYYY-MM-DD``), or (None) not given after all."""

    sheet_ids: SheetIds
    handed_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None


class ProlongFields(ActFields):
    """``feuille.prolonger``: the same paper stays valid, for one more life from the server's acceptance."""

    sheet_ids: SheetIds
