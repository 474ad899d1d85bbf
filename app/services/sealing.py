"""Secrets that only the school's own PCs can read (DESIGN, « Sealing »).

A sheet's password and token are sealed with the school key (ChaCha20-Poly1305, bound to the sheet's id and not to the
school's, which changes when a school goes to another server; the key is the school's own anyway). The school key is
sealed to each admitted device's public key (HPKE, RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305). A server that
keeps both can open neither.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import Connection, insert, select

from app.models.clock import Clock
from app.models.errors import PreauError
from app.models.ids import RandomBytes
from app.services.desk import Desk
from app.services.vault.secrets import SecretStore
from app.services.vault.tables import school_keys

KEY_BYTES = 32
NONCE_BYTES = 12
DEVICE_KEY = "device-key"
"""Name of the device's private key in its secret store."""

_KEYS_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class SecretUnreadable(PreauError):
    """This PC has no key for a secret: it can make a new one (reset), it cannot show the old one."""

    def __init__(self, login: str = "") -> None:
        whose = f" de {login}" if login else ""
        super().__init__(
            "secret_unreadable",
            f"Ce poste ne peut pas lire le mot de passe{whose}\u00a0: il a été créé sur un autre poste, qui ne "
            "lui a pas encore ouvert l’accès. Faites admettre ce poste depuis l’autre, ou notifiez de nouveau "
            "avec réinitialisation du mot de passe.",
            login=login,
        )


@dataclass(frozen=True, slots=True)
class SchoolKey:
    """A school's symmetric key. Newer keys have greater versions; older ones are kept to reopen older sheets."""

    version: int
    key: bytes


@dataclass(frozen=True, slots=True)
class SheetSecret:
    """What is sealed on a sheet: the provisional password and the token of the QR code, both in clear."""

    password: str
    token: str


def school_keyring(connection: Connection, school_id: str) -> dict[int, SchoolKey]:
    """The keys of a school that this PC holds, by version."""
    statement = select(school_keys.c.version, school_keys.c.key).where(school_keys.c.school_id == school_id)
    return {version: SchoolKey(version, base64.b64decode(key)) for version, key in connection.execute(statement)}


def ensure_school_key(connection: Connection, *, school_id: str, clock: Clock, random_bytes: RandomBytes) -> SchoolKey:
    """The newest key of the school on this PC, made now if there is none.

    A version is a number of seconds since 2020, not a counter: two PCs that print before either has admitted the other
    make two keys, and neither may take the other's place.
    """
    keys = school_keyring(connection, school_id)
    if keys:
        return keys[max(keys)]
    made = new_school_key(clock, random_bytes)
    keep_school_key(connection, school_id=school_id, key=made)
    return made


def new_school_key(clock: Clock, random_bytes: RandomBytes, *, after: int = 0) -> SchoolKey:
    """A fresh key whose version is greater than ``after``."""
    return SchoolKey(max(int((clock() - _KEYS_BEGIN).total_seconds()), after + 1), random_bytes(KEY_BYTES))


def keep_school_key(connection: Connection, *, school_id: str, key: SchoolKey) -> None:
    """Store a key that was made here or received; one that is already held is left alone.

    Raises PreauError where another key bears the same version.
    """
    held = school_keyring(connection, school_id).get(key.version)
    if held is None:
        text = base64.b64encode(key.key).decode("ascii")
        connection.execute(insert(school_keys).values(school_id=school_id, version=key.version, key=text))
    elif held != key:
        raise PreauError("school_key_clash", "Ce poste a déjà une autre clé de l’école sous ce numéro.")


def seal_secret(secret: SheetSecret, *, key: SchoolKey, sheet_id: str, random_bytes: RandomBytes) -> str:
    """Seal a sheet's secret (base64 of nonce and ciphertext). It opens for that sheet only."""
    content = json.dumps([secret.password, secret.token]).encode("ascii")
    nonce = random_bytes(NONCE_BYTES)
    sealed = ChaCha20Poly1305(key.key).encrypt(nonce, content, _sheet_context(sheet_id))
    return base64.b64encode(nonce + sealed).decode("ascii")


def open_secret(
    sealed: str, *, version: int | None, keys: Mapping[int, SchoolKey], sheet_id: str, login: str = ""
) -> SheetSecret:
    """Open a sheet's secret. Raises SecretUnreadable where this PC lacks the key or the blob was altered."""
    key = keys.get(version) if version is not None else None
    if key is None:
        raise SecretUnreadable(login)
    try:
        blob = base64.b64decode(sealed, validate=True)
        nonce, content = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
        opened = ChaCha20Poly1305(key.key).decrypt(nonce, content, _sheet_context(sheet_id))
        password, token = json.loads(opened)
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise SecretUnreadable(login) from error
    return SheetSecret(password, token)


def device_public_key(desk: Desk, *, secrets: SecretStore) -> str:
    """This device's public key (X25519, base64 of 32 bytes); its private half is made and stored at the first call."""
    private = secrets.fetch(DEVICE_KEY) or renew_device_key(desk, secrets=secrets)
    own = X25519PrivateKey.from_private_bytes(base64.b64decode(private, validate=True))
    return base64.b64encode(own.public_key().public_bytes_raw()).decode("ascii")


def renew_device_key(desk: Desk, *, secrets: SecretStore) -> str:
    """Make and store a private key for this device, in place of the one before (a copied vault's); base64 of 32 bytes."""
    private = base64.b64encode(desk.random_bytes(KEY_BYTES)).decode("ascii")
    secrets.store(DEVICE_KEY, private)
    return private


def seal_school_key(key: SchoolKey, *, public_key: str, device_id: str) -> str:
    """The school key sealed to a device's X25519 public key (base64 of 32 bytes), as base64."""
    recipient = X25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    sealed = _SUITE.encrypt(key.key, recipient, info=_grant_context(device_id, key.version))
    return base64.b64encode(sealed).decode("ascii")


def open_school_key(sealed: str, *, version: int, device_id: str, secrets: SecretStore) -> SchoolKey:
    """The school key of a grant made to this device. Raises SecretUnreadable where it was made to another."""
    private_key = secrets.fetch(DEVICE_KEY)
    if private_key is None:
        raise SecretUnreadable
    try:
        own = X25519PrivateKey.from_private_bytes(base64.b64decode(private_key, validate=True))
        blob = base64.b64decode(sealed, validate=True)
        opened = _SUITE.decrypt(blob, own, info=_grant_context(device_id, version))
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise SecretUnreadable from error
    return SchoolKey(version, opened)


def fingerprint(public_key: str) -> str:
    """A public key (base64) as a person compares it on two screens: five groups of four digits (66 bits)."""
    digest = hashlib.sha256(b"preau-device\x1f" + base64.b64decode(public_key, validate=True)).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**20:020d}"
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _sheet_context(sheet_id: str) -> bytes:
    return f"preau-sheet-1\x1f{sheet_id}".encode()


def _grant_context(device_id: str, version: int) -> bytes:
    return f"preau-school-key-1\x1f{device_id}\x1f{version}".encode()
