"""A mail in French, then in the family's language: the subject and what counts are French."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from app.models.typography import typeset
from app.server.outbox.messages import Words
from app.services import languages
from app.services.languages import FRENCH, Language, isolated
from app.services.languages import source as _
from app.services.letters import texts

BELOW = _("Traduction plus bas")
RULE = "\n" + "—" * 30 + "\n\n"
NAMES = ("children", "school", "help", "signed", "salutation")
"""Values that may be written in any direction; each is isolated among the words of a translation (UAX 9)."""
TRANSLATED = ("salutation", "help")
RIGHT_TO_LEFT = "\u200f"

Template = Callable[..., Words]


def worded(template: Template, params: dict[str, str]) -> Words:
    """(subject, text) of a mail; ``params["language"]`` says which language comes below the French."""
    calm = {name: _without_controls(value) if name in NAMES else value for name, value in params.items()}
    subject, text = template({**calm, "language": FRENCH}, translate=str)
    text = typeset(text)
    language = languages.find(params.get("language"))
    if language is None:
        return subject, text
    pointer = f"{language.name}\u00a0: {language.translate(BELOW)}\n\n"
    return subject, pointer + text + RULE + _translated(template, calm, language)


def _translated(template: Template, params: dict[str, str], language: Language) -> str:
    values = {name: language.words_for(value) if name in TRANSLATED else value for name, value in params.items()}
    apart = {name: _isolated(value) if name in NAMES and value else value for name, value in values.items()}
    title, text = template({**apart, "language": language.code}, translate=language.translate)
    authority = texts.REVIEWED if language.reviewed else texts.UNREVIEWED
    whole = f"{title}\n\n{text}\n{language.translate(authority)}\n"
    return (_turned(whole) if language.is_rtl else whole) + f"{authority}\n"


def _isolated(names: str) -> str:
    return ", ".join(map(isolated, names.split(", ")))


def _turned(text: str) -> str:
    """Each line says that it is read from right to left, whatever its first letter; an address stays as it is."""
    lines = text.split("\n")
    return "\n".join(RIGHT_TO_LEFT + line if line and not line.startswith("http") else line for line in lines)


def _without_controls(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character for character in text if unicodedata.category(character) not in ("Cf", "Cc", "Zl", "Zp"))
