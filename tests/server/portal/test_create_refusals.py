"""Scenario B refuses without a word to the stranger, and with the true reason to the director."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select

from app.models.states import Access
from app.server.tables import journeys, outbox
from app.services.account_card import account_card
from tests.server.portal.creating import (
    CODE_SENT,
    MOBILE,
    NOE,
    WRONG,
    ZOE,
    ask,
    choose,
    code_of,
    enter_code,
    import_files,
    proven,
    reasons,
    say,
)
from tests.server.portal.household import GUARDIANS, PUPILS, Household, form
from tests.server.portal.test_rights import decide, protect

UNKNOWN = "06 39 98 09 09"
REFUSED_CODE = "Ce code ne convient pas"
SHARED = GUARDIANS.replace("MME;HOSTILE;Ida;;;", "MME;HOSTILE;Ida;;0639980101;")


def texts_queued(home: Household) -> int:
    with home.server.database.read() as connection:
        return len(connection.execute(select(outbox.c.id).where(outbox.c.channel == "sms")).all())


@contextmanager
def statements(home: Household) -> Iterator[list[str]]:
    """What pages ask of the base, told apart from the server's own work."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.current_thread().name.startswith("AnyIO"):
            kind = statement.split(" ", 1)[0]
            seen.append("WRITE" if kind in ("INSERT", "UPDATE") else kind)  # a network's first failure is an INSERT

    engine = home.server.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def bare(page: httpx.Response, mobile: str) -> str:
    """A page without what was typed."""
    return page.text.replace("\u00a0", " ").replace(mobile, "…")


STRANGERS = {
    "a name that no school has": ("Inconnu", "Paul", MOBILE),
    "another number": ("Dupont", "Marc", UNKNOWN),
    "nobody at all": ("Inconnu", "Paul", UNKNOWN),
    "another first name": ("Dupont", "Marcel", MOBILE),
    "hostile": ("<script>alert(1)</script>", "'; DROP TABLE codes;--", UNKNOWN),
    "right to left": ("\u202eDupont", "\u202eMarc" * 20, UNKNOWN),
    "long": ("D" * 5000, "M" * 5000, UNKNOWN),
    "nothing that is compared": ("日本", "東京", UNKNOWN),
}


def test_the_same_pages_and_the_same_work_for_known_and_unknown(home: Household) -> None:
    with home.parent() as parent:
        parent.get("/creer")
        with statements(home) as known:
            right = ask(parent)
            wrong = enter_code(parent, "000000")
    for number, (name, (last, first, mobile)) in enumerate(STRANGERS.items()):
        home.clock.advance(minutes=16)  # the network's own wait is over
        mobile = mobile if mobile == MOBILE else f"{mobile[:-2]}{number:02}"
        with home.parent() as stranger:
            stranger.get("/creer")
            with statements(home) as seen:
                page = ask(stranger, last, first, mobile)
                refused = enter_code(stranger, "000000")
            assert (page.status_code, refused.status_code) == (right.status_code, wrong.status_code), name
            assert bare(page, mobile) == bare(right, MOBILE) and bare(refused, mobile) == bare(wrong, MOBILE), name
            assert sorted(seen) == sorted(known), name
            assert "<script>alert" not in page.text
    assert REFUSED_CODE in wrong.text and wrong.status_code == 422
    assert texts_queued(home) == 1


def test_the_director_of_who_bears_the_name_sees_the_reason(home: Household) -> None:
    with home.parent() as parent:
        ask(parent, mobile=UNKNOWN)
    assert reasons(home) == [("unknown_number", 1)]
    card = account_card(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
    assert "Il a essayé avec un autre numéro" in card.why[0]


@pytest.mark.parametrize(
    ("number", "reason"), [("", "no_number"), ("01 45 67 00 00", "landline"), ("12", "bad_number")]
)
def test_what_the_school_has_instead_of_a_mobile_is_the_reason(home: Household, number: str, reason: str) -> None:
    import_files(home.desk, PUPILS, GUARDIANS.replace("06 39 98 01 01", number))
    home.desk.sync()
    with home.parent() as parent:
        assert CODE_SENT in ask(parent).text
    assert reasons(home) == [(reason, 1)] and texts_queued(home) == 0


def test_a_name_tried_many_times_is_told_at_first_and_at_each_fifth_time(home: Household) -> None:
    for number in range(11):
        with home.parent() as stranger:
            ask(stranger, mobile=f"06 39 98 05 {number:02}")
    assert [tries for _, tries in reasons(home)] == [1, 5, 10]


def test_a_mobile_shared_by_two_names_opens_neither(home: Household) -> None:
    import_files(home.desk, PUPILS, SHARED)
    home.desk.sync()
    for name in (("Dupont", "Marc"), ("Hostile", "Ida")):
        with home.parent() as parent:
            assert CODE_SENT in ask(parent, *name).text
    assert texts_queued(home) == 0
    assert reasons(home) == [("shared_mobile", 1)] and reasons(home, "Ida") == [("shared_mobile", 1)]


def test_a_number_that_becomes_shared_half_way_opens_nothing_more(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent)
        import_files(home.desk, PUPILS, SHARED)
        home.desk.sync()
        assert parent.get("/creer/enfants").url.path == "/creer/aucun-enfant"


def test_a_new_import_that_changes_the_number_moves_the_way_in(home: Household) -> None:
    import_files(home.desk, PUPILS, GUARDIANS.replace("06 39 98 01 01", "06 39 98 07 07"))
    home.desk.sync()
    with home.parent() as parent:
        ask(parent)
        assert texts_queued(home) == 0
        ask(parent, mobile="06 39 98 07 07")
        assert "Zoé" in enter_code(parent, code_of(home)).text


@pytest.mark.parametrize("close", [lambda home, *names: decide(home, Access.NONE, *names), protect])
def test_who_may_see_nothing_on_line_gets_no_code(home: Household, close: Any) -> None:
    close(home, "Zoé", "Noé")
    with home.parent() as parent:
        assert CODE_SENT in ask(parent).text
    assert texts_queued(home) == 0 and reasons(home) == [("create_closed", 1)]


@pytest.mark.parametrize("close", [lambda home, *names: decide(home, Access.PAPER, *names), protect])
def test_only_the_children_who_may_be_seen_are_offered(home: Household, close: Any) -> None:
    close(home, "Zoé")
    with home.parent() as parent:
        ask(parent)
        page = enter_code(parent, code_of(home)).text
        assert "Noé" in page and "Zoé" not in page
        assert say(parent, NOE).url.path == "/creer/mot-de-passe"
        children = choose(parent).text
        assert "Noé" in children and "Zoé" not in children


def test_an_access_closed_half_way_attaches_nothing(home: Household) -> None:
    with home.parent() as parent:
        assert proven(home, parent, ZOE, NOE).url.path == "/creer/mot-de-passe"
        decide(home, Access.NONE, "Zoé", "Noé")
        assert choose(parent).url.path == "/creer/aucun-enfant"
    home.desk.sync()
    assert home.account()["state"] == "not_notified"


def test_three_codes_an_hour_a_number_and_the_same_words_beyond(home: Household) -> None:
    pages = {}
    for name, mobile in {"known": MOBILE, "unknown": UNKNOWN}.items():
        with home.parent() as parent:
            ask(parent, mobile=mobile)
            for _ in range(3):
                pages[name] = bare(parent.post("/creer/renvoyer"), mobile)
    assert pages["known"] == pages["unknown"] and "attendez une heure" in pages["known"]
    assert len(home.server.texts.wait(3)) == 3 and texts_queued(home) == 3
    assert ("too_many_codes", 1) in reasons(home)
    home.clock.advance(minutes=61)
    with home.parent() as parent:
        assert CODE_SENT in ask(parent).text
    assert texts_queued(home) == 4


def test_each_code_of_a_journey_works_for_half_an_hour(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        parent.post("/creer/renvoyer")
        first, _ = code_of(home), code_of(home, 2)
        assert "Zoé" in enter_code(parent, first).text, "the text that came late still opens"
    with home.parent() as parent:
        ask(parent)
        home.clock.advance(minutes=31)
        assert REFUSED_CODE in enter_code(parent, code_of(home, 3)).text


def test_who_begins_again_with_the_same_number_may_use_the_code_that_he_has(home: Household) -> None:
    with home.parent() as parent:
        ask(parent, "Faute")
        ask(parent)
        for _ in range(2):
            page = ask(parent)
        assert "attendez une heure" in page.text
        assert "Zoé" in enter_code(parent, code_of(home)).text


def test_a_code_proves_one_number_only(home: Household) -> None:
    """The code of a number of one’s own, then the number of another."""
    import_files(home.desk, PUPILS, GUARDIANS.replace("MME;HOSTILE;Ida;;;", "MME;HOSTILE;Ida;;06 39 98 03 03;"))
    home.desk.sync()
    with home.parent() as parent:
        ask(parent, "Hostile", "Ida", "06 39 98 03 03")
        own = code_of(home)
        ask(parent)
        assert REFUSED_CODE in enter_code(parent, own).text
        assert parent.get("/creer/enfants").url.path == "/creer/code"


def test_five_wrong_codes_end_the_code_and_the_director_hears_of_it(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        code = code_of(home)
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(5):
            home.clock.advance(minutes=1)
            assert REFUSED_CODE in enter_code(parent, wrong).text
        assert REFUSED_CODE in enter_code(parent, code).text
    assert reasons(home) == [("code", 5)]


def test_a_code_serves_its_own_journey_alone(home: Household) -> None:
    with home.parent() as parent, home.parent() as stranger:
        ask(stranger, mobile=UNKNOWN)
        ask(parent)
        assert REFUSED_CODE in enter_code(stranger, code_of(home)).text
        assert "Zoé" in enter_code(parent, code_of(home)).text


def test_five_wrong_dates_close_a_child_here_and_on_the_sheet(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        page = proven(home, parent)
        for _ in range(5):
            page = say(parent, WRONG)
        assert bare(say(parent, ZOE), "14").count("Cette date ne convient pas") == page.text.count(
            "Cette date ne convient pas"
        )
    assert reasons(home) == [("birth_date", count) for count in range(1, 6)]
    assert home.account()["block"] == "birth_date_tries"
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert "Cette date ne convient pas" in parent.post("/activation", data=form()).text


def test_a_date_that_is_none_costs_no_try(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent)
        for date in (("31", "2", "2019"), ("", "", ""), ("a", "b", "c")):
            assert "Indiquez le jour" in say(parent, date).text
    assert reasons(home) == []


def test_of_two_creations_at_once_one_makes_the_account(home: Household) -> None:
    passwords = ("une première phrase", "une seconde phrase")
    with home.parent() as one, home.parent() as two:
        for count, parent in enumerate((one, two), 1):
            proven(home, parent, ZOE, NOE, texts=count)
        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(choose, (one, two), passwords))
    assert sorted(page.url.path for page in pages) == ["/creer/deja-un-compte", "/enfants"]
    first = pages.index(next(page for page in pages if page.url.path == "/enfants"))
    home.desk.sync()
    login = home.account()["login"]
    with home.parent() as again:
        fields = {"identifiant": login, "mot_de_passe": passwords[first]}
        assert again.post("/connexion", data=fields).url.path == "/enfants"
        assert login in pages[1 - first].text


def test_what_was_typed_is_not_readable_in_the_base_nor_in_an_address(home: Household) -> None:
    with home.parent() as parent:
        for page in (ask(parent), enter_code(parent, code_of(home)), say(parent, ZOE)):
            assert not re.search("dupont|639|zo%", str(page.url).lower())
            assert 'type="hidden"' not in re.sub(r'<input type="hidden" name="enfant" value="\w{12}">', "", page.text)
    with home.server.database.read() as connection:
        kept = str(connection.execute(select(journeys)).all())
    assert "Dupont" not in kept and "639980101" not in kept


def test_a_form_of_another_site_is_refused(home: Household) -> None:
    with home.parent() as parent:
        stolen = {"nom": "Dupont", "prenom": "Marc", "portable": MOBILE}
        page = parent.post("/creer", data=stolen, headers={"Sec-Fetch-Site": "cross-site"})
        assert page.status_code == 403 and texts_queued(home) == 0


def test_twins_each_give_their_date(home: Household) -> None:
    twins = PUPILS.replace("DUPONT;;Noé;02/09/2016", "DUPONT;;Noé;14/03/2019")
    import_files(home.desk, twins, GUARDIANS)
    home.desk.sync()
    with home.parent() as parent:
        page = proven(home, parent, ZOE)
        assert page.url.path == "/creer/enfants"
        assert say(parent, ZOE).url.path == "/creer/mot-de-passe"
        children = choose(parent).text
        assert "Zoé" in children and "Noé" in children
