from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app.models.errors import PreauError, Refused
from app.services import lists, notify
from app.services.accounts import AccountRow, Criteria, list_accounts
from app.services.desk import Desk
from app.services.letters.batch import Cancellation
from app.services.lists import ListDone, ListFormat, write_list
from app.services.vault.tables import pending_acts, school_keys
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

HEADER = (
    "RNE;Ecole;Nom de l'élève;Prénom de l'élève;Niveau de l'élève;Classe de l'élève;Nom du responsable;"
    "Prénom du responsable;Identifiant;Mot de passe"
)  # as in arena.md


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Zoé and her two parents, Inès and her mother, whose name is hostile."""
    with open_desk(tmp_path / "vault") as opened:
        with casting(opened) as cast:
            cast.school()
            zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
            cast.guardian("Mme Mireille CHÂTELAIN", zoe, state="active", password_changed=True)
            cast.guardian("M. Paul CHÂTELAIN", zoe, login="p.chatelain")
            cast.guardian("Mme =cmd|1 @SALEM", cast.pupil("Inès BEN SALEM", cast.classroom("CP A")), login="c.salem")
            cast.rows.change("enrolments", cast.rows.all("enrolments")[0]["id"], level="CE2")
        yield opened


def rows_of(desk: Desk, criteria: Criteria | None = None) -> list[AccountRow]:
    listed = list_accounts(desk, school_id=SCHOOL)
    return [listed.rows[place] for place in listed.find(criteria or Criteria())]


def made(desk: Desk, folder: Path, wanted: ListFormat, *, with_passwords: bool = False) -> ListDone:
    return write_list(
        desk, school_id=SCHOOL, rows=rows_of(desk), wanted=wanted, folder=folder, with_passwords=with_passwords
    )


def notified(desk: Desk, folder: Path) -> None:
    """Paul gets a sheet, with a provisional password on it."""
    accounts = [account["id"] for account in read(desk, "accounts") if account["login"] == "p.chatelain"]
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
    notify.print_sheets(desk, plan=plan, folder=folder, processes=1)


def cells(done: ListDone) -> list[list[str]]:
    return list(csv.reader(io.StringIO(done.files[0].read_text("utf-8-sig")), delimiter=";"))


def acts(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    with desk.vault.read() as connection:
        found = connection.execute(pending_acts.select().order_by(pending_acts.c.position)).mappings()
        return [(act["kind"], act["fields"]) for act in found]


def test_csv_has_arenas_name_header_and_lines(desk: Desk, tmp_path: Path) -> None:
    done = made(desk, tmp_path / "Listes", ListFormat.CSV)
    assert done.files[0].name == "Preau-ListeResponsables-20260909120000.csv"  # noon in Paris
    written = done.files[0].read_bytes()
    assert written.startswith(b"\xef\xbb\xbf") and written.decode("utf-8-sig").split("\r\n")[0] == HEADER
    school = ["0310001H", "École élémentaire Marie Curie"]
    assert cells(done)[1:] == [
        [*school, "BEN SALEM", "Inès", "", "CP A", "'@SALEM", "'=cmd|1", "c.salem", ""],
        [*school, "CHÂTELAIN", "Zoé", "CE2", "CE2B", "CHÂTELAIN", "Mireille", "m.châtelain", ""],
        [*school, "CHÂTELAIN", "Zoé", "CE2", "CE2B", "CHÂTELAIN", "Paul", "p.chatelain", ""],
    ]
    assert (done.line_count, done.account_count, done.password_count, done.act_id) == (3, 3, 0, None)


def test_passwords_are_left_out_unless_asked_for(desk: Desk, tmp_path: Path) -> None:
    notified(desk, tmp_path)
    before = len(acts(desk))
    for wanted in ListFormat:
        assert made(desk, tmp_path, wanted).act_id is None
    assert all(row[-1] == "" for row in cells(made(desk, tmp_path, ListFormat.CSV))[1:])
    assert len(acts(desk)) == before


def test_with_passwords_only_provisional_ones_are_listed_and_the_journal_knows(desk: Desk, tmp_path: Path) -> None:
    notified(desk, tmp_path)
    done = made(desk, tmp_path, ListFormat.CSV, with_passwords=True)
    paul = next(account for account in read(desk, "accounts") if account["login"] == "p.chatelain")
    password = notify.provisional_password(desk, school_id=SCHOOL, account_id=paul["id"])
    assert [row[-1].replace(" ", "") for row in cells(done)[1:]] == ["", "", password]
    kind, fields = acts(desk)[-1]
    assert kind == "liste.exporter" and fields["account_ids"] == [paul["id"]] and fields["lines"] == 3
    assert password not in str(fields)
    (event,) = [event for event in read(desk, "events") if event["kind"] == "listed"]
    assert (event["account_id"], event["detail"]) == (paul["id"], {"format": "csv"})
    assert "1\u00a0mot de passe provisoire" in done.sentence


def test_xlsx_says_the_same_in_cells_of_text(desk: Desk, tmp_path: Path) -> None:
    notified(desk, tmp_path)
    as_csv, done = (made(desk, tmp_path, kind, with_passwords=True) for kind in (ListFormat.CSV, ListFormat.XLSX))
    sheet = load_workbook(done.files[0]).active
    read_back = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert read_back == [[cell.removeprefix("'") for cell in row] for row in cells(as_csv)]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert done.files[0].name.endswith(".xlsx")


def test_the_pdf_says_what_arenas_says(desk: Desk, tmp_path: Path) -> None:
    notified(desk, tmp_path)
    done = made(desk, tmp_path, ListFormat.PDF, with_passwords=True)
    (page,) = PdfReader(done.files[0]).pages
    text = page.extract_text().replace("\u00a0", " ")
    for words in (
        "Date de création : 09/09/2026", "Ecole : 0310001H - École élémentaire Marie Curie",
        "Liste des responsables :", "Nom élève", "Prénom élève", "Niveau", "Classe", "Identifiant", "Mot de passe *",
        "* Seuls les mots de passe provisoires sont affichés.", "Page 1 sur 1", "=cmd|1", "CHÂTELAIN",
    ):  # fmt: skip
        assert words in text, words
    paul = next(account for account in read(desk, "accounts") if account["login"] == "p.chatelain")
    password = notify.provisional_password(desk, school_id=SCHOOL, account_id=paul["id"])
    assert password is not None and password[:4] in text
    plain = made(desk, tmp_path, ListFormat.PDF)
    text = PdfReader(plain.files[0]).pages[0].extract_text()
    assert password[:4] not in text and "pas été demandés" in text


def test_a_long_pdf_repeats_its_header_and_numbers_its_pages(desk: Desk, tmp_path: Path) -> None:
    rows = rows_of(desk) * 40
    seen: list[tuple[int, int]] = []
    done = write_list(
        desk, school_id=SCHOOL, rows=rows, wanted=ListFormat.PDF, file=tmp_path / "l.pdf",
        progress=lambda count, total: seen.append((count, total)),
    )  # fmt: skip
    pages = [page.extract_text().replace("\u00a0", " ") for page in PdfReader(done.files[0]).pages]
    assert len(pages) > 3
    assert all(
        "Nom élève" in text and f"Page {number} sur {len(pages)}" in text for number, text in enumerate(pages, 1)
    )
    assert sum(text.count("Inès") for text in pages) == 40 and "Date de création" not in pages[1]
    assert seen[-1] == (120, 120)


def test_a_file_is_whole_or_not_there(desk: Desk, tmp_path: Path) -> None:
    in_the_way = tmp_path / "fichier"
    in_the_way.write_text("")
    with pytest.raises(PreauError, match="autre dossier") as refused:
        made(desk, in_the_way / "Listes", ListFormat.CSV, with_passwords=True)
    assert refused.value.code == "folder_not_writable"
    folder = tmp_path / "l"
    with pytest.raises(Cancellation):
        write_list(
            desk, school_id=SCHOOL, rows=rows_of(desk), wanted=ListFormat.CSV, folder=folder, with_passwords=True,
            cancelled=lambda: True,
        )  # fmt: skip
    assert list(folder.iterdir()) == [] and acts(desk) == []


def test_a_list_of_nobody_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_list(desk, school_id=SCHOOL, rows=[], wanted=ListFormat.PDF, folder=tmp_path)
    assert refused.value.code == "nobody"


def test_what_this_pc_cannot_read_is_named(desk: Desk, tmp_path: Path) -> None:
    notified(desk, tmp_path)
    with desk.vault.write() as connection:
        connection.execute(school_keys.delete())
    done = made(desk, tmp_path, ListFormat.CSV, with_passwords=True)
    assert done.unreadable == ("p.chatelain",) and "p.chatelain" in done.sentence and done.act_id is not None


def test_names_of_files_sort_by_time() -> None:
    assert lists.file_name(datetime(2026, 11, 21, 14, 2, 40), ListFormat.PDF) == (  # noqa: DTZ001
        "Preau-ListeResponsables-20261121140240.pdf"
    )
