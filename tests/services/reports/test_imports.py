"""Bilans imported: what the preview says is what is written; twice changes nothing; what a person must say is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fpdf import FPDF

from app.models.acts_reports import ReportSource
from app.models.errors import InputError
from app.models.report_content import CertificateKind, PeriodicReport, ReportKind, read_content
from app.services import undoing
from app.services.cancelling import Cancellation
from app.services.reports import imports
from app.services.reports.pdf_pages import read_pdf
from app.services.reports.plan import SKIP, Options
from tests.services.reports.cast import (
    CLASS,
    JEAN,
    JEAN_PIERRE,
    LEILA,
    STRANGER,
    ZOE,
    Livret,
    livret,
    pupil_id,
    xml,
)
from tests.services.sheet_cast import SCHOOL
from tests.support.class_pdfs import (
    Printed,
    add_page,
    by_class,
    certificate,
    class_pdf,
    labelled,
    lsu_like,
    one_pdf,
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        yield found


def test_xml_is_new_then_unchanged_then_replaced(book: Livret) -> None:
    done = book.bring(xml(periods=(1, 2), with_cycle_reports=True))
    assert (done.new, done.replaced, done.unchanged) == (9, 0, 0) and done.act_id
    first = book.rows()[1]
    assert (first["kind"], first["year"], first["period_index"], first["period_count"]) == ("periodic", 2026, 1, 3)
    assert (first["starts_on"], first["cycle"], first["level"], first["classroom"]) == ("2026-09-01", 2, "CE2", "CE2B")
    assert first["locked_at"] == "2026-12-04T16:30:00.000000Z" and first["complete"] and first["source"] == "xml"
    content = read_content(book.store.get(first["document"]))
    assert isinstance(content, PeriodicReport) and content.pupil.birth_date == "2018-03-04"
    assert content.school.name == "École élémentaire Marie Curie" and content.pupil.last_name == "CHÂTELAIN"
    again = book.bring(xml(periods=(1, 2), with_cycle_reports=True))
    assert (again.act_id, again.unchanged) == (None, 9)
    later = xml(ZOE, general="Trimestre excellent.", locked="2026-12-05T10:00:00")
    [planned] = book.preview(later).plan.replaced
    changed = {change.label: (change.old, change.new) for change in planned.changes}
    assert changed["Appréciation générale"] == ("Trimestre sérieux.\nContinue ainsi.", "Trimestre excellent.")
    assert changed["Verrouillé le"] == ("04-12-2026", "05-12-2026")
    assert book.bring(later).replaced == 1
    assert book.rows()[1]["version"] == 2


def test_an_older_export_replaces_nothing_and_says_so(book: Livret) -> None:
    book.bring(xml(ZOE))
    found = book.preview(xml(ZOE, general="Ancien.", locked="2026-11-30T10:00:00")).plan
    assert (len(found.unchanged), found.written) == (1, [])
    assert "plus ancien" in found.warnings[0].message


def test_an_import_is_undone(book: Livret) -> None:
    done = book.bring(xml())
    assert done.act_id
    undoing.undo(book.desk, school_id=SCHOOL, act_id=done.act_id)
    assert book.rows() == []
    assert book.preview(xml()).plan.as_json()["reports"] == {"new": 3, "replaced": 0, "unchanged": 0}


def test_a_lock_is_in_the_zone_of_the_school(book: Livret) -> None:
    book.change("schools", SCHOOL, timezone="Indian/Reunion")
    book.bring(xml(ZOE))
    assert book.rows()[0]["locked_at"] == "2026-12-04T13:30:00.000000Z"


def test_whom_the_records_do_not_know_is_asked_once_and_the_answer_is_a_pupil(book: Livret) -> None:
    content = xml(ZOE, STRANGER, periods=(1, 2))
    found = book.preview(content)
    [asked] = found.plan.unmatched
    assert (len(found.plan.new), asked.documents, asked.who) == (2, 2, "INCONNU Paul") and asked.line
    leila = pupil_id(book.desk, LEILA)
    known = imports.answered(book.desk, preview=found, answers={asked.id: leila})
    assert known.plan.unmatched == [] and {one.line.pupil_id for one in known.plan.new} >= {leila}
    aside = imports.answered(book.desk, preview=found, answers={asked.id: SKIP})
    assert aside.plan.unmatched == [] and len(aside.plan.new) == 2
    assert book.preview(xml(STRANGER)).plan.as_json()["unmatched"][0]["pupil"] == "INCONNU Paul"


def test_a_pupil_without_ine_is_known_by_name_and_class_and_nobody_by_name_alone(book: Livret) -> None:
    zoe = pupil_id(book.desk, ZOE)
    book.change("pupils", zoe, ine=None)
    assert [one.line.pupil_id for one in book.preview(xml(ZOE)).plan.new] == [zoe]
    elsewhere = book.preview(xml(ZOE, changes=[('libelle="CE2B"', 'libelle="CM2"')])).plan
    assert elsewhere.new == [] and elsewhere.unmatched[0].choices[0].answer == zoe


def test_an_ine_under_another_name_is_asked(book: Livret) -> None:
    found = book.preview(
        xml(ZOE, changes=[('nom="Châtelain"', 'nom="Autre"'), ('prenom="Zoé"', 'prenom="Nadia"')])
    ).plan
    assert found.new == [] and "autre nom" in found.unmatched[0].sentence


def test_another_schools_file_is_refused_and_a_former_number_is_not(book: Livret) -> None:
    with pytest.raises(InputError) as caught:
        book.preview(xml(uai="0310002J"))
    assert caught.value.code == "reports_other_school" and "0310002J" in caught.value.sentence
    book.change("schools", SCHOOL, uai_history=[{"uai": "0310002J", "until": "2026-01-01"}])
    assert len(book.preview(xml(uai="0310002J")).plan.new) == 3
    book.change("schools", SCHOOL, uai=None, uai_history=None)
    assert "pas encore son UAI" in book.preview(xml()).plan.warnings[0].message


@pytest.mark.parametrize("layout", [lsu_like, labelled, by_class])
def test_a_class_pdf_is_split_by_pupil(book: Livret, layout: object) -> None:
    found = book.preview(class_pdf(CLASS, layout)).plan  # type: ignore[arg-type]
    assert [(line.pages, line.pupil) for line in found.split] == [
        ((1, 2), "CHÂTELAIN Zoé"), ((3, 4), "MARTIN Jean"), ((5, 6, 7), "MARTIN Jean-Pierre")
    ]  # fmt: skip
    assert found.source is ReportSource.CLASS_PDF and len(found.new) == 3 and found.errors == []
    assert all(one.line.complete and one.line.locked_at is None for one in found.new)
    assert found.new[0].title in (
        "Bilan périodique, période 1 sur 3 (2026-2027)", "Bilan périodique, période 2 sur 5 (2026-2027)"
    )  # fmt: skip
    content = class_pdf(CLASS, layout)  # type: ignore[arg-type]
    assert book.bring(content).new == 3 and book.bring(content).unchanged == 3


def test_pages_of_a_stranger_are_never_given_to_the_child_before(book: Livret) -> None:
    found = book.preview(class_pdf([ZOE, STRANGER, JEAN]))
    assert [(line.pages, line.pupil) for line in found.plan.split] == [
        ((1, 2), "CHÂTELAIN Zoé"), ((3, 4), None), ((5, 6), "MARTIN Jean")
    ]  # fmt: skip
    [asked] = found.plan.unmatched
    assert asked.pages == (3, 4) and asked.who == "pages 3 à 4"
    known = imports.answered(book.desk, preview=found, answers={asked.id: pupil_id(book.desk, LEILA)})
    assert len(known.plan.new) == 3 and known.plan.unmatched == []


def test_a_list_of_the_class_goes_to_no_family_unasked(book: Livret) -> None:
    def then_a_list(pdf: FPDF, child: Printed, **more: str) -> None:
        lsu_like(pdf, child, **more)
        if child is JEAN_PIERRE:
            lines = (f"{one.first_name} {one.last_name.upper()}" for one in CLASS)
            add_page(pdf, "Récapitulatif", *lines)

    found = book.preview(class_pdf(CLASS, then_a_list)).plan
    assert [(line.pages, line.pupil) for line in found.split][2:] == [((5, 6, 7), "MARTIN Jean-Pierre"), ((8,), None)]
    assert "plusieurs élèves" in found.unmatched[0].sentence


@pytest.mark.parametrize("heading", ["Relevé du trimestre", "Élève : Inconnu Paul"])
def test_a_child_whom_nothing_announces_is_not_taken_for_the_one_before(book: Livret, heading: str) -> None:
    def plain(pdf: FPDF, child: Printed) -> None:
        if child is STRANGER:
            return add_page(pdf, heading, "Paul travaille bien.")
        return lsu_like(pdf, child)

    short = [replace(child, pages=1) for child in (ZOE, JEAN, JEAN_PIERRE, LEILA)]
    content = class_pdf([*short[:2], STRANGER, *short[2:]], plain)
    found = book.preview(content).plan
    assert [(line.pages, line.pupil) for line in found.split][1:3] == [((2,), "MARTIN Jean"), ((3,), None)]
    assert found.unmatched[0].pages == (3,)


def test_a_long_text_goes_on_over_pages_that_name_the_child(book: Livret) -> None:
    def long(pdf: FPDF, child: Printed) -> None:
        lsu_like(pdf, child)
        if child.first_name == "Zoé":
            add_page(pdf, "Châtelain Zoé, suite")

    short = [replace(child, pages=1) for child in (ZOE, JEAN, JEAN_PIERRE, LEILA)]
    found = book.preview(class_pdf(short, long)).plan
    assert found.split[0].pages == (1, 2) and found.unmatched == []


def test_files_of_one_name_are_never_taken_for_each_other(book: Livret) -> None:
    files = [imports.ReportFile("bilan.pdf", one_pdf(child)) for child in (ZOE, JEAN)]
    found = imports.preview(book.desk, school_id=SCHOOL, files=files).plan
    assert len({one.line.document for one in found.new}) == 2
    for planned in found.new:
        text = read_pdf("x", found.documents[planned.line.document]).texts[0]
        assert planned.pupil in text


def test_the_letterhead_of_single_pdfs_is_no_address_of_a_family(book: Livret) -> None:
    book.change("schools", SCHOOL, address=None, town=None, postal_code=None)
    files = [imports.ReportFile(f"{child.first_name}.pdf", one_pdf(child)) for child in CLASS]
    found = imports.preview(book.desk, school_id=SCHOOL, files=files).plan
    assert [one.line.flags for one in found.new] == [(), (), ()] and found.source is ReportSource.PDF


@pytest.mark.parametrize("town", ["31000 TOULOUSE", "31009 Toulouse CEDEX 9"])
def test_the_schools_own_address_is_nobodys_and_is_asked_for_where_it_is_not_known(book: Livret, town: str) -> None:
    def head(pdf: FPDF, child: Printed) -> None:
        add_page(pdf, "École Marie Curie", "1, RUE DE L’ÉGLISE", town, "Année scolaire 2026-2027", "Bilan des acquis scolaires",
              "Période 1/3", f"{child.last_name} {child.first_name}", f"Né(e) le {child.born}")  # fmt: skip

    book.change("schools", SCHOOL, address="1 rue de l'Eglise", postal_code="31000", town="Toulouse")
    known = book.preview(one_pdf(ZOE, head)).plan
    assert known.new[0].line.flags == () and known.warnings == []
    book.change("schools", SCHOOL, address=None, postal_code=None, town=None)
    unknown = book.preview(one_pdf(ZOE, head)).plan
    assert unknown.new[0].line.flags == ("postal_address",) and "Mon école" in unknown.warnings[0].message


def test_twins_are_told_apart_by_their_whole_first_names_or_asked(book: Livret) -> None:
    for child in (JEAN, JEAN_PIERRE):
        book.change("pupils", pupil_id(book.desk, child), ine=f"9{child.ine[1:]}")
    found = book.preview(class_pdf([JEAN, JEAN_PIERRE], labelled)).plan
    assert [line.pupil for line in found.split] == ["MARTIN Jean", "MARTIN Jean-Pierre"]
    found = book.preview(class_pdf([JEAN, JEAN_PIERRE], lsu_like)).plan
    assert "autre INE" in found.unmatched[0].sentence and len(found.unmatched) == 2


def test_what_a_pdf_does_not_say_is_asked_and_given(book: Livret) -> None:
    content = one_pdf(ZOE, lsu_like, period="Bilan du début", year="")
    found = book.preview(content).plan
    assert found.missing == {"year", "period"} and found.errors[0].page == 1 and "--year" in found.errors[0].message
    options = Options(year=2026, period_index=2, period_count=3)
    assert book.bring(content, options=options).new == 1
    assert (book.rows()[0]["year"], book.rows()[0]["period_index"], book.rows()[0]["source"]) == (2026, 2, "pdf")
    alone = one_pdf(JEAN, lsu_like, period="Période 1")
    assert book.preview(alone).plan.new[0].line.period_count == 3  # as the year has them already


def test_the_words_of_a_pdf_count_more_than_the_option_and_it_is_said(book: Livret) -> None:
    found = book.preview(one_pdf(ZOE), options=Options(year=2025)).plan
    assert found.new[0].line.year == 2026 and "2025" in found.warnings[0].message


@pytest.mark.parametrize(("words", "kind"), [
    ("de première éducation à la route (APER)", CertificateKind.APER), ("du savoir-nager", CertificateKind.SWIMMING),
    ("scolaire de sécurité routière de second niveau", CertificateKind.ASSR2), ("ASSR 1", CertificateKind.ASSR1),
    ("Prévention et secours civiques", CertificateKind.PSC1),
])  # fmt: skip
def test_certificates(book: Livret, words: str, kind: CertificateKind) -> None:
    [planned] = book.preview(one_pdf(ZOE, certificate, words=words)).plan.new
    assert (planned.line.kind, planned.line.certificate, planned.line.year) == (ReportKind.CERTIFICATE, kind, 2026)


def test_a_certificate_that_does_not_say_which_is_asked_or_given(book: Livret) -> None:
    content = one_pdf(ZOE, certificate, words="de réussite")
    assert book.preview(content).plan.missing == {"certificate"}
    given = book.preview(content, options=Options(certificate=CertificateKind.SWIMMING)).plan
    assert given.new[0].title.startswith("Savoir nager")


def test_a_pdf_that_shows_where_a_guardian_lives_is_flagged(book: Livret) -> None:
    def homed(address: str) -> list[tuple[str, ...]]:
        children = [ZOE.__class__(**{**vars(one), "address": address if one is ZOE else ""}) for one in CLASS]
        return [one.line.flags for one in book.preview(class_pdf(children)).plan.new]

    assert homed("") == [(), (), ()]
    for address in ("9 impasse des Cerisiers", "Mme Ana\n3 bis, avenue du Parc", "Le Bourg\n31999 VALBRUNE"):
        assert homed(address) == [("postal_address",), (), ()], address


def test_a_pdf_over_a_locked_bilan_says_that_it_hides_it(book: Livret) -> None:
    book.bring(xml(ZOE))
    found = book.preview(one_pdf(ZOE)).plan
    assert len(found.replaced) == 1 and "déverrouillé" in found.warnings[0].message
    assert ("Format", "données LSU", "PDF") in [(c.label, c.old, c.new) for c in found.replaced[0].changes]


def test_another_schools_pdf_is_refused(book: Livret) -> None:
    with pytest.raises(InputError, match="0310002J"):
        book.preview(one_pdf(ZOE, lsu_like, period="Période 1/3 UAI 0310002J"))


def test_xml_and_pdf_do_not_mix_and_nothing_is_a_sentence(book: Livret) -> None:
    with pytest.raises(InputError, match="séparément"):
        book.preview(xml(), one_pdf(ZOE))
    with pytest.raises(InputError, match="au moins un fichier"):
        book.preview()


def test_the_same_bilan_twice_in_the_files_is_kept_once_the_later(book: Livret) -> None:
    older = xml(ZOE, general="Ancien.", locked="2026-11-30T10:00:00")
    found = book.preview(xml(ZOE), older).plan
    assert len(found.new) == 1 and found.new[0].line.locked_at == "2026-12-04T16:30:00.000000Z"
    assert "deux fois" in found.warnings[0].message


def test_reading_stops_when_asked_and_tells_how_far_it_is(book: Livret) -> None:
    seen: list[tuple[int, int]] = []
    files = [imports.ReportFile("classe.pdf", class_pdf(CLASS)), imports.ReportFile("autre.pdf", one_pdf(LEILA))]
    imports.preview(book.desk, school_id=SCHOOL, files=files, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == sorted(seen) and len(seen) == 9
    with pytest.raises(Cancellation):
        imports.preview(book.desk, school_id=SCHOOL, files=files, cancelled=lambda: len(seen) > 0)


def test_hostile_names_are_words(book: Livret) -> None:
    evil = "<img src=x>'; DROP TABLE reports; --"
    book.change("pupils", pupil_id(book.desk, ZOE), last_name=evil)
    content = xml(ZOE, changes=[('nom="Châtelain"', 'nom="&lt;img src=x&gt;&apos;; DROP TABLE reports; --"')])
    assert book.bring(content).new == 1
    assert evil in book.store.get(book.rows()[0]["document"]).decode()
