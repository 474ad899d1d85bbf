"""The duplicates of one school that show at once: for Accueil, which must not wait for every name to be held beside all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from app.models.corrections import effective
from app.models.names import fold
from app.models.tables import Row
from app.services.duplicates.blocks import facing
from app.services.duplicates.evidence import Surroundings
from app.services.duplicates.matching import judge
from app.services.duplicates.people import Person, School, people_of, phone_key
from app.services.duplicates.scoring import Likelihood
from app.services.records.rows import SchoolRows


def doubtful_accounts(rows: SchoolRows) -> set[str]:
    """The accounts of guardians who have the very same name, mobile or mail as another and are probably that one."""
    guardians = rows.all("guardians")
    groups = _groups(guardians)
    tables = (rows.all(name) for name in ("responsibilities", "pupils", "accounts"))
    only = frozenset(row_id for group in groups for row_id in group)
    people = {person.guardian_id: person for person in people_of(School(rows.school_id, guardians, *tables), only=only)}
    around = Surroundings.of(list(people.values()))
    found: set[str] = set()
    for group in groups:
        here = [people[row_id] for row_id in group if row_id in people]
        for place, other in facing(range(len(here))):
            if is_doubtful(here[place], here[other], around):
                found |= {account for one in (here[place], here[other]) if (account := one.account_id)}
    return found


def is_doubtful(one: Person, other: Person, around: Surroundings) -> bool:
    """Whether two records are asked about, or told to be one person's."""
    if are_apart(one, other):
        return False
    return judge(one, other, around).likelihood is not Likelihood.NO


def are_apart(one: Person, other: Person) -> bool:
    """Whether it was said that they are two people."""
    return said_apart(one.row, other.row)


def said_apart(one: Row, other: Row) -> bool:
    """The same, of the rows of two guardians."""
    return other["id"] in (one["apart"] or ()) or one["id"] in (other["apart"] or ())


def _groups(guardians: Iterable[Row]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in guardians:
        for key in keys_of(row):
            found[key].append(row["id"])
    return [group for group in found.values() if len(group) > 1]


def keys_of(row: Row) -> list[str]:
    """A name in any order; a mobile and a mail, as they are written, with an initial: a couple shares them.

    None of a record that is not compared.
    """
    if not row["last_name"] or row["gone_on"] or row["limited"]:
        return []
    first, mobile, mail = (_folded(row, "first_name"), effective(row, "mobile"), effective(row, "email"))
    keys = [" ".join(sorted((_folded(row, "last_name"), first)))]
    keys += [f"{phone_key(mobile)} {first[:1]}"] if mobile else []
    return keys + ([f"{mail.strip().casefold()} {first[:1]}"] if mail else [])


def _folded(row: Row, name: str) -> str:
    return fold(effective(row, name) or "")
