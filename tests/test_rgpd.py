"""docs/rgpd: its table is the code's, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from app.cli.commands import app
from app.server.operating import keeping

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "rgpd"
PAGES = sorted(FOLDER.glob("*.md"))


def test_the_durations_are_those_of_the_code() -> None:
    assert keeping.table() in (FOLDER / "durees.md").read_text(encoding="utf-8")
    assert "à venir" not in keeping.table()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    found = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in found if not (FOLDER / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_exists(page: Path) -> None:
    for words in re.findall(r"`preau ([^`]+)`", page.read_text(encoding="utf-8")):
        command, options = _parse(words.split())
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options) <= known, words


def _parse(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words begin with, and the options that they name."""
    command: Any = get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert not hasattr(command, "commands"), words
    return command, [word for word in words if word.startswith("--")]
