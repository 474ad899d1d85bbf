"""A director's session: ``python -m tests.services.vault.session create|open VAULT [CODE]``, with this session's keyring.

Prints one JSON object; a refusal is its ``code``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from app.models.errors import VaultError
from app.services.vault.keyrings import system_keyring
from app.services.vault.keys import new_vault, secret_store, unlock
from app.services.vault.passphrase import key_file


def create(path: Path) -> dict[str, Any]:
    ring = system_keyring()
    vault, code = new_vault(path, environ=os.environ, keyring=ring)
    with vault:
        secret_store(vault, environ=os.environ, keyring=ring).store("token", "Zoé à l’école")
    return {"backend": type(ring).__module__, "recovery_code": code, "key_file": key_file(path).exists()}


def reopen(path: Path, code: str | None) -> dict[str, Any]:
    ring = system_keyring()
    with unlock(path, environ=os.environ, keyring=ring, recovery=code) as vault:
        store = secret_store(vault, environ=os.environ, keyring=ring)
        answer: dict[str, Any] = {"opened": True, "store": type(store).__name__}
        try:
            return answer | {"token": store.fetch("token")}
        except VaultError as refusal:
            return answer | {"token_refused": refusal.code}


def main() -> None:
    what, path, code = sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None
    try:
        answer = create(path) if what == "create" else reopen(path, code)
    except VaultError as refusal:
        answer = {"code": refusal.code}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
