"""Renders the pages, in French or in a language of the families (``app.services.languages``); French is the source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.models.clock import parse_instant
from app.models.contacts import show_phone
from app.models.typography import typeset
from app.services import languages
from app.services.languages import OWN, Language, is_rtl, isolated
from app.services.languages import source as _
from app.services.letters.texts import UNREVIEWED, day_in_words

HERE = Path(__file__).parent
STYLE = HERE / "static" / "portail.css"
MOMENT = _("%(day)s à %(hour)s")
_EXAMPLE_SPACE = re.compile(r"(?<=[0-9A-Z]) (?=[0-9A-Z]*[0-9])")
"""Inside a number or a code that a sentence gives as an example: « 06 12 34 56 78 », « K7RW 3HNP »."""
_EXAMPLE_HYPHEN = re.compile(r"(?<=[0-9A-Z]{3})-(?=[0-9A-Z]{3})")
_PLAIN_SENTENCE = re.compile(r"""\{\{ _\((?P<quote>["'])(?P<sentence>(?:(?!(?P=quote))[^\\%])*)(?P=quote)\) \}\}""")
MOST_SENTENCES = 2000


class Pages:
    """The templates of the portal. ``shown`` is what every page may name."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self._shown = {
            "banner": lambda: "", "authority": UNREVIEWED, "tongues": (OWN, *languages.languages()),
            "style": f"/static/{STYLE.name}?v={hashlib.sha256(STYLE.read_bytes()).hexdigest()[:12]}", **shown,
        }  # fmt: skip
        self._environments: dict[str, Environment] = {}
        self._same: dict[tuple[str, str, str], str] = {}

    def render(self, template: str, *, status: int = 200, language: str | None = None, **values: Any) -> HTMLResponse:
        """One page as a response, in French where there is no such ``language``."""
        tongue = languages.find(language) or OWN
        return HTMLResponse(self._written(template, tongue, values), status_code=status)

    def _written(self, template: str, tongue: Language, values: dict[str, Any]) -> str:
        """A page that is told nothing is the same for everybody, and written once while the banner stays."""
        key = (template, tongue.code, self._shown["banner"]())
        if not values and key in self._same:
            return self._same[key]
        page = self._in(tongue).get_template(template)
        text = page.render(**{"refusal": None, "login": "", **values})
        if not values:
            self._same = {old: kept for old, kept in self._same.items() if old[2] == key[2]} | {key: text}
        return text

    def _in(self, tongue: Language) -> Environment:
        if tongue.code not in self._environments:
            self._environments[tongue.code] = _environment(tongue, self._shown)
        return self._environments[tongue.code]


class Phrases:
    """What a page says in its language. A sentence without a translation stays in French."""

    def __init__(self, tongue: Language) -> None:
        self._tongue = tongue
        self._plain: dict[str, Markup] = {}

    def say(self, sentence: str, **values: object) -> Markup:
        """A sentence, with what takes its places; the words of a catalogue are no HTML either."""
        if values:
            return self._with(self._tongue.words_for(sentence), values)
        return self._plain.get(sentence) or self._kept(sentence)

    def _kept(self, sentence: str) -> Markup:
        """Escaped once: pages are made of such sentences."""
        said = self._with(self._tongue.words_for(sentence), {})
        if len(self._plain) < MOST_SENTENCES:
            self._plain[sentence] = said
        return said

    def count(self, one: str, many: str, num: int) -> Markup:
        """The sentence that goes with a number."""
        return self._with(self._tongue.plural(one, many, num), {"num": num})

    def day(self, stored: str | None) -> str:
        """« 21 novembre 2026 » for a stored day or instant."""
        return day_in_words(date.fromisoformat(stored[:10]), self._tongue.code) if stored else ""

    def moment(self, stored: str, zone: str) -> Markup:
        """« 21 novembre 2026 à 18:42 » where the school is."""
        local = parse_instant(stored).astimezone(ZoneInfo(zone))
        return self.say(MOMENT, day=day_in_words(local.date(), self._tongue.code), hour=f"{local:%H:%M}")

    def _with(self, text: str, values: Mapping[str, object]) -> Markup:
        said = _escaped(text)
        return said % {name: self._apart(value) for name, value in values.items()} if values else said

    def _apart(self, value: object) -> object:
        """A name or a number of another direction than the page does not turn the words around it."""
        text = value if isinstance(value, str) else str(value)
        if not self._tongue.is_rtl and not is_rtl(text):
            return text
        return escape(isolated(text))


class Told(FileSystemLoader):
    """The templates as one language has them: their plain sentences are said when they are read, not on each page."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__(HERE / "templates")
        self._phrases = phrases

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, *rest = super().get_source(environment, template)
        return _PLAIN_SENTENCE.sub(self._said, source), *rest  # type: ignore[return-value]

    def _said(self, found: re.Match[str]) -> str:
        said = str(self._phrases.say(found["sentence"]))
        return found[0] if "{" in said else said


def _environment(tongue: Language, shown: Mapping[str, Any]) -> Environment:
    phrases = Phrases(tongue)
    environment = Environment(
        loader=Told(phrases),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else each page asks the disk whether one of its templates has changed
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"phone": show_phone, "day": phrases.day, "moment": phrases.moment}
    environment.globals |= {"_": phrases.say, "ngettext": phrases.count, "spoken": tongue, **shown}
    return environment


@lru_cache(maxsize=4096)
def _escaped(text: str) -> Markup:
    """A sentence as HTML; neither a mark nor a number or a code that it gives as an example is cut off by a line's end."""
    return escape(_EXAMPLE_HYPHEN.sub("\u2011", _EXAMPLE_SPACE.sub("\u00a0", typeset(text))))
