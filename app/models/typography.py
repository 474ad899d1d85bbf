"""French typography: the spaces that must not break, wherever a sentence was written."""

from __future__ import annotations

import re

_HIGH = re.compile(r"(?<=\S) (?=[;!?])")
_COLON = re.compile(r"(?<=\S) (?=[:»])")
_OPENING = re.compile(r"« (?=\S)")


def typeset(sentence: str) -> str:
    """A sentence with its no-break spaces: « Où ? » never leaves its mark alone on the next line.

    >>> typeset("« Mon école » : où ?")
    '«\\xa0Mon école\\xa0»\\xa0: où\\u202f?'
    """
    return _OPENING.sub("«\u00a0", _COLON.sub("\u00a0", _HIGH.sub("\u202f", sentence)))
