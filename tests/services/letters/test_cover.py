from __future__ import annotations

from dataclasses import replace

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.services.letters import texts
from app.services.letters.content import Booklet, CoverLine
from app.services.letters.cover import draw_cover
from app.services.letters.fonts import load_fonts
from tests.services.letters.recorder import Recorder
from tests.services.letters.samples import HEAD, booklet


def _drawn(content: Booklet) -> Recorder:
    load_fonts()
    recorder = Recorder()
    draw_cover(recorder, HEAD, content)  # type: ignore[arg-type]
    return recorder


def test_each_sheet_has_a_box_to_tick_its_number_the_pupil_and_the_guardian() -> None:
    drawn = _drawn(booklet(24))
    assert len(drawn.called("rect")) == 24
    assert drawn.find("CHÂTELAIN Zoé-7").y == drawn.find("Mme Mireille CHÂTELAIN-CE2B-7").y
    assert drawn.find("Feuilles à remettre — CE2B")
    assert "24 feuilles" in drawn.find("École élémentaire").text


def test_it_says_not_to_hand_out_before_the_server_knows() -> None:
    assert "Ne remettez aucune feuille" in _drawn(booklet(1)).find("L-0909-3F tant").text


def test_a_sheet_that_went_elsewhere_is_named_without_a_box() -> None:
    line = CoverLine(None, "AUBRAC Tristan", "M. Jean AUBRAC", "feuille remise en CP A avec Zoé")
    drawn = _drawn(replace(booklet(0), lines=(line,)))
    assert not drawn.called("rect")
    assert drawn.find("feuille remise en CP A avec Zoé")


def test_a_long_remark_stands_in_two_lines_rather_than_too_small() -> None:
    line = CoverLine(None, "DIARRA Lucas", "Mme Leïla DIARRA", "feuille remise en PS-MS Mme Garrigou avec Fatoumata")
    drawn = _drawn(replace(booklet(0), lines=(line,)))
    first, second = drawn.find("feuille remise"), drawn.find("avec Fatoumata")
    assert first.y > second.y > drawn.find("DIARRA Lucas").y - 3 * mm and first.size == second.size >= 7


def test_a_long_list_runs_over_several_pages_and_stays_on_them() -> None:
    drawn = _drawn(booklet(90))
    assert len(drawn.called("showPage")) == 3
    assert len(drawn.called("rect")) == 90
    assert all(mark.y > 15 * mm for mark in drawn.texts)


def test_the_headings_of_a_following_page_stand_clear_of_the_line_of_the_batch() -> None:
    drawn = _drawn(booklet(90))
    batches = [mark.y for mark in drawn.texts if "École élémentaire" in mark.text]
    headings = [mark.y for mark in drawn.texts if mark.text == texts.COVER_COLUMNS[1]]
    assert len(batches) == len(headings) == 3
    assert all(batch - heading > 5 * mm for batch, heading in zip(batches, headings, strict=True))


def test_long_and_hostile_names_keep_to_their_columns() -> None:
    name = "<img src=x onerror=alert(1)> DE LA TOUR DU PIN CHAMBLY DE LA CHARCE-MONTMORENCY"
    lines = (CoverLine(1, name, name, name),)
    drawn = _drawn(replace(booklet(1, "CM1-CM2 " * 10), lines=lines))
    assert all(mark.right <= A4[0] - 15 * mm for mark in drawn.texts)
    assert len([mark for mark in drawn.texts if mark.text.startswith("<img src=x")]) == 3


def test_what_goes_by_post_has_its_own_title_and_advice() -> None:
    drawn = _drawn(booklet(2, "Envoi postal", by_post=True))
    assert drawn.find("Feuilles à envoyer par la poste")
    assert drawn.find("enveloppe")
