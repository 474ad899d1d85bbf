from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import delete

from app.models.errors import Refused
from app.models.secrets import grouped
from app.services import notify, sheets
from app.services.desk import Desk
from app.services.sealing import SecretUnreadable
from app.services.sheets import NotifyDone
from app.services.vault.tables import school_keys
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "vault") as opened:
        yield opened


@pytest.fixture
def printed(desk: Desk, tmp_path: Path) -> NotifyDone:
    """Five sheets: three in CP A, one of them a reminder, two in CE2B."""
    with casting(desk) as cast:
        cast.school()
        cp, ce2 = cast.classroom("CP A"), cast.classroom("CE2B")
        accounts = [
            cast.guardian(f"M. Jean AUBRAC-{n}", cast.pupil(f"Tristan AUBRAC-{n}", cp), state=state)
            for n, state in enumerate(("not_notified", "active", "notified"))
        ]
        accounts += [cast.guardian(f"Mme Lise BRAUN-{n}", cast.pupil(f"Elsa BRAUN-{n}", ce2)) for n in range(2)]
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
    return notify.print_sheets(desk, plan=plan, folder=tmp_path / "first")


def _pages(folder: Path) -> list[str]:
    return [
        " ".join(page.extract_text().split()) for path in sorted(folder.iterdir()) for page in PdfReader(path).pages
    ]


def test_the_same_sheets_come_out_again_with_no_new_password(desk: Desk, printed: NotifyDone, tmp_path: Path) -> None:
    acts, rows = read(desk, "events"), read(desk, "sheets")
    done = sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, folder=tmp_path / "again")
    assert _pages(tmp_path / "again") == _pages(tmp_path / "first")
    assert (done.sheet_count, done.act_id) == (5, None)
    assert (read(desk, "events"), read(desk, "sheets")) == (acts, rows)


def test_from_a_number_on_in_one_class(desk: Desk, printed: NotifyDone, tmp_path: Path) -> None:
    (batch,) = sheets.list_batches(desk, school_id=SCHOOL)
    (cp,) = [group for group in batch.groups if group.group == "CP A"]
    assert (cp.total, batch.sheet_count, batch.known) == (3, 5, False)
    sheets.reprint(desk, school_id=SCHOOL, batch_id=batch.batch_id, from_number=2, group=cp, folder=tmp_path / "again")
    found = [re.search(r"(CP A|CE2B) — feuille (\d) / (\d)", text) for text in _pages(tmp_path / "again")]
    assert [match.groups() for match in found if match] == [("CP A", "2", "3"), ("CP A", "3", "3")]


def test_a_class_that_changed_meanwhile_is_printed_with_its_old_place(
    desk: Desk, printed: NotifyDone, tmp_path: Path
) -> None:
    with casting(desk) as cast:
        (pupil,) = [row for row in cast.rows.all("pupils") if row["last_name"] == "AUBRAC-0"]
        cast.rows.change("pupils", pupil["id"], left_on="2026-10-01")
    sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, folder=tmp_path / "again")
    assert _pages(tmp_path / "again") == _pages(tmp_path / "first")


def test_sheets_of_no_use_are_left_out_and_named(desk: Desk, printed: NotifyDone, tmp_path: Path) -> None:
    with casting(desk) as cast:
        (used,) = [row for row in cast.rows.all("sheets") if row["login"] == "j.aubrac-0"]
        cast.rows.change("sheets", used["id"], status="used")
    done = sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, folder=tmp_path / "again")
    assert done.sheet_count == 4
    assert done.left_out == ("CP A — feuille 1\u00a0(j.aubrac-0)\u00a0: déjà utilisée",)
    assert "déjà utilisée" in " ".join(_pages(tmp_path / "again"))


def test_once_accepted_the_paper_says_the_server_s_date(desk: Desk, printed: NotifyDone, tmp_path: Path) -> None:
    with casting(desk) as cast:
        for sheet in cast.rows.all("sheets"):
            cast.rows.change("sheets", sheet["id"], expires_at="2027-01-31T11:00:00.000000Z", status="known")
    sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, folder=tmp_path / "again")
    assert "avant le 31 janvier 2027" in _pages(tmp_path / "again")[1]


def test_a_pc_without_the_key_prints_nothing_and_offers_a_reset(
    desk: Desk, printed: NotifyDone, tmp_path: Path
) -> None:
    with desk.vault.write() as connection:
        connection.execute(delete(school_keys))
    with pytest.raises(SecretUnreadable) as refused:
        sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, folder=tmp_path / "again")
    assert "réinitialisation" in refused.value.sentence
    assert not (tmp_path / "again").exists()


def test_the_panel_shows_the_password_that_is_on_the_paper_until_it_is_changed(
    desk: Desk, printed: NotifyDone, tmp_path: Path
) -> None:
    accounts = {row["login"]: row["id"] for row in read(desk, "accounts")}
    shown = sheets.provisional_password(desk, school_id=SCHOOL, account_id=accounts["j.aubrac-0"])
    assert shown is not None
    assert grouped(shown) in _pages(tmp_path / "first")[4]
    assert sheets.provisional_password(desk, school_id=SCHOOL, account_id=accounts["j.aubrac-1"]) is None
    with casting(desk) as cast:
        cast.rows.change("accounts", accounts["j.aubrac-0"], password_changed=True)
    assert sheets.provisional_password(desk, school_id=SCHOOL, account_id=accounts["j.aubrac-0"]) is None


def test_beyond_the_last_number_it_is_refused(desk: Desk, printed: NotifyDone, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        sheets.reprint(desk, school_id=SCHOOL, batch_id=printed.batch_id, from_number=9, folder=tmp_path / "again")


def test_nothing_is_handed_out_before_the_server_knows(desk: Desk, printed: NotifyDone) -> None:
    notice = sheets.distribution_notice(desk, school_id=SCHOOL)
    assert notice.waiting_sentence == "Ne pas distribuer\u00a0: 5\u00a0feuilles pas encore connues du serveur"
    assert len(notice.waiting) == 5
    with casting(desk) as cast:
        for sheet in cast.rows.all("sheets"):
            status = "do_not_hand_out" if sheet["login"] == "l.braun-1" else "known"
            accepted = "2026-09-09T12:00:00.000000Z"
            cast.rows.change("sheets", sheet["id"], status=status, accepted_at=accepted)
    notice = sheets.distribution_notice(desk, school_id=SCHOOL)
    assert (notice.waiting, notice.waiting_sentence) == ((), "")
    assert notice.withheld_sentence == (
        "Ne pas remettre, compte activé entre-temps\u00a0: CE2B — feuille 2\u00a0(l.braun-1)"
    )
    assert len(notice.withheld) == 1
