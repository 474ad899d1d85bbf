"""A correction made in the window counts on the portal, beside ONDE's value, until ONDE agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.errors import InputError
from app.services import corrections, rights
from app.services.imports import commit, preview
from app.services.onde.decode import SourceFile
from app.services.onde_worklist.worklist import known
from tests.server.portal.household import GUARDIANS, PUPILS, Household, form


def child(home: Household, name: str = "Zoé") -> str:
    found = rights.rights_of(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
    return rights.child_named(found, name).pupil_id


def correct(home: Household, **values: str) -> object:
    return corrections.correct(
        home.desk.desk, school_id=home.desk.school_id, table="pupils", record_id=child(home), values=values
    )


def test_a_corrected_birth_date_opens_the_account_after_the_next_exchange(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    correct(home, birth_date="15/03/2019")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form()).status_code == 422
        assert parent.post("/activation", data=form(date=("15", "3", "2019"))).url.path == "/enfants"
    [line] = known(home.desk.desk, school_id=home.desk.school_id)
    assert (line.field, line.onde, line.right) == ("Date naissance", "14-03-2019", "15-03-2019")


def test_an_import_that_agrees_ends_the_correction_and_one_that_repeats_onde_does_not(home: Household) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    correct(home, birth_date="15/03/2019")

    def brought(pupils: str) -> int:
        files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (pupils, GUARDIANS)]
        commit(desk, preview=preview(desk, school_id=school_id, files=files, allow_fictional=True))
        return len(known(desk, school_id=school_id))

    assert brought(PUPILS) == 1
    assert brought(PUPILS.replace("14/03/2019", "15/03/2019")) == 0


def test_what_does_not_differ_or_cannot_be_is_not_written(home: Household) -> None:
    assert correct(home, birth_date="14-03-2019", first_name=" Zoé ") is None
    for name, text in (("birth_date", "31/02/2019"), ("last_name", " ")):
        with pytest.raises(InputError):
            correct(home, **{name: text})
    assert correct(home, usage_name="MARTIN") is not None
    assert correct(home, usage_name="") is not None, "a value that is ONDE's again ends the correction"
    assert known(home.desk.desk, school_id=home.desk.school_id) == ()


@pytest.mark.parametrize(("name", "text", "problem"), [
    ("email", "sans arobase", "nom@domaine.fr"), ("mobile", "05 61 00 00 00", "ligne fixe"),
    ("mobile", "06 12", "06 12 34 56 78"), ("email", "", None), ("mobile", "06 39 98 01 01", None),
])  # fmt: skip
def test_what_is_wrong_is_said_as_it_is_typed(name: str, text: str, problem: str | None) -> None:
    found = corrections.field_problem(name, text)
    assert found is None if problem is None else found is not None and problem in found
