from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.models.states import Letter
from app.services import languages
from app.services.languages import Language
from app.services.letters.back import (
    BOTTOM,
    LanguageNotPrintable,
    draw_back,
    missing_letters,
    printed_language,
)
from app.services.letters.batch import draw_files
from app.services.letters.bidi import Span, sentence, set_lines
from app.services.letters.content import Booklet, Child, SheetContent
from app.services.letters.fonts import load_fonts
from app.services.letters.sheet import draw_sheet
from tests.services.letters.recorder import Recorder
from tests.services.letters.samples import HEAD, booklet, reminder, sheet

DAY = date(2026, 12, 10)
ALL = languages.languages()
BY_CODE = {language.code: language for language in ALL}
OVERRIDE = "\u202e"


def _back(content: SheetContent, language: Language) -> Recorder:
    load_fonts()
    recorder = Recorder()
    draw_back(recorder, HEAD, content, language)  # type: ignore[arg-type]
    return recorder


def _lines(recorder: Recorder) -> list[str]:
    """What an eye sees, line by line, from left to right; letters in their joined forms."""
    found: dict[float, str] = {}
    for mark in sorted(recorder.texts, key=lambda mark: (-mark.y, mark.x)):
        found[round(mark.y, 2)] = found.get(round(mark.y, 2), "") + mark.text
    return list(found.values())


def _pages(*sheets: SheetContent) -> list[str]:
    drawn = list(draw_files(HEAD, [(Booklet("CE2B", False, "L-1", "", (), sheets),)], processes=1))
    return [page.extract_text() for page in PdfReader(BytesIO(drawn[0].pdf)).pages]


def test_a_french_sheet_has_one_page_and_asks_for_one_side() -> None:
    [drawn] = draw_files(HEAD, [(booklet(3),)], processes=1)
    reader = PdfReader(BytesIO(drawn.pdf))
    assert len(reader.pages) == 1 + 3
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Duplex"] == "/Simplex"


def test_no_family_is_printed_on_the_back_of_another() -> None:
    pages = _pages(sheet(login="a.a"), sheet(login="b.b", language="tr", last_day=DAY), sheet(login="c.c"))
    logins = [next((one for one in ("a.a", "b.b", "c.c") if one in page), "") for page in pages]
    assert logins == ["a.a", "", "b.b", "", "c.c", ""]
    assert pages[1] == pages[5] == ""
    assert "Türkçe" in pages[2]
    assert "Çocuklarınızın" in pages[3]


def test_a_list_of_one_page_leaves_its_back_blank_in_a_document_on_both_sides() -> None:
    papers = booklet(1)
    french = Booklet(papers.group, False, papers.batch, "", papers.lines, papers.sheets)
    turkish = Booklet("CP", False, papers.batch, "", papers.lines, (sheet(language="tr", last_day=DAY),))
    [drawn] = draw_files(HEAD, [(french, turkish)], processes=1)
    reader = PdfReader(BytesIO(drawn.pdf))
    assert [bool(page.extract_text()) for page in reader.pages] == [True, False, True, False, True, False, True, True]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Duplex"] == "/DuplexFlipLongEdge"


def test_two_processes_make_the_same_pages_as_one() -> None:
    sheets = tuple(
        sheet(login=f"p.n{n}", number=n, language="tr" if n == 130 else "fr", last_day=DAY) for n in range(1, 131)
    )
    document = (Booklet("CE2B", False, "L-1", "", (), sheets),)
    counts = [
        [len(PdfReader(BytesIO(drawn.pdf)).pages) for drawn in draw_files(HEAD, [document], processes=processes)]
        for processes in (1, 2)
    ]
    assert counts == [[260], [260]]


@pytest.mark.parametrize("language", ALL, ids=lambda one: one.code)
@pytest.mark.parametrize("content", [sheet(last_day=DAY), reminder(), sheet(letter=Letter.C05, last_day=DAY)])
def test_nothing_secret_is_on_the_back_and_its_lowest_third_is_blank(language: Language, content: SheetContent) -> None:
    recorder = _back(content, language)
    whole = "".join(_lines(recorder))
    assert "m.chatelain" not in whole
    assert "K7RW" not in whole
    assert content.link not in whole or content.password is None
    assert min(mark.y for mark in recorder.texts) > A4[1] - BOTTOM - 2 * mm
    assert "[fr]" not in whole


def test_who_read_a_translation_again_is_what_removes_the_mark() -> None:
    unread = "".join(_lines(_back(sheet(last_day=DAY), BY_CODE["tr"])))
    assert "Traduction non relue\u202f; seul le français fait foi." in unread
    assert "Bu çeviri gözden geçirilmedi" in unread
    read = "".join(_lines(_back(sheet(last_day=DAY), replace(BY_CODE["tr"], reviewed_by="Ayşe Kaya"))))
    assert "non relue" not in read and "gözden geçirilmedi" not in read
    assert "Seul le français fait foi." in read and "Yalnızca Fransızca metin geçerlidir." in read


def test_arabic_is_joined_and_written_from_right_to_left_with_latin_inside() -> None:
    seen = _lines(_back(sheet(last_day=DAY), BY_CODE["ar"]))
    # « شهر », « تغيير »… show as presentation forms; a letter that stands for itself was not joined.
    title = next(line for line in seen if "\ufedf" in line or "\ufef7" in line or "\ufe8e" in line)
    assert not any("\u0620" <= character <= "\u064a" and character not in "دذرزوأإآاةء" for character in title)
    [contact] = [line for line in seen if "05" in line]
    assert "05\u00a061\u00a000\u00a000\u00a000" in contact
    assert "ce.0310001h@exemple.fr" in contact
    assert contact.index("ce.0310001h") < contact.index("05\u00a061"), "the number is read first: it is on the right"
    [step] = [line for line in seen if line.endswith(".1")]
    assert "portail.exemple.fr" in step


def test_lines_from_right_to_left_end_at_the_right_edge() -> None:
    load_fonts()
    lines = set_lines(sentence(BY_CODE["ar"].translate("Demandez à l’école.")), 12, 400, rtl=True)
    assert [round(line.pieces[0][0] + line.width, 3) for line in lines] == [400]


def _visual(*spans: Span) -> str:
    load_fonts()
    [line] = set_lines(spans, 10, 1000, rtl=True)
    return "".join(text for _, _, text in line.pieces)


@pytest.mark.parametrize("hostile", [OVERRIDE + "abc", "abc" + OVERRIDE, "\u2067abc", "abc\u2069\u202c", "a\u2029bc"])
def test_controls_of_direction_in_a_name_move_nothing(hostile: str) -> None:
    calm = _visual(Span("\u0645 "), Span("abc", isolate=1), Span(" 12 "), Span("def", isolate=2))
    assert _visual(Span("\u0645 "), Span(hostile, isolate=1), Span(" 12 "), Span("def", isolate=2)) == calm
    assert calm.replace("\ufee1", "\u0645") == "def 12 abc \u0645"


def test_a_name_of_the_other_direction_is_ordered_by_itself() -> None:
    """Without isolation « 7 » would be drawn into the name before it (UAX 9, 2.7)."""
    seen = _visual(Span("\u0645 "), Span("Zoé (CE2", isolate=1), Span(" 7 "), Span("\u05d0\u05d1 CP", isolate=2))
    assert seen.replace("\ufee1", "\u0645") == "CP \u05d1\u05d0 7 Zoé (CE2 \u0645"


def test_mirrored_signs_are_mirrored_once() -> None:
    assert _visual(Span("(1)"), Span("\u00a0:\u00a0"), Span("x", isolate=1)) == "x\u00a0:\u00a0(1)"


def test_a_language_whose_letters_are_lacking_is_refused_by_name(tmp_path: Path) -> None:
    tamil = Language("ta", "தமிழ்", "tamoul", "", dict(BY_CODE["en"].words))
    assert "த" in missing_letters(tamil)
    with pytest.raises(LanguageNotPrintable, match="tamoul"):
        _back(sheet(last_day=DAY), tamil)


@pytest.mark.parametrize("language", ALL, ids=lambda one: one.code)
def test_our_fonts_have_the_letters_of_our_languages(language: Language) -> None:
    assert missing_letters(language) == ""
    assert printed_language(language.code) == language.code


def test_without_a_catalogue_the_sheet_is_in_french_alone() -> None:
    assert printed_language("zz") == printed_language("fr") == "fr"


def _letters(text: str) -> str:
    return "".join(text.split())


_names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)
_logins = st.from_regex(r"\A[a-z]\.[a-z]{1,20}[0-9]{0,3}\Z")
_passwords = st.text("ACDEFGHJKLMNPQRTUVWXY34679", min_size=12, max_size=12)


@settings(deadline=None, max_examples=60)
@given(
    code=st.sampled_from(["fr", "zz", *BY_CODE]), letter=st.sampled_from([Letter.C01, Letter.C05]), login=_logins,
    password=_passwords, names=st.lists(_names, min_size=1, max_size=6),
)  # fmt: skip
def test_no_sheet_loses_its_log_in_or_its_password_in_any_language(
    code: str, letter: Letter, login: str, password: str, names: list[str]
) -> None:
    content = sheet(
        language=code, letter=letter, login=login, password=password, last_day=DAY,
        children=tuple(Child(name, name) for name in names),
    )  # fmt: skip
    load_fonts()
    front = Recorder()
    draw_sheet(front, HEAD, content)  # type: ignore[arg-type]
    assert front.find(login).text == login
    assert password in {_letters(mark.text) for mark in front.texts}
    if (language := languages.find(code)) is None:
        return
    back = _back(content, language)
    for mark in back.texts:
        assert mark.x >= 19 * mm
    assert min(mark.y for mark in back.texts) > A4[1] - BOTTOM - 2 * mm
