"""The questions that publish: some documents, or a period for the whole school; from which day, what families will see."""

from __future__ import annotations

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.services.desk import Desk
from app.services.reports.overview import Overview, ReportRow
from app.services.reports.publication import Publication, Reason, occasions, plan, told_from
from app.ui.guardians.printing import button_row
from app.ui.help.key import add_help
from app.ui.pieces import button, day, many, words
from app.ui.tables import TextTable

TITLE = "Publier"
SCHOOL_TITLE = "Publier pour toute l’école"
TOLD = "Qui lit en ligne est prévenu une fois pour tous ses enfants, jamais entre 21 h et 7 h\u00a0: au plus tôt le {when}."
NOT_TOLD = "Personne n’est prévenu\u00a0: c’est le réglage de l’école, dans «\u00a0Mon école\u00a0»."
OFFLINE = "Hors ligne aussi\u00a0: le serveur l’apprend à la prochaine synchronisation."
NOT_LOCKED = "Ce qui n’est pas verrouillé restera caché jusqu’à ce que vous le verrouilliez\u00a0: {count}."
INCOMPLETE = "Pas encore complets\u00a0: {count}."
FLAGGED = "Je les ai regardés\u00a0: publier aussi {count} où se lit une adresse postale"
ALREADY = "Déjà publiés, leur jour ne change pas\u00a0: {count}."
LACKING = "Sans bilan de cette période\u00a0: {count}."
NONE_LEFT = "Rien n’est laissé de côté."
NONE_SHOWN = "Rien de plus à publier\u00a0: aucun autre bilan n’est complet, verrouillé et à montrer."
LEFT_HEADERS = ("Élève", "Classe", "Laissé de côté, car")


class DayEdit(QDateEdit):
    """A day, with its calendar. Tab leaves it, the arrows go from day to month and year."""

    def __init__(self, today: str) -> None:
        super().__init__(QDate.fromString(today, "yyyy-MM-dd"))
        self.setDisplayFormat("dd-MM-yyyy")
        self.setCalendarPopup(True)
        self.setAccessibleName("Jour de publication")

    @property
    def day(self) -> str:
        """``YYYY-MM-DD``."""
        return self.date().toString("yyyy-MM-dd")

    def focusNextPrevChild(self, forward: bool) -> bool:
        return QAbstractSpinBox.focusNextPrevChild(self, forward)


class PublishDialog(QDialog):
    """``day`` is what was chosen, ``YYYY-MM-DD``."""

    def __init__(
        self, desk: Desk, overview: Overview, reports: tuple[ReportRow, ...], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._overview = desk, overview
        self.setWindowTitle(TITLE)
        add_help(self, "REPORTS_PUBLISH")
        self.setMinimumWidth(520)
        self.date = DayEdit(overview.day)
        self.told = words()
        count = many(len(reports), "document")
        self.cancel = button("Ne rien faire", self.reject)
        self.do_it = button(f"Publier {count}", self.accept, role="primary")
        self._lay_out(reports, count)
        self.cancel.setDefault(True)
        self.date.dateChanged.connect(lambda _: self._say_when())
        self._say_when()

    @property
    def day(self) -> str:
        """The day from which families see them."""
        return self.date.day

    def _say_when(self) -> None:
        self.told.setText(told_words(self._desk, self._overview, self.day))

    def _lay_out(self, reports: tuple[ReportRow, ...], count: str) -> None:
        unlocked = sum(row.locked_at is None for row in reports)
        incomplete = sum(not row.complete for row in reports)
        layout = _column(self)
        row = QHBoxLayout()
        label = words(f"Publier {count} à partir du", wrap=False)
        label.setBuddy(self.date)
        for part in (label, self.date):
            row.addWidget(part)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.told)
        for found, sentence in ((unlocked, NOT_LOCKED), (incomplete, INCOMPLETE)):
            if found:
                layout.addWidget(words(sentence.format(count=many(found, "document")), role="strong"))
        layout.addLayout(button_row(self.cancel, self.do_it))


class PublishSchoolDialog(QDialog):
    """One date for the school. ``publication`` and ``day`` are what is shown; ``preview_asked`` brings the first document."""

    preview_asked = Signal(object)

    def __init__(self, desk: Desk, overview: Overview, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._overview = desk, overview
        self.setWindowTitle(SCHOOL_TITLE)
        add_help(self, "REPORTS_PUBLISH")
        self.setMinimumSize(640, 500)
        self.date, self.period, self.flagged = DayEdit(overview.day), QComboBox(), QCheckBox()
        self.shown, self.told, self.lacking = words(role="strong"), words(), words()
        self.left = words(role="strong")
        self.left_out = TextTable(LEFT_HEADERS, name="Laissés de côté", stretch=(0, 2))
        self.preview = button("Prévisualiser comme un parent…", self._on_preview)
        self.cancel = button("Ne rien faire", self.reject)
        self.do_it = button("Publier", self.accept, role="primary")
        for one in occasions(overview):
            self.period.addItem(one.title, one)
        self.period.setAccessibleName("Ce qui est publié")
        self._lay_out()
        self.cancel.setDefault(True)
        self.period.currentIndexChanged.connect(lambda _: self._on_period())
        self.date.dateChanged.connect(lambda _: self._show())
        self.flagged.toggled.connect(lambda _: self._show())
        self._on_period()

    @property
    def day(self) -> str:
        """The day from which families see them."""
        return self.date.day

    def _lay_out(self) -> None:
        layout, form = _column(self), QFormLayout()
        form.addRow("Publier", self.period)
        form.addRow("à partir du", self.date)
        layout.addLayout(form)
        for part in (self.shown, self.told, self.left, self.left_out, self.flagged, self.lacking):
            layout.addWidget(part, part is self.left_out)
        layout.addStretch(0)
        end = button_row(self.cancel, self.do_it)
        end.insertWidget(0, self.preview)
        layout.addLayout(end)

    def _on_period(self) -> None:
        """Nobody has looked yet at the addresses of another period."""
        self.flagged.blockSignals(True)
        self.flagged.setChecked(False)
        self.flagged.blockSignals(False)
        flagged = plan(self._overview, occasion=self.period.currentData()).count(Reason.FLAGGED)
        self.flagged.setText(FLAGGED.format(count=many(flagged, "document")))
        self.flagged.setVisible(bool(flagged))
        self._show()

    def _show(self) -> None:
        found = plan(
            self._overview, occasion=self.period.currentData(), with_flagged=self.flagged.isChecked()
        )  # fmt: skip
        self.publication: Publication = found
        self.shown.setText(_shown_words(found, self.day))
        self.told.setText(f"{told_words(self._desk, self._overview, self.day)} {OFFLINE}")
        left = many(len(found.left_out), "document")
        self.left.setText(f"{left} laissé{'s' * (len(found.left_out) > 1)} de côté" if found.left_out else NONE_LEFT)
        self.left_out.fill([(one.row.pupil, one.row.classroom, one.reason.label) for one in found.left_out])
        self.left_out.setVisible(bool(found.left_out))
        notes = [ALREADY.format(count=many(found.already, "document"))] if found.already else []
        notes += [LACKING.format(count=many(found.lacking, "élève"))] if found.lacking else []
        self.lacking.setText(" ".join(notes))
        self.lacking.setVisible(bool(notes))
        self.do_it.setText(f"Publier {many(len(found.shown), 'document')}")
        for one in (self.do_it, self.preview):
            one.setEnabled(bool(found.shown))

    def _on_preview(self) -> None:
        self.preview_asked.emit(self.publication.shown)


def told_words(desk: Desk, overview: Overview, on: str) -> str:
    """When families hear of it, where the school is: « le 18-12-2026 à partir de 7 h »."""
    if not overview.told:
        return NOT_TOLD
    when = told_from(desk, on=on, zone=overview.zone)
    clock = f"{when.hour}\u00a0h" + (f"\u00a0{when.minute:02d}" if when.minute else "")
    return TOLD.format(when=f"{day(when.date())} à {clock}")


def _shown_words(found: Publication, on: str) -> str:
    if not found.shown:
        return NONE_SHOWN
    where = f"{many(found.pupils, 'élève')} de {many(found.classrooms, 'classe')}"
    from_day = "-".join(reversed(on.split("-")))
    lines = f"{many(len(found.shown), 'document')}, {where}, à voir dès le {from_day}. "
    lines += f"{many(found.readers, 'responsable lit', 'responsables lisent')} en ligne."
    return lines


def _column(dialog: QDialog) -> QVBoxLayout:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 16, 20, 16)
    layout.setSpacing(10)
    return layout
