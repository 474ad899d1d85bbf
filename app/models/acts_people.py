"""The payloads of what happens to a school's PCs and directors: a PC ends, a successor comes."""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields


class RevokeFields(ActFields):
    """``poste.revoquer``. ``stolen`` also ends the provisional passwords that the PC could read."""

    device_id: str
    stolen: bool


class HandoverFields(ActFields):
    """``ecole.passation``: a successor's enrolment code (only its hash travels), whose use ends the predecessor's work."""

    person_id: str
    name: str = Field(min_length=1, max_length=120)
    code_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    ends_person_id: str
