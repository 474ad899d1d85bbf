"""Looking for duplicates in the schools of a vault, and remembering who is not one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.acts_duplicates import SetApartFields
from app.models.errors import NotFound, Refused
from app.models.tables import accounts
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.duplicates.evidence import Surroundings
from app.services.duplicates.matching import Match, Progress, Stop, judge, matches
from app.services.duplicates.people import Person, School, people_of
from app.services.duplicates.quick import are_apart
from app.services.duplicates.scoring import Likelihood
from app.services.duplicates.words import Line, in_onde, reasons, side_by_side
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows
from app.services.schools import list_schools


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two records, as it is shown."""

    school_id: str
    school: str
    guardian_id: str
    account_id: str | None
    login: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are probably one person: how sure, and why, in words."""

    one: Record
    other: Record
    likelihood: Likelihood
    score: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    lines: tuple[Line, ...]
    """The two records side by side."""
    to_correct: tuple[str, ...]
    """What to do in ONDE, step by step."""

    @property
    def key(self) -> tuple[str, str]:
        """The two guardians."""
        return self.one.guardian_id, self.other.guardian_id

    @property
    def in_one_school(self) -> bool:
        """Whether a director can group them."""
        return self.one.school_id == self.other.school_id


def find_duplicates(
    desk: Desk, *, school_id: str | None = None, progress: Progress = lambda _done, _total: None,
    stop: Stop = lambda: False,
) -> tuple[Pair, ...]:  # fmt: skip
    """The probable duplicates of a school, inside it and in the other schools of the vault; of all schools without one.

    The surest first, without those of whom it was said that they are two people. Raises Stopped.
    """
    names = {school.school_id: school.name for school in list_schools(desk)}
    people = _people(desk, names)
    return tuple(
        _pair(match, names)
        for match in matches(people, progress=progress, stop=stop)
        if (school_id is None or school_id in (match.one.school_id, match.other.school_id))
        and not are_apart(match.one, match.other)
    )


def pair_of(desk: Desk, *, one_id: str, other_id: str) -> Pair:
    """What two guardians of the vault say. Raises NotFound, and Refused ``not_alike`` where nothing says they are one."""
    names = {school.school_id: school.name for school in list_schools(desk)}
    people = _people(desk, names)
    by_id = {person.guardian_id: person for person in people}
    if one_id == other_id or one_id not in by_id or other_id not in by_id:
        raise NotFound("record_unknown", "Il faut deux responsables présents dans ce fichier.")
    match = judge(by_id[one_id], by_id[other_id], Surroundings.of(people))
    if match.likelihood is Likelihood.NO:
        against = " ".join(reasons(match)[1])
        sentence = f"Rien de sûr ne dit que ces deux fiches sont de la même personne. {against}"
        raise Refused("not_alike", sentence.rstrip())
    return _pair(match, names)


def set_apart(desk: Desk, *, pair: Pair) -> SubmittedAct:
    """« Ce n’est pas la même personne »: they are not shown together any more. Raises NotFound."""
    fields = SetApartFields(guardian_id=pair.one.guardian_id, other_id=pair.other.guardian_id)
    return submit(desk, school_id=pair.one.school_id, kind="doublon.ecarter", fields=fields)


def guardian_named(desk: Desk, text: str) -> str:
    """The guardian of that log-in, or of that id, in the schools of the vault; ``text`` itself where there is none."""
    wanted = text.strip().casefold()
    standing = (
        select(accounts.c.guardian_id).where(accounts.c.login == wanted).order_by(accounts.c.merged_into.is_not(None))
    )
    with desk.vault.read() as connection:
        found: str | None = connection.execute(standing).scalar()
    return found or wanted


def people_in(connection: Connection, school_id: str) -> list[Person]:
    """The guardians of one school, as they are compared."""
    rows = SchoolRows(connection, school_id)
    tables = (rows.all(name) for name in ("guardians", "responsibilities", "pupils", "accounts"))
    return people_of(School(school_id, *tables))


def _people(desk: Desk, school_ids: Iterable[str]) -> list[Person]:
    with desk.vault.read() as connection:
        return [person for school_id in school_ids for person in people_in(connection, school_id)]


def _pair(match: Match, names: dict[str, str]) -> Pair:
    good, bad = reasons(match)
    one, other = (_record(person, names) for person in (match.one, match.other))
    return Pair(one, other, match.likelihood, match.score, good, bad, side_by_side(match), in_onde(match))


def _record(person: Person, names: dict[str, str]) -> Record:
    return Record(
        person.school_id, names[person.school_id], person.guardian_id, person.account_id, person.login,
        listed_name(person.row),
    )  # fmt: skip
