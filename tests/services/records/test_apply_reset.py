from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.models.acts_notify import ResetFields
from app.models.errors import Refused
from app.models.tables import Row
from app.services.desk import Desk
from app.services.hashing import hash_password
from app.services.records.apply_reset import apply_reset
from app.services.records.rows import SchoolRows, Stamp
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

STAMP = Stamp(act_id="act-1", author="Mme Durand", device_id="device-1", at="2026-09-09T10:00:00.000000Z")
HASH = hash_password("K7RW3HNPXD4T", os.urandom(16))


def _fields(*accounts: Row, letter: str = "C05") -> ResetFields:
    sheets = [
        {"sheet_id": f"sheet-{number}", "account_id": account["id"], "guardian_id": account["guardian_id"],
         "classroom_id": None, "classroom_label": None, "number": number, "total": len(accounts), "letter": letter,
         "login": account["login"], "with_secret": True, "by_post": False, "sealed": "c2VhbGVk", "key_version": 5,
         "password_hash": HASH, "token_hash": "0" * 64}
        for number, account in enumerate(accounts, start=1)
    ]  # fmt: skip
    batch = {"id": "batch-1", "number": "R-0909-3F", "created_at": STAMP.at}
    return ResetFields.model_validate({"batch": batch, "sheets": sheets})


def _apply(desk: Desk, fields: ResetFields) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        apply_reset(fields, rows, STAMP)
        rows.flush()


def _account(desk: Desk, **account: Any) -> Row:
    with casting(desk) as cast:
        cast.school()
        cast.guardian("Mme Mireille CHÂTELAIN", cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B")), **account)
    return read(desk, "accounts")[0]


@pytest.mark.parametrize(("state", "letter"), [("notified", "C01"), ("activating", "C05"), ("active", "C05")])
def test_neither_state_nor_origin_nor_date_moves(tmp_path: Path, state: str, letter: str) -> None:
    with open_desk(tmp_path) as desk:
        account = _account(
            desk, state=state, origin="ent", notified_on="2026-09-01", password_changed=state != "notified"
        )
        _apply(desk, _fields(account, letter=letter))
        after = read(desk, "accounts")[0]
        assert (after["state"], after["origin"], after["notified_on"]) == (state, "ent", "2026-09-01")
        assert after["password_changed"] is False
        (batch,), (event,) = read(desk, "batches"), read(desk, "events")
        assert (batch["paper"], batch["reset"], event["kind"]) == (False, True, "reset")


def test_an_account_activated_meanwhile_keeps_the_password_that_its_owner_chose(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        account = _account(desk, state="active", password_changed=True)
        _apply(desk, _fields(account, letter="C01"))  # the PC believed that it was only notified
        assert read(desk, "accounts")[0]["password_changed"] is True


def test_an_account_that_was_never_notified_is_left_alone_and_reviewed(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        fresh = _account(desk)
        with casting(desk) as cast:
            active = cast.guardian("M. Jean AUBRAC", cast.pupil("Tristan AUBRAC", "class"), state="active")
        known = next(row for row in read(desk, "accounts") if row["id"] == active)
        _apply(desk, _fields(fresh, known))
        (review,) = read(desk, "reviews")
        assert review["kind"] == "reset_skipped" and fresh["login"] in review["sentence"]
        assert [sheet["account_id"] for sheet in read(desk, "sheets")] == [known["id"]]
        assert read(desk, "batches")[0]["sheet_count"] == 1


def test_a_reset_of_nobody_is_refused(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        fresh = _account(desk)
        for fields in (_fields(), _fields(fresh)):
            with pytest.raises(Refused):
                _apply(desk, fields)
        assert read(desk, "reviews") == read(desk, "batches") == []


def test_applied_twice_it_writes_the_same_rows(tmp_path: Path) -> None:
    with open_desk(tmp_path, seed=1) as desk, open_desk(tmp_path, seed=2) as other:
        for one in (desk, other):
            account = _account(one, state="active")
            _apply(one, _fields(account))
        for table in ("accounts", "sheets", "batches", "events"):
            assert read(desk, table) == read(other, table)
