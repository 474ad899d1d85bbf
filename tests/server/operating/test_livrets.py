"""Documents whose time is over: out of the livret by an act that can be undone, out of the stores a month later."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.models import report_content as rc
from app.models.acts_reports import Removal, RemoveReportsFields
from app.models.acts_undo import UndoFields
from app.models.tables import Row
from app.server.documents.stores import Documents
from app.server.operating import livrets
from app.server.sync.exchange import SyncService
from app.services.documents.courier import forget_unwanted
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.server.portal.household import Household, household
from tests.server.portal.reports.shelf import bring, content


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    with household(tmp_path, clock) as made:
        yield made


def service(home: Household) -> SyncService:
    settings = home.server.settings
    return SyncService(
        home.server.database, home.clock, os.urandom, settings.key("acts"),
        documents=Documents(settings.documents_folder(), settings.key("documents")),
    )  # fmt: skip


def has(home: Household, name: str) -> tuple[bool, bool]:
    """(whether the server has the document, whether the PC has it)."""
    documents = service(home).documents
    assert documents is not None
    desk = home.desk.desk
    return documents.of(home.desk.school_id).has(name), VaultStore(desk.vault, desk.clock).has(name)


def report(home: Household, report_id: str) -> Row:
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        return SchoolRows(connection, home.desk.school_id).need("reports", report_id)


def later(home: Household, days: int) -> None:
    """Let days go by, for the clocks and for the files that the store has written."""
    home.clock.advance(days=days)
    documents = service(home).documents
    assert documents is not None
    for path in documents.of(home.desk.school_id).files():
        written = (home.clock.now - timedelta(days=days)).timestamp()
        os.utime(path, (written, written))


def test_a_report_past_its_time_leaves_the_livret_can_come_back_and_is_forgotten(home: Household) -> None:
    document = rc.canonical(content())
    name = rc.document_id(document)
    bring(home, rc.canonical(content(words="De cette année.")))
    report_id = bring(home, document, year=2022, level="CE2")
    home.desk.sync()
    assert livrets.retire(service(home), "", False) == 1 and report(home, report_id)["removed_at"] is None
    assert livrets.retire(service(home), "", True) == 1
    gone = report(home, report_id)
    assert (gone["removed_why"], bool(gone["removed_at"])) == (Removal.KEPT_LONG_ENOUGH, True)
    assert livrets.retire(service(home), "", True) == 0
    later(home, 20)
    livrets.forget_documents(service(home), "", True)
    forget_unwanted(home.desk.desk)
    assert has(home, name) == (True, True)
    with home.desk.desk.vault.read() as connection:
        rows = SchoolRows(connection, home.desk.school_id)
        (act,) = [row for row in rows.all("acts") if row["kind"] == "bilan.retirer"]
    undo = UndoFields(act_id=act["id"], kind="bilan.retirer")
    submit(home.desk.desk, school_id=home.desk.school_id, kind="acte.annuler", fields=undo)
    assert report(home, report_id)["removed_at"] is None
    assert livrets.retire(service(home), "", True) == 0, "what was put back stays a month"
    later(home, 31)
    assert livrets.retire(service(home), "", True) == 1
    home.desk.sync()
    later(home, 40)
    assert livrets.forget_documents(service(home), "", False) == 0
    assert livrets.forget_documents(service(home), "", True) == 1
    assert forget_unwanted(home.desk.desk) == 1
    assert has(home, name) == (False, False)


def test_a_replaced_document_stays_a_month(home: Household) -> None:
    first, second = (rc.canonical(content(words=words)) for words in ("Un.", "Deux."))
    bring(home, first)
    home.desk.sync()
    bring(home, second)
    home.desk.sync()
    later(home, 2)
    assert livrets.forget_documents(service(home), "", True) == 0
    later(home, 40)
    assert livrets.forget_documents(service(home), "", True) == 1
    assert has(home, rc.document_id(second))[0] and not has(home, rc.document_id(first))[0]


def test_what_has_just_come_is_not_forgotten(home: Household) -> None:
    desk = home.desk.desk
    name = VaultStore(desk.vault, desk.clock).put(b"an import under way")
    assert forget_unwanted(desk) == 0 and VaultStore(desk.vault, desk.clock).has(name)
    home.clock.advance(days=2)
    assert forget_unwanted(desk) == 1


def test_after_a_restore_the_pc_sends_again_what_the_folder_lacks(home: Household) -> None:
    document = rc.canonical(content())
    name = rc.document_id(document)
    report_id = bring(home, document)
    home.desk.sync()
    made = service(home)
    assert made.documents is not None and livrets.find_lost(made) == 0
    made.documents.of(home.desk.school_id).delete(name)
    assert livrets.find_lost(made) == 1
    assert report(home, report_id)["stored_at"] is not None
    assert has(home, name) == (True, True)


def test_without_a_store_nothing_is_forgotten(home: Household) -> None:
    bring(home, rc.canonical(content()))
    home.desk.sync()
    bare = replace(service(home), documents=None)
    assert livrets.forget_documents(bare, "", True) == livrets.find_lost(bare) == 0


def test_a_report_taken_out_by_hand_is_no_longer_sent_nor_retired(home: Household) -> None:
    report_id = bring(home, rc.canonical(content()))
    fields = RemoveReportsFields(report_ids=(report_id,), why=Removal.BY_HAND)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="bilan.retirer", fields=fields)
    home.desk.sync()
    home.clock.now = datetime(2040, 9, 1, 12, tzinfo=UTC)
    assert livrets.retire(service(home), "", True) == 0
