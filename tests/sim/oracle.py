"""The seven invariants of sync.md, and an eighth about mails, checked while a history runs and when it has come to rest.

What mails must be on their way is in tests/sim/post.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import literal, select, union_all

from app.models.ids import derived_id
from app.models.tables import COLUMNS, SCHOOL_TABLES, Row
from app.server.tables import inbox, outbox
from app.services.vault.tables import links, pending_acts
from tests.sim.model import ENDS, TABLES, Model
from tests.sim.world import Pc, SeenServer

UNREADABLE = {"sens": "aucun"}
"""The content of the acts that no kind can read, put there on purpose."""
KEPT = ("school_id", "id", "seq")
RANK = {"not_notified": 0, "notified": 1, "activating": 2, "active": 3}
ACCEPTED = ("accepted", "conflict")
FAILING = ("bounced", "failed")


_SEQS = union_all(
    *(select(literal(t.name), t.c.id, t.c.seq).where(t.c.seq > 0) for t in SCHOOL_TABLES if t.name != "acts")
)


_FOREIGN = union_all(*(select(literal(t.name), t.c.id, t.c.school_id) for t in SCHOOL_TABLES))


class BrokenInvariant(AssertionError):
    """``number`` is the invariant's in sync.md; 0 for a history that could not end."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"invariant {number}: {what}")
        self.number = number


def expect(true: bool, number: int, what: str) -> None:
    if not true:
        raise BrokenInvariant(number, what)


@dataclass
class Watch:
    """What one PC has shown so far; looked at after each reply and after each loss of memory."""

    pc: Pc
    epoch: str | None = None
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """Nothing that this PC showed as saved is gone, nothing that it showed as confirmed goes back."""
        epoch = self._epoch()
        if epoch != self.epoch:
            self.epoch, self.seqs, self.verdicts = epoch, {}, {}
        journal = {row["id"]: row for row in self.pc.rows("acts")}
        pending = set(self.pc.pending())
        for act_id in self.pc.saved:
            expect(act_id in pending or act_id in journal, 1, f"{self.pc.name} lost act {act_id}")
        self._no_row_goes_back()
        self._no_verdict_goes_back(journal)
        self._acts_are_seen(journal)

    def _epoch(self) -> str | None:
        with self.pc.desk.vault.read() as connection:
            epoch: str | None = connection.execute(select(links.c.epoch)).scalar()
            return epoch

    def _no_row_goes_back(self) -> None:
        with self.pc.desk.vault.read() as connection:
            now = {(table, one): seq for table, one, seq in connection.execute(_SEQS)}
        back = [key for key, seq in self.seqs.items() if now.get(key, -1) < seq]
        expect(
            not back, 4, f"{self.pc.name} showed {back[:2]} at {[self.seqs[k] for k in back[:2]]}, now earlier or gone"
        )
        self.seqs = now

    def _no_verdict_goes_back(self, journal: dict[str, Row]) -> None:
        now = {one: row["verdict"] for one, row in journal.items()}
        for one, verdict in self.verdicts.items():
            expect(now.get(one) == verdict, 4, f"{self.pc.name} showed {one} {verdict}, now {now.get(one)}")
        self.verdicts = now

    def _acts_are_seen(self, journal: dict[str, Row]) -> None:
        """An import that is confirmed or waits is on screen: its line in the history of imports is there."""
        done = {row["id"] for row in self.pc.rows("imports")}
        for row in journal.values():
            if row["kind"] == "import.appliquer" and row["verdict"] in ACCEPTED:
                expect(row["fields"]["import_id"] in done, 4, f"{self.pc.name}: confirmed import not in the records")
        with self.pc.desk.vault.read() as connection:
            waiting = connection.execute(
                select(pending_acts.c.fields).where(
                    pending_acts.c.kind == "import.appliquer", pending_acts.c.repushed.is_(None)
                )
            ).scalars()
            for fields in waiting:
                one = fields.get("import_id")
                expect(one is None or one in done, 1, f"{self.pc.name}: import that waits is not in the records")


def check_rest(world: SeenServer, school_id: str, pcs: Sequence[Pc], strangers: frozenset[str]) -> None:
    """Everything that must hold once all is quiet. ``strangers`` are names that live in the other school only."""
    server = {table: world.server_rows(table, school_id) for table in COLUMNS}
    _check_saved(pcs, server)
    for pc in pcs:
        _check_foreign(pc)
        _check_equal(pc, server)
        expect(not pc.pending(), 6, f"{pc.name} still has acts to send")
    _check_strangers(server, strangers)
    limited = any(row["kind"] == "personne.limiter" for row in server["acts"])
    if server["erasures"] or limited:  # the model tells neither; it would need the content that is gone
        _check_twins(server)
        _check_gone(server)
        _check_acts_gone(server)
    else:
        _check_model(world, school_id, server)


def _check_saved(pcs: Sequence[Pc], server: dict[str, list[Row]]) -> None:
    log = {row["id"]: row for row in server["acts"]}
    refusals = {row["id"] for row in server["reviews"] if row["kind"] == "refused" and row["sentence"]}
    for pc in pcs:
        for act_id in pc.saved:
            expect(act_id in log, 1, f"act {act_id} of {pc.name} is not in the server's log")
            refused = log[act_id]["verdict"] == "refused"
            known = (
                (UNREADABLE, {}) if server["erasures"] else (UNREADABLE,)
            )  # what nobody reads is emptied, to be safe
            unreadable = log[act_id]["code"] == "bad_fields" and log[act_id]["fields"] not in known
            expect(not unreadable, 1, f"act {act_id} of {pc.name} came damaged to the server")
            expect(
                not refused or derived_id(act_id, "refused") in refusals, 1, f"refusal of {act_id} is not to be seen"
            )


def _check_foreign(pc: Pc) -> None:
    with pc.desk.vault.read() as connection:
        foreign = [(table, one) for table, one, school_id in connection.execute(_FOREIGN) if school_id != pc.school_id]
    expect(not foreign, 5, f"{pc.name} has another school's {foreign[:2]}")


def _check_equal(pc: Pc, server: dict[str, list[Row]]) -> None:
    for table, rows in server.items():
        there = {row["id"]: row for row in rows}
        here = {row["id"]: row for row in pc.rows(table)}
        expect(here.keys() == there.keys(), 2, f"{pc.name}.{table}: {sorted(here.keys() ^ there.keys())[:3]} differ")
        for one, row in there.items():
            wrong = [name for name in row if row[name] != here[one][name]]
            expect(not wrong, 2, f"{pc.name}.{table} {one}: {[(n, here[one][n], row[n]) for n in wrong][:3]}")


def _check_strangers(server: dict[str, list[Row]], strangers: frozenset[str]) -> None:
    for table in ("pupils", "guardians"):
        for row in server[table]:
            expect(row["last_name"] not in strangers, 5, f"{row['last_name']} is another school's")


def _check_model(world: SeenServer, school_id: str, server: dict[str, list[Row]]) -> None:
    aliases = {row["id"]: row["target_id"] for row in server["aliases"]}
    model = Model(aliases).tell(sorted(server["acts"], key=lambda row: int(row["place"])))
    _check_values(model, server)
    _check_reviews(model, server)
    _check_counts(model, server)
    _check_twins(server)
    if not world.restores:
        _check_numbers(server)
    _check_accounts(world, school_id, model, server)
    _check_mails(world, school_id, model, server)
    _check_livrets(world, school_id, model, server)


def _check_livrets(world: SeenServer, school_id: str, model: Model, server: dict[str, list[Row]]) -> None:
    """Bilans are what somebody imported, where he did, shown as it was decided last; nobody's reading is lost."""
    rows = {(row["pupil_id"], row["period_index"]): row for row in server["reports"]}
    expect(len(rows) == len(server["reports"]), 7, "two bilans stand for one period of a child")
    for place, row in rows.items():
        expect(row["document"] in model.bilans.get(place, ()), 3, f"bilan {row['id']} is what nobody imported")
        told = model.shown.get(row["id"])
        expect(row["published_on"] == told, 3, f"bilan {row['id']}: shown {row['published_on']} instead of {told}")
    expect(rows.keys() == model.bilans.keys(), 1, f"bilans {sorted(rows.keys() ^ model.bilans.keys())[:2]}")
    receipts = Counter(
        (row["report_id"], model.who(row["guardian_id"]), row["document"], row["kind"]) for row in server["receipts"]
    )
    expect(receipts.keys() == _readings(world, school_id, model, server), 1, "a reading was lost, or nobody's is told")
    expect(all(count == 1 for count in receipts.values()), 7, "a reading is told twice")


def _readings(
    world: SeenServer, school_id: str, model: Model, server: dict[str, list[Row]]
) -> set[tuple[str, str, str, str]]:  # fmt: skip
    """(bilan, guardian, document, what he did), from what the portal told the school."""
    guardians = {row["id"]: model.who(row["guardian_id"]) for row in server["accounts"]}
    mine = (inbox.c.school_id == school_id, inbox.c.kind == "report_read")
    with world.database.read() as connection:
        items = connection.execute(select(inbox.c.account_id, inbox.c.payload).where(*mine)).all()
    return {
        (model.who(told["report_id"]), guardians[model.who(account)], told["document"], told["kind"])
        for account, told in items
    }


def _check_gone(server: dict[str, list[Row]]) -> None:
    """Who was erased says nothing: neither her record, nor her account, nor a correction that came later."""
    gone = {row["id"] for row in server["erasures"]}
    for table in ("pupils", "guardians"):
        for row in (row for row in server[table] if row["id"] in gone):
            said = {name for name, value in row.items() if value and name not in (*KEPT, ENDS[table])}
            expect(not said, 3, f"{table} {row['id']} was erased and has {sorted(said)}")
    for row in (row for row in server["accounts"] if row["guardian_id"] in gone):
        said = {name for name in ("login", "email", "mobile", "ways", "elsewhere") if row[name]}
        expect(not said, 3, f"account {row['id']} was erased and has {sorted(said)}")


def _check_acts_gone(server: dict[str, list[Row]]) -> None:
    """Neither the journal nor what is kept for undoing says anything of who was erased."""
    aliases = {row["id"]: row["target_id"] for row in server["aliases"]}
    who = Model(aliases).who
    gone = {row["id"] for row in server["erasures"]}
    for act in (act for act in server["acts"] if act["verdict"] in ACCEPTED):
        fields = act["fields"]
        for entry in (*fields.get("pupils", ()), *fields.get("guardians", ())):
            expect(who(entry["id"]) not in gone or not entry["changes"], 3, f"import {act['id']} tells who was erased")
        for entry in (*fields.get("sheets", ()), *fields.get("mails", ())):
            said = entry["login"] or entry.get("sealed") or entry.get("address")
            expect(
                who(entry["guardian_id"]) not in gone or not said, 3, f"{act['kind']} {act['id']} tells who was erased"
            )
        for name in ("record_id", "guardian_id", "pupil_id"):
            one = fields.get(name)
            expect(
                not isinstance(one, str) or who(one) not in gone,
                3,
                f"{act['kind']} {act['id']} is about who was erased",
            )
    for table in ("imports", "traces"):
        for row in server[table]:
            lines = [one for one in row["before"] or [] if one[0] in ("pupils", "guardians") and who(one[1]) in gone]
            expect(not any(cells for _, _, cells in lines), 3, f"{table} {row['id']} keeps values of who was erased")


def _check_mails(world: SeenServer, school_id: str, model: Model, server: dict[str, list[Row]]) -> None:
    """Every mail is there, has its account, and is for the school what it is in the outbox."""
    there, accounts = {row["id"]: row for row in server["deliveries"]}, {row["id"] for row in server["accounts"]}
    reviews = {row["id"] for row in server["reviews"]}
    lost = [
        one for one, (act, _) in model.mails.items()
        if one not in there and derived_id(act, "mail_skipped", one) not in reviews
    ]  # fmt: skip
    expect(not lost, 8, f"mails that are nowhere: {lost[:2]}")
    unknown = there.keys() - model.mails.keys() - model.resent
    expect(not unknown, 8, f"mails that nobody asked for: {sorted(unknown)[:2]}")
    with world.database.read() as connection:
        sent = {row["id"]: row for row in connection.execute(select(outbox)).mappings()}
    for one, row in there.items():
        expect(row["account_id"] in accounts, 8, f"mail {one} has no account")
        left = sent.get(one)
        if left is None:
            expect(row["state"] in ("failed", "uncertain"), 8, f"mail {one} is {row['state']} here, and in no outbox")
        else:
            state = "queued" if left["state"] == "paused" else left["state"]
            expect(row["state"] == state, 8, f"mail {one} is {row['state']} here, {left['state']} in the outbox")


def _check_values(model: Model, server: dict[str, list[Row]]) -> None:
    for link in server["responsibilities"]:
        told = model.access.get(link["id"], ("full", None))[0]
        expect(link["access"] == told, 3, f"access {link['id']}: {link['access']} instead of {told}")
    for pupil in server["pupils"]:
        knows = {model.who(one) for one in pupil["protection"]["knows"]} if pupil["protection"] else None
        expect(knows == model.protected.get(pupil["id"], (None, None))[0], 3, f"protection of {pupil['id']}: {knows}")
    rows = {(table, row["id"]): row for table in ENDS for row in server[table]}
    expect(rows.keys() == model.values.keys(), 7, f"records {sorted(rows.keys() ^ model.values.keys())[:3]}")
    for key, values in model.values.items():
        for name, value in values.items():
            expect(rows[key][name] == value, 3, f"{key} {name}: {rows[key][name]!r} instead of {value!r}")
    for key, row in rows.items():
        here = {name: entry["value"] for name, entry in (row.get("corrections") or {}).items()}
        there = {name: entry[0] for name, entry in model.corrections.get(key, {}).items()}
        expect(here == there, 3, f"corrections of {key}: {here} instead of {there}")


def _check_reviews(model: Model, server: dict[str, list[Row]]) -> None:
    reviews = {(row["act_id"], row["record_id"], row["field"]) for row in server["reviews"]}
    missing = model.owed - reviews
    expect(not missing, 3, f"a value disappeared and nobody is told: {sorted(missing)[:2]}")


def _check_counts(model: Model, server: dict[str, list[Row]]) -> None:
    counted = {
        "links": ({(row["pupil_id"], row["guardian_id"]) for row in server["responsibilities"]}, model.links),
        "imports": ({row["id"] for row in server["imports"]}, set(model.imports)),
        "undone": ({row["id"] for row in server["imports"] if row["undone_at"]}, model.undone),
        "batches": ({row["id"] for row in server["batches"]}, model.batches),
        "sheets": (
            {row["id"] for row in server["sheets"]} - {sheet for _, sheet in model.resets}, model.sheets
        ),
        "accounts": (
            {row["guardian_id"] for row in server["accounts"]}, {one for table, one in model.values if table == "guardians"}
        ),
    }  # fmt: skip
    for what, (here, there) in counted.items():
        expect(here == there, 7, f"{what}: {len(here)} instead of {len(there)}, {sorted(here ^ there)[:2]}")
    there = {row["id"] for row in (*server["sheets"], *server["reviews"])}
    lost = [
        one for one in model.resets if one[1] not in there and derived_id(one[0], "reset_skipped", one[1]) not in there
    ]
    expect(not lost, 1, f"resets that are nowhere: {lost[:2]}")
    corrected = Counter(row["kind"] for row in server["acts"] if row["verdict"] in ACCEPTED and row["kind"] in TABLES)
    events = Counter(row["kind"] for row in server["events"])
    expect(
        events["corrected"] == corrected["responsable.corriger"], 7, f"{events['corrected']} corrections in the story"
    )
    told = len(model.sheets) + len(_mailed(model, server))
    expect(events["notified"] == told, 7, f"{events['notified']} notifications in the story instead of {told}")


def _mailed(model: Model, server: dict[str, list[Row]]) -> set[str]:
    """The mails that notify, as far as one could leave."""
    return {row["id"] for row in server["deliveries"]} & model.mails.keys()


def _check_twins(server: dict[str, list[Row]]) -> None:
    """Nobody is there twice."""
    ines = Counter(row["ine"] for row in server["pupils"] if row["ine"])
    here = [row for row in server["enrolments"] if row["ended_on"] is None]
    twice = {
        "INE": ines,
        "enrolment": Counter((row["pupil_id"], row["year_id"]) for row in here),
        "link": Counter((row["pupil_id"], row["guardian_id"]) for row in server["responsibilities"]),
        "account": Counter(row["guardian_id"] for row in server["accounts"]),
        "login": Counter(row["login"] for row in server["accounts"] if row["login"] and not row["merged_into"]),
        "class": Counter((row["year_id"], row["label"]) for row in server["classrooms"]),
    }
    for what, counts in twice.items():
        found = [key for key, count in counts.items() if count > 1]
        expect(not found, 7, f"{what} twice: {found[:2]}")


def _check_numbers(server: dict[str, list[Row]]) -> None:
    """One number, one act: two would be two PCs with one identity. A restore may hide the first of them for a time."""
    numbers = Counter((row["device_id"], row["device_seq"]) for row in server["acts"])
    twice = [number for number, count in numbers.items() if count > 1]
    expect(not twice, 7, f"a copied vault was not told so: {twice[:2]}")


def _check_accounts(world: SeenServer, school_id: str, model: Model, server: dict[str, list[Row]]) -> None:
    with world.database.read() as connection:
        items = connection.execute(select(inbox).where(inbox.c.school_id == school_id)).mappings().all()
    expect(
        all(item["folded_at"] for item in items), 7, "something that happened on the portal is not told to the school"
    )
    told = set(model.notified) | {model.who(model.mails[one][1]) for one in _mailed(model, server)}
    rank = {row["id"]: int(row["id"] in told) for row in server["accounts"]}
    for item in sorted(items, key=lambda item: (item["at"], item["id"])):
        one = model.who(item["account_id"])
        if one in rank and item["kind"] in RANK:
            rank[one] = RANK[item["kind"]]  # the last word counts: a reset begins the activation again
    for row in server["accounts"]:
        if model.who(row["guardian_id"]) in model.grouped:
            continue  # what happens to one is shown on both while they are one; nobody diverges all the same
        expect(
            RANK[row["state"]] == rank[row["id"]], 7, f"account {row['id']} is {row['state']}, not {rank[row['id']]}"
        )
    stories = Counter(row["kind"] for row in server["events"] if row["kind"].startswith("portal_"))
    about = [item for item in items if item["account_id"] and model.who(item["account_id"]) in rank]
    news = [item["payload"] for item in about if item["kind"] == "delivery"]
    failed = {(one["id"], one["state"]) for one in news if one["state"] in FAILING}
    expect(stories.pop("portal_mail_failed", 0) == len(failed), 8, "a mail failed and its account does not tell it")
    known = [item for item in about if item["kind"] not in ("last_access", "delivery", "report_read")]
    expect(stories.total() == len(known), 7, f"{stories.total()} portal events in the story instead of {len(known)}")
