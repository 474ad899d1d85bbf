"""The payloads of ``compte.notifier`` and ``compte.reinitialiser``: for whom, with which secrets, sealed and hashed.

The server reads the hashes and cannot open what is sealed; the school's PCs open what is sealed and reprint it. So a
sheet that was handed out is never without its act, and an act is never without sheets that can be printed again.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.models.acts import ActFields
from app.models.secrets import PASSWORD_HASH_PATTERN, TOKEN_HASH_PATTERN
from app.models.states import Letter


class BatchFields(ActFields):
    """A batch: everything printed in one go. ``number`` is what is printed, « L-0912-3F »."""

    id: str
    number: str = Field(max_length=20)
    created_at: str


class SheetFields(ActFields):
    """One sheet. A reminder (C03) has no secret: then ``sealed`` and both hashes are None."""

    sheet_id: str
    account_id: str
    guardian_id: str
    classroom_id: str | None
    classroom_label: str | None
    number: int = Field(ge=1)
    total: int = Field(ge=1)
    letter: Letter
    login: str
    with_secret: bool
    by_post: bool
    sealed: str | None = None
    key_version: int | None = None
    password_hash: Annotated[str, Field(pattern=PASSWORD_HASH_PATTERN)] | None = None
    token_hash: Annotated[str, Field(pattern=TOKEN_HASH_PATTERN)] | None = None


class NotifyFields(ActFields):
    """``compte.notifier``. ``notified_on`` is the date of distribution (``YYYY-MM-DD``)."""

    batch: BatchFields
    reset: bool
    notified_on: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    sheets: tuple[SheetFields, ...]


class ResetFields(ActFields):
    """``compte.reinitialiser``: a batch without paper. Its sheets hold new passwords that can be seen, or printed later."""

    batch: BatchFields
    sheets: tuple[SheetFields, ...]
