"""A diagnosis at 15,000 guardians beside a filter of the same list: the search, the facts and every cause of one of them.

Both begin from a school laid out: the list when « Responsables » was read, the facts when « Assistance » was shown.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.services.accounts import AccountList, Criteria, list_accounts
from app.services.diagnosis.diagnose import diagnosis
from app.services.diagnosis.facts import SchoolFacts, school_facts
from app.services.diagnosis.finding import People
from tests.bench.large import GUARDIANS, large_stage
from tests.bench.ratio import Ratio, against

AT_MOST = 5.0
ROUNDS = 15


def measure() -> list[Ratio]:
    """One guardian by name, by log-in and by number."""
    with tempfile.TemporaryDirectory() as folder, large_stage(Path(folder)) as stage:
        listed = list_accounts(stage.desk, school_id=stage.school_id)
        with stage.desk.vault.read() as connection:
            facts = school_facts(connection, stage.desk, school_id=stage.school_id).lay_out()
        people = People(facts)
        assert len(facts.accounts) >= GUARDIANS
        return list(_ratios(listed, facts, people))


def _ratios(listed: AccountList, facts: SchoolFacts, people: People) -> Iterator[Ratio]:
    row = next(row for row in listed.rows if row.mobile and row.login)
    for name, query in (("name", row.guardian), ("log-in", row.login), ("number", row.mobile)):
        assert query is not None
        assert row.account_id in [account["id"] for account in people.find(query)]

        def ours(query: str = query) -> object:
            return diagnosis(facts.of(people.find(query)[0]))

        def floor() -> object:
            return listed.find(Criteria(text=row.guardian))

        yield against(f"diagnosed by {name}", ours, floor, at_most=AT_MOST, rounds=ROUNDS)
