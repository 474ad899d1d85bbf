"""The families' languages: one gettext catalogue each, in ``resources/locale``; French is the source and the authority.

A translator writes ``<code>/LC_MESSAGES/preau.po`` and nothing else: the application reads the text of the catalogue
itself, so that nothing has to be compiled. Its header says ``Language``, ``X-Preau-Name`` (the language in itself),
``X-Preau-French-Name`` (« turc »), ``Plural-Forms``, and ``X-Preau-Reviewed-By``, empty until a person has read the
translation again.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

LOCALES = Path(__file__).resolve().parents[2] / "resources" / "locale"
FRENCH = "fr"
MISSING = "[fr] "
"""Goes before a French sentence that stands where its translation is missing."""

ISOLATE, END = "\u2068", "\u2069"
"""Around a value that may be written in another direction than its sentence (UAX 9)."""
_PERCENT = re.compile(r"%(?:\((\w*)\))?(.?)", re.DOTALL)

Translate = Callable[[str], str]
Plural = Callable[[str, str, int], str]


def source(sentence: str) -> str:
    """Marks a French sentence that is translated where it is shown: ``from … import source as _``."""
    return sentence


def french_plural(one: str, many: str, count: int) -> str:
    """In French, nothing is one."""
    return one if count in (0, 1) else many


@dataclass(frozen=True, slots=True)
class Language:
    """A language that families may be written to, beside French."""

    code: str
    """BCP 47: « ar », « tr », « pt-BR »."""
    name: str
    """In itself: « Türkçe »."""
    french_name: str
    """« turc », as a French sentence says it."""
    reviewed_by: str
    """Who read the translation again; empty where nobody has."""
    words: dict[str, str]
    """Translations by French sentence; only those that can be used."""
    plural: Plural = french_plural
    """The translation that goes with a number, by the two French sentences."""

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return is_rtl(self.name)

    @property
    def reviewed(self) -> bool:
        return bool(self.reviewed_by)

    def translate(self, sentence: str) -> str:
        """The translation; a sentence without one stays in French, and says so."""
        return self.words.get(sentence) or MISSING + sentence

    def words_for(self, text: str) -> str:
        """Like ``translate`` for what may be a name or a number: unknown, it stays as it is."""
        return self.words.get(text, text)


OWN = Language(code=FRENCH, name="Français", french_name="français", reviewed_by="Préau", words={})
"""French, where it stands among the others."""


@lru_cache(maxsize=1024)
def is_rtl(text: str) -> bool:
    """Whether the first letter of a text is of a script written from right to left."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def isolated(text: str) -> str:
    """The text between marks that nobody sees, so that it does not turn the words around it."""
    return f"{ISOLATE}{text}{END}"


def languages(folder: Path = LOCALES) -> tuple[Language, ...]:
    """Every language that has a catalogue, in the order of their French names; French itself is not one of them."""
    codes = [path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/preau.po")]
    found = [language for code in codes if (language := find(code, folder)) is not None]
    return tuple(sorted(found, key=lambda language: (language.french_name, language.code)))


def find(code: str | None, folder: Path = LOCALES) -> Language | None:
    """The language of a code; None for French, and where there is no catalogue that can be read."""
    if not code or code == FRENCH or not code.replace("-", "").isalnum():
        return None
    return _read(folder / code / "LC_MESSAGES" / "preau.po")


def named(code: str | None, folder: Path = LOCALES) -> str:
    """How a French sentence names a language: « turc »; its code where there is no catalogue."""
    if not code or code == FRENCH:
        return "français"
    language = find(code, folder)
    return language.french_name if language else code


@lru_cache(maxsize=64)
def _read(path: Path) -> Language | None:
    if not path.is_file():
        return None
    import polib  # here: the window shows the list of guardians without it

    try:
        catalogue = polib.pofile(str(path), encoding="utf-8")
    except (OSError, ValueError):
        return None
    code = path.parent.parent.name
    header = catalogue.metadata
    entries = [entry for entry in catalogue if entry.msgstr and not entry.obsolete and "fuzzy" not in entry.flags]
    try:
        compiled = GNUTranslations(io.BytesIO(catalogue.to_binary()))
    except ValueError:  # no such rule of plurals
        return None
    return Language(
        code=header.get("Language") or code,
        name=header.get("X-Preau-Name") or code,
        french_name=header.get("X-Preau-French-Name") or code,
        reviewed_by=header.get("X-Preau-Reviewed-By", "").strip(),
        words={entry.msgid: entry.msgstr for entry in entries if _same_places(entry.msgid, entry.msgstr)},
        plural=_plural(compiled),
    )


def _plural(compiled: GNUTranslations) -> Plural:
    def plural(one: str, many: str, count: int) -> str:
        """A language may leave the number out; one without a translation, or with other places, gives the French."""
        found = compiled.ngettext(one, many, count)
        fits = found not in (one, many) and _same_places(many, found, or_fewer=True)
        return found if fits else french_plural(one, many, count)

    return plural


def _same_places(french: str, translated: str, *, or_fewer: bool = False) -> bool:
    """Whether a translation names the very same things: another one would fail, or lose a log-in."""
    try:
        wanted, found = places(french), places(translated)
        return found <= wanted if or_fewer else found == wanted
    except ValueError:
        return False


def places(sentence: str) -> set[tuple[str, str, str]]:
    """What a value takes the place of: ``{login}`` on paper and in mails, ``%(login)s`` on pages, with how it is written.

    Raises ValueError where the braces are not closed.
    """
    parsed = Formatter().parse(sentence)
    in_braces = {(name, spec or "", conversion or "") for _, name, spec, conversion in parsed if name is not None}
    return in_braces | {("%", *found) for found in _PERCENT.findall(sentence)}
