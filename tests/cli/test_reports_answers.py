"""Whose pages are these: said beforehand or asked on the terminal; the same plan as the window's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli.reports_answers import answer_all, read_answers
from app.models.errors import InputError, Refused
from app.services.reports.imports import Preview
from tests.services.reports.cast import JEAN, LEILA, STRANGER, ZOE, Livret, livret, pupil_id
from tests.support.class_pdfs import class_pdf


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        yield found


def asked(book: Livret) -> Preview:
    """A class of two: pages 1 and 2 are Zoé's, pages 3 and 4 nobody's."""
    found = book.preview(class_pdf([ZOE, STRANGER]))
    [question] = found.plan.unmatched
    assert question.pages == (3, 4)
    return found


@pytest.mark.parametrize("text", [f"4={JEAN.ine}", f"fichier:3={JEAN.ine.lower()}"])
def test_pages_go_to_the_pupil_that_was_said(book: Livret, text: str) -> None:
    found = answer_all(book.desk, asked(book), read_answers([text]), ask=False)
    assert found.plan.unmatched == []
    assert {one.line.pupil_id for one in found.plan.new} == {pupil_id(book.desk, ZOE), pupil_id(book.desk, JEAN)}


def test_pages_are_left_aside(book: Livret) -> None:
    found = answer_all(book.desk, asked(book), read_answers(["3=non"]), ask=False)
    assert found.plan.unmatched == [] and len(found.plan.new) == 1


def test_a_wrong_answer_is_a_sentence(book: Livret) -> None:
    with pytest.raises(Refused, match="rien n’est demandé"):
        answer_all(book.desk, asked(book), read_answers([f"1={JEAN.ine}"]), ask=False)
    with pytest.raises(InputError, match="n’a l’INE"):
        answer_all(book.desk, asked(book), read_answers(["3=000000000ZZ"]), ask=False)
    with pytest.raises(Refused, match="rien n’est demandé"):
        answer_all(book.desk, asked(book), read_answers([f"autre.pdf:3={JEAN.ine}"]), ask=False)


def test_the_same_page_of_two_files_needs_its_file(book: Livret) -> None:
    found = book.preview(class_pdf([STRANGER]), class_pdf([STRANGER, ZOE]))
    with pytest.raises(Refused, match="FICHIER:PAGE"):
        answer_all(book.desk, found, read_answers([f"1={JEAN.ine}"]), ask=False)
    told = answer_all(book.desk, found, read_answers([f"fichier1:1={JEAN.ine}"]), ask=False)
    assert [one.file for one in told.plan.unmatched] == ["fichier"]


@pytest.mark.parametrize("text", ["", "3", "trois=123456789AB", "3="])
def test_what_is_no_answer_is_a_wrong_use(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_answers([text])


@pytest.mark.parametrize(
    ("typed", "left", "new"), [(LEILA.ine, 0, 2), ("", 1, 1), ("non", 0, 1), (f"faux\n{JEAN.ine}", 0, 2)]
)
def test_on_a_terminal_what_is_left_is_asked(
    book: Livret, monkeypatch: pytest.MonkeyPatch, typed: str, left: int, new: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    found = answer_all(book.desk, asked(book), (), ask=True)
    assert (len(found.plan.unmatched), len(found.plan.new)) == (left, new)
