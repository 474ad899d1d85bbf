"""A PC enters a school with a code: one use, 24 hours, bound to school, role and person (identity.md, enrolment code)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from app.models.clock import Clock, instant, later
from app.models.enrol_codes import hash_code
from app.models.errors import Refused
from app.models.ids import RandomBytes, derived_id
from app.models.tables import Row
from app.models.wire import EnrolReply, EnrolRequest
from app.server.accounts import limits
from app.server.database import Database
from app.server.sync import heads
from app.server.sync.officers import enrol_officer
from app.server.sync.people import end_person
from app.server.tables import device_tokens, enrol_codes
from app.services.records.rows import SchoolRows

TOKEN_LIFE = timedelta(days=400)
"""A school year and its holidays; a device that syncs in between is never asked again."""
SCOPE = "enrol"
WAIT = "Plusieurs codes ont été refusés depuis ce réseau : attendez un quart d’heure, puis réessayez."
NEUTRAL = "Ce code n’est pas valable : vérifiez-le, ou demandez-en un nouveau à l’académie ou à la mairie."


def hash_token(token: str) -> str:
    """The stored form of a device's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class EnrolService:
    """Makes devices out of codes."""

    database: Database
    clock: Clock
    random_bytes: RandomBytes

    def enrol(self, request: EnrolRequest, *, network: str = "") -> EnrolReply:
        """Enter a device. The same device key with the same code gives the same device. Raises Refused, always alike.

        A ``network`` that was wrong five times waits before the sixth try, and so on (``limits``); "" is this machine.
        """
        subjects = [(SCOPE, network)] if network else []
        with self.database.write() as connection:  # counted before it is judged, and whatever comes of it
            if subjects and limits.take_tries(connection, subjects, clock=self.clock) is None:
                raise Refused("enrol_wait", WAIT)
        return self._enrol(request, subjects)

    def _enrol(self, request: EnrolRequest, subjects: list[limits.Subject]) -> EnrolReply:
        _check_key(request.device_key)
        now = instant(self.clock())
        with self.database.write() as connection:
            code = self._code(connection, request, now)
            if code["school_id"] == "":
                return self._enrol_officer(connection, code, request, now, subjects)
            head = heads.lock(connection, code["school_id"])
            rows = SchoolRows(connection, code["school_id"])
            school = rows.need("schools", code["school_id"])
            if request.uai and school["uai"] and request.uai != school["uai"]:
                raise Refused("other_school", f"Ce code est celui d’une autre école que la {request.uai}.")
            device = self._device(rows, code, request, now)
            connection.execute(
                update(enrol_codes)
                .where(enrol_codes.c.code_hash == code["code_hash"])
                .values(used_at=now, used_by_key=request.device_key)
            )
            if code["ends_person_id"] is not None and code["ends_person_id"] != code["person_id"]:
                ends = code["ends_person_id"]
                end_person(connection, rows, person_id=ends, now=now, but_device=device["id"])
            token = self._token(connection, code, device, now)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
            for scope, subject in subjects:
                limits.forget(connection, scope=scope, subject=subject)
            return _reply(school, device, code, token, heads.epoch(connection))

    def _enrol_officer(
        self, connection: Connection, code: Row, request: EnrolRequest, now: str, subjects: list[limits.Subject]
    ) -> EnrolReply:
        """A support officer's PC: a token, and no school."""
        device = {
            "id": derived_id("device", code["person_id"], request.device_key), "public_key": request.device_key
        }  # fmt: skip
        enrol_officer(connection, code, public_key=request.device_key, now=now)
        token = self._token(connection, code, device, now)
        for scope, subject in subjects:
            limits.forget(connection, scope=scope, subject=subject)
        nowhere = {"id": "", "uai": "", "name": ""}
        return _reply(nowhere, device, code, token, heads.epoch(connection))

    def _code(self, connection: Connection, request: EnrolRequest, now: str) -> Row:
        statement = select(enrol_codes).where(enrol_codes.c.code_hash == hash_code(request.code)).with_for_update()
        code = connection.execute(statement).mappings().first()
        if code is None or code["expires_at"] < now:
            raise Refused("enrol_code", NEUTRAL)
        if code["used_at"] is not None and code["used_by_key"] != request.device_key:
            raise Refused("enrol_code", NEUTRAL)
        return dict(code)

    def _device(self, rows: SchoolRows, code: Row, request: EnrolRequest, now: str) -> Row:
        device_id = derived_id("device", code["school_id"], request.device_key)
        known = rows.get("devices", device_id)
        if known is not None and known["revoked_at"] is not None:
            raise Refused("enrol_code", NEUTRAL)
        if rows.get("people", code["person_id"]) is None:
            rows.add("people", code["person_id"], name=code["person_name"], role=code["role"])
        if known is not None:
            mine = {"person_id": code["person_id"], "person_name": code["person_name"], "role": code["role"]}
            return rows.change("devices", device_id, **mine)
        return rows.add(
            "devices", device_id, person_id=code["person_id"], person_name=code["person_name"], role=code["role"],
            label=request.label, public_key=request.device_key, created_at=now,
        )  # fmt: skip

    def _token(self, connection: Connection, code: Row, device: Row, now: str) -> str:
        token = base64.urlsafe_b64encode(self.random_bytes(32)).decode().rstrip("=")
        connection.execute(
            insert(device_tokens).values(
                token_hash=hash_token(token),
                device_id=device["id"],
                school_id=code["school_id"],
                person_id=code["person_id"],
                person_name=code["person_name"],
                role=code["role"],
                public_key=device["public_key"],
                created_at=now,
                expires_at=later(now, TOKEN_LIFE),
            )
        )
        return token


def _check_key(device_key: str) -> None:
    try:
        if len(base64.b64decode(device_key, validate=True)) == 32:
            return
    except (binascii.Error, ValueError):
        pass
    raise Refused("enrol_code", NEUTRAL)


def _reply(school: Row, device: Row, code: Row, token: str, epoch: str) -> EnrolReply:
    return EnrolReply(
        school_id=school["id"],
        uai=school["uai"] or "",
        school_name=school["name"],
        device_id=device["id"],
        person_id=code["person_id"],
        person_name=code["person_name"],
        role=code["role"],
        token=token,
        epoch=epoch,
    )
