"""An officer's copy says what the school's own records say: each cause holds, or is silent, on the columns that she gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models.tables import BY_NAME
from app.server.sync.officer_view import SHOWN, officer_row
from app.services.desk import Desk
from app.services.diagnosis.catalogue import BY_CODE
from tests.services.diagnosis.cases import CASES
from tests.services.diagnosis.scene import Scene, scene
from tests.services.sheet_cast import open_desk

NOT_HERS = {"birth_date_differs"}
"""It is about the whole date, which she never gets."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("officer")) as made:
        yield made


def as_an_officer_gets_them(marc: Scene) -> None:
    for table, columns in BY_NAME.items():
        for row in marc.rows.all(table) if table in SHOWN else ():
            shown = officer_row(table, row, "erun")
            if shown is not None:
                marc.rows.put(table, {**dict.fromkeys(columns.columns.keys()), **shown})


@pytest.mark.parametrize("side", [0, 1], ids=["holds", "neighbour"])
@pytest.mark.parametrize("code", sorted(CASES))
def test_her_copy_says_the_same(desk: Desk, code: str, side: int) -> None:
    with scene(desk) as marc:
        CASES[code][side](marc)
        before = [(cause.code, cause.fact) for cause in marc.diagnosis().causes if cause.code not in NOT_HERS]
        as_an_officer_gets_them(marc)
        assert [(cause.code, cause.fact) for cause in marc.diagnosis().causes] == before


def test_the_cases_are_all_of_them() -> None:
    assert set(CASES) == set(BY_CODE) > NOT_HERS
