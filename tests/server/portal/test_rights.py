"""A decision of the school closes what stands open on the portal, at once, and no import opens it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.states import Access
from app.services import imports, rights
from app.services.demo.school import DETAILS
from app.services.onde.decode import SourceFile
from app.services.records.rows import SchoolRows
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form
from tests.server.portal.test_activation import CLOSED, link_of, log_in

SCHOOL_WORDS = ("Tilleuls", "CE1 Mme Aubrac", "CM2 M. Petit")


def decide(home: Household, access: Access, *names: str) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    found = rights.rights_of(desk, school_id=school_id, account_id=home.account()["id"])
    for name in names:
        child = rights.child_named(found, name)
        rights.set_access(
            desk, school_id=school_id, guardian_id=found.guardian_id, pupil_id=child.pupil_id, access=access
        )
    home.desk.sync()


def protect(home: Household, *names: str) -> None:
    """Zoé's and Noé's school must not be known to Marc."""
    desk, school_id = home.desk.desk, home.desk.school_id
    found = rights.rights_of(desk, school_id=school_id, account_id=home.account()["id"])
    for name in names:
        rights.protect(desk, school_id=school_id, pupil_id=rights.child_named(found, name).pupil_id, knows=[])
    home.desk.sync()


def activate(home: Household, folder: Path) -> str:
    """Marc's account, active without a mail; his log-in."""
    secret = home.print_sheet(folder)
    assert secret is not None
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form()).url.path == "/enfants"
    return str(home.account()["login"])


def sheet_status(home: Household) -> list[str]:
    with home.desk.desk.vault.read() as connection:
        sheets = SchoolRows(connection, home.desk.school_id).where("sheets", account_id=home.account()["id"])
    return sorted(sheet["status"] for sheet in sheets)


@pytest.mark.parametrize("access", [Access.NONE, Access.PAPER])
def test_a_closed_access_ends_the_session_and_hides_the_child(home: Household, tmp_path: Path, access: Access) -> None:
    login = activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        assert "Zoé" in log_in(parent, login, PASSWORD).text
        decide(home, access, "Zoé")
        assert parent.get("/enfants").url.path == "/"
        page = log_in(parent, login, PASSWORD)
    assert "Zoé" not in page.text and "Noé" in page.text
    decide(home, Access.FULL, "Zoé")
    with home.parent() as parent:
        assert "Zoé" in log_in(parent, login, PASSWORD).text


def test_a_sheet_of_who_follows_nobody_any_more_opens_nothing(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    decide(home, Access.NONE, "Zoé")
    assert sheet_status(home) == ["known"]  # he still follows Noé
    with home.parent() as parent:
        assert "Noé" in parent.get(f"/a/{secret.token}").text
        decide(home, Access.NONE, "Noé")
        refused = parent.post("/activation", data=form(date=("2", "9", "2016")))
        assert refused.status_code == 410 and CLOSED in refused.text
        assert CLOSED in parent.get(f"/a/{secret.token}").text
        assert log_in(parent, home.account()["login"], secret.password).status_code == 401
    assert sheet_status(home) == ["withdrawn"]


def test_a_sheet_printed_elsewhere_meanwhile_is_not_installed(home: Household, tmp_path: Path) -> None:
    account = home.account()["id"]
    secret = home.print_sheet(tmp_path / "sheets")  # not sent yet: the decision comes after it in the queue
    desk, school_id = home.desk.desk, home.desk.school_id
    assert secret is not None
    home.desk.sync()
    decide(home, Access.NONE, "Zoé", "Noé")
    found = rights.rights_of(desk, school_id=school_id, account_id=account)
    assert {child.access for child in found.children} == {Access.NONE}
    assert sheet_status(home) == ["withdrawn"]


def test_links_in_mails_and_mails_that_wait_end_too(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
        link = link_of(home)
        decide(home, Access.NONE, "Zoé", "Noé")
        page = parent.get(link)
        assert page.status_code == 410 and "marc@example.org" not in page.text
    assert home.account()["state"] == "activating"


@pytest.mark.parametrize("guardian", ["DUPONT;Marc;m.dupont@example.org", "DUPONT;MARC;autre@example.org"])
def test_no_import_opens_it_again(home: Household, tmp_path: Path, guardian: str) -> None:
    login = activate(home, tmp_path / "sheets")
    decide(home, Access.NONE, "Zoé")
    text = GUARDIANS.replace("DUPONT;Marc;m.dupont@example.org", guardian)
    files = [SourceFile("CSVExtraction.csv", part.encode()) for part in (PUPILS, text)]
    desk, school_id = home.desk.desk, home.desk.school_id
    seen = imports.preview(desk, school_id=school_id, files=files, allow_fictional=True)
    imports.commit(desk, preview=seen, confirm_gone=True)
    home.desk.sync()
    with home.parent() as parent:
        assert "Zoé" not in log_in(parent, login, PASSWORD).text
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        zoe = next(row["id"] for row in rows.all("pupils") if row["first_name"] == "Zoé")
        open_links = [row for row in rows.where("responsibilities", pupil_id=zoe) if row["ended_on"] is None]
    assert {link["access"] for link in open_links} == {"none"}


def test_a_protected_situation_names_neither_school_nor_class(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        page = log_in(parent, login, PASSWORD).text
        assert any(words in page for words in SCHOOL_WORDS)
        protect(home, "Zoé")
        assert parent.get("/enfants").url.path == "/"
        page = log_in(parent, login, PASSWORD).text
        assert "Zoé" in page and "CE1 Mme Aubrac" not in page
        assert "CM2 M. Petit" in page and "Besoin d’aide" in page  # the other child brought him to that school
        assert DETAILS["opening_hours"] in page
        protect(home, "Noé")
        page = log_in(parent, login, PASSWORD).text
    assert "Zoé" in page and "Noé" in page and "Besoin d’aide" not in page and DETAILS["opening_hours"] not in page
    assert not any(words in page for words in SCHOOL_WORDS)


def test_a_protected_situation_is_not_told_by_an_older_sheet_nor_by_its_mail(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    protect(home, "Zoé", "Noé")
    with home.parent() as parent:
        page = parent.get(f"/a/{secret.token}")
        assert "Zoé" in page.text and not any(words in page.text for words in SCHOOL_WORDS)
        parent.post("/activation", data=form(email="marc@example.org"))
        [mail] = home.server.caught.wait()
    said = mail.get_payload(decode=True).decode()
    assert "adressez-vous à l’école" in said and not any(words in said for words in SCHOOL_WORDS)


def test_a_deputy_decides_on_no_access(home: Household, tmp_path: Path) -> None:
    from app.models.states import Role
    from app.services.records.kinds import KINDS

    for kind in ("acces.regler", "eleve.proteger", "responsable.souhait"):
        assert KINDS[kind].roles == {Role.DIRECTOR}
