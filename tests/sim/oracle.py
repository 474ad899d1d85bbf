"""The seven invariants of sync.md, checked while a history runs and when it has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import literal, select, union_all

from app.models.ids import derived_id
from app.models.tables import COLUMNS, SCHOOL_TABLES, Row
from app.server.tables import inbox
from app.services.vault.tables import links, pending_acts
from tests.sim.model import ENDS, TABLES, Model
from tests.sim.world import Pc, SeenServer

UNREADABLE = {"sens": "aucun"}
"""The content of the acts that no kind can read, put there on purpose."""
RANK = {"not_notified": 0, "notified": 1, "activating": 2, "active": 3}
ACCEPTED = ("accepted", "conflict")


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
    _check_model(world, school_id, server)


def _check_saved(pcs: Sequence[Pc], server: dict[str, list[Row]]) -> None:
    log = {row["id"]: row for row in server["acts"]}
    refusals = {row["id"] for row in server["reviews"] if row["kind"] == "refused" and row["sentence"]}
    for pc in pcs:
        for act_id in pc.saved:
            expect(act_id in log, 1, f"act {act_id} of {pc.name} is not in the server's log")
            refused = log[act_id]["verdict"] == "refused"
            unreadable = log[act_id]["code"] == "bad_fields" and log[act_id]["fields"] != UNREADABLE
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
    model = Model(aliases).tell(sorted(server["acts"], key=lambda row: int(row["seq"])))
    _check_values(model, server)
    _check_reviews(model, server)
    _check_counts(model, server)
    _check_twins(server)
    if not world.restores:
        _check_numbers(server)
    _check_accounts(world, school_id, model, server)


def _check_values(model: Model, server: dict[str, list[Row]]) -> None:
    for link in server["responsibilities"]:
        told = model.access.get(link["id"], "full")
        expect(link["access"] == told, 3, f"access {link['id']}: {link['access']} instead of {told}")
    for pupil in server["pupils"]:
        knows = {model.who(one) for one in pupil["protection"]["knows"]} if pupil["protection"] else None
        expect(knows == model.protected.get(pupil["id"]), 3, f"protection of {pupil['id']}: {knows}")
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
    expect(events["notified"] == len(model.sheets), 7, f"{events['notified']} notifications in the story")


def _check_twins(server: dict[str, list[Row]]) -> None:
    """Nobody is there twice."""
    ines = Counter(row["ine"] for row in server["pupils"] if row["ine"])
    here = [row for row in server["enrolments"] if row["ended_on"] is None]
    twice = {
        "INE": ines,
        "enrolment": Counter((row["pupil_id"], row["year_id"]) for row in here),
        "link": Counter((row["pupil_id"], row["guardian_id"]) for row in server["responsibilities"]),
        "account": Counter(row["guardian_id"] for row in server["accounts"]),
        "login": Counter(row["login"] for row in server["accounts"] if row["login"]),
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
    rank = {row["id"]: int(row["id"] in model.notified) for row in server["accounts"]}
    for item in sorted(items, key=lambda item: (item["at"], item["id"])):
        one = model.who(item["account_id"])
        if one in rank and item["kind"] in RANK:
            rank[one] = RANK[item["kind"]]  # the last word counts: a reset begins the activation again
    for row in server["accounts"]:
        expect(
            RANK[row["state"]] == rank[row["id"]], 7, f"account {row['id']} is {row['state']}, not {rank[row['id']]}"
        )
    stories = Counter(row["kind"] for row in server["events"] if row["kind"].startswith("portal_"))
    known = [item for item in items if item["kind"] != "last_access" and model.who(item["account_id"]) in rank]
    expect(stories.total() == len(known), 7, f"{stories.total()} portal events in the story instead of {len(known)}")
