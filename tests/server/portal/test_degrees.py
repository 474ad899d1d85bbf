"""« Mes enfants » across schools and both degrees: a child at a lower secondary school is one like the others."""

from __future__ import annotations

from pathlib import Path

from tests.server.portal.accounts import add, log_in
from tests.server.portal.creating import NOE, ZOE, another_school, choose, proven
from tests.server.portal.household import Household
from tests.server.portal.test_create_gathering import GUARDIAN_HEAD, HEAD
from tests.server.portal.test_rights import activate

COLLEGE = "Collège Jean-Moulin"
INES = ("6e B", COLLEGE, "École primaire des Tilleuls")
INES_DATE = ("5", "6", "2014")
PUPIL = HEAD + "DUPONT;;Inès;05/06/2014;F;323456789AB;6e B;SIXIEME\n"
GUARDIAN = GUARDIAN_HEAD + "M.;Dupont;Marc;;+33639980101;DUPONT;Inès\n"


def test_both_degrees_end_on_one_account(home: Household, tmp_path: Path) -> None:
    with another_school(home, tmp_path / "other", PUPIL, GUARDIAN, name=COLLEGE), home.parent() as parent:
        assert proven(home, parent, ZOE, NOE, INES_DATE).url.path == "/creer/mot-de-passe"
        page = choose(parent).text
        assert all(words in page for words in (*INES, "Inès", "Zoé", "Noé", "CM2 M. Petit"))
        for path in ("/compte", "/contacts"):
            assert parent.get(path).status_code == 200
        assert COLLEGE in parent.get("/contacts").text


def test_a_sheet_of_the_other_degree_brings_its_child(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    with another_school(home, tmp_path / "other", PUPIL, GUARDIAN, name=COLLEGE) as other, home.parent() as parent:
        secret = other.print_sheet(tmp_path / "other-sheets")
        other.desk.sync()
        assert secret is not None
        log_in(parent, login)
        assert "Inès" in add(parent, other.account()["login"], secret.password).text
        page = parent.post("/enfants/ajouter/confirmer").text
        assert all(words in page for words in (*INES, "Inès"))
