"""A random history: two schools, a few PCs, their people, and everything that goes wrong. Its seed is the history.

``run_history`` plays it, heals the line, waits for rest and lets the oracle judge. The limits of the protocol (acts a
request, rows a page, characters a part) are made small in some histories, so that small schools meet them too.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.models.errors import PreauError
from app.models.states import Role
from app.models.wire import SyncReply, SyncRequest
from app.server.database import Database
from app.server.outbox import runs
from app.server.sync import feed
from app.services.sync import outgoing
from tests.sim.deeds import Deeds
from tests.sim.onde import OndeBase
from tests.sim.oracle import BrokenInvariant, Watch, check_rest, expect
from tests.sim.post import Post
from tests.sim.world import Pc, World

POINTS = ("prepared", "received", "held", "verdicts_taken", "rows_taken", "taking", "taken", "rebuilding", "rebuilt")
SERVER_POINTS = ("judged", "committing", "committed")
MAX_ROUNDS = 200


class PowerCut(Exception):
    """The process ends here."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The protocol's limits in one history."""

    acts: int = outgoing.MAX_ACTS
    part: int = outgoing.PART_BYTES
    page: int = feed.PAGE_ROWS
    tried: int = runs.LEAST_TRIED
    """Mails of a run before it may pause."""


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """Run with these limits."""
    before = (outgoing.MAX_ACTS, outgoing.PART_BYTES, outgoing.MAX_REQUEST_BYTES, feed.PAGE_ROWS)
    tried, runs.LEAST_TRIED = runs.LEAST_TRIED, limits.tried  # type: ignore[misc]
    outgoing.MAX_ACTS, outgoing.PART_BYTES, feed.PAGE_ROWS = limits.acts, limits.part, limits.page  # type: ignore[misc]
    outgoing.MAX_REQUEST_BYTES = min(before[2], 2 * limits.part)  # type: ignore[misc]
    try:
        yield
    finally:
        outgoing.MAX_ACTS, outgoing.PART_BYTES, outgoing.MAX_REQUEST_BYTES, feed.PAGE_ROWS = before  # type: ignore[misc]
        runs.LEAST_TRIED = tried  # type: ignore[misc]


@dataclass
class School:
    """One school of the history."""

    id: str
    onde: OndeBase
    deeds: Deeds


@dataclass
class History:
    """A history under way; ``faults`` counts what happened to it."""

    world: World
    rng: random.Random
    limits: Limits
    faults: Counter[str] = field(default_factory=Counter)
    wandering: list[tuple[str, str, SyncRequest]] = field(default_factory=list)
    watches: dict[str, Watch] = field(default_factory=dict)
    backup: dict[str, list[dict[str, Any]]] | None = None
    restored: int = 0
    mails: bool = False
    """Whether its people send mails; the others know no outbox."""
    erasures: bool = False
    """Whether its people erase and limit each other: the oracle then asks less of values, and more of what is gone."""
    livrets: bool = False
    """Whether its people import bilans, show them and read them."""
    twins: bool = False
    """Whether its directors tell apart or group those who may stand twice, and tick what they corrected in ONDE."""
    post: Post | None = None

    def begin(self) -> None:
        """Two schools; two to four PCs in the first, one in the other."""
        self.mine = self._school("0990001N", pupils=self.rng.randint(2, 6))
        self.other = self._school("0990002P", pupils=2)
        if self.mails:
            self._open_post()
        for place in range(self.rng.randint(2, 4)):
            deputy = place > 0 and self.rng.random() < 0.2
            self._watch(self.world.add_pc(self.mine.id, role=Role.DEPUTY if deputy else Role.DIRECTOR))
        self._watch(self.world.add_pc(self.other.id))
        if self.mails or self.rng.random() < 0.65:
            self._settle_in()

    def _open_post(self) -> None:
        world = self.world
        self.post = Post(world, world.time, self.rng, (self.mine.id, self.other.id))
        mailroom = self.post.mailroom(random_bytes=world.rng.randbytes, new_id=world.new_id)
        world.service = replace(world.service, mailroom=mailroom)

    def _settle_in(self) -> None:
        """Most schools have been at it for a while: one PC imports, all synchronise."""
        self.mine.deeds.act(self.world.pcs[0])
        for pc in self.world.pcs:
            self._heal(pc)

    def _school(self, uai: str, *, pupils: int) -> School:
        school_id = self.world.add_school(uai)
        onde = OndeBase(self.rng, pupils=pupils)
        deeds = Deeds(
            self.world, self.rng, school_id, onde, mails=self.mails, erasures=self.erasures, livrets=self.livrets,
            twins=self.twins,
        )  # fmt: skip
        return School(school_id, onde, deeds)

    def _watch(self, pc: Pc) -> None:
        self.watches[pc.name] = Watch(pc)

    def live(self, steps: int) -> None:
        """Play some steps, each drawn."""
        happenings: tuple[tuple[int, Callable[[], None]], ...] = (
            (44, self._act), (40, self._exchange), (6, self._portal), (12, self._onde_moves), (4, self._late_request),
            (7, self._late_reply), (3, self._crash), (4, self._save_server), (4, self._restore), (1, self._copy),
        )  # fmt: skip
        if self.post is not None:
            happenings += ((40, self.post.deliver), (10, self.post.report), (12, self._wait), (8, self._portal))
        if self.livrets:
            happenings += ((20, self._portal),)
        weights = [weight for weight, _ in happenings]
        for happening in self.rng.choices([one for _, one in happenings], weights, k=steps):
            happening()

    def _pc(self) -> Pc:
        return self.rng.choice(self.world.pcs)

    def _of(self, pc: Pc) -> School:
        return self.mine if pc.school_id == self.mine.id else self.other

    def _act(self) -> None:
        pc = self._pc()
        self._of(pc).deeds.act(pc)

    def _portal(self) -> None:
        self.rng.choice((self.mine, self.mine, self.other)).deeds.portal()

    def _onde_moves(self) -> None:
        self.mine.onde.move()

    def _wait(self) -> None:
        """Minutes pass: mails that were put off are due, and a worker that died lets go."""
        self.world.time.now += timedelta(minutes=self.rng.choice((2, 20)))

    def _exchange(self) -> None:
        fates = (
            (50, self._deliver), (8, self._lose_request), (8, self._lose_reply), (6, self._twice), (12, self._delay_reply),
            (6, self._delay_request), (9, self._cut_power), (7, self._server_dies),
        )  # fmt: skip
        fate = self.rng.choices([one for _, one in fates], [weight for weight, _ in fates])[0]
        self.faults[fate.__name__.lstrip("_")] += 1
        pc = self._pc()
        try:
            fate(pc)
        except PreauError as error:
            self._refused(pc, error)

    def _refused(self, pc: Pc, error: PreauError) -> None:
        """What a person does who is told so: a copy asks for a code of its own."""
        expect(error.code == "device_copied", 0, f"{pc.name} is refused: {error}")
        self.faults["copy_found"] += 1
        self.world.new_device(pc)

    def _serve(self, pc: Pc, request: SyncRequest) -> SyncReply:
        return self.world.serve(pc.device_id, pc.school_id, request)

    def _receive(self, pc: Pc, reply: SyncReply) -> bool:
        """Hand a reply to the engine; returns whether more is to come."""
        sent = SyncReply.model_validate_json(reply.model_dump_json(exclude_defaults=True))
        taken = pc.engine.receive(pc.school_id, sent)
        self.watches[pc.name].look()
        return taken.more

    def _deliver(self, pc: Pc) -> None:
        self._receive(pc, self._serve(pc, pc.engine.prepare(pc.school_id)))

    def _lose_request(self, pc: Pc) -> None:
        pc.engine.prepare(pc.school_id)

    def _lose_reply(self, pc: Pc) -> None:
        self._serve(pc, pc.engine.prepare(pc.school_id))

    def _twice(self, pc: Pc) -> None:
        request = pc.engine.prepare(pc.school_id)
        replies = [self._serve(pc, request), self._serve(pc, request)]
        self._receive(pc, self.rng.choice(replies))
        self._receive(pc, self.rng.choice(replies))

    def _delay_reply(self, pc: Pc) -> None:
        pc.late.append(self._serve(pc, pc.engine.prepare(pc.school_id)))

    def _delay_request(self, pc: Pc) -> None:
        self.wandering.append((pc.device_id, pc.school_id, pc.engine.prepare(pc.school_id)))

    def _late_request(self) -> None:
        if self.wandering:
            device_id, school_id, request = self.wandering.pop(self.rng.randrange(len(self.wandering)))
            self.faults["late_request"] += 1
            try:
                reply = self.world.serve(device_id, school_id, request)
            except PreauError:
                return
            self.rng.choice([pc for pc in self.world.pcs if pc.school_id == school_id]).late.append(reply)

    def _late_reply(self) -> None:
        """A reply that comes at last, while another request may be under way."""
        waiting = [pc for pc in self.world.pcs if pc.late]
        if waiting:
            pc = self.rng.choice(waiting)
            self.faults["late_reply"] += 1
            pc.engine.prepare(pc.school_id)
            self._receive(pc, pc.late.pop(0))

    def _cut_power(self, pc: Pc) -> None:
        """The PC goes dark at a named point of the engine; what it has in memory is gone."""
        self._until(pc, self.rng.choice(POINTS))

    def _until(self, pc: Pc, point: str) -> None:
        """One exchange that ends at this point, if it comes so far."""
        pc.engine.probe = cut_at(point)
        try:
            self._deliver(pc)
        except PowerCut:
            self.faults[f"cut_{point}"] += 1
            self.world.crash(pc)
            self.watches[pc.name].look()
        else:
            pc.engine.probe = lambda _point: None

    def _server_dies(self, pc: Pc) -> None:
        """The server goes down at a named point of an exchange."""
        point = self.rng.choice(SERVER_POINTS)
        service = self.world.service
        self.world.service = replace(service, probe=cut_at(point))
        try:
            self._deliver(pc)
        except PowerCut:
            self.faults[f"server_{point}"] += 1
        finally:
            self.world.service = service

    def _crash(self) -> None:
        pc = self._pc()
        self.faults["crash"] += 1
        self.world.crash(pc)
        self.watches[pc.name].look()

    def _save_server(self) -> None:
        self.backup = self.world.backup()

    def _restore(self) -> None:
        if self.backup is not None:
            self.faults["restore"] += 1
            self.world.restore(self.backup, new_epoch=True)
            if self.post is not None:
                self.post.restored(self._fresh_acts())
            if self.rng.random() < 0.4:
                self._cut_rebuild()
            for _ in range(self.rng.randrange(6)):
                self._exchange()

    def _fresh_acts(self) -> Iterator[str]:
        """Acts that somebody has yet to send, as far as he knows."""
        for pc in self.world.pcs:
            yield from pc.fresh()
        for _, _, request in self.wandering:
            yield from (act.act_id for act in request.acts if act.repushed is None)

    def _cut_rebuild(self) -> None:
        """A PC that takes the restored server's snapshot goes dark while it does so."""
        pc, point = self._pc(), self.rng.choice(("rebuilding", "rebuilt"))
        for _ in range(4):
            try:
                self._until(pc, point)
            except PreauError as error:
                self._refused(pc, error)

    def _copy(self) -> None:
        if len(self.world.pcs) < 6:
            self.faults["copy"] += 1
            self._watch(self.world.copy_vault(self._pc()))

    def rest(self) -> None:
        """The network is healed, nothing more is done: everybody synchronises until nothing moves."""
        while self.wandering:
            self._late_request()
        if self.post is not None:
            self.post.deliver()
        before = None
        for _ in range(2 + 2 * len(self.world.pcs)):
            for pc in self.world.pcs:
                self._heal(pc)
            state = [self.world.server_rows("acts", school.id) for school in (self.mine, self.other)]
            if state == before:
                return
            before = state
        raise BrokenInvariant(6, "the PCs never come to rest")

    def _heal(self, pc: Pc) -> None:
        """One PC until it has nothing left, counting the rounds that the queue takes to empty (invariant 6)."""
        most, rounds, spare, emptied = len(pc.pending()), 0, 0, None
        for _ in range(MAX_ROUNDS):
            try:
                request = pc.engine.prepare(pc.school_id)
                reply = self._serve(pc, request)
                more = self._receive(pc, reply)
            except PreauError as error:
                self._refused(pc, error)
                continue
            rounds += 1
            left = len(pc.pending())
            full = 0 < len(request.acts) < self.limits.acts and left > 0  # full by its size, not by its count
            spare += (reply.more and not reply.reset) + (full or bool(request.parts))
            most = max(most, left)
            emptied = emptied or (rounds if left == 0 else None)
            if not more and left == 0:
                break
        else:
            raise BrokenInvariant(6, f"{pc.name} never empties its queue")
        bound = math.ceil(most / self.limits.acts) + 2 + spare
        expect((emptied or 0) <= bound, 6, f"{pc.name} emptied {most} acts in {emptied} rounds, {bound} allowed")

    def judge(self) -> None:
        """Let the oracle look at both schools."""
        mine, other = ([p for p in self.world.pcs if p.school_id == s.id] for s in (self.mine, self.other))
        check_rest(self.world, self.mine.id, mine, strangers=self.other.onde.names - self.mine.onde.names)
        check_rest(self.world, self.other.id, other, strangers=self.mine.onde.names - self.other.onde.names)
        if self.post is not None:
            self.post.look()


def cut_at(wanted: str) -> Callable[[str], None]:
    """A probe that ends everything at one point."""

    def probe(point: str) -> None:
        if point == wanted:
            raise PowerCut(point)

    return probe


def draw_limits(rng: random.Random, *, mails: bool) -> Limits:
    """Most histories keep the real limits. Runs of mails are as small as the schools."""
    tried = 1 if mails else runs.LEAST_TRIED
    if rng.random() < 0.6:
        return Limits(tried=tried)
    return Limits(
        tried=tried, acts=rng.choice((1, 3, 200)), part=rng.choice((2000, 128 * 1024)), page=rng.choice((7, 40, 1000))
    )


def run_history(
    seed: int,
    *,
    database: Database,
    folder: Path,
    template: Path,
    steps: int | None = None,
    mails: bool | None = None,
    erasures: bool = False,
    livrets: bool | None = None,
    twins: bool | None = None,
) -> Counter[str]:
    """Play the history of this seed on an empty base. Raises BrokenInvariant; returns the faults that it met.

    One in three sends mails, one in five has bilans and one in ten people who stand twice, unless the arguments say.
    """
    rng = random.Random(seed)
    mails = seed % 3 == 2 if mails is None else mails
    livrets = seed % 10 in (0, 8) if livrets is None else livrets
    world = World(seed=seed, database=database, folder=folder, template=template)
    twins = seed % 10 == 3 if twins is None else twins
    history = History(
        world, rng, draw_limits(rng, mails=mails), mails=mails, erasures=erasures, livrets=livrets, twins=twins
    )
    try:
        with limited(history.limits):
            history.begin()
            usual = (40, 80) if mails else (15, 45)
            history.live(rng.randint(*usual) if steps is None else steps)
            history.rest()
            history.judge()
    finally:
        world.close()
    return history.faults
