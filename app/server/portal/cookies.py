"""Cookies that no other host may plant (RFC 6265bis, « __Host- »): where the portal is served over TLS, each of ours is one.

Done at the door, both ways: the rooms know their cookies by short names, and none can forget the prefix. A cookie that
comes under the short name alone may have been planted by a neighbour of the domain: nobody sees it.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS, PREFIX = b"preau_", b"__Host-"
_LOCKED = b"; Secure"


class HostCookies:
    """ASGI middleware; only for an address in https, browsers take such cookies nowhere else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                message = {**message, "headers": [(name, _given(name, value)) for name, value in headers]}
            await send(message)

        # in place: who stands outside reads in this very scope which route has answered
        scope["headers"] = [(name, inward(value) if name == b"cookie" else value) for name, value in scope["headers"]]
        await self._app(scope, receive, sending)


def inward(cookies: bytes) -> bytes:
    """A Cookie header with ours under their short names, and without what only bears such a name."""
    parts = (part.strip() for part in cookies.split(b";"))
    kept = (part for part in parts if part and not part.startswith(OURS))
    return b"; ".join(part.removeprefix(PREFIX) if part.startswith(PREFIX + OURS) else part for part in kept)


def _given(name: bytes, value: bytes) -> bytes:
    """A Set-Cookie header as the browser must have it."""
    if name != b"set-cookie" or not value.startswith(OURS):
        return value
    return PREFIX + value + (b"" if _LOCKED.lower() in value.lower() else _LOCKED)
