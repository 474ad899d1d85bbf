"""A director groups two records of one guardian: what each account opens then, what is refused, and parting them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.states import Verdict
from app.models.tables import Row
from app.services import imports, undoing
from app.services.duplicates.merging import merge, preview_merge
from app.services.duplicates.search import find_duplicates
from app.services.onde.decode import SourceFile
from app.services.records.journal import SubmittedAct
from app.services.records.rows import SchoolRows
from tests.server.portal.accounts import SECOND_PUPILS, inside, log_in
from tests.server.portal.creating import NOE, another_school, import_files
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form
from tests.server.portal.test_new_child import PROPOSED, answer

TWICE = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;DUPONT;Marc;m.dupont@example.org;06 39 98 01 01;DUPONT;Zoé
M.;DUPONT;Marc Louis;;06 39 98 01 01;DUPONT;Noé
MME;HOSTILE;Ida;;;<IMG SRC=X>;<b>Ana</b>
"""
SECOND = "Marc Louis"


@pytest.fixture
def twice(home: Household) -> Household:
    """Marc stands twice from now on: with Zoé, and as « Marc Louis » with Noé."""
    import_files(home.desk, PUPILS, TWICE)
    home.desk.sync()
    return home


def group(home: Household) -> SubmittedAct:
    desk = home.desk.desk
    [pair] = find_duplicates(desk, school_id=home.desk.school_id)
    done = merge(desk, preview=preview_merge(desk, pair=pair))
    home.desk.sync()
    return done


def verdict(home: Household, act: SubmittedAct) -> Row:
    with home.desk.desk.vault.read() as connection:
        return SchoolRows(connection, home.desk.school_id).need("acts", act.act_id)


def test_the_account_that_goes_opens_nothing_and_its_children_wait_for_their_birth_dates(
    twice: Household, tmp_path: Path
) -> None:
    former = twice.account(SECOND)["login"]
    paper = twice.print_sheet(tmp_path / "paper", SECOND)
    assert paper is not None
    twice.desk.sync()
    with inside(twice, tmp_path / "sheets") as parent:
        act = group(twice)
        assert verdict(twice, act)["verdict"] == Verdict.ACCEPTED
        page = parent.get("/enfants")
        assert "Zoé" in page.text and "Noé" not in page.text and PROPOSED in page.text, "nothing before the birth date"
        assert "Noé" in answer(parent, NOE).text
    with twice.parent() as stranger:
        assert log_in(stranger, former, paper.password).status_code == 401
        stranger.get(f"/a/{paper.token}")
        assert stranger.post("/activation", data=form(date=("2", "9", "2016"))).url.path != "/enfants"
    twice.desk.sync()
    assert twice.account(SECOND)["merged_into"] == twice.account()["id"]


def test_parted_again_the_account_has_its_login_and_must_be_notified(twice: Household, tmp_path: Path) -> None:
    former = twice.account(SECOND)["login"]
    with inside(twice, tmp_path / "sheets"):
        act = group(twice)
        undoing.undo(twice.desk.desk, school_id=twice.desk.school_id, act_id=act.act_id)
        twice.desk.sync()
        twice.desk.sync()
    found = twice.account(SECOND)
    assert (found["merged_into"], found["login"], found["state"]) == (None, former, "not_notified")
    assert twice.account()["state"] == "active"
    again = twice.print_sheet(tmp_path / "again", SECOND)
    assert again is not None
    twice.desk.sync()
    with twice.parent() as parent:
        parent.get(f"/a/{again.token}")
        page = parent.post("/activation", data=form(date=("2", "9", "2016")))
        assert "Noé" in page.text and "Zoé" not in page.text


def test_the_server_refuses_where_both_were_activated_meanwhile(twice: Household, tmp_path: Path) -> None:
    papers = [twice.print_sheet(tmp_path / name, name) for name in ("Marc", SECOND)]
    twice.desk.sync()
    desk = twice.desk.desk
    [pair] = find_duplicates(desk, school_id=twice.desk.school_id)
    for paper, date in zip(papers, (("14", "3", "2019"), ("2", "9", "2016")), strict=True):
        assert paper is not None
        with twice.parent() as parent:
            parent.get(f"/a/{paper.token}")
            assert parent.post("/activation", data=form(date=date)).url.path == "/enfants"
    act = merge(desk, preview=preview_merge(desk, pair=pair))
    twice.desk.sync()
    found = verdict(twice, act)
    assert (found["verdict"], found["code"]) == (Verdict.REFUSED, "both_used")
    assert "Ajouter des enfants depuis un autre compte" in found["sentence"]
    assert twice.account(SECOND)["merged_into"] is None
    with twice.parent() as parent:
        assert "Noé" in log_in(parent, twice.account(SECOND)["login"], PASSWORD).text


def test_an_account_that_serves_another_school_is_not_taken_by_this_one(twice: Household, tmp_path: Path) -> None:
    """Marc Louis has Noé in another school too, under the same name: one portal account, not this director’s to give."""
    pupils = SECOND_PUPILS.replace("223456789AB", "123456789AC").replace("Léo", "Noé")
    guardians = TWICE.splitlines()[0] + "\nM.;DUPONT;Marc Louis;;;DUPONT;Noé\n"
    with another_school(twice, tmp_path / "other", pupils, guardians) as other:
        assert other.account(SECOND)["login"] == twice.account(SECOND)["login"]
        with inside(twice, tmp_path / "sheets"):
            found = verdict(twice, group(twice))
        assert (found["verdict"], found["code"]) == (Verdict.REFUSED, "merge_elsewhere")


def test_an_import_does_not_undo_it_and_a_mended_file_ends_the_record_that_is_too_many(
    twice: Household, tmp_path: Path
) -> None:
    with inside(twice, tmp_path / "sheets"):
        group(twice)
    import_files(twice.desk, PUPILS, TWICE)
    twice.desk.sync()
    assert twice.account(SECOND)["merged_into"] == twice.account()["id"]
    mended = [SourceFile("CSVExtraction.csv", text.encode()) for text in (PUPILS, GUARDIANS)]
    desk, school_id = twice.desk.desk, twice.desk.school_id
    seen = imports.preview(desk, school_id=school_id, files=mended, allow_fictional=True)
    imports.commit(desk, preview=seen, confirm_gone=True)
    twice.desk.sync()
    assert find_duplicates(twice.desk.desk) == ()
    with twice.parent() as parent:
        assert "Zoé" in log_in(parent, twice.account()["login"], PASSWORD).text
