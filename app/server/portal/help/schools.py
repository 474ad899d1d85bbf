"""Which school a parent asks: by the code on its flyers, by what he holds in his hand, or by who he is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from app.models.help_codes import help_code, read_code
from app.models.secrets import token_hash
from app.models.tables import schools
from app.server.accounts.portal_accounts import links_of
from app.server.portal.create.steps import proven_accounts
from app.server.portal.site import JOURNEY, MAIL, SESSION, SHEET, VISIT, Site
from app.server.tables import help_codes, mail_tokens, provisional_secrets

Ref = tuple[str, str | None]
"""(school id, the account of it that the parent holds a key of, or None)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A school found by its code."""

    school_id: str
    name: str


def by_code(connection: Connection, text: str) -> Named | None:
    """The school of a code, however typed."""
    code = read_code(text)
    statement = (
        select(schools.c.id, schools.c.name)
        .join(help_codes, help_codes.c.school_id == schools.c.id)
        .where(help_codes.c.code == (code or ""), schools.c.school_id == schools.c.id)
    )
    found = connection.execute(statement).first()
    return Named(found[0], found[1]) if found is not None else None


def learn_codes(connection: Connection) -> int:
    """Write the codes of schools that have none yet; returns how many there were."""
    missing = select(schools.c.id).where(schools.c.id.not_in(select(help_codes.c.school_id))).order_by(schools.c.id)
    fresh = [
        {"code": help_code(school_id), "school_id": school_id} for school_id in connection.execute(missing).scalars()
    ]
    if fresh:
        with suppress(IntegrityError), connection.begin_nested():  # another process may learn them at the same moment
            connection.execute(insert(help_codes), fresh)
    return len(fresh)


def by_keys(connection: Connection, site: Site, request: Request) -> list[Ref]:
    """The schools of whoever holds a sheet, proved his mobile, opened a mail or is logged in; nothing for a stranger."""
    cookies = request.cookies
    secret_id = visit["secret_id"] if (visit := site.visits.visit(connection, cookies.get(VISIT))) else ""
    hashed = token_hash(cookies.get(SHEET) or "-")
    secrets = provisional_secrets.c
    for condition in (secrets.id == secret_id, secrets.token_hash == hashed):
        found = connection.execute(select(secrets.school_id, secrets.account_id).where(condition)).first()
        if found is not None:
            return [(found[0], found[1])]
    if found_by_code := proven_accounts(connection, site, cookies.get(JOURNEY)):
        return list(found_by_code)
    session = site.visits.session(connection, cookies.get(SESSION))
    portal_id = session["portal_account_id"] if session else _by_mail(connection, cookies.get(MAIL))
    return list(links_of(connection, portal_id)) if portal_id else []


def _by_mail(connection: Connection, token: str | None) -> str | None:
    statement = select(mail_tokens.c.portal_account_id).where(mail_tokens.c.token_hash == token_hash(token or "-"))
    portal_id: str | None = connection.execute(statement).scalar()
    return portal_id
