"""The payload of what a person says to have corrected in ONDE."""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields
from app.models.acts_erasure import PersonTable


class TickFields(ActFields):
    """``onde.cocher``: one line of « À corriger dans ONDE » is done there, or is not. ``label`` is the line's, for people."""

    table: PersonTable
    record_id: str = Field(max_length=36)
    what: str = Field(min_length=1, max_length=80, pattern=r"^[a-z_]+(:[0-9A-Za-z-]+)?$")
    label: str = Field(min_length=1, max_length=80)
    done: bool
