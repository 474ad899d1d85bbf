"""The one family of errors that a person may read.

An error of this family is the environment's or the input's fault: it carries a stable code (for programs and
tests) and a French sentence that says what, where and what to do. Anything else that escapes is our own bug.
"""

from __future__ import annotations

from typing import Any

from app.models.typography import typeset


class PreauError(Exception):
    """A refusal with a stable ``code`` and a French ``sentence`` fit to be shown as it is."""

    def __init__(self, code: str, sentence: str, **details: Any) -> None:
        self.code = code
        self.sentence = typeset(sentence)
        super().__init__(f"{code}: {self.sentence}")
        self.details = details


class Refused(PreauError):
    """An act that the rules do not allow; nothing was changed."""


class NotFound(PreauError):
    """The record asked for is not in this school."""


class VaultError(PreauError):
    """The vault cannot be opened, read or written; the file was left untouched."""


class InputError(PreauError):
    """A file or a value given by a person cannot be read."""


class TransportError(PreauError):
    """The server was not reached, or what answered was not the server; the work stays queued."""
