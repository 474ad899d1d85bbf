"""A PDF from outside, opened and read page by page: within bounds of size, pages, memory and time, whatever it holds."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader, apply_configuration

from app.models.errors import PreauError
from app.services.reports.found import Tick, no_tick, refusal
from app.services.reports.pdf_notes import note_words

log = logging.getLogger(__name__)
# What pypdf says of a damaged file may quote it, and belongs into no log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MAX_BYTES = 128 * 1024 * 1024
MAX_PAGES = 3000
SECONDS = 60.0
"""For a whole file, and PAGE_SECONDS more for each of its pages; a page of LSU takes a twentieth."""
PAGE_SECONDS = 1.0
_LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": MAX_BYTES,
    "array_based_stream_maximum_output_length": 30_000_000, "lzw_maximum_output_length": 30_000_000,
    "run_length_maximum_output_length": 30_000_000, "zlib_maximum_output_length": 30_000_000,
    "zlib_maximum_recovery_input_length": 1_000_000, "stream_decoding_work_maximum_length": 60_000_000,
    "stream_parsing_work_maximum_count": 500_000, "page_tree_maximum_entries": 2 * MAX_PAGES,
    "xform_maximum_invocations_per_extraction": 500, "disable_legacy_handling": True,
}  # fmt: skip
_HEAD = 1024

Timer = Callable[[], float]


@dataclass(frozen=True, slots=True)
class FoundPdf:
    """A PDF and the text of each of its pages."""

    name: str
    content: bytes
    texts: tuple[str, ...]


class _TooLong(Exception):
    """The time of a file is over."""


def read_pdf(name: str, content: bytes, *, tick: Tick = no_tick, timer: Timer = time.monotonic) -> FoundPdf:
    """The text of every page. Raises InputError where it is no PDF, encrypted, broken, without text, or too much."""
    started = timer()
    with opened(name, content) as reader:
        count = len(reader.pages)
        _judge_count(name, count)
        deadline = started + SECONDS + PAGE_SECONDS * count
        texts = []
        for number, page in enumerate(reader.pages):
            tick(number, count)
            texts.append(_text(name, page, deadline, timer))
    if not any(text.strip() for text in texts):
        raise refusal(
            "no_text", name,
            "ne contient que des images : Préau ne peut pas y lire les noms. Téléchargez le PDF de LSU lui-même plutôt qu’une "
            "numérisation.",
        )  # fmt: skip
    return FoundPdf(name, content, tuple(texts))


@contextmanager
def opened(name: str, content: bytes) -> Iterator[PdfReader]:
    """The reader of a PDF, under the limits. Whatever fails inside the block is a sentence: InputError."""
    if not content.strip():
        raise refusal("empty", name, "est vide. Téléchargez-le de nouveau.")
    if len(content) > MAX_BYTES:
        raise refusal("too_large", name, f"pèse plus de {MAX_BYTES // 1_000_000} Mo : imprimez LSU classe par classe.")
    if b"%PDF-" not in content[:_HEAD]:
        raise refusal("not_pdf", name, "n’est pas un PDF.")
    with apply_configuration(**_LIMITS), _sentences(name):
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refusal(
                "encrypted", name,
                "est protégé par un mot de passe. Ouvrez-le, enregistrez-le sans mot de passe, puis importez-le de nouveau.",
            )  # fmt: skip
        yield reader


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """pypdf's own errors, and whatever else a damaged file makes it stumble over."""
    broken = "est abîmé ou incomplet : Préau ne peut pas le lire. Téléchargez-le de nouveau depuis LSU."
    try:
        yield
    except PreauError:
        raise
    except _TooLong as error:
        raise refusal("too_long", name, "demande trop de temps à lire : ce n’est pas un PDF de LSU.") from error
    except Exception as error:
        # A file that was made to break pypdf ends in any type: attributes, keys, arithmetic, recursion, memory.
        log.debug("a PDF cannot be read: %s", type(error).__name__)
        raise refusal("broken_pdf", name, broken) from error


def _judge_count(name: str, count: int) -> None:
    if count == 0:
        raise refusal("no_page", name, "n’a aucune page. Téléchargez-le de nouveau depuis LSU.")
    if count > MAX_PAGES:
        raise refusal("too_many", name, f"a plus de {MAX_PAGES} pages : imprimez LSU classe par classe.")


def _text(name: str, page: Any, deadline: float, timer: Timer) -> str:
    def watch(*operation: object) -> None:
        if timer() > deadline:
            raise _TooLong

    watch()
    text = page.extract_text(visitor_operand_before=watch)
    watch()  # pypdf goes on where a form inside the page has failed
    return f"{text}\n{words}" if (words := note_words(page)) else str(text)
