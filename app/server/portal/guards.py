"""What protects every page: headers, the origin of forms, and addresses that never show a secret in a log."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TOKEN = re.compile(r"(/(?:[acem]|sms)/)[A-Za-z0-9_\-/]+")
_ANSWER = re.compile(r"(/identite/[a-z0-9-]+/retour\?)\S*")
Answer = Callable[[Request], Awaitable[Response]]
log = logging.getLogger(__name__)
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
YEAR_S = 31536000
NOT_KEPT = (b"cache-control", b"no-store")
KEPT = (b"cache-control", f"public, max-age={YEAR_S}, immutable".encode())
"""A file's address says which version of it is meant (``Pages``): no browser asks for it twice."""
FORM, MOST_FORM_BYTES = "application/x-www-form-urlencoded", 64 * 1024


def content_policy(providers: Iterable[str] = ()) -> str:
    """No script, nothing from elsewhere; forms lead here, or through us to an identity provider (its address)."""
    origins = sorted({"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in providers})
    forms = " ".join(("'self'", *origins))
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {forms}; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


class AddHeaders:
    """ASGI layer: the security headers of every answer; a personal page is never kept by a browser or a proxy.

    What fails is answered by ``broken`` and logged without its words, which may hold somebody's data.
    """

    def __init__(self, app: ASGIApp, *, policy: str, over_tls: bool, broken: Answer) -> None:
        self._app, self._broken = app, broken
        headers = {
            "content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
        }  # fmt: skip
        if over_tls:
            headers["strict-transport-security"] = f"max-age={YEAR_S}; includeSubDomains"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_file, started = scope["path"].startswith("/static/"), False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started, own = True, message.get("headers", ())
                given = {name for name, _ in own}
                added = (*self._headers, KEPT if is_file and message["status"] < 400 else NOT_KEPT)
                message = {**message, "headers": [*own, *(header for header in added if header[0] not in given)]}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # whatever it is, its words stay here
            log.error("a page failed: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            if started:
                raise
            response = await self._broken(Request(scope, receive))
            await response(scope, receive, sending)


def foreign_form(request: Request, public_url: str) -> bool:
    """Whether a form comes from another site: its origin is not ours, or the browser says so.

    Ours is the address that the operator gave, whatever the Host header says; on one's own machine, any name of it.
    """
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    if origin is None:
        return site is None
    own = {"{0.scheme}://{0.netloc}".format(urlsplit(public_url))}
    host = request.headers.get("host", "")
    if _LOOPBACK.fullmatch(host):
        own.add(f"http://{host}")
    return origin not in own


def unlike_a_form(request: Request) -> int | None:
    """The status for a body that no form of ours sends: another type (a file…), of unknown length, or too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    length = request.headers.get("content-length")
    if kind not in ("", FORM):
        return 415
    if length is None:
        return 411 if "transfer-encoding" in request.headers else None
    return 413 if int(length) > MOST_FORM_BYTES else None


class MaskTokens(logging.Filter):
    """Takes the tokens out of the addresses that a log shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(mask(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def mask(text: str) -> str:
    """``/a/token`` as ``/a/***``; what a provider's answer carries goes too."""
    return _ANSWER.sub(r"\1***", _TOKEN.sub(r"\1***", text))
