"""Mails from the command line: notified, named, sent again, paused, in the same words and objects as the window's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.cli.notify_command import told_apart
from tests.cli.command import Cli, Ended
from tests.server.outbox.peers import Peer, peer_server
from tests.support.live import Caught, body_of, smtp_catcher


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@contextmanager
def served(preau: Cli, port: int) -> Iterator[str]:
    """A server that sends to that port, and this PC enrolled there."""
    preau("import", *preau.onde_files(pupils=70), "--yes")
    more = {
        "PREAU_SMTP_HOST": "127.0.0.1", "PREAU_SMTP_PORT": str(port), "PREAU_OUTBOX_EVERY_S": "0.1",
        "PREAU_MAILS_PER_MINUTE": "0",
    }  # fmt: skip
    with preau.linked(more) as address:
        yield address


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["--email"], ["--by-email"]), (["--email", "with", "--email"], ["--email", "with", "--by-email"]),
        (["--email", "--reset"], ["--by-email", "--reset"]), (["--email=without"], ["--email=without"]),
    ],
)  # fmt: skip
def test_one_word_means_two_things(given: list[str], read: list[str]) -> None:
    assert told_apart(given) == read


@pytest.mark.parametrize("arguments", [(), ("--sheets", "x.pdf", "--email"), ("--email", "with")])
def test_exactly_one_way_must_be_chosen(preau: Cli, arguments: tuple[str, ...]) -> None:
    assert preau("notify", *arguments).code == 2


def test_notified_by_mail(preau: Cli) -> None:
    with smtp_catcher() as (port, caught), served(preau, port) as address:
        rows = {row["account_id"]: row for row in preau("guardians", "--json").json}
        reachable = {row["account_id"] for row in preau("guardians", "--email", "with", "--json").json}
        done = preau("notify", "--email", "--yes", "--json")
        assert done.code == 0 and set(done.json["accounts"]) == reachable and "prochaine synchronisation" in done.err
        assert {one["account_id"] for one in done.json["without_address"]} == rows.keys() - reachable
        assert preau("sync").code == 0
        mails = caught.wait(len(reachable))
        assert {mail["To"] for mail in mails} <= {row["email"] for row in rows.values()}
        _nobody_without_address(preau)
        _again_to_a_corrected_address(preau, caught, address)


def _nobody_without_address(preau: Cli) -> None:
    refused = preau("notify", "--email", "without", "--email", "--yes", "--json")
    assert refused.code == 1 and refused.json["error"]["code"] == "no_address"
    assert "Aucune adresse mail n’étant renseignée" in refused.err and refused.json["without_address"]


def _again_to_a_corrected_address(preau: Cli, caught: Caught, address: str) -> None:
    row = next(row for row in preau("guardians", "--email", "with", "--json").json)
    login: str = row["login"]
    assert preau("resend-activation", login, "--json").json["error"]["code"] == "not_activating"
    assert preau("resend-activation", "personne", "--json").json["error"]["code"] == "login_unknown"
    mail = next(mail for mail in caught.mails if login in body_of(mail).split())
    _activate(body_of(mail), preau, row, address)
    preau("sync")
    wrong = preau("resend-activation", login, "--to", "pas une adresse", "--json")
    assert wrong.json["error"]["code"] == "bad_address"
    count = len(caught.mails)
    again = preau("resend-activation", login, "--to", "juste@example.org", "--json")
    assert again.code == 0 and again.json["address"] == "juste@example.org"
    preau("sync")
    assert caught.wait(count + 1)[count]["To"] == "juste@example.org"


def _activate(text: str, preau: Cli, row: dict[str, str], address: str) -> None:
    """The parent opens the link and gives an address with a mistake in it."""
    link = re.search(r"http://\S+/m/[0-9a-f]{64}", text)
    assert link is not None and link.group().startswith(address)
    with httpx.Client(base_url=address, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}) as parent:
        page = parent.get(link.group()).text
        name = re.search(r"naissance de votre enfant ([^<]+)</legend>", page)
        assert name is not None
        day, month, year = _birth_date(preau, name[1])
        parent.post(
            "/activation",
            data={"jour": day, "mois": month, "annee": year, "courriel": "faute@example.org", "portable": "",
                  "mot_de_passe": "une phrase tranquille"},
        )  # fmt: skip


def _birth_date(preau: Cli, first_name: str) -> tuple[str, str, str]:
    text = (preau.folder / "eleves" / "CSVExtraction.csv").read_bytes().decode("latin-1")
    dates = {
        m.group() for line in text.splitlines() if first_name in line for m in re.finditer(r"\d\d/\d\d/\d{4}", line)
    }
    day, month, year = sorted(dates)[0].split("/")
    return day, month, year


def test_too_many_refusals_pause_the_run_until_somebody_decides(preau: Cli) -> None:
    peer = Peer(answers={"": "550 5.1.1 no such user"})
    with peer_server(peer) as port, served(preau, port):
        preau("notify", "--email", "--yes")
        [run] = _until(preau, lambda runs: runs[0]["paused"])
        assert run["by_state"]["bounced"] >= 20 and run["by_state"]["queued"] > 0
        failing = preau("guardians", "--email", "failing", "--json").json
        assert {row["account_id"] for row in failing} <= set(run["account_ids"])
        assert len({row["account_id"] for row in failing}) == run["by_state"]["bounced"]
        [seen] = preau("admin", "mails", "--json").json
        assert seen["run_id"] == run["run_id"] and seen["paused_at"] and seen["by_state"]["paused"] > 0
        for said in (preau("admin", "mails").out, preau("mails").out):
            assert "EN PAUSE" in said and f"refusés : {run['by_state']['bounced']}" in said and "bounced" not in said
        assert preau("mails", "--resume", "rien", "--json").json["error"]["code"] == "run_not_paused"
        peer.answers.clear()
        assert preau("mails", "--resume", run["run_id"], "--yes", "--json").code == 0
        [after] = _until(preau, lambda runs: "queued" not in runs[0]["by_state"])
        assert after["by_state"]["accepted"] == run["by_state"]["queued"] and not after["paused"]


def _until(preau: Cli, wanted: object) -> list[dict[str, object]]:
    ended: Ended | None = None
    for _ in range(40):
        preau("sync")
        ended = preau("mails", "--json")
        if wanted(ended.json["runs"]):  # type: ignore[operator]
            return list(ended.json["runs"])
    raise AssertionError(ended)
