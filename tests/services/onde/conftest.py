"""A school to import into, empty or filled with the named families."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.onde.cast import ADULTS_HERE, PUPILS_HERE
from tests.services.onde.school import ImportSchool, import_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ImportSchool]:
    with import_school(tmp_path) as found:
        yield found


@pytest.fixture
def filled(school: ImportSchool) -> ImportSchool:
    school.load_people(PUPILS_HERE, ADULTS_HERE)
    return school
