"""« À corriger dans ONDE »: each source gives its line, and only a real later import shows it done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.models.acts_duplicates import SetApartFields
from app.models.acts_requests import Answer, CloseRequestFields, DecideCorrectionFields
from app.models.acts_undo import UndoFields
from app.models.errors import NotFound
from app.models.tables import Row
from app.services.diagnosis.catalogue import CAUSES
from app.services.diagnosis.cause import Where
from app.services.onde_worklist.checking import CHECKED, ELSEWHERE
from app.services.onde_worklist.lines import Line, State
from app.services.onde_worklist.worklist import Worklist, line_of, open_known, tick, worklist
from app.services.records.rows import SchoolRows
from tests.services.onde.cast import ANNE, LEA, LUCE, PAUL, PUPILS_HERE, TOM, ZOE
from tests.services.onde.school import ImportSchool, import_school
from tests.support.onde_files import Adult, guardians_file, pupils_file

IMPORTED, NEXT = date(2026, 9, 9), date(2026, 9, 11)
COMPLETE = [
    replace(ANNE, mobile="06 12 34 56 78"), replace(PAUL, mobile="06 12 34 56 79", email="paul@example.org"),
    replace(LUCE, mobile="06 12 34 56 70", email="luce@example.org"),
]  # fmt: skip
"""Nothing to ask anybody."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ImportSchool]:
    with import_school(tmp_path) as found:
        yield found


def listed(school: ImportSchool) -> Worklist:
    return worklist(school.desk, school_id=school.school_id)


def one(school: ImportSchool, *, what: str, who: str = "") -> Line:
    """The one line about that value."""
    [line] = [line for line in listed(school).lines if line.what.partition(":")[0] == what and who in line.who]
    return line


def days(school: ImportSchool, count: int) -> None:
    school.clock.now += timedelta(days=count)


def complete(school: ImportSchool) -> None:
    school.load_people(PUPILS_HERE, COMPLETE)
    days(school, 1)


def request(school: ImportSchool, kind: str, **values: object) -> None:
    with school.desk.vault.write() as connection:
        rows = SchoolRows(connection, school.school_id)
        rows.add("requests", "r-1", at=school.desk.now(), kind=kind, status="open", **values)
        rows.flush()


def zoe(school: ImportSchool) -> Row:
    return school.row("pupils", first_name="Zoé")


def anne(school: ImportSchool) -> Row:
    return school.row("guardians", first_name="Anne")


def test_a_school_whose_records_are_right_has_nothing_to_correct(school: ImportSchool) -> None:
    complete(school)
    assert listed(school).lines == ()


def test_every_cause_whose_place_is_onde_has_its_line_or_says_why_not() -> None:
    there = {cause.code for cause in CAUSES if cause.where is Where.ONDE}
    assert there == CHECKED.keys() | ELSEWHERE


def test_a_correction_is_a_line_in_onde_s_words_until_onde_agrees(school: ImportSchool) -> None:
    complete(school)
    school.correct("eleve.corriger", zoe(school), "birth_date", "2018-03-15")
    line = one(school, what="birth_date")
    assert (line.kind, line.who, line.field, line.onde, line.right) == (
        "Élève", "CHÂTELAIN Zoé", "Date naissance", "14-03-2018", "15-03-2018",
    )  # fmt: skip
    assert (line.place.words, line.known, line.since) == ("CE2 Mme Aubrac · CHÂTELAIN Zoé", True, date(2026, 9, 10))
    assert "Mme Rouvière" in line.why and line.state is State.TODO
    days(school, 1)
    school.load_people([replace(ZOE, born="15/03/2018"), TOM, LEA], COMPLETE)
    done = one(school, what="birth_date")
    assert (done.state, done.done_on, done.onde) == (State.DONE, NEXT, "15-03-2018")
    assert done.state_words == "Fait\u00a0: l’import du 11-09-2026 le montre"
    days(school, 30)
    assert one(school, what="birth_date").state is State.DONE
    days(school, 1)
    assert listed(school).lines == ()


def test_a_number_that_onde_writes_otherwise_is_the_same(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "+33611111111")
    assert one(school, what="mobile").value == "06 11 11 11 11"
    school.load_people(PUPILS_HERE, [replace(COMPLETE[0], mobile="06.11.11.11.11"), *COMPLETE[1:]])
    assert one(school, what="mobile").state is State.DONE


def test_where_onde_says_a_third_value_it_is_not_done(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "06 11 11 11 11")
    school.load_people(PUPILS_HERE, [replace(COMPLETE[0], mobile="06 22 22 22 22"), *COMPLETE[1:]])
    assert listed(school).lines == (), "« À revoir » says it"


def test_the_family_s_language_is_no_value_of_onde(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "language", "pt")
    assert listed(school).lines == ()


def test_what_a_parent_proposed_and_the_school_accepted(school: ImportSchool) -> None:
    complete(school)
    detail = {"field": "usage_name", "value": "MÉNARD-ROUX"}
    request(school, "correction", guardian_id=anne(school)["id"], detail=detail)
    assert listed(school).lines == (), "nobody has accepted it"
    school.do("correction.decider", DecideCorrectionFields(request_id="r-1", accepted=True))
    line = one(school, what="usage_name")
    assert (line.field, line.onde, line.right) == ("Nom usage responsable", "(vide)", "MÉNARD-ROUX")
    assert line.why == "Proposé par le parent, accepté, par Mme Rouvière"


def test_who_is_not_the_guardian_is_looked_at_then_taken_out_in_onde(school: ImportSchool) -> None:
    complete(school)
    request(school, "not_guardian", guardian_id=anne(school)["id"], pupil_id=zoe(school)["id"])
    asked = one(school, what="tie")
    assert (asked.known, asked.right, asked.field) == (False, "", "Élève rattaché")
    school.do("demande.clore", CloseRequestFields(request_id="r-1", why=Answer.IN_ONDE))
    line = one(school, what="tie")
    assert (line.state, line.answered, line.right) == (State.TICKED, True, "À retirer de la fiche de CHÂTELAIN Zoé")
    days(school, 1)
    school.load_people(PUPILS_HERE, [replace(COMPLETE[0], children=(TOM,)), *COMPLETE[1:]])
    assert one(school, what="tie").state is State.DONE


def test_who_is_the_guardian_after_all_is_no_line(school: ImportSchool) -> None:
    complete(school)
    request(school, "not_guardian", guardian_id=anne(school)["id"], pupil_id=zoe(school)["id"])
    school.do("demande.clore", CloseRequestFields(request_id="r-1", why=Answer.IS_GUARDIAN))
    assert listed(school).lines == ()


def test_what_is_missing_and_since_which_import(school: ImportSchool) -> None:
    school.load_people([replace(ZOE, ine="", room="", room_id=""), TOM, LEA], [ANNE, *COMPLETE[1:]])
    ine, room = one(school, what="ine"), one(school, what="classroom")
    assert (ine.since, ine.known, ine.onde) == (IMPORTED, False, "(vide)")
    assert (room.place.classroom, room.field) == ("Sans classe", "Libellé classe")
    days(school, 1)
    school.load_people(PUPILS_HERE, COMPLETE)
    assert one(school, what="ine").right == "123456789AB"
    assert {line.what: line.state for line in listed(school).lines} == {"ine": State.DONE, "classroom": State.DONE}


@pytest.mark.parametrize(
    ("adult", "what", "why"),
    [
        (replace(ANNE, mobile="05 61 12 34 56"), "mobile", "Numéro fixe à la place du portable"),
        (replace(ANNE, mobile="06 12"), "mobile", "Numéro de portable illisible"),
        (replace(ANNE, mobile=""), "mobile", "Pas de portable dans ONDE"),
        (replace(ANNE, mobile="06 12 34 56 79"), "mobile", "Mobile partagé"),
        (replace(ANNE, email=""), "email", "Pas d’adresse mail"),
        (replace(ANNE, email="anne@gamil.com"), "email", "Adresse mail peut-être mal tapée"),
    ],
)
def test_what_the_diagnosis_finds_wrong_in_onde(school: ImportSchool, adult: Adult, what: str, why: str) -> None:
    school.load_people(PUPILS_HERE, [adult, *COMPLETE[1:]])
    line = one(school, what=what, who="Anne")
    assert line.why.startswith(why) and not line.known and line.since == IMPORTED
    days(school, 2)
    school.load_people(PUPILS_HERE, COMPLETE)
    done = one(school, what=what, who="Anne")
    assert (done.state, done.done_on) == (State.DONE, NEXT)


def test_what_the_parent_has_verified_is_his_own(school: ImportSchool) -> None:
    school.load_people(PUPILS_HERE, [replace(ANNE, mobile=""), *COMPLETE[1:]])
    account = school.row("accounts", guardian_id=anne(school)["id"])
    school.write("accounts", account["id"], mobile="+33612345678")
    assert listed(school).lines == ()


def test_the_same_person_twice_until_one_record_is_left(school: ImportSchool) -> None:
    again = replace(LUCE, last="OEILLET", address="3 quai Vert", mobile="06 12 34 56 70", email="luce@example.org")
    nina = replace(LEA, first="Nina", ine="523456789AB")
    school.load_people([*PUPILS_HERE, nina], [*COMPLETE, replace(again, children=(nina,))])
    line = one(school, what="twice")
    assert line.field == "Responsable en double" and "deux fois dans ONDE" in line.why and not line.known
    days(school, 2)
    school.load_people([*PUPILS_HERE, nina], [*COMPLETE[:2], replace(COMPLETE[2], children=(LEA, nina))])
    assert [(one.what.partition(":")[0], one.done_on) for one in listed(school).lines] == [("twice", NEXT)]


def test_two_people_are_not_a_line(school: ImportSchool) -> None:
    again = replace(COMPLETE[2], last="OEILLET", address="3 quai Vert")
    nina = replace(LEA, first="Nina", ine="523456789AB")
    school.load_people([*PUPILS_HERE, nina], [*COMPLETE, replace(again, children=(nina,))])
    one_id, other_id = (row["id"] for row in school.rows("guardians") if row["first_name"] == "Luce")
    assert one(school, what="twice").table == "guardians"
    school.do("doublon.ecarter", SetApartFields(guardian_id=one_id, other_id=other_id))
    assert listed(school).lines == ()


def test_records_that_were_grouped_here_are_still_two_in_onde(school: ImportSchool) -> None:
    complete(school)
    accounts = {row["guardian_id"]: row["id"] for row in school.rows("accounts")}
    luce, paul = school.row("guardians", first_name="Luce"), school.row("guardians", first_name="Paul")
    school.write("accounts", accounts[luce["id"]], merged_into=accounts[paul["id"]])
    line = one(school, what="twice")
    assert (
        line.known and line.who == "ŒILLET Luce" and line.right.startswith("Un seul responsable\u00a0: CHÂTELAIN Paul")
    )


def test_a_tick_waits_for_the_import_that_shows_it(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "06 11 11 11 11")
    tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"))
    line = one(school, what="mobile")
    assert (line.state, line.ticked_by) == (State.TICKED, "Mme Rouvière")
    assert line.state_words == "Coché fait le 10-09-2026, à voir au prochain import"
    assert listed(school).left == ()
    days(school, 1)
    school.load_people(PUPILS_HERE, [replace(COMPLETE[0], mobile="06 11 11 11 11"), *COMPLETE[1:]])
    assert one(school, what="mobile").state is State.DONE


def test_a_later_import_that_does_not_show_it_contradicts_the_tick(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "06 11 11 11 11")
    tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"))
    days(school, 1)
    school.load(pupils_file([replace(ZOE, town="Foix"), TOM, LEA]))
    assert one(school, what="mobile").state is State.TICKED, "a file of pupils says nothing of guardians"
    school.load(guardians_file([COMPLETE[0], replace(COMPLETE[1], town="Foix"), COMPLETE[2]]))
    line = one(school, what="mobile")
    assert (line.state, line.doubted_on) == (State.DOUBTED, NEXT)
    assert line.state_words == "Coché fait le 10-09-2026, mais l’import du 11-09-2026 ne le montre pas"
    assert listed(school).left == (line,)
    tick(school.desk, school_id=school.school_id, line=line)
    assert one(school, what="mobile").state is State.TICKED, "now it is done indeed"


def test_a_file_of_a_class_contradicts_nobody_of_another(school: ImportSchool) -> None:
    complete(school)
    school.correct("eleve.corriger", zoe(school), "birth_date", "2018-03-15")
    tick(school.desk, school_id=school.school_id, line=one(school, what="birth_date"))
    days(school, 1)
    school.load(pupils_file([replace(TOM, town="Foix")]))
    assert one(school, what="birth_date").state is State.TICKED


def test_a_tick_is_taken_back_and_undone_like_any_act(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "06 11 11 11 11")
    done = tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"))
    school.do("acte.annuler", UndoFields(act_id=done.act_id, kind="onde.cocher"))
    assert one(school, what="mobile").state is State.TODO
    tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"))
    tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"), done=False)
    assert one(school, what="mobile").state is State.TODO and anne(school)["onde_ticks"] is None


def test_a_newer_correction_is_not_answered_by_an_older_tick(school: ImportSchool) -> None:
    complete(school)
    school.correct("responsable.corriger", anne(school), "mobile", "06 11 11 11 11")
    tick(school.desk, school_id=school.school_id, line=one(school, what="mobile"))
    days(school, 1)
    school.correct("responsable.corriger", anne(school), "mobile", "06 33 33 33 33")
    assert one(school, what="mobile").state is State.TODO


def test_what_can_be_copied_at_once_is_counted_alone(school: ImportSchool) -> None:
    school.load_people(PUPILS_HERE, [replace(ANNE, mobile=""), *COMPLETE[1:]])
    school.correct("eleve.corriger", zoe(school), "birth_date", "2018-03-15")
    with school.desk.vault.read() as connection:
        [line] = open_known(SchoolRows(connection, school.school_id))
    assert line.what == "birth_date" and len(listed(school).left) == 2
    tick(school.desk, school_id=school.school_id, line=line)
    with school.desk.vault.read() as connection:
        assert open_known(SchoolRows(connection, school.school_id)) == ()


def test_the_order_is_that_of_the_work_in_onde(school: ImportSchool) -> None:
    school.load_people(
        [replace(ZOE, ine=""), TOM, replace(LEA, ine="")], [replace(ANNE, mobile="", email=""), *COMPLETE[1:]]
    )
    school.correct("eleve.corriger", zoe(school), "first_name", "Zoë")
    assert [(line.place.pupil, line.kind, line.field) for line in listed(school).lines] == [
        ("CHÂTELAIN Tom", "Responsable", "Courriel"), ("CHÂTELAIN Tom", "Responsable", "Téléphone portable"),
        ("CHÂTELAIN Zoë", "Élève", "Prénom élève"), ("CHÂTELAIN Zoë", "Élève", "INE"), ("ŒILLET Léa", "Élève", "INE"),
    ]  # fmt: skip


def test_who_left_is_no_work_any_more_and_who_is_limited_is_only_kept(school: ImportSchool) -> None:
    school.load_people([replace(ZOE, ine=""), TOM, replace(LEA, ine="")], COMPLETE)
    school.write("pupils", school.row("pupils", first_name="Léa")["id"], limited={"since": "2026-09-09"})
    assert [line.who for line in listed(school).lines] == ["CHÂTELAIN Zoé"]
    days(school, 2)
    school.load_people(
        [TOM, LEA], [replace(COMPLETE[0], children=(TOM,)), replace(COMPLETE[1], children=(TOM,)), COMPLETE[2]]
    )
    assert [(line.who, line.state) for line in listed(school).lines] == [("CHÂTELAIN Zoé", State.DONE)]


def test_a_code_names_a_line_that_is_not_done(school: ImportSchool) -> None:
    complete(school)
    school.correct("eleve.corriger", zoe(school), "birth_date", "2018-03-15")
    found = listed(school)
    assert line_of(found, found.lines[0].code) == found.lines[0]
    with pytest.raises(NotFound):
        line_of(found, "pupils/x/ine")
