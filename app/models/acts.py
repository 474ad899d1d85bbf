"""The payloads of the acts: what a person did, as data, with the values that were seen when it was done.

The school stands only in the envelope, never in a payload. Payloads of imports and of notifications live beside
their own vocabulary (``acts_import``, ``acts_notify``); the registry of kinds is ``app.services.records.kinds``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Seen = tuple[str | None, str | None]
"""(the value that the person saw, the value that she wants)."""

Changes = dict[Annotated[str, Field(max_length=60)], Seen]


class ActFields(BaseModel):
    """Base of every payload: unknown fields are refused, values are never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CreateSchoolFields(ActFields):
    """``ecole.creer``: a school begun on a PC, before any server knows it."""

    uai: str
    name: str
    details: dict[str, str | None] = {}


class EditSchoolFields(ActFields):
    """``ecole.modifier``: contact, signatory, address, sector of the school."""

    changes: Changes


class SchoolSettingFields(ActFields):
    """``ecole.regler``: one setting of the school (life of the sheets, INE required…)."""

    name: Literal["sheet_life_days", "require_ine", "count_nursery", "help_digest", "report_openings", "report_notices"]
    seen: int | bool | None
    value: int | bool | None


class CorrectFields(ActFields):
    """``responsable.corriger`` and ``eleve.corriger``: corrections kept beside ONDE's values."""

    record_id: str
    changes: Changes


class AccountsFields(ActFields):
    """``compte.rouvrir`` and ``compte.reactiver``: the accounts concerned."""

    account_ids: list[str]


class CloseReviewFields(ActFields):
    """``revue.clore``: a person has seen an item of « À revoir »."""

    review_id: str


class AdmitDeviceFields(ActFields):
    """``poste.admettre``: a school key, sealed to one device by a device that holds it."""

    grant_id: str
    device_id: str
    key_version: int
    sealed: str


JsonObject = dict[str, Any]
