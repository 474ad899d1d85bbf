"""Documents over HTTP: from the PC that imports to the server, once, and to a colleague's PC when she wants them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from app.models.acts_reports import ImportReportsFields, Removal, RemoveReportsFields, ReportLine, ReportSource
from app.models.errors import Refused, TransportError
from app.models.parcels import AskedDocument, FetchRequest, ReceivedReply, WantedRequest, pack, piece_of
from app.models.report_content import DocumentFormat, ReportKind, document_id
from app.models.states import Role
from app.models.wire import PROTOCOL, PROTOCOL_HEADER, EnrolRequest
from app.server.documents.stores import Documents
from app.server.operating import officers
from app.services.demo.school import make_school
from app.services.documents.courier import Courier, Left, left_to_send
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sync.enrolment import token_name
from app.services.sync.transport import Address, HttpTransport
from app.services.vault.secrets import VaultSecrets
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server

SMALL, LARGE = b'{"bilan":1}', os.urandom(700_000)


@dataclass
class Fragile:
    """The real line, which breaks before the parcels of these numbers, or after the server has taken them."""

    inner: HttpTransport
    cut_before: set[int] = field(default_factory=set)
    cut_after: set[int] = field(default_factory=set)
    parcels: int = 0

    def wanted(self, address: Address, request: WantedRequest) -> ReceivedReply:
        return self.inner.wanted(address, request)

    def fetch_parcel(self, address: Address, request: FetchRequest) -> bytes:
        return self.inner.fetch_parcel(address, request)

    def send_parcel(self, address: Address, parcel: bytes) -> ReceivedReply:
        self.parcels += 1
        if self.parcels in self.cut_before:
            raise TransportError("offline", "coupé")
        reply = self.inner.send_parcel(address, parcel)
        if self.parcels in self.cut_after:
            raise TransportError("offline", "coupé")
        return reply


@dataclass
class Stage:
    server: LiveServer
    desk: LiveDesk
    line: HttpTransport

    def address(self, desk: LiveDesk | None = None) -> Address:
        desk = desk or self.desk
        token = VaultSecrets(desk.desk.vault).fetch(token_name(desk.school_id)) or ""
        return Address(self.server.url, desk.school_id, token)

    def bring(self, *documents: bytes) -> list[str]:
        """Import documents as certificates and cycle reports of as many pupils."""
        store = VaultStore(self.desk.desk.vault, self.desk.desk.clock)
        names = store.put_all(documents)
        with self.desk.desk.vault.read() as connection:
            pupils = SchoolRows(connection, self.desk.school_id).all("pupils")
        lines = tuple(
            ReportLine(
                report_id=self.desk.desk.new_id(), pupil_id=pupil["id"], kind=ReportKind.CYCLE, year=2026, cycle=2,
                format=DocumentFormat.CONTENT, document=name, size=len(document), complete=True,
            )
            for pupil, name, document in zip(pupils, names, documents, strict=False)
        )  # fmt: skip
        self.submit("bilan.importer", ImportReportsFields(source=ReportSource.XML, reports=lines))
        return names

    def submit(self, kind: str, fields: Any) -> None:
        submit(self.desk.desk, school_id=self.desk.school_id, kind=kind, fields=fields)

    def reports(self, desk: LiveDesk | None = None) -> list[dict[str, Any]]:
        desk = desk or self.desk
        with desk.desk.vault.read() as connection:
            return SchoolRows(connection, desk.school_id).all("reports")

    def stored(self, name: str) -> bytes:
        settings = self.server.settings
        return Documents(settings.documents_folder(), settings.key("documents")).of(self.desk.school_id).get(name)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with live_server(tmp_path) as server, live_desk(tmp_path) as desk:
        server.add_school()
        desk.import_school(make_school(pupils=4, seed=3))
        desk.enrol(server, server.code())
        desk.sync()
        line = HttpTransport()
        yield Stage(server, desk, line)
        line.close()


@contextmanager
def colleague(stage: Stage, folder: Path, role: Role = Role.DEPUTY) -> Iterator[LiveDesk]:
    with live_desk(folder, name=f"poste-{role.value}") as desk:
        desk.enrol(stage.server, stage.server.code(role=role, person="Awa Ndiaye"))
        desk.sync()
        yield desk


def test_a_synchronisation_takes_the_documents_along_and_the_rows_say_so(stage: Stage) -> None:
    names = stage.bring(SMALL, LARGE)
    left = left_to_send(stage.desk.desk, school_id=stage.desk.school_id)
    assert (left.documents, left.bytes) == (2, len(SMALL) + len(LARGE))
    stage.desk.sync()
    assert [stage.stored(name) for name in names] == [SMALL, LARGE]
    assert all(row["stored_at"] for row in stage.reports())
    assert left_to_send(stage.desk.desk, school_id=stage.desk.school_id).documents == 0


def test_a_line_that_breaks_costs_a_parcel_and_progress_is_told(stage: Stage) -> None:
    names = stage.bring(SMALL, LARGE)
    sent_acts_only(stage)
    told: list[Left] = []
    line = Fragile(stage.line, cut_before={2}, cut_after={3})
    courier = Courier(stage.desk.desk, line, told=told.append)
    for _ in range(2):
        with pytest.raises(TransportError):
            courier.carry(stage.address())
    before = line.parcels
    assert courier.carry(stage.address()) == 2
    assert line.parcels > before
    assert [stage.stored(name) for name in names] == [SMALL, LARGE]
    assert [left.bytes for left in told] == sorted((left.bytes for left in told), reverse=True)
    assert told[-1].documents == 0


def test_a_colleagues_pc_fetches_what_it_wants_and_nothing_by_itself(stage: Stage, tmp_path: Path) -> None:
    _, name = stage.bring(SMALL, LARGE)
    stage.desk.sync()
    with colleague(stage, tmp_path) as other:
        store = VaultStore(other.desk.vault, other.desk.clock)
        assert len(stage.reports(other)) == 2 and not store.has(name)
        assert Courier(other.desk, stage.line).fetch(stage.address(other), name) == LARGE
        assert store.get(name) == LARGE


def test_what_no_row_names_is_neither_kept_nor_given(stage: Stage) -> None:
    stranger = document_id(b"nobody's")
    asked = WantedRequest(documents=[AskedDocument(document=stranger, size=8)])
    assert stage.line.wanted(stage.address(), asked).received == {}
    assert stage.line.send_parcel(stage.address(), pack([piece_of(stranger, b"nobody's", offset=0)])).received == {}
    with pytest.raises(Refused, match="n’est pas"):
        stage.line.fetch_parcel(stage.address(), FetchRequest(document=stranger))


def test_a_removed_report_is_not_sent(stage: Stage) -> None:
    stage.bring(SMALL)
    ids = tuple(row["id"] for row in stage.reports())
    stage.submit("bilan.retirer", RemoveReportsFields(report_ids=ids, why=Removal.BY_HAND))
    assert left_to_send(stage.desk.desk, school_id=stage.desk.school_id).documents == 0


def test_a_support_officer_gets_no_document_nor_another_school(stage: Stage) -> None:
    (name,) = stage.bring(SMALL)
    stage.desk.sync()
    code = officers.create(stage.server.admin, name="Mme Erun").code
    request = EnrolRequest(code=code, device_key=base64.b64encode(bytes(32)).decode())
    hers = Address(stage.server.url, stage.desk.school_id, stage.line.enrol(stage.server.url, request).token)
    with pytest.raises(Refused, match="ne lit pas"):
        stage.line.fetch_parcel(hers, FetchRequest(document=name))
    stage.server.add_school("0990002P", "Une autre école")
    elsewhere = Address(stage.server.url, "another-school", stage.address().token)
    with pytest.raises(Refused, match="pas inscrit"):
        stage.line.fetch_parcel(elsewhere, FetchRequest(document=name))


def test_a_parcel_that_is_none_is_refused_in_words(stage: Stage) -> None:
    url = f"{stage.server.url}/api/v1/schools/{stage.desk.school_id}/documents/parcel"
    headers = {"Authorization": f"Bearer {stage.address().token}", PROTOCOL_HEADER: PROTOCOL}
    for body in (b"\x00\xff", b'{"document": "x"}\n', json.dumps({"length": -1}).encode() + b"\n"):
        answer = requests.post(url, data=body, headers=headers, timeout=20)
        assert answer.status_code == 400 and answer.json()["code"] == "bad_request"


def sent_acts_only(stage: Stage) -> None:
    """Synchronise the records alone, so that the server wants the documents."""
    from app.services.sync.engine import SyncEngine

    token = stage.address().token
    SyncEngine(stage.desk.desk, stage.line, lambda _school: token).run_once(stage.desk.school_id)
