"""The operator's banner reaches the pages, as text, and goes away."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from app.server.database import Database
from app.server.watch.notices import Notices
from tests.server.portal.household import Household
from tests.support.live import live_server


def test_a_banner_is_read_again_beside_the_pages(home: Household) -> None:
    now = [0.0]
    notices = Notices(home.server.database, fresh_s=20, seconds=lambda: now[0])
    home.server.admin.announce("  Le service s’arrête ce soir à 20 h. ")
    assert notices.text() == "", "what is fresh is not asked again"
    now[0] = 21
    late = time.monotonic() + 20
    while not notices.text() and time.monotonic() < late:
        now[0] += 21
    assert notices.text() == "Le service s’arrête ce soir à 20 h."


def test_a_base_that_is_away_leaves_what_was_said(tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'missing' / 'server.db'}")
    assert Notices(gone).text() == ""
    gone.close()


def test_a_banner_is_shown_on_every_page_and_is_no_html(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'server.db'}"
    with live_server(tmp_path, database_url=url) as server:
        assert 'class="banner"' not in httpx.get(server.url).text
        server.admin.announce("Arrêt <b>ce soir</b>")
    with live_server(tmp_path, database_url=url) as server:
        for path in ("/", "/aide", "/feuille"):
            assert "Arrêt &lt;b&gt;ce soir&lt;/b&gt;" in httpx.get(server.url + path).text
