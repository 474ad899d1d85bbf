"""A provider that lies in one respect at a time. Its keys and answers are real; only what a test changes is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from app.server.portal.federation.provider import Provider

NONCE = "n" * 32
Key = ECKey | RSAKey | OctKey


@dataclass
class Liar:
    """What the next log-in is told. ``id_claims`` and ``said`` replace honest claims; None takes one away."""

    now: datetime
    url: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))  # type: ignore[arg-type]
    published: list[dict[str, Any]] = field(default_factory=list)
    id_claims: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "k1"})
    signed_with: Key | None = None
    raw_id_token: str | None = None
    userinfo_type: str = "application/jwt"
    discovery: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def provider(self) -> Provider:
        return Provider(
            id="franceconnect", label="identité de démonstration", issuer=self.url, client_id="preau",
            client_secret="secret",
        )  # fmt: skip

    def answer(self, path: str) -> tuple[str, bytes]:
        """(content type, body) of one address."""
        self.asked.append(path)
        if path.endswith("openid-configuration"):
            ends = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("authorization", "token", "userinfo")}
            return _json({"issuer": self.url, "jwks_uri": f"{self.url}/jwks", **ends, **self.discovery})
        if path == "/jwks":
            return _json({"keys": self.published or [self.key.as_dict(private=False)]})
        if path == "/token":
            return _json({"access_token": "a", "id_token": self.raw_id_token or self._signed(self._id_token())})
        body = self._signed({"sub": "person-1", **self._common(), "family_name": "DUPONT", **self.said})
        return self.userinfo_type, body.encode()

    def _id_token(self) -> dict[str, Any]:
        honest = {"sub": "person-1", "nonce": NONCE, "acr": "eidas1", **self._common()}
        return {name: value for name, value in {**honest, **self.id_claims}.items() if value is not None}

    def _common(self) -> dict[str, Any]:
        at = int(self.now.timestamp())
        return {"iss": self.url, "aud": "preau", "iat": at, "exp": at + 60}

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(self.header, claims, self.signed_with or self.key, algorithms=[str(self.header["alg"])])


def _json(value: dict[str, Any]) -> tuple[str, bytes]:
    return "application/json", json.dumps(value).encode()


@contextmanager
def running(liar: Liar) -> Iterator[Liar]:
    """The liar on a free port of the loopback."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = liar.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    liar.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="liar")
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
