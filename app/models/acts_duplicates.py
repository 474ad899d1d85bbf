"""The payloads of what a director decides about two records that may be one guardian."""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields, Changes


class SetApartFields(ActFields):
    """``doublon.ecarter``: two people. ``other_id`` may be a guardian of another school."""

    guardian_id: str = Field(max_length=36)
    other_id: str = Field(max_length=36)


class GroupRecordsFields(ActFields):
    """``doublon.regrouper``: one person. The account of ``guardian_id`` stands for that of ``other_id``.

    ``changes`` are the values of the other record that are kept, beside ONDE's, in the one that stands.
    """

    guardian_id: str = Field(max_length=36)
    other_id: str = Field(max_length=36)
    changes: Changes = Field(default={})
