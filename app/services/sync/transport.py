"""How a desktop reaches a server: HTTPS through the school's own proxy and certificates, or the reason why not.

Anything that is not a whole, well-formed answer of a Préau server is a TransportError: a captive portal that answers
200 with a page, a cut connection, a truncated body. The work then stays queued.

Whoever no longer wants the answer (a window that closes) does not wait for a slow server: the request is left to a
thread that holds nothing but its connection, and GivenUp is raised at once. An exchange may be repeated, so nothing is
lost by that.
"""

from __future__ import annotations

import gzip
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import requests
from pydantic import BaseModel, ValidationError

from app.models.errors import PreauError, Refused, TransportError
from app.models.parcels import PARCEL_TYPE, FetchRequest, ReceivedReply, WantedRequest
from app.models.support import CodeReply, CodeRequest, MeetReply, MeetRequest, OverviewReply, OverviewRequest
from app.models.wire import (
    CONTENT_TYPE,
    PROTOCOL,
    PROTOCOL_HEADER,
    EnrolReply,
    EnrolRequest,
    ErrorReply,
    SyncReply,
    SyncRequest,
)

Reply = TypeVar("Reply", bound=BaseModel)
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
REPLY_TIMEOUT_S = 300.0
"""For the whole of a reply, once it has begun: a line that lets one byte through from time to time is not a line."""
MAX_REPLY_BYTES = 64 * 1024 * 1024
READ_BYTES = 64 * 1024
COMPRESS_FROM_BYTES = 1024
LOOK_S = 0.1
"""How often somebody who waits for the server is asked whether he still does."""
Answer = tuple[int, str, bytes]
"""Status, content type, whole body."""


class GivenUp(TransportError):
    """Nobody waits for the server any more."""

    def __init__(self) -> None:
        super().__init__("given_up", "L’échange avec le serveur a été interrompu : rien n’est perdu.")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a school's records are kept, and the token of this device there."""

    server_url: str
    school_id: str
    token: str


class Transport(Protocol):
    """The outer edge of the synchronisation; the simulator has its own."""

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        """Send one request and return its reply. Raises TransportError or Refused."""

    def enrol(self, server_url: str, request: EnrolRequest) -> EnrolReply:
        """Present an enrolment code. Raises TransportError or Refused."""


class DocumentLine(Protocol):
    """The edge over which documents travel. Raises TransportError or Refused, like the exchange."""

    def wanted(self, address: Address, request: WantedRequest) -> ReceivedReply:
        """What the server has of some documents; one that it does not want is not named."""

    def send_parcel(self, address: Address, parcel: bytes) -> ReceivedReply:
        """Send the pieces of a parcel; returns what the server has of their documents now."""

    def fetch_parcel(self, address: Address, request: FetchRequest) -> bytes:
        """The next bytes of a document, as a parcel of one piece."""


class SupportLine(Protocol):
    """The edge of support. Raises TransportError or Refused, like the exchange."""

    def overview(self, server_url: str, token: str) -> OverviewReply:
        """An officer's schools, their counts, and which are open to her."""

    def support_code(self, server_url: str, token: str) -> CodeReply:
        """Six digits that an officer says on the phone."""

    def meet(self, address: Address, request: MeetRequest) -> MeetReply:
        """Whose six digits a director heard."""


class HttpTransport:
    """The real transport, also of documents.

    ``session_factory`` makes the requests session (proxies of the environment, OS certificates). ``given_up`` is asked
    while a server is waited for; once it says so, every exchange raises GivenUp.
    """

    def __init__(
        self,
        *,
        session_factory: Callable[[], requests.Session] | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        reply_timeout_s: float = REPLY_TIMEOUT_S,
        seconds: Callable[[], float] = time.monotonic,
        given_up: Callable[[], bool] | None = None,
    ) -> None:
        self._factory = session_factory or system_session
        self._session: requests.Session | None = None
        self._timeout = (CONNECT_TIMEOUT_S, read_timeout_s)
        self._reply_timeout = reply_timeout_s
        self._seconds = seconds
        self._given_up = given_up

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        url = f"{address.server_url.rstrip('/')}/api/v1/schools/{address.school_id}/sync"
        return self._post(url, request, SyncReply, token=address.token)

    def enrol(self, server_url: str, request: EnrolRequest) -> EnrolReply:
        return self._post(f"{server_url.rstrip('/')}/api/v1/enrol", request, EnrolReply, token=None)

    def wanted(self, address: Address, request: WantedRequest) -> ReceivedReply:
        return self._post(_documents(address, "wanted"), request, ReceivedReply, token=address.token)

    def send_parcel(self, address: Address, parcel: bytes) -> ReceivedReply:
        headers = {"Accept": CONTENT_TYPE, PROTOCOL_HEADER: PROTOCOL, "Authorization": f"Bearer {address.token}"}
        answer = self._send(
            _documents(address, "parcel"), *_compressed(parcel, headers | {"Content-Type": PARCEL_TYPE})
        )
        return read_reply(*answer, ReceivedReply)

    def fetch_parcel(self, address: Address, request: FetchRequest) -> bytes:
        status, kind, content = self._send(
            _documents(address, "fetch"), *_message(request, token=address.token, accept=PARCEL_TYPE)
        )
        if status == 200 and kind.partition(";")[0].strip().lower() == PARCEL_TYPE:
            return content
        read_reply(status, kind, content, ReceivedReply)
        raise TransportError("bad_reply", "La réponse du serveur est incomplète. Nouvel essai automatique.")

    def overview(self, server_url: str, token: str) -> OverviewReply:
        url = f"{server_url.rstrip('/')}/api/v1/support/overview"
        return self._post(url, OverviewRequest(), OverviewReply, token=token)

    def support_code(self, server_url: str, token: str) -> CodeReply:
        return self._post(f"{server_url.rstrip('/')}/api/v1/support/code", CodeRequest(), CodeReply, token=token)

    def meet(self, address: Address, request: MeetRequest) -> MeetReply:
        url = f"{address.server_url.rstrip('/')}/api/v1/schools/{address.school_id}/officer"
        return self._post(url, request, MeetReply, token=address.token)

    def close(self) -> None:
        """Close the connections kept open."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _post(self, url: str, message: BaseModel, reply_type: type[Reply], *, token: str | None) -> Reply:
        return read_reply(*self._send(url, *_message(message, token=token)), reply_type)

    def _send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self._session is None:
            self._session = self._factory()
        session = self._session
        if self._given_up is None:
            return self._ask(session, url, body, headers)
        try:
            return _watched(lambda: self._ask(session, url, body, headers), session.close, self._given_up)
        except GivenUp:
            self._session = None  # it is the other thread's now
            raise

    def _ask(self, session: requests.Session, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            with session.post(
                url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                return answer.status_code, answer.headers.get("Content-Type", ""), self._content(answer)
        except (requests.exceptions.RequestException, OSError) as error:
            session.close()
            raise unreachable(error) from error
        except Exception as error:  # urllib3 raises its own family on a cut or truncated body
            session.close()
            if type(error).__module__.startswith("urllib3"):
                raise unreachable(error) from error
            raise

    def _content(self, answer: requests.Response) -> bytes:
        """The whole body, at most MAX_REPLY_BYTES of it and in REPLY_TIMEOUT_S."""
        end = self._seconds() + self._reply_timeout
        content = bytearray()
        while len(content) <= MAX_REPLY_BYTES:
            piece = answer.raw.read1(READ_BYTES, decode_content=True)
            if not piece:
                return bytes(content)
            content += piece
            if self._seconds() > end:
                raise requests.exceptions.ReadTimeout("the reply never ends")
        raise requests.exceptions.ContentDecodingError("the reply is too large")


def _message(message: BaseModel, *, token: str | None, accept: str = CONTENT_TYPE) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": CONTENT_TYPE, "Accept": accept, PROTOCOL_HEADER: PROTOCOL}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return _compressed(message.model_dump_json(exclude_defaults=True).encode(), headers)


def _compressed(body: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """Body and headers, compressed where that helps: a PDF would only grow."""
    if len(body) < COMPRESS_FROM_BYTES:
        return body, headers
    packed = gzip.compress(body, 6)
    return (packed, headers | {"Content-Encoding": "gzip"}) if len(packed) < len(body) else (body, headers)


def _documents(address: Address, what: str) -> str:
    return f"{address.server_url.rstrip('/')}/api/v1/schools/{address.school_id}/documents/{what}"


def _watched(ask: Callable[[], Answer], forget: Callable[[], None], given_up: Callable[[], bool]) -> Answer:
    """``ask`` on a thread of its own; once nobody waits any more it ends by itself, and ``forget`` is called there."""
    ended: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
    left = threading.Event()

    def run() -> None:
        try:
            ended.put(ask())
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits
            ended.put(error)
        if left.is_set():
            forget()

    if given_up():
        raise GivenUp
    threading.Thread(target=run, name="preau-exchange", daemon=True).start()
    while True:
        try:
            outcome = ended.get(timeout=LOOK_S)
        except queue.Empty:
            if given_up():
                left.set()
                raise GivenUp from None
            continue
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def read_reply(status: int, content_type: str, content: bytes, reply_type: type[Reply]) -> Reply:
    """The reply in an answer. Raises TransportError where the answer is not a Préau server's, Refused where it is a no."""
    if content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        if status in (429, 502, 503, 504):
            raise TransportError("server_busy", "Le serveur est momentanément indisponible. Nouvel essai automatique.")
        raise TransportError(
            "not_the_server",
            "Ce n’est pas le serveur de Préau qui a répondu (une page de connexion du réseau, peut-être). "
            "Ouvrez une page web pour vous identifier sur le réseau, puis réessayez.",
        )
    try:
        if status == 200:
            return reply_type.model_validate_json(content)
        raise refusal(status, ErrorReply.model_validate_json(content))
    except ValidationError as error:
        raise TransportError("bad_reply", "La réponse du serveur est incomplète. Nouvel essai automatique.") from error


def refusal(status: int, reply: ErrorReply) -> PreauError:
    """The error in a server's refusal: passing trouble is the transport's, the rest is a refusal."""
    family = TransportError if status in (429, 500, 502, 503, 504) else Refused
    return family(reply.code, reply.sentence)


def unreachable(error: Exception) -> TransportError:
    """The sentence for a line that does not work, by what is known of the reason."""
    if isinstance(error, requests.exceptions.SSLError):
        return TransportError(
            "tls", "Le certificat du serveur n’est pas reconnu par ce poste. Vérifiez la date du poste, puis l’adresse."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return TransportError("proxy", "Le proxy du réseau refuse la connexion. Demandez à l’assistance du réseau.")
    if isinstance(error, requests.exceptions.Timeout):
        return TransportError("timeout", "Le serveur n’a pas répondu à temps. Nouvel essai automatique.")
    return TransportError(
        "offline", "Le serveur est injoignable. Le travail continue hors ligne ; nouvel essai automatique."
    )


def system_session() -> requests.Session:
    """A session that trusts what the machine trusts and uses the machine's proxies."""
    import ssl

    import truststore
    from requests.adapters import HTTPAdapter

    class SystemTrust(HTTPAdapter):
        def init_poolmanager(self, *args: object, **kwargs: object) -> None:
            kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]

        def proxy_manager_for(self, *args: object, **kwargs: object) -> object:
            kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return super().proxy_manager_for(*args, **kwargs)  # type: ignore[arg-type]

    session = requests.Session()
    session.mount("https://", SystemTrust())
    return session
