"""The rooms of the portal, in the order of a parent's way: each opens its own addresses."""

from __future__ import annotations

from fastapi import APIRouter

from app.server.portal.about import About
from app.server.portal.account.routes import AccountPages
from app.server.portal.activation.routes import ActivationPages
from app.server.portal.activation.steps import Activation
from app.server.portal.children import Children
from app.server.portal.create.routes import CreatePages
from app.server.portal.federation.routes import FederationPages
from app.server.portal.federation.steps import Bindings
from app.server.portal.help.routes import HelpPages
from app.server.portal.login import Login
from app.server.portal.new_child import NewChild
from app.server.portal.recovery.routes import RecoveryPages
from app.server.portal.reports.books import Books
from app.server.portal.reports.pages import ReportPages
from app.server.portal.site import Addresses, Site
from app.server.portal.terms import Terms
from app.server.portal.tongues import Tongues


def portal_router(site: Site, *, activation: Activation, bindings: Bindings, books: Books) -> APIRouter:
    """Every address of the portal."""
    at = Addresses(site)
    federation = FederationPages(site, bindings)
    Login(site, federation.logout_url).open(at)
    federation.open(at)
    ActivationPages(site, activation).open(at)
    RecoveryPages(site).open(at)
    CreatePages(site, bindings).open(at)
    Children(site).open(at)
    NewChild(site).open(at)
    ReportPages(site, books).open(at)
    AccountPages(site).open(at)
    HelpPages(site).open(at)
    About(site).open(at)
    Terms(site).open(at)
    Tongues(site).open(at)
    return at.router
