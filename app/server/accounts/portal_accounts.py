"""Portal accounts: one for each guardian, across schools; their log-ins, and the secrets printed on sheets.

Called by the synchronisation, under the head of one school; other schools may be at it at the same time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.models.clock import Clock, instant, later
from app.models.errors import Refused
from app.models.names import fold, login_stem
from app.models.secrets import is_password_hash
from app.models.states import AccountOrigin, AccountState, SheetStatus
from app.models.tables import Row
from app.server.tables import (
    child_keys,
    portal_accounts,
    portal_links,
    provisional_secrets,
    retired_logins,
    sessions,
    tries,
)

MAX_ALLOTMENTS = 50
_CHOSEN = (AccountState.ACTIVATING.value, AccountState.ACTIVE.value)
"""States in which the guardian has a password of her own."""

_LINKS = (
    select(portal_links.c.school_id, portal_links.c.account_id)
    .where(portal_links.c.portal_account_id == bindparam("id"))
    .order_by(portal_links.c.school_id)
)
_LOCKED = select(portal_accounts).where(portal_accounts.c.id == bindparam("id")).with_for_update()
WITHDRAWN = ("access", "stolen")
"""Why the school ended a secret itself."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account of a school that has no log-in yet."""

    account_id: str
    last_name: str
    usage_name: str | None
    first_name: str
    children_ines: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        return login_stem(self.first_name, self.usage_name or self.last_name)

    @property
    def folded(self) -> str:
        return f"{fold(self.last_name)}|{fold(self.first_name)}"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The secrets of one sheet, as hashes: Argon2id of the password, SHA-256 of the QR token.

    The link of a mail is a secret without password.
    """

    sheet_id: str
    account_id: str
    password_hash: str | None
    token_hash: str
    reset: bool
    """Whether it ends a password that the guardian has chosen."""
    alone: bool = False
    """Whether it ends the sheets before it, where no password has been chosen yet."""
    repeats: bool = False
    """Whether it tells again what a reset made: good only while the guardian has not chosen a password since."""


@dataclass(frozen=True, slots=True)
class SecretResult:
    """What became of a sheet's secrets. Instants are stored instants, None where nothing was installed."""

    status: str
    accepted_at: str | None
    expires_at: str | None
    first: bool = False
    """Whether the account was notified by it for the first time, in any school."""


def ensure(
    connection: Connection,
    *,
    school_id: str,
    accounts: Sequence[NewAccount],
    printed_logins: Mapping[str, str],
    clock: Clock,
    new_id: Callable[[], str],
) -> dict[str, str]:
    """The log-in of each account, given now where it has none.

    An account joins an existing portal account by itself only if they share a child (same INE) and the guardian's
    folded name (DESIGN, « Guardian and account »). ``printed_logins`` are those that stand on paper already.
    """
    given = _already_linked(connection, school_id, [account.account_id for account in accounts])
    joined: dict[str, str] = {}
    for account in accounts:
        if account.account_id not in given and (same := _same_person(connection, account)):
            joined[account.account_id], given[account.account_id] = same
    _link(connection, school_id, [account for account in accounts if account.account_id in joined], joined)
    fresh = [account for account in accounts if account.account_id not in given]
    given |= _create(connection, school_id, fresh, printed_logins, clock, new_id)
    return given


def _already_linked(connection: Connection, school_id: str, account_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(account_ids), 500):
        statement = (
            select(portal_links.c.account_id, portal_accounts.c.login)
            .join(portal_accounts, portal_accounts.c.id == portal_links.c.portal_account_id)
            .where(
                portal_links.c.school_id == school_id, portal_links.c.account_id.in_(account_ids[start : start + 500])
            )
        )
        found.update((account_id, login) for account_id, login in connection.execute(statement))
    return found


def _same_person(connection: Connection, account: NewAccount) -> tuple[str, str] | None:
    if not account.children_ines:
        return None
    home = portal_accounts.alias("home")  # the name under which the child was known, before accounts were grouped
    statement = (
        select(portal_accounts.c.id, portal_accounts.c.login)
        .join(child_keys, child_keys.c.portal_account_id == portal_accounts.c.id)
        .join(home, home.c.id == child_keys.c.home_id)
        .where(child_keys.c.ine.in_(account.children_ines), home.c.folded_name == account.folded)
        .distinct()
    )
    found = connection.execute(statement).all()
    return (found[0][0], found[0][1]) if len(found) == 1 else None


def _create(
    connection: Connection,
    school_id: str,
    accounts: Sequence[NewAccount],
    printed: Mapping[str, str],
    clock: Clock,
    new_id: Callable[[], str],
) -> dict[str, str]:
    """Give log-ins to new accounts; another school may take one of them at the same moment, then it is done again."""
    if not accounts:
        return {}
    retired: set[str] = set()
    for _ in range(MAX_ALLOTMENTS):
        logins = allot_logins(accounts, printed, _taken(connection, accounts, printed) | retired)
        if gone := _retired(connection, logins.values()) - retired:
            retired |= gone
            continue
        ids = {account.account_id: new_id() for account in accounts}
        now = instant(clock())
        rows = [
            {"id": ids[a.account_id], "login": logins[a.account_id], "folded_name": a.folded, "created_at": now,
             "state": AccountState.NOT_NOTIFIED.value, "origin": AccountOrigin.UNKNOWN.value}
            for a in accounts
        ]  # fmt: skip
        try:
            with connection.begin_nested():
                connection.execute(insert(portal_accounts), rows)
        except IntegrityError:
            continue
        _link(connection, school_id, accounts, ids)
        return logins
    raise Refused("logins_busy", "Trop d’écoles demandent des identifiants en même temps. Nouvel essai automatique.")


def allot_logins(accounts: Sequence[NewAccount], printed: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    """A free log-in for each account: the stem, or the stem and the first free number from 1 on."""
    used = set(taken)
    logins: dict[str, str] = {}
    last: dict[str, int] = {}
    for account in accounts:
        wanted = printed.get(account.account_id)
        if wanted is not None and wanted not in used:
            logins[account.account_id] = wanted
            used.add(wanted)
    for account in accounts:
        if account.account_id in logins:
            continue
        stem, number = account.stem, last.get(account.stem, 0)
        login = stem if number == 0 and stem not in used else ""
        while not login or login in used:
            number += 1
            login = f"{stem}{number}"
        last[stem] = number
        logins[account.account_id] = login
        used.add(login)
    return logins


def _taken(connection: Connection, accounts: Sequence[NewAccount], printed: Mapping[str, str]) -> set[str]:
    """Every living log-in that begins with one of the stems, plus the printed ones that are taken."""
    stems, column = sorted({account.stem for account in accounts} | set(printed.values())), portal_accounts.c.login
    taken: set[str] = set()
    for start in range(0, len(stems), 100):
        some = or_(*(column.between(stem, stem + "9" * 12) for stem in stems[start : start + 100]))
        taken.update(connection.execute(select(column).where(some)).scalars())
    return taken


def retired_mark(login: str) -> str:
    """What is kept of a log-in that must not be given again: 24 bits, so that a free one is refused once in a while."""
    return hashlib.sha256(login.encode()).hexdigest()[:6]


def _retired(connection: Connection, logins: Iterable[str]) -> set[str]:
    """Those of these log-ins that were somebody's."""
    by_mark = {retired_mark(login): login for login in logins}
    marks, found = sorted(by_mark), set[str]()
    for start in range(0, len(marks), 500):
        some = retired_logins.c.mark.in_(marks[start : start + 500])
        found.update(connection.execute(select(retired_logins.c.mark).where(some)).scalars())
    return {by_mark[mark] for mark in found}


def _link(
    connection: Connection, school_id: str, accounts: Sequence[NewAccount], portal_ids: Mapping[str, str]
) -> None:
    """Tie accounts of a school to their portal accounts, and note by which children they can be known again."""
    if not accounts:
        return
    ids = {account.account_id: portal_ids[account.account_id] for account in accounts}
    links = [{"school_id": school_id, "account_id": one, "portal_account_id": portal} for one, portal in ids.items()]
    connection.execute(insert(portal_links), links)
    keys = {(ine, ids[account.account_id]) for account in accounts for ine in account.children_ines}
    known = _known_keys(connection, ids)
    fresh = [{"ine": ine, "portal_account_id": portal, "home_id": portal} for ine, portal in sorted(keys - known)]
    if fresh:
        connection.execute(insert(child_keys), fresh)


def _known_keys(connection: Connection, ids: Mapping[str, str]) -> set[tuple[str, str]]:
    portals = sorted(set(ids.values()))
    found: set[tuple[str, str]] = set()
    for start in range(0, len(portals), 500):
        chunk = portals[start : start + 500]
        statement = select(child_keys.c.ine, child_keys.c.home_id)
        rows = connection.execute(statement.where(child_keys.c.home_id.in_(chunk)))
        found.update((ine, portal) for ine, portal in rows)
    return found


def install_secrets(
    connection: Connection, *, school_id: str, secrets: Sequence[NewSecret], life: timedelta, clock: Clock
) -> dict[str, SecretResult]:
    """Install the secrets of sheets. Raises Refused for a hash that is not made with our exact parameters.

    A sheet whose guardian has chosen a password meanwhile installs nothing (« ne pas remettre ») unless it is a reset,
    which ends that password, the sessions and the older sheets. Two sheets of one account both work until the first is
    used, unless the later one is to be ``alone``. A sheet pushed again after a restore keeps the life that it had.
    """
    now = instant(clock())
    expires_at = later(now, life)
    return {secret.sheet_id: _install_one(connection, school_id, secret, now, expires_at) for secret in secrets}


def _install_one(connection: Connection, school_id: str, secret: NewSecret, now: str, expires_at: str) -> SecretResult:
    if secret.password_hash is not None and not is_password_hash(secret.password_hash):
        raise Refused("bad_hash", "Le mot de passe d’une feuille n’est pas protégé comme il le faut.")
    known = _installed(connection, school_id, secret.sheet_id)
    if known is not None:
        return known
    portal = _locked(connection, school_id=school_id, account_id=secret.account_id)
    if portal is None or (portal["state"] in _CHOSEN and not _may_enter(secret, portal)):
        return SecretResult(SheetStatus.DO_NOT_HAND_OUT.value, None, None)
    if secret.reset or secret.alone:
        _end_former(connection, portal["id"], now)
    _install(connection, school_id, secret, portal, now, expires_at)
    first = portal["state"] == AccountState.NOT_NOTIFIED
    return SecretResult(SheetStatus.KNOWN.value, now, expires_at, first)


def _may_enter(secret: NewSecret, portal: Mapping[str, str]) -> bool:
    """Whether a secret may open an account whose owner has been in before."""
    return secret.reset or (secret.repeats and portal["password_hash"] is None)


def _installed(connection: Connection, school_id: str, sheet_id: str) -> SecretResult | None:
    """What a sheet installed before has become; None for a sheet that is new here."""
    statement = select(provisional_secrets).where(
        provisional_secrets.c.id == sheet_id, provisional_secrets.c.school_id == school_id
    )
    found = connection.execute(statement).mappings().first()
    if found is None:
        return None
    status = SheetStatus.USED if found["used_at"] else SheetStatus.REPLACED if found["voided_at"] else SheetStatus.KNOWN
    if status is SheetStatus.REPLACED and found["void_reason"] in WITHDRAWN:
        status = SheetStatus.WITHDRAWN
    return SecretResult(status.value, found["accepted_at"], found["expires_at"])


def portal_of(connection: Connection, *, school_id: str, account_id: str) -> dict[str, str] | None:
    """The portal account behind a school's account."""
    statement = (
        select(portal_accounts)
        .join(portal_links, portal_links.c.portal_account_id == portal_accounts.c.id)
        .where(portal_links.c.school_id == school_id, portal_links.c.account_id == account_id)
    )
    found = connection.execute(statement).mappings().first()
    return dict(found) if found is not None else None


def _locked(connection: Connection, *, school_id: str, account_id: str) -> dict[str, str] | None:
    """Like ``portal_of``, locked: an account that its owner groups with another at this moment is followed there."""
    while (portal := portal_of(connection, school_id=school_id, account_id=account_id)) is not None:
        mine = portal_accounts.c.id == portal["id"]
        found = connection.execute(select(portal_accounts).where(mine).with_for_update()).mappings().one()
        if found["merged_into"] is None:
            return dict(found)
    return None


def locked_account(connection: Connection, portal_id: str) -> Row | None:
    """A portal account, locked until the transaction ends."""
    found = connection.execute(_LOCKED, {"id": portal_id}).mappings().first()
    return dict(found) if found is not None else None


def must_change(portal: Mapping[str, Any]) -> bool:
    """Whether the operator asked for another password since this one was chosen: it opens nothing any more."""
    forced, chosen = portal["forced_reset_at"], portal["password_changed_at"]
    return forced is not None and (chosen is None or chosen <= forced)


def links_of(connection: Connection, portal_id: str) -> list[tuple[str, str]]:
    """(school id, account id) of a portal account, schools in order."""
    return [(school_id, account_id) for school_id, account_id in connection.execute(_LINKS, {"id": portal_id})]


def other_links(connection: Connection, *, school_id: str, account_id: str) -> list[tuple[str, str]]:
    """(school, account) of the same guardian in the other schools, schools in order."""
    own = select(portal_links.c.portal_account_id).where(
        portal_links.c.school_id == school_id, portal_links.c.account_id == account_id
    )
    statement = (
        select(portal_links.c.school_id, portal_links.c.account_id)
        .where(portal_links.c.portal_account_id.in_(own), portal_links.c.school_id != school_id)
        .order_by(portal_links.c.school_id)
    )
    return [(school, account) for school, account in connection.execute(statement)]


def _end_former(connection: Connection, portal_id: str, now: str) -> None:
    connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(password_hash=None))
    connection.execute(
        update(sessions)
        .where(sessions.c.portal_account_id == portal_id, sessions.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    void_secrets(connection, portal_id=portal_id, reason="reset", now=now)


def void_secrets(connection: Connection, *, portal_id: str, reason: str, now: str, but: str | None = None) -> None:
    """End every unused sheet of an account, ``but`` one."""
    connection.execute(
        update(provisional_secrets)
        .where(
            provisional_secrets.c.portal_account_id == portal_id,
            provisional_secrets.c.voided_at.is_(None),
            provisional_secrets.c.used_at.is_(None),
            provisional_secrets.c.id != (but or ""),
        )
        .values(voided_at=now, void_reason=reason)
    )


def _install(
    connection: Connection, school_id: str, secret: NewSecret, portal: Mapping[str, str], now: str, expires_at: str
) -> None:
    connection.execute(
        insert(provisional_secrets).values(
            id=secret.sheet_id, portal_account_id=portal["id"], school_id=school_id, account_id=secret.account_id,
            password_hash=secret.password_hash, token_hash=secret.token_hash, reset=secret.reset, accepted_at=now,
            expires_at=expires_at,
        )
    )  # fmt: skip
    if portal["state"] == AccountState.NOT_NOTIFIED:
        connection.execute(
            update(portal_accounts)
            .where(portal_accounts.c.id == portal["id"])
            .values(state=AccountState.NOTIFIED.value, origin=AccountOrigin.SCHOOL.value)
        )


def reopen(connection: Connection, *, subjects: Sequence[str]) -> None:
    """Open again the ways in that refused birth dates had closed, for these children (« school:pupil »)."""
    if subjects:
        connection.execute(delete(tries).where(tries.c.scope == "birth_date", tries.c.subject.in_(subjects)))
