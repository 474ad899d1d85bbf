"""Grouping and telling apart on a real vault: what is proposed, what it changes, what holds, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.models.errors import NotFound, Refused
from app.models.states import Access
from app.models.tables import Row
from app.services import rights, undoing
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.duplicates.merging import merge, preview_merge
from app.services.duplicates.scoring import Likelihood
from app.services.duplicates.search import Pair, find_duplicates, pair_of, set_apart
from app.services.onde_worklist.worklist import known
from app.services.records.rows import SchoolRows
from tests.services.sheet_cast import SCHOOL, Cast, casting, open_desk, read

MOBILE = "06 39 98 01 01"


@dataclass
class Two:
    """Marie Dupont stands twice: of Zoé, active; of Noé, by her nom d’usage and without a mail."""

    desk: Desk
    first: str
    second: str

    def guardian(self, account_id: str) -> Row:
        with self.desk.vault.read() as connection:
            rows = SchoolRows(connection, SCHOOL)
            return rows.need("guardians", rows.need("accounts", account_id)["guardian_id"])

    def account(self, account_id: str) -> Row:
        with self.desk.vault.read() as connection:
            return SchoolRows(connection, SCHOOL).need("accounts", account_id)

    def pair(self) -> Pair:
        return pair_of(self.desk, one_id=self.guardian(self.first)["id"], other_id=self.guardian(self.second)["id"])

    def lines(self) -> list[tuple[str, str]]:
        return [(row.pupil, row.account_id) for row in list_accounts(self.desk, school_id=SCHOOL).rows]


def change(desk: Desk, table: str, row_id: str, **values: Any) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        rows.change(table, row_id, **values)
        rows.flush()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school()
            room = cast.classroom("CE2B")
            zoe, noe = cast.pupil("Zoé DUPONT", room), cast.pupil("Noé DUPONT", room)
            first = cast.guardian("Mme Marie DUPONT", zoe, state="active", login="m.dupont")
            second = cast.guardian("Mme Marie LENOIR", noe, state="notified", login="m.lenoir")
            cast.guardian("M. Paul DUPONT", zoe, noe)
            _say(cast, first, email="marie@exemple.fr", mobile=MOBILE)
            _say(cast, second, usage_name="Dupont", mobile=MOBILE.replace(" ", ""), phone_home="05 61 00 00 01")
        yield Two(desk, first, second)


def _say(cast: Cast, account_id: str, **values: Any) -> None:
    cast.rows.change("guardians", cast.rows.need("accounts", account_id)["guardian_id"], **values)


def test_the_pair_is_found_with_its_reasons_and_nobody_else(two: Two) -> None:
    [pair] = find_duplicates(two.desk, school_id=SCHOOL)
    assert {pair.one.account_id, pair.other.account_id} == {two.first, two.second}
    assert pair.likelihood is Likelihood.CERTAIN and pair.in_one_school and pair.speaks_against == ()
    said = " ".join(pair.speaks_for)
    assert "Le même téléphone portable" in said and "nom d’usage" in said and "même autre responsable" in said
    steps = " ".join(pair.to_correct)
    assert "extraction «\u00a0Responsables\u00a0»" in steps and "onglet" not in steps, (
        "ONDE's screens have no known names"
    )


def test_who_is_not_the_same_is_remembered_and_comes_back_undone(two: Two) -> None:
    act = set_apart(two.desk, pair=two.pair())
    assert find_duplicates(two.desk) == ()
    undoing.undo(two.desk, school_id=SCHOOL, act_id=act.act_id)
    assert len(find_duplicates(two.desk)) == 1


def test_the_preview_shows_every_field_and_proposes_what_is_missing(two: Two) -> None:
    seen = preview_merge(two.desk, pair=two.pair())
    assert (seen.kept_id, seen.gone_id) == (two.guardian(two.first)["id"], two.guardian(two.second)["id"])
    by_name = {choice.name: choice for choice in seen.fields}
    assert by_name["last_name"].differs and not by_name["last_name"].takes_other
    assert seen.proposed == {"phone_home"} and seen.blocked == ""
    assert seen.children == ("DUPONT Noé", "DUPONT Zoé")
    assert "m.dupont" in seen.question and "m.lenoir n’ouvrira plus rien" in seen.question


def test_one_account_stands_with_every_child_and_all_can_be_taken_back(two: Two) -> None:
    before = two.lines()
    act = merge(two.desk, preview=preview_merge(two.desk, pair=two.pair()))
    assert {account for pupil, account in two.lines() if pupil == "DUPONT Noé"} >= {two.first}
    assert two.second not in {account for _, account in two.lines()} and find_duplicates(two.desk) == ()
    kept = two.guardian(two.first)
    assert {name: entry["value"] for name, entry in kept["corrections"].items()} == {"phone_home": "05 61 00 00 01"}
    assert [line.field for line in known(two.desk, school_id=SCHOOL)] == ["Téléphone domicile"]
    assert two.account(two.second)["login"] == "m.lenoir", "never recycled"
    undoing.undo(two.desk, school_id=SCHOOL, act_id=act.act_id)
    assert two.lines() == before and two.guardian(two.first)["corrections"] is None


def test_the_director_chooses_the_values(two: Two) -> None:
    merge(two.desk, preview=preview_merge(two.desk, pair=two.pair()), take={"last_name"})
    kept = two.guardian(two.first)
    assert {name: entry["value"] for name, entry in kept["corrections"].items()} == {"last_name": "LENOIR"}


def test_a_sheet_that_is_still_here_is_not_to_be_given(two: Two) -> None:
    with casting(two.desk) as cast:
        cast.rows.add(
            "sheets", "sheet-1", batch_id="batch", account_id=two.second, guardian_id="g", number=1, total=1, letter="C01",
            login="m.lenoir", printed_at="2026-09-01T08:00:00.000Z", status="known",
        )  # fmt: skip
    merge(two.desk, preview=preview_merge(two.desk, pair=two.pair()))
    assert [sheet["status"] for sheet in read(two.desk, "sheets")] == ["do_not_hand_out"]


def test_an_open_request_goes_with_the_account_and_comes_back(two: Two) -> None:
    with casting(two.desk) as cast:
        cast.rows.add(
            "requests", "request-1", at="2026-09-01T08:00:00.000Z", kind="help", account_id=two.second,
            guardian_id=two.guardian(two.second)["id"], status="open",
        )  # fmt: skip
    act = merge(two.desk, preview=preview_merge(two.desk, pair=two.pair()))
    assert [row["account_id"] for row in read(two.desk, "requests")] == [two.first]
    undoing.undo(two.desk, school_id=SCHOOL, act_id=act.act_id)
    assert [row["account_id"] for row in read(two.desk, "requests")] == [two.second]


def test_two_accounts_in_use_are_grouped_by_the_parent_alone(two: Two) -> None:
    change(two.desk, "accounts", two.second, state="active")
    seen = preview_merge(two.desk, pair=two.pair())
    assert "Ajouter des enfants depuis un autre compte" in seen.blocked
    with pytest.raises(Refused, match="both_used"):
        merge(two.desk, preview=seen)
    assert two.account(two.second)["merged_into"] is None


def test_what_moved_since_the_preview_is_looked_at_again(two: Two) -> None:
    change(two.desk, "accounts", two.first, state="not_notified")
    seen = preview_merge(two.desk, pair=two.pair())
    assert seen.kept_id == two.guardian(two.second)["id"], "the one whose log-in is on paper"
    change(two.desk, "accounts", two.first, state="active")
    with pytest.raises(Refused, match="grouping_moved"):
        merge(two.desk, preview=seen)


def test_the_stricter_access_holds(two: Two) -> None:
    zoe = next(row for row in read(two.desk, "pupils") if row["first_name"] == "Zoé")
    with casting(two.desk) as cast:
        cast.rows.add(
            "responsibilities", "link-x", pupil_id=zoe["id"], guardian_id=two.guardian(two.second)["id"], access="none"
        )  # fmt: skip
    merge(two.desk, preview=preview_merge(two.desk, pair=two.pair()))
    found = rights.rights_of(two.desk, school_id=SCHOOL, account_id=two.first)
    assert rights.child_named(found, "Zoé").access is Access.NONE


@pytest.mark.parametrize("named", [True, False])
def test_a_protected_child_is_opened_to_no_other_record(two: Two, named: bool) -> None:
    noe = next(row for row in read(two.desk, "pupils") if row["first_name"] == "Noé")
    both = [two.guardian(two.first)["id"], two.guardian(two.second)["id"]]
    rights.protect(two.desk, school_id=SCHOOL, pupil_id=noe["id"], knows=both if named else both[1:])
    seen = preview_merge(two.desk, pair=two.pair())
    assert (seen.blocked == "") is named
    if not named:
        with pytest.raises(Refused, match="protected"):
            merge(two.desk, preview=seen)


def test_a_limited_record_is_left_alone(two: Two) -> None:
    pair = two.pair()
    seen = preview_merge(two.desk, pair=pair)
    change(two.desk, "guardians", seen.gone_id, limited={"since": "2026-09-01", "by": "x", "reason": None})
    assert find_duplicates(two.desk) == ()
    with pytest.raises(Refused, match="limited"):
        merge(two.desk, preview=seen)


def test_a_couple_is_never_grouped(two: Two) -> None:
    paul = next(row for row in read(two.desk, "guardians") if row["first_name"] == "Paul")
    change(two.desk, "guardians", paul["id"], email="marie@exemple.fr", mobile=MOBILE)
    with pytest.raises(Refused, match="not_alike") as refused:
        pair_of(two.desk, one_id=two.guardian(two.first)["id"], other_id=paul["id"])
    assert "Deux prénoms différents" in refused.value.sentence
    with pytest.raises(NotFound):
        pair_of(two.desk, one_id=paul["id"], other_id=paul["id"])


def test_grouped_twice_is_grouped_once(two: Two) -> None:
    seen = preview_merge(two.desk, pair=two.pair())
    merge(two.desk, preview=seen)
    assert merge(two.desk, preview=seen).changed <= {"traces"}
