"""What stops a parent before he has typed anything: what ONDE, the school, this PC, the server or the mail have done with him.

Each story makes it come about as it does (a file of ONDE, an act of the director, a restored server, what a mail server
answers), lets the parent try, and goes through the nearest thing that is not it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import report_content as rc
from app.models.acts_reports import LockReportsFields, PublishReportsFields
from app.models.errors import Refused
from app.models.states import Access
from app.services import corrections, imports, schools
from app.services.onde.decode import SourceFile
from app.services.records.journal import submit
from app.services.sheet_groups import hand_over, list_groups
from tests.conftest import FakeClock
from tests.server.outbox.peers import Peer, peer_server
from tests.server.portal.accounts import change_mail, inside, log_in
from tests.server.portal.creating import (
    CODE_SENT,
    MOBILE,
    NOE,
    WRONG,
    ZOE,
    another_school,
    ask,
    code_of,
    enter_code,
    import_files,
    proven,
    say,
)
from tests.server.portal.diagnosing import codes, codes_of, fires, found, known
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, YOUNGEST, Household, form, household
from tests.server.portal.reports.shelf import bring, content
from tests.server.portal.test_activation import CLOSED
from tests.server.portal.test_mails import link_in, send, wait_for
from tests.server.portal.test_rights import decide
from tests.support.live import free_port, live_desk, live_server

LISE, LISE_MOBILE = "Roux Lise", "06 39 98 02 02"
HEAD, *LINES = PUPILS.splitlines()
GUARDIAN_HEAD = GUARDIANS.splitlines()[0]
ANA_ALONE = GUARDIANS.splitlines()[2]


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    with household(tmp_path, clock) as made:
        yield made


def bring_in(home: Household, *texts: str) -> None:
    """Import whole files of ONDE, as a director does who has read that people are gone; then synchronise."""
    desk, school_id = home.desk.desk, home.desk.school_id
    files = [SourceFile("CSVExtraction.csv", text.encode()) for text in texts]
    seen = imports.preview(desk, school_id=school_id, files=files, allow_fictional=True, complete=True)
    imports.commit(desk, preview=seen, confirm_gone=True)
    home.desk.sync()


def lise(*, pupil: str = "ROUX;;Tom;03/05/2018;M;123456789AF;CE2 Mme Roy;CE2") -> tuple[str, str]:
    """The files of a school where Lise Roux has one child."""
    guardian = f"MME;ROUX;Lise;;{LISE_MOBILE};ROUX;Tom;;"
    return f"{HEAD}\n{pupil}\n", f"{GUARDIAN_HEAD}\n{guardian}\n"


INES = "MME;DUPONT;Ines;;06 39 98 04 04;DUPONT;Zoé;DUPONT;Noé"
WITHOUT_MARC = f"{GUARDIAN_HEAD}\n{INES}\n{ANA_ALONE}\n"


@fires("guardian_gone")
def test_a_guardian_whom_the_next_file_has_no_more(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets"), home.parent() as again:
        login = home.account()["login"]
        bring_in(home, PUPILS, f"{GUARDIANS.replace('DUPONT;Zoé;DUPONT;Noé', 'DUPONT;Zoé;;')}{INES}\n")
        assert "Zoé" in log_in(again, login).text and "guardian_gone" not in codes(home)
        bring_in(home, PUPILS, WITHOUT_MARC)
        assert "Zoé" not in again.get("/enfants").text and "Zoé" not in log_in(again, login).text
        assert found(home).causes[0].code == "guardian_gone"
        bring_in(home, PUPILS, f"{GUARDIANS}{INES}\n")
        assert "Zoé" in log_in(again, login).text and "guardian_gone" not in codes(home)


@fires("guardian_gone")
def test_the_sheet_and_the_mobile_of_a_guardian_who_is_gone(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "sheets")
    assert sheet is not None
    home.desk.sync()
    with home.parent() as parent:
        assert "Zoé" in parent.get(f"/a/{sheet.token}").text and "guardian_gone" not in codes(home)
        bring_in(home, PUPILS, WITHOUT_MARC)
        assert parent.post("/activation", data=form()).url.path != "/enfants"
        page = parent.get(f"/a/{sheet.token}")
        assert "Zoé" not in page.text and CLOSED in page.text
        ask(parent)
        assert home.server.texts.texts == [] and "guardian_gone" in codes(home)


@fires("child_left")
def test_children_who_have_left(home: Household, tmp_path: Path) -> None:
    _, noe, ana = LINES
    with inside(home, tmp_path / "sheets"), home.parent() as again:
        login = home.account()["login"]
        bring_in(home, f"{HEAD}\n{noe}\n{ana}\n")
        assert "Noé" in log_in(again, login).text and "child_left" not in codes(home)
        bring_in(home, f"{HEAD}\n{ana}\n")
        assert "Noé" not in log_in(again, login).text
        one = found(home)
        assert one.causes[0].code == "child_left" and "Noé" in one.causes[0].fact and "Zoé" in one.causes[0].fact


@fires("not_linked", "no_login")
def test_a_school_that_has_not_synchronised_yet(tmp_path: Path, clock: FakeClock) -> None:
    with live_server(tmp_path, clock=clock) as server, live_desk(tmp_path, clock=clock) as desk:
        home = Household(server, desk, clock)
        import_files(desk, PUPILS, GUARDIANS)
        server.add_school()
        with home.parent() as parent:
            assert CODE_SENT in ask(parent).text, "the page is the same for all"
            assert {"not_linked", "no_login"} <= codes_of(known(home))
            desk.enrol(server, server.code())
            ask(parent)
            assert {"not_linked", "no_login"} <= codes_of(known(home)), "linked, and nothing has gone out yet"
            assert not codes(home) & {"not_linked", "no_login"}
            assert server.texts.texts == []
            ask(parent)
            assert "Zoé" in enter_code(parent, code_of(home)).text
            import_files(desk, PUPILS, f"{GUARDIANS}MME;ROUX;Lise;;{LISE_MOBILE};<IMG SRC=X>;<b>Ana</b>;;\n")
            ask(parent, "Roux", "Lise", LISE_MOBILE)
            seen = codes_of(known(home, LISE))
            assert "no_login" in seen and "not_linked" not in seen, "a guardian of a later file waits for the next one"
            assert "no_login" not in codes(home, LISE)


@fires("unsent")
def test_a_date_that_is_corrected_here_and_not_sent(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent, WRONG)
        assert "unsent" not in codes(home)
        zoe = found(home).causes[0].pupil_id
        assert zoe is not None
        corrections.correct(
            home.desk.desk, school_id=home.desk.school_id, table="pupils", record_id=zoe,
            values={"birth_date": "01-01-2019"},
        )  # fmt: skip
        assert "ne convient pas" in say(parent, WRONG).text and "unsent" in codes_of(known(home))
        assert "unsent" not in codes(home)
        assert "Noé" in say(parent, WRONG).text


@fires("ine_required")
def test_a_school_that_wants_an_ine_first(home: Household, tmp_path: Path) -> None:
    without = PUPILS.replace("123456789AB", "").replace("123456789AC", "")
    with (
        another_school(home, tmp_path / "other", without, GUARDIANS) as other,
        home.parent() as parent,
    ):
        desk, school_id, login = other.desk.desk, other.desk.school_id, other.account()["login"]
        log_in(parent, login, "au hasard")
        seen = codes(other)
        assert "no_ine" in seen and "ine_required" not in seen, "no obstacle by itself"
        schools.change_setting(desk, school_id=school_id, name="require_ine", value=True)
        for refused in (lambda: other.print_sheet(tmp_path / "sheets"), lambda: send(other, "Marc")):
            with pytest.raises(Refused, match="exige un INE"):
                refused()
        log_in(parent, login, "au hasard")
        one = found(other)
        assert {"ine_required", "never_notified"} <= codes_of(one) and "no_ine" not in codes_of(one)
        assert "Noé, Zoé" in one.causes[0].fact or "Zoé, Noé" in one.causes[0].fact
        import_files(other.desk, PUPILS.replace("123456789AC", ""), GUARDIANS)
        seen = codes(other)
        assert "no_ine" in seen and "ine_required" not in seen, "one child has one"
        assert other.print_sheet(tmp_path / "sheets") is not None


@fires("private_without_mobiles")
def test_a_private_school_has_no_mobiles(home: Household) -> None:
    import_files(home.desk, PUPILS, GUARDIANS.replace(MOBILE, ""))
    desk, school_id = home.desk.desk, home.desk.school_id
    with home.parent() as parent:
        home.desk.sync()
        assert CODE_SENT in ask(parent).text and home.server.texts.texts == []
        seen = codes(home)
        assert "no_mobile" in seen and "private_without_mobiles" not in seen
        schools.set_private(desk, school_id=school_id, private=True)
        ask(parent)
        assert "private_without_mobiles" in codes(home)
        import_files(home.desk, PUPILS, GUARDIANS)
        assert "private_without_mobiles" not in codes(home), "ONDE has his all the same"


@fires("nursery")
def test_a_child_of_the_nursery_has_no_livret_yet(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        import_files(home.desk, PUPILS.replace("CE1 Mme Aubrac;CE1", "GS Mme Aubrac;GS"), GUARDIANS)
        assert "Aucun bilan" in parent.get("/livrets").text and "nursery" not in codes(home), "Noé is in CM2"
        bring_in(home, PUPILS.replace("CE1 Mme Aubrac;CE1", "GS Mme Aubrac;GS").replace("CM2 M. Petit;CM2", "MS;MS"))
        assert "Aucun bilan" in parent.get("/livrets").text
        seen = codes(home)
        assert "nursery" in seen and "report_not_imported" not in seen


@fires("birth_date_missing")
def test_a_child_without_a_birth_date(home: Household, tmp_path: Path) -> None:
    pupils, guardians = lise(pupil="ROUX;;Tom;;M;123456789AF;CE2 Mme Roy;CE2")
    with another_school(home, tmp_path / "other", pupils, guardians) as other, home.parent() as parent:
        ask(parent, "Roux", "Lise", LISE_MOBILE)
        one = found(other, LISE)
        assert one.causes[0].code == "birth_date_missing" and not any(way.works for way in one.ways)
        bring_in(other, *lise())
        assert "birth_date_missing" not in codes(other, LISE)
        ask(parent, "Roux", "Lise", LISE_MOBILE)
        assert "Tom" in enter_code(parent, code_of(home)).text


@fires("to_reactivate")
def test_an_account_that_was_opened_after_the_backup(tmp_path: Path, clock: FakeClock) -> None:
    port, base, backup = free_port(), tmp_path / "server.db", tmp_path / "backup.db"
    with live_desk(tmp_path, clock=clock) as desk:
        with live_server(tmp_path, clock=clock, port=port) as server:
            home = Household(server, desk, clock)
            import_files(desk, PUPILS, GUARDIANS)
            server.add_school()
            desk.enrol(server, server.code())
            desk.sync()
        backup.write_bytes(base.read_bytes())
        with live_server(tmp_path, clock=clock, port=port) as home.server, inside(home, tmp_path / "sheets"):
            login = home.account()["login"]
            with home.parent() as again:
                assert log_in(again, login).url.path == "/enfants"
            assert "to_reactivate" not in codes(home)
        base.write_bytes(backup.read_bytes())
        with live_server(tmp_path, clock=clock, port=port) as home.server, home.parent() as again:
            home.server.admin.new_epoch()
            assert log_in(again, login).status_code == 401
            home.desk.sync()
            assert found(home).causes[0].code == "to_reactivate"
            assert "to_reactivate" not in codes(home, "Hostile")


@fires("other_contact")
def test_who_makes_an_account_anew_beside_the_one_that_has_another_contact(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        with home.parent() as again:
            assert "Vous avez déjà un compte" in proven(home, again, ZOE, NOE).text
            assert "other_contact" not in codes(home), "nothing is confirmed: the code would let him in"
        change_mail(home, parent, "marc@example.org", mails=1)
        with home.parent() as again:
            assert "Mot de passe perdu" in proven(home, again, ZOE, NOE, texts=2).text
        assert found(home).causes[0].code == "other_contact"


@fires("sheet_withdrawn")
def test_a_sheet_of_an_access_that_was_closed_and_opened_again(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert sheet is not None
    with home.parent() as parent:
        decide(home, Access.NONE, "Zoé")
        decide(home, Access.FULL, "Zoé")
        assert "Zoé" in parent.get(f"/a/{sheet.token}").text and "sheet_withdrawn" not in codes(home)
        decide(home, Access.NONE, "Zoé", "Noé")
        decide(home, Access.FULL, "Zoé", "Noé")
        assert CLOSED in parent.get(f"/a/{sheet.token}").text
        assert found(home).causes[0].code == "sheet_withdrawn"
        second = home.print_sheet(tmp_path / "second")
        assert "sheet_withdrawn" not in codes(home)
        assert second is not None and "Zoé" in parent.get(f"/a/{second.token}").text


@fires("sheet_over")
def test_a_link_of_a_mail_that_is_too_old(home: Household) -> None:
    send(home, "Marc")
    link = link_in(home.server.caught.wait()[0])
    with home.parent() as parent:
        assert "Zoé" in parent.get(link).text and "sheet_over" not in codes(home)
        home.clock.advance(days=93)
        assert "sheet_over" not in codes(home), "nobody has tried it"
        assert parent.get(link).status_code == 410
        assert "sheet_over" in codes(home)


@fires("sheet_waiting")
def test_a_sheet_in_his_hand(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "sheets")
    assert sheet is not None
    with home.parent() as parent:
        home.desk.sync()
        parent.get(f"/a/{sheet.token}")
        assert parent.post("/activation", data=form(date=WRONG)).status_code == 422
        assert "sheet_not_handed" in codes(home) and "sheet_waiting" not in codes(home)
        desk, school_id = home.desk.desk, home.desk.school_id
        hand_over(desk, school_id=school_id, groups=list_groups(desk, school_id=school_id))
        parent.get(f"/a/{sheet.token}")
        parent.post("/activation", data=form(date=WRONG))
        seen = codes(home)
        assert {"sheet_waiting", "birth_date_refused"} <= seen and "sheet_not_handed" not in seen
        assert parent.post("/activation", data=form(date=YOUNGEST)).url.path == "/enfants"
        assert "sheet_waiting" not in codes(home)


@fires("notified_elsewhere")
def test_a_sheet_of_the_other_school_of_the_family(home: Household, tmp_path: Path) -> None:
    pupils = f"{HEAD}\n{LINES[0].replace('CE1 Mme Aubrac', 'ULIS')}\n"
    guardians = f"{GUARDIAN_HEAD}\nM.;DUPONT;Marc;;{MOBILE};DUPONT;Zoé;;\n"
    with another_school(home, tmp_path / "other", pupils, guardians) as other, home.parent() as parent:
        login = home.account()["login"]
        assert other.account()["login"] == login and "notified_elsewhere" not in codes(home)
        assert other.print_sheet(tmp_path / "theirs") is not None
        other.desk.sync()
        assert log_in(parent, login, "la feuille est à la maison").status_code == 401
        seen = codes(home)
        assert "notified_elsewhere" in seen and "never_notified" not in seen
        assert "notified_elsewhere" not in codes(other), "that school knows its own sheet"
        home.print_sheet(tmp_path / "ours")
        assert "notified_elsewhere" not in codes(home)


@fires("mail_failed", "mail_queued")
def test_a_mail_that_waits_then_cannot_leave(tmp_path: Path, clock: FakeClock) -> None:
    peer = Peer({"m.dupont": "451 4.3.0 try again later"})
    with (
        peer_server(peer) as port, household(tmp_path, clock, settings={"smtp_port": port}) as home,
        home.parent() as parent,
    ):  # fmt: skip
        assert not codes(home) & {"mail_queued", "mail_failed"}
        send(home, "Marc")
        wait_for(home, "queued")
        log_in(parent, home.account()["login"], "dans un mail qui ne vient pas")
        seen = codes(home)
        assert "mail_queued" in seen and "mail_failed" not in seen
        peer.answers, peer.after_data = {}, "554 5.7.1 message refused"
        clock.advance(hours=1)
        wait_for(home, "failed")
        log_in(parent, home.account()["login"], "dans un mail qui ne vient pas")
        seen = codes(home)
        assert "mail_failed" in seen and not seen & {"mail_queued", "mail_bounced"}
        peer.answers = {"m.dupont": "550 5.1.1 no such user"}
        send(home, "Marc")
        wait_for(home, "failed", "bounced")
        seen = codes(home)
        assert "mail_bounced" in seen and "mail_failed" not in seen


@fires("report_not_imported", "report_not_locked", "report_not_published")
def test_a_livret_from_nothing_to_the_day_of_its_publication(home: Household, tmp_path: Path) -> None:
    every = {"report_not_imported", "report_not_locked", "report_not_published"}
    desk, school_id = home.desk.desk, home.desk.school_id
    with inside(home, tmp_path / "sheets") as parent:

        def nothing_is_there(code: str) -> None:
            assert "Aucun bilan n’est publié" in parent.get("/livrets").text
            assert codes(home) & every == {code}

        nothing_is_there("report_not_imported")
        reports = [
            bring(home, rc.canonical(content()), "Zoé"),
            bring(home, rc.canonical(content("Noé")), "Noé", level="CM2", cycle=3),
        ]
        nothing_is_there("report_not_locked")
        locked = LockReportsFields(report_ids=tuple(reports), locked=True)
        submit(desk, school_id=school_id, kind="bilan.verrouiller", fields=locked)
        nothing_is_there("report_not_published")
        on = PublishReportsFields(report_ids=tuple(reports), on="2026-09-20")
        submit(desk, school_id=school_id, kind="bilan.publier", fields=on)
        nothing_is_there("report_not_published")
        home.clock.advance(days=12)
        log_in(parent, home.account()["login"], PASSWORD)
        assert "À lire" in parent.get("/livrets").text and not codes(home) & every
