"""A parent who asks the school for help, as a browser without scripts does."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from app.models.help_codes import shown_code
from app.models.tables import Row
from app.services.records.rows import SchoolRows
from tests.server.portal.household import Household

MARC = {
    "nom": "Dupont", "prenom": "Marc", "prenom_enfant": "Zoé", "nom_enfant": "Dupont", "contact": "06 39 98 02 02",
    "message": "La date est refusée.",
}  # fmt: skip


def by_code(home: Household, parent: httpx.Client) -> httpx.Response:
    """The form, reached with the code on the school's flyer."""
    return parent.post("/aide/ecole", data={"code": shown_code(home.desk.school_id).lower()})


def send(home: Household, parent: httpx.Client, page: httpx.Response, **typed: str) -> httpx.Response:
    """Fill the form in, at the pace of a person."""
    home.clock.advance(seconds=20)
    return parent.post("/aide/demande", data={"moment": moment(page), **MARC, **typed})


def moment(page: httpx.Response) -> str:
    found = re.search(r'name="moment" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return html.unescape(found.group(1))


def reference(page: httpx.Response) -> str:
    found = re.search(r'<strong class="login">([A-Z2-9-]+)</strong>', page.text)
    assert found is not None, page.text
    return found.group(1)


def requests_of(home: Household) -> list[Row]:
    """What the director has after a synchronisation, in order."""
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        return sorted(SchoolRows(connection, home.desk.school_id).all("requests"), key=lambda row: str(row["at"]))


def detail(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = row["detail"] or {}
    return found
