"""Compares what the files say with the records: new, changed, gone, doubtful. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.models.acts import Seen
from app.models.acts_import import ClassroomEntry, ImportFields, PupilEntry, YearEntry
from app.models.tables import Row
from app.services.onde.guardians import plan_guardians
from app.services.onde.parsed import ParsedFile, ParsedPupil
from app.services.onde.plan import FIELD_LABELS, Changed, Choice, FieldChange, Plan, Question, Section
from app.services.onde.present import Present, read_present
from app.services.onde.problems import Problem
from app.services.records.people import pupil_name
from app.services.records.rows import SchoolRows

NEVER_EMPTIED = frozenset({"ine", "birth_date", "last_name", "first_name"})
"""An empty cell never takes these away: absence erases nothing."""
SAME_LEVEL_SHARE = 0.8
SAME_LEVEL_LEAST = 10


def make_plan(
    rows: SchoolRows,
    files: Sequence[ParsedFile],
    *,
    today: date,
    new_id: Callable[[], str],
    complete: bool | None = None,
    answers: Mapping[str, str] | None = None,
) -> Plan:
    """The plan of an import of ``files``. ``complete`` is the director's word on a file that lacks some classes."""
    return Planner(read_present(rows, today=today), files, today, new_id, complete, answers or {}).run()


class Planner:
    """The making of one plan; its parts share the index of people and the answers."""

    def __init__(
        self, present: Present, files: Sequence[ParsedFile], today: date, new_id: Callable[[], str],
        complete: bool | None, answers: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.present = present
        self.files = files
        self.today = today
        self.new_id = new_id
        self.complete = complete
        self.answers = answers
        self.questions: list[Question] = []
        self.problems: list[Problem] = [problem for file in files for problem in file.problems]
        self.matched: dict[str, str | None] = {}
        """Class label of each pupil of the files, by id (of the record, or the one it will have)."""
        self.rows_of: dict[str, Row] = {}
        self.claimed: set[str] = set()
        self._classes: dict[str, ClassroomEntry] = {}
        self._entries: list[PupilEntry] = []
        self._pupils, self._class_section = Section(), Section()
        self._promoted = self._stayed = 0

    def run(self) -> Plan:
        present = self.present
        pupils_file = [file for file in self.files if file.kind == "pupils"]
        for file in pupils_file:
            for pupil in file.pupils:
                self._pupil(file, pupil)
        partial = self._partial(pupils_file)
        gone = self._gone(pupils_file, partial)
        gone_classes = self._gone_classes(pupils_file, partial)
        guardians = plan_guardians(self, partial=partial, gone_pupils=set(gone))
        self._year_problems(pupils_file, partial)
        self._class_section.unchanged = len(self._file_labels(pupils_file) & present.classrooms.keys())
        fields = ImportFields(
            import_id=self.new_id(),
            year=YearEntry(id=self._year_id(), label=present.year_label, starts_on=present.year_start.isoformat()),
            classrooms=tuple(self._classes.values()),
            pupils=tuple(self._entries),
            guardians=guardians.entries,
            gone_pupils=gone,
            gone_guardians=guardians.gone,
            ended_links=guardians.ended,
            gone_classrooms=gone_classes,
            day=self.today.isoformat(),
            summary={
                "pupils": self._pupils.counts(), "guardians": guardians.section.counts(),
                "classes": self._class_section.counts(),
            },
        )  # fmt: skip
        return Plan(
            fields=fields, pupils=self._pupils, guardians=guardians.section, classes=self._class_section,
            questions=self.questions, problems=self.problems, year_label=present.year_label,
            new_year=present.year is None and present.previous is not None and bool(pupils_file), partial=partial,
            pupils_before=len(present.present_pupils()), promoted=self._promoted,
        )  # fmt: skip

    def ask(self, question: Question) -> str | None:
        """The director's answer; where there is none yet, the question is put on the list."""
        answer = self.answers.get(question.id)
        if answer is None or answer not in {choice.answer for choice in question.choices}:
            self.questions.append(question)
            return None
        return answer

    def _year_id(self) -> str:
        return str(self.present.year["id"]) if self.present.year else self.new_id()

    def _pupil(self, file: ParsedFile, pupil: ParsedPupil) -> None:
        found, known = self._find(file, pupil)
        if not known:
            return
        if found is not None:
            self._known_pupil(pupil, found, "classroom" in file.columns)
        else:
            self._new_pupil(pupil, "classroom" in file.columns)

    def _find(self, file: ParsedFile, pupil: ParsedPupil) -> tuple[Row | None, bool]:
        """(the record or None for a newcomer, whether that is known: False leaves the line aside)."""
        found = [row for row in self.present.people.pupils_like(pupil.values) if row["id"] not in self.claimed]
        if len(found) > 1:
            here = [row for row in found if self.present.class_of(row["id"]) == pupil.classroom]
            found = here if len(here) == 1 else found
        if len(found) <= 1:
            return (found[0] if found else None), True
        answer = self.ask(_which_pupil(file, pupil, found, self.present))
        if answer is None or answer == "skip":
            self.claimed |= {row["id"] for row in found} if answer is None else set()
            return None, False
        return next((row for row in found if row["id"] == answer), None), True

    def _new_pupil(self, pupil: ParsedPupil, placed: bool) -> None:
        changes: dict[str, Seen] = {name: (None, value) for name, value in pupil.values.items() if value is not None}
        entry = PupilEntry(
            id=self.new_id(), changes=changes, enrolment_id=self.new_id(), classroom_id=self._classroom(pupil),
            level=pupil.level, placed=placed,
        )  # fmt: skip
        self._entries.append(entry)
        self.matched[entry.id] = pupil.classroom
        self.rows_of[entry.id] = {**pupil.values, "id": entry.id}
        self._pupils.new.append(_name(pupil.values))

    def _known_pupil(self, pupil: ParsedPupil, row: Row, placed: bool) -> None:
        self.claimed.add(row["id"])
        self.matched[row["id"]] = pupil.classroom if placed else self.present.class_of(row["id"])
        self.rows_of[row["id"]] = row
        changes = differences(row, pupil.values)
        shown = list(show(changes))
        enrolment = self.present.enrolments.get(row["id"])
        classroom_id = self._classroom(pupil) if placed else None
        if placed and (
            enrolment is None or (enrolment["classroom_id"], enrolment["level"]) != (classroom_id, pupil.level)
        ):
            shown.append(FieldChange(FIELD_LABELS["classroom"], self.present.class_of(row["id"]), pupil.classroom))
            self._count_promotion(row, pupil)
        else:
            placed = False
        if row["left_on"] is not None:
            shown.append(FieldChange(FIELD_LABELS["back"], "ancien élève", "revient"))
        if not shown:
            self._pupils.unchanged += 1
            return
        self._pupils.changed.append(Changed(_name(row), tuple(shown)))
        self._entries.append(
            PupilEntry(
                id=row["id"], changes=changes, enrolment_id=self.new_id(), classroom_id=classroom_id,
                seen_classroom_id=enrolment["classroom_id"] if enrolment else None, level=pupil.level, placed=placed,
            )
        )  # fmt: skip

    def _count_promotion(self, row: Row, pupil: ParsedPupil) -> None:
        former = self.present.former.get(row["id"])
        if former is not None and self.present.year is None:
            self._promoted += former["level"] != pupil.level
            self._stayed += former["level"] == pupil.level

    def _classroom(self, pupil: ParsedPupil) -> str | None:
        if not pupil.classroom:
            return None
        known = self.present.classrooms.get(pupil.classroom)
        if known is not None:
            return str(known["id"])
        if pupil.classroom not in self._classes:
            self._classes[pupil.classroom] = ClassroomEntry(
                id=self.new_id(), label=pupil.classroom, onde_id=pupil.classroom_onde_id, levels=pupil.level
            )
            self._class_section.new.append(pupil.classroom)
        return self._classes[pupil.classroom].id

    def _file_labels(self, files: Sequence[ParsedFile]) -> set[str]:
        return {pupil.classroom for file in files for pupil in file.pupils if pupil.classroom}

    def _partial(self, files: Sequence[ParsedFile]) -> bool:
        """Whether some known class is absent from the files, and the director has not said that they are complete."""
        if self.complete is not None:
            return not self.complete
        if not files:
            return bool(self.present.classrooms.keys() - self._guardians_classes())
        if self.present.year is None:
            return 2 * sum(len(file.pupils) for file in files) < len(self.present.present_pupils())
        return bool(self.present.classrooms.keys() - self._file_labels(files))

    def _guardians_classes(self) -> set[str]:
        return {
            child.classroom
            for file in self.files
            for guardian in file.guardians
            for child in guardian.children
            if child.classroom
        }

    def _gone(self, files: Sequence[ParsedFile], partial: bool) -> tuple[str, ...]:
        if not files or partial:
            return ()
        rejected = {name for file in files for name in file.rejected}
        gone = [
            row
            for row in self.present.present_pupils()
            if row["id"] not in self.claimed and pupil_name(row) not in rejected
        ]
        self._pupils.gone = [_name(row) for row in gone]
        return tuple(row["id"] for row in gone)

    def _gone_classes(self, files: Sequence[ParsedFile], partial: bool) -> tuple[str, ...]:
        if not files or partial:
            return ()
        gone = [row for label, row in self.present.classrooms.items() if label not in self._file_labels(files)]
        self._class_section.gone = [row["label"] for row in gone]
        return tuple(row["id"] for row in gone)

    def _year_problems(self, files: Sequence[ParsedFile], partial: bool) -> None:
        if not files:
            return
        name = files[0].name
        if self._stayed >= SAME_LEVEL_LEAST and self._stayed >= SAME_LEVEL_SHARE * (self._stayed + self._promoted):
            self.problems.append(
                Problem("warning", name, None, None, "Ce fichier ressemble à celui de l’année dernière : presque tous les "
                        "élèves y ont le même niveau. Relancez l’extraction dans ONDE sur la nouvelle année.")
            )  # fmt: skip
        if partial:
            absent = len(self.present.classrooms.keys() - self._file_labels(files))
            self.problems.append(
                Problem("warning", name, None, None, f"{absent} classe(s) de l’école manquent dans ce fichier : personne "
                        "n’est marqué comme parti, sauf si vous dites que le fichier est complet.")
            )  # fmt: skip


def differences(row: Row, values: Mapping[str, str | None]) -> dict[str, Seen]:
    """The fields of a file's line that differ from ONDE's values in the record."""
    return {
        name: (row[name], value)
        for name, value in values.items()
        if row[name] != value and not (value is None and name in NEVER_EMPTIED)
    }


def show(changes: Mapping[str, Seen]) -> tuple[FieldChange, ...]:
    """Changes in words."""
    return tuple(FieldChange(FIELD_LABELS[name], old, new) for name, (old, new) in changes.items())


def _name(values: Mapping[str, str | None]) -> str:
    return f"{(values.get('last_name') or '').upper()} {values.get('first_name') or ''}".strip()


def _which_pupil(file: ParsedFile, pupil: ParsedPupil, found: Sequence[Row], present: Present) -> Question:
    choices = [
        Choice(
            row["id"],
            f"{_name(row)}, né(e) le {row['birth_date'] or '?'}, {present.class_of(row['id']) or 'sans classe'}",
        )
        for row in found
    ]
    return Question(
        id=f"pupil:{file.name}:{pupil.line}",
        file=file.name,
        line=pupil.line,
        sentence=f"Plusieurs élèves s’appellent {_name(pupil.values)}. De qui s’agit-il ?",
        choices=(
            *choices,
            Choice("new", "Quelqu’un d’autre : nouvel élève"),
            Choice("skip", "Laisser cette ligne de côté"),
        ),
    )
