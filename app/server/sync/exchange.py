"""One request of one device, judged and answered in one transaction that locks the school's head (sync.md, protocol 5)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from app.models.acts import ActFields
from app.models.clock import Clock, instant
from app.models.errors import PreauError, Refused
from app.models.ids import RandomBytes, uuid7
from app.models.states import Role, Verdict
from app.models.support import Standing
from app.models.tables import Row
from app.models.tables import acts as acts_table
from app.models.wire import Repushed, SyncReply, SyncRequest, WireAct, WireVerdict
from app.server.accounts.guardian_index import GuardianIndex
from app.server.database import Database
from app.server.documents.stores import Documents
from app.server.sync import feed, heads, inbound, officers, parts
from app.server.sync.settle import settle
from app.server.sync.settle_mail import Mailroom, Sending
from app.server.sync.settle_requests import ripen
from app.server.sync.signature import sign_act, verify_act
from app.services.records.act_content import without_erased, without_patches
from app.services.records.conflicts import put_refusal
from app.services.records.erased import Erased
from app.services.records.kinds import KINDS, Kind
from app.services.records.rows import SchoolRows, Stamp

log = logging.getLogger(__name__)
STORED_STATE = "stored_acts_judged_for"
"""In ``server_state``: the kinds for which the acts that had been kept were judged."""
THE_SERVER = "server"
"""The device of an act that no PC sent."""
UNNUMBERED = 0
"""Number of an act pushed again that this server never signed: it counts as its bearer's, outside his numbering."""
MAILING = frozenset({"compte.notifier_mail", "compte.renvoyer", "courriel.reprendre", "bilan.relancer"})
Probe = Callable[[str], None]
UNFIT = (DataError, IntegrityError, OverflowError, UnicodeError)
"""What a base says of a value that it cannot hold: a NUL in a text, an id that is too long, a number that is too large."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The device whose token came with the request, and who sits there."""

    device_id: str
    school_id: str
    person_name: str
    role: Role
    officer_id: str | None = None
    """Of a support officer's PC, which belongs to no school: what it may do, a grant says."""


@dataclass(frozen=True, slots=True)
class Grant:
    """By which an officer's PC synchronises."""

    grant_id: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SyncService:
    """Everything that the exchange needs; ``mac_key`` comes from the settings, never from the base."""

    database: Database
    clock: Clock
    random_bytes: RandomBytes
    mac_key: bytes
    sheet_life: timedelta = timedelta(days=92)
    probe: Probe = lambda _point: None
    mailroom: Mailroom | None = None
    """Without one no mail leaves."""
    index: GuardianIndex | None = None
    """Without one the portal finds nobody by name and mobile."""
    former_mac_keys: tuple[bytes, ...] = ()
    """Of a secret that was changed: acts signed with them are still ours."""
    documents: Documents | None = None
    """Without them no document is forgotten."""

    def exchange(self, *, caller: Caller, school_id: str, request: SyncRequest) -> SyncReply:
        """Apply the acts of a request and return verdicts and rows. Raises Refused for a school out of the token's scope."""
        if caller.officer_id is not None:
            caller = replace(caller, school_id=school_id)
        if caller.school_id != school_id or (caller.role is Role.SUPPORT and caller.officer_id is None):
            raise Refused("other_school", "Ce poste n’est pas inscrit dans cette école.")
        try:
            reply = self._answer(caller, school_id, request, one_by_one=False)
        except UNFIT as error:
            log.warning("a request is judged again act by act: %s", type(error).__name__)
            reply = self._answer(caller, school_id, request, one_by_one=True)
        self.probe("committed")
        if self.mailroom is not None and any(act.kind in MAILING for act in request.acts):
            self.mailroom.wake()
        return reply

    def _answer(self, caller: Caller, school_id: str, request: SyncRequest, *, one_by_one: bool) -> SyncReply:
        with self.database.write() as connection:
            head = heads.lock(connection, school_id)
            epoch, grant = heads.epoch(connection), self._grant(connection, caller)
            if request.epoch not in (None, epoch) or request.cursor > head.seq:
                return SyncReply(request_id=request.request_id, epoch=epoch, reset=True, next_cursor=0, more=True)
            reply = _Exchange(self, connection, caller, head, grant).run(request, epoch, one_by_one=one_by_one)
            self.probe("committing")
        return reply

    def _grant(self, connection: Connection, caller: Caller) -> Grant | None:
        """What opens the school to an officer; None for its own people. Raises Refused ``grant_ended``."""
        if caller.officer_id is None:
            return None
        row, standing = officers.grant_of(
            connection, school_id=caller.school_id, officer_id=caller.officer_id, now=instant(self.clock())
        )  # fmt: skip
        return Grant(row["id"], standing)

    def by_server(self, *, school_id: str, author: str, kind: str, fields: ActFields) -> WireVerdict:
        """An act of the server itself, or of its operator: judged, signed and told to the PCs like any other."""
        with self.database.write() as connection:
            head = heads.lock(connection, school_id)
            done = select(func.max(acts_table.c.device_seq)).where(
                acts_table.c.school_id == school_id, acts_table.c.device_id == THE_SERVER
            )
            act = WireAct(
                act_id=uuid7(self.clock(), self.random_bytes), kind=kind, kind_version=KINDS[kind].version,
                device_seq=int(connection.execute(done).scalar() or 0) + 1, client_time=instant(self.clock()),
                fields=fields.model_dump(mode="json"),
            )  # fmt: skip
            caller = Caller(THE_SERVER, school_id, author, Role.DIRECTOR)
            return _Exchange(self, connection, caller, head).do(act)

    def apply_stored(self) -> int:
        """After an upgrade: judge the acts of kinds that the version before did not know; returns how many there were.

        Called at each start. The base remembers for which kinds it was asked, so that the journals are read once.
        """
        known = ", ".join(f"{kind.name} {kind.version}" for kind in KINDS.values())
        with self.database.read() as connection:
            if heads.state(connection, STORED_STATE) == known:
                return 0
            stored = select(acts_table.c.school_id).where(acts_table.c.verdict == Verdict.STORED.value).distinct()
            school_ids = sorted(connection.execute(stored).scalars())
        judged = sum(self._apply_stored_of(school_id) for school_id in school_ids)
        with suppress(IntegrityError), self.database.write() as connection:  # another process may have said it too
            heads.set_state(connection, STORED_STATE, known)
        return judged

    def _apply_stored_of(self, school_id: str) -> int:
        with self.database.write() as connection:
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            waiting = [row for row in rows.where("acts", verdict=Verdict.STORED.value) if _is_known(row)]
            for row in sorted(waiting, key=lambda row: int(row["seq"])):
                device = rows.get("devices", row["device_id"])
                role = Role(device["role"]) if device is not None else Role.SUPPORT
                caller = Caller(row["device_id"], school_id, row["author"] or "", role)
                _Exchange(self, connection, caller, head).judge_stored(row)
            heads.save(connection, head)
        return len(waiting)


class _Exchange:
    """The work of one transaction."""

    def __init__(
        self, service: SyncService, connection: Connection, caller: Caller, head: heads.Head, grant: Grant | None = None
    ) -> None:
        self._grant = grant
        self._service = service
        self._connection = connection
        self._caller = caller
        self._head = head
        self._rows = SchoolRows(connection, caller.school_id)

    def run(self, request: SyncRequest, epoch: str, *, one_by_one: bool) -> SyncReply:
        inbound.fold(self._connection, self._rows, at=self._now())
        parts.store(self._connection, self._caller.school_id, request.parts)
        judge = self._judge_alone if one_by_one else self._judge
        verdicts = [judge(act) for act in request.acts]
        ripen(self._rows, at=self._now())
        self._note_seen()
        self._service.probe("judged")
        self._flush()
        heads.save(self._connection, self._head)
        page = self._page(request.cursor)
        remap = {row["id"]: row["target_id"] for table, row in page.rows if table == "aliases"}
        return SyncReply(
            request_id=request.request_id,
            epoch=epoch,
            verdicts=verdicts,
            remap=remap,
            rows=page.rows,
            next_cursor=page.next_cursor,
            more=page.more,
        )

    def _page(self, cursor: int) -> feed.Page:
        """What comes down; to an officer whose time is over, nothing."""
        if self._grant is not None and self._grant.standing == "late":
            return feed.Page([], cursor, more=False)
        return feed.page(
            self._connection, self._caller.school_id, cursor=cursor, head=self._head.seq,
            officer_id=self._caller.officer_id,
        )  # fmt: skip

    def do(self, act: WireAct) -> WireVerdict:
        """Judge one act of the server's own."""
        inbound.fold(self._connection, self._rows, at=self._now())
        verdict = self._judge(act)
        self._flush()
        heads.save(self._connection, self._head)
        return verdict

    def _note_seen(self) -> None:
        """Once a day: « Postes » says when each was last seen."""
        device, today = self._rows.get("devices", self._caller.device_id), self._now()[:10]
        if device is not None and device["last_seen_on"] != today:
            self._rows.change("devices", device["id"], last_seen_on=today)

    def judge_stored(self, row: Row) -> None:
        """Judge an act that was only kept so far; one that the base cannot hold stays kept."""
        names = ("device_seq", "kind", "kind_version", "fields", "client_time")
        act = WireAct(act_id=row["id"], **{name: row[name] for name in names})
        stamp = Stamp(act_id=row["id"], author=row["author"], device_id=row["device_id"], at=row["received_at"])
        try:
            with self._connection.begin_nested():
                self._log_act(act, row["fields"], stamp, self._apply(act, row["fields"], stamp, None))
                self._flush()
        except UNFIT:
            log.exception("stored act of kind %s could not be applied", act.kind)

    def _flush(self) -> None:
        """Write the rows, and what the portal finds guardians by."""
        if self._service.index is not None:
            self._service.index.follow(self._connection, self._rows)
        self._rows.flush(next_seq=self._head.next)

    def _now(self) -> str:
        return instant(self._service.clock())

    def _judge_alone(self, act: WireAct) -> WireVerdict:
        """Judge one act and write it at once: one that the base cannot hold is refused, and blocks nobody else."""
        self._flush()
        try:
            with self._connection.begin_nested():
                verdict = self._judge(act)
                self._flush()
                return verdict
        except UNFIT:
            self._rows = SchoolRows(self._connection, self._caller.school_id)
            stamp = self._stamp(act, None)
            verdict = self._refuse(
                act, stamp, 0, code="bad_fields", sentence="Cette modification est illisible pour le serveur."
            )
            return self._log_act(act, {}, stamp, verdict)

    def _judge(self, act: WireAct) -> WireVerdict:
        known = self._rows.get("acts", act.act_id)
        if known is not None:
            return _verdict_of(known).model_copy(update={"already": True})
        fields = self._fields(act)
        if fields is None:
            return WireVerdict(act_id=act.act_id, verdict=parts.MISSING, code=parts.MISSING)
        self._refuse_copied_vault(act)
        keys = (self._service.mac_key, *self._service.former_mac_keys)
        again = act.repushed if any(verify_act(key, act, fields) for key in keys) else None
        stamp = self._stamp(act, again)
        return self._log_act(act, fields, stamp, self._apply(act, fields, stamp, again), again)

    def _refuse_copied_vault(self, act: WireAct) -> None:
        """Two acts with one number of one device: its vault was copied, and the copy must become a new device."""
        mine = {"device_id": self._caller.device_id, "device_seq": act.device_seq}
        if act.repushed is None and self._rows.where("acts", **mine):
            raise Refused(
                "device_copied",
                "Ce poste est la copie d’un autre : il lui faut son propre code d’inscription. Rien n’est perdu.",
            )

    def _fields(self, act: WireAct) -> dict[str, Any] | None:
        if act.fields is not None:
            return act.fields
        text = parts.join(self._connection, self._caller.school_id, act.act_id, act.parts)
        if text is None:
            return None
        try:
            loaded = json.loads(text)
        except ValueError:
            return {}  # no kind reads it: refused, and nobody else is held up
        return loaded if isinstance(loaded, dict) else {}

    def _stamp(self, act: WireAct, again: Repushed | None) -> Stamp:
        """Who did it: the one who came with it, unless our own MAC says (``again``) who had."""
        if again is not None:
            return Stamp(act_id=act.act_id, author=again.author, device_id=again.device_id, at=again.received_at)
        return Stamp(
            act_id=act.act_id, author=self._caller.person_name, device_id=self._caller.device_id, at=self._now()
        )

    def _apply(self, act: WireAct, fields: dict[str, Any], stamp: Stamp, again: Repushed | None) -> WireVerdict:
        mark = self._rows.mark()
        try:
            if act.repushed is not None and act.repushed.verdict == Verdict.REFUSED:
                raise Refused(act.repushed.code or "refused", act.repushed.sentence or "")
            if again is not None and not fields:  # its content was erased, or is past its time: only remembered
                return WireVerdict(act_id=act.act_id, verdict=again.verdict)
            kind = KINDS.get(act.kind)
            if self._grant is not None:
                self._check_officer(kind, fields, again)
            if kind is None or act.kind_version > kind.version:
                return WireVerdict(act_id=act.act_id, verdict=Verdict.STORED)
            with (
                self._connection.begin_nested()
            ):  # an act that is refused half-way leaves no log-in and no secret behind
                outcome = self._apply_known(kind, act, fields, stamp, again, mark)
        except PreauError as error:
            if again is not None and again.verdict != Verdict.REFUSED and self._is_about_erased(act, fields):
                self._rows.rollback(mark)
                return WireVerdict(act_id=act.act_id, verdict=again.verdict)
            return self._refuse(act, stamp, mark, code=error.code, sentence=error.sentence)
        except ValidationError:
            return self._refuse(act, stamp, mark, code="bad_fields", sentence="Cette modification est illisible.")
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("act of kind %s could not be applied", act.kind)
            return self._refuse(
                act, stamp, mark, code="internal", sentence="Le serveur n’a pas su appliquer cette modification."
            )
        clashes = any(change.table == "reviews" and change.before is None for change in self._rows.changes(mark))
        verdict = Verdict.CONFLICT if clashes else Verdict.ACCEPTED
        return WireVerdict(act_id=act.act_id, verdict=verdict, outcome=outcome)

    def _check_officer(self, kind: Kind | None, fields: dict[str, Any], again: Repushed | None) -> None:
        """An officer says what she read and proposes, under her own grant; nothing else, not even to be kept.

        What she had said before the server lost it comes back from her own PC.
        """
        hers = again is not None and again.device_id == self._caller.device_id
        mine = hers or (self._grant is not None and fields.get("grant_id") == self._grant.grant_id)
        if kind is None or Role.SUPPORT not in kind.roles or not mine:
            raise Refused("role", "L’assistance propose : c’est la direction qui décide.")

    def _apply_known(
        self, kind: Kind, act: WireAct, fields: dict[str, Any], stamp: Stamp, again: Repushed | None, mark: int
    ) -> dict[str, Any] | None:
        payload: ActFields = kind.fields.model_validate(fields)
        if again is None and self._caller.role not in kind.roles_for(payload):
            raise Refused("role", "Votre rôle dans cette école ne permet pas cette action. Demandez à la direction.")
        payload = kind.carry_out(payload, self._rows, stamp)
        outcome = settle(
            self._connection,
            self._rows,
            kind=kind.name,
            fields=payload,
            mark=mark,
            before=again.outcome if again is not None else None,
            clock=self._service.clock,
            new_id=self._new_id,
            sheet_life=self._service.sheet_life,
            sending=self._sending(act, again),
        )
        if kind.undone_by_server:
            kind.keep_trace(payload, self._rows, stamp, mark=mark)
        self._sign_emptied(mark)
        return outcome

    def _sign_emptied(self, mark: int) -> None:
        """The acts of the journal that an erasure emptied are signed as they are now, to be pushed again one day."""
        for change in self._rows.changes(mark):
            if change.table == "acts" and change.after["mac"] is not None:
                self._rows.put("acts", {**change.after, "mac": sign_act(self._service.mac_key, change.after)})

    def _is_about_erased(self, act: WireAct, fields: dict[str, Any]) -> bool:
        """Whether an act that was accepted once does no more what it did because somebody was erased since."""
        return without_erased(act.kind, fields, Erased(self._rows)) != fields

    def _sending(self, act: WireAct, again: Repushed | None) -> Sending | None:
        """The way to the outbox; an act pushed again, whoever signed it, has sent its mails already."""
        if self._service.mailroom is None:
            return None
        before = again.outcome if again is not None else None
        sent = act.repushed is not None and act.repushed.verdict != Verdict.STORED
        return Sending(self._service.mailroom, self._connection, self._rows, act.act_id, sent, before)

    def _new_id(self) -> str:
        return uuid7(self._service.clock(), self._service.random_bytes)

    def _refuse(self, act: WireAct, stamp: Stamp, mark: int, *, code: str, sentence: str) -> WireVerdict:
        self._rows.rollback(mark)
        put_refusal(self._rows, stamp, code=code, sentence=sentence)
        return WireVerdict(act_id=act.act_id, verdict=Verdict.REFUSED, code=code, sentence=sentence)

    def _log_act(
        self, act: WireAct, fields: dict[str, Any], stamp: Stamp, verdict: WireVerdict, again: Repushed | None = None
    ) -> WireVerdict:
        erased, refused = Erased(self._rows), verdict.verdict == Verdict.REFUSED
        row = self._rows.add(
            "acts",
            act.act_id,
            device_id=stamp.device_id,
            device_seq=act.device_seq if act.repushed is None or again is not None else UNNUMBERED,
            author=stamp.author,
            kind=act.kind,
            kind_version=act.kind_version,
            fields=without_erased(act.kind, fields, erased, refused=refused),
            client_time=act.client_time,
            received_at=stamp.at,
            verdict=str(verdict.verdict),
            code=verdict.code,
            sentence=verdict.sentence,
            outcome=without_patches(verdict.outcome, erased),
            place=self._head.next(),
        )
        signed: Row = {**row, "mac": sign_act(self._service.mac_key, row)}
        self._rows.put("acts", signed)
        parts.forget(self._connection, self._caller.school_id, act.act_id)
        return _verdict_of(signed)


def _is_known(act: Row) -> bool:
    kind = KINDS.get(act["kind"])
    return kind is not None and act["kind_version"] <= kind.version


def _verdict_of(act: Row) -> WireVerdict:
    return WireVerdict(
        act_id=act["id"],
        verdict=act["verdict"],
        code=act["code"],
        sentence=act["sentence"],
        received_at=act["received_at"],
        outcome=act["outcome"],
        mac=act["mac"],
    )
