"""Every secret that can be guessed, at its own door: how many tries there are, and that nobody else loses by them.

The birth date over all paths together, the codes by SMS and by mail, the provisional password, the square code of a sheet,
the link of a mail, the enrolment code of a PC, the reference of a help request, the code of a school.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete, select, update

from app.models.help_codes import shown_reference
from app.models.wire import CONTENT_TYPE
from app.server.accounts import limits
from app.server.tables import codes, provisional_secrets, tries
from tests.server.portal.accounts import inside, link_in, log_in
from tests.server.portal.creating import ZOE, ask, code_of, enter_code, say
from tests.server.portal.help.asking import by_code, reference, send
from tests.server.portal.household import PASSWORD, Household, form

KEY = base64.b64encode(bytes(32)).decode()


def wrong_code(right: str, number: int) -> str:
    return f"{(int(right) + 1 + number) % 1_000_000:06}"


def forget_waits(home: Household) -> None:
    """As if somebody with many networks went on: what is left is the limit of the secret itself."""
    with home.server.database.write() as connection:
        connection.execute(delete(tries).where(tries.c.scope == "code"))


def test_a_birth_date_has_five_tries_over_all_paths_together(home: Household, tmp_path: Path) -> None:
    """Two with the sheet, two on the way to an account, one more with the sheet: then every path is closed."""
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as holder, home.parent() as creator:
        holder.get(f"/a/{secret.token}")
        for year in ("2010", "2011"):
            assert holder.post("/activation", data=form(date=("1", "1", year))).status_code == 422
        ask(creator)
        enter_code(creator, code_of(home))
        for year in ("2012", "2013"):
            assert say(creator, ("1", "1", year)).status_code == 422
        assert holder.post("/activation", data=form(date=("1", "1", "2014"))).status_code == 422
        assert say(creator, ZOE).status_code == 422, "right, and too late here"
        assert holder.post("/activation", data=form()).status_code == 422, "and there"
    assert len(home.events("portal_failed_try")) >= 5, "the director sees each of them"


def test_one_childs_tries_are_not_anothers(home: Household, tmp_path: Path) -> None:
    """Who guesses at one child keeps no other family out."""
    secret, other = home.print_sheet(tmp_path / "sheets"), home.print_sheet(tmp_path / "other", "Ida")
    home.desk.sync()
    assert secret is not None and other is not None
    with home.parent() as guesser, home.parent() as ida:
        guesser.get(f"/a/{secret.token}")
        for year in range(2005, 2012):
            guesser.post("/activation", data=form(date=("1", "1", str(year))))
        ida.get(f"/a/{other.token}")
        assert ida.post("/activation", data=form(date=("5", "5", "2019"))).url.path == "/enfants"


def test_a_code_by_sms_has_five_tries_whatever_the_network(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        right = code_of(home)
        for number in range(5):
            assert enter_code(parent, wrong_code(right, number)).status_code == 422
            forget_waits(home)
        assert enter_code(parent, right).status_code == 422
    with home.server.database.read() as connection:
        assert connection.execute(select(codes.c.tries)).scalar_one() == 5


def test_a_code_by_mail_has_five_tries_whatever_the_network(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.post("/compte/mail", data={"courriel": "marc@example.org"})
        parent.get(link_in(home))
        parent.post("/adresse")
    with home.parent() as thief:
        thief.post("/acces-perdu", data={"contact": "marc@example.org"})
        text = home.server.caught.wait(2)[1].get_payload(decode=True)
        assert isinstance(text, bytes)
        right = text.decode().split("Votre code\u00a0: ")[1][:6]
        for number in range(5):
            assert thief.post("/acces-perdu/code", data={"code": wrong_code(right, number)}).status_code == 422
            forget_waits(home)
        assert thief.post("/acces-perdu/code", data={"code": right}).status_code == 422


def test_a_contact_gets_three_codes_an_hour_and_ten_a_day(home: Household) -> None:
    with home.parent() as stranger:
        for _ in range(26):
            for _ in range(5):
                ask(stranger)
            home.clock.advance(minutes=50)
    with home.server.database.read() as connection:
        sent = sorted(connection.execute(select(codes.c.created_at)).scalars())
    assert len(sent) <= 11, "ten in any day, and the day after begins"


def test_strangers_on_the_same_network_keep_no_code_from_its_owner(home: Household) -> None:
    """A mobile operator's address, or the school's: wrong codes of others make nobody wait with the first try of his own."""
    with home.parent() as stranger, home.parent() as parent:
        for number in range(9):
            stranger.post("/acces-perdu", data={"contact": f"06 39 98 05 {number:02}"})
            for _ in range(3):
                stranger.post("/acces-perdu/code", data={"code": "123456"})
        ask(parent)
        assert enter_code(parent, code_of(home)).url.path == "/creer/enfants"


def test_a_provisional_password_is_tried_with_growing_waits(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    login = home.account()["login"]
    with home.parent() as thief:
        for number in range(6):
            assert log_in(thief, login, f"ABCDEFGHJK{number + 2}{number + 2}").status_code == 401
        assert log_in(thief, login, secret.password).status_code == 401
        home.clock.advance(minutes=16)
        assert log_in(thief, login, secret.password).url.path == "/activation", "the sheet stays good for its owner"


def test_a_day_of_guessing_at_one_account_from_one_network_is_a_hundred_tries(home: Household, tmp_path: Path) -> None:
    """One try a second, for a day, judged only where the wait allows it."""
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    judged, subject = 0, f"{login}|203.0.113"
    for _ in range(24 * 60):
        with home.server.database.write() as connection:
            judged += limits.take_tries(connection, [("login", subject)], clock=home.clock) is not None
        home.clock.advance(minutes=1)
    assert judged <= 110


@pytest.mark.parametrize("path", ["/a/", "/m/", "/c/", "/e/"])
def test_a_token_is_too_long_to_be_guessed_and_says_nothing(home: Household, path: str) -> None:
    """128 bits and more: all that a wrong one gets is the neutral page, the same for each."""
    pages = set()
    with home.parent() as stranger:
        for number in range(5):
            page = stranger.get(f"{path}{number:022}")
            assert page.status_code == 410
            pages.add(page.text)
    assert len(pages) == 1


def test_tokens_are_as_long_as_they_are_said_to_be(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None and len(base64.urlsafe_b64decode(f"{secret.token}==")) == 16
    with inside(home, tmp_path / "again") as parent:
        parent.post("/compte/mail", data={"courriel": "marc@example.org"})
        assert re.fullmatch(r"/e/[0-9a-f]{64}", link_in(home))
        assert all(len(parent.cookies[name]) == 64 for name in ("preau_s", "preau_b"))
    with home.server.database.read() as connection:
        kept = connection.execute(select(provisional_secrets.c.token_hash, provisional_secrets.c.password_hash)).all()
    assert all(len(token) == 64 and password.startswith("$argon2id$") for token, password in kept)


def enrol(home: Household, code: str, key: str = KEY) -> httpx.Response:
    message = {"code": code, "device_key": key, "label": "poste"}
    return httpx.post(f"{home.server.url}/api/v1/enrol", json=message, headers={"Content-Type": CONTENT_TYPE})


def test_the_code_of_a_pc_is_tried_five_times_from_a_network(home: Household) -> None:
    right = home.server.code(person="M. Adjoint")
    said = [enrol(home, f"AAAA-BBBB-CCCC-DDDD-{letter}").json()["code"] for letter in "EFGHJ"]
    assert said == ["enrol_code"] * 5
    assert enrol(home, right).json()["code"] == "enrol_wait"
    home.clock.advance(minutes=16)
    assert enrol(home, right).status_code == 200
    with home.server.database.read() as connection:
        left = connection.execute(select(tries.c.count).where(tries.c.scope == "enrol")).all()
    assert left == [], "a right code begins anew"


def test_an_unknown_an_old_and_a_used_code_of_a_pc_are_refused_alike(home: Household) -> None:
    used, old = home.server.code(person="A"), home.server.code(person="B")
    assert enrol(home, used).status_code == 200
    refusals = [enrol(home, used, base64.b64encode(b"\1" * 32).decode())]
    home.clock.advance(hours=25)
    refusals += [enrol(home, old), enrol(home, "AAAA-BBBB-CCCC-DDDD-E")]
    assert len({(answer.status_code, answer.text) for answer in refusals}) == 1


def test_the_reference_of_a_help_request_opens_with_its_name_alone(home: Household) -> None:
    with home.parent() as parent:
        given = reference(send(home, parent, by_code(home, parent)))
    with home.parent() as stranger:
        look = lambda ref, name: stranger.post("/aide/suivi", data={"reference": ref, "nom": name})  # noqa: E731
        assert look(given, "Martin").status_code == 404 and look(shown_reference("A" * 9), "Dupont").status_code == 404
        assert look(given, "Dupont").status_code == 200
        answers = [look(shown_reference(f"{'ABCDEFGH'[number % 8]}" * 9), "Dupont") for number in range(30)]
        assert answers[-1].status_code == 429 and look(given, "Dupont").status_code == 429, "even the right one waits"
        home.clock.advance(hours=1)
        assert look(given, "Dupont").status_code == 200


def test_a_password_that_was_right_begins_the_tries_again_for_its_owner_alone(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        login = home.account()["login"]
        with home.parent() as stranger:
            for _ in range(6):
                log_in(stranger, login, "au hasard")
            assert log_in(parent, login, PASSWORD).url.path == "/enfants"
            assert log_in(stranger, login, PASSWORD).status_code == 401


def test_a_busy_server_counts_no_try_that_it_did_not_judge(home: Household, tmp_path: Path) -> None:
    """Parents who are asked to come back later have not been wrong."""
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    with home.server.database.write() as connection:
        subjects = [("login", f"{login}|127.0.0")]
        for _ in range(8):
            assert limits.take_tries(connection, subjects, clock=home.clock) is not None
            limits.give_back(connection, subjects)
        connection.execute(update(tries).values(last_at="2020-01-01T00:00:00.000000Z"))
    with home.parent() as parent:
        assert log_in(parent, login).url.path == "/enfants"
