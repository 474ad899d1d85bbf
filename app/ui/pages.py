"""The pages of the window, in the order of the tabs; each is imported when it is first shown."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import replace
from functools import partial
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
    home = partial(_home, add_school, allow_fictional)
    my_school = partial(_my_school, opening, doors, add_school, allow_fictional)
    return [
        PageSpec(PageName.HOME, "Accueil", home),
        PageSpec(PageName.GUARDIANS, "Responsables", _guardians),
        PageSpec(PageName.SHEETS, "Feuilles", _sheets),
        PageSpec(PageName.STATISTICS, "Statistiques", _statistics),
        PageSpec(PageName.REPORTS, "Livrets", _reports),
        PageSpec(PageName.IMPORTING, "Importer", partial(_importing, allow_fictional)),
        PageSpec(PageName.REVIEW, "À revoir", _review),
        PageSpec(PageName.REQUESTS, "Demandes", _requests),
        PageSpec(PageName.SUPPORT, "Assistance", partial(_support, opening)),
        PageSpec(PageName.MY_SCHOOL, "Mon école", my_school),
        PageSpec(PageName.PUPILS, "Élèves", _pupils, in_tabs=False),
        PageSpec(PageName.FORMER, "Anciens élèves", _former, in_tabs=False),
        PageSpec(PageName.JOURNAL, "Journal", _journal, in_tabs=False),
    ]


def officer_pages(pages: list[PageSpec]) -> list[PageSpec]:
    """On a support officer's PC: « Assistance » first, what can be read of an open school, the rest off the row."""
    row = (PageName.SUPPORT, PageName.GUARDIANS, PageName.STATISTICS)
    found = {spec.name: spec for spec in pages}
    rest = [replace(spec, in_tabs=False) for spec in pages if spec.name not in row]
    return [*(found[name] for name in row), *rest]


def _home(add_school: Callable[[QWidget], str | None], allow_fictional: bool, shell: Shell) -> Page:
    from app.ui.home.page import HomePage

    return HomePage(shell, allow_fictional=allow_fictional, add_school=add_school)


def _importing(allow_fictional: bool, shell: Shell) -> Page:
    from app.ui.importing.page import ImportPage

    return ImportPage(shell, allow_fictional=allow_fictional)


def _my_school(
    opening: Opening, doors: Doors, add_school: Callable[[QWidget], str | None], allow_fictional: bool, shell: Shell
) -> Page:
    from app.ui.my_school.page import Means, MySchoolPage

    def back_up(folder: Path) -> str:
        return doors.back_up(opening.vault, folder)

    means = Means(
        opening.secrets, make_transport, lambda: opening.recovery_code, back_up, platform.node(), add_school,
        allow_fictional,
    )  # fmt: skip
    return MySchoolPage(shell, means)


def _guardians(shell: Shell) -> Page:
    from app.ui.guardians.page import GuardiansPage

    return GuardiansPage(shell)


def _sheets(shell: Shell) -> Page:
    from app.ui.sheets.page import SheetsPage

    return SheetsPage(shell)


def _reports(shell: Shell) -> Page:
    from app.ui.reports.page import ReportsPage

    return ReportsPage(shell)


def _former(shell: Shell) -> Page:
    from app.ui.former.page import FormerPage

    return FormerPage(shell)


def _pupils(shell: Shell) -> Page:
    from app.ui.pupils.page import PupilsPage

    return PupilsPage(shell)


def _statistics(shell: Shell) -> Page:
    from app.ui.statistics.page import StatisticsPage

    return StatisticsPage(shell)


def _review(shell: Shell) -> Page:
    from app.ui.review.page import ReviewPage

    return ReviewPage(shell)


def _requests(shell: Shell) -> Page:
    from app.ui.requests.page import RequestsPage

    return RequestsPage(shell)


def _support(opening: Opening, shell: Shell) -> Page:
    from app.ui.support.page import SupportPage
    from app.ui.support.sections import Means, sections_for

    return SupportPage(shell, sections=sections_for(shell, Means(opening.secrets, make_transport)))


def _journal(shell: Shell) -> Page:
    from app.ui.journal.page import JournalPage

    return JournalPage(shell)


def make_transport(*, given_up: Callable[[], bool]) -> HttpTransport:
    """A line to whichever server, through the machine's own proxies and certificates; ``given_up`` as HttpTransport."""
    from app.services.sync.transport import HttpTransport

    return HttpTransport(given_up=given_up)
