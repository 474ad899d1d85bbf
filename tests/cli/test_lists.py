"""``preau list``, ``preau reset-passwords`` and ``preau journal``, as scripts use them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app.services.demo.school import NAME, UAI
from app.services.vault.vault import open_vault
from tests.cli.command import KEY, Cli


@pytest.fixture
def preau(tmp_path: Path) -> Iterator[Cli]:
    """A school of six pupils, imported; nobody is notified yet."""
    made = Cli(tmp_path)
    made("import", *made.onde_files(pupils=6), "--school", UAI, "--yes")
    yield made


def lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    "arguments", [("list",), ("list", "--csv", "a.csv", "--pdf", "a.pdf"), ("list", "--csv"), ("reset-passwords", "x")]
)
def test_a_wrong_use_ends_with_2(preau: Cli, arguments: tuple[str, ...]) -> None:
    assert preau(*arguments).code == 2


def test_lists_of_those_who_match(preau: Cli) -> None:
    rows = preau("guardians", "--json").json
    label = rows[0]["classroom"]
    there = [row for row in rows if row["classroom"] == label]
    done = preau("list", "--class", label, "--csv", "liste.csv", "--json")
    assert done.code == 0 and done.json["lines"] == len(there) and done.json["passwords"] == 0
    written = lines(preau.folder / "liste.csv")
    assert [f"{line[2]} {line[3]}" for line in written[1:]] == [row["pupil"] for row in there]
    preau("list", "--xlsx", preau.folder / "liste.xlsx")
    assert load_workbook(preau.folder / "liste.xlsx").active.max_row == 1 + len(rows)
    preau("list", "--pdf", preau.folder)  # a folder: Arena's name
    (path,) = preau.folder.glob("Preau-ListeResponsables-*.pdf")
    assert NAME in PdfReader(path).pages[0].extract_text() or UAI in PdfReader(path).pages[0].extract_text()


def test_nobody_is_a_refusal_and_no_file(preau: Cli) -> None:
    refused = preau("list", "--search", "personne de ce nom", "--csv", "liste.csv", "--json")
    assert refused.code == 1 and refused.json["error"]["code"] == "nobody"
    assert not (preau.folder / "liste.csv").exists()
    in_the_way = preau.folder / "v.preau" / "liste.csv"
    assert preau("list", "--csv", in_the_way, "--json").json["error"]["code"] == "folder_not_writable"


def test_a_list_can_be_made_while_the_window_is_open_unless_it_has_passwords(preau: Cli) -> None:
    with open_vault(preau.folder / "v.preau", key=bytes.fromhex(KEY)):
        assert preau("list", "--csv", "liste.csv").code == 0
        refused = preau("list", "--csv", "secret.csv", "--passwords", "--json")
    assert refused.json["error"]["code"] == "vault_in_use" and not (preau.folder / "secret.csv").exists()


def test_from_the_reset_to_the_list_with_passwords(preau: Cli) -> None:
    fresh = preau("reset-passwords", "--yes", "--json")
    assert fresh.code == 1 and fresh.json["error"]["code"] == "nothing_to_reset" and "non notifié" in fresh.err
    with preau.linked():
        rows = preau("guardians", "--json").json
        label = rows[0]["classroom"]
        preau("notify", "--class", label, "--sheets", preau.folder / "s.pdf", "--yes")
        preau("sync")
        asked = preau("reset-passwords", "--class", label, "--json")
        assert asked.code == 1 and asked.json["error"]["code"] == "confirmation_needed" and "--yes" in asked.err
        done = preau("reset-passwords", "--yes", "--json")
        notified = {row["account_id"] for row in preau("guardians", "--state", "notified", "--json").json}
        assert set(done.json["accounts"]) == notified == set(done.json["old_password_still_works"])
        assert done.json["reset"] == len(notified) and "L’ancien mot de passe fonctionne encore" in done.err
        assert len(done.json["not_notified"]) == len({row["account_id"] for row in rows}) - len(notified)
        preau("sync")
    listed = preau("list", "--csv", "liste.csv", "--passwords", "--json")
    assert listed.json["passwords"] == len(notified) and "en clair" in listed.err
    passwords = {line[8]: line[9] for line in lines(preau.folder / "liste.csv")[1:]}
    assert sum(bool(password) for password in passwords.values()) == len(notified)
    [listing] = preau("journal", "--search", "liste avec mots de passe", "--json").json
    assert (
        listing["kind"] == "liste.exporter"
        and listing["state"] == "à envoyer"
        and listing["author"] == "Hélène Rouvière"
    )
    whole = preau("journal", "--csv", "journal.csv", "--json").json
    assert {"compte.notifier", "compte.reinitialiser", "import.appliquer"} <= {line["kind"] for line in whole}
    assert len(lines(preau.folder / "journal.csv")) == 1 + len(whole)
    shown = preau("journal").out
    assert "Réinitialisation de mots de passe" in shown and re.search("\\d\u00a0h\u00a0\\d\\d", shown)
    assert preau("journal", "--search", "rien de tel").out.strip() == "Rien au journal."
