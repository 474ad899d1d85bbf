"""Hostile names, known to the school or typed by a stranger, are text on every page, in every mail and in no address."""

from __future__ import annotations

import logging
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from tests.server.portal.creating import another_school, import_files
from tests.server.portal.help.asking import by_code, send
from tests.server.portal.household import Household, form
from tests.server.portal.safety.addresses import portal_addresses

SCRIPT, QUOTES = "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)> ' onmouseover='alert(1)"
TURNED, LONG = "\u202etxt\u2066.exe", "W" * 200
NAMES = (SCRIPT, QUOTES, TURNED, LONG)
TURNING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
"""What turns the text after it: alone in a name, it would turn the page's own words."""
FIELDS = (
    "identifiant", "mot_de_passe", "nom", "prenom", "portable", "contact", "code", "jour", "mois", "annee", "courriel",
    "enfant", "choix", "etape", "reference", "moment", "prenom_enfant", "nom_enfant", "message", "langue", "papier",
    "ancien", "acces", "appareil", "compte", "vers", "last_name", "first_name", "town", "mobile", "email",
)  # fmt: skip
KNOWN = ("data:,", "https://www.defenseurdesdroits.fr", "https://www.cnil.fr/plaintes")
PUPILS = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
{0};;{1};14/03/2019;F;123456789AB;CE1 {2};CE1
"""
GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;{0};Marc;;06 39 98 01 01;{0};{1}
"""  # noqa: E501


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, what they carry out, and what is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def judge(answer: httpx.Response, where: str) -> None:
    """Nothing in it runs, loads or turns what is around it; nothing in it leads elsewhere."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    seen = Reader(answer.text)
    assert not seen.tags & {"script", "img", "iframe", "object", "embed", "svg", "style"}, where
    assert [one for one in seen.attributes if one[0].startswith("on")] == [], where
    assert [one for one in seen.attributes if one[0] in ("href", "action") and ":" in one[1].split("/")[0]
            and not one[1].startswith(("tel:", "mailto:")) and one[1] not in KNOWN] == [], where  # fmt: skip
    assert [letter for letter in TURNING if answer.text.count(letter) > answer.text.count("\u2069")] == [], where


def csv_field(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("name", NAMES, ids=["script", "quotes", "turned", "long"])
def test_of_a_family_on_every_page_and_in_every_mail(home: Household, tmp_path: Path, name: str) -> None:
    fields = [csv_field(name), csv_field(name), "M. Petit"]
    import_files(home.desk, PUPILS.format(*fields), GUARDIANS.format(*fields))
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        judge(parent.get(f"/a/{secret.token}"), "the sheet's page")
        judge(parent.post("/activation", data=form(date=("1", "1", "2019"), email="x")), "the form refused")
        judge(parent.post("/activation", data=form(email="marc@example.org")), "the form")
        [mail] = home.server.caught.wait()
        judge(parent.get("/enfants"), "waiting")
    assert mail.get_content_type() == "text/plain" and name not in str(mail["Subject"])
    assert set(mail.keys()) & {"Bcc", "Cc"} == set() and mail["To"] == "marc@example.org"


@pytest.mark.parametrize("name", NAMES, ids=["script", "quotes", "turned", "long"])
def test_of_an_owner_on_every_page_that_is_his(home: Household, tmp_path: Path, name: str) -> None:
    fields = [csv_field(name), csv_field(name), "M. Petit"]
    import_files(home.desk, PUPILS.format(*fields), GUARDIANS.format(*fields))
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        for path in portal_addresses(tmp_path, "GET"):
            if path != "/deconnexion":
                answer = parent.get(path)
                judge(answer, path)
                assert "W" * 30 not in str(answer.url) and "script" not in str(answer.url), path
        judge(parent.post("/compte/donnees"), "my data")


@pytest.mark.parametrize("name", NAMES, ids=["script", "quotes", "turned", "long"])
def test_typed_into_every_field_of_every_form(home: Household, tmp_path: Path, name: str) -> None:
    filled = dict.fromkeys(FIELDS, name)
    with home.parent() as stranger:
        judge(by_code(home, stranger), "help begun")
        for path in portal_addresses(tmp_path, "POST"):
            answer = stranger.post(path, data=filled, params={"enfant": name, "fait": name})
            assert answer.status_code < 500, path
            judge(answer, path)
        judge(send(home, stranger, by_code(home, stranger), nom=name, message=name), "help")


@pytest.mark.parametrize(
    "email",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y", "a@example.org, b@example.org", "<a@example.org>x"],
)
def test_no_header_of_a_mail_is_written_by_who_types_an_address(home: Household, tmp_path: Path, email: str) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form(email=email)).status_code == 422
        assert parent.post("/activation", data=form(email="right@example.org")).url.path == "/enfants"
        parent.post("/courriel", data={"courriel": email})
    for mail in home.server.caught.wait(2):
        assert mail["To"] == "right@example.org" and mail["Bcc"] is None and mail["X"] is None


def test_a_childs_name_stands_in_no_address_and_in_no_log(
    home: Household, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole walk of a family: every address asked for and led to, and everything that the server logs."""
    seen: list[str] = []
    with caplog.at_level(logging.DEBUG), home.parent() as parent:
        parent.event_hooks = {"response": [lambda answer: seen.extend(
            [str(answer.request.url), answer.headers.get("location", ""), answer.headers.get("content-disposition", "")]
        )]}  # fmt: skip
        secret = home.print_sheet(tmp_path / "sheets")
        home.desk.sync()
        assert secret is not None
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(date=("1", "1", "2019")))
        parent.post("/aide/demander", data={"etape": "birth_date"})
        parent.post("/activation", data=form())
        for path in portal_addresses(tmp_path, "GET"):
            parent.get(path)
        parent.post("/compte/donnees")
        parent.post("/enfants/ajouter", data={"identifiant": "i.hostile", "mot_de_passe": "faux"})
        send(home, parent, by_code(home, parent))
    server_logs = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    for name in ("Zoé", "Zo%C3%A9", "zoe", "DUPONT", "Dupont", "dupont", "Noé", "14/03/2019", "2019-03-14"):
        assert [address for address in seen if name in address] == [], name
        assert [line for line in server_logs if name in line and "sqlalchemy" not in line] == [], name
    assert len(seen) > 100 and any("/enfants" in address for address in seen)


def test_no_page_names_the_parent_or_child_of_another_school(home: Household, tmp_path: Path) -> None:
    """Two schools of one server, a parent in each: nothing of the one's family is on any page of the other's."""
    strange = (
        PUPILS.format("ZYGOTE", "Ysoline", "M. Petit"),
        GUARDIANS.format("ZYGOTE", "Ysoline").replace("01 01", "07 07"),
    )
    with another_school(home, tmp_path / "other", *strange) as other:
        secret = home.print_sheet(tmp_path / "sheets")
        home.desk.sync()
        assert secret is not None and other.account()["id"]
        with home.parent() as parent:
            parent.get(f"/a/{secret.token}")
            parent.post("/activation", data=form())
            for path in portal_addresses(tmp_path, "GET"):
                page = parent.get(path).text
                assert "Ysoline" not in page and "ZYGOTE" not in page and "Acacias" not in page, path
