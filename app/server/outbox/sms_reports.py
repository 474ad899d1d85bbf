"""What became of a text, told by the gateway over HTTP. Its address is signed: who does not know it can say nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.outbox.queue import Queue
from app.server.outbox.reports import Report, apply_report
from app.server.outbox.sms import Reports
from app.server.outbox.worker import Listener, tell

_STATES = {"1": DeliveryState.DELIVERED, "2": DeliveryState.BOUNCED, "16": DeliveryState.FAILED}
"""Kannel's words; what is still under way (4, 8) is no news."""


def sms_reports(*, database: Database, queue: Queue, listener: Listener, reports: Reports) -> APIRouter:
    """The one address that a gateway calls. It answers alike whatever it is told."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sms/{message_id}/{mark}", response_model=None)
    async def told(request: Request, message_id: str, mark: str) -> Response:
        state = _STATES.get(request.query_params.get("etat", ""))
        if state is not None and reports.is_signed(message_id, mark):
            await run_in_threadpool(_take(database, queue, listener, Report(message_id, state, "")))
        return Response(status_code=204)

    return router


def _take(database: Database, queue: Queue, listener: Listener, report: Report) -> Callable[[], None]:
    def take() -> None:
        with database.write() as connection:
            if news := apply_report(connection, report, queue=queue):
                tell(connection, news, listener=listener, queue=queue)

    return take
