"""The API by which a school's PCs send and fetch documents, beside the exchange of acts and rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from app.models.errors import PreauError
from app.models.parcels import PARCEL_TYPE, FetchRequest, ReceivedReply, WantedRequest, pack, unpack
from app.models.wire import CONTENT_TYPE, PROTOCOL, PROTOCOL_HEADER
from app.server.database import BUSY
from app.server.documents.service import DocumentService
from app.server.sync.exchange import Caller
from app.server.sync.routes import ApiError, answer, identify, read_body, read_message, refused, token_of

Work = Callable[[str, Caller, bytes], Response]


def router(service: DocumentService) -> APIRouter:
    """The routes under /api/v1/schools/{school_id}/documents."""
    api = APIRouter(prefix="/api/v1/schools/{school_id}/documents")

    def open_address(path: str, work: Work, described: dict[str, Any]) -> None:
        async def handle(school_id: str, request: Request) -> Response:
            try:
                token, body = token_of(request), await read_body(request)
                return await run_in_threadpool(
                    lambda: work(school_id, identify(service.database, service.clock, token), body)
                )
            except (ApiError, PreauError, *BUSY) as error:
                return refused(error)

        api.add_api_route(path, handle, methods=["POST"], response_model=None, openapi_extra=described)

    def wanted(school_id: str, caller: Caller, body: bytes) -> Response:
        return answer(
            200, service.wanted(caller=caller, school_id=school_id, request=read_message(body, WantedRequest))
        )

    def take(school_id: str, caller: Caller, body: bytes) -> Response:
        try:
            pieces = list(unpack(body))
        except ValueError as error:
            raise ApiError(400, "bad_request", "L’envoi est illisible.") from error
        return answer(200, service.take(caller=caller, school_id=school_id, pieces=pieces))

    def fetch(school_id: str, caller: Caller, body: bytes) -> Response:
        piece = service.fetch(caller=caller, school_id=school_id, request=read_message(body, FetchRequest))
        headers = {PROTOCOL_HEADER: PROTOCOL, "Cache-Control": "no-store"}
        return Response(pack([piece]), media_type=PARCEL_TYPE, headers=headers)

    open_address("/wanted", wanted, _described(WantedRequest))
    open_address("/parcel", take, _described(None))
    open_address("/fetch", fetch, _described(FetchRequest))
    return api


def _described(asked: type[BaseModel] | None) -> dict[str, Any]:
    """What the API's description says of a route that reads its own body."""
    parcel: dict[str, Any] = {PARCEL_TYPE: {"schema": {"type": "string", "format": "binary"}}}
    body = {CONTENT_TYPE: {"schema": asked.model_json_schema()}} if asked else parcel
    told = parcel if asked is FetchRequest else {CONTENT_TYPE: {"schema": ReceivedReply.model_json_schema()}}
    return {
        "requestBody": {"required": True, "content": body},
        "responses": {"200": {"description": "", "content": told}},
    }
