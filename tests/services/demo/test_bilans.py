"""The demonstration's bilans are what another software would write: read without a warning, the same at each drawing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from app.services.demo.bilans import class_xml, elementary_classes
from app.services.demo.school import make_school
from app.services.reports import imports
from app.services.reports.sources import ReportFile
from tests.ui.desk_stage import demo_stage

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("classroom", list(elementary_classes()))
def test_a_class_is_read_whole_complete_and_locked(tmp_path: Path, classroom: str) -> None:
    school = make_school(pupils=60)
    with demo_stage(tmp_path) as stage:
        files = [ReportFile("bilans.xml", class_xml(school, classroom, today=TODAY))]
        plan = imports.preview(stage.desk, school_id=stage.school_id, files=files).plan
    assert (plan.problems, plan.unmatched) == ([], [])
    assert len(plan.new) == sum(pupil.classroom == classroom for pupil in school.pupils) > 0
    assert all(one.line.complete and one.line.locked_at for one in plan.new)


@pytest.mark.needs_shared
def test_it_is_valid_against_the_schema(shared: Path) -> None:
    found = etree.XMLSchema(etree.parse(str(shared / "reference" / "import-bilan-1d-1.0b.xsd")))
    for classroom in elementary_classes():
        found.assertValid(etree.fromstring(class_xml(make_school(), classroom, today=TODAY)))


def test_a_child_has_the_same_bilan_at_each_drawing() -> None:
    first, again = (class_xml(make_school(), "CP Mme Aubrac", today=TODAY) for _ in range(2))
    assert first == again
