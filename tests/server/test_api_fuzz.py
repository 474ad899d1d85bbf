"""Whatever is sent to the API, the answer is never a failure of ours: no 5xx but 503 with Retry-After."""

from __future__ import annotations

import base64
import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.ids import uuid7
from app.models.states import Role
from app.models.wire import CONTENT_TYPE, EnrolRequest
from app.server.documents.routes import router as document_router
from app.server.operating.admin import Admin
from app.server.sync.enrolment import EnrolService
from app.server.sync.routes import router
from app.services.records.kinds import KINDS
from tests.conftest import FakeClock
from tests.support.live import LiveServer, live_server

UAI = "0990001N"


def description() -> dict[str, Any]:
    """The API's routes, described without a server behind them."""
    api = FastAPI(title="Préau")
    api.include_router(router(sync=None, enrolment=None, support=None))  # type: ignore[arg-type]
    api.include_router(document_router(None))  # type: ignore[arg-type]
    return api.openapi()


schema = schemathesis.openapi.from_dict(description()).exclude(path_regex="/parcel$")
"""But parcels, which are no JSON: see ``test_bodies_that_are_nothing``."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("fuzz"), clock=FakeClock()) as started:
        yield started


@pytest.fixture(scope="module")
def place(server: LiveServer) -> tuple[str, str]:
    """(school id, token) of a director's PC."""
    admin = Admin(server.database, server.clock, os.urandom)
    school_id = admin.create_school(uai=UAI, name="École", portal_url=server.url)
    code = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Mme Durand")
    key = base64.b64encode(bytes(32)).decode()
    reply = EnrolService(server.database, server.clock, os.urandom).enrol(
        EnrolRequest(code=code, device_key=key, label="")
    )
    return school_id, reply.token


def judge(response: httpx.Response) -> None:
    assert response.status_code < 500 or (response.status_code == 503 and "Retry-After" in response.headers)
    if response.headers.get("content-type", "").startswith(CONTENT_TYPE) and response.status_code != 200:
        assert response.json()["sentence"].endswith((".", "!"))


def post(server: LiveServer, path: str, body: bytes, **headers: str) -> httpx.Response:
    with httpx.Client(base_url=server.url) as client:
        return client.post(path, content=body, headers={"Content-Type": CONTENT_TYPE, **headers})


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_the_description_allows_and_what_it_does_not(
    case: Any, server: LiveServer, place: tuple[str, str]
) -> None:
    school_id, token = place
    if "school_id" in case.path_parameters:
        case.path_parameters["school_id"] = school_id
    case.headers["Authorization"] = f"Bearer {token}"
    response = case.call(base_url=server.url)
    assert response.status_code < 500 or (response.status_code == 503 and "Retry-After" in response.headers)


texts = (
    st.text(max_size=40)
    | st.just("\x00")
    | st.just("\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
)
scalars = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)
acts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(KINDS)) | texts,
        "kind_version": st.sampled_from([1, 1, 1, 2, 9999]),
        "device_seq": st.integers(0, 2**53),
        "client_time": st.just("2026-09-09T14:00:00.000000Z") | texts,
        "fields": st.dictionaries(
            st.sampled_from(["uai", "name", "details", "changes", "record_id", "account_ids", "review_id", "batch", "sheets"])
            | texts, values, max_size=5,
        ),
    }
)  # fmt: skip


@given(st.lists(acts, max_size=4), st.integers(0, 2**53), st.none() | texts)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_acts_of_every_kind_with_any_content(
    server: LiveServer, place: tuple[str, str], drawn: list[dict[str, Any]], cursor: int, epoch: str | None
) -> None:
    import json

    school_id, token = place
    sent = [{**act, "act_id": uuid7(server.clock(), os.urandom)} for act in drawn]
    message = {"request_id": "r", "cursor": cursor % 5, "epoch": epoch if cursor % 3 == 0 else None, "acts": sent}
    judge(
        post(server, f"/api/v1/schools/{school_id}/sync", json.dumps(message).encode(), Authorization=f"Bearer {token}")
    )


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "br"]), st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_bodies_that_are_nothing(
    server: LiveServer, place: tuple[str, str], body: bytes, encoding: str, packed: bool
) -> None:
    school_id, token = place
    content = gzip.compress(body) if packed else body
    headers = {"Authorization": f"Bearer {token}", **({"Content-Encoding": encoding} if encoding else {})}
    judge(post(server, f"/api/v1/schools/{school_id}/sync", content, **headers))
    for path in ("wanted", "parcel", "fetch"):
        judge(post(server, f"/api/v1/schools/{school_id}/documents/{path}", content, **headers))
    judge(post(server, "/api/v1/enrol", content, **headers))


def test_a_bomb_is_not_unpacked(server: LiveServer, place: tuple[str, str]) -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    headers = {"Authorization": f"Bearer {place[1]}", "Content-Encoding": "gzip"}
    response = post(server, f"/api/v1/schools/{place[0]}/sync", bomb, **headers)
    assert response.status_code == 413


FORMS = ("/connexion", "/activation", "/confirmation", "/courriel", "/deconnexion")
FIELDS = ("identifiant", "mot_de_passe", "jour", "mois", "annee", "courriel", "portable", "feuille")


@given(
    st.sampled_from(FORMS),
    st.dictionaries(st.sampled_from(FIELDS) | texts, texts, max_size=6),
    st.text("ab/._-é%\x7f", max_size=20),
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_forms_and_links_of_the_portal(server: LiveServer, path: str, filled: dict[str, str], token: str) -> None:
    from urllib.parse import quote

    with httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True) as client:
        judge(client.get(f"/a/{quote(token)}"))
        judge(client.get(f"/c/{quote(token)}"))
        judge(client.post(path, data=filled))


def test_the_description_is_not_published(server: LiveServer, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/openapi.json").status_code == 404 and client.get("/docs").status_code == 404
