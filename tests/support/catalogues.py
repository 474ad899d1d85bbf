"""Bring the catalogues of the families' languages up to date with the sentences of the code.

``python -m tests.support.catalogues`` adds new sentences, marks those that are gone as obsolete, and keeps every
translation; ``… catalogues pt`` begins a new language.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import polib

from app.services.languages import LOCALES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "app/services/letters/texts.py", "app/services/letters/flyer_texts.py", "app/server/outbox/messages.py",
    "app/server/outbox/wording.py",
)  # fmt: skip
HEADER = ("Language", "X-Preau-Name", "X-Preau-French-Name", "X-Preau-Reviewed-By")


def sentences() -> dict[str, tuple[str, int]]:
    """Every French sentence that a catalogue translates, with its file and line: what stands in ``_("…")``."""
    found: dict[str, tuple[str, int]] = {}
    for source in SOURCES:
        for node in ast.walk(ast.parse((ROOT / source).read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "_":
                continue
            for part in node.args:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.setdefault(part.value, (source, node.lineno))
    return found


def update(code: str, folder: Path = LOCALES) -> Path:
    """Write the catalogue of one language again."""
    path = folder / code / "LC_MESSAGES" / "preau.po"
    old = polib.pofile(str(path)) if path.is_file() else polib.POFile()
    known = {entry.msgid: entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.header = "Préau, sheets and mails to families. French is the source and the authority."
    new.metadata = {
        "Project-Id-Version": "preau", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit", **{name: old.metadata.get(name, "") for name in HEADER}, "Language": code,
    }  # fmt: skip
    for sentence, (source, _) in sentences().items():
        before = known.pop(sentence, None)
        new.append(polib.POEntry(msgid=sentence, msgstr=before.msgstr if before else "", occurrences=[(source, "")]))
    for entry in known.values():
        entry.obsolete = True
        new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path), newline="\n")
    return path


if __name__ == "__main__":
    for code in sys.argv[1:] or sorted(path.name for path in LOCALES.iterdir()):
        sys.stdout.write(f"{update(code)}\n")
