from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from tests.support.draft_migration import PARTS, draft, written


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_left_to_draft_for_the_tables_as_they_are(part: str) -> None:
    assert "op." not in draft(PARTS[part][0], known=written(part))


def test_a_change_is_drafted() -> None:
    before, after = MetaData(), MetaData()
    Table("t", before, Column("a", Text, primary_key=True))
    Table("t", after, Column("a", Text, primary_key=True), Column("b", Text))
    assert "batch_op.add_column(sa.Column('b', sa.Text()" in draft(after, known=before)
