"""Bring the catalogues of the families' languages up to date with the sentences of the code and of the pages.

``python -m tests.support.catalogues`` adds new sentences, marks those that are gone as obsolete, and keeps every
translation; ``… catalogues pt`` begins a new language.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from app.services.languages import LOCALES

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "app" / "server" / "portal"
SOURCES = (
    "app/services/letters/texts.py", "app/services/letters/flyer_texts.py", "app/server/outbox/messages.py",
    "app/server/outbox/wording.py", "app/server/outbox/account_words.py", "app/server/outbox/report_words.py",
    "app/services/requests.py",
    "app/server/accounts/passwords.py", "app/server/accounts/birth_dates.py",
    "app/services/reports/rendering/words.py",
)  # fmt: skip
MARKS = ("_", "ngettext")
HEADER = ("Language", "X-Preau-Name", "X-Preau-French-Name", "X-Preau-Reviewed-By", "Plural-Forms")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A French sentence that a catalogue translates, and the file that says it."""

    text: str
    source: str
    many: str = ""
    """The same for several, where a number goes with it."""


def sentences() -> dict[str, Sentence]:
    """Every sentence that a catalogue translates: what stands in ``_("…")`` in the code and in the pages."""
    code = [ROOT / source for source in SOURCES] + sorted(PORTAL.rglob("*.py"))
    pages = sorted((PORTAL / "templates").rglob("*.html"))
    found: dict[str, Sentence] = {}
    for path, read in [*((path, _in_code) for path in code), *((path, _in_page) for path in pages)]:
        for text, many in read(path.read_text("utf-8")):
            found.setdefault(text, Sentence(text, path.relative_to(ROOT).as_posix(), many))
    return found


def _in_code(text: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            for part in node.args:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, ""


def _in_page(text: str) -> Iterator[tuple[str, str]]:
    for _line, mark, said in extract_from_ast(Environment().parse(text), gettext_functions=MARKS):
        one, *rest = said if isinstance(said, tuple) else (said,)
        if one is not None:  # None: what stands there is a variable
            yield one, (rest[0] or "") if mark == "ngettext" else ""


def update(code: str, folder: Path = LOCALES) -> Path:
    """Write the catalogue of one language again."""
    path = folder / code / "LC_MESSAGES" / "preau.po"
    old = polib.pofile(str(path)) if path.is_file() else polib.POFile()
    known = {entry.msgid: entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.header = "Préau, what families read: sheets, mails and pages. French is the source and the authority."
    new.metadata = {
        "Project-Id-Version": "preau", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit", **{name: old.metadata.get(name, "") for name in HEADER}, "Language": code,
    }  # fmt: skip
    new.metadata["Plural-Forms"] = new.metadata["Plural-Forms"] or "nplurals=2; plural=(n > 1);"
    for sentence in sentences().values():
        new.append(_entry(sentence, known.pop(sentence.text, None), new.metadata["Plural-Forms"]))
    for entry in known.values():
        entry.obsolete = True
        new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path), newline="\n")
    return path


def _entry(sentence: Sentence, before: polib.POEntry | None, plural_forms: str) -> polib.POEntry:
    places = [(sentence.source, "")]
    if not sentence.many:
        return polib.POEntry(msgid=sentence.text, msgstr=before.msgstr if before else "", occurrences=places)
    forms = re.search(r"nplurals\s*=\s*(\d+)", plural_forms)
    empty = dict.fromkeys(range(int(forms.group(1)) if forms else 2), "")
    kept = before.msgstr_plural if before else {}
    return polib.POEntry(
        msgid=sentence.text, msgid_plural=sentence.many, msgstr_plural={**empty, **kept}, occurrences=places
    )


if __name__ == "__main__":
    for code in sys.argv[1:] or sorted(path.name for path in LOCALES.iterdir()):
        sys.stdout.write(f"{update(code)}\n")
