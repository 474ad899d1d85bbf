"""``preau access`` as a script uses it, through a real server."""

from __future__ import annotations

from pathlib import Path

from app.services.demo.school import UAI
from tests.cli.command import Cli


def test_an_access_is_closed_and_given_back(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(), "--school", UAI, "--yes")
    with preau.linked():
        row = preau("guardians", "--json").json[0]
        asked = ("access", row["login"], "--pupil", row["pupil"], "--access")
        refused = preau(*asked, "none", "--json")
        assert refused.code == 1 and refused.json["error"]["code"] == "confirmation_needed"
        assert "prennent fin" in refused.json["error"]["sentence"]
        done = preau(*asked, "none", "--reason", "Jugement", "--yes", "--json")
        assert done.code == 0 and done.json["changed"]
        assert (done.json["access"], done.json["reason"], done.json["pupil"]) == ("none", "Jugement", row["pupil"])
        [school] = preau("sync", "--json").json["schools"]
        assert school["pending"] == 0 and school["refused"] == 0
    again = preau(*asked, "none", "--yes", "--json").json
    assert not again["changed"]
    assert preau(*asked, "full", "--yes", "--json").json["reason"] is None
    unknown = preau("access", "personne", "--pupil", "Zoé", "--access", "none", "--yes", "--json")
    assert unknown.json["error"]["code"] == "login_unknown"
    nobody = preau("access", row["login"], "--pupil", "Personne", "--access", "none", "--yes", "--json")
    assert nobody.json["error"]["code"] == "pupil_unknown"
    assert preau("access", row["login"], "--pupil", "x", "--access", "bogus").code == 2
