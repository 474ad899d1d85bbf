"""The key file ``<vault>.cle``: the vault's key, wrapped by a passphrase, for machines without a keyring.

Argon2id with the second recommendation of RFC 9106 (64 MiB, 3 passes, 4 lanes), then AES-256-GCM bound to the vault's
id. The file holds no secret of its own: it is as safe to copy as the vault, and a backup takes it along.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.models.errors import VaultError
from app.models.ids import RandomBytes

MIN_LENGTH = 12
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
SALT_BYTES = 16
NONCE_BYTES = 12
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 64
_MOST_LANES = 64


@dataclass(frozen=True, slots=True)
class _KeyFile:
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    nonce: bytes
    wrapped: bytes


def key_file(vault_path: Path) -> Path:
    """Where the wrapped key of a vault lies: beside it."""
    return vault_path.with_name(vault_path.name + ".cle")


def check_passphrase(passphrase: str) -> None:
    """Raise VaultError where a new passphrase is too short."""
    if len(_normal(passphrase).strip()) < MIN_LENGTH:
        raise VaultError(
            "weak_passphrase",
            f"Une phrase de passe a au moins {MIN_LENGTH} caractères\u00a0: par exemple quatre mots pris au hasard.",
        )


def wrap_key(path: Path, *, key: bytes, passphrase: str, vault_id: str, random_bytes: RandomBytes) -> None:
    """Write the key file at ``path``, in place of the one before, whole or not at all. Raises VaultError."""
    check_passphrase(passphrase)
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES)
    parameters = _KeyFile(MEMORY_KIB, PASSES, LANES, salt, nonce, b"")
    wrapped = AESGCM(_derive(passphrase, parameters)).encrypt(nonce, key, vault_id.encode())
    text = json.dumps(
        {
            "format": 1, "vault": vault_id,
            "argon2id": {"memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES, "salt": salt.hex()},
            "aes256gcm": {"nonce": nonce.hex(), "wrapped": wrapped.hex()},
        },
        indent=1,
    )  # fmt: skip
    try:
        _write_whole(path, text)
    except OSError as error:
        raise VaultError(
            "vault_read_only",
            f"La clé n’a pas pu être écrite dans {path.parent}\u00a0: {error.strerror}. Rien n’a été changé.",
        ) from error


def wraps(path: Path, *, vault_id: str) -> bool:
    """Whether ``path`` is there and is this vault's own; a damaged one counts, so that its trouble is told."""
    try:
        content = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return path.exists()
    return not isinstance(content, dict) or content.get("vault", vault_id) == vault_id


def unwrap_key(path: Path, *, passphrase: str, vault_id: str) -> bytes:
    """The vault's key. Raises VaultError for a wrong passphrase, or a key file that is damaged or from a newer version."""
    stored = _read(path)
    try:
        return AESGCM(_derive(passphrase, stored)).decrypt(stored.nonce, stored.wrapped, vault_id.encode())
    except InvalidTag as error:
        raise VaultError(
            "wrong_passphrase",
            "Ce n’est pas la bonne phrase de passe. Vérifiez les majuscules et la disposition du clavier, "
            "ou saisissez le code de récupération.",
        ) from error


def _derive(passphrase: str, stored: _KeyFile) -> bytes:
    return hash_secret_raw(
        _normal(passphrase).encode(), stored.salt, stored.passes, stored.memory_kib, stored.lanes, 32, Type.ID
    )


def _normal(passphrase: str) -> str:
    """One form for an accent, whatever keyboard or system made it (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", passphrase)


def _read(path: Path) -> _KeyFile:
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        kdf, box = content["argon2id"], content["aes256gcm"]
        stored = _KeyFile(
            int(kdf["memory_kib"]), int(kdf["passes"]), int(kdf["lanes"]),
            bytes.fromhex(kdf["salt"]), bytes.fromhex(box["nonce"]), bytes.fromhex(box["wrapped"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    fair = 8 * stored.lanes <= stored.memory_kib <= _MOST_MEMORY_KIB and 1 <= stored.passes <= _MOST_PASSES
    sizes = len(stored.salt) >= SALT_BYTES and len(stored.nonce) == NONCE_BYTES
    if not fair or not sizes or not 1 <= stored.lanes <= _MOST_LANES:
        raise _damaged(path)
    return stored


def _damaged(path: Path) -> VaultError:
    return VaultError(
        "key_file_damaged",
        f"Le fichier de clé {path.name} est abîmé ou illisible\u00a0: saisissez le code de récupération.",
    )


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".tmp")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
