"""``preau reports``: the object that scripts read, the sentences that people read, 0 / 1 / 2."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from app.models.clock import system_clock
from app.services import schools
from app.services.demo.school import UAI
from app.services.desk import Desk
from app.services.vault.vault import open_vault
from tests.cli.command import KEY, Cli
from tests.support.class_pdfs import Printed, class_pdf
from tests.support.lsu_files import Child, LsuFile

COUNTS = {"new", "replaced", "unchanged"}


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    cli = Cli(tmp_path)
    cli("import", *cli.onde_files(), "--school", UAI, "--yes")
    return cli


def pupils(preau: Cli, count: int = 3) -> list[dict[str, str]]:
    text = (preau.folder / "eleves" / "CSVExtraction.csv").read_bytes().decode("cp1252")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))[:count]


def values(row: dict[str, str], *titles: str) -> str:
    return next(value for name, value in row.items() if any(name.lower().startswith(title) for title in titles))


def lsu(preau: Cli, **more: object) -> Path:
    children = [
        Child(n, values(row, "ine"), values(row, "nom élève"), values(row, "prénom"))
        for n, row in enumerate(pupils(preau), 1)
    ]
    path = preau.folder / "lsu.xml"
    path.write_bytes(LsuFile(children, uai=str(more.pop("uai", UAI)), **more).bytes())  # type: ignore[arg-type]
    return path


def test_import_list_lock_publish_and_withdraw(preau: Cli) -> None:
    file = lsu(preau, periods=(1, 2))
    dry = preau("reports", "import", file, "--dry-run", "--json")
    assert dry.code == 0 and set(dry.json) == {"reports", "unmatched", "errors", "warnings"}
    assert dry.json["reports"] == {"new": 6, "replaced": 0, "unchanged": 0} and dry.json["errors"] == []
    assert preau("reports", "list", "--json").json == []
    unsure = preau("reports", "import", file, "--json")
    assert unsure.code == 1 and unsure.json["reports"]["new"] == 6 and "--yes" in unsure.json["error"]["sentence"]
    assert preau("reports", "import", file, "--yes").code == 0
    again = preau("reports", "import", file, "--yes", "--json")
    assert again.json["reports"] == {"new": 0, "replaced": 0, "unchanged": 6} and "déjà importés" in again.err
    assert preau("reports", "unlock", "--period", "2/3", "--yes", "--json").json == {"changed": 3, "unchanged": 0}
    rows = preau("reports", "list", "--json").json
    one = next(row["id"] for row in rows if row["state"] == "locked")
    assert preau("reports", "unlock", "--id", one, "--yes", "--json").json == {"changed": 1, "unchanged": 0}
    assert preau("reports", "lock", "--id", one, "--yes", "--json").json == {"changed": 1, "unchanged": 0}
    assert [row["state"] for row in rows].count("unlocked") == 3 and {row["periods"] for row in rows} == {3}
    published = preau("reports", "publish", "--on", "2026-01-01", "--yes", "--json")
    assert published.json["changed"] == 6 and "3 bilans ne sont pas verrouillés" in published.err
    assert len(preau("reports", "list", "--state", "published", "--json").json) == 3
    assert preau("reports", "publish", "--withdraw", "--yes", "--json").json["changed"] == 6
    assert preau("reports", "lock", "--yes", "--json").json == {"changed": 3, "unchanged": 3}
    table = preau("reports", "list", "--period", "1/3")
    assert "Bilan périodique, période 1 sur 3 (2026-2027)" in table.out and "période 2" not in table.out


def test_openings_are_listed_only_where_the_school_has_asked(preau: Cli) -> None:
    preau("reports", "import", lsu(preau), "--yes")
    assert "opened" not in preau("reports", "list", "--json").json[0]
    with open_vault(preau.folder / "v.preau", key=bytes.fromhex(KEY)) as vault:
        desk = Desk(vault, system_clock, os.urandom)
        [school] = schools.list_schools(desk)
        schools.change_setting(desk, school_id=school.school_id, name="report_openings", value=True)
    row = preau("reports", "list", "--json").json[0]
    assert (row["opened"], row["downloaded"]) == (0, 0) and "Téléchargés" in preau("reports", "list").out


def test_one_date_for_the_school_says_what_stays_back(preau: Cli) -> None:
    preau("reports", "import", lsu(preau, periods=(1, 2)), "--yes")
    assert preau("reports", "publish", "--all-classes", "--yes", "--json").json["error"]["code"] == "several_periods"
    told = preau("reports", "publish", "--all-classes", "--period", "1/3", "--on", "2031-12-18", "--yes", "--json")
    assert told.code == 0 and told.json["left_out"] == {"unlocked": 0, "incomplete": 0, "flagged": 0}
    assert (told.json["changed"], told.json["told_from"][:16]) == (3, "2031-12-18T07:00") and "au plus tôt" in told.err
    assert {row["published_on"] for row in preau("reports", "list", "--json").json} == {"2031-12-18", None}
    preau("reports", "unlock", "--period", "2/3", "--yes")
    refused = preau("reports", "publish", "--all-classes", "--period", "2/3", "--yes", "--json")
    assert (
        refused.code == 1 and refused.json["error"]["code"] == "nothing_to_publish" and "à verrouiller" in refused.err
    )


def test_a_class_pdf_shows_its_split_and_the_unknown_child_is_in_the_object(preau: Cli) -> None:
    [one] = pupils(preau, 1)
    born = values(one, "date naissance").replace("-", "/")
    known = Printed(values(one, "nom élève"), values(one, "prénom"), born, values(one, "ine"))
    path = preau.folder / "classe.pdf"
    path.write_bytes(class_pdf([known, Printed("Inconnu", "Paul", "01/02/2018", "123450000AB")]))
    done = preau("reports", "import", path, "--yes", "--json")
    assert done.code == 0 and done.json["reports"]["new"] == 1, done.err
    [asked] = done.json["unmatched"]
    assert (asked["file"], asked["pages"]) == ("classe.pdf", [3, 4]) and asked["choices"][-1]["answer"] == "skip"
    answered = preau("reports", "import", path, "--answer", "3=non", "--yes", "--json")
    assert answered.json["unmatched"] == [] and answered.json["reports"]["unchanged"] == 1
    assert "classe.pdf, pages 1 à 2" in done.err and "pages 3 à 4 : à préciser" in done.err.replace("\u00a0", " ")


def test_refusals_are_sentences_in_the_same_object(preau: Cli) -> None:
    other = preau("reports", "import", lsu(preau, uai="0310002J"), "--yes", "--json")
    assert other.code == 1 and other.json["error"]["code"] == "reports_other_school"
    assert other.json["errors"][0]["file"] == "lsu.xml" and set(other.json["reports"]) == COUNTS
    assert preau("reports", "import", preau.folder / "rien.pdf", "--json").json["error"]["code"] == "reports_unreadable"
    assert preau("reports", "lock", "--class", "Aucune", "--yes", "--json").json["error"]["code"] == "no_report"
    assert preau("reports", "publish", "--on", "demain", "--yes", "--json").code == 1


@pytest.mark.parametrize("arguments", [
    ("import",), ("list", "--period", "4/3"), ("list", "--state", "bogus"), ("import", "a.pdf", "--certificate", "bogus"),
    ("publish", "--on", "2026-12-18", "--withdraw"), ("publish", "--all-classes", "--class", "CE1"),
    ("publish", "--all-classes", "--id", "x"),
    ("publish", "--with-flagged"), ("import", "a.pdf", "--answer", "3"),
])  # fmt: skip
def test_a_wrong_use_ends_with_2(preau: Cli, arguments: tuple[str, ...]) -> None:
    assert preau("reports", *arguments).code == 2
