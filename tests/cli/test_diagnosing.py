"""``preau diagnose``: one parent, or the school by cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from app.services.demo.school import UAI
from tests.cli.command import Cli


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    """A school of twenty pupils, imported; nobody is notified yet."""
    made = Cli(tmp_path)
    made("import", *made.onde_files(), "--school", UAI, "--yes")
    return made


def test_one_parent_by_each_way_of_naming_him(preau: Cli) -> None:
    rows = preau("guardians", "--json").json
    row = next(row for row in rows if row["mobile"] and row["email"])
    for query in (row["guardian"], row["mobile"], row["email"]):
        found = preau("diagnose", query, "--school", UAI, "--json").json["guardians"]
        assert row["account_id"] in [one["account_id"] for one in found], query
    one = found[0]
    assert set(one["ways"]) == {"A", "B", "C"} and not any(way["works"] for way in one["ways"].values())
    assert one["causes"][0]["code"] == "not_linked" and one["causes"][0]["action"] == "enrol"
    assert "À dire au parent" in preau("diagnose", row["guardian"]).out


def test_nobody_is_a_refusal(preau: Cli) -> None:
    done = preau("diagnose", "Personne de ce nom", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "nobody")


def test_the_school_is_counted_by_cause_as_its_lists_count(preau: Cli) -> None:
    found = preau("diagnose", "--json").json
    rows = {row["account_id"]: row for row in preau("guardians", "--json").json}
    counts = found["counts"]
    assert found["total"] == len(found["guardians"]) == len(rows)
    assert counts["no_email"] == sum(not row["email"] for row in rows.values())
    assert counts["no_mobile"] == sum(not row["mobile"] for row in rows.values())
    assert {"mobile_is_landline", "mobile_invalid", "mobile_shared"} <= counts.keys()
    assert counts["not_linked"] == found["total"] and counts["sheet_expired"] == 0
    assert "Pas d’adresse mail" in preau("diagnose").out


def test_the_report_names_people_and_no_number(preau: Cli) -> None:
    done = preau("diagnose", "--pdf", "guichet.pdf", "--json")
    assert done.code == 0 and "guichet.pdf" in done.err
    text = "".join(page.extract_text() for page in PdfReader(preau.folder / "guichet.pdf").pages)
    row = next(row for row in preau("guardians", "--json").json if row["mobile"])
    assert "Jamais notifié" in text or "Pas encore d’identifiant" in text
    assert row["mobile"] not in text and row["guardian"] in text


PUPILS = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
ALPHA;;Ana;01/02/2018;F;123456789AA;CE1 A;CE1
ALPHA;;Aïe;05/02/2016;F;123456789AB;CM2 B;CM2
"""
GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone domicile;Téléphone portable;Nom de famille élève;Prénom élève;Nom de famille élève;Prénom élève
M.;ALPHA;Paul;;01 45 67 89 11;;ALPHA;Ana;ALPHA;Aïe
MME;BETA;Nora;nora@exemple.fr;;01 45 67 89 10;ALPHA;Ana;;
M.;GAMMA;Luc;luc@exemple.fr;;06 12;ALPHA;Ana;;
M.;DELTA;Jean;jean@exemple.fr;;06 12 34 56 78;ALPHA;Ana;;
MME;EPSILON;Rose;rose@exemple.fr;;+33 6 12 34 56 78;ALPHA;Ana;;
MME;ZETA;Inès;ines@exemple.fr;;0033611223344;ALPHA;Ana;;
M.;ETA;Tom;tom@exemple.fr;;0692 12 34 56;ALPHA;Aïe;;
"""  # noqa: E501
COUNTED = {"no_mobile": 1, "mobile_is_landline": 1, "mobile_invalid": 1, "mobile_shared": 2, "no_email": 1}


def test_a_file_counted_by_hand(tmp_path: Path) -> None:
    """Guardians, not lines: one who has two children counts once; what nobody has is told as 0."""
    made, files = Cli(tmp_path), []
    for name, text in (("eleves", PUPILS), ("responsables", GUARDIANS)):
        files.append(tmp_path / name / "CSVExtraction.csv")
        files[-1].parent.mkdir()
        files[-1].write_text(text, encoding="utf-8")
    made("import", *files, "--school", UAI, "--yes")
    found = made("diagnose", "--json").json
    assert {name: found["counts"][name] for name in COUNTED} == COUNTED and found["total"] == 7
    assert found["counts"]["mail_bounced"] == 0
    for query in ("+33 (0)6.11.22.33.44", "INES@exemple.fr", "zeta inès"):
        assert [one["name"] for one in made("diagnose", query, "--json").json["guardians"]] == ["ZETA Inès"], query
