"""The API of the desktops: enrol, synchronise. Every refusal is a code and a French sentence."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from starlette.requests import ClientDisconnect

from app.models.clock import Clock, instant
from app.models.errors import PreauError, Refused
from app.models.states import Role
from app.models.support import CodeReply, CodeRequest, MeetReply, MeetRequest, OverviewReply, OverviewRequest
from app.models.wire import (
    CONTENT_TYPE,
    PROTOCOL,
    PROTOCOL_HEADER,
    EnrolReply,
    EnrolRequest,
    ErrorReply,
    SyncReply,
    SyncRequest,
)
from app.server.database import BUSY, Database
from app.server.portal.site import network
from app.server.sync.enrolment import EnrolService, hash_token
from app.server.sync.exchange import Caller, SyncService
from app.server.sync.officers import OfficerService, Seat
from app.server.tables import device_tokens

log = logging.getLogger(__name__)
Asked = TypeVar("Asked", bound=BaseModel)
MAX_BODY_BYTES = 1024 * 1024
MAX_PLAIN_BYTES = 8 * 1024 * 1024
COMPRESS_FROM_BYTES = 1024


class ApiError(Exception):
    """A refusal of the API itself, before any service was asked."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self.status = status
        self.reply = ErrorReply(code=code, sentence=sentence)


def router(*, sync: SyncService, enrolment: EnrolService, support: OfficerService) -> APIRouter:
    """The routes under /api/v1."""
    api = APIRouter(prefix="/api/v1")

    @api.post("/schools/{school_id}/sync", response_model=None, openapi_extra=_described(SyncRequest, SyncReply))
    async def synchronise(school_id: str, request: Request) -> Response:
        try:
            caller_token = token_of(request)
            asked = read_message(await read_body(request), SyncRequest)
            reply = await run_in_threadpool(_exchange, sync, caller_token, school_id, asked)
        except (ApiError, PreauError, *BUSY) as error:
            return refused(error)
        return answer(200, reply, compress="gzip" in request.headers.get("accept-encoding", ""))

    @api.post("/enrol", response_model=None, openapi_extra=_described(EnrolRequest, EnrolReply))
    async def enrol(request: Request) -> Response:
        try:
            asked = read_message(await read_body(request), EnrolRequest)
            reply = await run_in_threadpool(partial(enrolment.enrol, asked, network=network(request)))
        except (ApiError, PreauError, *BUSY) as error:
            return refused(error)
        return answer(200, reply)

    @api.post("/support/overview", response_model=None, openapi_extra=_described(OverviewRequest, OverviewReply))
    async def overview(request: Request) -> Response:
        return await _answered(OverviewRequest, lambda _asked, token: support.overview(_seat(support, token)), request)

    @api.post("/support/code", response_model=None, openapi_extra=_described(CodeRequest, CodeReply))
    async def code(request: Request) -> Response:
        return await _answered(CodeRequest, lambda _asked, token: support.code(_seat(support, token)), request)

    @api.post("/schools/{school_id}/officer", response_model=None, openapi_extra=_described(MeetRequest, MeetReply))
    async def meet(school_id: str, request: Request) -> Response:
        def work(asked: MeetRequest, token: str) -> BaseModel:
            caller = identify(support.database, support.clock, token)
            if caller.school_id != school_id or caller.role is not Role.DIRECTOR:
                raise Refused("role", "Seule la direction de l’école ouvre ses dossiers à l’assistance.")
            return support.meet(school_id=school_id, code=asked.code)

        return await _answered(MeetRequest, work, request)

    return api


async def _answered(kind: type[Asked], work: Callable[[Asked, str], BaseModel], request: Request) -> Response:
    """A message read, judged off the loop, and answered or refused."""
    try:
        token = token_of(request)
        asked = read_message(await read_body(request), kind)
        reply = await run_in_threadpool(work, asked, token)
    except (ApiError, PreauError, *BUSY) as error:
        return refused(error)
    return answer(200, reply)


def _seat(support: OfficerService, token: str) -> Seat:
    caller = identify(support.database, support.clock, token)
    if caller.officer_id is None:
        raise Refused("not_an_officer", "Ce poste n’est pas celui d’une personne de l’assistance.")
    return Seat(caller.officer_id, caller.person_name)


def _described(asked: type[BaseModel], answered: type[BaseModel]) -> dict[str, Any]:
    """What the API's description says of a route that reads its own body."""

    def content(kind: type[BaseModel]) -> dict[str, Any]:
        return {CONTENT_TYPE: {"schema": kind.model_json_schema()}}

    return {
        "requestBody": {"required": True, "content": content(asked)},
        "responses": {"200": {"description": "", "content": content(answered)}},
    }


def _exchange(sync: SyncService, token: str, school_id: str, asked: SyncRequest) -> BaseModel:
    caller = identify(sync.database, sync.clock, token)
    return sync.exchange(caller=caller, school_id=school_id, request=asked)


def identify(database: Database, clock: Clock, token: str) -> Caller:
    """The device of a token. Raises ApiError 401 where the token is unknown, expired or revoked."""
    with database.read() as connection:
        found = (
            connection.execute(select(device_tokens).where(device_tokens.c.token_hash == hash_token(token)))
            .mappings()
            .first()
        )
    if found is None or found["revoked_at"] is not None or found["expires_at"] < instant(clock()):
        raise ApiError(
            401,
            "device_unknown",
            "Ce poste n’est plus inscrit sur le serveur. Demandez un nouveau code ; vos modifications restent ici.",
        )
    return Caller(
        device_id=found["device_id"],
        school_id=found["school_id"],
        person_name=found["person_name"],
        role=Role(found["role"]),
        officer_id=found["person_id"] if found["school_id"] == "" and found["role"] == Role.SUPPORT else None,
    )


def token_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "no_token", "Ce poste ne s’est pas présenté au serveur.")
    return token


async def read_body(request: Request) -> bytes:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise ApiError(413, "too_large", "L’envoi est trop grand.")
    except ClientDisconnect as error:
        raise ApiError(400, "cut", "L’envoi a été coupé.") from error  # read by nobody
    if request.headers.get("content-encoding", "").lower() == "gzip":
        return _inflate(body)
    return body


def _inflate(body: bytes) -> bytes:
    """The plain body of a gzip body, never more than MAX_PLAIN_BYTES of it."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, MAX_PLAIN_BYTES)
    except zlib.error as error:
        raise ApiError(400, "bad_request", "L’envoi est illisible.") from error
    if not inflater.eof:
        raise ApiError(413, "too_large", "L’envoi est trop grand ou coupé.")
    return plain


def read_message(body: bytes, kind: type[Asked]) -> Asked:
    """The message in a body. Raises ApiError 400 where it is not one."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise ApiError(400, "bad_request", "L’envoi est illisible.") from error


def refused(error: Exception) -> Response:
    """The answer to a refusal; a base that is busy or away asks to come back, and never shows why."""
    if isinstance(error, ApiError):
        return answer(error.status, error.reply)
    if isinstance(error, PreauError):
        return answer(409, ErrorReply(code=error.code, sentence=error.sentence))
    log.warning("the database did not answer: %s", type(error).__name__)
    busy = ErrorReply(code="busy", sentence="Le serveur est occupé. Nouvel essai automatique.")
    response = answer(503, busy)
    response.headers["Retry-After"] = "10"
    return response


def answer(status: int, message: BaseModel, *, compress: bool = False) -> Response:
    """A message as a response of our own content type, compressed where that helps."""
    import gzip

    body = message.model_dump_json(exclude_defaults=True).encode()
    headers = {PROTOCOL_HEADER: PROTOCOL, "Cache-Control": "no-store"}
    if compress and len(body) >= COMPRESS_FROM_BYTES:
        body = gzip.compress(body, 6)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status_code=status, media_type=CONTENT_TYPE, headers=headers)
