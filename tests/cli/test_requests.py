"""``preau requests`` and ``preau answer-request`` as a script uses them, from a real parent's form to the answer."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx

from app.models.help_codes import shown_code
from app.services.demo.school import UAI
from app.services.vault.vault import open_vault
from tests.cli.command import KEY, Cli


def _ask(address: str, code: str, names: dict[str, str]) -> str:
    """A parent's request; the clock of the server is the machine's own, so that the form must wait its three seconds."""
    with httpx.Client(base_url=address, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}) as parent:
        page = parent.post("/aide/ecole", data={"code": code})
        moment = re.search(r'name="moment" value="([^"]+)"', page.text)
        assert moment is not None
        last_try = time.monotonic() + 30
        while True:
            done = parent.post("/aide/demande", data={"moment": moment.group(1), **names, "contact": "06 39 98 01 01"})
            if done.url.path == "/aide/recue":
                break
            assert time.monotonic() < last_try, done.text
        found = re.search(r'<strong class="login">([A-Z2-9-]+)</strong>', done.text)
        assert found is not None
        return found.group(1)


def test_a_request_is_listed_matched_and_answered_by_paper(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(), "--school", UAI, "--yes")
    with preau.linked() as address:
        row = preau("guardians", "--json").json[0]
        last, first = row["pupil"].split(" ", 1)
        names = {"nom": "Autrement-Écrit", "prenom": "Léa", "nom_enfant": last, "prenom_enfant": first}
        with open_vault(tmp_path / "v.preau", key=bytes.fromhex(KEY)) as vault, vault.read() as connection:
            school_id = connection.exec_driver_sql("SELECT id FROM schools").scalar_one()
        reference = _ask(address, shown_code(school_id), names)
        preau("sync")
        [asked] = preau("requests", "--kind", "help", "--status", "open", "--json").json
        assert (asked["who"], asked["guardian"], asked["answers"][0]) == ("Autrement-Écrit Léa", "", "match")
        assert asked["number"] in preau("requests").out
        answer = ("answer-request", reference.lower(), "--json")
        assert preau(*answer, "--with", "sheet", "--yes").json["error"]["code"] == "answer_impossible"
        assert preau(*answer, "--with", "settled").json["error"]["code"] == "confirmation_needed"
        matched = preau(*answer, "--with", "match", "--account", row["login"], "--yes").json
        assert matched["guardian"] == row["guardian"] and "sheet" in matched["answers"]
        pdf = tmp_path / "feuille.pdf"
        done = preau(*answer, "--with", "sheet", "--pdf", pdf, "--yes").json
        assert (done["status"], pdf.exists()) == ("answered", True)
        [school] = preau("sync", "--json").json["schools"]
        assert school["refused"] == 0
    assert preau("requests", "--status", "open", "--json").json == []
    assert (
        preau("answer-request", "zzzzzz", "--with", "settled", "--yes", "--json").json["error"]["code"]
        == "request_unknown"
    )
