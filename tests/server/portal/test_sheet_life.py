"""« Prolonger »: the same paper works longer, also after its end; a used or withdrawn one never again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.errors import Refused
from app.models.states import AccountState
from app.services.sheet_groups import SheetGroup, hand_over, list_groups, not_handed, prolong
from app.services.todo import Page, list_todo
from tests.server.portal.household import Household, form
from tests.server.portal.test_activation import CLOSED


def groups(home: Household) -> tuple[SheetGroup, ...]:
    return list_groups(home.desk.desk, school_id=home.desk.school_id)


@pytest.mark.parametrize("days", [80, 120])
def test_the_same_paper_stays_valid(home: Household, tmp_path: Path, days: int) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    home.clock.advance(days=days)
    [group] = groups(home)
    assert group.expiring and group.expired is (days > 92)
    prolong(home.desk.desk, school_id=home.desk.school_id, groups=[group])
    home.desk.sync()
    [group] = groups(home)
    assert not group.expiring and group.expires_on is not None
    home.clock.advance(days=60)
    with home.parent() as parent:
        assert "Zoé" in parent.get(f"/a/{secret.token}").text
        assert parent.post("/activation", data=form()).url.path == "/enfants"
    assert home.events("prolonged")


def test_a_used_sheet_is_not_prolonged(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    [before] = groups(home)
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
        prolong(home.desk.desk, school_id=home.desk.school_id, groups=[before])  # this PC does not know it yet
        home.desk.sync()
        assert CLOSED in parent.get(f"/a/{secret.token}").text
    with pytest.raises(Refused):
        prolong(home.desk.desk, school_id=home.desk.school_id, groups=groups(home))


def test_a_class_is_ticked_as_handed_out_and_unticked(home: Household, tmp_path: Path) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    home.print_sheet(tmp_path / "sheets")
    with pytest.raises(Refused, match="synchronisez"):
        hand_over(desk, school_id=school_id, groups=groups(home))
    home.desk.sync()
    assert not_handed(groups(home)) == {home.account()["id"]}
    line = next(item for item in list_todo(desk, school_id=school_id) if item.key == "not_handed")
    assert (line.count, line.target.page) == (1, Page.SHEETS)
    hand_over(desk, school_id=school_id, groups=groups(home))
    home.desk.sync()
    [group] = groups(home)
    assert (group.handed, group.finished) == (1, True)
    assert group.to_remind == {home.account()["id"]} and home.account()["state"] == AccountState.NOTIFIED
    assert "not_handed" not in {item.key for item in list_todo(desk, school_id=school_id)}
    with pytest.raises(Refused):
        hand_over(desk, school_id=school_id, groups=groups(home))
    hand_over(desk, school_id=school_id, groups=groups(home), undo=True)
    home.desk.sync()
    assert groups(home)[0].handed == 0
