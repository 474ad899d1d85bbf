"""Notification by mail over real HTTP and SMTP: the act, the mail, its link, what became of it (arena.md, Rules)."""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.models.errors import Refused
from app.models.states import Mail
from app.models.tables import Row
from app.models.tables import acts as acts_table
from app.models.tables import deliveries as deliveries_table
from app.server.tables import mail_runs, outbox, provisional_secrets
from app.services import notify_mail, resets
from app.services.account_card import account_card
from app.services.accounts import Criteria, list_accounts
from app.services.deliveries import list_runs
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.server.outbox.peers import Peer, peer_server
from tests.server.outbox.test_bounces import status_report
from tests.server.portal.household import PASSWORD, Household, form, household
from tests.support.live import body_of

CLOSED = "Ce lien n’est plus valable"


def text_of(mail: Message) -> str:
    return body_of(mail)


def link_in(mail: Message) -> str:
    found = re.search(r"https?://\S+/m/[0-9a-f]{64}", text_of(mail))
    assert found is not None, text_of(mail)
    return found.group()


def send(home: Household, *names: str, reset: bool = False) -> notify_mail.MailPlan:
    """Notify those guardians by mail, and synchronise."""
    accounts = [home.account(name)["id"] for name in names]
    desk, school_id = home.desk.desk, home.desk.school_id
    plan = notify_mail.plan(desk, school_id=school_id, account_ids=accounts, reset=reset)
    notify_mail.send(desk, plan=plan)
    home.desk.sync()
    return plan


def deliveries(home: Household) -> list[Row]:
    with home.desk.desk.vault.read() as connection:
        return sorted(SchoolRows(connection, home.desk.school_id).all("deliveries"), key=lambda row: row["asked_at"])


def wait_for(home: Household, *states: str) -> list[Row]:
    """Synchronise until the mails are in these states, in the order in which they were asked."""
    for _ in range(200):
        home.desk.sync()
        found = deliveries(home)
        if [row["state"] for row in found] == list(states):
            return found
    raise AssertionError([(row["state"], row["reason"]) for row in found])


def log_in(parent: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def activate(home: Household, address: str, *, password: str = PASSWORD) -> httpx.Response:
    with home.parent() as parent:
        parent.get(address)
        return parent.post("/activation", data=form(password=password))


def test_from_the_mail_to_the_children(home: Household) -> None:
    send(home, "Marc")
    account = home.account()
    assert (account["state"], account["origin"], account["notified_on"]) == ("notified", "school", "2026-09-09")
    [mail] = home.server.caught.wait()
    text = text_of(mail)
    assert mail["To"] == "m.dupont@example.org"
    assert str(make_header(decode_header(mail["Subject"]))).startswith("Mise à disposition de services en ligne")
    assert account["login"] in text and "Noé et Zoé" in text and "Monsieur," in text
    assert "avant le 10\u00a0décembre\u00a02026" in text
    assert "mot de passe provisoire" not in text.lower()
    address = link_in(mail)
    for _ in range(3):  # scanners open links
        with home.parent() as scanner:
            assert "Zoé" in scanner.get(address).text
    [sent] = wait_for(home, "accepted")
    assert (sent["letter"], sent["address"], sent["author"]) == ("C02", "m.dupont@example.org", "Hélène Rouvière")
    assert activate(home, address).url.path == "/enfants"
    home.desk.sync()
    assert home.account()["state"] == "active"
    with home.parent() as late:
        assert CLOSED in late.get(address).text
    assert [event["kind"] for event in home.events("portal_link_used")] == ["portal_link_used"]
    assert [event["detail"]["reason"] for event in home.events("portal_failed_try")] == ["link_used"]


def test_a_link_confirms_the_address_that_it_was_sent_to(home: Household) -> None:
    """The mailbox is the parent's: its address is neither typed again nor confirmed by a second mail."""
    send(home, "Marc")
    address = link_in(home.server.caught.wait()[0])
    with home.parent() as parent:
        page = parent.get(address).text
        assert "m.dupont@example.org" in page and "Utiliser une autre adresse" in page
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        assert "m.dupont@example.org" in parent.get("/compte").text
        parent.post("/deconnexion")
        parent.post("/acces-perdu", data={"contact": "m.dupont@example.org"})
        assert "code" in text_of(home.server.caught.wait(2)[1]).lower()
    home.desk.sync()
    assert (home.account()["state"], home.account()["email"]) == ("active", "m.dupont@example.org")


def test_another_address_than_that_of_the_link_is_confirmed_by_its_own(home: Household) -> None:
    send(home, "Marc")
    with home.parent() as parent:
        parent.get(link_in(home.server.caught.wait()[0]))
        parent.post("/activation", data=form(email="marc@example.org"))
        assert "marc@example.org" in parent.get("/enfants").text and "ouvrez le courriel" in parent.get("/enfants").text
        assert home.server.caught.wait(2)[1]["To"] == "marc@example.org"


def test_the_token_is_kept_as_a_hash_and_in_no_row_of_the_school(home: Household) -> None:
    send(home, "Marc")
    [mail] = home.server.caught.wait()
    token = link_in(mail).rpartition("/")[2]
    wait_for(home, "accepted")
    with home.server.database.read() as connection:
        [secret] = connection.execute(select(provisional_secrets)).mappings()
        assert token not in str(dict(secret)) and secret["password_hash"] is None
        assert token not in str(connection.execute(select(outbox)).mappings().all())
    with home.desk.desk.vault.read() as connection:
        rows = SchoolRows(connection, home.desk.school_id)
        assert token not in str([rows.all(table) for table in ("acts", "events", "deliveries", "accounts")])


def test_those_without_address_are_named_and_wait_for_a_sheet(home: Household) -> None:
    plan = send(home, "Marc", "Ida")
    assert plan.missing_sentence == (
        "Aucune adresse mail n’étant renseignée, la distribution par mail est impossible pour le(s) responsable(s) "
        "suivant(s) (total\u00a0: 1\u00a0compte(s))\u00a0: Mme\u00a0Ida HOSTILE."
    )
    assert plan.paper_ids == (home.account("Ida")["id"],)
    assert home.account("Ida")["state"] == "not_notified"
    with pytest.raises(Refused, match="no_address"):
        send(home, "Ida")


def test_a_reminder_opens_nothing_and_ends_nothing(home: Household) -> None:
    send(home, "Marc")
    activate(home, link_in(home.server.caught.wait()[0]))
    home.desk.sync()
    send(home, "Marc")
    mail = home.server.caught.wait(2)[1]
    assert "Votre mot de passe est inchangé." in text_of(mail) and "/m/" not in text_of(mail)
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"]).url.path == "/enfants"
    assert wait_for(home, "accepted", "accepted")[1]["letter"] == "C04"


def test_a_reset_ends_the_password_the_sessions_and_the_paper_at_once(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{sheet.token}")
        parent.post("/activation", data=form())
        home.desk.sync()
        plan = send(home, "Marc", reset=True)
        assert any("cessera de fonctionner" in warning for warning in plan.warnings)
        assert parent.get("/enfants").url.path == "/"
        assert "ne convient pas" in log_in(parent, home.account()["login"]).text
    [mail] = home.server.caught.wait()
    assert "L’ancien ne fonctionne plus" in text_of(mail)
    account = home.account()
    assert account["state"] == "active" and not account["password_changed"]
    card = account_card(home.desk.desk, school_id=home.desk.school_id, account_id=account["id"])
    assert card.password == "", "the old sheet's password is no longer shown"
    with home.parent() as parent:
        page = parent.get(link_in(mail))
        assert "Choisir un nouveau mot de passe" in page.text
        assert parent.post("/activation", data=form(password="encore une autre phrase")).url.path == "/enfants"
    assert [row["letter"] for row in wait_for(home, "accepted")] == ["C06"]


def test_after_a_reset_a_plain_mail_has_a_link_and_is_no_reminder(home: Household) -> None:
    send(home, "Marc")
    activate(home, link_in(home.server.caught.wait()[0]))
    home.desk.sync()
    desk, school_id = home.desk.desk, home.desk.school_id
    resets.carry_out(desk, plan=resets.plan(desk, school_id=school_id, account_ids=[home.account()["id"]]))
    send(home, "Marc")
    mail = home.server.caught.wait(2)[1]
    assert "inchangé" not in text_of(mail)
    shown = account_card(desk, school_id=school_id, account_id=home.account()["id"]).password.replace(" ", "")
    with home.parent() as parent:
        fields = {"identifiant": home.account()["login"], "mot_de_passe": shown}
        assert parent.post("/connexion", data=fields).url.path == "/activation", "the password of the eye stays good"
        assert "Choisir un nouveau mot de passe" in parent.get(link_in(mail)).text
        assert parent.post("/activation", data=form(password="encore une autre phrase")).url.path == "/enfants"
    assert wait_for(home, "accepted", "accepted")[1]["letter"] == "C06"


def test_a_password_chosen_since_the_reset_is_not_ended_by_a_plain_mail(home: Household) -> None:
    send(home, "Marc")
    activate(home, link_in(home.server.caught.wait()[0]))
    home.desk.sync()
    desk, school_id, account_id = home.desk.desk, home.desk.school_id, home.account()["id"]
    resets.carry_out(desk, plan=resets.plan(desk, school_id=school_id, account_ids=[account_id]))
    home.desk.sync()
    shown = account_card(desk, school_id=school_id, account_id=account_id).password.replace(" ", "")
    with home.parent() as parent:
        parent.post("/connexion", data={"identifiant": home.account()["login"], "mot_de_passe": shown})
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        plan = send(home, "Marc")  # this PC has not heard of it
        assert [mail.letter for mail in plan.mails] == ["C06"]
        mail = home.server.caught.wait(2)[1]
        assert "Votre mot de passe est inchangé." in text_of(mail) and "/m/" not in text_of(mail)
        assert parent.get("/enfants").url.path == "/enfants"
    assert wait_for(home, "accepted", "accepted")[1]["letter"] == "C04"
    assert home.account()["password_changed"]


def test_two_ways_in_until_one_is_used(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "one")
    send(home, "Marc")
    address = link_in(home.server.caught.wait()[0])
    with home.parent() as parent:
        assert "Zoé" in parent.get(f"/a/{sheet.token}").text
        assert log_in(parent, home.account()["login"], sheet.password).url.path == "/activation"
    activate(home, address)
    with home.parent() as parent:
        assert parent.get(f"/a/{sheet.token}").status_code == 410


def test_activated_meanwhile_he_gets_a_reminder_and_keeps_his_password(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{sheet.token}")
        parent.post("/activation", data=form())
    send(home, "Marc", reset=True)  # this PC believes that nobody has activated anything
    [mail] = home.server.caught.wait()
    assert "Votre mot de passe est inchangé." in text_of(mail)
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"]).url.path == "/enfants"
    assert wait_for(home, "accepted")[0]["letter"] == "C04"


def test_a_link_lives_as_long_as_a_sheet(home: Household) -> None:
    send(home, "Marc")
    address = link_in(home.server.caught.wait()[0])
    home.clock.advance(days=91)
    with home.parent() as parent:
        assert "Zoé" in parent.get(address).text
    home.clock.advance(days=2)
    with home.parent() as parent:
        assert CLOSED in parent.get(address).text


def test_a_mail_of_an_act_that_comes_twice_leaves_once(home: Household) -> None:
    send(home, "Marc")
    home.server.caught.wait()
    wait_for(home, "accepted")
    home.server.admin.new_epoch()
    home.desk.sync()
    assert [row["state"] for row in wait_for(home, "accepted")] == ["accepted"]
    assert len(home.server.caught.mails) == 1


def test_the_activation_mail_again_to_a_corrected_address(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    desk, school_id = home.desk.desk, home.desk.school_id
    with pytest.raises(Refused, match="not_activating"):
        notify_mail.resend(desk, school_id=school_id, account_id=home.account()["id"])
    with home.parent() as parent:
        parent.get(f"/a/{sheet.token}")
        parent.post("/activation", data=form(email="faute@example.org"))
    first = re.search(r"https?://\S+", text_of(home.server.caught.wait()[0]))
    home.desk.sync()
    account_id = home.account()["id"]
    assert notify_mail.activation_address(desk, school_id=school_id, account_id=account_id) == "faute@example.org"
    with pytest.raises(Refused, match="bad_address"):
        notify_mail.resend(desk, school_id=school_id, account_id=account_id, address="marc@")
    notify_mail.resend(desk, school_id=school_id, account_id=account_id, address="marc@example.org")
    home.desk.sync()
    mail = home.server.caught.wait(2)[1]
    second = re.search(r"https?://\S+", text_of(mail))
    assert mail["To"] == "marc@example.org" and first and second
    with home.parent() as parent:
        assert "n’est plus valable" in parent.get(first.group()).text
        parent.get(second.group())
        assert "Compte activé" in parent.post("/confirmation").text
    home.desk.sync()
    assert (home.account()["state"], home.account()["email"]) == ("active", "marc@example.org")
    assert [event["detail"]["former"] for event in home.events("resent")] == ["faute@example.org"]


def test_activated_before_the_resend_arrives_nothing_is_sent(home: Household, tmp_path: Path) -> None:
    sheet = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{sheet.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
    link = re.search(r"https?://\S+", text_of(home.server.caught.wait()[0]))
    home.desk.sync()
    notify_mail.resend(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
    with home.parent() as parent:
        assert link is not None
        parent.get(link.group())
        parent.post("/confirmation")
    home.desk.sync()
    assert home.account()["state"] == "active" and len(home.server.caught.mails) == 1
    with home.desk.desk.vault.read() as connection:
        [review] = SchoolRows(connection, home.desk.school_id).all("reviews")
    assert review["kind"] == "refused" and "en cours d’activation" in review["sentence"]


def test_a_refused_address_is_seen_filtered_and_told(clock: FakeClock, tmp_path: Path) -> None:
    peer = Peer(answers={"m.dupont": "550 5.1.1 no such user"})
    with peer_server(peer) as port, household(tmp_path, clock, settings={"smtp_port": port}) as home:
        send(home, "Marc")
        [sent] = wait_for(home, "bounced")
        assert sent["reason"] == "550 5.1.1 no such user"
        listed = list_accounts(home.desk.desk, school_id=home.desk.school_id)
        failing = listed.accounts(listed.find(Criteria(mail=Mail.FAILING)))
        assert failing == {home.account()["id"]}
        card = account_card(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
        assert card.mail_failing and "l’adresse n’existe pas" in card.mails[0]
        assert "Imprimez sa feuille" in card.why[0]
        again = notify_mail.plan(
            home.desk.desk, school_id=home.desk.school_id, account_ids=[home.account()["id"]], reset=False
        )
        assert again.paper_ids == (home.account()["id"],) and "déjà refusé" in again.warnings[0]
        assert [event["detail"]["state"] for event in home.events("portal_mail_failed")] == ["bounced"]
        [run] = list_runs(home.desk.desk, school_id=home.desk.school_id)
        assert (run.total, run.refused, run.paused) == (1, 1, False)


def test_a_restored_server_sends_nothing_twice_and_the_links_still_open(home: Household) -> None:
    send(home, "Marc")
    address = link_in(home.server.caught.wait()[0])
    [before] = wait_for(home, "accepted")
    with home.server.database.write() as connection:  # the backup was older than the act
        for table in (outbox, mail_runs, provisional_secrets, deliveries_table):
            connection.execute(table.delete())
        connection.execute(acts_table.delete().where(acts_table.c.kind == "compte.notifier_mail"))
    with home.parent() as parent:
        assert CLOSED in parent.get(address).text
    home.server.admin.new_epoch()
    [after] = wait_for(home, "uncertain")
    assert (after["id"], after["reason"]) == (before["id"], "restored")
    assert activate(home, address).url.path == "/enfants"
    assert len(home.server.caught.mails) == 1


def test_reports_that_come_back_are_read_by_the_server_and_seen_by_the_director(
    clock: FakeClock, tmp_path: Path
) -> None:
    folder, peer = tmp_path / "retours", Peer()
    (folder / "new").mkdir(parents=True)
    with peer_server(peer) as port:
        settings = {"smtp_port": port, "bounces_dir": folder, "mail_return_path": "retours@example.org"}
        with household(tmp_path, clock, settings=settings) as home:
            send(home, "Marc")
            wait_for(home, "accepted")
            [back] = peer.senders
            assert back.startswith("retours+")
            (folder / "new" / "1").write_bytes(status_report(action="delivered", to=back).as_bytes())
            [sent] = wait_for(home, "delivered")
            assert home.account()["state"] == "notified" and sent["reason"] is None
            (folder / "new" / "2").write_bytes(status_report(action="failed", to=back).as_bytes())
            [sent] = wait_for(home, "bounced")
            assert sent["reason"].startswith("550 5.1.1") and list((folder / "new").iterdir()) == []
