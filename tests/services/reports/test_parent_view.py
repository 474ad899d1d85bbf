"""A preview is what the portal would give: the same pages for the same guardian, nothing where he sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.models import report_content as rc
from app.models.errors import NotFound, PreauError
from app.models.states import Access
from app.services.reports.overview import ReportRow, read_overview
from app.services.reports.parent_view import Parent, ParentView, as_parent, parents_of
from app.services.reports.rendering.pages import draw_pages, draw_pages_of_pdf
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presenting import present
from tests.services.reports.cast import ZOE, Livret, livret, pupil_id, xml
from tests.services.reports.rendering import samples
from tests.services.sheet_cast import SCHOOL, casting
from tests.support.class_pdfs import certificate, one_pdf

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        found.bring(xml(ZOE))
        yield found


def row(book: Livret) -> ReportRow:
    return read_overview(book.desk, school_id=SCHOOL).rows[0]


def mother(book: Livret) -> Parent:
    [one] = parents_of(book.desk, school_id=SCHOOL, pupil_id=pupil_id(book.desk, ZOE))
    return one


def seen(book: Livret) -> ParentView:
    return as_parent(book.desk, school_id=SCHOOL, row=row(book), parent=mother(book), store=book.store)


def test_the_pages_are_those_of_the_pdf_that_the_portal_gives(book: Livret) -> None:
    found = seen(book)
    report = rc.read_content(book.store.get(row(book).document))
    shown = present(report, language="fr")
    assert found.pages == draw_pages(shown) and found.text == "\n".join(shown.words()) and found.note == ""
    assert len(found.pages) == len(PdfReader(BytesIO(draw_pdf(shown))).pages)
    assert all(page.startswith(PNG) for page in found.pages)


def test_fixed_words_are_in_the_familys_language(book: Livret) -> None:
    parent = mother(book)
    book.change("guardians", parent.guardian_id, corrections={"language": {"value": "ar", "onde": None}})
    assert mother(book).language == "ar" and any("\u0600" <= char <= "\u06ff" for char in seen(book).text)


@pytest.mark.parametrize(("access", "words"), [("none", "n’a pas accès"), ("paper", "sur papier")])
def test_who_sees_nothing_is_shown_nothing(book: Livret, access: str, words: str) -> None:
    with casting(book.desk) as cast:
        [link] = cast.rows.where("responsibilities", pupil_id=pupil_id(book.desk, ZOE))
        cast.rows.change("responsibilities", link["id"], access=access)
    assert mother(book).access is Access(access)
    assert words in seen(book).note and seen(book).pages == ()


def test_a_secret_school_is_named_nowhere_and_its_pdf_not_shown(book: Livret) -> None:
    book.change("pupils", pupil_id(book.desk, ZOE), protection={"knows": []})
    found = seen(book)
    assert mother(book).hidden and "tenue secrète" in found.note and found.pages
    assert "Marchetti" not in found.text and "CE2B" not in found.text
    book.bring(one_pdf(ZOE, certificate, words="du savoir-nager"))
    [paper] = [one for one in read_overview(book.desk, school_id=SCHOOL).rows if one.kind is rc.ReportKind.CERTIFICATE]
    hidden = as_parent(book.desk, school_id=SCHOOL, row=paper, parent=mother(book), store=book.store)
    assert hidden.pages == () and "sur papier" in hidden.note


def test_what_lsu_shows_no_more_is_said(book: Livret) -> None:
    with casting(book.desk) as cast:
        [place] = cast.rows.where("enrolments", pupil_id=pupil_id(book.desk, ZOE))
        cast.rows.change("enrolments", place["id"], level="CM2", cycle="3")
    assert "autre cycle" in seen(book).note and seen(book).pages == ()


def test_a_document_that_is_not_on_this_pc_is_a_sentence(book: Livret) -> None:
    book.store.delete(row(book).document)
    with pytest.raises(NotFound, match="synchronisez"):
        seen(book)


def test_a_pdf_from_elsewhere_is_shown_as_it_is(book: Livret) -> None:
    pages = draw_pages_of_pdf(draw_pdf(present(samples.EVERY["endless"](), language="fr")))
    assert len(pages) > 2 and all(page.startswith(PNG) for page in pages)
    with pytest.raises(PreauError, match="ne peut pas être montré"):
        draw_pages_of_pdf(b"%PDF-1.7 nothing more")
