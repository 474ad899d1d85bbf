"""The pages of the window, in the order of the tabs; each is imported when it is first shown."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.services.todo import Page as PageName
from app.services.vault.keys import Opening
from app.ui.shell.page import Page, PageSpec, Shell
from app.ui.startup import Doors

if TYPE_CHECKING:
    from app.services.sync.transport import HttpTransport


def desktop_pages(
    opening: Opening, doors: Doors, add_school: Callable[[QWidget], str | None], *, allow_fictional: bool
) -> list[PageSpec]:
    """The pages in the order of the tabs; each is imported when it is first shown."""

    def home(shell: Shell) -> Page:
        from app.ui.home.page import HomePage

        return HomePage(shell, allow_fictional=allow_fictional, add_school=add_school)

    def guardians(shell: Shell) -> Page:
        from app.ui.guardians.page import GuardiansPage

        return GuardiansPage(shell)

    def sheets(shell: Shell) -> Page:
        from app.ui.sheets.page import SheetsPage

        return SheetsPage(shell)

    def former(shell: Shell) -> Page:
        from app.ui.former.page import FormerPage

        return FormerPage(shell)

    def statistics(shell: Shell) -> Page:
        from app.ui.statistics.page import StatisticsPage

        return StatisticsPage(shell)

    def importing(shell: Shell) -> Page:
        from app.ui.importing.page import ImportPage

        return ImportPage(shell, allow_fictional=allow_fictional)

    def review(shell: Shell) -> Page:
        from app.ui.review.page import ReviewPage

        return ReviewPage(shell)

    def journal(shell: Shell) -> Page:
        from app.ui.journal.page import JournalPage

        return JournalPage(shell)

    def my_school(shell: Shell) -> Page:
        from app.ui.my_school.page import Means, MySchoolPage

        def back_up(folder: Path) -> str:
            return doors.back_up(opening.vault, folder)

        means = Means(
            opening.secrets, make_transport, lambda: opening.recovery_code, back_up, platform.node(), add_school,
            allow_fictional,
        )  # fmt: skip
        return MySchoolPage(shell, means)

    return [
        PageSpec(PageName.HOME, "Accueil", home),
        PageSpec(PageName.GUARDIANS, "Responsables", guardians),
        PageSpec(PageName.SHEETS, "Feuilles", sheets),
        PageSpec(PageName.STATISTICS, "Statistiques", statistics),
        PageSpec(PageName.IMPORTING, "Importer", importing),
        PageSpec(PageName.REVIEW, "À revoir", review),
        PageSpec(PageName.MY_SCHOOL, "Mon école", my_school),
        PageSpec(PageName.FORMER, "Anciens élèves", former, in_tabs=False),
        PageSpec(PageName.JOURNAL, "Journal", journal),
    ]


def make_transport() -> HttpTransport:
    """A line to whichever server, through the machine's own proxies and certificates."""
    from app.services.sync.transport import HttpTransport

    return HttpTransport()
