"""Reading what a provider signs (identity.md, « FranceConnect v2 »): every check, or a refusal with its code."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.util import urlsafe_b64decode

from app.server.portal.federation.provider import Provider

LEEWAY_S = 60
_ENCRYPTED = jwe.JWERegistry(
    algorithms=["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256", "A256GCM"], strict_check_header=False
)  # providers repeat iss and aud in the header


class FederationRefused(Exception):
    """A provider's answer that proves nobody; ``code`` is for the log of the operator and the director's line."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownKey(FederationRefused):
    """Signed with a key that we have not seen: the provider may have new ones."""


def read_signed(token: str, *, provider: Provider, keys: KeySet) -> dict[str, Any]:
    """The claims of a token, decrypted where it is encrypted, its signature checked with the provider's own keys.

    Raises FederationRefused; UnknownKey for a key identifier that ``keys`` lacks.
    """
    signed = _decrypted(token, provider)
    header = _header(signed)
    if header.get("alg") not in provider.algorithms:
        raise FederationRefused("alg")
    kid = header.get("kid")
    if kid is not None and all(key.kid != kid for key in keys.keys):
        raise UnknownKey("kid")
    try:
        return dict(jwt.decode(signed, keys, algorithms=list(provider.algorithms)).claims)
    except (JoseError, ValueError) as error:
        raise FederationRefused("signature") from error


def check_id_token(claims: dict[str, Any], *, provider: Provider, issuer: str, nonce: str, now: datetime) -> str:
    """The subject of an id_token whose every claim is as it must be. Raises FederationRefused."""
    _check_common(claims, provider=provider, issuer=issuer, now=now, dated=True)
    if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise FederationRefused("nonce")
    if provider.acr is not None and claims.get("acr") != provider.acr:
        raise FederationRefused("acr")
    if "azp" in claims and claims["azp"] != provider.client_id:
        raise FederationRefused("azp")
    return _subject(claims)


def check_userinfo(
    claims: dict[str, Any], *, provider: Provider, issuer: str, subject: str, now: datetime
) -> dict[str, Any]:
    """What the provider says of that very person. Raises FederationRefused."""
    if provider.signed_userinfo:
        _check_common(claims, provider=provider, issuer=issuer, now=now, dated=False)
    if not hmac.compare_digest(_subject(claims), subject):
        raise FederationRefused("sub")
    return claims


def _check_common(
    claims: dict[str, Any], *, provider: Provider, issuer: str, now: datetime, dated: bool
) -> None:  # fmt: skip
    if claims.get("iss") != issuer:
        raise FederationRefused("iss")
    audience = claims.get("aud")
    if provider.client_id not in (audience if isinstance(audience, list) else [audience]):
        raise FederationRefused("aud")
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise FederationRefused("azp")
    at = now.timestamp()
    if not dated and "exp" not in claims:
        return
    if _instant(claims, "exp") <= at - LEEWAY_S:
        raise FederationRefused("exp")
    if "iat" in claims and _instant(claims, "iat") > at + LEEWAY_S:
        raise FederationRefused("iat")


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FederationRefused(name)
    return float(value)


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise FederationRefused("sub")
    return subject


def _decrypted(token: str, provider: Provider) -> str:
    """A token of five parts is encrypted: it must be, where we gave the provider a key."""
    if token.count(".") != 4:
        if provider.encryption_key_file is not None:
            raise FederationRefused("not_encrypted")
        return token
    if provider.encryption_key_file is None:
        raise FederationRefused("encrypted")
    try:
        inner = jwe.decrypt_compact(token, _own_key(provider), registry=_ENCRYPTED).plaintext
    except (JoseError, ValueError) as error:
        raise FederationRefused("decryption") from error
    return (inner or b"").decode("ascii", "replace")


def _own_key(provider: Provider) -> RSAKey | ECKey:
    assert provider.encryption_key_file is not None
    pem = provider.encryption_key_file.read_bytes()
    elliptic = isinstance(load_pem_private_key(pem, None), EllipticCurvePrivateKey)
    return ECKey.import_key(pem) if elliptic else RSAKey.import_key(pem)


def _header(token: str) -> dict[str, Any]:
    try:
        header = json.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
    except (ValueError, UnicodeError) as error:
        raise FederationRefused("token") from error
    if not isinstance(header, dict):
        raise FederationRefused("token")
    return header
