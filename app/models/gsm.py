"""The letters of a text message: one that keeps to GSM 03.38 holds 160 of them, any other 70."""

from __future__ import annotations

import unicodedata

LETTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_BEYOND = str.maketrans(
    {"’": "'", "‘": "'", "œ": "oe", "Œ": "OE", "«": '"', "»": '"', "\u00a0": " ", "–": "-", "—": "-"}
)


def without_rare_letters(text: str) -> str:
    """``text`` in letters of GSM 03.38: an accent that it lacks is dropped (« École » keeps its own)."""
    return "".join(_plain(character) for character in text.translate(_BEYOND))


def _plain(character: str) -> str:
    if character in LETTERS:
        return character
    bare = unicodedata.normalize("NFKD", character)[0]
    return bare if bare in LETTERS else "?"
