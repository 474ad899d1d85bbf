"""XML from strangers, read as a stream: no DTD, no entity, no network, bounded in size and in depth.

libxml2 would already refuse the worst (entities that grow, depth over 256). A file with a DTD is refused before it reaches
the parser all the same: LSU's format has none, and an attribute of the root could use an entity before anybody looks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.services.reports.found import Tick, refusal

MAX_BYTES = 256 * 1024 * 1024
"""Thirty times the bilans of a large school's year; beyond, somebody chose the wrong file."""
_PROLOG_BYTES = 1024 * 1024
_DECLARED = re.compile(rb"""\A<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "latin1", "utf-16"}
)
_BEFORE_ROOT = re.compile(r"\A(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_NOT_XML = (
    "n’est pas un fichier XML. Choisissez l’export « LSU » de votre logiciel de livret, un PDF, ou un ZIP de PDF."
)

_TRUNCATED = (
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED, etree.ErrorTypes.ERR_DOCUMENT_END, etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
    etree.ErrorTypes.ERR_GT_REQUIRED, etree.ErrorTypes.ERR_LTSLASH_REQUIRED, etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
    etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED, etree.ErrorTypes.ERR_SPACE_REQUIRED,
)  # fmt: skip
"""libxml2's words for an end that comes too early."""


def read_elements(name: str, content: bytes, *, tags: tuple[str, ...], tick: Tick) -> Iterator[Any]:
    """The root when it opens, then each element of ``tags`` (local names, any namespace) when it closes.

    Whoever has read an element frees it with ``free``. Raises InputError where the file is no sound XML.
    """
    check_prolog(name, content)
    stream = io.BytesIO(content)
    events = etree.iterparse(
        stream, events=("start", "end"), tag=("{*}lsun-bilans", *(f"{{*}}{tag}" for tag in tags)), resolve_entities=False,
        load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False, recover=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    wanted = frozenset(tags)
    try:
        for event, element in events:
            if event == "end" and local(element) in wanted:
                tick(stream.tell(), len(content))
                yield element
    except etree.XMLSyntaxError as error:
        raise _unsound(name, content, error) from error
    root = events.root
    if root is None or local(root) != "lsun-bilans":
        what = f"« {local(root)[:40]} »" if root is not None else "vide"
        raise refusal(
            "not_lsu", name,
            f"est un fichier XML, mais pas un export de bilans pour LSU (sa racine est {what}). Dans votre logiciel de livret, "
            "choisissez « Exporter vers LSU ».",
        )  # fmt: skip
    yield root


def free(element: Any) -> None:
    """Forget an element that has been read, and its elder brothers: the tree never grows."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def check_prolog(name: str, content: bytes) -> None:
    """What can be refused before parsing. Raises InputError."""
    if not content.strip():
        raise refusal("empty", name, "est vide. Relancez l’export.")
    if len(content) > MAX_BYTES:
        raise refusal(
            "too_large", name,
            f"pèse {len(content) // 1_000_000} Mo, plus que les {MAX_BYTES // 1_000_000} Mo possibles : exportez classe par "
            "classe.",
        )  # fmt: skip
    head = _text(name, content[:_PROLOG_BYTES])
    start = _BEFORE_ROOT.match(head)
    rest = head[start.end() if start else 0 :]
    if rest[:9].upper() == "<!DOCTYPE":
        raise refusal(
            "dtd", name,
            "contient une définition de document (DTD) ou des entités, ce qu’un export de bilans n’a jamais : il n’a pas été "
            "lu. Demandez l’export au logiciel lui-même.",
        )  # fmt: skip
    if not re.match(r"<[A-Za-z_]", rest):
        raise refusal("not_xml", name, _NOT_XML)


def _text(name: str, head: bytes) -> str:
    """The beginning of a file as text, in one of the few encodings that exports have."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(head)
    if declared is not None and declared[1].decode().lower() not in _ENCODINGS:
        raise refusal(
            "encoding", name,
            f"est écrit en « {declared[1].decode()} », un codage que LSU n’accepte pas : exportez-le en UTF-8.",
        )  # fmt: skip
    return head.decode("latin-1")


def _unsound(name: str, content: bytes, error: etree.XMLSyntaxError) -> Exception:
    line = error.lineno or 0
    if not content.rstrip(b"\x00 \r\n\t").endswith((b">", b">\x00", b"\x00>")) or error.code in _TRUNCATED:
        return refusal(
            "truncated", name,
            f"est coupé (ligne {line}) : l’export ou la copie s’est arrêté avant la fin. Relancez l’export. Rien n’a été lu.",
        )  # fmt: skip
    return refusal(
        "broken_xml",
        name,
        f"est abîmé à la ligne {line} : ce n’est plus du XML valable. Relancez l’export. Rien n’a été lu.",
    )
