"""« Annuler l’import »: every row as it was, or a refusal that says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.errors import NotFound, Refused
from app.services import imports
from tests.services.onde.cast import (
    ADULTS_HERE,
    ANNE,
    LUCE,
    NOA,
    NOA_S_FATHER,
    PAUL,
    PUPILS_HERE,
    TOM,
    ZOE,
)
from tests.services.onde.school import ImportSchool, counts, present


def test_undoing_a_second_import_restores_every_row(filled: ImportSchool) -> None:
    before = filled.snapshot()
    files = [replace(ZOE, address="7 quai Vert", room="CM1 M. Kerbrat"), TOM], [replace(ANNE, mobile=""), PAUL]
    filled.load_people(*files, complete=True)
    filled.undo_last()
    after = filled.snapshot()
    for table, rows in before.items():
        assert {row_id: after[table][row_id] for row_id in rows} == rows
    assert present(filled) == {"Zoé", "Tom", "Léa"}
    assert filled.preview_people(PUPILS_HERE, ADULTS_HERE).plan.changes_nothing


def test_undoing_restores_a_correction_that_the_import_had_settled(filled: ImportSchool) -> None:
    anne = filled.row("guardians", first_name="Anne")
    filled.correct("responsable.corriger", anne, "mobile", "06 98 76 54 32")
    before = filled.row("guardians", first_name="Anne")
    filled.load_people(PUPILS_HERE, [replace(ANNE, mobile="06 98 76 54 32"), PAUL, LUCE])
    filled.undo_last()
    assert filled.row("guardians", first_name="Anne") == before


def test_what_an_undone_import_had_made_is_new_again(filled: ImportSchool) -> None:
    filled.undo_last()
    assert present(filled) == set()
    again = filled.preview_people(PUPILS_HERE, ADULTS_HERE)
    assert counts(again) == {"pupils": (3, 0, 0, 0), "guardians": (3, 0, 0, 0), "classes": (2, 0, 0, 0)}
    imports.commit(filled.desk, preview=again)
    assert present(filled) == {"Zoé", "Tom", "Léa"}
    assert len(filled.rows("pupils")) == 3
    assert len(filled.rows("accounts")) == 3
    assert filled.preview_people(PUPILS_HERE, ADULTS_HERE).plan.changes_nothing


def test_an_import_is_undone_once(filled: ImportSchool) -> None:
    [done] = imports.history(filled.desk, school_id=filled.school_id)
    filled.undo_last()
    with pytest.raises(Refused, match="already_undone"):
        imports.undo(filled.desk, school_id=filled.school_id, import_id=done.import_id)
    with pytest.raises(NotFound):
        imports.undo(filled.desk, school_id=filled.school_id, import_id="nulle part")


def test_an_import_under_a_later_one_is_not_undone(filled: ImportSchool) -> None:
    filled.load_people([*PUPILS_HERE, NOA], [*ADULTS_HERE, NOA_S_FATHER])
    later, first = imports.history(filled.desk, school_id=filled.school_id)
    before = filled.snapshot()
    with pytest.raises(Refused, match="undo_not_last"):
        imports.undo(filled.desk, school_id=filled.school_id, import_id=first.import_id)
    assert filled.snapshot() == before
    for past in (later, first):
        imports.undo(filled.desk, school_id=filled.school_id, import_id=past.import_id)
    assert present(filled) == set()


def test_an_import_whose_accounts_were_notified_is_not_undone(filled: ImportSchool) -> None:
    account = filled.rows("accounts")[0]
    filled.write("accounts", account["id"], state="notified", notified_on="2026-09-09", login="a.menard")
    before = filled.snapshot()
    with pytest.raises(Refused, match="undo_notified"):
        filled.undo_last()
    assert filled.snapshot() == before


def test_the_history_of_imports(filled: ImportSchool) -> None:
    filled.undo_last()
    [past] = imports.history(filled.desk, school_id=filled.school_id)
    assert (past.author, past.summary["pupils"]["new"]) == ("Mme Rouvière", 3)
    assert past.undone_at is not None
