"""The controller of « Responsables »: what was asked becomes a search, a tick, an opened account or a dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.models.acts import AccountsFields
from app.models.errors import PreauError
from app.models.states import Mail
from app.services.accounts import AccountList, Column, Criteria, list_accounts
from app.services.records.journal import submit
from app.services.todo import Page as PageName
from app.services.todo import Target
from app.ui.guardians import selection
from app.ui.guardians.columns import COLUMNS, PLACE_OF, Place
from app.ui.guardians.deciding import Decider
from app.ui.guardians.mailing import Mailing
from app.ui.guardians.model import AccountsModel
from app.ui.guardians.notifying import Notifier
from app.ui.guardians.reading import PrintedSheets, read_card, read_sheets
from app.ui.guardians.view import GuardiansView
from app.ui.pieces import grouped, many
from app.ui.shell.page import Shell
from app.ui.work import Job, Jobs

if TYPE_CHECKING:
    from app.services.deliveries import MailRun
    from app.services.sheets import BatchSummary

MANY_LINES = 20_000
NO_HEADING = -1
COUNTING_PAUSE_MS = 150


class GuardiansPage(QObject):
    """A page of the shell. The list is read off the window's thread; every keystroke is answered from memory."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.model = AccountsModel()
        self.view = GuardiansView(self.model)
        self.notifier = Notifier(shell, self.view, self)
        self.decider = Decider(shell, self.view, self)
        self.mailing = Mailing(shell, self.view, self)
        self._paused: Sequence[MailRun] = ()
        self._jobs = Jobs(self)
        self._batches: Sequence[BatchSummary] = ()
        self._accounts = AccountList(())
        self._column, self._descending = Column.PUPIL, False
        self._shown: frozenset[str] = frozenset()
        self._reading: Job | None = None
        self._read_once = False
        self._totals = ""
        self._held_back: frozenset[str] = frozenset()
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.timeout.connect(self._count)
        self._connect()
        self._add_shortcuts()
        self.view.table.header.show_sorted(Place.PUPIL, descending=False)

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def ticked(self) -> set[str]:
        """The accounts that are ticked."""
        return self.model.ticked

    @property
    def busy(self) -> bool:
        """Whether something is being read in the background."""
        return any(jobs.busy for jobs in (self._jobs, self.notifier.jobs, self.decider.jobs, self.mailing.jobs))

    def _connect(self) -> None:
        view = self.view
        view.criteria.changed.connect(self.search)
        view.criteria.submitted.connect(self._on_submitted)
        view.everything_asked.connect(view.criteria.show_everything)
        view.import_asked.connect(lambda: self._shell.go(Target(PageName.IMPORTING)))
        view.table.header.sort_asked.connect(self._on_sort)
        view.table.ticked.connect(self._on_ticked)
        view.table.all_ticked.connect(self._on_all_ticked)
        view.table.opened.connect(self.open_line)
        view.table.current_changed.connect(self._on_current)
        view.table.scrolled.connect(self._show_footer)
        view.panel.closed.connect(self.close_panel)
        view.panel.reopen_asked.connect(self._on_reopen)
        view.panel.diagnosis_asked.connect(self._on_diagnosis)
        view.panel.notify_asked.connect(lambda account, reset: self._notify([account], reset))
        view.bar.clear_asked.connect(lambda: self._tick(set()))
        view.bar.show_asked.connect(lambda: self._show_only(self.ticked, "sélection"))
        view.notice_asked.connect(lambda: self._show_only(self._held_back, "à vérifier d’abord"))
        view.bar.notify_menu.sheets_asked.connect(lambda reset: self._notify(sorted(self.ticked), reset))
        view.bar.notify_menu.reprint_asked.connect(lambda: self.notifier.ask_reprint(self._batches))
        view.bar.list_menu.list_asked.connect(self._list)
        view.bar.list_menu.former_asked.connect(lambda: self._shell.go(Target(PageName.FORMER)))
        view.bar.edit_menu.reset_asked.connect(lambda: self._reset(sorted(self.ticked)))
        view.panel.edit_menu.reset_asked.connect(lambda: self._reset([view.panel.account_id]))
        self.notifier.refused.connect(self._on_failed)
        self.decider.refused.connect(self._on_failed)
        view.panel.access_asked.connect(self.decider.ask_access)
        view.panel.protect_asked.connect(self.decider.ask_protection)
        view.panel.wish_asked.connect(self.decider.note_wish)
        view.panel.language_asked.connect(self.decider.note_language)
        view.panel.correct_asked.connect(self.decider.ask_correction)
        view.panel.erase_asked.connect(self.decider.ask_erasure)
        view.panel.limit_asked.connect(self.decider.ask_limit)
        self.decider.erased.connect(self.close_panel)
        self.notifier.closed.connect(view.table.setFocus)
        self._connect_mails()

    def _connect_mails(self) -> None:
        view, mailing = self.view, self.mailing
        view.bar.notify_menu.mails_asked.connect(lambda reset: self._mail(sorted(self.ticked), reset))
        view.panel.mail_asked.connect(lambda account, reset: self._mail([account], reset))
        view.panel.resend_asked.connect(mailing.ask_resend)
        view.go_on_asked.connect(self._on_go_on)
        view.paused_asked.connect(lambda: view.criteria.show_criteria(Criteria(mail=Mail.FAILING)))
        mailing.refused.connect(self._on_failed)
        mailing.closed.connect(view.table.setFocus)
        mailing.sheets_asked.connect(lambda accounts, reset: self._notify(list(accounts), reset))

    def _add_shortcuts(self) -> None:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self.view, context=context)
        find.activated.connect(self._on_find)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.view, context=context)
        leave.activated.connect(self._on_escape)

    # Reading

    def refresh(self) -> None:
        """Read the list anew; what is asked, sorted, ticked and opened stays."""
        desk, school_id = self._shell.desk, self._shell.school_id
        reading = self._read(
            lambda: list_accounts(desk, school_id=school_id), lambda found: self._on_read(reading, found)
        )
        self._reading = reading
        self._read(lambda: read_sheets(desk, school_id), self._on_sheets)
        self._read_card()

    def _read(self, call: Callable[[], Any], done: Callable[[Any], None]) -> Job:
        return self._jobs.start(lambda job: call(), done=done, failed=self._on_failed)

    def _on_read(self, reading: Job, accounts: AccountList) -> None:
        if reading is self._reading:
            self.show_accounts(accounts)

    def show_accounts(self, accounts: AccountList) -> None:
        """Replace the list under what is asked."""
        self._accounts, self._read_once = accounts, True
        self.model.ticked &= accounts.everybody
        self.view.criteria.offer_classrooms(accounts.classrooms)
        self.search()
        self.view.table.measure()

    def _on_sheets(self, sheets: PrintedSheets) -> None:
        self._batches = sheets.batches
        self.view.bar.notify_menu.allow_reprint(bool(sheets.batches))
        self._held_back = sheets.notice.account_ids
        self.view.show_notice(sheets.notice.sentence)
        self._paused = sheets.paused
        self.view.show_paused("\n".join(run.paused_sentence for run in sheets.paused))

    def _on_failed(self, error: PreauError) -> None:
        self.view.error.say(error.sentence, tone="red")

    def close(self) -> None:
        """End what runs in the background."""
        self.notifier.close()
        self.decider.close()
        self.mailing.close()
        self._jobs.close()

    # Finding and sorting

    def search(self) -> None:
        """Show what is asked, in the order chosen. Answered from memory."""
        kept = self._account_of_line(self.view.table.line)
        places = self._accounts.find(self.view.criteria.criteria(), column=self._column, descending=self._descending)
        self.model.show(self._accounts, places)
        self.view.table.forget_anchor()
        if kept is not None:
            self._go_back_to(kept)
        self._show_state()
        self._counting.start(0 if len(places) < MANY_LINES else COUNTING_PAUSE_MS)

    def _show_state(self) -> None:
        if self.model.places:
            self.view.show_table()
        elif self._read_once and not self._accounts.rows:
            self.view.show_empty()
        elif self._read_once:
            self.view.show_nothing()

    def _account_of_line(self, line: int) -> tuple[str, str] | None:
        if not 0 <= line < len(self.model.places):
            return None
        row = self.model.row_at(line)
        return row.account_id, row.pupil_id

    def _go_back_to(self, kept: tuple[str, str]) -> None:
        """Put the keyboard back on the same person, where the line is still near enough to be found at once."""
        rows = self._accounts.rows
        for line, place in enumerate(self.model.places[:2000]):
            if (rows[place].account_id, rows[place].pupil_id) == kept:
                self.view.table.go_to(line)
                return

    def _on_sort(self, section: int) -> None:
        column = COLUMNS[Place(section)].sort
        assert column is not None
        self._sort(column, descending=column is self._column and not self._descending)
        self.search()

    def _sort(self, column: Column, *, descending: bool) -> None:
        self._column, self._descending = column, descending
        self.view.table.header.show_sorted(PLACE_OF.get(column, NO_HEADING), descending=descending)

    def narrow(self, target: Target) -> None:
        """Show the accounts that a line of Accueil counts."""
        criteria = Criteria(
            states=target.states or None,
            mail=Mail.WITHOUT if target.without_mail else Mail.ALL,
            account_ids=target.account_ids,
            pupil_ids=target.pupil_ids,
        )
        self._sort(target.sorted_by, descending=False)
        self.view.criteria.show_criteria(criteria, only_label=_list_name(target))
        self.view.table.setFocus()
        if target.notify and target.account_ids:
            self._tick(set(target.account_ids))
            self._notify(sorted(target.account_ids), reset=False)

    def _on_submitted(self) -> None:
        self.search()
        if self.model.places:
            self.view.table.setFocus()

    def _on_find(self) -> None:
        self.view.criteria.search.setFocus()
        self.view.criteria.search.selectAll()

    # Ticking and counting

    def _on_ticked(self, first: int, last: int) -> None:
        accounts = {self.model.row_at(line).account_id for line in range(first, last + 1)}
        self._tick(selection.toggle(self.ticked, accounts))

    def _on_all_ticked(self) -> None:
        self._tick(selection.toggle(self.ticked, self._accounts.accounts(self.model.places)))

    def _tick(self, accounts: set[str]) -> None:
        self.model.ticked = accounts
        self.view.table.viewport().update()
        self._counting.start(0)

    def _show_only(self, accounts: Iterable[str], name: str) -> None:
        wanted = frozenset(accounts)
        label = f"{name} ({many(len(wanted), 'compte')})"
        self.view.criteria.show_criteria(Criteria(account_ids=wanted), only_label=label)

    def _count(self) -> None:
        """Counters follow the lines: counting very many of them waits until nobody is typing."""
        shown = self._accounts.accounts(self.model.places)
        self.view.table.header.show_box(selection.box(self.ticked, shown))
        self.view.bar.show_count(len(self.ticked), len(self.ticked - shown))
        pupils = self._accounts.pupil_count(self.model.places)
        self._totals = f"{many(pupils, 'élève')} · {many(len(shown), 'responsable')}"
        self._show_footer()

    def _show_footer(self) -> None:
        first, last = self.view.table.lines_in_sight()
        count = len(self.model.places)
        lines = f"{grouped(first)} à {grouped(last)} sur {many(count, 'ligne')}" if count else "Aucune ligne"
        self.view.footer.setText(f"{lines} · {self._totals}" if self._totals else "")

    # One account

    def open_line(self, line: int) -> None:
        """Open the account of a line beside the table."""
        self.view.panel.show_row(self.model.row_at(line))
        self.view.panel.show()
        self.view.table.go_to(line)
        self._read_card()

    def close_panel(self) -> None:
        """Give the table its room back, and the keyboard."""
        self.view.panel.hide()
        self.view.table.setFocus()

    def _on_current(self, line: int) -> None:
        if self.view.panel.isVisible():
            row = self.model.row_at(line)
            if row.account_id != self.view.panel.account_id:
                self.view.panel.show_row(row)
                self._read_card()

    def _read_card(self) -> None:
        """Complete the panel, if it is open: a card is some milliseconds of disk, never on the window's thread."""
        desk, school_id, account_id = self._shell.desk, self._shell.school_id, self.view.panel.account_id
        if self.view.panel.isVisibleTo(self.view):
            self._read(lambda: read_card(desk, school_id, account_id), self.view.panel.show_card)

    def _on_reopen(self, account_id: str) -> None:
        desk, school_id, fields = self._shell.desk, self._shell.school_id, AccountsFields(account_ids=[account_id])
        self._jobs.start(
            lambda job: submit(desk, school_id=school_id, kind="compte.rouvrir", fields=fields),
            done=lambda _: self._shell.records_changed(),
            failed=self._on_failed,
        )

    def _on_diagnosis(self, account_id: str) -> None:
        self._shell.go(Target(PageName.SUPPORT, account_ids=frozenset({account_id}), section="diagnosis"))

    def _notify(self, account_ids: list[str], reset: bool) -> None:
        self.view.error.clear()
        self.notifier.ask(account_ids, reset=reset)

    def _mail(self, account_ids: list[str], reset: bool) -> None:
        self.view.error.clear()
        self.mailing.ask(account_ids, reset=reset)

    def _on_go_on(self, go_on: bool) -> None:
        self.mailing.go_on([run.run_id for run in self._paused], go_on=go_on)

    def _reset(self, account_ids: list[str]) -> None:
        self.view.error.clear()
        self.notifier.ask_reset(account_ids)

    def _list(self, wanted: str) -> None:
        """The lines of the ticked accounts, else all that are shown, in the order in which they are shown."""
        self.view.error.clear()
        places = self.model.places
        if self.ticked:
            criteria = Criteria(account_ids=frozenset(self.ticked))
            places = self._accounts.find(criteria, column=self._column, descending=self._descending)
        self.notifier.ask_list([self._accounts.rows[place] for place in places], wanted, ticked=bool(self.ticked))

    def _on_escape(self) -> None:
        if self.view.panel.isVisible():
            self.close_panel()
        else:
            self.view.table.setFocus()


def _list_name(target: Target) -> str:
    """« 12 comptes », « 1 élève »: what the band calls a list made elsewhere."""
    if target.account_ids is not None:
        return many(len(target.account_ids), "compte")
    return many(len(target.pupil_ids), "élève") if target.pupil_ids is not None else ""
