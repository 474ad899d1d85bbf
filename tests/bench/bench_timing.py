"""Whether the time of a refusal tells a stranger what its words do not: does this account, number, contact, child exist?

Each door is knocked at in a random order, for somebody who exists and for nobody; between two knocks the counters
of tries are emptied, so that no wait comes in. Two figures: the ratio of the medians, which must be near 1, and how often
the known one is the slower of a pair (the statistic of Mann and Whitney over its greatest value: 0.5 tells nothing, 0 or 1
tells all in one look). The verdict is that of their test: by how much that share differs from a half, in standard errors;
beyond ``TELLS`` the times do tell something, and the share says how many looks it takes.
"""

from __future__ import annotations

import base64
import math
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlalchemy import delete

from app.models.wire import CONTENT_TYPE
from app.server.tables import codes, tries
from tests.bench.ratio import Ratio
from tests.conftest import FakeClock
from tests.server.portal.help.asking import by_code, send
from tests.server.portal.household import Household, household
from tests.server.portal.test_recovery import activate

KNOCKS = 100
AT_LEAST = 0.85
TELLS = 3.3
"""Standard errors: one false alarm in a thousand."""
FIRST_KEY, KEY = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))
Knock = Callable[[httpx.Client, int], httpx.Response]


@dataclass(frozen=True, slots=True)
class Door:
    """``known`` and ``unknown`` ask the same of somebody who exists and of nobody."""

    name: str
    known: Knock
    unknown: Knock


def measure(knocks: int = KNOCKS) -> list[Ratio]:
    """One ratio a door."""
    with TemporaryDirectory() as folder, household(Path(folder), FakeClock()) as home:
        activate(home, Path(folder) / "sheets", email="marc@example.org")
        home.print_sheet(Path(folder) / "other", "Ida")
        home.desk.sync()
        return [_ratio(home, door, knocks) for door in _doors(home)]


def _doors(home: Household) -> list[Door]:
    marc, ida = home.account()["login"], home.account("Ida")["login"]

    def log_in(login: str, password: str) -> Knock:
        typed = {"mot_de_passe": password}
        return lambda client, number: client.post("/connexion", data={"identifiant": login.format(number), **typed})

    def create(last: str, mobile: str) -> Knock:
        typed = {"nom": last, "prenom": "Marc", "portable": mobile}
        return lambda client, _number: client.post("/creer", data=typed)

    def recover(contact: str) -> Knock:
        return lambda client, number: client.post("/acces-perdu", data={"contact": contact.format(number)})

    def help_for(**typed: str) -> Knock:
        return lambda client, _number: send(home, client, by_code(home, client), **typed)

    def enrol(code: str, key: str = KEY) -> Knock:
        message = {"code": code, "device_key": key, "label": "poste"}
        headers = {"Content-Type": CONTENT_TYPE}
        return lambda client, _number: client.post("/api/v1/enrol", json=message, headers=headers)

    used = home.server.code(person="M. Adjoint")
    with home.parent() as pc:
        assert enrol(used, FIRST_KEY)(pc, 0).status_code == 200
    wrong, shaped = "une autre phrase ici", "ABCD-EFGH-JKMN"
    return [
        Door("log-in", log_in(marc, wrong), log_in("x.personne{}", wrong)),
        Door("log-in, a password like a sheet’s", log_in(ida, shaped), log_in("x.personne{}", shaped)),
        Door("log-in, of an account that waits", log_in(ida, wrong), log_in("x.personne{}", wrong)),
        Door("auto-inscription", create("Dupont", "0639980101"), create("Inconnu", "0639980909")),
        Door("recovery by mail", recover("marc@example.org"), recover("x{}@example.org")),
        Door("help", help_for(), help_for(nom="Inconnu", prenom_enfant="Personne")),
        Door("enrolment of a PC, a code that was used", enrol(used), enrol("AAAA-BBBB-CCCC-DDDD-E")),
    ]


def _ratio(home: Household, door: Door, knocks: int) -> Ratio:
    times: tuple[list[float], list[float]] = ([], [])
    order = [(place, number) for place in (0, 1) for number in range(knocks)]
    random.Random(knocks).shuffle(order)  # what the outbox does after one knock must not fall on the same other always
    for place, number in order:
        times[place].append(_seconds(home, (door.known, door.unknown)[place], number))
    known, unknown = (statistics.median(some) for some in times)
    detail = f"known {1000 * known:.1f} ms, unknown {1000 * unknown:.1f}, {verdict(*times)}"
    return Ratio(f"time of {door.name}", min(known, unknown) / max(known, unknown), AT_LEAST, detail)


def _seconds(home: Household, knock: Knock, number: int) -> float:
    with home.server.database.write() as connection:
        for table in (tries, codes):
            connection.execute(delete(table))
    with home.parent() as client:
        client.follow_redirects = False
        client.get("/sante")  # the connection is open
        if knock.__qualname__.startswith("_doors.<locals>.help_for"):
            client.follow_redirects = True
        started = time.perf_counter()
        knock(client, number)
        return time.perf_counter() - started


def verdict(known: list[float], unknown: list[float]) -> str:
    """What the times tell, by the test of Mann and Whitney."""
    share = _slower(known, unknown)
    errors = abs(share - 0.5) / math.sqrt((len(known) + len(unknown) + 1) / (12 * len(known) * len(unknown)))
    word = "they tell the one from the other" if errors > TELLS else "they tell nothing"
    return f"known slower in {share:.2f} of pairs ({errors:.1f} standard errors): {word}"


def _slower(known: list[float], unknown: list[float]) -> float:
    """How often one of ``known`` is slower than one of ``unknown``, over all pairs."""
    wins = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return wins / (len(known) * len(unknown))


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least}) — {ratio.detail}")
