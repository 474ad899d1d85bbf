"""Health, readiness and measures: who may read them, and that they say what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text

from app.models.clock import instant, later
from app.server.database import Database
from app.server.tables import outbox
from app.server.watch.routes import readiness
from tests.conftest import FakeClock
from tests.server.portal.household import Household
from tests.server.portal.test_login import activate, log_in
from tests.support.live import LiveServer, live_server

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def measures(url: str) -> Samples:
    answer = httpx.get(f"{url}/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0)


def queued(database: Database, message_id: str, *, due: str, channel: str = "mail", state: str = "queued") -> None:
    with database.write() as connection:
        connection.execute(
            insert(outbox).values(id=message_id, channel=channel, recipient="x@e.fr", template="t", state=state,
                                  created_at=due, next_at=due, done_at=due if state != "queued" else None)
        )  # fmt: skip


def test_a_route_has_its_name_where_the_portal_is_in_https_too(tmp_path: Path) -> None:
    with live_server(tmp_path, settings={"public_url": "https://ecole.example"}) as server:
        assert httpx.get(f"{server.url}/aide").status_code == 200
        assert value(measures(server.url), "preau_requests_total", method="GET", route="/aide", status="2xx") == 1


def test_what_a_family_and_a_director_do_is_counted(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        log_in(parent, login, "au hasard")
        log_in(parent, login)
        parent.get("/nulle-part")
        parent.get("/static/portail.css")
    found = measures(home.server.url)
    assert value(found, "preau_logins_total", result="refused") == 1
    assert value(found, "preau_logins_total", result="ok") == 1
    assert value(found, "preau_requests_total", method="GET", route="/a/{token}", status="3xx") == 1
    assert value(found, "preau_requests_total", method="GET", route="(aucune)", status="4xx") == 1
    assert value(found, "preau_request_seconds_count", route="/connexion") == 2
    assert value(found, "preau_request_seconds_count", route="/static") == 1
    assert value(found, "preau_sessions") >= 1
    assert value(found, "preau_sessions_begun_24h", way="password") == 1
    assert (value(found, "preau_schools"), value(found, "preau_devices")) == (1, 1)
    assert value(found, "preau_seen", what="devices", since="1d") == 1
    assert value(found, "preau_hashing_under_way") == 0 and value(found, "preau_hashing_limit") == 66
    assert login not in httpx.get(f"{home.server.url}/metrics").text


def test_messages_that_wait_and_texts_that_left_are_counted(
    tmp_path: Path, clock: FakeClock, database_url: str
) -> None:
    silent = {"smtp_host": "", "sms_url": "", "sms_daily": 10}
    with live_server(tmp_path, clock=clock, database_url=database_url, settings=silent) as server:
        now = instant(clock())
        queued(server.database, "late", due=later(now, -timedelta(minutes=20)))
        queued(server.database, "soon", due=later(now, timedelta(minutes=5)))
        queued(server.database, "gone", due=now, state="bounced")
        queued(server.database, "text", due=now, channel="sms", state="accepted")
        found = measures(server.url)
        assert value(found, "preau_outbox_messages", channel="mail", state="queued") == 2
        assert value(found, "preau_outbox_oldest_seconds", channel="mail") == pytest.approx(1200, abs=1)
        assert value(found, "preau_outbox_oldest_seconds", channel="sms") == 0
        assert value(found, "preau_mail_bounces_24h") == 1
        assert value(found, "preau_sms_budget_used_ratio") == pytest.approx(0.1)
        said = httpx.get(f"{server.url}/pret")
        assert (said.status_code, said.json()) == (200, {"status": "ok", "base": "ok", "outbox": "late"})


def test_a_base_of_another_version_or_away_is_not_ready(tmp_path: Path, clock: FakeClock) -> None:
    with live_server(tmp_path, clock=clock) as server:
        with server.database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        said = httpx.get(f"{server.url}/pret")
        assert (said.status_code, said.json()["base"]) == (503, "wrong_version")
        assert said.headers["Retry-After"] == "10" and httpx.get(f"{server.url}/sante").status_code == 200
    gone = Database(f"sqlite:///{tmp_path / 'missing' / 'server.db'}")
    assert readiness(gone, clock).base == "away"
    gone.close()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[LiveServer]:
    with live_server(tmp_path, settings={"metrics_token": "un jeton d’essai".encode().hex()}) as server:
        yield server


def test_with_a_token_who_shows_it_alone(guarded: LiveServer) -> None:
    token = "un jeton d’essai".encode().hex()
    url = f"{guarded.url}/metrics"
    for header in (None, "Bearer", "Bearer " + token[:-1], token, f"Basic {token}"):
        assert httpx.get(url, headers={"Authorization": header} if header else {}).status_code == 404
    assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_without_a_token_nobody_behind_a_proxy(tmp_path: Path, header: str) -> None:
    with live_server(tmp_path) as server:
        assert httpx.get(f"{server.url}/metrics").status_code == 200
        assert httpx.get(f"{server.url}/metrics", headers={header: "127.0.0.1"}).status_code == 404
