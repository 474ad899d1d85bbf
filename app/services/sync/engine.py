"""The synchronisation of one school, a request and a reply at a time.

``prepare`` builds the next request, ``receive`` takes its reply in one transaction: undo what is pending, take the
server's verdicts and rows, redo what is still pending (sync.md, protocol 3). A reply that does not answer the request
in flight is ignored. A reply of several pages is taken when its last page has come: an act never leaves the queue
before the rows that it became. The engine holds nothing that a crash could lose: what it has in memory is asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select, update

from app.models.errors import PreauError, Refused, TransportError
from app.models.tables import COLUMNS, Row
from app.models.wire import SyncReply, SyncRequest
from app.services.desk import Desk
from app.services.records.journal import redo_pending, undo_pending
from app.services.records.rows import store_rows
from app.services.sync.outgoing import Batch, Texts, anything, gather
from app.services.sync.pages import Pages
from app.services.sync.rebuild import rebuild
from app.services.sync.transport import Address, GivenUp, Transport
from app.services.sync.verdicts import take_verdicts
from app.services.vault.tables import links

Probe = Callable[[str], None]
"""Called at each named point; the tests cut the power there."""
MAX_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What one reply brought. ``ignored`` where it answered another request."""

    ignored: bool = False
    more: bool = False
    accepted: int = 0
    refused: int = 0
    rows: int = 0
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a whole synchronisation did."""

    rounds: int
    accepted: int
    refused: int
    rows: int
    changed: frozenset[str]


@dataclass(slots=True)
class _Flight:
    request_id: str
    batch: Batch


@dataclass(slots=True)
class SyncEngine:
    """Synchronises the schools of one vault. One instance a vault and a process; not for several threads at once."""

    desk: Desk
    transport: Transport
    token_of: Callable[[str], str]
    """The device's token for a school, from the keyring or the vault."""
    probe: Probe = lambda _point: None
    settled: Callable[[str], None] = lambda _school: None
    """Called with the school after each exchange that left nothing to send or to take; what it submits is sent next."""
    carry: Callable[[str], bool] = lambda _school: False
    """Carries the school's documents then; whether the server took some, so that its rows say so."""
    _flights: dict[str, _Flight] = field(default_factory=dict)
    _texts: Texts = field(default_factory=dict)
    _held: dict[str, Pages] = field(default_factory=dict)

    def run_once(self, school_id: str) -> SyncReport:
        """Exchange with the server until nothing is left to send or to take. Raises TransportError or Refused."""
        rounds = accepted = refused = rows = 0
        changed: set[str] = set()
        carried = False
        try:
            while rounds < MAX_ROUNDS:
                request = self.prepare(school_id)
                reply = self.transport.exchange(self.address(school_id), request)
                taken = self.receive(school_id, reply)
                rounds += 1
                accepted, refused, rows = accepted + taken.accepted, refused + taken.refused, rows + taken.rows
                changed |= taken.changed
                if taken.more or self._left(school_id):
                    continue
                self.settled(school_id)
                if self._left(school_id):
                    continue
                if carried or not (carried := self.carry(school_id)):
                    return SyncReport(rounds, accepted, refused, rows, frozenset(changed))
            raise TransportError("endless", "Le serveur n’en finit pas de répondre. Nouvel essai automatique.")
        except GivenUp:
            raise  # the person's wish, no trouble of the line
        except PreauError as error:
            self.note_failure(school_id, error)
            raise

    def address(self, school_id: str) -> Address:
        """Where the school's records are kept. Raises Refused where the school knows no server yet."""
        with self.desk.vault.read() as connection:
            link = _link(connection, school_id)
        return Address(link["server_url"], school_id, self.token_of(school_id))

    def prepare(self, school_id: str) -> SyncRequest:
        """The next request for this school; it is now the one in flight."""
        request_id = self.desk.new_id()
        with self.desk.vault.read() as connection:
            link = _link(connection, school_id)
            held = self._held.get(school_id)
            batch = Batch() if held else gather(connection, school_id, self._texts)
        self._flights[school_id] = _Flight(request_id, batch)
        epoch, cursor = (held.epoch, held.cursor) if held else (link["epoch"], link["cursor"])
        self.probe("prepared")
        return SyncRequest(request_id=request_id, epoch=epoch, cursor=cursor, acts=batch.acts, parts=batch.parts)

    def receive(self, school_id: str, reply: SyncReply) -> Taken:
        """Take a reply, whole, in one transaction. Raises TransportError for rows that are not this school's."""
        flight = self._flights.get(school_id)
        if flight is None or flight.request_id != reply.request_id:
            return Taken(ignored=True)
        del self._flights[school_id]
        self.probe("received")
        _check_rows(school_id, reply)
        if reply.reset:
            self._held[school_id] = Pages(epoch=reply.epoch, snapshot=True)
            return Taken(more=True)
        held = self._held.setdefault(school_id, Pages(epoch=reply.epoch))
        held.add(reply, flight.batch)
        if reply.more:
            self.probe("held")
            return Taken(more=True, rows=len(reply.rows))
        taken = self._rebuild(school_id, held) if held.snapshot else self._take(school_id, held)
        del self._held[school_id]
        return replace(taken, rows=len(reply.rows))

    def _take(self, school_id: str, held: Pages) -> Taken:
        accepted = refused = 0
        with self.desk.vault.write() as connection:
            for batch in held.batches:
                batch.note_parts(connection)  # before the verdicts, which may say that the server has lost some
            if held.verdicts or held.rows:
                device_id = _link(connection, school_id)["device_id"]
                undo_pending(connection, school_id)
                accepted, refused = take_verdicts(connection, school_id, held.verdicts)
                self.probe("verdicts_taken")
                store_rows(connection, school_id=school_id, images=held.images())
                self.probe("rows_taken")
                redo_pending(connection, school_id, device_id=device_id)
            self._note_success(connection, school_id, epoch=held.epoch, cursor=held.cursor)
            self.probe("taking")
        self.probe("taken")
        return Taken(accepted=accepted, refused=refused, changed=frozenset(table for table, _ in held.rows))

    def _rebuild(self, school_id: str, held: Pages) -> Taken:
        with self.desk.vault.write() as connection:
            rebuild(connection, self.desk, school_id=school_id, snapshot=held)
            self._note_success(connection, school_id, epoch=held.epoch, cursor=held.cursor)
            self.probe("rebuilding")
        self.probe("rebuilt")
        return Taken(more=True, changed=frozenset(COLUMNS))

    def _left(self, school_id: str) -> bool:
        with self.desk.vault.read() as connection:
            return anything(connection, school_id)

    def _note_success(self, connection: Connection, school_id: str, *, epoch: str, cursor: int) -> None:
        now = self.desk.now()
        connection.execute(
            update(links)
            .where(links.c.school_id == school_id)
            .values(
                epoch=epoch,
                cursor=cursor,
                last_success_at=now,
                last_attempt_at=now,
                last_error_code=None,
                last_error=None,
            )
        )

    def note_failure(self, school_id: str, error: PreauError) -> None:
        """Keep why the last attempt failed, to be shown until one succeeds."""
        with self.desk.vault.write() as connection:
            connection.execute(
                update(links)
                .where(links.c.school_id == school_id)
                .values(last_attempt_at=self.desk.now(), last_error_code=error.code, last_error=error.sentence)
            )


def _link(connection: Connection, school_id: str) -> Row:
    found = connection.execute(select(links).where(links.c.school_id == school_id)).mappings().first()
    if found is None:
        raise Refused(
            "not_enrolled",
            "Cette école n’est encore reliée à aucun serveur. Saisissez le code reçu de l’académie dans « Mon école ».",
        )
    return dict(found)


def _check_rows(school_id: str, reply: SyncReply) -> None:
    for _, row in reply.rows:
        if row.get("school_id") != school_id or not isinstance(row.get("id"), str):
            raise TransportError("foreign_row", "Le serveur a envoyé une fiche d’une autre école : elle a été refusée.")
