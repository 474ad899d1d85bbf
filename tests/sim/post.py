"""The post of a simulated server: the production outbox, and mail servers that take, refuse, put off and cut off.

What is handed over is judged on the spot: nothing twice, nothing to somebody whose every access is closed.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.fernet import Fernet
from sqlalchemy import select

from app.models.clock import Clock
from app.models.deliveries import DeliveryState
from app.models.ids import RandomBytes
from app.server.accounts.passwords import POLICIES
from app.server.database import Database
from app.server.inbox import Teller
from app.server.outbox.queue import Delivery, Message, Queue
from app.server.outbox.reports import Report, apply_report
from app.server.outbox.telling import Schools
from app.server.outbox.worker import OutboxWorker, tell
from app.server.portal.activation.steps import Activation
from app.server.portal.visits import Visits
from app.server.sync.settle_mail import Mailroom
from app.server.tables import outbox, portal_links
from tests.sim.oracle import BrokenInvariant, expect
from tests.sim.world import SeenServer

PORTAL = "http://127.0.0.1"
FATES = (
    (50, DeliveryState.ACCEPTED), (22, DeliveryState.BOUNCED), (16, DeliveryState.QUEUED), (6, DeliveryState.UNCERTAIN),
    (6, DeliveryState.FAILED),
)  # fmt: skip
"""What mail servers say; QUEUED is « later »."""
STEP = {"queued": 0, "uncertain": 1, "accepted": 1, "delivered": 2, "bounced": 3, "failed": 3}
"""How far a mail is; it never goes back."""


@dataclass
class Post:
    """Sends, reports, and remembers what was handed over."""

    server: SeenServer
    clock: Clock
    rng: random.Random
    schools: tuple[str, ...] = ()
    handed: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    """Mails that a restored backup, or an act that no PC knew to be judged, may rightly send a second time."""
    states: dict[str, str] = field(default_factory=dict)
    acts: dict[str, str | None] = field(default_factory=dict)
    """Which act asked for each mail."""
    broken: BrokenInvariant | None = None

    @property
    def channel(self) -> str:
        return "mail"

    def mailroom(self, *, random_bytes: RandomBytes, new_id: Callable[[], str]) -> Mailroom:
        """What the exchange needs to send; begins the post."""
        self.queue = Queue(Fernet(base64.urlsafe_b64encode(bytes(32))), self.clock)
        self.listener = Schools(self.clock, new_id)
        self._worker = OutboxWorker(
            database=self._base, queue=self.queue, carrier=self, every_s=1.0, listener=self.listener, clock=self.clock
        )
        activation = Activation(
            clock=self.clock, random_bytes=random_bytes, new_id=new_id, visits=Visits(self.clock, random_bytes),
            teller=Teller(self.clock, new_id), queue=self.queue, policy=POLICIES["renforcée"], public_url=PORTAL,
        )  # fmt: skip
        return Mailroom(self.clock, random_bytes, new_id, self.queue, activation, PORTAL)

    @property
    def _base(self) -> Database:
        return self.server.database

    # What the worker asks of a carrier

    def make(self, message: Message) -> Message:
        return message

    def send(self, made: Message) -> Delivery:
        """Hand a mail over, or not; judged first. The worker survives whatever a carrier raises: it is told later."""
        try:
            self._check(made)
        except BrokenInvariant as broken:
            self.broken = self.broken or broken
        fate = self.rng.choices([state for _, state in FATES], [weight for weight, _ in FATES])[0]
        if fate is not DeliveryState.QUEUED:
            self.handed.add(made.id)
            self.again.discard(made.id)
        return Delivery(fate, "" if fate is DeliveryState.ACCEPTED else "550 5.1.1 unknown")

    def rest(self) -> None:
        """Nothing to let go."""

    def _check(self, message: Message) -> None:
        once = message.id not in self.handed or message.id in self.again
        expect(once, 8, f"mail {message.id} is sent a second time")
        if message.school_id is not None and message.account_id is not None:
            shut = [self._is_shut_out(message.school_id, one) for one in self._accounts(message)]
            expect(not shut or not all(shut), 8, f"mail {message.id} goes to somebody whose access is closed")

    def _accounts(self, message: Message) -> list[str]:
        mine = (portal_links.c.portal_account_id == message.account_id, portal_links.c.school_id == message.school_id)
        with self._base.read() as connection:
            return list(connection.execute(select(portal_links.c.account_id).where(*mine)).scalars())

    def _is_shut_out(self, school_id: str, account_id: str) -> bool:
        """Told from the rows alone: some access was closed, and none is open on a pupil who is here."""
        guardians = {row["id"]: row["guardian_id"] for row in self.server.server_rows("accounts", school_id)}
        here = {row["id"] for row in self.server.server_rows("pupils", school_id) if row["left_on"] is None}
        links = [
            link for link in self.server.server_rows("responsibilities", school_id)
            if link["guardian_id"] == guardians.get(account_id) and link["ended_on"] is None
        ]  # fmt: skip
        opened = any(link["access"] == "full" and link["pupil_id"] in here for link in links)
        return not opened and any(link["access"] != "full" for link in links)

    # What happens

    def deliver(self) -> None:
        """One pass of the worker."""
        self._worker.run_once()
        if self.broken is not None:
            raise self.broken
        self.look()

    def report(self) -> None:
        """A report about some mail comes in: delivered, or refused after all."""
        with self._base.read() as connection:
            left = sorted(connection.execute(select(outbox.c.id).where(outbox.c.id.in_(self.handed))).scalars())
        if not left:
            return
        state = self.rng.choice((DeliveryState.DELIVERED, DeliveryState.BOUNCED))
        with self._base.write() as connection:
            news = apply_report(connection, Report(self.rng.choice(left), state, "reported"), queue=self.queue)
            if news:
                tell(connection, news, listener=self.listener, queue=self.queue)
        self.look()

    def restored(self, fresh_acts: Iterable[str]) -> None:
        """A backup was put back. ``fresh_acts`` were never said to be judged: they are sent as if they were new."""
        fresh = set(fresh_acts)
        self.states = {}
        with self._base.read() as connection:
            waiting = connection.execute(select(outbox.c.id).where(outbox.c.state.in_(("queued", "paused")))).scalars()
            self.again |= {one for one in waiting if one in self.handed}
        self.again |= {one for one in self.handed if self.acts.get(one) in fresh}

    def look(self) -> None:
        """No mail goes back to an earlier state."""
        for school_id in self.schools:
            for row in self.server.server_rows("deliveries", school_id):
                self.acts[row["id"]] = row["act_id"]
                before, now = self.states.get(row["id"], "queued"), row["state"]
                forth = STEP[now] > STEP[before] or now == before or (STEP[now] == STEP[before] == 1)
                expect(forth, 8, f"mail {row['id']} was {before} and is {now}")
                self.states[row["id"]] = now
