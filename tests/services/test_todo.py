from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.models.acts import EditSchoolFields
from app.models.states import AccountState
from app.services import schools
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.todo import WORDS, Page, TodoItem, list_todo
from app.services.vault.tables import links
from tests.services.sheet_cast import NOON, SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def _items(desk: Desk, school_id: str = SCHOOL) -> dict[str, TodoItem]:
    return {item.key: item for item in list_todo(desk, school_id=school_id, allow_fictional=True)}


def _link(desk: Desk, **values: str) -> None:
    with desk.vault.write() as connection:
        connection.execute(
            insert(links).values(
                school_id=SCHOOL, server_url="http://x", device_id="d", person_id="p", person_name="Mme Durand",
                role="director", **values,
            )
        )  # fmt: skip


def test_a_school_just_begun_is_told_its_first_steps(desk: Desk) -> None:
    card = schools.create_school(desk, uai="0310001H", name="École")
    items = list_todo(desk, school_id=card.school_id)
    assert [(item.key, item.count, item.target.page) for item in items] == [
        ("import", None, Page.IMPORTING),
        ("school", None, Page.MY_SCHOOL),
        ("enrol", None, Page.MY_SCHOOL),
    ]


def test_accounts_by_what_they_wait_for(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP"))
        cast.guardian("Mme Mireille CHÂTELAIN", pupil, login=None)
        late = cast.guardian("M. Jean CHÂTELAIN", pupil, state="notified", notified_on="2026-08-09")
        cast.guardian("M. Luc CHÂTELAIN", pupil, state="notified", notified_on="2026-08-10")
        closed = cast.guardian("M. Paul CHÂTELAIN", pupil, state="active", block="birth_date_tries")
        cast.guardian("M. Parti AILLEURS")
    items = _items(desk)
    assert items["logins"].sentence == "1\u00a0responsable sans identifiant\u00a0: synchronisez"
    assert items["not_notified"].target.states == {AccountState.NOT_NOTIFIED}
    assert (items["notified_long"].count, items["notified_long"].target.account_ids) == (1, {late})
    assert (items["blocked"].target.account_ids, items["blocked"].urgent) == ({closed}, True)
    assert (items["no_ine"].count, items["no_ine"].target.pupil_ids) == (1, {pupil})
    assert (items["no_mail"].count, items["no_mobile"].count) == (4, 4)


def test_the_contacts_that_count_are_the_parents_own_then_the_corrected_ones(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP"))
        cast.guardian("Mme Verifiee A", pupil, email="a@exemple.fr", mobile="+33639980000")
        cast.guardian("M. Corrige B", pupil)
        guardian = next(row for row in cast.rows.all("guardians") if row["last_name"] == "B")
        entry = {"value": "05 61 00 00 00", "onde": None, "by": "Mme Durand", "at": "2026-09-09T10:00:00.000000Z"}
        cast.rows.change("guardians", guardian["id"], corrections={"mobile": entry})
    items = _items(desk)
    assert (items["wrong_mobile"].count, items["no_mail"].count, items["onde"].count) == (1, 1, 1)
    assert "no_mobile" not in items
    assert items["wrong_mobile"].words == "numéro «\u00a0portable\u00a0» qui n’en est pas un"


def test_sheets_that_must_not_be_handed_out_and_those_that_end_soon(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        account = cast.guardian("Mme Lise BRAUN", cast.pupil("Elsa BRAUN", cast.classroom("CP")))
        for number, (status, ends) in enumerate(
            [("printed", None), ("do_not_hand_out", None), ("known", "2026-09-20"), ("known", "2026-11-20")]
        ):
            cast.rows.add(
                "sheets", f"sheet-{number}", batch_id="b", account_id=account, guardian_id="g", number=number, total=4,
                letter="C01", login="l", printed_at="2026-09-09T10:00:00.000000Z", status=status,
                expires_at=ends and f"{ends}T10:00:00.000000Z",
            )  # fmt: skip
    items = _items(desk)
    assert {key: items[key].count for key in ("do_not_hand_out", "useless_sheets", "expiring")} == {
        "do_not_hand_out": 1,
        "useless_sheets": 1,
        "expiring": 1,
    }


def test_a_line_that_never_worked_or_has_not_for_a_day_is_said(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
    _link(desk)
    assert _items(desk)["never_synced"].target.page is Page.SYNC


def test_work_that_waits_for_more_than_a_day_is_said_with_its_date(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
    _link(desk, last_success_at="2026-09-09T09:00:00.000000Z")
    submit(desk, school_id=SCHOOL, kind="ecole.modifier", fields=EditSchoolFields(changes={"name": (None, "École")}))
    assert "unsent" not in _items(desk)
    tomorrow = replace(desk, clock=lambda: NOON + timedelta(hours=25))
    assert _items(tomorrow)["unsent"].sentence == "1\u00a0modification à envoyer depuis le 09-09-2026"
    assert _items(tomorrow)["review"].target.page is Page.REVIEW


def test_records_held_beside_each_other(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CP")
        zoe, alone = cast.pupil("Zoé CHÂTELAIN", room), cast.pupil("Léa SEULE", room)
        one = cast.guardian("Mme Anne CHÂTELAIN", zoe, mobile="+33639980101")
        other = cast.guardian("M. Luc CHÂTELAIN", zoe, mobile="+33639980101")
        again = cast.guardian("M. Luc Châtelain", zoe, mobile="+33639980102")
        cast.guardian("M. Paul SEULE", alone)
        link = next(row for row in cast.rows.all("responsibilities") if row["pupil_id"] == alone)
        cast.rows.change("responsibilities", link["id"], access="none")
        lost = cast.pupil("Max PERDU", room)
    items = _items(desk)
    assert items["shared_mobile"].target.account_ids == {one, other}
    assert items["duplicates"].target.account_ids == {other, again}
    assert (items["no_access"].count, items["no_access"].target.pupil_ids) == (1, {alone})
    assert (items["no_guardian"].count, items["no_guardian"].target.pupil_ids) == (1, {lost})
    assert items["no_guardian"].target.page is Page.PUPILS


def test_who_is_on_paper_is_in_no_count_nor_in_the_list_behind_it(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP"))
        waiting = cast.guardian("Mme Anne CHÂTELAIN", pupil)
    assert _items(desk)["no_mail"].target.account_ids is None, "the criterion says it all"
    with casting(desk) as cast:
        cast.guardian("M. Luc CHÂTELAIN", pupil)
        guardian = next(row for row in cast.rows.all("guardians") if row["first_name"] == "Luc")
        cast.rows.change("guardians", guardian["id"], wish="paper")
    items = _items(desk)
    for key in ("no_mail", "not_notified"):
        assert (items[key].count, items[key].target.account_ids) == (1, {waiting})


def test_a_corrected_address_is_no_longer_one_that_refuses(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        account = cast.guardian(
            "M. Luc CHÂTELAIN", cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP")), email="x@example.org"
        )
        cast.rows.add(
            "deliveries", "mail", account_id=account, letter="C02", address="x@example.org", state="bounced",
            at="2026-09-08T10:00:00.000000Z", asked_at="2026-09-08T10:00:00.000000Z",
        )  # fmt: skip
    assert _items(desk)["mail_failing"].count == 1
    with casting(desk) as cast:
        cast.rows.change("accounts", account, email="y@example.org")
    assert "mail_failing" not in _items(desk)


def test_activations_that_stopped_half_way_and_mails_that_do_not_arrive(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP"))
        accounts = [
            cast.guardian(f"M. Luc CHÂTELAIN{n}", pupil, state="activating", email="x@example.org") for n in range(3)
        ]
        for account, day in zip(accounts, ("2026-09-01", "2026-09-03", "2026-09-01"), strict=True):
            cast.rows.add(
                "events", f"e-{account}", account_id=account, at=f"{day}T10:00:00.000000Z", kind="portal_activating"
            )
        again = {"account_id": accounts[2], "at": "2026-09-08T10:00:00.000000Z", "kind": "portal_activating"}
        cast.rows.add("events", "again", **again)
        for number, (account, state) in enumerate(zip(accounts, ("bounced", "accepted", "failed"), strict=True)):
            cast.rows.add(
                "deliveries", f"mail-{number}", account_id=account, letter="C07", address="x@example.org", state=state,
                at="2026-09-08T10:00:00.000000Z", asked_at="2026-09-08T10:00:00.000000Z",
            )  # fmt: skip
        cast.rows.add(
            "deliveries", "later", account_id=accounts[2], letter="C07", address="y@example.org", state="accepted",
            at="2026-09-09T09:00:00.000000Z", asked_at="2026-09-09T09:00:00.000000Z",
        )  # fmt: skip
    items = _items(desk)
    assert items["activating_long"].target.account_ids == {accounts[0]}
    assert items["mail_failing"].target.account_ids == {accounts[0]}


def test_who_lost_the_sheet_to_a_thief_is_notified_again(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CP"))
        lost, fresh = (cast.guardian(f"M. Luc CHÂTELAIN{n}", pupil, state="notified") for n in range(2))
        for number, (account, status) in enumerate(((lost, "withdrawn"), (fresh, "withdrawn"), (fresh, "known"))):
            cast.rows.add(
                "sheets", f"sheet-{number}", batch_id="b", account_id=account, guardian_id="g", number=number, total=4,
                letter="C01", login="l", printed_at="2026-09-09T10:00:00.000000Z", status=status,
            )  # fmt: skip
    assert _items(desk)["to_notify_again"].target.account_ids == {lost}


def test_every_line_has_words_for_one_and_for_several() -> None:
    assert all(one != many or key == "blocked" for key, (one, many) in WORDS.items())


@pytest.mark.parametrize(
    ("today", "count"), [("2027-07-31", None), ("2027-08-01", 1), ("2027-08-31", 1), ("2027-09-01", None)]
)
def test_documents_that_are_about_to_go_are_announced_with_their_day(desk: Desk, today: str, count: int | None) -> None:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CM1"))
        for number, year in enumerate((2025, 2026)):
            cast.rows.add(
                "reports", f"report-{number}", pupil_id=pupil, kind="periodic", year=year, cycle=2, level="CE2",
                period_index=1, period_count=3, format="content", document=f"{number}" * 64, size=1, version=1,
                complete=True, source="xml", imported_at="2026-09-09T10:00:00.000000Z",
            )  # fmt: skip
    noon = datetime.fromisoformat(f"{today}T10:00:00+00:00")
    found = _items(replace(desk, clock=lambda: noon)).get("reports_ending")
    assert (found.count if found else None) == count
    if found:
        assert "31-08-2027" in found.sentence and found.target.page is Page.REPORTS
