from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.models.acts_notify import NotifyFields
from app.models.errors import Refused
from app.models.tables import Row
from app.services.desk import Desk
from app.services.hashing import hash_password
from app.services.records.apply_notify import apply_notify
from app.services.records.rows import SchoolRows, Stamp
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

STAMP = Stamp(act_id="act-1", author="Mme Durand", device_id="device-1", at="2026-09-09T10:00:00.000000Z")
HASH = hash_password("K7RW3HNPXD4T", os.urandom(16))


def _sheet(account: Row, number: int = 1, **values: Any) -> dict[str, Any]:
    known = {
        "sheet_id": f"sheet-{number}", "account_id": account["id"], "guardian_id": account["guardian_id"],
        "classroom_id": "class-1", "classroom_label": "CE2B", "number": number, "total": 2, "letter": "C01",
        "login": account["login"], "with_secret": True, "by_post": False, "sealed": "c2VhbGVk", "key_version": 5,
        "password_hash": HASH, "token_hash": "0" * 64,
    }  # fmt: skip
    return {**known, **values}


def _fields(*sheets: dict[str, Any], reset: bool = False) -> NotifyFields:
    batch = {"id": "batch-1", "number": "L-0909-3F", "created_at": STAMP.at}
    return NotifyFields.model_validate(
        {"batch": batch, "reset": reset, "notified_on": "2026-09-09", "sheets": list(sheets)}
    )


def _apply(desk: Desk, fields: NotifyFields, stamp: Stamp = STAMP) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        apply_notify(fields, rows, stamp)
        rows.flush()


def _family(desk: Desk, **account: Any) -> Row:
    with casting(desk) as cast:
        cast.school()
        zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
        cast.guardian("Mme Mireille CHÂTELAIN", zoe, **account)
    return read(desk, "accounts")[0]


def test_an_account_becomes_notified_by_the_school(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        _apply(desk, _fields(_sheet(_family(desk))))
        account, sheet, batch = read(desk, "accounts")[0], read(desk, "sheets")[0], read(desk, "batches")[0]
        assert (account["state"], account["origin"], account["notified_on"]) == ("notified", "school", "2026-09-09")
        assert (sheet["status"], sheet["batch_id"], sheet["accepted_at"]) == ("printed", "batch-1", None)
        assert (batch["number"], batch["sheet_count"], batch["accepted_at"]) == ("L-0909-3F", 1, None)
        assert [event["kind"] for event in read(desk, "events")] == ["notified"]


def test_the_hashes_stay_out_of_the_rows(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        _apply(desk, _fields(_sheet(_family(desk))))
        assert HASH not in repr(read(desk, "sheets")) + repr(read(desk, "events"))


@pytest.mark.parametrize("state", ["notified", "activating", "active"])
def test_every_other_state_stays_and_the_date_is_refreshed(tmp_path: Path, state: str) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk, state=state, origin="ent", notified_on="2026-01-01", password_changed=True)
        _apply(desk, _fields(_sheet(account, letter="C03", with_secret=False, sealed=None)))
        after = read(desk, "accounts")[0]
        assert (after["state"], after["origin"], after["notified_on"]) == (state, "ent", "2026-09-09")
        assert after["password_changed"] is True


def test_a_reset_of_an_active_account_makes_its_password_provisional_again(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk, state="active", password_changed=True)
        _apply(desk, _fields(_sheet(account, letter="C05"), reset=True))
        assert read(desk, "accounts")[0]["password_changed"] is False


def test_an_older_act_that_comes_late_does_not_move_the_date_back(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        _apply(desk, _fields(_sheet(_family(desk, notified_on="2026-10-01"))))
        assert read(desk, "accounts")[0]["notified_on"] == "2026-10-01"


def test_a_sheet_without_its_account_is_skipped_and_reviewed_the_others_count(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk)
        lost = _sheet(account, 2, account_id="account-99", login="x.inconnu")
        _apply(desk, _fields(_sheet(account), lost))
        (review,) = read(desk, "reviews")
        assert [sheet["id"] for sheet in read(desk, "sheets")] == ["sheet-1"]
        assert review["kind"] == "sheet_skipped"
        assert "x.inconnu" in review["sentence"]
        assert read(desk, "batches")[0]["sheet_count"] == 1


def test_an_account_that_was_merged_is_followed_to_the_one_that_stays(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk)
        with casting(desk) as cast:
            cast.rows.alias("accounts", "account-old", account["id"])
        _apply(desk, _fields(_sheet(account, account_id="account-old")))
        assert read(desk, "sheets")[0]["account_id"] == account["id"]
        assert read(desk, "accounts")[0]["state"] == "notified"


def test_applied_again_by_the_other_end_it_writes_the_same_rows(tmp_path: Path) -> None:
    with open_desk(tmp_path, seed=1) as desk, open_desk(tmp_path, seed=2) as other:
        for one in (desk, other):
            _apply(one, _fields(_sheet(_family(one))))
        for table in ("accounts", "sheets", "batches", "events"):
            assert read(desk, table) == read(other, table)


def test_a_batch_with_nobody_is_refused(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk)
        for fields in (_fields(), _fields(_sheet(account, account_id="account-99"))):
            with pytest.raises(Refused):
                _apply(desk, fields)
        assert read(desk, "reviews") == read(desk, "batches") == []


def test_a_hash_with_other_parameters_is_not_read(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _family(desk)
        with pytest.raises(ValidationError):
            _fields(_sheet(account, password_hash=HASH.replace("t=2", "t=1")))
        with pytest.raises(ValidationError):
            _fields(_sheet(account, token_hash="token"))
