"""What the director does about a request, through the services that her window uses."""

from __future__ import annotations

from app.models.acts_requests import Answer, CloseRequestFields
from app.services.records.journal import submit
from tests.server.portal.household import Household


def settle(home: Household, request_id: str) -> None:
    """« Déjà réglé »."""
    fields = CloseRequestFields(request_id=request_id, why=Answer.SETTLED)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="demande.clore", fields=fields)
