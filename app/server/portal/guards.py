"""What protects every page: headers, the origin of forms, and addresses that never show a secret in a log."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_TOKEN = re.compile(r"(/[acm]/)[A-Za-z0-9_\-]+")
Next = Callable[[Request], Awaitable[Response]]


async def add_headers(request: Request, call_next: Next) -> Response:
    """The security headers; a personal page is never kept by a browser or a proxy."""
    response = await call_next(request)
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if not request.url.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    if request.url.scheme == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def foreign_form(request: Request, public_url: str) -> bool:
    """Whether a form comes from another site: its origin is not ours, or the browser says so."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    if origin is None:
        return site is None
    return urlsplit(origin).netloc not in (request.headers.get("host"), urlsplit(public_url).netloc)


class MaskTokens(logging.Filter):
    """Takes the tokens out of the addresses that a log shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(mask(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def mask(text: str) -> str:
    """``/a/token`` as ``/a/***``."""
    return _TOKEN.sub(r"\1***", text)
