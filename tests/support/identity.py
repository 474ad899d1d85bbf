"""Identity providers on the loopback: npm's certified ``oidc-provider`` with the rules of FranceConnect, run by node."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from app.server.portal.federation.provider import Provider
from tests.support.live import free_port

PEER = Path(__file__).resolve().parents[1] / "peers" / "oidc"
PEOPLE: tuple[dict[str, str], ...] = (
    {"account": "marc", "given_name": "Marc Olivier", "family_name": "DUPONT", "birthdate": "1984-03-02",
     "email": "marc@example.org"},
    {"account": "ida", "given_name": "Ida", "family_name": "NAISSANCE", "preferred_username": "HOSTILE",
     "birthdate": "1992-11-00"},
    {"account": "sans-prenom", "given_name": "", "family_name": "DUPONT", "birthdate": "1992-00-00", "gender": ""},
    {"account": "long", "given_name": "Œdipe-Ælis", "family_name": "A" * 52, "birthdate": "1970-01-01"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdentityPeer:
    """A running provider, as the operator's settings name it."""

    provider: Provider
    port: int


def new_keys(*, alg: str = "ES256", kid: str = "k1") -> list[dict[str, Any]]:
    """Private keys of a provider (JWK)."""
    key = ECKey.generate_key("P-256") if alg == "ES256" else RSAKey.generate_key(2048)
    return [{**key.as_dict(private=True), "kid": kid, "use": "sig", "alg": alg}]


@contextmanager
def identity_peer(
    folder: Path, *, callback: str, back: str, port: int | None = None, keys: Sequence[Mapping[str, Any]] | None = None,
    alg: str = "ES256", client: Mapping[str, Any] | None = None, provider_id: str = "franceconnect",
    **provider: Any,
) -> Iterator[IdentityPeer]:  # fmt: skip
    """The provider in its own process, until it answers; ended by its id. ``client`` are its rules for us."""
    _install()
    port = port or free_port()
    secret = "a secret of the loopback, long enough for all algorithms"
    settings = {
        "port": port, "client_id": "preau", "client_secret": secret, "callback": callback, "back": back, "alg": alg,
        "keys": list(keys or new_keys(alg=alg)), "people": PEOPLE, "client": dict(client or {}),
    }  # fmt: skip
    path = folder / f"provider-{port}.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    described = Provider.model_validate(
        {"id": provider_id, "label": "identité de démonstration", "issuer": f"http://127.0.0.1:{port}/api/v2",
         "client_id": "preau", "client_secret": secret, **provider}
    )  # fmt: skip
    process = subprocess.Popen(
        ["node", "provider.mjs", str(path)], cwd=PEER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        while said and "ready" not in said:
            said = process.stdout.readline()
        assert said, "the identity provider did not start"
        yield IdentityPeer(described, port)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _install() -> None:
    """Put the provider's package beside its script, once."""
    done = PEER / "node_modules" / "oidc-provider" / "package.json"
    if done.is_file():
        return
    lock = PEER / "node_modules.lock"
    with lock.open("w") as held:
        if os.name == "posix":
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        if not done.is_file():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=PEER, check=True)
