"""What an answer is worth, and in which words a line that does not work says so."""

from __future__ import annotations

import pytest
import requests

from app.models.errors import PreauError, Refused, TransportError
from app.models.wire import CONTENT_TYPE, ErrorReply, SyncReply
from app.services.sync.transport import read_reply, unreachable

REPLY = SyncReply(request_id="r", epoch="e", next_cursor=3)
NO = ErrorReply(code="device_unknown", sentence="Ce poste n’est plus inscrit.")


def test_a_reply_is_a_reply() -> None:
    content = REPLY.model_dump_json().encode()
    assert read_reply(200, f"{CONTENT_TYPE}; charset=utf-8", content, SyncReply) == REPLY
    newer = content.replace(b'"epoch"', b'"of_a_newer_server":1,"epoch"')
    assert read_reply(200, CONTENT_TYPE, newer, SyncReply) == REPLY


@pytest.mark.parametrize("status", [400, 401, 409, 413])
def test_a_no_is_a_refusal_in_the_servers_words(status: int) -> None:
    with pytest.raises(Refused) as told:
        read_reply(status, CONTENT_TYPE, NO.model_dump_json().encode(), SyncReply)
    assert (told.value.code, told.value.sentence) == (NO.code, NO.sentence)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_passes_is_the_lines(status: int) -> None:
    with pytest.raises(TransportError):
        read_reply(status, CONTENT_TYPE, NO.model_dump_json().encode(), SyncReply)


@pytest.mark.parametrize(
    ("status", "content_type", "content", "code"),
    [
        (200, "text/html; charset=utf-8", b"<title>Identifiez-vous</title>", "not_the_server"),
        (200, "application/json", REPLY.model_dump_json().encode(), "not_the_server"),
        (200, "", b"", "not_the_server"),
        (302, "text/html", b"", "not_the_server"),
        (503, "text/html", b"<title>Maintenance</title>", "server_busy"),
        (200, CONTENT_TYPE, b"", "bad_reply"),
        (200, CONTENT_TYPE, REPLY.model_dump_json().encode()[:-4], "bad_reply"),
        (200, CONTENT_TYPE, b"[]", "bad_reply"),
        (409, CONTENT_TYPE, b"{}", "bad_reply"),
    ],
)
def test_what_is_no_reply_is_told_from_one(status: int, content_type: str, content: bytes, code: str) -> None:
    with pytest.raises(TransportError) as told:
        read_reply(status, content_type, content, SyncReply)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (requests.exceptions.SSLError("certificate verify failed"), "tls"),
        (requests.exceptions.ProxyError("407"), "proxy"),
        (requests.exceptions.ConnectTimeout(), "timeout"),
        (requests.exceptions.ReadTimeout(), "timeout"),
        (requests.exceptions.ConnectionError("getaddrinfo failed"), "offline"),
        (OSError("network is unreachable"), "offline"),
    ],
)
def test_each_reason_has_its_sentence(error: Exception, code: str) -> None:
    told: PreauError = unreachable(error)
    assert told.code == code
    assert told.sentence.endswith(".")
