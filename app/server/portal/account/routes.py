"""« Mon compte »: each part of the room opens its own addresses."""

from __future__ import annotations

from app.server.portal.account.child_pages import ChildPages
from app.server.portal.account.contact_pages import ContactPages
from app.server.portal.account.entry_pages import EntryPages
from app.server.portal.account.gate import Gate
from app.server.portal.account.home_pages import HomePages
from app.server.portal.account.prove_pages import ProvePages
from app.server.portal.account.right_pages import RightPages
from app.server.portal.site import Addresses, Site


class AccountPages:
    """Everything behind « Mon compte », and what children it brings to « Mes enfants »."""

    def __init__(self, site: Site) -> None:
        gate = Gate(site)
        self._parts = (
            HomePages(gate),
            ContactPages(gate),
            EntryPages(gate),
            ProvePages(gate),
            ChildPages(gate),
            RightPages(gate),
        )

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        for part in self._parts:
            part.open(at)
