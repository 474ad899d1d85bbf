"""Many schools from a table: all or none, each mistake by its line; their letters; their end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.models.errors import NotFound, Refused
from app.models.tables import schools
from app.models.wire import EnrolRequest
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.operating.enrol_letters import write_letters
from app.server.operating.school_list import create_schools
from app.server.sync.enrolment import EnrolService
from app.services.onde.decode import SourceFile
from tests.conftest import FakeClock

KEY = "A" * 43 + "="
LIST = "UAI;Nom;Fuseau\n0990001N;École des Tilleuls;\n0990002p;École Œillets, « annexe »;Indian/Reunion\n"


@pytest.fixture
def admin(database_url: str, clock: FakeClock) -> Iterator[Admin]:
    base = Database(database_url)
    base.create_if_empty()
    yield Admin(base, clock, os.urandom)
    base.close()


def create(admin: Admin, text: str, *, dry_run: bool = False, encoding: str = "utf-8") -> int:
    source = SourceFile("ecoles.csv", text.encode(encoding))
    return len(create_schools(admin, source=source, portal_url="https://p/", dry_run=dry_run))


def known(admin: Admin) -> list[tuple[str, str, str]]:
    with admin.database.read() as connection:
        statement = select(schools.c.uai, schools.c.name, schools.c.timezone).order_by(schools.c.uai)
        return [(uai, name, zone) for uai, name, zone in connection.execute(statement)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_as_a_spreadsheet_writes_it(admin: Admin, encoding: str) -> None:
    assert create(admin, LIST, dry_run=True, encoding=encoding) == 2 and known(admin) == []
    assert create(admin, LIST.replace("\n", "\r\n"), encoding=encoding) == 2
    assert known(admin) == [
        ("0990001N", "École des Tilleuls", "Europe/Paris"),
        ("0990002P", "École Œillets, « annexe »", "Indian/Reunion"),
    ]


def test_one_mistake_and_none_is_created(admin: Admin) -> None:
    admin.create_school(uai="0990001N", name="École", portal_url="https://p")
    wrong = LIST + "0990002P;Encore;\n0990003A;Fausse lettre;\n0990004S;;\n0990005T;Ailleurs;Paris\n"
    with pytest.raises(Refused) as refused:
        create(admin, wrong)
    told = refused.value.sentence.split("\n")
    lines = [
        (2, "existe déjà"),
        (4, "déjà à la ligne 3"),
        (5, "La lettre de l’UAI"),
        (6, "manque le nom"),
        (7, "fuseau"),
    ]
    for (line, words), sentence in zip(lines, told, strict=False):
        assert sentence.startswith(f"Ligne {line}") and words in sentence
    assert len(known(admin)) == 1


@pytest.mark.parametrize("text", ["UAI;Nom\n", "Code;Nom\n0990001N;École\n", "%PDF-1.4", "", "UAI\n0990001N\n"])
def test_what_is_no_such_table(admin: Admin, text: str) -> None:
    with pytest.raises(Refused, match="Ligne 1"):
        create(admin, text)


def test_a_letter_a_school_with_a_code_that_works(admin: Admin, tmp_path: Path) -> None:
    create(admin, LIST)
    file = tmp_path / "codes.pdf"
    written = write_letters(
        admin, file=file, uais=None, person_name="Mme Rouvière", public_url="https://parents.example/"
    )
    pages = [page.extract_text() for page in PdfReader(file).pages]
    assert len(pages) == 2 and file.stat().st_mode & 0o777 == 0o600
    for letter, page in zip(written, pages, strict=True):
        for words in (letter.uai, letter.code, letter.until, "https://parents.example", "Mme Rouvière"):
            assert " ".join(words.split()) in " ".join(page.split())
    service = EnrolService(admin.database, admin.clock, os.urandom)
    service.enrol(EnrolRequest(code=written[0].code.lower(), device_key=KEY, label="PC"))
    again = write_letters(admin, file=file, uais=None, person_name="Direction", public_url="https://p")
    assert [letter.uai for letter in again] == ["0990002P"], "a school that has a PC needs no code"
    named = write_letters(admin, file=file, uais=["0990001n"], person_name="Direction", public_url="https://p")
    assert [letter.uai for letter in named] == ["0990001N"]
    with pytest.raises(NotFound, match="0990009X"):
        write_letters(admin, file=file, uais=["0990001N", "0990009X"], person_name="Direction", public_url="https://p")


def test_the_hour_of_the_letter_is_the_schools(admin: Admin, tmp_path: Path) -> None:
    create(admin, LIST)
    written = write_letters(admin, file=tmp_path / "c.pdf", uais=None, person_name="Direction", public_url="https://p")
    hours = [int(letter.until.split(" à ")[1].split("\u00a0")[0]) for letter in written]
    assert (hours[1] - hours[0]) % 24 in (2, 3)
