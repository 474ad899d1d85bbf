"""Every request, measured and logged by the template of its address: no address, no name, no token, no query.

An ASGI layer around everything else, so that what other layers refuse is counted too.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
METHODS = ("GET", "HEAD", "POST")
UNKNOWN = "(aucune)"
"""The template of an address that does not exist."""
REQUEST_ID = re.compile(rb"[0-9a-f]{32}")
"""The form that nginx gives: whatever else a client sends is replaced, since it stands in the log."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LOGIN = "/connexion"
_LOGIN_RESULTS = {303: "ok", 401: "refused", 403: "to_change", 503: "busy"}


def registries() -> tuple[CollectorRegistry, CollectorRegistry]:
    """Where this process counts, and what /metrics shows: with several processes, the sum of what all have counted."""
    counting = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return counting, counting
    shown = CollectorRegistry()
    MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
    return counting, shown


class RequestMetrics:
    """The counters of one application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "preau_requests", "Requests by route template and class of status.", ("method", "route", "status"),
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "preau_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=registry
        )
        self._logins = Counter("preau_logins", "Log-ins with a password.", ("result",), registry=registry)
        for result in _LOGIN_RESULTS.values():
            self._logins.labels(result)

    def note(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """One answer."""
        self._requests.labels(method, route, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)
        if method == "POST" and route == LOGIN and status in _LOGIN_RESULTS:
            self._logins.labels(_LOGIN_RESULTS[status]).inc()


class WatchRequests:
    """The layer. It gives each request an id, which the answer carries too."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: RequestMetrics,
        templates: Mapping[object, str],
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``templates``: the address of each endpoint, as it is written in the program."""
        self._app, self._metrics, self._templates, self._seconds = app, metrics, templates, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = _Answer(_request_id(scope), self._seconds())

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                header = (b"x-request-id", answer.request_id.encode())
                message = {**message, "headers": [*message.get("headers", ()), header]}
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                self._note(scope, answer)  # before the client has it all: who asks next finds it counted
            await send(message)

        try:
            await self._app(scope, receive, marked)
        finally:
            self._note(scope, answer)

    def _note(self, scope: Scope, answer: _Answer) -> None:
        if answer.noted:
            return
        answer.noted = True
        taken = self._seconds() - answer.began
        method = scope["method"] if scope["method"] in METHODS else "(autre)"
        route = self._templates.get(scope.get("endpoint"), UNKNOWN)
        self._metrics.note(method=method, route=route, status=answer.status, seconds=taken)
        about = {"method": method, "route": route, "status": answer.status, "ms": round(taken * 1000)}
        log.info("%s %s %s", method, route, answer.status, extra={"request": {**about, "id": answer.request_id}})


@dataclass(slots=True)
class _Answer:
    """What is known of one answer so far; 500 is what the server says where nothing was."""

    request_id: str
    began: float
    status: int = 500
    noted: bool = False


def templates_of(routes: Iterable[BaseRoute]) -> dict[object, str]:
    """« /a/{token} » by endpoint, « /static » for all its files."""
    return {
        route.endpoint if isinstance(route, Route) else route.app: route.path
        for route in routes
        if isinstance(route, (Route, Mount))
    }


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else uuid4().hex
