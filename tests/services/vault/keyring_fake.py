"""A keyring in memory, at the edge of the machine: it can be locked, and it remembers."""

from __future__ import annotations


class MemoryKeyring:
    """What the system's keyring would keep. ``locked`` makes it refuse, as a session without a prompt does."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.entries[service, username]

    def _check(self) -> None:
        if self.locked:
            raise RuntimeError("the collection is locked")
