"""Catches the demonstration's mails and texts, and shows them on a page so that one person can play the parent.

It listens on the loopback, answers only under its own address, and never to a request that a proxy has passed on.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Awaitable, Callable, Sequence
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from app.cli.demo.identity import IdentityDesk
from app.cli.demo.ports import bound_socket
from app.services.demo.school import DemoGuardian

_LINK = re.compile(r"https?://127\.0\.0\.1:\d+/\S+")
_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Courriels et SMS de la démonstration</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem}}
article{{border:1px solid #aaa;border-radius:6px;padding:1rem;margin-block:1rem}}
pre{{white-space:pre-wrap;font:inherit}}</style>
<h1>Courriels et SMS de la démonstration</h1>
<p>Rien ne part de ce poste : tout arrive ici. Portail des parents : <a href="{portal}">{portal}</a></p>
{arrived}</html>"""


class Mailbox:
    """An SMTP server and a page, each on a free port of the loopback."""

    def __init__(self, portal: str, people: Sequence[DemoGuardian] = ()) -> None:
        from aiosmtpd.controller import Controller

        self.mails: list[EmailMessage] = []
        self.texts: list[str] = []
        self._shown: list[str] = []
        self._portal = portal
        self._arrived = threading.Condition()
        self._smtp_socket = bound_socket()
        self.smtp_port: int = self._smtp_socket.getsockname()[1]
        self._smtp_socket.close()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.smtp_port)
        self._page_socket = bound_socket()
        self._page_socket.listen()  # who asks before the server has started is answered when it has
        self.address = f"http://127.0.0.1:{self._page_socket.getsockname()[1]}"
        self.identity = IdentityDesk(self.address, people)
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="warning", access_log=False))
        self._thread = threading.Thread(target=self._serve, name="demo-mailbox", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()
        self._thread.start()

    def stop(self) -> None:
        """End both."""
        self._controller.stop()
        self._server.should_exit = True
        self._thread.join(timeout=10)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a mail (called by the SMTP library)."""
        mail = BytesParser(EmailMessage, policy=default).parsebytes(envelope.content)
        with self._arrived:
            self.mails.append(mail)
            self._shown.append(_shown(mail))
            self._arrived.notify_all()
        return "250 OK"

    def wait(self, count: int, timeout_s: float = 30) -> EmailMessage:
        """The mail of that rank, once it is there. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, timeout_s):
                raise TimeoutError("no mail came")
            return self.mails[count - 1]

    @property
    def texts_url(self) -> str:
        """The setting ``PREAU_SMS_URL`` that leads here."""
        return f"kannel://demo:demo@{self.address.removeprefix('http://')}/"

    def _serve(self) -> None:
        self._server.run(sockets=[self._page_socket])

    async def _ours_alone(self, request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """Only under its own address, and never to a request that a proxy has passed on."""
        if request.headers.get("host") != self.address.removeprefix("http://") or _passed_on(request):
            return Response("Cette page ne se lit que sur ce poste.", status_code=403, media_type="text/plain")
        return await answer(request)

    def _app(self) -> FastAPI:
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.middleware("http")(self._ours_alone)
        self.identity.open(app)

        @app.get("/", response_model=None)
        def page() -> Response:
            arrived = "".join(reversed(self._shown)) or "<p>Rien pour le moment.</p>"
            return HTMLResponse(_PAGE.format(portal=html.escape(self._portal), arrived=arrived))

        @app.get("/cgi-bin/sendsms", response_model=None)
        def take_text(request: Request) -> Response:
            """A text, as Kannel takes one."""
            number, text = request.query_params.get("to", ""), request.query_params.get("text", "")
            with self._arrived:
                self.texts.append(text)
                self._shown.append(
                    f"<article><b>SMS au {html.escape(number)}</b><pre>{html.escape(text)}</pre></article>"
                )
                self._arrived.notify_all()
            return Response("0: Accepted for delivery", status_code=202, media_type="text/plain")

        return app


def _passed_on(request: Request) -> bool:
    return any(name == "forwarded" or name.startswith("x-forwarded") for name in request.headers)


def _shown(mail: EmailMessage) -> str:
    text = html.escape(text_of(mail))
    linked = _LINK.sub(lambda found: f'<a href="{found.group()}">{found.group()}</a>', text)
    head = f"<b>{html.escape(str(mail['Subject']))}</b><br>à {html.escape(str(mail['To']))}"
    return f"<article>{head}<pre>{linked}</pre></article>"


def text_of(mail: Message) -> str:
    """The words of a mail."""
    payload = mail.get_payload(decode=True)
    return payload.decode(errors="replace") if isinstance(payload, bytes) else ""


def link_in(mail: Message) -> str:
    """The first address in a mail. Raises LookupError where there is none."""
    found = _LINK.search(text_of(mail))
    if found is None:
        raise LookupError("no link in this mail")
    return found.group()
