"""The demonstration school is the same each time, and its files are such as the real importer reads."""

from __future__ import annotations

from datetime import date

from app.models.codes import uai_problem
from app.services.demo.school import UAI, make_school
from app.services.onde.decode import SourceFile
from app.services.onde.reader import read_file

TODAY = date(2026, 11, 24)


def test_the_same_people_each_time() -> None:
    assert make_school().guardians_csv() == make_school().guardians_csv()
    assert make_school(seed=1).guardians_csv() != make_school(seed=2).guardians_csv()


def test_the_number_of_the_school_is_well_formed() -> None:
    assert uai_problem(UAI) is None


def test_the_importer_reads_everybody_without_an_error() -> None:
    school = make_school()
    pupils = read_file(SourceFile("CSVExtraction.csv", school.pupils_csv()), today=TODAY, allow_fictional=True)
    guardians = read_file(SourceFile("CSVExtraction.csv", school.guardians_csv()), today=TODAY, allow_fictional=True)
    assert (len(pupils.pupils), len(guardians.guardians)) == (len(school.pupils), len(school.guardians))
    assert [problem for file in (pupils, guardians) for problem in file.problems if problem.level == "error"] == []
