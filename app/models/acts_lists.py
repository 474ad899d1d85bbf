"""The payload of ``liste.exporter``: a list that left the vault with provisional passwords in it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.models.acts import ActFields


class ListFields(ActFields):
    """``liste.exporter``. ``account_ids`` are those whose password stands in the list, ``lines`` the whole of it."""

    list_id: str
    format: Literal["pdf", "csv", "xlsx"]
    lines: int = Field(ge=0)
    account_ids: tuple[str, ...]
