"""The guides say everything: each screen, command, setting; their pictures are made, used and light; their links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.main import get_command

from app.cli.commands import app
from app.models.typography import typeset
from app.server.settings import ServerSettings
from app.services.guides import catalogue
from app.services.guides.blocks import Block, Code, Heading, Items, Paragraph, Span, Table, pictures, read_blocks
from app.services.guides.catalogue import Guide
from app.ui.help import dialog_topics
from app.ui.help.guide_sections import guides_for
from app.ui.help.topics import GENERAL, Topic, every_topic
from app.ui.pages import desktop_pages
from app.ui.support.sections import SectionSpec, sections_for
from tests.screenshots.kept import DOCS_PICTURES, ROOT
from tests.ui.desk_stage import demo_stage
from tests.ui.support.assistance import officer_stage

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 80_000
TEXTS = {guide: catalogue.markdown(guide) for guide in Guide}
FILES = sorted((ROOT / "docs" / "guides").glob("*.md"))
NOT_DONE_HERE = {
    "operateur.md": {
        "En production": "what the steps of the installation have set, and why",
        "Quelle machine": "figures, to choose by",
    },
}
"""The sections in which a reader does nothing to be seen, and what they are there for."""
OTHERS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/ecrans.md")}
WHERE_NAMES_ARE = re.compile(r"PREAU_[A-Z]+(?:_[A-Z]+)*")


def commands(command: Any, words: str = "preau") -> Iterator[str]:
    """Every command that is not hidden, as it is typed."""
    for name, one in command.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{words} {name}")
        elif not one.hidden:
            yield f"{words} {name}"


def spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield from block.spans
            case Items():
                for item in block.items:
                    yield from spans(item)
            case Table():
                yield from (span for row in (block.head, *block.rows) for cell in row for span in cell)


def anchors(guide: Guide) -> list[str]:
    return [block.anchor for block in catalogue.blocks(guide) if isinstance(block, Heading)]


def sections(*, director: bool) -> tuple[SectionSpec, ...]:
    """Those of « Assistance » on a PC of a school, or on an officer's with a school open before her."""
    with TemporaryDirectory() as place:
        stage = demo_stage(Path(place), imported=False) if director else officer_stage(Path(place), schools=1)
        with stage as shell:
            shell.school_id = shell.school_id or "s1"
            return sections_for(shell, None)  # type: ignore[arg-type]


def test_every_screen_is_in_the_directors_guide() -> None:
    specs: Any = desktop_pages(None, None, None, allow_fictional=True)  # type: ignore[arg-type]
    titles = [spec.title for spec in (*specs, *sections(director=True))]
    assert [title for title in titles if f"« {title} »" not in TEXTS[Guide.DIRECTOR]] == []


def test_every_section_of_an_officer_is_in_hers() -> None:
    found = re.sub(r"[#«»]", "", TEXTS[Guide.ERUN])
    assert [spec.title for spec in sections(director=False) if spec.title not in found] == []


def test_every_command_is_in_a_guide() -> None:
    """The server's administration is the operator's; a name counts where it is typed, not where it begins another one."""
    everything = "\n".join(TEXTS.values()).replace("preau-admin", "preau admin")
    missing = [one for one in commands(get_command(app)) if not re.search(rf"{re.escape(one)}(?![\w-])", everything)]
    spoken = re.findall(r"`([a-z-]+)`", TEXTS[Guide.OPERATOR])
    assert [one for one in missing if one.removeprefix("preau admin ") not in spoken] == []


@pytest.mark.parametrize("guide", Guide)
def test_every_command_of_a_guide_exists(guide: Guide) -> None:
    """Those that stand in a line of text or in a table, with their options."""
    for words in re.findall(r"`preau ([^`]+)`", TEXTS[guide]):
        command: Any = get_command(app)
        typed = words.split()
        while typed and typed[0] in getattr(command, "commands", {}):
            command = command.commands[typed.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in typed if word.startswith("--")} <= known, words


def test_every_setting_is_in_the_operators_guide() -> None:
    fields = [f"PREAU_{name.upper()}" for name in ServerSettings.model_fields]
    named = {name for path in (ROOT / "app").rglob("*.py") for name in WHERE_NAMES_ARE.findall(path.read_text("utf-8"))}
    missing = [name for name in {*fields, *named} if f"`{name}" not in TEXTS[Guide.OPERATOR]]
    assert sorted(missing) == []


@pytest.mark.parametrize("guide", Guide)
def test_every_picture_is_drawn_by_make_screenshots_and_is_light(guide: Guide) -> None:
    for path in pictures(catalogue.blocks(guide)):
        kept = (ROOT / "docs" / "guides" / path).resolve()
        assert kept.parent == IMAGES and kept.name in DOCS_PICTURES.values(), path
        assert kept.stat().st_size < MOST_BYTES, path


def test_every_picture_that_is_kept_is_shown_somewhere() -> None:
    everything = "\n".join((*(file.read_text(encoding="utf-8") for file in FILES), *OTHERS.values()))
    kept = {path.name for path in IMAGES.glob("*.png")}
    assert kept == set(DOCS_PICTURES.values())
    assert [name for name in sorted(kept) if f"images/{name})" not in everything] == []


@dataclass(frozen=True)
class Section:
    """A heading, and all blocks below it; ``own`` are those before its first sub-section."""

    title: str
    own: tuple[Block, ...]
    whole: tuple[Block, ...]


def parts(blocks: tuple[Block, ...]) -> Iterator[Section]:
    """The sections of a guide, the smaller ones too; what stands before the first presents the guide."""
    for place, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level > 1:
            below = blocks[place + 1 :]
            own = tuple(takewhile(lambda one: not isinstance(one, Heading), below))
            whole = tuple(
                takewhile(lambda one, level=block.level: not isinstance(one, Heading) or one.level > level, below)
            )
            yield Section("".join(span.text for span in block.spans), own, whole)


def something_is_done(section: Section) -> bool:
    """It tells steps or commands, or says anything at all: a table alone, or a title alone, is for looking up."""
    return any(isinstance(block, Paragraph | Items | Code) for block in section.own)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_picture_shows_whatever_the_reader_does(file: Path) -> None:
    found = [one for one in parts(read_blocks(file.read_text(encoding="utf-8"))) if something_is_done(one)]
    without = {one.title for one in found if not list(pictures(one.whole))}
    assert sorted(without ^ set(NOT_DONE_HERE.get(file.name, ()))) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_commands_say_is_shown_before_the_next_ones(file: Path) -> None:
    for one in parts(read_blocks(file.read_text(encoding="utf-8"))):
        places = [place for place, block in enumerate(one.own) if isinstance(block, Code)]
        for place, following in pairwise((*places, len(one.own))):
            assert list(pictures(one.own[place:following])), (one.title, one.own[place])


@pytest.mark.parametrize("guide", Guide)
def test_every_link_leads_somewhere(guide: Guide) -> None:
    for link in (span.link for span in spans(catalogue.blocks(guide)) if span.link):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        assert not file or (ROOT / "docs" / "guides" / file).is_file(), link
        if anchor:
            assert anchor in anchors(Guide(Path(file).stem) if file else guide), link


@pytest.mark.parametrize("guide", Guide)
def test_sections_have_names_of_their_own(guide: Guide) -> None:
    assert len(anchors(guide)) == len(set(anchors(guide)))


def test_every_topic_of_the_help_opens_a_section_that_exists() -> None:
    told = [found for found in vars(dialog_topics).values() if isinstance(found, Topic)]
    for topic in [*every_topic(), *told]:
        for guide, section in guides_for(topic):
            assert not section or section in anchors(guide), topic.title
            assert section or topic in (GENERAL, dialog_topics.QUESTION), topic.title


@pytest.mark.parametrize("guide", Guide)
def test_french_is_set_as_french(guide: Guide) -> None:
    words = [span.text for span in spans(catalogue.blocks(guide)) if not span.code]
    assert [
        text for text in words if re.search(r"['\"]|\.\.\.|[\w»)][;!?]|[\w)]:(?!\w|//)|«\S|[^\s\u00a0]»", text)
    ] == []
    assert [text for text in words if text != typeset(text)] == []


def test_an_everyday_reader_is_told_in_short_sentences() -> None:
    """Half of the sentences that a parent or a director reads have at most a dozen words."""
    for guide in (Guide.PARENT, Guide.DIRECTOR):
        told = " ".join(
            span.text for block in catalogue.blocks(guide) if isinstance(block, Paragraph) for span in block.spans
        )
        lengths = sorted(
            len(one.split()) for one in re.split(r"[.?!:]\s", told.replace("\u00a0", " ").replace("\u202f", " "))
        )
        assert lengths[len(lengths) // 2] <= 12, guide
