"""``preau admin`` for schools by the dozen: created, written to, closed; the banner; the check."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import Cli


def test_created_by_a_list_then_closed(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    file = tmp_path / "ecoles.csv"
    file.write_text("UAI;Nom\n0990001N;École A\n0990002X;École B\n", encoding="utf-8")
    wrong = preau("admin", "create-schools", "--csv", file, "--json")
    assert (wrong.code, wrong.json["error"]["code"]) == (1, "bad_list") and "Ligne 3" in wrong.err
    file.write_text("UAI;Nom\n0990001N;École A\n0990002P;École B\n", encoding="utf-8")
    assert "rien n’a été créé" in preau("admin", "create-schools", "--csv", file, "--dry-run").err
    made = preau("admin", "create-schools", "--csv", file, "--json").json
    assert [one["uai"] for one in made] == ["0990001N", "0990002P"]
    pdf = tmp_path / "codes.pdf"
    nowhere = preau("admin", "enrol-letters", "--pdf", tmp_path / "absent" / "codes.pdf")
    assert nowhere.code == 1 and "n’existe pas" in nowhere.err
    letters = preau("admin", "enrol-letters", "--pdf", pdf, "--json").json
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert len(letters) == 2 and pdf.read_bytes().startswith(b"%PDF") and "code" not in letters[0]
    same = preau("admin", "merge-schools", "0990001N", "0990001N", "--yes", "--json")
    assert (same.code, same.json["error"]["code"]) == (1, "same_school")
    third = preau("admin", "create-school", "0310001H", "École C", "--json")
    assert third.code == 0
    asked = preau("admin", "merge-schools", "0310001H", "0990002P", "--dry-run", "--json")
    assert asked.json["dry_run"] and asked.json["name_into"] == "École B" and "Rien n’a été changé" in asked.err
    unsure = preau("admin", "merge-schools", "0310001H", "0990002P", "--json")
    assert unsure.json["error"]["code"] == "confirmation_needed"
    assert not preau("admin", "merge-schools", "0310001H", "0990002P", "--yes", "--json").json["dry_run"]
    would = preau("admin", "close-school", "0990002P", "--dry-run", "--json").json
    assert would["dry_run"] and would["pupils"] == 0
    assert preau("admin", "close-school", "0990002P", "--json").json["error"]["code"] == "confirmation_needed"
    closed = preau("admin", "close-school", "0990002P", "--yes")
    assert closed.code == 0 and "postes, 0" in closed.err and "L’école est fermée" in closed.err
    assert preau("admin", "close-school", "0990002P", "--yes", "--json").json["error"]["code"] == "school_unknown"


def test_the_banner_and_the_check(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    assert preau("admin", "banner", "Arrêt ce soir.", "--json").json == {"banner": "Arrêt ce soir."}
    assert "Arrêt ce soir." in preau("admin", "banner").err
    assert preau("admin", "banner", "--clear", "--json").json == {"banner": ""}
    assert preau("admin", "banner", "x", "--clear").code == 2
    lines = {one["name"]: one for one in preau("admin", "check", "--json").json}
    assert lines["base"]["level"] == "ok" and lines["sauvegarde"]["level"] == "attention"
    missing = preau("admin", "check", more={"PREAU_BACKUP_FILE": str(tmp_path / "rien")})
    assert (
        missing.code == 1
        and "erreur     sauvegarde" in missing.out
        and "À corriger : " in missing.err.replace("\u00a0", " ")
    )
