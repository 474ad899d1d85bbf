"""Who is who: homonyms, twins, children and guardians, told apart or asked about; never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.services.imports import Preview, answered, commit
from app.services.onde.plan import Question
from tests.services.onde.school import ImportSchool, counts, import_school
from tests.support.onde_files import BLOCK_SINCE_2021, PUPILS_UNTIL_2017, Adult, Pupil, guardians_file, pupils_file

ZOE = Pupil("CHÂTELAIN", "Zoé", "14/03/2018", "CE2 Mme Aubrac", "CE2", "123456789AB")
HOMONYM = replace(ZOE, born="01/07/2016", room="CM2 M. Kerbrat", level="CM2", ine="223456789AB", address="7 quai Vert")
ANNE = Adult("MÉNARD", "Anne", (ZOE,), email="anne@example.org")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ImportSchool]:
    with import_school(tmp_path) as found:
        yield found


def _children(school: ImportSchool, first_name: str) -> set[str]:
    """The INE, or birth dates, of a guardian's children."""
    guardian = school.row("guardians", first_name=first_name)
    linked = {row["pupil_id"] for row in school.rows("responsibilities") if row["guardian_id"] == guardian["id"]}
    return {row["birth_date"] for row in school.rows("pupils") if row["id"] in linked}


def _only_question(preview: Preview) -> Question:
    [question] = preview.plan.questions
    return question


# The children of a guardian's line


def test_a_child_is_told_from_a_homonym_by_birth_date(school: ImportSchool) -> None:
    adults = [replace(ANNE, children=(replace(HOMONYM, room=""),))]
    preview = school.load(pupils_file([ZOE, HOMONYM]), guardians_file(adults, block=BLOCK_SINCE_2021))
    assert preview.plan.questions == []
    assert _children(school, "Anne") == {"2016-07-01"}


def test_a_child_is_told_from_a_homonym_by_class(school: ImportSchool) -> None:
    preview = school.load_people([ZOE, HOMONYM], [replace(ANNE, children=(HOMONYM,))])
    assert preview.plan.questions == []
    assert _children(school, "Anne") == {"2016-07-01"}


def test_a_child_is_told_from_a_homonym_by_address(school: ImportSchool) -> None:
    child = replace(HOMONYM, room="")
    preview = school.load_people([ZOE, HOMONYM], [replace(ANNE, children=(child,), address="7, quai Vert")])
    assert preview.plan.questions == []
    assert _children(school, "Anne") == {"2016-07-01"}


def test_a_child_of_another_birth_date_is_somebody_else(school: ImportSchool) -> None:
    content = guardians_file([replace(ANNE, children=(HOMONYM,))], block=BLOCK_SINCE_2021)
    preview = school.preview(pupils_file([ZOE]), content)
    assert counts(preview)["guardians"] == (0, 0, 0, 0)
    assert [problem.line for problem in preview.plan.warnings] == [2]


def test_else_the_director_is_asked_and_her_answer_is_remembered(school: ImportSchool) -> None:
    both = [replace(ZOE, room="CE2"), replace(HOMONYM, room="CE2", address=ZOE.address)]
    files = pupils_file(both), guardians_file([replace(ANNE, children=(both[0],))])
    preview = school.preview(*files)
    question = _only_question(preview)
    assert question.sentence == "Plusieurs élèves s’appellent CHÂTELAIN Zoé. Lequel est l’enfant de MÉNARD Anne\u202f?"
    assert [choice.words for choice in question.choices][:2] == ["né(e) le 01-07-2016, CE2", "né(e) le 14-03-2018, CE2"]
    assert counts(preview)["guardians"] == (0, 0, 0, 0)
    settled = answered(school.desk, preview=preview, answers={question.id: "2"})
    assert settled.plan.questions == []
    commit(school.desk, preview=settled)
    assert _children(school, "Anne") == {"2018-03-14"}
    again = school.preview(*files)
    assert again.plan.questions == []
    assert again.plan.changes_nothing


def test_without_an_answer_nobody_goes_and_no_link_ends(school: ImportSchool) -> None:
    tom = Pupil("CHÂTELAIN", "Tom", "02/11/2019", "CP", "CP", "323456789AB")
    school.load_people([ZOE, tom], [replace(ANNE, children=(ZOE, tom))])
    here = replace(HOMONYM, room=ZOE.room, address=ZOE.address)
    paul = Adult("ROUX", "Paul", (tom,))
    preview = school.load_people([ZOE, tom, here], [replace(ANNE, last="MÉNARD-ROUX", children=(ZOE, tom)), paul])
    assert len(preview.plan.questions) == 1
    assert preview.plan.fields.ended_links == ()
    assert preview.plan.guardians.gone == []


def test_a_child_named_by_her_usage_name(school: ImportSchool) -> None:
    pupil = replace(ZOE, usage="ROUX")
    school.load_people([pupil], [replace(ANNE, children=(replace(pupil, last="", usage="ROUX"),))])
    assert _children(school, "Anne") == {"2018-03-14"}


def test_the_class_of_the_pupils_file_wins(school: ImportSchool) -> None:
    preview = school.load_people([ZOE], [replace(ANNE, children=(replace(ZOE, room="CE2 B (Mme Aubrac)"),))])
    assert counts(preview)["classes"] == (1, 0, 0, 0)
    assert [row["label"] for row in school.rows("classrooms")] == ["CE2 Mme Aubrac"]


def test_unknown_children_are_counted_with_their_lines(school: ImportSchool) -> None:
    stray = Adult("ROUX", "Paul", (replace(ZOE, last="INCONNU"),))
    preview = school.preview_people([ZOE], [ANNE, stray, replace(stray, first="Luc")])
    [problem] = preview.plan.warnings
    assert problem.message.startswith("2 enfant(s) de ce fichier ne sont pas parmi les élèves")
    assert "lignes 3, 4" in problem.message


# Pupils


def test_twins_are_two_pupils(school: ImportSchool) -> None:
    twin = replace(ZOE, first="Zélie", ine="")
    school.load(pupils_file([ZOE, twin]))
    assert school.preview(pupils_file([twin, ZOE])).plan.changes_nothing


def test_homonyms_without_any_ine_stay_apart(school: ImportSchool) -> None:
    content = pupils_file([ZOE, HOMONYM], titles=PUPILS_UNTIL_2017)
    school.load(content)
    assert len(school.rows("pupils")) == 2
    assert school.preview(content).plan.changes_nothing


def test_homonyms_without_birth_date_are_told_by_class(school: ImportSchool) -> None:
    titles = ("Nom", "Prénom", "Classe", "Sexe")
    content = pupils_file([ZOE, HOMONYM], titles=titles)
    school.load(content)
    assert len(school.rows("pupils")) == 2
    assert school.preview(pupils_file([HOMONYM, ZOE], titles=titles)).plan.changes_nothing


def test_a_newcomer_is_not_taken_for_the_homonym_whom_another_line_means(school: ImportSchool) -> None:
    """The known pupil does not change, so she is not in the act: it must still not be merged with her."""
    titles = ("Nom", "Prénom", "Classe")
    school.load(pupils_file([ZOE], titles=titles))
    preview = school.load(pupils_file([HOMONYM, ZOE], titles=titles))
    assert counts(preview)["pupils"] == (1, 0, 0, 1)
    assert len(school.rows("pupils")) == 2
    assert school.preview(pupils_file([HOMONYM, ZOE], titles=titles)).plan.changes_nothing


def test_homonyms_whom_nothing_tells_apart_are_asked_about(school: ImportSchool) -> None:
    titles = ("Nom", "Prénom", "Classe")
    school.load(pupils_file([ZOE, HOMONYM], titles=titles))
    moved = [replace(ZOE, room="CM1 A"), replace(HOMONYM, room="CM1 B")]
    preview = school.preview(pupils_file(moved, titles=titles), complete=True)
    assert [question.line for question in preview.plan.questions] == [2, 3]
    assert counts(preview)["pupils"] == (0, 0, 0, 0)
    first, second = preview.plan.questions
    answers = {first.id: first.choices[0].answer, second.id: "new"}
    settled = answered(school.desk, preview=preview, answers=answers)
    assert counts(settled)["pupils"] == (1, 1, 1, 0)
    commit(school.desk, preview=settled, confirm_gone=True)
    assert len(school.rows("pupils")) == 3


def test_a_line_set_aside_makes_nobody_leave(school: ImportSchool) -> None:
    titles = ("Nom", "Prénom", "Classe")
    school.load(pupils_file([ZOE, HOMONYM], titles=titles))
    content = pupils_file([replace(ZOE, room="CM1 A")], titles=titles)
    question = _only_question(school.preview(content, complete=True))
    for answers in ({}, {question.id: "skip"}):
        assert counts(school.preview(content, complete=True, answers=answers))["pupils"] == (0, 0, 0, 0)


def test_a_pupil_is_found_by_ine_under_another_name(school: ImportSchool) -> None:
    school.load(pupils_file([ZOE]))
    preview = school.load(pupils_file([replace(ZOE, last="CHÂTELAIN-ROUX", born="15/03/2018")]))
    assert counts(preview)["pupils"] == (0, 1, 0, 0)
    [changed] = preview.plan.pupils.changed
    assert [(change.label, change.old, change.new) for change in changed.changes] == [
        ("Nom", "CHÂTELAIN", "CHÂTELAIN-ROUX"), ("Date de naissance", "14-03-2018", "15-03-2018"),
    ]  # fmt: skip


def test_a_pupil_without_ine_is_found_by_name_and_date_and_gets_it(school: ImportSchool) -> None:
    school.load(pupils_file([replace(ZOE, ine="")]))
    school.load(pupils_file([ZOE]))
    assert [row["ine"] for row in school.rows("pupils")] == ["123456789AB"]


def test_an_ine_that_changed_is_the_same_pupil(school: ImportSchool) -> None:
    school.load(pupils_file([ZOE]))
    preview = school.load(pupils_file([replace(ZOE, ine="999999999ZZ")]))
    assert counts(preview)["pupils"] == (0, 1, 0, 0)
    assert [row["ine"] for row in school.rows("pupils")] == ["999999999ZZ"]


def test_two_ines_on_one_file_are_two_pupils(school: ImportSchool) -> None:
    school.load(pupils_file([ZOE]))
    other = replace(ZOE, ine="999999999ZZ")
    assert counts(school.load(pupils_file([other, ZOE])))["pupils"] == (1, 0, 0, 1)
    assert len(school.rows("pupils")) == 2


# Guardians


def test_one_name_at_two_addresses_is_two_records(school: ImportSchool) -> None:
    elsewhere = replace(ANNE, address="7 quai Vert", email="")
    files = pupils_file([ZOE]), guardians_file([ANNE, elsewhere])
    assert counts(school.load(*files))["guardians"] == (2, 0, 0, 0)
    assert len(school.rows("accounts")) == 2
    assert school.preview(*files).plan.changes_nothing


def test_a_second_address_that_appears_later_is_a_second_record(school: ImportSchool) -> None:
    """The known guardian does not change, so she is not in the act: it must still not be merged with her."""
    school.load_people([ZOE], [ANNE])
    people = [replace(ANNE, address="7 quai Vert", email=""), ANNE]
    assert counts(school.load_people([ZOE], people))["guardians"] == (1, 0, 0, 1)
    assert sorted(row["address"] for row in school.rows("guardians")) == ["12 rue des Lilas", "7 quai Vert"]
    assert school.preview_people([ZOE], people).plan.changes_nothing


def test_a_guardian_who_moves_keeps_her_account(school: ImportSchool) -> None:
    school.load_people([ZOE], [ANNE])
    before = school.rows("accounts")
    preview = school.load_people([ZOE], [replace(ANNE, address="7 quai Vert")])
    assert counts(preview)["guardians"] == (0, 1, 0, 0)
    assert school.rows("accounts") == before


def test_two_moved_guardians_of_one_name_are_asked_about(school: ImportSchool) -> None:
    elsewhere = replace(ANNE, address="7 quai Vert", email="")
    school.load_people([ZOE], [ANNE, elsewhere])
    moved = [replace(ANNE, address="1 rue Neuve", email="")]
    preview = school.preview_people([ZOE], moved)
    question = _only_question(preview)
    assert question.sentence == "Plusieurs responsables s’appellent MÉNARD Anne. De qui s’agit-il\u202f?"
    assert counts(preview)["guardians"] == (0, 0, 0, 0)
    new = answered(school.desk, preview=preview, answers={question.id: "new"})
    assert counts(new)["guardians"] == (1, 0, 2, 0)
    known = answered(school.desk, preview=preview, answers={question.id: question.choices[0].answer})
    assert counts(known)["guardians"] == (0, 1, 1, 0)
    commit(school.desk, preview=new, confirm_gone=True)
    assert len(school.rows("guardians")) == 3


def test_a_corrected_name_with_the_same_children_and_contact_keeps_the_account(school: ImportSchool) -> None:
    school.load_people([ZOE], [ANNE])
    before = school.rows("accounts")
    preview = school.load_people([ZOE], [replace(ANNE, last="MÉNARD-ROUX")])
    assert counts(preview)["guardians"] == (0, 1, 0, 0)
    assert [row["last_name"] for row in school.rows("guardians")] == ["MÉNARD-ROUX"]
    assert school.rows("accounts") == before


def test_parents_who_share_a_mailbox_are_two(school: ImportSchool) -> None:
    paul = Adult("CHÂTELAIN", "Paul", (ZOE,), "M.", email=ANNE.email)
    school.load_people([ZOE], [ANNE])
    assert counts(school.load_people([ZOE], [ANNE, paul]))["guardians"] == (1, 0, 0, 1)


def test_another_first_name_with_the_same_contact_is_a_question(school: ImportSchool) -> None:
    """An account must not pass to somebody else because the family has one mailbox."""
    school.load_people([ZOE], [ANNE])
    paul = Adult("CHÂTELAIN", "Paul", (ZOE,), "M.", email=ANNE.email)
    preview = school.preview_people([ZOE], [paul])
    question = _only_question(preview)
    assert question.sentence == (
        "CHÂTELAIN Paul a les mêmes enfants et un même contact que MÉNARD Anne, qui n’est plus dans le fichier. "
        "Est-ce la même personne\u202f?"
    )
    assert counts(preview)["guardians"] == (0, 0, 0, 0)
    same = answered(school.desk, preview=preview, answers={question.id: question.choices[0].answer})
    assert counts(same)["guardians"] == (0, 1, 0, 0)
    other = answered(school.desk, preview=preview, answers={question.id: "new"})
    assert counts(other)["guardians"] == (1, 0, 1, 0)


def test_a_guardian_on_two_lines_is_one_with_all_children(school: ImportSchool) -> None:
    tom = Pupil("CHÂTELAIN", "Tom", "02/11/2019", "CP", "CP", "323456789AB")
    again = replace(ANNE, children=(ZOE, tom), email="autre@example.org")
    preview = school.load_people([ZOE, tom], [ANNE, again])
    assert counts(preview)["guardians"] == (1, 0, 0, 0)
    assert _children(school, "Anne") == {"2018-03-14", "2019-11-02"}
    assert [(p.line, "ligne 2" in p.message) for p in preview.plan.warnings] == [(3, True)]
