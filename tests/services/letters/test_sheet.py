from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.states import Letter
from app.services.letters.content import Child, SheetContent
from app.services.letters.fonts import MONO, load_fonts
from app.services.letters.sheet import draw_sheet
from tests.services.letters.recorder import Recorder, TextMark
from tests.services.letters.samples import HEAD, reminder, sheet

HOSTILE = '<img src="x" onerror="alert(1)">'
LONG_NAME = "Marie-Antoinette-Joséphine DE LA TOUR DU PIN CHAMBLY DE LA CHARCE-MONTMORENCY"


def _drawn(content: SheetContent) -> Recorder:
    load_fonts()
    recorder = Recorder()
    draw_sheet(recorder, HEAD, content)  # type: ignore[arg-type]
    return recorder


def _read_back(content: SheetContent) -> str:
    load_fonts()
    memory = BytesIO()
    canvas = Canvas(memory, pagesize=A4)
    draw_sheet(canvas, HEAD, content)
    canvas.save()
    (page,) = PdfReader(memory).pages
    return " ".join(page.extract_text().split())


def _from_top(mark: TextMark) -> float:
    """Millimetres from the upper edge to the baseline."""
    return (A4[1] - mark.y) / mm


def test_the_text_can_be_selected_and_reads_back_with_its_accents() -> None:
    text = _read_back(sheet())
    for expected in (
        "École élémentaire Marie Curie", "Mme Mireille CHÂTELAIN", "31000 TOULOUSE", "m.chatelain", "K7RW 3HNP XD4T",
        "Votre accès au livret scolaire de vos enfants", "feuille 7 / 24", "Lot L-0909-3F",
        "avant le 10 décembre 2026", "« Activer mon compte »", "La directrice, Mme Durand", "Mot de l’enseignant",
        "Ce service n’est pas EduConnect.", "Horaires : lundi, mardi, jeudi, vendredi, de 8 h 30 à 16 h 30",
    ):  # fmt: skip
        assert expected in text


def test_all_the_children_of_all_classes_are_named() -> None:
    text = _read_back(sheet())
    assert "Zoé (CE2B) et Louis (CP A)" in text
    assert "de votre enfant" in _read_back(sheet(children=(Child("Zoé", "CE2B"),)))


def test_a_reminder_has_no_secret_and_leads_to_the_portal() -> None:
    text = _read_back(reminder())
    assert "Votre mot de passe est inchangé." in text
    assert "provisoire" not in text
    assert "Activez" not in text


def test_a_reset_says_that_the_old_password_is_over() -> None:
    text = _read_back(sheet(letter=Letter.C05))
    assert "Nouveau mot de passe provisoire" in text
    assert "L’ancien mot de passe ne fonctionne plus." in text


def test_the_log_in_is_one_run_and_the_password_three_groups_in_a_font_with_a_dotted_zero() -> None:
    drawn = _drawn(sheet(login="m.chatelain10"))
    login, password = drawn.find("m.chatelain10"), drawn.find("K7RW 3HNP XD4T")
    assert login.text == "m.chatelain10"
    assert {login.font, password.font} == {MONO}
    assert min(login.size, password.size) >= 20


def test_a_very_long_log_in_shrinks_and_is_never_cut() -> None:
    login = "m.delatourdupinchamblydelacharcemontmorency123"
    mark = _drawn(sheet(login=login)).find(login)
    assert mark.text == login
    assert mark.right < A4[0] - 60 * mm


def test_the_code_is_large_and_on_no_fold() -> None:
    code = _drawn(sheet()).qr
    side = code.module * 33 / mm
    top = (A4[1] - code.top) / mm
    assert side >= 25
    assert 99 < top < top + side < 198


def test_the_address_shows_in_every_window_envelope_and_nothing_else_does() -> None:
    drawn = _drawn(sheet())
    address = [drawn.find(line) for line in sheet().addressee]
    for mark in address:
        assert 55 < _from_top(mark) < 79
        assert 100 * mm < mark.x < mark.right < 190 * mm
    in_window = [mark for mark in drawn.texts if 44 < _from_top(mark) < 95 and mark.right > 90 * mm]
    assert in_window == address


def test_nothing_secret_is_above_the_first_fold() -> None:
    drawn = _drawn(sheet())
    for secret in ("m.chatelain", "K7RW"):
        assert all(99 < _from_top(mark) < 198 for mark in drawn.texts if secret in mark.text)
    assert (A4[1] - drawn.qr.top) / mm > 99
    folds = [round((A4[1] - y) / mm) for _, y, _, _ in drawn.called("lines")[0][0]]
    assert folds == [99, 198]


def test_a_posted_sheet_names_no_child_outside() -> None:
    drawn = _drawn(sheet(carrier=()))
    assert not [mark for mark in drawn.texts if "Zoé" in mark.text and _from_top(mark) < 99]


def test_a_name_that_looks_like_markup_is_drawn_as_text() -> None:
    text = _read_back(sheet(addressee=(HOSTILE,), children=(Child(HOSTILE, HOSTILE),), carrier=(HOSTILE, HOSTILE)))
    assert text.count("<img src=") >= 3


def test_eight_children_with_long_names_fit() -> None:
    children = tuple(Child(f"Marie-Antoinette-{name}", "CM1-CM2 Mme de La Rochefoucauld") for name in "ABCDEFGH")
    _check_inside(_drawn(sheet(children=children, addressee=(LONG_NAME, LONG_NAME, LONG_NAME))))


_names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=90)


@pytest.mark.parametrize("letter", [Letter.C01, Letter.C03, Letter.C05])
@settings(deadline=None)  # a page of layout, on a machine that does other things
@given(names=st.lists(_names, min_size=1, max_size=8), address=st.lists(_names, min_size=1, max_size=5), login=_names)
def test_whatever_the_names_nothing_leaves_its_place(
    letter: Letter, names: list[str], address: list[str], login: str
) -> None:
    content = sheet(
        letter=letter,
        children=tuple(Child(name, name) for name in names),
        addressee=tuple(address),
        carrier=(names[0], names[-1]),
        group=names[0],
        login=login,
    )
    _check_inside(_drawn(content))


def _check_inside(drawn: Recorder) -> None:
    for mark in drawn.texts:
        assert mark.x >= 19 * mm
        assert mark.right <= A4[0] - 18 * mm, mark
    address = [mark for mark in drawn.texts if mark.x == 104 * mm]
    assert all(55 < _from_top(mark) < 79.5 for mark in address)
    code = drawn.qr
    assert (A4[1] - code.top) / mm + code.module * 33 / mm < 198
    _, bottom, _, height, _ = drawn.called("roundRect")[-1]
    assert height >= 12 * mm
    assert bottom >= 20 * mm
