"""The wiring of an import: read, preview, answer, confirm, undo; nothing slow on the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from app.models.errors import PreauError
from app.services import imports
from app.services.cancelling import Cancellation
from app.services.desk import Desk
from app.services.imports import ImportDone, PastImport, Preview
from app.services.onde.plan import OF_LAST_YEAR, Question
from app.services.schools import one_school
from app.services.undoing import IMPORT_CONSEQUENCE
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.importing.choosing import ChoosingView
from app.ui.importing.previewing import PreviewView
from app.ui.importing.words import done_words, last_questions, latest_undoable, past_row, undo_label


class Place(Protocol):
    """Where an import goes: read at each use, since an enrolment changes the school's id."""

    @property
    def desk(self) -> Desk: ...

    @property
    def school_id(self) -> str: ...


@dataclass(slots=True)
class _Talk:
    """A preview under discussion: what was asked so far and what was answered."""

    preview: Preview
    questions: dict[str, Question]
    answers: dict[str, str]


class ImportPanel(QObject):
    """Both steps, one above the other. ``written`` tells that the records changed."""

    written = Signal()

    def __init__(self, place: Place, *, allow_fictional: bool = False, confirm: Ask = ask) -> None:
        super().__init__()
        self._place, self._fictional, self._confirm = place, allow_fictional, confirm
        self._talk: _Talk | None = None
        self._job: work.Job | None = None
        self._last: PastImport | None = None
        self.widget = QStackedWidget()
        self.choosing, self.previewing = ChoosingView(), PreviewView()
        self.widget.addWidget(self.choosing)
        self.widget.addWidget(self.previewing)
        self.choosing.files_chosen.connect(self.open_files)
        self.choosing.undo_asked.connect(self._on_undo)
        self.choosing.stop_asked.connect(self._on_stop)
        self.previewing.left.connect(self._on_left)
        self.previewing.confirmed.connect(self._on_confirmed)
        self.previewing.answered.connect(self._on_answer)
        self.previewing.completeness_said.connect(self._on_complete)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job is not None

    def close(self) -> None:
        """Return once what is under way has ended: a reading is cancelled, what is being written is written."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def open_files(self, paths: Sequence[Path]) -> None:
        """Read files and show what they would change."""
        if self._job is not None:
            return
        files, fictional = list(paths), self._fictional
        self.choosing.band.clear()
        desk, school_id = self._place.desk, self._place.school_id
        self._start(
            lambda job: imports.preview(
                desk, school_id=school_id, files=files, allow_fictional=fictional, cancelled=job.cancelled
            ),
            self._on_preview,
            "Lecture des fichiers…",
            stoppable=True,
        )
        self.choosing.stop.setFocus()

    def _on_stop(self) -> None:
        """Ask the reading to stop; the band says so once it has."""
        if self._job is not None:
            self._job.cancel()
            self.choosing.stop.setEnabled(False)

    def show_history(self) -> None:
        """Read the past imports anew."""
        desk, school_id = self._place.desk, self._place.school_id
        past = imports.history(desk, school_id=school_id)
        zone = one_school(desk, school_id=school_id).timezone
        self._last = latest_undoable(past)
        label = undo_label(self._last) if self._last else None
        self.choosing.show_past([past_row(one, zone) for one in past], label)

    def _on_preview(self, preview: Preview) -> None:
        self._talk = _Talk(preview, {question.id: question for question in preview.plan.questions}, {})
        self._show_talk()
        self.widget.setCurrentWidget(self.previewing)
        self.previewing.confirm.setFocus()

    def _show_talk(self) -> None:
        if self._talk is not None:
            self.previewing.band.clear()
            if self._talk.preview.plan.of_last_year:
                self.previewing.band.say(OF_LAST_YEAR, tone="orange")
            self.previewing.show_preview(self._talk.preview, self._talk.questions, self._talk.answers)

    def _on_answer(self, question_id: str, answer: str) -> None:
        if self._talk is not None:
            self._talk.answers[question_id] = answer
            self._plan_again(self._talk.preview.complete)

    def _on_complete(self, complete: bool) -> None:
        self._plan_again(complete)

    def _plan_again(self, complete: bool | None) -> None:
        talk = self._talk
        if talk is None or self._job is not None:
            return
        desk, answers = self._place.desk, dict(talk.answers)
        self._start(
            lambda job: imports.answered(
                desk, preview=talk.preview, answers=answers, complete=complete, cancelled=job.cancelled
            ),
            self._on_planned,
            "Comparaison…",
        )

    def _on_planned(self, preview: Preview) -> None:
        if self._talk is None:
            return
        self._talk.preview = preview
        self._talk.questions |= {question.id: question for question in preview.plan.questions}
        if set(self._talk.answers) & {question.id for question in preview.plan.questions}:
            self._plan_again(preview.complete)  # an answer was given while the plan was made
        self._show_talk()

    def _on_confirmed(self) -> None:
        if self._talk is None or self._job is not None:
            return
        preview, desk = self._talk.preview, self._place.desk
        if not all(self._confirm(self.widget, question, do_it) for question, do_it in last_questions(preview.plan)):
            return
        self._start(
            lambda job: imports.commit(desk, preview=preview, confirm_gone=True), self._on_written, "Enregistrement…"
        )

    def _on_written(self, done: ImportDone) -> None:
        plan = self._talk.preview.plan if self._talk else None
        self._leave_preview()
        year = plan.year_label if plan and plan.new_year else None
        self.choosing.band.say(done_words(done.summary, year=year), tone="green")
        self.show_history()
        self.written.emit()

    def _on_left(self) -> None:
        self._leave_preview()
        self.choosing.band.say("Import abandonné\u00a0: rien n’a été changé.")

    def _leave_preview(self) -> None:
        self._talk = None
        self.widget.setCurrentWidget(self.choosing)
        self.choosing.zone.choose.setFocus()

    def _on_undo(self) -> None:
        last, desk, school_id = self._last, self._place.desk, self._place.school_id
        if last is None or self._job is not None:
            return
        question = f"{undo_label(last)}\u202f? {IMPORT_CONSEQUENCE}"
        if self._confirm(self.widget, question, "Annuler l’import"):
            self._start(
                lambda job: imports.undo(desk, school_id=school_id, import_id=last.import_id),
                self._on_undone,
                "Annulation…",
            )

    def _on_undone(self, _: object) -> None:
        self.choosing.band.say("L’import a été annulé.", tone="green")
        self.show_history()
        self.written.emit()

    def _start(
        self,
        call: Callable[[work.Job], object],
        done: Callable[[Any], None],
        sentence: str,
        *,
        stoppable: bool = False,
    ) -> None:
        self._set_busy(busy=True, sentence=sentence, stoppable=stoppable)

        def finish(result: Any) -> None:
            self._job = None
            self._set_busy(busy=False)
            done(result)

        self._job = work.start(call, parent=self, done=finish, failed=self._on_failed, stops=(Cancellation,))
        self._job.stopped.connect(self._on_stopped)

    def _on_stopped(self) -> None:
        self._job = None
        self._set_busy(busy=False)
        self.choosing.band.say(imports.CANCELLED)
        self.choosing.zone.choose.setFocus()

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        self._set_busy(busy=False)
        band = self.choosing.band if self.widget.currentWidget() is self.choosing else self.previewing.band
        band.say(error.sentence, tone="red")

    def _set_busy(self, *, busy: bool, sentence: str = "", stoppable: bool = False) -> None:
        self.choosing.show_busy(busy=busy, sentence=sentence, stoppable=stoppable)
        self.choosing.stop.setEnabled(True)
        talk = self._talk
        self.previewing.confirm.setEnabled(not busy and talk is not None and not talk.preview.plan.changes_nothing)
        self.previewing.back.setEnabled(not busy)
