"""An honest provider: code exchanged, signed and encrypted answers, keys that turn, log-out."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from app.models.clock import system_clock
from app.server.portal.federation.client import Identity, OpenIdClient
from app.server.portal.federation.provider import Provider
from app.server.portal.federation.tokens import FederationRefused
from tests.support.identity import IdentityPeer, identity_peer, new_keys
from tests.support.live import free_port

CALLBACK, BACK = "http://127.0.0.1:9/retour", "http://127.0.0.1:9/"
STATE, NONCE, VERIFIER = "s" * 32, "n" * 32, "v" * 64


def client_of(peer: IdentityPeer) -> OpenIdClient:
    return OpenIdClient(peer.provider, system_clock, CALLBACK)


def go_there(client: OpenIdClient, person: str) -> dict[str, str]:
    """What the provider sends the browser back with, once somebody has said who she is."""
    with httpx.Client() as browser:
        answer = browser.get(client.authorization_url(state=STATE, nonce=NONCE, verifier=VERIFIER))
        base = re.match(r"https?://[^/]+", client.provider.issuer)
        assert base is not None
        while (target := httpx.URL(base[0]).join(answer.headers["location"])) and not str(target).startswith(CALLBACK):
            answer = browser.get(target)
            if answer.status_code == 200:
                answer = browser.post(target, data={"personne": person})
        return {name: values[0] for name, values in parse_qs(urlsplit(str(target)).query).items()}


def come_in(client: OpenIdClient, person: str = "marc") -> Identity:
    back = go_there(client, person)
    assert back["state"] == STATE
    return client.identity(code=back["code"], nonce=NONCE, verifier=VERIFIER)


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_a_person_comes_back_with_her_names(tmp_path: Path, alg: str) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK, alg=alg) as peer:
        found = come_in(client_of(peer))
    assert (found.last_name, found.first_names) == ("DUPONT", "Marc Olivier")
    assert found.subject and found.usage_name == ""


def test_test_identities_with_holes_are_read(tmp_path: Path) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        client = client_of(peer)
        assert come_in(client, "sans-prenom").first_names == ""
        long = come_in(client, "long")
        assert (long.last_name, long.first_names) == ("A" * 52, "Œdipe-Ælis")
        assert come_in(client, "ida").usage_name == "HOSTILE"


@pytest.mark.parametrize("kind", ["ECDH-ES", "RSA-OAEP"])
def test_encrypted_answers_are_opened_with_our_key(tmp_path: Path, kind: str) -> None:
    private = ec.generate_private_key(ec.SECP256R1()) if kind == "ECDH-ES" else rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "own.pem"
    path.write_bytes(pem)
    own = ECKey.import_key(pem) if kind == "ECDH-ES" else RSAKey.import_key(pem)
    public = {**own.as_dict(private=False), "use": "enc", "alg": kind, "kid": "ours"}
    rules = {
        "jwks": {"keys": [public]}, "userinfo_encrypted_response_alg": kind,
        "userinfo_encrypted_response_enc": "A256GCM", "id_token_encrypted_response_alg": kind,
        "id_token_encrypted_response_enc": "A256GCM",
    }  # fmt: skip
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK, client=rules, encryption_key_file=path) as peer:
        assert come_in(client_of(peer)).last_name == "DUPONT"


def test_new_keys_are_fetched_when_a_token_names_them(tmp_path: Path) -> None:
    port = free_port()
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK, port=port, keys=new_keys(kid="old")) as peer:
        client = client_of(peer)
        come_in(client)
    client._keys_at = None if client._keys_at is None else client._keys_at.replace(year=2026, month=1)
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK, port=port, keys=new_keys(kid="new")):
        assert come_in(client).last_name == "DUPONT"


def test_a_code_is_good_once(tmp_path: Path) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        client = client_of(peer)
        back = go_there(client, "marc")
        client.identity(code=back["code"], nonce=NONCE, verifier=VERIFIER)
        with pytest.raises(FederationRefused) as refused:
            client.identity(code=back["code"], nonce=NONCE, verifier=VERIFIER)
        assert refused.value.code == "code"


def test_who_refuses_there_comes_back_with_an_error(tmp_path: Path) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        assert go_there(client_of(peer), "")["error"] == "access_denied"


def test_a_provider_that_is_away_is_a_refusal(tmp_path: Path) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        client = client_of(peer)
    with pytest.raises(FederationRefused) as refused:
        client.authorization_url(state=STATE, nonce=NONCE, verifier=VERIFIER)
    assert refused.value.code == "unreachable"


def test_a_provider_that_never_answers_is_a_refusal_within_the_time_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}/api/v2"
        provider = Provider(id="franceconnect", label="identité", issuer=issuer, client_id="preau", client_secret="s")
        client = OpenIdClient(provider, system_clock, CALLBACK, within_s=0.2)
        with pytest.raises(FederationRefused) as refused:
            client.authorization_url(state=STATE, nonce=NONCE, verifier=VERIFIER)
    assert refused.value.code == "unreachable"


def test_what_the_rules_ask_for_is_asked(tmp_path: Path) -> None:
    """`authorize` of FranceConnect v2, each parameter; the token end takes our secret in the form alone."""
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        asked = parse_qs(urlsplit(client_of(peer).authorization_url(state=STATE, nonce=NONCE, verifier=VERIFIER)).query)
    assert (asked["response_type"], asked["acr_values"]) == (["code"], ["eidas1"])
    assert (asked["client_id"], asked["redirect_uri"]) == (["preau"], [CALLBACK])
    assert (asked["state"], asked["nonce"]) == ([STATE], [NONCE]) and len(NONCE) >= 22
    assert asked["scope"] == ["openid given_name family_name preferred_username birthdate email"]


def test_the_way_out_there_names_whom(tmp_path: Path) -> None:
    with identity_peer(tmp_path, callback=CALLBACK, back=BACK) as peer:
        client = client_of(peer)
        found = come_in(client)
        url = client.logout_url(id_token=found.id_token, state=STATE, back=BACK)
    assert url is not None and "/session/end" in url and "id_token_hint=" in url
