"""``preau duplicates`` as a script uses it."""

from __future__ import annotations

from pathlib import Path

from app.services.demo.school import UAI
from tests.cli.command import Cli
from tests.server.portal.household import PUPILS
from tests.server.portal.test_director_groups import TWICE


def _imported(folder: Path) -> Cli:
    preau = Cli(folder)
    files = []
    for name, text in (("eleves.csv", PUPILS), ("responsables.csv", TWICE)):
        files.append(folder / name)
        files[-1].write_text(text, encoding="utf-8")
    assert preau("import", *files, "--school", UAI, "--yes").code == 0
    return preau


def test_a_pair_is_told_with_its_reasons_grouped_and_taken_back(tmp_path: Path) -> None:
    preau = _imported(tmp_path)
    [pair] = preau("duplicates", "--json").json
    assert pair["likelihood"] == "certain" and any("portable" in sentence for sentence in pair["for"])
    assert pair["one"]["school"] == pair["other"]["school"] and pair["onde"]
    told = preau("duplicates", "--school", UAI)
    assert "DUPONT Marc Louis" in told.err and "+ Le même téléphone portable" in told.err
    ids = (pair["one"]["guardian_id"], pair["other"]["guardian_id"])
    seen = preau("duplicates", "merge", *ids, "--dry-run", "--json").json
    assert seen["blocked"] == "" and seen["fields"]["mobile"]["kept"] and {seen["kept"], seen["gone"]} == set(ids)
    refused = preau("duplicates", "merge", *ids, "--json")
    assert refused.code == 1 and refused.json["error"]["code"] == "confirmation_needed"
    assert (
        preau("duplicates", "merge", *ids, "--take", "ine", "--yes", "--json").json["error"]["code"] == "field_unknown"
    )
    assert preau("duplicates", "merge", *ids, "--take", "first_name", "--yes").code == 0
    assert preau("duplicates", "--json").json == []
    assert len({row["account_id"] for row in preau("guardians", "--json").json}) == 2
    assert preau("undo", "--yes").code == 0
    assert len(preau("duplicates", "--json").json) == 1


def test_two_people_are_told_apart_and_strangers_never_grouped(tmp_path: Path) -> None:
    preau = _imported(tmp_path)
    [pair] = preau("duplicates", "--json").json
    ids = (pair["one"]["guardian_id"], pair["other"]["guardian_id"])
    assert preau("duplicates", "dismiss", *ids).code == 0
    assert "Aucun responsable" in preau("duplicates").err and preau("duplicates", "--json").json == []
    ida = next(row for row in preau("guardians", "--json").json if "HOSTILE" in row["guardian"])
    unknown = preau("duplicates", "merge", ids[0], ida["account_id"], "--yes", "--json")
    assert unknown.json["error"]["code"] == "record_unknown"
