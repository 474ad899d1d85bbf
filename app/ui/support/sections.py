"""The sections of « Assistance », in their order; each is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.services.support.copies import is_officer
from app.services.vault.secrets import SecretStore
from app.ui.shell.page import Page, Shell

if TYPE_CHECKING:
    from app.services.sync.transport import HttpTransport


class MakeTransport(Protocol):
    """A line to whichever server."""

    def __call__(self, *, given_up: Callable[[], bool]) -> HttpTransport: ...


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """How « Assistance » knows a section: a page inside the page, with the same manners (``app.ui.shell.page``).

    A section that narrows or closes says so as a page does; ``name`` is what ``Target.section`` calls it by.
    """

    name: str
    title: str
    factory: Callable[[Shell], Page]


def _diagnosis(shell: Shell) -> Page:
    from app.ui.support.diagnosis.page import DiagnosisPage

    return DiagnosisPage(shell)


def _duplicates(shell: Shell) -> Page:
    from app.ui.support.duplicates.page import DuplicatesPage

    return DuplicatesPage(shell)


def _worklist(shell: Shell) -> Page:
    from app.ui.support.worklist.page import WorklistPage

    return WorklistPage(shell)


def _proposals(shell: Shell) -> Page:
    from app.ui.support.proposals.page import ProposalsPage

    return ProposalsPage(shell)


@dataclass(frozen=True, slots=True)
class Means:
    """What some sections reach the server with."""

    secrets: SecretStore
    transport: MakeTransport


def sections_for(shell: Shell, means: Means) -> tuple[SectionSpec, ...]:
    """What whoever sits here sees: a school's own people, or a support officer, with or without a school before her."""

    def access(shell: Shell) -> Page:
        from app.ui.support.access.page import AccessPage

        return AccessPage(shell, means)

    def circonscription(shell: Shell) -> Page:
        from app.ui.support.circonscription.page import CirconscriptionPage

        return CirconscriptionPage(shell, means)

    if not is_officer(shell.desk):
        return *SECTIONS, WORKLIST, SectionSpec("access", "Accès de l’assistance", access)
    first = SectionSpec("circonscription", "Circonscription", circonscription)
    return (first, *SECTIONS, PROPOSALS) if shell.school_id else (first,)


SECTIONS = (SectionSpec("diagnosis", "Diagnostic", _diagnosis), SectionSpec("duplicates", "Doublons", _duplicates))
"""What an officer has too, of a school that is open to her."""
WORKLIST = SectionSpec("worklist", "À corriger dans ONDE", _worklist)
"""ONDE is the school's own work, and an officer's copy lacks what it compares (docs/adr/0022-support.md)."""
PROPOSALS = SectionSpec("proposals", "Mes propositions", _proposals)
"""An officer's own; a school's people find them in « Demandes »."""
