"""What a tab of the main window is, and what the window offers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from app.services.desk import Desk
from app.services.todo import Target


class Shell(Protocol):
    """What a page may ask of the window that holds it."""

    @property
    def desk(self) -> Desk: ...

    @property
    def school_id(self) -> str:
        """The school chosen at present. Read it at each use: a first enrolment gives a school another id."""
        ...

    def go(self, target: Target) -> None:
        """Show the page that ``target.page`` names, narrowed where the page can be. ``Page.SYNC`` synchronises."""
        ...

    def synchronise(self) -> None:
        """Ask for an exchange with the server now; the pill at the top right tells how it goes."""
        ...

    def records_changed(self) -> None:
        """Say that records were written: the visible page is refreshed at once, the others when they are shown."""
        ...

    def choose_school(self, school_id: str) -> None:
        """Work on another school, or on the same one under another id: every page is made anew."""
        ...


class Page(Protocol):
    """One page. It is made when first shown; what it needs it takes from the Shell given to its factory."""

    @property
    def widget(self) -> QWidget: ...

    def refresh(self) -> None:
        """Read the records anew. Called when shown after records changed, not at each showing."""
        ...


@runtime_checkable
class NarrowingPage(Page, Protocol):
    """A page that can be opened on a part of its records."""

    def narrow(self, target: Target) -> None:
        """Show what ``target`` asks, in place of what was chosen before."""
        ...


@runtime_checkable
class ClosingPage(Page, Protocol):
    """A page with work under way that a closing window must end."""

    def close(self) -> None:
        """End what runs in the background; returns once it has ended."""
        ...


@dataclass(frozen=True, slots=True)
class PageSpec:
    """How the window knows a page: ``name`` is a value of ``app.services.todo.Page`` or any other word.

    ``in_tabs`` False keeps it off the row of tabs: it is reached by ``Shell.go`` or from the school's menu.
    """

    name: str
    title: str
    factory: Callable[[Shell], Page]
    in_tabs: bool = True
