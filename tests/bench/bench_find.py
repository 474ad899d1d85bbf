"""Each criterion and each column of « Responsables » at 15,000 guardians, beside a bare floor in the same run.

The floor is one list comprehension, or one ``sorted``, over plain tuples of texts that were folded beforehand: no
conditions to put together, no places to keep, no lines without a date to put last. A sort is timed as the first click
on a column, before its order is remembered. Both begin from columns laid out when the list was read. Painting is
``filter``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from operator import itemgetter
from typing import Any

from app.models.deliveries import DeliveryState
from app.models.names import fold
from app.models.states import AccountOrigin, AccountState, Mail
from app.services.accounts import AccountList, AccountRow, Column, Criteria
from tests.bench.lines import make_lines
from tests.bench.ratio import Ratio, against

SIZE = 15_000
ROUNDS = 25
AT_MOST = 1.5

Plain = tuple[Any, ...]
KEY, CLASSROOM, STATE, EMAIL, FAILING, ORIGIN, ACCOUNT = range(7)
STATES = frozenset({AccountState.NOT_NOTIFIED, AccountState.ACTIVATING})
ORIGINS = frozenset({AccountOrigin.SCHOOL, AccountOrigin.GUARDIAN})
ROOMS = frozenset(f"CE{number} Mme Aubrac" for number in range(3))
TICKED = frozenset(f"a{number}" for number in range(0, SIZE, 7))


def measure() -> list[Ratio]:
    """A ratio for each criterion, for all of them together, and for each column both ways."""
    lines = list(make_lines(SIZE))
    return [*_finding(lines), *_sorting(lines)]


def _finding(lines: list[AccountRow]) -> Iterator[Ratio]:
    accounts = AccountList(lines)
    plain = [_plain(row) for row in accounts.rows]
    for name, criteria, floor in _CASES:
        _check(accounts, plain, criteria, floor)
        ours, bare = partial(accounts.find, criteria), partial(floor, plain)
        yield against(f"found by {name}", ours, bare, at_most=AT_MOST, rounds=ROUNDS)


def _plain(row: AccountRow) -> Plain:
    failing = row.delivery in (DeliveryState.BOUNCED, DeliveryState.FAILED)
    return row.search_key, row.classroom, row.state, row.email, failing, row.origin, row.account_id


def _check(accounts: AccountList, plain: list[Plain], criteria: Criteria, floor: Callable[[list[Plain]], Any]) -> None:
    """Both find the same lines, and some: else nothing is compared."""
    found = [accounts.rows[place].account_id for place in accounts.find(criteria)]
    assert found == [row[ACCOUNT] for row in floor(plain)]
    assert 0 < len(found) < SIZE


_CASES: tuple[tuple[str, Criteria, Callable[[list[Plain]], list[Plain]]], ...] = (
    ("one letter", Criteria(text="z"), lambda rows: [row for row in rows if "z" in row[KEY]]),
    ("a name", Criteria(text="Martin"), lambda rows: [row for row in rows if "martin" in row[KEY]]),
    ("classes", Criteria(classrooms=ROOMS), lambda rows: [row for row in rows if row[CLASSROOM] in ROOMS]),
    ("states", Criteria(states=STATES), lambda rows: [row for row in rows if row[STATE] in STATES]),
    ("mail: with", Criteria(mail=Mail.WITH), lambda rows: [row for row in rows if row[EMAIL] is not None]),
    ("mail: without", Criteria(mail=Mail.WITHOUT), lambda rows: [row for row in rows if row[EMAIL] is None]),
    ("mail: failing", Criteria(mail=Mail.FAILING), lambda rows: [row for row in rows if row[FAILING]]),
    ("origins", Criteria(origins=ORIGINS), lambda rows: [row for row in rows if row[ORIGIN] in ORIGINS]),
    ("a list of accounts", Criteria(account_ids=TICKED), lambda rows: [row for row in rows if row[ACCOUNT] in TICKED]),
    (
        "everything at once",
        Criteria(text="a", classrooms=ROOMS, states=STATES, mail=Mail.WITH, origins=ORIGINS),
        lambda rows: [
            row
            for row in rows
            if "a" in row[KEY] and row[CLASSROOM] in ROOMS and row[STATE] in STATES and row[EMAIL] is not None
            and row[ORIGIN] in ORIGINS
        ],
    ),
)  # fmt: skip


def _sorting(lines: list[AccountRow]) -> Iterator[Ratio]:
    """The columns that have a heading; the others are laid out when a line of Accueil first asks for them."""
    for column, descending in product(_SORTED_BY, (False, True)):
        yield _sort(lines, column, descending)


def _sort(lines: list[AccountRow], column: Column, descending: bool) -> Ratio:
    fresh = [AccountList(lines) for _ in range(ROUNDS)]
    rows, unsorted = fresh[0].rows, iter(fresh)
    key = _SORTED_BY[column]
    plain = [(key(row), row.search_key, row.account_id) for row in rows]
    return against(
        f"sorted by {column.value}, {'down' if descending else 'up'}",
        lambda: next(unsorted).find(Criteria(), column=column, descending=descending),
        lambda: sorted(plain, key=itemgetter(0), reverse=descending),
        at_most=AT_MOST,
        rounds=ROUNDS,
    )


_SORTED_BY: dict[Column, Callable[[AccountRow], str]] = {
    Column.PUPIL: lambda row: row.pupil_key,
    Column.CLASSROOM: lambda row: fold(row.classroom),
    Column.GUARDIAN: lambda row: row.guardian_key,
    Column.LOGIN: lambda row: row.login or "",
    Column.EMAIL: lambda row: row.delivery or "",
    Column.ORIGIN: lambda row: fold(row.origin.label),
    Column.STATE: lambda row: row.state.value,
    Column.NOTIFIED_ON: lambda row: row.notified_on or "",
    Column.LAST_ACCESS_ON: lambda row: row.last_access_on or "",
}


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")
