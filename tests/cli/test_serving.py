"""``preau serve --workers``: several processes on one port, one base, one set of measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.cli.command import Cli
from tests.server.watch.test_metrics import measures, value
from tests.support.postgres import Cluster

PATIENCE_S = 60.0


def until(true: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> None:
    """Ask again and again: each time costs a request, so that nothing sleeps."""
    end = monotonic() + patience_s
    while not true():
        assert monotonic() < end, "it never came true"


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/pret", timeout=20).status_code == 200
    except httpx.TransportError:
        return False


def test_a_file_serves_one_process(tmp_path: Path) -> None:
    refused = Cli(tmp_path)("serve", "--port", "0", "--workers", "2")
    assert refused.code == 1 and "SQLite ne sert qu’un processus" in refused.err
    assert not (tmp_path / "server.db").exists(), "nothing is made for a server that does not start"


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("admin", "check")])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREAU_SMTP_PORT", "motdepasse"),
        ("PREAU_FEDERATIONS", '[{"id": "x", "client_secret": "motdepasse"}]'),
        ("PREAU_FEDERATIONS", '[{"client_secret": "motdepasse"'),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_is_not(
    tmp_path: Path, command: tuple[str, ...], name: str, value: str
) -> None:
    refused = Cli(tmp_path)(*command, more={name: value})
    assert refused.code == 1 and f"Réglage refusé\u00a0: {name}." in refused.err
    assert "motdepasse" not in refused.out + refused.err


@pytest.mark.postgres
def test_several_processes_serve_one_base_and_add_up_what_they_count(tmp_path: Path, postgres_cluster: Cluster) -> None:
    more = {"PREAU_DATABASE_URL": postgres_cluster.new_database(), "PREAU_SECRET": "5e" * 32}
    with Cli(tmp_path).serving(0, more, "--workers", "2") as url:
        until(lambda: answers(url))
        before = value(measures(url), "preau_requests_total", method="GET", route="/aide", status="2xx")
        for _ in range(40):  # each on a line of its own: whichever process is free takes it
            assert httpx.get(f"{url}/aide").status_code == 200
        for _ in range(5):
            found = measures(url)
            assert value(found, "preau_requests_total", method="GET", route="/aide", status="2xx") == before + 40
        assert value(found, "preau_schools") == 0
    alone = Cli(tmp_path)("serve", "--port", "0", "--workers", "2", more={**more, "PREAU_SECRET": ""})
    assert alone.code == 1 and "PREAU_SECRET" in alone.err
