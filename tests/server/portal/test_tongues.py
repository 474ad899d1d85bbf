"""The portal's languages: the chooser, what it keeps, where it comes back to; what a page says and isolates."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.server.portal.pages import Pages, Phrases
from app.server.portal.tongues import back
from app.server.settings import ServerSettings
from app.server.tables import portal_accounts
from app.services import languages
from app.services.languages import OWN, Language
from tests.server.portal.accounts import inside
from tests.server.portal.household import Household

ARABIC = Language(
    code="ar", name="العربية", french_name="arabe", reviewed_by="",
    words={"Bonjour %(name)s": "مرحبا %(name)s", "Piège": "<script>alert(1)</script>"},
)  # fmt: skip


def _nothing(_request: Request) -> Response:
    return Response()


SOME_PAGES = [
    Route("/", _nothing, methods=["GET"]), Route("/creer", _nothing, methods=["GET"]),
    Route("/creer/code", _nothing, methods=["POST"]), Route("/aide/{code}", _nothing, methods=["GET"]),
]  # fmt: skip


def choose(parent: httpx.Client, code: str, *, at: str = "/feuille") -> httpx.Response:
    address = str(parent.base_url).rstrip("/") + at
    return parent.post("/langue", data={"langue": code}, headers={"referer": address})


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("tr", "ltr"), ("en", "ltr"), ("fr", "ltr")])
def test_a_chosen_language_is_kept_for_a_year_and_the_parent_comes_back(
    home: Household, code: str, direction: str
) -> None:
    with home.parent() as parent:
        page = choose(parent, code)
        assert page.url.path == "/feuille"
        assert f'<html lang="{code}" dir="{direction}">' in page.text
        assert f'<html lang="{code}"' in parent.get("/").text
        given_ = page.history[0].headers["set-cookie"]
        assert int(given_.partition("Max-Age=")[2].partition(";")[0]) >= 365 * 86400
        assert "HttpOnly" in given_ and "samesite=lax" in given_.lower()


def test_every_language_names_itself_in_its_own_script(home: Household) -> None:
    with home.parent() as parent:
        page = parent.get("/").text
    for one in (OWN, *languages.languages()):
        direction = "rtl" if one.is_rtl else "ltr"
        assert f'value="{one.code}" lang="{one.code}" dir="{direction}"' in page
        assert f">{one.name}</button>" in page


def test_what_nobody_has_read_again_says_so_in_that_language_and_in_french(home: Household) -> None:
    with home.parent() as parent:
        assert "Traduction non relue" not in parent.get("/").text
        page = choose(parent, "tr").text
    [turkish] = [one for one in languages.languages() if one.code == "tr"]
    assert '<p lang="fr" dir="ltr">Traduction non relue\u202f; seul le français fait foi.</p>' in page
    assert turkish.translate("Traduction non relue\u202f; seul le français fait foi.") in page


@pytest.mark.parametrize("code", ["", "zz", "../ar", "ar\r\nSet-Cookie: a=b", "<script>"])
def test_a_language_that_is_none_changes_nothing(home: Household, code: str) -> None:
    with home.parent() as parent:
        page = choose(parent, code)
        assert '<html lang="fr"' in page.text
        assert "preau_l" not in parent.cookies


def test_a_cookie_that_was_tampered_with_is_french(home: Household) -> None:
    with home.parent() as parent:
        parent.cookies.set("preau_l", "../../etc/passwd")
        assert '<html lang="fr" dir="ltr">' in parent.get("/").text


def test_the_choice_of_an_account_wins_over_that_of_the_browser(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert choose(parent, "tr", at="/enfants").url.path == "/enfants"
        with home.server.database.read() as connection:
            assert "tr" in connection.scalars(select(portal_accounts.c.language)).all()
        parent.cookies.delete("preau_l")
        assert '<html lang="tr"' in parent.get("/enfants").text
        assert '<html lang="fr"' in parent.get("/").text, "nobody is known there"


def test_a_form_of_another_site_chooses_nothing(home: Household) -> None:
    with home.parent() as parent:
        refused = parent.post("/langue", data={"langue": "ar"}, headers={"sec-fetch-site": "cross-site"})
        assert refused.status_code == 403
        assert "preau_l" not in parent.cookies


@pytest.mark.parametrize(
    ("referer", "path"),
    [
        ("http://ici/creer", "/creer"), ("http://ici/creer/code", "/creer"), ("http://ici/connexion", "/"),
        ("http://ici/aide/K7RW3HNP?fait=mail", "/aide/K7RW3HNP?fait=mail"), ("", "/"), ("http://[ici", "/"),
        ("https://ailleurs.example/creer", "/creer"), ("http://ici//ailleurs.example/creer", "/"),
    ],
)  # fmt: skip
def test_one_comes_back_to_the_page_or_to_the_nearest_one_above_it(referer: str, path: str) -> None:
    assert back(referer, SOME_PAGES) == path


@given(st.text(alphabet="/\\:@.?#%5cà evilhtps", max_size=40))
def test_no_referer_leads_to_another_site(path: str) -> None:
    found = back(f"http://ici{path}", SOME_PAGES)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert urlsplit(found).netloc == ""


def test_a_sentence_without_a_translation_stays_in_french() -> None:
    assert Phrases(ARABIC).say("Phrase inconnue") == "Phrase inconnue"
    assert Phrases(ARABIC).count("%(num)s enfant", "%(num)s enfants", 3) == "\u20683\u2069 enfants"


def test_names_and_numbers_do_not_turn_the_words_around_them() -> None:
    assert Phrases(ARABIC).say("Bonjour %(name)s", name="Zoé") == "مرحبا \u2068Zoé\u2069"
    assert Phrases(OWN).say("Bonjour %(name)s", name="Zoé") == "Bonjour Zoé"
    assert Phrases(OWN).say("Bonjour %(name)s", name="زينب") == "Bonjour \u2068زينب\u2069"


def test_no_mark_of_a_french_sentence_is_left_alone_on_the_next_line() -> None:
    assert Phrases(OWN).say("« %(name)s » : où ?", name="Zoé") == "«\u00a0Zoé\u00a0»\u00a0: où\u202f?"


def test_neither_a_name_nor_a_catalogue_writes_html() -> None:
    assert "<img" not in Phrases(ARABIC).say("Bonjour %(name)s", name="<img src=x>")
    assert "<script" not in Phrases(ARABIC).say("Piège")


def test_an_unknown_language_is_a_page_in_french() -> None:
    page = Pages(ServerSettings().on_pages()).render(
        "message.html", title="Un instant", words="Réessayez.", language="zz"
    )
    assert b'<html lang="fr" dir="ltr">' in page.body


def test_an_example_is_not_cut_at_the_end_of_a_line(home: Household) -> None:
    with home.parent() as parent:
        assert "06\u00a012\u00a034\u00a056\u00a078" in parent.get("/creer").text
        assert "K7RW\u00a03HNP\u00a0XD4T" in parent.get("/feuille").text
        assert "K7R\u20113HN\u2011PX2" in parent.get("/aide/suivi").text


def test_days_are_written_in_words(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert "né(e) le 14\u00a0mars\u00a02019" in parent.get("/enfants").text
        parent.post("/langue", data={"langue": "en"})
        assert "14\u00a0March\u00a02019" in parent.get("/enfants").text


def test_the_page_of_the_language_offers_every_language_twice(home: Household, tmp_path: Path) -> None:
    """As the language of mails, and at the foot as that of the pages: French among them."""
    with inside(home, tmp_path / "sheets") as parent:
        page = parent.get("/compte/langue").text
        assert page.count('value="fr"') == 2 and page.count('value="ar"') == 2


def test_whoever_reads_no_french_sees_at_the_top_where_to_choose(home: Household) -> None:
    with home.parent() as parent:
        top, _, _rest = parent.get("/").text.partition("<main")
        assert all(name in top for name in ("English", "العربية", "Türkçe")) and 'href="#langues"' in top
        assert 'id="langues"' in parent.get("/").text
