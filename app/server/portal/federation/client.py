"""Talking to one identity provider: discovery, the code exchanged at once, its keys fetched again when they turn."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.models.clock import Clock
from app.server.portal.federation.provider import Provider
from app.server.portal.federation.tokens import (
    FederationRefused,
    UnknownKey,
    check_id_token,
    check_userinfo,
    read_signed,
)

WITHIN_S = 8.0
FRESH = timedelta(hours=1)
KEYS_REST = timedelta(seconds=20)
"""Keys are not fetched again sooner: a stranger's token must not make us ask the provider all day."""
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for. Names may be empty: its own test identities have some without."""

    provider: str
    subject: str
    last_name: str
    usage_name: str
    first_names: str
    id_token: str
    """Kept for the log-out there."""


@dataclass(slots=True)
class OpenIdClient:
    """One provider. Used by several threads."""

    provider: Provider
    clock: Clock
    callback: str
    within_s: float = WITHIN_S
    _session: requests.Session = field(default_factory=requests.Session, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _said: dict[str, Any] = field(default_factory=dict, init=False)
    _said_at: datetime | None = field(default=None, init=False)
    _keys: KeySet | None = field(default=None, init=False)
    _keys_at: datetime | None = field(default=None, init=False)

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the parent's browser goes. Raises FederationRefused ``unreachable``."""
        asked = {
            "client_id": self.provider.client_id, "redirect_uri": self.callback, "response_type": "code",
            "scope": " ".join(self.provider.scopes), "state": state, "nonce": nonce,
        }  # fmt: skip
        if self.provider.acr is not None:
            asked["acr_values"] = self.provider.acr
        if self._proves_key():
            asked |= {"code_challenge": _challenge(verifier), "code_challenge_method": "S256"}
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}"

    def identity(self, *, code: str, nonce: str, verifier: str) -> Identity:
        """Exchange a code, check what comes back and ask who it is. Raises FederationRefused."""
        tokens = self._exchange(code, verifier)
        id_token, access_token = str(tokens.get("id_token", "")), str(tokens.get("access_token", ""))
        issuer = str(self._metadata()["issuer"])
        claims = self._with_fresh_keys(lambda keys: read_signed(id_token, provider=self.provider, keys=keys))
        subject = check_id_token(
            claims, provider=self.provider, issuer=issuer, nonce=nonce, now=self.clock()
        )  # fmt: skip
        said = check_userinfo(
            self._userinfo(access_token), provider=self.provider, issuer=issuer, subject=subject, now=self.clock()
        )
        names = {name: _line(said.get(name)) for name in ("family_name", "preferred_username", "given_name")}
        return Identity(
            self.provider.id, subject, names["family_name"], names["preferred_username"], names["given_name"], id_token
        )

    def logout_url(self, *, id_token: str, state: str, back: str) -> str | None:
        """Where to log out at the provider too; None where it has no such address."""
        endpoint = self._metadata().get("end_session_endpoint")
        if not isinstance(endpoint, str) or not endpoint.startswith(self._scheme()):
            return None
        return f"{endpoint}?{urlencode({'id_token_hint': id_token, 'state': state, 'post_logout_redirect_uri': back})}"

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.callback,
            "client_id": self.provider.client_id, "client_secret": self.provider.client_secret,
        }  # fmt: skip
        if self._proves_key():
            asked["code_verifier"] = verifier
        answer = self._ask("POST", self._endpoint("token_endpoint"), data=asked)
        if answer.status_code != 200:
            raise FederationRefused("code")
        return _object(answer)

    def _userinfo(self, access_token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = self._ask("GET", self._endpoint("userinfo_endpoint"), headers=headers)
        if answer.status_code != 200:
            raise FederationRefused("userinfo")
        if not self.provider.signed_userinfo:
            return _object(answer)
        if answer.headers.get("content-type", "").partition(";")[0].strip() != "application/jwt":
            raise FederationRefused("userinfo_unsigned")
        return self._with_fresh_keys(lambda keys: read_signed(answer.text.strip(), provider=self.provider, keys=keys))

    def _with_fresh_keys(self, read: Callable[[KeySet], dict[str, Any]]) -> dict[str, Any]:
        """Read with the keys that we have; once more with fresh ones where the token names another."""
        try:
            return read(self._known_keys(again=False))
        except UnknownKey:
            return read(self._known_keys(again=True))

    def _known_keys(self, *, again: bool) -> KeySet:
        with self._lock:
            now, at = self.clock(), self._keys_at
            known = self._keys
            stale = known is None or at is None or now - at > FRESH or (again and now - at > KEYS_REST)
        if not stale and known is not None:
            return known
        try:
            fetched = KeySet.import_key_set(_object(self._ask("GET", self._endpoint("jwks_uri"))))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError) as error:
            raise FederationRefused("keys") from error
        with self._lock:
            self._keys, self._keys_at = fetched, now
        return fetched

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            now, at = self.clock(), self._said_at
            if at is not None and now - at <= FRESH:
                return self._said
        said = _object(self._ask("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"))
        if said.get("issuer") != self.provider.issuer:
            raise FederationRefused("issuer")
        with self._lock:
            self._said, self._said_at = said, now
        return said

    def _endpoint(self, name: str) -> str:
        address = self._metadata().get(name)
        if not isinstance(address, str) or not address.startswith(self._scheme()):
            raise FederationRefused("discovery")
        return address

    def _scheme(self) -> str:
        """A provider reached over TLS stays so."""
        return "https://" if self.provider.issuer.startswith("https://") else "http"

    def _proves_key(self) -> bool:
        """Whether the provider binds the code to our browser's visit (PKCE)."""
        return "S256" in (self._metadata().get("code_challenge_methods_supported") or ())

    def _ask(self, method: str, url: str, **how: Any) -> requests.Response:
        try:
            answer = self._session.request(method, url, timeout=self.within_s, allow_redirects=False, **how)
        except requests.RequestException as error:
            raise FederationRefused("unreachable") from error
        if len(answer.content) > MOST_BYTES:
            raise FederationRefused("too_long")
        return answer


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise FederationRefused("not_json") from error
    if answer.status_code != 200 or not isinstance(found, dict):
        raise FederationRefused("not_json")
    return found


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _line(value: object) -> str:
    """A name as one line; whatever else a provider may put there is no name."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
