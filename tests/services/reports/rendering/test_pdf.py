"""Bilans as PDF, read again by other tools: tagged, searchable, in order, whatever they say."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.services.languages import FRENCH, is_rtl, languages
from app.services.reports.rendering.drawable import drawable
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presenting import Report, present
from tests.services.reports.rendering import samples
from tests.services.reports.rendering.papers import letters_of, run_together, text_of, troubles, without_feet

LANGUAGES = (FRENCH, *(language.code for language in languages()))
ODD = st.text(max_size=60)


@cache
def drawn(name: str, language: str) -> bytes:
    return draw_pdf(present(samples.EVERY[name](), language=language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples.EVERY)
def test_every_bilan_in_every_language_passes_a_checker_of_pdf_ua(name: str, language: str, tmp_path: Path) -> None:
    pdf = drawn(name, language)
    assert troubles(pdf, tmp_path) == []
    catalog = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert catalog["/Lang"] == "fr-FR" and catalog["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples.EVERY)
def test_every_word_comes_back_in_order(name: str, language: str, tmp_path: Path) -> None:
    presentation = present(samples.EVERY[name](), language=language)
    text = without_feet(text_of(drawn(name, language), tmp_path))
    found, words = run_together(text), letters_of(text)
    missing = [said for said in map(drawable, presentation.words()) if run_together(said) not in found]
    assert [said for said in missing if not is_rtl(said) or not letters_of(said) <= words] == []
    if name == "whole":
        beginnings = ["Bilan des acquis", "LOYEZ", "Suivi des acquis", "Langage oral", "Langues vivantes", "Parcours"]
        places = [found.index(run_together(words)) for words in beginnings]
        assert places == sorted(places)


@pytest.mark.parametrize("make", [samples.endless, samples.all_codes])
def test_long_bilans_go_on_with_the_head_of_the_table_the_name_and_the_number_of_the_page(
    make: Callable[[], Report], tmp_path: Path
) -> None:
    pages = text_of(draw_pdf(present(make())), tmp_path).rstrip("\f").split("\f")
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"page {number} sur {len(pages)}" in page
        assert "LOYEZ Clémence" in page
        if "✕" in page:
            assert "Partiellement" in page or "satisfaisante" in page


def test_a_cross_stands_under_its_column(tmp_path: Path) -> None:
    shown = text_of(draw_pdf(present(samples.cycle_report())), tmp_path, raw=False)
    heads = next(line for line in shown.splitlines() if "insuffisante" in line)
    crossed = next(line for line in shown.splitlines() if "apprendre" in line)
    assert abs(crossed.index("✕") - heads.index("bonne" if "bonne" in heads else "maîtrise")) < 25
    assert crossed.index("✕") > heads.index("satisfaisante")


def test_only_our_fonts_are_in_it() -> None:
    found: set[str] = set()
    for page in PdfReader(io.BytesIO(draw_pdf(present(samples.hostile(), language="ar")))).pages:
        found |= {str(font["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert found and all(re.fullmatch(r"/[A-Z]{6}\+DejaVuSans(-Bold)?", name) for name in found)


def test_the_same_bilan_gives_the_same_bytes() -> None:
    one, other = (draw_pdf(present(samples.periodic())) for _ in range(2))
    assert one == other


def test_the_title_names_the_pupil_and_nothing_calls_anything() -> None:
    pdf = draw_pdf(present(samples.hostile()))
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None and samples.MARKUP[:20] in str(reader.metadata.title)
    assert b"/JavaScript" not in pdf and b"/URI" not in pdf


@settings(max_examples=40, deadline=None)
@given(name=ODD, text=ODD, code=ODD)
def test_no_text_stops_the_drawing(name: str, text: str, code: str) -> None:
    domain = samples.rc.Domain(code=code, items=(text, name), appreciation=text, position=1)
    pupil = samples.rc.PupilOfReport(last_name=name, first_name=text)
    assert draw_pdf(present(samples.periodic(pupil=pupil, domains=(domain,), general=text))).startswith(b"%PDF")


def test_threads_draw_side_by_side() -> None:
    """As the server's do: a compiler of Typst may not be shared."""
    shown = [present(samples.periodic(general=f"Bilan {number}.")) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw_pdf, shown)) == [draw_pdf(one) for one in shown]
