"""What a parent tries on the portal, and what the diagnosis then names: from real HTTP, through a sync, to the causes.

Each story goes through the nearest thing that works, or fails otherwise, before the attempt that the cause is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.models.states import Access
from app.services import rights
from app.services.diagnosis.doing import prolong, reopen
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.server.portal.accounts import SECOND_PUPILS, add, inside
from tests.server.portal.creating import MOBILE, NOE, WRONG, ZOE, ask, enter_code, import_files, proven, say
from tests.server.portal.diagnosing import codes, codes_of, everybody, fires, found, known, works
from tests.server.portal.federation.test_scenario_a import house
from tests.server.portal.help.asking import by_code, send
from tests.server.portal.household import GUARDIANS, PUPILS, Household, form, household
from tests.server.portal.test_activation import link_of, log_in

UNKNOWN = "06 39 98 09 99"


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """One kind of base is enough: what is told is tried on both elsewhere."""
    with household(tmp_path, clock) as made:
        yield made


@fires("never_notified", "number_unknown", "name_unknown")
def test_another_number_then_another_name(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        ask(parent)
        assert codes(home) == {"never_notified"} and works(found(home)) == "AB"
        ask(parent, mobile=UNKNOWN)
        seen = found(home, MOBILE)
        assert seen.causes[0].code == "number_unknown" and not works(seen)
        assert "06 39 98 01 01" in seen.causes[0].fact and "name_unknown" not in codes(home)
        ask(parent, last="Durand")
        assert {"number_unknown", "name_unknown"} <= codes(home)
        ask(parent, last="Duval")
    events = [one["detail"] for one in home.events("portal_failed_try") if one["detail"]["reason"] == "unknown_name"]
    assert events == [{"reason": "unknown_name", "tries": 1}], "told once a day, whatever names are invented"
    home.print_sheet(tmp_path / "sheets")
    assert "never_notified" not in codes(home)


@fires("codes_wrong", "too_many_codes")
def test_wrong_codes_then_too_many(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        for _ in range(4):
            enter_code(parent, "000000")
        assert "codes_wrong" not in codes(home)
        enter_code(parent, "000000")
        assert "codes_wrong" in codes(home) and "too_many_codes" not in codes(home)
        for _ in range(3):
            ask(parent)
        assert "too_many_codes" in codes(home)


@fires("birth_date_refused", "birth_date_block", "not_guardian")
def test_a_wrong_date_then_five(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent, WRONG)
        one = found(home)
        assert one.causes[0].code == "birth_date_refused" and one.causes[0].pupil_id and not works(one)
        for _ in range(4):
            say(parent, WRONG)
        assert found(home).causes[0].code == "birth_date_block" and "birth_date_refused" not in codes(home)
        reopen(home.desk.desk, school_id=home.desk.school_id, account_id=one.account_id)
        assert not codes(home) & {"birth_date_block", "birth_date_refused"}
        say(parent, choice="pas-le-mien")
        assert {"not_guardian"} <= codes(home)


@fires("sheet_unknown", "sheet_not_handed", "sheet_expired", "no_living_sheet", "sheet_replaced", "sheet_used")
def test_a_sheet_from_the_printer_to_its_end(home: Household, tmp_path: Path) -> None:
    first = home.print_sheet(tmp_path / "sheets")
    assert first is not None
    with home.parent() as parent:
        assert parent.get(f"/a/{first.token}").status_code == 410
        before = known(home, "m.dupont")
        assert before.causes[0].code == "sheet_unknown"
        assert codes(home) == {"sheet_not_handed"}
        assert parent.get(f"/a/{first.token}").status_code == 200 and codes(home) == {"sheet_not_handed"}
        home.clock.advance(hours=24 * 100)
        assert parent.get(f"/a/{first.token}").status_code == 410
        assert found(home).causes[0].code == "sheet_expired" and "sheet_over" not in codes(home)
        log_in(parent, home.account()["login"], first.password)
        assert "no_living_sheet" in codes(home)
        prolong(home.desk.desk, school_id=home.desk.school_id, account_id=before.account_id)
        assert "sheet_expired" not in codes(home)
        second = home.print_sheet(tmp_path / "second")
        home.desk.sync()
        assert second is not None
        parent.get(f"/a/{first.token}")
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        assert not codes(home) & {"sheet_used", "sheet_replaced", "no_living_sheet"}
    home.clock.advance(hours=25)  # each sheet is told of once a day
    with home.parent() as stranger:
        stranger.get(f"/a/{second.token}")
        assert "sheet_replaced" in codes(home) and "sheet_used" not in codes(home)
        stranger.get(f"/a/{first.token}")
        assert "sheet_used" in codes(home)


@fires("link_not_clicked", "link_expired", "activation_link_used")
def test_a_link_that_is_not_clicked_then_too_old_then_used_twice(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
        link = link_of(home)
        home.server.caught.wait(1)
        assert found(home).causes[0].code in ("link_not_clicked", "mail_queued") and "link_expired" not in codes(home)
        home.clock.advance(hours=73)
        assert parent.get(link).status_code == 410
        assert "link_expired" in codes(home) and "link_not_clicked" not in codes(home)
        log_in(parent, home.account()["login"], "une phrase tranquille")
        parent.post("/courriel", data={"courriel": ""})
        parent.get(link_of(home, 2))
        parent.post("/confirmation")
        assert not codes(home) & {"link_expired", "link_not_clicked", "activation_link_used"}
        assert parent.get(link_of(home, 2)).status_code == 410
        assert "activation_link_used" in codes(home)


@fires("password_wrong", "too_many_tries", "recovery_unconfirmed")
def test_a_forgotten_password(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets"), home.parent() as lost:
        login = home.account()["login"]
        assert not codes(home) & {"password_wrong", "too_many_tries", "recovery_unconfirmed"}
        log_in(lost, login, "faux")
        assert "password_wrong" in codes(home) and "too_many_tries" not in codes(home)
        for _ in range(4):
            log_in(lost, login, "faux")
        assert "too_many_tries" in codes(home)
        lost.post("/acces-perdu", data={"contact": UNKNOWN})
        assert "recovery_unconfirmed" not in codes(home)
        for _ in range(2):
            lost.post("/acces-perdu", data={"contact": MOBILE})
        assert "recovery_unconfirmed" in codes(home)
    reasons = [event["detail"]["reason"] for event in home.events("portal_failed_try")]
    assert reasons.count("recovery_unconfirmed") == 1, "told once a day"


def test_a_contact_that_is_confirmed_is_told_to_nobody(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent, ZOE, NOE)
        parent.post("/creer/mot-de-passe", data={"mot_de_passe": "une phrase tranquille"})
    with home.parent() as lost:
        lost.post("/acces-perdu", data={"contact": MOBILE})
        assert "recovery_unconfirmed" not in codes(home)


@fires("one_child_only", "duplicate", "gather_refused")
def test_the_same_guardian_twice(home: Household, tmp_path: Path) -> None:
    """The deck's own case: one child on the account, the other on a second record."""
    with inside(home, tmp_path / "sheets") as parent:
        assert not codes(home) & {"one_child_only", "duplicate"}
        leo = SECOND_PUPILS.splitlines()[1]
        import_files(home.desk, f"{PUPILS}{leo}\n", f"{GUARDIANS}M.;DUPONT;Marc;autre@example.org;;DUPONT;Léo;;\n")
        home.desk.sync()
        pair = everybody(home, "dupont marc")
        [short] = [one for one in pair if one.state == "active"]
        [other] = [one for one in pair if one.state != "active"]
        assert "one_child_only" in codes_of(short) and other.account_id in short.twins
        assert "duplicate" in codes_of(other) and other.login
        add(parent, other.login, "faux")
        assert "gather_refused" in codes(home, other.login)


@pytest.mark.parametrize(
    ("number", "code"), [("", "no_mobile"), ("01 45 67 00 00", "mobile_is_landline"), ("12", "mobile_invalid")]
)
@fires("no_mobile", "mobile_is_landline", "mobile_invalid")
def test_what_onde_has_in_place_of_a_mobile(home: Household, number: str, code: str) -> None:
    assert not codes(home) & {"no_mobile", "mobile_is_landline", "mobile_invalid"}
    import_files(home.desk, PUPILS, GUARDIANS.replace(MOBILE, number))
    home.desk.sync()
    with home.parent() as parent:
        ask(parent)
    seen = found(home)
    assert seen.causes[0].code == code and "number_unknown" not in codes(home)


@fires("mobile_shared")
def test_a_mobile_of_two_parents(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        assert "mobile_shared" not in codes(home)
        import_files(home.desk, PUPILS, GUARDIANS.replace("Ida;;;", f"Ida;;{MOBILE};"))
        home.desk.sync()
        ask(parent)
    for query in ("Dupont", "Hostile"):
        assert found(home, query).causes[0].code == "mobile_shared"


@pytest.mark.parametrize(("access", "code"), [(Access.NONE, "access_withdrawn"), (Access.PAPER, "paper_only")])
@fires("access_withdrawn", "paper_only")
def test_what_the_school_has_decided(home: Household, access: Access, code: str) -> None:
    one = found(home)
    with home.desk.desk.vault.read() as connection:
        pupils = [link["pupil_id"] for link in SchoolRows(connection, home.desk.school_id).where(
            "responsibilities", guardian_id=one.guardian_id)]  # fmt: skip
    for place, pupil_id in enumerate(pupils):
        rights.set_access(
            home.desk.desk, school_id=home.desk.school_id, guardian_id=one.guardian_id, pupil_id=pupil_id, access=access,
            reason=None,
        )  # fmt: skip
        assert (code in codes(home)) is (place == len(pupils) - 1)
    with home.parent() as parent:
        ask(parent)
    assert found(home).causes[0].code == code and not works(found(home))


@fires("request_pending")
def test_a_request_that_waits(home: Household) -> None:
    with home.parent() as parent:
        page = by_code(home, parent)
        assert "request_pending" not in codes(home)
        send(home, parent, page)
    assert "request_pending" in codes(home)


@fires("federation_name")
def test_franceconnect_has_another_name(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        for person, told in (("marc", False), ("long", True)):
            with made.home.parent() as parent:
                page = made.leave(parent, person)
                assert page.url.path == "/creer"
                refused: httpx.Response = parent.post("/creer", data={"portable": MOBILE})
                assert refused.url.path == "/creer/code", "the same page for both"
            seen = found(made.home)
            assert ("federation_name" in codes_of(seen)) is told
        assert works(seen) == "B" and seen.ways[0].words == "Nom de FranceConnect différent de celui d’ONDE"
