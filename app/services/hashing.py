"""Argon2id with the parameters that both ends agreed on (``app.models.secrets``)."""

from __future__ import annotations

from argon2.low_level import Type, hash_secret

from app.models.secrets import ARGON2_HASH_BYTES, ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_TIME


def hash_password(password: str, salt: bytes) -> str:
    """The PHC string of a password; ``salt`` is ARGON2_SALT_BYTES random bytes.

    About 16 ms and 19 MiB; other threads run meanwhile.
    """
    return hash_secret(
        password.encode("utf-8"),
        salt,
        time_cost=ARGON2_TIME,
        memory_cost=ARGON2_MEMORY_KIB,
        parallelism=ARGON2_LANES,
        hash_len=ARGON2_HASH_BYTES,
        type=Type.ID,
    ).decode("ascii")
