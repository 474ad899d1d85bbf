"""What SQLCipher and the disk say, in words that a director can act upon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import OperationalError as SaOperationalError
from sqlcipher3 import dbapi2

from app.models.errors import VaultError


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn the database's own errors about the file at ``path`` into VaultError; our own mistakes pass as they are."""
    try:
        yield
    except (DBAPIError, dbapi2.DatabaseError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> Exception:
    """The VaultError for a database error, or the error itself where it is our own fault.

    Only what SQLCipher said is read, never the statement beside it: a column may be called « locked ».
    """
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, dbapi2.IntegrityError):
        return error
    text = str(said).lower()
    for needle, code, sentence in _REASONS:
        if needle in text:
            return VaultError(code, sentence.format(name=path.name, folder=path.parent))
    if isinstance(error, SaOperationalError | dbapi2.OperationalError) and not any(ours in text for ours in _OURS):
        return VaultError("vault_unreadable", f"Le fichier {path.name} ne peut pas être lu ou écrit\u00a0: {said}")
    return error


_OURS = ("no such", "syntax error")
_DAMAGED = "Le fichier {name} est abîmé. Rien n’y a été changé\u00a0: restaurez la dernière sauvegarde."
_REASONS = (
    (
        "file is not a database",
        "wrong_key",
        "La clé n’ouvre pas {name}\u00a0: ce n’est pas la bonne clé, ou le fichier est abîmé. "
        "Saisissez la phrase de passe ou le code de récupération.",
    ),
    ("malformed", "vault_damaged", _DAMAGED),
    ("disk image", "vault_damaged", _DAMAGED),
    (
        "full",
        "disk_full",
        "Le disque de {folder} est plein\u00a0: rien n’a été enregistré. Libérez de la place, puis réessayez.",
    ),
    (
        "disk i/o error",
        "disk_full",
        "Le disque de {folder} refuse l’écriture (plein ou débranché)\u00a0: rien n’a été enregistré.",
    ),
    (
        "readonly",
        "vault_read_only",
        "Le fichier {name} ou son dossier est en lecture seule\u00a0: rien n’a été enregistré.",
    ),
    (
        "unable to open",
        "vault_read_only",
        "Le dossier {folder} ne permet pas d’écrire {name}\u00a0: choisissez un autre dossier.",
    ),
    ("locked", "vault_in_use", "Le fichier {name} est occupé par un autre programme. Fermez-le, puis réessayez."),
)
