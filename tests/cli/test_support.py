"""``preau grant`` to ``preau circonscription`` as scripts use them: a director's PC and an ERUN's, one server."""

from __future__ import annotations

from pathlib import Path

from app.services.demo.school import UAI
from tests.cli.command import Cli


def test_a_grant_a_proposal_and_the_counts(tmp_path: Path) -> None:
    director, erun = Cli(tmp_path), {"PREAU_VAULT": str(tmp_path / "erun.preau")}
    director("import", *director.onde_files(pupils=4), "--school", UAI, "--yes")
    with director.linked() as address:
        made = director("admin", "create-officer", "--name", "Mme Erun", "--schools", UAI, "--json").json
        preau = Cli(tmp_path)
        assert (
            preau("enrol", "--server", address, "--code", made["code"], "--json", more=erun).json["role"] == "support"
        )
        assert preau("sync", "--json", more=erun).json["officer"] == {"schools": 1, "open": [], "failed": 0}
        director("sync")
        assert director("grants", "--json").json["officers"][0]["name"] == "Mme Erun"
        asked = director("grant", "erun", "--json")
        assert (asked.code, asked.json["error"]["code"]) == (1, "confirmation_needed")
        granted = director("grant", "erun", "--yes", "--json").json
        director("sync")
        assert preau("sync", "--json", more=erun).json["officer"]["open"] == [UAI]
        login = preau("guardians", "--json", more=erun).json[0]["login"]
        assert preau("worklist", "--json", more=erun).json["error"]["code"] == "role", "ONDE is the school's work"
        assert preau("todo", "--json", more=erun).code == preau("duplicates", "--json", more=erun).code == 0
        assert preau("diagnose", login, "--json", more=erun).json["guardians"][0]["login"] == login
        said = ("--set", "email=autre@exemple.fr", "--why", "Au téléphone")
        proposed = preau("propose", "responsable.corriger", login, *said, "--json", more=erun).json
        preau("sync", more=erun)
        director("sync")
        [waiting] = director("proposals", "--json").json
        assert (waiting["proposal_id"], waiting["status"]) == (proposed["proposal_id"], "open")
        number = waiting["proposal_id"][-6:]
        assert number in director("proposals").out
        assert director("decide-proposal", number, "--accept", "--yes", "--json").json["status"] == "accepted"
        assert director("grants", "--json").json["grants"][0]["openings"] == 1
        assert director("end-grant", granted["grant_id"][-6:], "--json").json["living"] is False
        director("sync")
        preau("sync", more=erun)
        assert preau("guardians", "--json", more=erun).json["error"]["code"] == "no_school"
        digits = preau("officer-code", "--json", more=erun).json["code"]
        assert director("grant", "--code", digits, "--until", "31-12-2030", "--yes", "--json").code == 1
    shown = preau("circonscription", "--json", "--sort", "no_mobile", "--descending", more=erun).json
    assert shown["schools"][0]["counts"]["guardians"] > 0
    pdf, xlsx = tmp_path / "c.pdf", tmp_path / "c.xlsx"
    preau("circonscription", "--pdf", pdf, "--xlsx", xlsx, more=erun)
    assert pdf.read_bytes().startswith(b"%PDF") and xlsx.read_bytes().startswith(b"PK")
    assert UAI in preau("circonscription", more=erun).out
    assert preau("circonscription", "--json").json["error"]["code"] == "not_an_officer"
    assert director("admin", "officers", "--json").json[0]["uais"] == [UAI]
