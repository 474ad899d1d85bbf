"""The floors of the portal's bench: a bare page of FastAPI and Jinja2, and the password hash alone. Nothing of Préau.

``python -m tests.bench.portal_floor`` serves the pages that it reads as JSON from its standard input.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, Template
from sqlalchemy import Column, Engine, MetaData, String, Table, Text, create_engine, event, insert, select, update

TABLE = Table("bench_rows", MetaData(), Column("id", String(36), primary_key=True), Column("words", Text))
STYLES = Path(__file__).parents[2] / "app" / "server" / "portal" / "static"
"""So that the same bytes cross the line."""
KEY = "0198c0de-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Bare:
    """The same HTML, and as many queries: each reads, or writes, one row by its key."""

    path: str
    html: str
    reads: int
    writes: int


def bare_app(engine: Engine, pages: list[Bare]) -> FastAPI:
    """As the guides of FastAPI show it: a function a page, in a thread where it asks a base; two forms that lead to one."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GZipMiddleware)
    app.mount("/static", StaticFiles(directory=STYLES))
    app.get("/a/{token}")(lambda: RedirectResponse("/activation", 303))
    app.post("/connexion")(lambda: RedirectResponse("/enfants", 303))
    for page in pages:
        template = Environment(autoescape=True).from_string(_with_a_place(page.html))
        show = _asking(engine, page, template) if page.reads + page.writes else _plain(template)
        app.get(page.path, response_class=HTMLResponse)(show)
    return app


def _with_a_place(html: str) -> str:
    return "{% raw %}" + html.replace("</body>", "{% endraw %}{{ words }}{% raw %}</body>") + "{% endraw %}"


def _plain(template: Template) -> Any:
    async def show(request: Request) -> Response:
        return HTMLResponse(template.render(words=request.headers.get("host")))

    return show


def _asking(engine: Engine, page: Bare, template: Template) -> Any:
    def show() -> Response:
        with engine.begin() as connection:
            for _ in range(page.writes):
                connection.execute(update(TABLE).where(TABLE.c.id == KEY).values(words="some words"))
            for _ in range(page.reads):
                found = connection.execute(select(TABLE).where(TABLE.c.id == KEY)).mappings().one()
        return HTMLResponse(template.render(words=found["words"]))

    return show


def bare_engine(url: str) -> Engine:
    """A base as careful as ours with what it is given: a file that is synchronised at each commit, or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=8)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30.0})

    @event.listens_for(engine, "connect")
    def careful(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    return engine


def prepare(url: str) -> None:
    """The one row that bare pages read and write."""
    engine = bare_engine(url)
    TABLE.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(TABLE), {"id": KEY, "words": "some words"})
    engine.dispose()


def hashes(hasher: PasswordHasher, stored: str, password: str, *, seconds: float, threads: int) -> int:
    """How many passwords were checked in so many seconds, by the library alone on so many threads."""
    began = time.perf_counter()

    def check() -> int:
        done = 0
        while time.perf_counter() - began < seconds:
            done += hasher.verify(stored, password)
        return done

    with ThreadPoolExecutor(threads) as pool:
        return sum(task.result() for task in [pool.submit(check) for _ in range(threads)])


def main() -> None:
    asked = json.load(sys.stdin)
    app = bare_app(bare_engine(asked["url"]), [Bare(**page) for page in asked["pages"]])
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}.", file=sys.stderr, flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main()
