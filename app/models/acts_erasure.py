"""The payloads of the rights of one person: erased for good (GDPR, article 17), or only kept (article 18; docs/adr/0017)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.models.acts import ActFields

MAX_WHY = 200
PersonTable = Literal["pupils", "guardians"]


class ErasedPerson(ActFields):
    """One person. ``seen`` is what the director saw of the record, in one word; it is not kept once the act is accepted.

    ``mark`` (five hexadecimal digits) lets an older file be known again: too short to say who it was.
    """

    table: PersonTable
    id: str = Field(max_length=36)
    mark: Annotated[str, Field(pattern=r"^[0-9a-f]{5}$")] | None = None
    seen: str | None = Field(default=None, max_length=64)


class EraseFields(ActFields):
    """``personne.effacer``. ``why``: the person asked, or the time to keep is over."""

    people: Annotated[tuple[ErasedPerson, ...], Field(min_length=1, max_length=2000)]
    why: Literal["asked", "kept_time"]


class LimitFields(ActFields):
    """``personne.limiter``: from now on only kept, or used again. ``seen``: whether it was limited when it was decided."""

    table: PersonTable
    record_id: str = Field(max_length=36)
    seen: bool
    limited: bool
    reason: str | None = Field(default=None, max_length=MAX_WHY)
    since: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
