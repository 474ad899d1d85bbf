"""The window as one page sees it: it notes what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.services.desk import Desk
from app.services.todo import Target
from app.ui.shell.page import Page


@dataclass
class NotingShell:
    """A Shell for tests of one page; ``page`` is refreshed when records change."""

    desk: Desk
    school_id: str
    asked: list[object] = field(default_factory=list)
    page: Page | None = None

    def go(self, target: Target) -> None:
        self.asked.append(target)

    def synchronise(self) -> None:
        self.asked.append("synchronise")

    def records_changed(self) -> None:
        self.asked.append("changed")
        if self.page is not None:
            self.page.refresh()

    def choose_school(self, school_id: str) -> None:
        self.school_id = school_id
