"""Where a vault's key comes from: the keyring, a passphrase, the paper, or a script's environment (docs/adr/0003).

The window asks ``unlock`` without anything; the code of the VaultError says what to ask the director:
``passphrase_needed``, ``wrong_passphrase``, ``key_not_found`` or ``keyring_locked`` (offer the recovery code),
``recovery_mistyped``, ``wrong_recovery``, ``vault_damaged`` (offer a backup).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from platformdirs import user_data_path

from app.models.errors import VaultError
from app.models.ids import RandomBytes
from app.services.vault import keyrings
from app.services.vault.files import KEY_BYTES, SALT_BYTES, check_file, vault_id
from app.services.vault.keyrings import Keyring
from app.services.vault.passphrase import check_passphrase, key_file, unwrap_key, wrap_key, wraps
from app.services.vault.recovery import key_of, new_code
from app.services.vault.secrets import KeyringSecrets, SecretStore, VaultSecrets
from app.services.vault.vault import Vault, create_vault, open_vault

PATH_VARIABLE = "PREAU_VAULT"
KEY_VARIABLE = "PREAU_VAULT_KEY"
_CODE_NAME = "recovery_code"
_T = TypeVar("_T")


class NewVault(NamedTuple):
    """A vault just made, and the code to print; None where a script gave the key, which then is its own business."""

    vault: Vault
    recovery_code: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """An opened vault, where its device's secrets are, and the code to print where it was just made."""

    vault: Vault
    secrets: SecretStore
    recovery_code: str | None = None


def vault_path(environ: Mapping[str, str]) -> Path:
    """The file named by ``PREAU_VAULT``, else the usual place of the person's own data."""
    named = environ.get(PATH_VARIABLE)
    return Path(named).expanduser() if named else user_data_path("preau", appauthor=False) / "preau.preau"


def new_vault(
    path: Path,
    *,
    environ: Mapping[str, str],
    keyring: Keyring | None,
    passphrase: str | None = None,
    random_bytes: RandomBytes = os.urandom,
) -> NewVault:
    """Make a vault and put its key where it belongs: the environment's key, else the passphrase, else the keyring.

    The key is kept before the file exists, so that no file is ever without one. Raises VaultError, among others
    ``passphrase_needed`` where the machine has no keyring that accepts it, and ``weak_passphrase``.
    """
    if (given := given_key(environ)) is not None:
        return NewVault(create_vault(path, key=given), None)
    if path.exists():
        raise VaultError(
            "vault_exists", f"Un fichier {path.name} existe déjà dans ce dossier\u00a0: rien n’a été changé."
        )
    code = new_code(random_bytes)
    key, salt = key_of(code), random_bytes(SALT_BYTES)
    forget = _keep_new_key(path, key, salt.hex(), keyring, passphrase, random_bytes)
    try:
        vault = create_vault(path, key=key, salt=salt)
    except BaseException:
        forget()
        raise
    VaultSecrets(vault).store(_CODE_NAME, code)
    return NewVault(vault, code)


def unlock(
    path: Path,
    *,
    environ: Mapping[str, str],
    keyring: Keyring | None,
    passphrase: str | None = None,
    recovery: str | None = None,
    read_only: bool = False,
    random_bytes: RandomBytes = os.urandom,
) -> Vault:
    """Open a vault by the first way that applies: the environment's key, the recovery code, the keyring, the passphrase.

    A recovery code that opens puts things right: together with ``passphrase`` that one becomes the new one, else the
    key goes back into the keyring. Raises VaultError with the codes named above and those of ``open_vault``.
    """
    key = find_key(path, environ=environ, keyring=keyring, passphrase=passphrase, recovery=recovery)
    if recovery is not None and passphrase is not None:
        check_passphrase(passphrase)
    with proving(path, environ=environ, recovery=recovery):
        vault = open_vault(path, key=key, read_only=read_only)
    if recovery is not None:
        _put_right(path, key, keyring, passphrase, random_bytes)
    return vault


def find_key(
    path: Path,
    *,
    environ: Mapping[str, str],
    keyring: Keyring | None,
    passphrase: str | None = None,
    recovery: str | None = None,
) -> bytes:
    """The key of a vault or of a backup, by the ways of ``unlock``; the file itself is not opened. Raises VaultError."""
    check_file(path)
    if (given := given_key(environ)) is not None:
        return given
    return key_of(recovery) if recovery is not None else _kept_key(path, keyring, passphrase)


@contextmanager
def proving(path: Path, *, environ: Mapping[str, str], recovery: str | None) -> Iterator[None]:
    """Say what a key that does not open means, by where it came from.

    One from the keyring or the key file bears the vault's own id: it is the file that is damaged.
    """
    try:
        yield
    except VaultError as error:
        if error.code != "wrong_key" or given_key(environ) is not None:
            raise
        if recovery is not None:
            raise VaultError(
                "wrong_recovery",
                f"Ce code de récupération n’ouvre pas {path.name}\u00a0: c’est le code d’un autre fichier, ou le fichier "
                "est abîmé. Comparez avec votre papier, ou restaurez la dernière sauvegarde.",
            ) from error
        raise VaultError(
            "vault_damaged",
            f"Le début du fichier {path.name} est abîmé. Rien n’y a été changé\u00a0: restaurez la dernière sauvegarde.",
        ) from error


def open_from_environment(
    environ: Mapping[str, str], *, write: bool, create: bool = False, ask: Callable[[], str | None]
) -> Opening:
    """What each command does first: find the vault, unlock it, or make it. ``ask`` returns a passphrase, or None.

    Reads work while the window is open; a write is then refused. Raises VaultError.
    """
    path, keyring = vault_path(environ), _keyring_for(environ)
    if create and not path.exists():
        if PATH_VARIABLE not in environ:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = _asking(ask, lambda words: new_vault(path, environ=environ, keyring=keyring, passphrase=words))
        return Opening(made.vault, secret_store(made.vault, environ=environ, keyring=keyring), made.recovery_code)
    vault = _asking(
        ask, lambda words: unlock(path, environ=environ, keyring=keyring, passphrase=words, read_only=not write)
    )
    return Opening(vault, secret_store(vault, environ=environ, keyring=keyring))


def secret_store(vault: Vault, *, environ: Mapping[str, str], keyring: Keyring | None) -> SecretStore:
    """Where the device's token and private key live: the keyring that opens the vault, else the vault itself.

    A locked keyring says so when a secret is asked for, not here: the records can be read without.
    """
    if keyring is None or given_key(environ) is not None:
        return VaultSecrets(vault)
    own_id = vault_id(vault.path)
    in_keyring = KeyringSecrets(keyring, own_id)
    try:
        return in_keyring if keyrings.fetch(keyring, own_id) is not None else VaultSecrets(vault)
    except VaultError:
        return VaultSecrets(vault) if wraps(key_file(vault.path), vault_id=own_id) else in_keyring


def recovery_code(vault: Vault) -> str | None:
    """The code of an opened vault, to print it again; None where a script gave the key."""
    return VaultSecrets(vault).fetch(_CODE_NAME)


def change_passphrase(path: Path, *, old: str, new: str, random_bytes: RandomBytes = os.urandom) -> None:
    """Wrap the same key by another passphrase. Raises VaultError: ``wrong_passphrase``, ``weak_passphrase``."""
    own_id = vault_id(path)
    key = unwrap_key(key_file(path), passphrase=old, vault_id=own_id)
    wrap_key(key_file(path), key=key, passphrase=new, vault_id=own_id, random_bytes=random_bytes)


def given_key(environ: Mapping[str, str]) -> bytes | None:
    """The raw key of ``PREAU_VAULT_KEY``, or None where it is not set. Raises VaultError where it is no key."""
    text = environ.get(KEY_VARIABLE)
    if not text:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultError("bad_key", f"{KEY_VARIABLE} doit contenir 64 chiffres hexadécimaux (0 à 9, a à f).")
    return key


def _kept_key(path: Path, keyring: Keyring | None, passphrase: str | None) -> bytes:
    own_id, wrapped = vault_id(path), wraps(key_file(path), vault_id=vault_id(path))
    entry = _entry(keyring, own_id, tolerant=wrapped)
    if entry is not None:
        return entry
    if not wrapped:
        raise VaultError(
            "key_not_found",
            f"La clé de {path.name} n’est pas sur ce poste. Saisissez le code de récupération, imprimé à la "
            "création du fichier.",
        )
    if passphrase is None:
        raise VaultError("passphrase_needed", f"Saisissez la phrase de passe qui ouvre {path.name}.")
    return unwrap_key(key_file(path), passphrase=passphrase, vault_id=own_id)


def _entry(keyring: Keyring | None, own_id: str, *, tolerant: bool) -> bytes | None:
    """The keyring's key for this vault. A keyring that does not answer is no trouble where a passphrase opens too."""
    if keyring is None:
        return None
    with suppress(VaultError) if tolerant else nullcontext():
        text = keyrings.fetch(keyring, own_id)
        with suppress(ValueError, TypeError):
            key = bytes.fromhex(text or "")
            return key if len(key) == KEY_BYTES else None
    return None


def _keep_new_key(
    path: Path, key: bytes, own_id: str, keyring: Keyring | None, passphrase: str | None, random_bytes: RandomBytes
) -> Callable[[], None]:
    """Keep the key of the vault to come; returns how to forget it should the vault not come."""
    if passphrase is not None:
        _check_folder(path)
        if key_file(path).exists():
            raise VaultError(
                "key_file_exists",
                f"{key_file(path).name} est la clé d’un autre fichier de Préau\u00a0: déplacez-la d’abord.",
            )
        wrap_key(key_file(path), key=key, passphrase=passphrase, vault_id=own_id, random_bytes=random_bytes)
        return lambda: key_file(path).unlink(missing_ok=True)
    if keyring is not None:
        with suppress(VaultError):
            keyrings.store(keyring, own_id, key.hex())
            return lambda: keyrings.forget(keyring, own_id)
    raise VaultError(
        "passphrase_needed",
        "Ce poste n’a pas de trousseau de mots de passe\u00a0: choisissez une phrase de passe pour protéger le fichier.",
    )


def _put_right(
    path: Path, key: bytes, keyring: Keyring | None, passphrase: str | None, random_bytes: RandomBytes
) -> None:
    """After the paper has opened the vault: the next time it opens as usual."""
    own_id = vault_id(path)
    if passphrase is not None:
        wrap_key(key_file(path), key=key, passphrase=passphrase, vault_id=own_id, random_bytes=random_bytes)
    elif keyring is not None:
        with suppress(VaultError):
            keyrings.store(keyring, own_id, key.hex())


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise VaultError("folder_missing", f"Le dossier {path.parent} n’existe pas. Choisissez un autre dossier.")


def _keyring_for(environ: Mapping[str, str]) -> Keyring | None:
    """No keyring is looked for where the key is given: scripts run where asking one may block."""
    return None if environ.get(KEY_VARIABLE) else keyrings.system_keyring()


def _asking(ask: Callable[[], str | None], work: Callable[[str | None], _T]) -> _T:
    """Do the work, with a passphrase only where it is needed and somebody gives one."""
    try:
        return work(None)
    except VaultError as error:
        words = ask() if error.code == "passphrase_needed" else None
        if words is None:
            raise
        return work(words)
