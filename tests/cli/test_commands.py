"""The command line as scripts use it: objects on stdout, sentences on stderr, 0 / 1 / 2, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from app.services.demo.school import NAME, UAI
from app.services.vault.vault import open_vault
from tests.cli.command import KEY, Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def test_a_dry_run_writes_nothing_at_all(preau: Cli) -> None:
    done = preau("import", *preau.onde_files(), "--dry-run", "--json")
    assert done.code == 0 and done.json["pupils"] == {"new": 20, "changed": 0, "gone": 0, "unchanged": 0}
    assert not (preau.folder / "v.preau").exists()


def test_an_import_makes_vault_and_school_and_the_second_changes_nothing(preau: Cli) -> None:
    pupils, guardians = preau.onde_files()
    first = preau("import", guardians, pupils, "--school", UAI, "--yes", "--json")
    assert first.code == 0 and first.json["pupils"]["new"] == 20 and first.json["errors"] == []
    second = preau("import", pupils, guardians, "--yes", "--json")
    assert second.json["pupils"] == {"new": 0, "changed": 0, "gone": 0, "unchanged": 20}
    assert "Rien ne change" in second.err
    rows = preau("guardians", "--json").json
    assert {row["login"] for row in rows} == {None} and {row["state"] for row in rows} == {"not_notified"}
    assert set(rows[0]) == {
        "pupil", "classroom", "guardian", "login", "email", "origin", "state", "notified_on", "last_access_on",
        "account_id", "guardian_id", "pupil_id", "delivery", "mobile", "level",
    }  # fmt: skip


def test_a_script_that_does_not_confirm_is_refused_with_the_preview(preau: Cli) -> None:
    done = preau("import", *preau.onde_files(), "--json")
    assert done.code == 1 and done.json["pupils"]["new"] == 20 and "--yes" in done.json["error"]["sentence"]
    assert preau("guardians", "--json").json == []


def test_a_bad_file_is_a_sentence_and_changes_nothing(preau: Cli) -> None:
    bad = preau.folder / "photo.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = preau("import", bad, "--yes", "--json")
    assert done.code == 1 and done.json["errors"][0]["file"] == "photo.png" and "photo.png" in done.err
    assert preau("import", preau.folder / "absent.csv", "--yes").code == 1


@pytest.mark.parametrize("arguments", [("guardians", "--state", "bogus"), ("bogus",), ("import",), ("notify",)])
def test_a_wrong_use_ends_with_2(preau: Cli, arguments: tuple[str, ...]) -> None:
    assert preau(*arguments).code == 2


def test_the_main_job_without_a_window(preau: Cli) -> None:
    preau("import", *preau.onde_files(), "--yes")
    sheets = preau.folder / "feuilles.pdf"
    early = preau("notify", "--sheets", sheets, "--yes", "--json")
    assert early.code == 1 and early.json["error"]["code"] == "portal_unknown" and not sheets.exists()
    assert preau("sync", "--json").json["error"]["code"] == "not_enrolled"
    preau("admin", "create-school", UAI, NAME)
    code = preau("admin", "enrol-code", UAI, "--person", "Hélène Rouvière", "--json").json["code"]
    with preau.serving() as address:
        assert (
            preau("enrol", "--server", address, "--code", "FAUX-CODE", "--json").json["error"]["code"] == "enrol_code"
        )
        assert preau("enrol", "--server", address, "--code", code, "--json").json["uai"] == UAI
        assert preau("enrol", "--server", address, "--code", code).code == 0  # again is allowed
        [school] = preau("sync", "--json").json["schools"]
        assert school["pending"] == 0 and school["refused"] == 0
    rows = preau("guardians", "--json").json
    assert all(row["login"] for row in rows) and len({row["login"] for row in rows}) == len(
        {r["account_id"] for r in rows}
    )
    label = rows[0]["classroom"]
    done = preau("notify", "--class", label, "--sheets", sheets, "--yes", "--json")  # with the line cut
    assert done.code == 0 and done.json["not_to_hand_out_yet"]
    pages = [page.extract_text() for page in PdfReader(sheets).pages]
    assert len(pages) > done.json["sheets"] and any(address.removeprefix("http://") in text for text in pages)
    assert {row["state"] for row in preau("guardians", "--class", label, "--json").json} == {"notified"}
    assert preau("sync").code == 1
    [device] = preau("admin", "devices", "--json").json
    assert device["person_name"] == "Hélène Rouvière"
    assert preau("admin", "revoke", device["device_id"]).code == 0
    assert preau("admin", "revoke", "x", "--json").json["error"]["code"] == "device_unknown"


def test_several_schools_must_be_named(preau: Cli) -> None:
    files = preau.onde_files(pupils=3)
    preau("import", *files, "--school", UAI, "--yes")
    preau("import", *files, "--school", "0310001H", "--yes")
    refused = preau("guardians", "--json")
    assert refused.code == 1 and refused.json["error"]["code"] == "several_schools" and UAI in refused.err
    assert len({row["pupil"] for row in preau("guardians", "--school", UAI, "--json").json}) == 3
    assert preau("guardians", "--school", "0310001Z", "--json").json["error"]["code"] == "bad_uai"


def test_while_the_window_is_open_reads_work_and_writes_are_refused(preau: Cli) -> None:
    preau("import", *preau.onde_files(pupils=3), "--school", UAI, "--yes")
    with open_vault(preau.folder / "v.preau", key=bytes.fromhex(KEY)):  # as the window holds it
        assert len({row["pupil"] for row in preau("guardians", "--json").json}) == 3
        refused = preau("import", *preau.onde_files(pupils=4), "--yes", "--json")
        assert refused.code == 1 and refused.json["error"]["code"] == "vault_in_use" and "fenêtre" in refused.err
    assert preau("import", *preau.onde_files(pupils=4), "--yes", "--json").json["pupils"]["new"] == 1


@pytest.mark.parametrize(("name", "value", "code"), [
    ("PREAU_VAULT_KEY", "pas une clé", "bad_key"), ("PREAU_VAULT_KEY", "00" * 32, "wrong_key"),
    ("PREAU_VAULT", "/nulle/part/v.preau", "vault_missing"),
])  # fmt: skip
def test_a_vault_that_does_not_open_is_a_sentence(preau: Cli, name: str, value: str, code: str) -> None:
    preau("import", *preau.onde_files(pupils=2), "--school", UAI, "--yes")
    refused = preau("guardians", "--json", more={name: value})
    assert refused.code == 1 and refused.json["error"]["code"] == code and refused.err.strip().endswith((".", "f)."))
