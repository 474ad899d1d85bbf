from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.models.errors import InputError, PreauError, Refused
from app.models.flyers import FlyerKind
from app.services.desk import Desk
from app.services.flyers import FlyerGroup, count_flyers, write_flyers
from app.services.languages import Language
from app.services.letters import flyer_texts, texts
from app.services.letters.director_page import draw_director_flyer
from app.services.letters.flyer_page import Flyer, draw_flyer
from app.services.letters.fonts import load_fonts
from tests.e2e.paper import read_sheets
from tests.services.letters.recorder import Recorder
from tests.services.letters.samples import HEAD
from tests.services.sheet_cast import PORTAL, SCHOOL, casting, open_desk

MOBILE = "06 12 34 56 78"


@pytest.fixture
def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    with open_desk(tmp_path / "coffre") as found:
        with casting(found) as cast:
            cast.school()
            cp, cm2 = cast.classroom("CP A"), cast.classroom("CM2")
            elder = cast.pupil("Zoé ÉTIENNE", cm2, born="2016-03-04")
            younger = cast.pupil("Maël ÉTIENNE", cp, born="2020-03-04")
            cast.guardian("Mme Lise ÉTIENNE", elder, younger, mobile=MOBILE)
            cast.guardian("M. Jean ÉTIENNE", elder, mobile="01 45 00 00 00")
            cast.guardian("M. Paul FAURE", elder, mobile=MOBILE, state="active")
            cast.guardian("Mme Anne FAURE", elder)
            wished = cast.guardian("Mme Zita FAURE", elder)
            account = cast.rows.need("accounts", wished)
            cast.rows.change("guardians", account["guardian_id"], wish="paper")
        yield found


def test_each_guardian_is_counted_once_with_the_youngest_child(desk: Desk) -> None:
    alone = count_flyers(desk, school_id=SCHOOL, kind=FlyerKind.ALONE)
    assert alone == (FlyerGroup("CP A", 1),)


def test_a_landline_is_no_mobile_and_who_is_in_or_wished_paper_needs_no_flyer(desk: Desk) -> None:
    notified = count_flyers(desk, school_id=SCHOOL, kind=FlyerKind.NOTIFIED)
    assert notified == (FlyerGroup("CM2", 2),)
    assert count_flyers(desk, school_id=SCHOOL, kind=FlyerKind.NOTIFIED, classrooms=["CP A"]) == ()


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("kind", list(FlyerKind))
def test_a_page_a_class_with_the_schools_contact_and_a_code_that_scans(
    desk: Desk, tmp_path: Path, kind: FlyerKind, half: bool
) -> None:
    done = write_flyers(desk, school_id=SCHOOL, kind=kind, path=tmp_path / "f.pdf", half=half)
    assert (done.pages, len(PdfReader(done.path).pages)) == (1, 1)
    found = read_sheets(done.path)
    assert {one.address for one in found} == {PORTAL} and len(found) == (2 if half else 1)
    for part in ("École élémentaire Marie Curie", "portail.exemple.fr"):
        assert part in found[0].text
    if kind is not FlyerKind.DIRECTOR:
        assert "05\u00a061\u00a000\u00a000\u00a000" in found[0].text.replace(" ", "\u00a0")
        assert f"{done.groups[0].classroom} — {done.groups[0].copies} exemplaire" in found[0].text
    width, height = (float(side) for side in PdfReader(done.path).pages[0].mediabox[2:])
    assert (width > height) is half


def test_only_the_classes_asked_and_a_sentence_for_others(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "f.pdf"
    with pytest.raises(InputError, match="pas de classe"):
        write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.ALONE, path=path, classrooms=["CE2"])
    with pytest.raises(Refused, match="aucun flyer"):
        write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.ALONE, path=path, classrooms=["CM2"])
    with pytest.raises(InputError, match="langue"):
        write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.ALONE, path=path, language="xx")
    assert not path.exists()


def test_before_the_first_synchronisation_only_the_directors_can_be_printed(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school(portal_url=None)
            cast.guardian("M. Jean FAURE", cast.pupil("Zoé FAURE", cast.classroom("CP")))
        with pytest.raises(Refused, match="synchronisez"):
            write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.NOTIFIED, path=tmp_path / "f.pdf")
        assert write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.DIRECTOR, path=tmp_path / "d.pdf").pages == 1


def test_a_file_that_cannot_be_written_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(PreauError, match="autre dossier"):
        write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.ALONE, path=tmp_path / "fichier" / "f.pdf")


@pytest.mark.parametrize("kind", [FlyerKind.ALONE, FlyerKind.NOTIFIED])
@pytest.mark.parametrize("language", [None, "long", "rtl"])
def test_long_words_stay_on_the_page_and_above_the_foot(kind: FlyerKind, language: str | None) -> None:
    """Another language may be half as long again; lines from right to left end at the right edge."""
    head = replace(HEAD, portal="livret.academie-imaginaire.education.exemple.fr", name="École " + "de la Paix " * 12)
    drawn = Recorder()
    load_fonts()
    draw_flyer(drawn, Flyer(kind, head, PORTAL, "CP " * 40, 31, _tongue(language)))  # type: ignore[arg-type]
    inside = [mark for mark in drawn.texts if 19 * mm < mark.x and mark.right < A4[0] - 19 * mm]
    assert inside == drawn.texts
    body = [mark.y for mark in drawn.texts if mark.y > 26 * mm]
    assert min(body) > 28 * mm
    if language == "rtl":
        assert max(mark.right for mark in drawn.texts) > A4[0] - 21 * mm


def _tongue(name: str | None) -> Language | None:
    if name is None:
        return None
    said = [*flyer_texts.TITLES.values(), *flyer_texts.INTROS.values(), *flyer_texts.NOTES.values(), texts.CONTACT_BOTH,
            *flyer_texts.HELP.values(), *(step for steps in flyer_texts.STEPS.values() for step in steps),
            flyer_texts.PORTAL, flyer_texts.HELP_TITLE, flyer_texts.PRIVACY]  # fmt: skip
    if name == "rtl":
        return Language("ar", "العربية", "arabe", "", {sentence: f"سلام {sentence}" for sentence in said})
    return Language("xx", "Xx", "xx", "", {sentence: f"{sentence} {sentence[: len(sentence) // 2]}".replace("{", "")
                                           .replace("}", "") for sentence in said})  # fmt: skip


def test_the_directors_page_answers_each_question_of_the_support_table() -> None:
    drawn = Recorder()
    load_fonts()
    draw_director_flyer(drawn, HEAD, PORTAL)  # type: ignore[arg-type]
    assert (
        drawn.find("doublons") and drawn.find("ERUN") and drawn.qr and drawn.find(HEAD.phone) and drawn.find(HEAD.email)
    )
    assert len(flyer_texts.DIRECTOR_ROWS) == 8
    assert min(mark.y for mark in drawn.texts) > 15 * mm


@pytest.mark.parametrize("code", ["ar", "en", "tr"])
def test_the_translation_stands_on_the_back_and_says_that_nobody_read_it_again(
    desk: Desk, tmp_path: Path, code: str
) -> None:
    done = write_flyers(desk, school_id=SCHOOL, kind=FlyerKind.NOTIFIED, path=tmp_path / "f.pdf", language=code)
    reader = PdfReader(done.path)
    front, back = (page.extract_text() for page in reader.pages)
    assert (done.pages, reader.viewer_preferences.duplex) == (2, "/DuplexFlipLongEdge")
    assert "Activez le compte" in front and "[fr]" not in back and PORTAL.removeprefix("https://") in back
    if code == "en":
        assert "Activate the account" in back and "Translation not reviewed" in back
