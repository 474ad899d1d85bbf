"""What people do during a history: directors and deputies on their PCs, guardians on the portal."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import insert, select, update

from app.models.acts import (
    AccountsFields,
    ActFields,
    AdmitDeviceFields,
    CloseReviewFields,
    CorrectFields,
    EditSchoolFields,
    SchoolSettingFields,
)
from app.models.acts_duplicates import GroupRecordsFields, SetApartFields
from app.models.acts_erasure import PersonTable
from app.models.acts_notify import BatchFields, NotifyFields, ResetFields, SheetFields
from app.models.acts_onde import TickFields
from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    Removal,
    RemoveReportsFields,
    ReportLine,
    ReportSource,
)
from app.models.acts_rights import AccessFields, ProtectFields, WishFields
from app.models.acts_undo import UndoFields
from app.models.clock import instant
from app.models.corrections import effective
from app.models.errors import PreauError
from app.models.report_content import DocumentFormat, ReportKind
from app.models.states import Access, AccountState, Wish, sheet_letter
from app.models.tables import Row
from app.server import inbox
from app.server.tables import portal_accounts, portal_links
from app.services import erasing, imports, limiting, notify_mail
from app.services.deliveries import list_runs
from app.services.records.journal import next_position, submit
from app.services.vault.tables import pending_acts
from tests.sim.onde import FEW, OndeBase
from tests.sim.oracle import UNREADABLE
from tests.sim.world import Pc, World

GUARDIAN_FIELDS = ("email", "mobile", "address", "last_name", "first_name")
PUPIL_FIELDS = ("first_name", "birth_date", "sex")
DOCUMENTS = tuple(hashlib.sha256(bytes([number])).hexdigest() for number in range(3))
"""What bilans say, by its name; few, so that two PCs import the same one too."""
LOCKS = (None, "2026-09-03T10:00:00.000000Z", "2026-09-03T11:00:00.000000Z")
DAYS = (None, "2026-09-03", "2026-09-10")
VALUES = {"sex": ("F", "M"), "birth_date": ("2019-01-01", "2019-02-02", "2019-03-03")}


class Deeds:
    """Draws acts for the PCs of one school and plays them through the services."""

    def __init__(
        self, world: World, rng: random.Random, school_id: str, onde: OndeBase, *, mails: bool = False,
        erasures: bool = False, livrets: bool = False, twins: bool = False,
    ) -> None:  # fmt: skip
        self._world = world
        self._rng = rng
        self._school_id = school_id
        self._onde = onde
        self._livrets = livrets
        self._kinds: tuple[tuple[int, Callable[[Pc], None]], ...] = (
            (6, self._import), (6, self._correct_guardian), (4, self._correct_pupil), (6, self._notify),
            (2, self._undo_import), (3, self._close_review), (2, self._edit_school), (1, self._set_option),
            (2, self._reopen), (1, self._admit), (1, self._unreadable), (1, self._unknown_kind), (2, self._reset),
            (3, self._set_access), (2, self._protect), (2, self._wish), (10, self._undo),
        )  # fmt: skip
        if mails:
            self._kinds += ((28, self._notify_by_mail), (8, self._resend), (10, self._go_on), (6, self._set_access))
        if erasures:
            self._kinds += ((8, self._erase), (4, self._limit))
        if twins:
            self._kinds += ((8, self._set_apart), (10, self._group), (8, self._tick))
        if livrets:
            self._kinds += ((14, self._bring_bilans), (4, self._lock), (8, self._publish), (4, self._remove))

    def act(self, pc: Pc) -> None:
        """Somebody does something on this PC; what was shown as saved is remembered."""
        deed = self._draw() if pc.rows("guardians") and pc.rows("pupils") else self._import
        before = set(pc.pending())
        try:
            deed(pc)
        except PreauError:
            return  # refused on the spot: nothing was shown as saved
        finally:
            pc.saved.extend(act_id for act_id in pc.pending() if act_id not in before)

    def _draw(self) -> Callable[[Pc], None]:
        weights = [weight for weight, _ in self._kinds]
        return self._rng.choices([deed for _, deed in self._kinds], weights)[0]

    def _submit(self, pc: Pc, kind: str, fields: ActFields) -> None:
        submit(pc.desk, school_id=self._school_id, kind=kind, fields=fields)

    def _import(self, pc: Pc) -> None:
        for _ in range(self._rng.randrange(3)):
            self._onde.move()
        complete = self._rng.choice((None, None, True))
        seen = imports.preview(
            pc.desk, school_id=self._school_id, files=self._onde.some_files(), complete=complete, allow_fictional=True
        )
        imports.commit(pc.desk, preview=seen, confirm_gone=True)

    def _correct_guardian(self, pc: Pc) -> None:
        self._correct(pc, "guardians", "responsable.corriger", GUARDIAN_FIELDS)

    def _correct_pupil(self, pc: Pc) -> None:
        self._correct(pc, "pupils", "eleve.corriger", PUPIL_FIELDS)

    def _correct(self, pc: Pc, table: str, kind: str, fields: Sequence[str]) -> None:
        row = self._rng.choice(_few(pc, table))
        field = self._rng.choice(fields[:2] if self._rng.random() < 0.7 else fields)
        new = self._rng.choice(VALUES.get(field, ("un", "deux", "trois", row[field])))
        changes = {field: (effective(row, field), new)}
        self._submit(pc, kind, CorrectFields(record_id=row["id"], changes=changes))

    def _notify(self, pc: Pc) -> None:
        known = [account for account in pc.rows("accounts") if account["login"]]
        if not known:
            return
        chosen = self._rng.sample(known, min(len(known), self._rng.randint(1, 3)))
        reset = self._rng.random() < 0.2
        batch = BatchFields(id=pc.desk.new_id(), number=f"L-0903-{len(pc.saved):02d}", created_at=pc.desk.now())
        sheets = tuple(self._sheet(pc, account, reset, place, len(chosen)) for place, account in enumerate(chosen, 1))
        fields = NotifyFields(batch=batch, reset=reset, notified_on=pc.desk.now()[:10], sheets=sheets)
        self._submit(pc, "compte.notifier", fields)

    def _sheet(self, pc: Pc, account: Row, reset: bool, number: int, total: int) -> SheetFields:
        chosen = bool(account["password_changed"])
        letter = sheet_letter(AccountState(account["state"]), reset=reset, chosen=chosen)
        secret = letter != "C03"
        return SheetFields(
            sheet_id=pc.desk.new_id(), account_id=account["id"], guardian_id=account["guardian_id"], classroom_id=None,
            classroom_label=None, number=number, total=total, letter=letter, login=account["login"],
            with_secret=secret, by_post=False, sealed="c2NlbGzDqQ==" if secret else None,
            key_version=1 if secret else None, password_hash=cheap_hash(self._rng) if secret else None,
            token_hash=self._rng.randbytes(32).hex() if secret else None,
        )  # fmt: skip

    def _person(self, pc: Pc) -> tuple[PersonTable, str]:
        """One of the few whom everybody works on."""
        table: PersonTable = self._rng.choice(("guardians", "guardians", "pupils"))
        few = sorted(
            (row for row in pc.rows(table) if row["last_name"]), key=lambda row: (row["last_name"].upper(), row["id"])
        )
        return table, str(self._rng.choice(few[: FEW + 1])["id"])

    def _erase(self, pc: Pc) -> None:
        table, one = self._person(pc)
        found = erasing.preview(pc.desk, school_id=self._school_id, table=table, record_id=one)
        erasing.erase(pc.desk, preview=found)

    def _limit(self, pc: Pc) -> None:
        table, one = self._person(pc)
        limited = next(row for row in pc.rows(table) if row["id"] == one)["limited"] is None
        limiting.limit(pc.desk, school_id=self._school_id, table=table, record_id=one, limited=limited)

    def _reset(self, pc: Pc) -> None:
        known = [account for account in pc.rows("accounts") if account["login"]][:FEW]
        if known:
            batch = BatchFields(id=pc.desk.new_id(), number=f"L-0903-R{len(pc.saved)}", created_at=pc.desk.now())
            sheets = tuple(self._sheet(pc, one, True, place, len(known)) for place, one in enumerate(known, 1))
            self._submit(pc, "compte.reinitialiser", ResetFields(batch=batch, sheets=sheets))

    def _notify_by_mail(self, pc: Pc) -> None:
        known = sorted(str(account["id"]) for account in pc.rows("accounts") if account["login"])
        chosen = self._rng.sample(known, min(len(known), self._rng.choice((1, 2, 3, 12))))
        reset = self._rng.random() < 0.2
        plan = notify_mail.plan(pc.desk, school_id=self._school_id, account_ids=chosen, reset=reset)
        notify_mail.send(pc.desk, plan=plan)

    def _resend(self, pc: Pc) -> None:
        """« Renvoyer un courriel d’activation », to the same address or to a corrected one."""
        under_way = sorted(row["id"] for row in pc.rows("accounts") if row["state"] == AccountState.ACTIVATING)
        if under_way:
            account = self._rng.choice(under_way)
            address = self._rng.choice((None, f"autre{self._rng.randrange(9)}@example.org"))
            notify_mail.resend(pc.desk, school_id=self._school_id, account_id=account, address=address)

    def _go_on(self, pc: Pc) -> None:
        """Let a run go on, or give it up; sometimes one that a colleague has decided about already."""
        runs = list_runs(pc.desk, school_id=self._school_id)
        chosen = [run for run in runs if run.paused] or runs[:1]
        if chosen:
            go_on = self._rng.random() < 0.5
            notify_mail.go_on(pc.desk, school_id=self._school_id, run_id=chosen[0].run_id, go_on=go_on)

    def _set_access(self, pc: Pc) -> None:
        link = self._rng.choice(sorted(pc.rows("responsibilities"), key=lambda row: str(row["id"]))[: FEW + 1])
        wanted = self._rng.choice(list(Access))
        fields = AccessFields(responsibility_id=link["id"], seen=link["access"], access=wanted, since="2026-09-03")
        self._submit(pc, "acces.regler", fields)

    def _protect(self, pc: Pc) -> None:
        pupil = min(pc.rows("pupils"), key=lambda row: (str(row["last_name"]).upper(), str(row["id"])))
        parents = sorted(link["guardian_id"] for link in pc.rows("responsibilities") if link["pupil_id"] == pupil["id"])
        knows = self._rng.choice((None, tuple(parents[:1]), tuple(parents[-1:]), tuple(parents)))
        seen = tuple(pupil["protection"]["knows"]) if pupil["protection"] else None
        fields = ProtectFields(pupil_id=pupil["id"], seen=seen, knows=knows, since="2026-09-03")
        self._submit(pc, "eleve.proteger", fields)

    def _wish(self, pc: Pc) -> None:
        guardian = min(pc.rows("guardians"), key=lambda row: (str(row["last_name"]).upper(), str(row["id"])))
        wish = self._rng.choice((None, *Wish))
        fields = WishFields(guardian_id=guardian["id"], seen=guardian["wish"], wish=wish)
        self._submit(pc, "responsable.souhait", fields)

    def _two(self, pc: Pc) -> tuple[str, str]:
        """Two of the few guardians whom everybody works on."""
        one, other = self._rng.choices([str(row["id"]) for row in _few(pc, "guardians")], k=2)
        return one, other

    def _set_apart(self, pc: Pc) -> None:
        one, other = self._two(pc)
        self._submit(pc, "doublon.ecarter", SetApartFields(guardian_id=one, other_id=other))

    def _group(self, pc: Pc) -> None:
        one, other = self._two(pc)
        self._submit(pc, "doublon.regrouper", GroupRecordsFields(guardian_id=one, other_id=other))

    def _tick(self, pc: Pc) -> None:
        table, one = self._person(pc)
        what, done = self._rng.choice(("mobile", "email", "ine")), self._rng.random() < 0.7
        self._submit(
            pc, "onde.cocher", TickFields(table=table, record_id=one, what=what, label="À corriger", done=done)
        )  # fmt: skip

    def _bring_bilans(self, pc: Pc) -> None:
        """Bilans of the few whom everybody works on, of a period that a colleague imports too."""
        few = _few(pc, "pupils")
        index = self._rng.choice((1, 2))
        seen = {(row["pupil_id"], row["period_index"]): row["document"] for row in pc.rows("reports")}
        lines = tuple(
            ReportLine(
                report_id=pc.desk.new_id(), pupil_id=row["id"], kind=ReportKind.PERIODIC, year=2026, period_index=index,
                period_count=3, format=DocumentFormat.CONTENT, document=self._rng.choice(DOCUMENTS), size=1000,
                locked_at=self._rng.choice(LOCKS), seen=seen.get((row["id"], index)),
            )
            for row in self._rng.sample(few, self._rng.randint(1, len(few)))
        )  # fmt: skip
        self._submit(pc, "bilan.importer", ImportReportsFields(source=ReportSource.XML, reports=lines))

    def _some_bilans(self, pc: Pc) -> tuple[str, ...]:
        """None where this PC knows none: then nothing is done."""
        known = sorted(str(row["id"]) for row in pc.rows("reports"))
        return tuple(self._rng.sample(known, self._rng.randint(1, len(known)))) if known else ()

    def _lock(self, pc: Pc) -> None:
        if some := self._some_bilans(pc):
            locked = self._rng.random() < 0.7
            self._submit(pc, "bilan.verrouiller", LockReportsFields(report_ids=some, locked=locked))

    def _publish(self, pc: Pc) -> None:
        if some := self._some_bilans(pc):
            self._submit(pc, "bilan.publier", PublishReportsFields(report_ids=some, on=self._rng.choice(DAYS)))

    def _remove(self, pc: Pc) -> None:
        if some := self._some_bilans(pc):
            self._submit(pc, "bilan.retirer", RemoveReportsFields(report_ids=some, why=Removal.BY_HAND))

    def _undo(self, pc: Pc) -> None:
        """An act that this PC knows, whoever did it, an undoing too; often somebody has decided otherwise since."""
        known = sorted(pc.rows("traces"), key=lambda row: (str(row["at"]), str(row["id"])))
        known = [row for row in known if row["before"] and not (row["undone_at"] and self._rng.random() < 0.8)]
        if known:
            trace = self._rng.choice(known[-6:] if self._rng.random() < 0.5 else known)
            if self._rng.random() < 0.5:
                self._move(pc, trace)
            again = trace["undoes"] is not None
            self._submit(pc, "acte.annuler", UndoFields(act_id=trace["id"], kind=trace["kind"], again=again))

    def _move(self, pc: Pc, trace: Row) -> None:
        """Decide otherwise about what an act had changed."""
        for table, row_id, cells in trace["before"]:
            row = next((row for row in pc.rows(table) if row["id"] == row_id), None)
            name = min(cells)
            if row is not None and table == "responsibilities":
                fields = AccessFields(
                    responsibility_id=row_id, seen=row["access"], access=self._rng.choice(list(Access)),
                    since="2026-09-04",
                )  # fmt: skip
                self._submit(pc, "acces.regler", fields)
            elif row is not None and name.startswith("corrections."):
                field = name.removeprefix("corrections.")
                new = self._rng.choice(VALUES.get(field, ("quatre", "cinq", row[field])))
                kind = "responsable.corriger" if table == "guardians" else "eleve.corriger"
                correction = CorrectFields(record_id=row_id, changes={field: (effective(row, field), new)})
                self._submit(pc, kind, correction)

    def _undo_import(self, pc: Pc) -> None:
        done = [row for row in pc.rows("imports") if row["undone_at"] is None]
        if done:
            latest = max(done, key=lambda row: row["at"])
            imports.undo(pc.desk, school_id=self._school_id, import_id=latest["id"])

    def _close_review(self, pc: Pc) -> None:
        waiting = [row for row in pc.rows("reviews") if row["closed_at"] is None]
        if waiting:
            self._submit(pc, "revue.clore", CloseReviewFields(review_id=self._rng.choice(waiting)["id"]))

    def _edit_school(self, pc: Pc) -> None:
        name = self._rng.choice(("phone", "email", "signatory_name"))
        seen = pc.rows("schools")[0][name]
        self._submit(pc, "ecole.modifier", EditSchoolFields(changes={name: (seen, f"v{self._rng.randrange(4)}")}))

    def _set_option(self, pc: Pc) -> None:
        seen = (pc.rows("schools")[0]["settings"] or {}).get("sheet_life_days")
        fields = SchoolSettingFields(name="sheet_life_days", seen=seen, value=self._rng.randint(30, 40))
        self._submit(pc, "ecole.regler", fields)

    def _reopen(self, pc: Pc) -> None:
        accounts = pc.rows("accounts")
        blocked = [account for account in accounts if account["block"]] or accounts[:2]
        if blocked:
            self._submit(pc, "compte.rouvrir", AccountsFields(account_ids=[self._rng.choice(blocked)["id"]]))

    def _admit(self, pc: Pc) -> None:
        fields = AdmitDeviceFields(grant_id=pc.desk.new_id(), device_id=pc.device_id, key_version=1, sealed="c2Nl")
        self._submit(pc, "poste.admettre", fields)

    def _unreadable(self, pc: Pc) -> None:
        """A poisonous act, as a version with a bug would leave it in the queue."""
        queue(pc, kind=self._rng.choice(("responsable.corriger", "import.appliquer")), fields=UNREADABLE)

    def _unknown_kind(self, pc: Pc) -> None:
        """An act of a newer version than the server's."""
        queue(pc, kind=self._rng.choice(("futur.agir", "compte.notifier")), fields={"a": 1}, version=99)

    def portal(self) -> None:
        """A guardian does something on the portal: told to the school's inbox, without the school's lock."""
        if self._livrets and self._rng.random() < 0.6 and self._read_bilan():
            return
        accounts = [row for row in self._world.server_rows("accounts", self._school_id) if row["login"]]
        if not accounts:
            return
        account = self._rng.choice(accounts)
        kind, payload = self._rng.choice(
            (
                ("activating", {"email": "parent@example.org"}), ("active", {"origin": "guardian"}),
                ("last_access", {"on": "2026-09-04"}), ("block", {"code": "birth_date_tries"}), ("unblock", {}),
                ("password", {}), ("failed_try", {"reason": "password"}),
            )
        )  # fmt: skip
        self._happen(account["id"], kind, payload)

    def _read_bilan(self) -> bool:
        """A guardian of the child reads, opens or downloads a bilan that is there; False where none is."""
        here = [row for row in self._world.server_rows("reports", self._school_id) if row["removed_at"] is None]
        if not here:
            return False
        here.sort(key=lambda row: str(row["id"]))
        report = self._rng.choice(here[:1] if self._rng.random() < 0.7 else here)
        links = self._world.server_rows("responsibilities", self._school_id)
        family = {link["guardian_id"] for link in links if link["pupil_id"] == report["pupil_id"]}
        accounts = self._world.server_rows("accounts", self._school_id)
        readers = sorted(row["id"] for row in accounts if row["guardian_id"] in family)
        if readers:
            kind = self._rng.choice(("read", "read", "opened"))
            payload = {"report_id": report["id"], "document": report["document"], "kind": kind}
            self._happen(self._rng.choice(readers), "report_read", payload)
        return bool(readers)

    def _happen(self, account_id: str, kind: str, payload: dict[str, str]) -> None:
        at = instant(self._world.time())
        with self._world.database.write() as connection:
            inbox.append(
                connection, school_id=self._school_id, account_id=account_id, kind=kind, payload=payload, at=at,
                new_id=self._world.new_id,
            )  # fmt: skip
            if kind in ("activating", "active"):
                portal = select(portal_links.c.portal_account_id).where(portal_links.c.account_id == account_id)
                connection.execute(
                    update(portal_accounts)
                    .where(portal_accounts.c.id.in_(portal))
                    .values(state=kind, password_hash="x")
                )


def _few(pc: Pc, table: str) -> list[Row]:
    """The few whom everybody works on: the first by name."""
    return sorted(pc.rows(table), key=lambda row: (str(row["last_name"]).upper(), str(row["id"])))[: FEW + 1]


def cheap_hash(rng: random.Random) -> str:
    """A hash of the right shape, of no password: the simulator logs nobody in."""
    return f"$argon2id$v=19$m=19456,t=2,p=1${rng.randbytes(11).hex()}${(rng.randbytes(21).hex() + 'A')}"


def queue(pc: Pc, *, kind: str, fields: Mapping[str, object], version: int = 1) -> str:
    """Put an act into the queue of a PC as it is, past the rules of this version; returns its id."""
    act_id = pc.desk.new_id()
    with pc.desk.vault.write() as connection:
        connection.execute(
            insert(pending_acts).values(
                act_id=act_id, school_id=pc.school_id, position=next_position(connection), kind=kind,
                kind_version=version, fields=fields, author=pc.name, client_time=pc.desk.now(), before_images=[],
            )
        )  # fmt: skip
    return act_id
