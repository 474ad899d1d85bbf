"""« Identité de démonstration »: an OpenID provider of a few invented parents, with the rules of FranceConnect v2.

It signs with a key of its own, made at each start; its codes are good once and for half a minute.
"""

from __future__ import annotations

import html
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey

from app.services.demo.school import DemoGuardian

LABEL = "Identité de démonstration"
CODE_LIFE_S, TOKEN_LIFE_S = 30, 60
_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{label}</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem}}
button{{font:inherit;width:100%;text-align:start;padding:.8rem;margin-block:.4rem}}</style>
<h1>{label}</h1><p>Ces personnes sont inventées. Qui êtes-vous ?</p><form method="post" action="/identite/choix">
<input type="hidden" name="visite" value="{visit}">{people}<button name="personne" value="">Refuser</button></form></html>"""


@dataclass
class IdentityDesk:
    """The provider. ``address`` is its issuer; ``people`` are offered in their order."""

    address: str
    people: Sequence[DemoGuardian]
    client_id: str = "preau"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    _key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    _visits: dict[str, dict[str, str]] = field(default_factory=dict)
    _codes: dict[str, tuple[float, int, dict[str, str]]] = field(default_factory=dict)
    _tokens: dict[str, tuple[float, int]] = field(default_factory=dict)

    def setting(self) -> dict[str, str]:
        """Its entry of ``PREAU_FEDERATIONS``."""
        return {"id": "demo", "label": LABEL, "issuer": self.address, "client_id": self.client_id,
                "client_secret": self.client_secret}  # fmt: skip

    def open(self, app: FastAPI) -> None:
        """Its addresses."""
        app.add_api_route("/.well-known/openid-configuration", self.discovery, methods=["GET"], response_model=None)
        app.add_api_route("/identite/cles", self.keys, methods=["GET"], response_model=None)
        app.add_api_route("/identite", self.ask, methods=["GET"], response_model=None)
        app.add_api_route("/identite/choix", self.choose, methods=["POST"], response_model=None)
        app.add_api_route("/identite/jetons", self.tokens, methods=["POST"], response_model=None)
        app.add_api_route("/identite/personne", self.person, methods=["GET"], response_model=None)
        app.add_api_route("/identite/fin", self.leave, methods=["GET"], response_model=None)

    def discovery(self) -> Response:
        ends = {"authorization_endpoint": "", "token_endpoint": "/jetons", "userinfo_endpoint": "/personne",
                "jwks_uri": "/cles", "end_session_endpoint": "/fin"}  # fmt: skip
        addresses = {name: f"{self.address}/identite{path}" for name, path in ends.items()}
        return JSONResponse({"issuer": self.address, **addresses, "code_challenge_methods_supported": []})

    def keys(self) -> Response:
        return JSONResponse({"keys": [{**self._key.as_dict(private=False), "kid": "demo", "alg": "ES256"}]})

    def ask(self, request: Request) -> Response:
        """Who one is: the people, each with what the portal will ask her next."""
        visit = secrets.token_hex(16)
        self._visits[visit] = dict(request.query_params)
        people = "".join(
            f'<button name="personne" value="{place}">{html.escape(_shown(one))}</button>'
            for place, one in enumerate(self.people)
        )
        return HTMLResponse(_PAGE.format(label=LABEL, visit=visit, people=people))

    async def choose(self, request: Request) -> Response:
        form = await request.form()
        asked = self._visits.pop(str(form.get("visite", "")), None)
        if asked is None or asked.get("client_id") != self.client_id:
            return HTMLResponse("Cette visite est terminée.", status_code=400)
        chosen, back = str(form.get("personne", "")), {"state": asked.get("state", "")}
        if not chosen.isdigit() or int(chosen) >= len(self.people):
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_hex(16)
            self._codes[back["code"]] = (time.monotonic() + CODE_LIFE_S, int(chosen), asked)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", status_code=303)

    async def tokens(self, request: Request) -> Response:
        """A code exchanged, once, by who knows the secret."""
        form = await request.form()
        until, place, asked = self._codes.pop(str(form.get("code", "")), (0.0, 0, {}))
        known = form.get("client_id") == self.client_id and form.get("client_secret") == self.client_secret
        if until < time.monotonic() or not known:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        token = secrets.token_hex(16)
        self._tokens[token] = (time.monotonic() + TOKEN_LIFE_S, place)
        claims = {"nonce": asked.get("nonce", ""), "acr": asked.get("acr_values", "eidas1")}
        return JSONResponse({"access_token": token, "token_type": "Bearer", "id_token": self._signed(place, claims)})

    def person(self, request: Request) -> Response:
        """The names, signed."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        until, place = self._tokens.pop(token, (0.0, 0))
        if until < time.monotonic():
            return Response(status_code=401)
        one = self.people[place]
        names = {"given_name": one.first_name, "family_name": one.last_name, "preferred_username": one.usage_name}
        return Response(self._signed(place, names), media_type="application/jwt")

    def leave(self, request: Request) -> Response:
        return RedirectResponse(request.query_params.get("post_logout_redirect_uri", "/"), status_code=303)

    def _signed(self, place: int, claims: dict[str, str]) -> str:
        now = int(time.time())
        common = {
            "iss": self.address,
            "aud": self.client_id,
            "sub": f"demo-{place}",
            "iat": now,
            "exp": now + TOKEN_LIFE_S,
        }
        return jwt.encode({"alg": "ES256", "kid": "demo"}, {**common, **claims}, self._key)


def some_people(guardians: Sequence[DemoGuardian], *, most: int = 5) -> list[DemoGuardian]:
    """The first guardians who have a mobile of their own."""
    numbers = [one.mobile for one in guardians]
    return [one for one in guardians if one.mobile.startswith(("06", "07")) and numbers.count(one.mobile) == 1][:most]


def _shown(one: DemoGuardian) -> str:
    children = ", ".join(f"{child.first_name} ({child.born})" for child in one.children)
    return f"{one.first_name} {one.usage_name or one.last_name} · portable {one.mobile} · {children}"
