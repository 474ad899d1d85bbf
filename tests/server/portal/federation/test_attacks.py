"""Every lie of a provider, or of who stands between, proves nobody (identity.md, « FranceConnect v2 »)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from app.server.portal.federation.client import Identity, OpenIdClient
from app.server.portal.federation.tokens import FederationRefused
from tests.conftest import FakeClock
from tests.server.portal.federation.liar import NONCE, Liar, running


@pytest.fixture
def liar(clock: FakeClock) -> Iterator[Liar]:
    with running(Liar(clock.now)) as made:
        yield made


def come_in(liar: Liar, clock: FakeClock) -> Identity:
    client = OpenIdClient(liar.provider, clock, "http://127.0.0.1:9/retour")
    return client.identity(code="c", nonce=NONCE, verifier="v" * 43)


def test_an_honest_one_is_believed(liar: Liar, clock: FakeClock) -> None:
    assert come_in(liar, clock).last_name == "DUPONT"


def _unsigned(liar: Liar) -> str:
    parts = [{"alg": "none"}, {"sub": "person-1", "nonce": NONCE, "iss": liar.url, "aud": "preau", "exp": 9**10}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."


def _by_public_key(liar: Liar) -> None:
    """The old trick: our public key taken for a shared secret."""
    liar.signed_with = OctKey.import_key(json.dumps(liar.key.as_dict(private=False)))
    liar.header = {"alg": "HS256", "kid": "k1"}


def _other_key(liar: Liar) -> None:
    liar.signed_with = ECKey.generate_key("P-256")


def _unknown_kid(liar: Liar) -> None:
    liar.header = {"alg": "ES256", "kid": "k2"}


def _mixed_up(liar: Liar) -> None:
    """Two published keys: signed with one, under the other's name."""
    other = ECKey.generate_key("P-256", {"kid": "k2"})  # type: ignore[arg-type]
    liar.published = [liar.key.as_dict(private=False), other.as_dict(private=False)]
    liar.header = {"alg": "ES256", "kid": "k2"}


def _weak_alg(liar: Liar) -> None:
    key = RSAKey.generate_key(2048, {"kid": "k1"})  # type: ignore[arg-type]
    liar.published, liar.signed_with = [key.as_dict(private=False)], key
    liar.header = {"alg": "RS512", "kid": "k1"}


Change = Callable[[Liar], Any]
LIES: dict[str, tuple[Change, str]] = {
    "another nonce": (lambda liar: liar.id_claims.update(nonce="m" * 32), "nonce"),
    "no nonce": (lambda liar: liar.id_claims.update(nonce=None), "nonce"),
    "another issuer": (lambda liar: liar.id_claims.update(iss="https://example.org"), "iss"),
    "for another service": (lambda liar: liar.id_claims.update(aud="another"), "aud"),
    "for us and another": (lambda liar: liar.id_claims.update(aud=["preau", "another"]), "azp"),
    "authorized for another": (lambda liar: liar.id_claims.update(azp="another"), "azp"),
    "a weaker level": (lambda liar: liar.id_claims.update(acr="eidas0"), "acr"),
    "no level": (lambda liar: liar.id_claims.update(acr=None), "acr"),
    "over": (lambda liar: liar.id_claims.update(exp=int(liar.now.timestamp()) - 120), "exp"),
    "without an end": (lambda liar: liar.id_claims.update(exp=None), "exp"),
    "an end that is no number": (lambda liar: liar.id_claims.update(exp=True), "exp"),
    "of the future": (lambda liar: liar.id_claims.update(iat=int(liar.now.timestamp()) + 600), "iat"),
    "nobody": (lambda liar: liar.id_claims.update(sub=""), "sub"),
    "not signed": (lambda liar: setattr(liar, "raw_id_token", _unsigned(liar)), "alg"),
    "signed with the public key": (_by_public_key, "alg"),
    "signed with another key": (_other_key, "signature"),
    "signed with a key that nobody publishes": (_unknown_kid, "kid"),
    "keys mixed up": (_mixed_up, "signature"),
    "an algorithm that was not agreed": (_weak_alg, "alg"),
    "no token": (lambda liar: setattr(liar, "raw_id_token", "rien"), "token"),
    "encrypted for somebody": (lambda liar: setattr(liar, "raw_id_token", "a.b.c.d.e"), "encrypted"),
    "userinfo of another person": (lambda liar: liar.said.update(sub="person-2"), "sub"),
    "userinfo for another service": (lambda liar: liar.said.update(aud="another"), "aud"),
    "userinfo of another issuer": (lambda liar: liar.said.update(iss="https://example.org"), "iss"),
    "userinfo not signed": (lambda liar: setattr(liar, "userinfo_type", "application/json"), "userinfo_unsigned"),
    "discovery of another issuer": (lambda liar: liar.discovery.update(issuer="https://example.org"), "issuer"),
    "an address that is none": (lambda liar: liar.discovery.update(token_endpoint="file:///etc/passwd"), "discovery"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_proves_nobody(liar: Liar, clock: FakeClock, lie: str) -> None:
    change, code = LIES[lie]
    change(liar)
    with pytest.raises(FederationRefused) as refused:
        come_in(liar, clock)
    assert refused.value.code == code


def test_a_strangers_keys_do_not_make_us_ask_all_day(liar: Liar, clock: FakeClock) -> None:
    client = OpenIdClient(liar.provider, clock, "http://127.0.0.1:9/retour")
    _unknown_kid(liar)
    for _ in range(5):
        with pytest.raises(FederationRefused):
            client.identity(code="c", nonce=NONCE, verifier="v" * 43)
    assert liar.asked.count("/jwks") == 1
