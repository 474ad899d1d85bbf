"""From the menus to sheets, resets and lists: the plan is made elsewhere, then a dialog asks, works and tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.services.schools import one_school
from app.ui.guardians.asker import Asker
from app.ui.guardians.reading import make_plan, make_reset_plan
from app.ui.shell.page import Shell

if TYPE_CHECKING:
    from app.services.accounts import AccountRow
    from app.services.lists import ListDone
    from app.services.notify import NotifyDone, NotifyPlan
    from app.services.resets import ResetDone, ResetPlan
    from app.services.sheets import BatchSummary
    from app.ui.guardians.printing import PrintingDialog


class Notifier(Asker):
    """Remembers the folders for the next dialog."""

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(shell, window, parent)
        self._folders: dict[str, Path] = {}

    def ask(self, account_ids: Sequence[str], *, reset: bool) -> None:
        """Work out who would get which sheet; then ask, or say why nobody would."""
        if self._free:
            self._start(make_plan, self._on_planned, account_ids=list(account_ids), reset=reset)

    def _on_planned(self, plan: NotifyPlan) -> None:
        from app.ui.guardians.notify_dialog import NotifyDialog

        self._open_print(NotifyDialog(self._shell.desk, plan, folder=self._folders.get("sheets"), parent=self._window))

    def ask_reprint(self, batches: Sequence[BatchSummary]) -> None:
        """Ask which sheets to print again."""
        from app.ui.guardians.reprint_dialog import ReprintDialog

        school = one_school(self._shell.desk, school_id=self._shell.school_id)
        self._open_print(
            ReprintDialog(
                self._shell.desk,
                school_id=school.school_id,
                batches=batches,
                zone=school.timezone,
                folder=self._folders.get("sheets"),
                parent=self._window,
            )
        )

    def ask_reset(self, account_ids: Sequence[str]) -> None:
        """Work out whose password can be reset; then ask, or say why nobody's can."""
        if self._free:
            self._start(make_reset_plan, self._on_reset_planned, account_ids=list(account_ids))

    def _on_reset_planned(self, plan: ResetPlan) -> None:
        from app.ui.guardians.reset_dialog import ResetDialog

        self._open_print(ResetDialog(self._shell.desk, plan, parent=self._window))

    def ask_list(self, rows: Sequence[AccountRow], wanted: str, *, ticked: bool) -> None:
        """Ask where to write the list of some lines, and with what."""
        from app.ui.guardians.list_dialog import NOBODY, ListDialog

        if not rows:
            self.refused.emit(NOBODY)
        elif self.dialog is None:
            self._open_print(
                ListDialog(
                    self._shell.desk,
                    school_id=self._shell.school_id,
                    rows=rows,
                    wanted=wanted,
                    ticked=ticked,
                    folder=self._folders.get("lists"),
                    parent=self._window,
                )
            )

    def _open_print(self, dialog: PrintingDialog) -> None:
        makes = dialog.makes
        dialog.printed.connect(lambda result: self._on_printed(makes, result))
        self._open(dialog)

    def _on_printed(self, makes: str, result: NotifyDone | ListDone | ResetDone) -> None:
        if result.files:
            self._folders[makes] = result.files[0].parent
        if result.act_id is not None:
            self._on_written()
