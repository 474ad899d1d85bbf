"""Compares what the files say with the records: new, changed, gone, doubtful. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from app.models.acts import Seen
from app.models.acts_import import ClassroomEntry, ImportFields, PupilEntry, YearEntry
from app.models.codes import LEVELS
from app.models.tables import Row
from app.services.onde.dates import shown_date
from app.services.onde.guardians import named, plan_guardians
from app.services.onde.matching import PupilLine, PupilMatcher
from app.services.onde.parsed import ParsedFile, ParsedPupil
from app.services.onde.plan import (
    FIELD_LABELS,
    OF_LAST_YEAR,
    OLDER,
    Changed,
    FieldChange,
    Plan,
    Question,
    Section,
    differences,
    full_name,
    show,
)
from app.services.onde.present import Present, read_present
from app.services.onde.problems import Problem
from app.services.records.extractions import is_older
from app.services.records.rows import SchoolRows

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
        self._matcher = PupilMatcher(self)
        self._classes: dict[str, ClassroomEntry] = {}
        self._levels: dict[str, set[str | None]] = {}
        self._entries: list[PupilEntry] = []
        self._pupils, self._class_section = Section(), Section()
        self._promoted = self._stayed = self._lowered = 0

    def _older(self) -> list[tuple[ParsedFile, str]]:
        """The files that were extracted before one that is in the records already, each with the sentence that says so."""
        known = self.present.extractions
        return [
            (file, OLDER.format(known=shown_date(known[file.kind][:10])))
            for file in self.files
            if is_older(file.as_of, known.get(file.kind))
        ]

    def run(self) -> Plan:
        present = self.present
        pupils_file = [file for file in self.files if file.kind == "pupils"]
        for line in self._matcher.match(pupils_file):
            self._pupil(line)
        partial = self._partial(pupils_file)
        gone = self._gone(pupils_file, partial)
        gone_classes = self._gone_classes(pupils_file, partial)
        guardians = plan_guardians(self, partial=partial, gone_pupils=set(gone))
        self._year_problems(pupils_file, partial)
        self.problems += [Problem("warning", file.name, None, None, sentence) for file, sentence in self._older()]
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
            as_of={file.kind: file.as_of for file in self.files if file.as_of},
            seen_as_of=present.extractions,
        )  # fmt: skip
        return Plan(
            fields=fields, pupils=self._pupils, guardians=guardians.section, classes=self._class_section,
            questions=self.questions, problems=self.problems, year_label=present.year_label,
            new_year=present.year is None and present.previous is not None and bool(pupils_file),
            partial=partial or guardians.partial,
            pupils_before=len(present.present_pupils()), guardians_before=present.present_guardians(),
            promoted=self._promoted, stayed=self._stayed, leavers=self._leavers(gone), last_level=self._last_level(),
            of_last_year=bool(pupils_file) and self._is_of_last_year(),
            older=next((sentence for _, sentence in self._older()), ""),
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

    def _pupil(self, line: PupilLine) -> None:
        if line.aside:
            return
        placed = "classroom" in line.file.columns
        if line.row is not None:
            self._known_pupil(line.pupil, line.row, placed)
        else:
            self._new_pupil(line.pupil, line.apart)

    def _new_pupil(self, pupil: ParsedPupil, apart: tuple[str, ...]) -> None:
        changes: dict[str, Seen] = {name: (None, value) for name, value in pupil.values.items() if value is not None}
        entry = PupilEntry(
            id=self.new_id(), changes=changes, enrolment_id=self.new_id(), classroom_id=self._classroom(pupil),
            level=pupil.level, placed=True, apart=apart,
        )  # fmt: skip
        self._entries.append(entry)
        self.matched[entry.id] = pupil.classroom
        self.rows_of[entry.id] = {**pupil.values, "id": entry.id}
        self._pupils.new.append(full_name(pupil.values))

    def _known_pupil(self, pupil: ParsedPupil, row: Row, placed: bool) -> None:
        self.matched[row["id"]] = pupil.classroom if placed else self.present.class_of(row["id"])
        self.rows_of[row["id"]] = row
        changes = differences(row, pupil.values)
        shown = list(show(changes))
        enrolment = self.present.enrolments.get(row["id"])
        classroom_id = self._classroom(pupil)
        level = pupil.level or _level_there(enrolment, classroom_id)
        placed = enrolment is None or (
            placed and (enrolment["classroom_id"], enrolment["level"]) != (classroom_id, level)
        )
        if placed:
            shown += self._move(row, enrolment, pupil, level)
        self._count_levels(row, level)
        if row["left_on"] is not None:
            shown.append(FieldChange(FIELD_LABELS["back"], "ancien élève", "revient"))
        if not shown:
            self._pupils.unchanged += 1
            return
        if row["id"] in self.present.undone:
            self._pupils.new.append(full_name(row))
        else:
            self._pupils.changed.append(Changed(full_name(row), tuple(shown)))
        self._entries.append(
            PupilEntry(
                id=row["id"], changes=changes, enrolment_id=self.new_id(), classroom_id=classroom_id,
                seen_classroom_id=enrolment["classroom_id"] if enrolment else None, level=level, placed=placed,
            )
        )  # fmt: skip

    def _move(self, row: Row, enrolment: Row | None, pupil: ParsedPupil, level: str | None) -> list[FieldChange]:
        """A pupil's class and level, old and new."""
        before = enrolment or self.present.former.get(row["id"])
        pairs = (
            ("classroom", self.present.class_of(row["id"]), pupil.classroom),
            ("level", before["level"] if before else None, level),
        )
        found = [FieldChange(FIELD_LABELS[name], old, new) for name, old, new in pairs if old != new]
        return found or [FieldChange(FIELD_LABELS["year"], None, self.present.year_label)]

    def _count_levels(self, row: Row, level: str | None) -> None:
        """How many pupils go up, stay or go down, against this year's place, else last year's."""
        before = self.present.enrolments.get(row["id"]) or self.present.former.get(row["id"])
        if before is None or before["level"] is None or level is None:
            return
        step = LEVELS.index(level) - LEVELS.index(before["level"])
        self._promoted += step > 0
        self._stayed += step == 0
        self._lowered += step < 0

    def _classroom(self, pupil: ParsedPupil) -> str | None:
        if not pupil.classroom:
            return None
        known = self.present.classrooms.get(pupil.classroom)
        if known is not None:
            return str(known["id"])
        if pupil.classroom not in self._classes:
            self._classes[pupil.classroom] = ClassroomEntry(
                id=self.new_id(), label=pupil.classroom, onde_id=pupil.classroom_onde_id,
                levels=self._levels_of(pupil.classroom),
            )  # fmt: skip
            self._class_section.new.append(pupil.classroom)
        return self._classes[pupil.classroom].id

    def _levels_of(self, label: str) -> str | None:
        """« CM1-CM2 » for a class of two levels, in the order of the school."""
        if not self._levels:
            for pupil in (pupil for file in self.files for pupil in file.pupils if pupil.classroom):
                self._levels.setdefault(pupil.classroom or "", set()).add(pupil.level)
        return "-".join(level for level in LEVELS if level in self._levels[label]) or None

    def _file_labels(self, files: Sequence[ParsedFile]) -> set[str]:
        return {pupil.classroom for file in files for pupil in file.pupils if pupil.classroom}

    def _partial(self, files: Sequence[ParsedFile]) -> bool:
        """Whether some known class is absent from the files, and the director has not said that they are complete."""
        if self.complete is not None:
            return not self.complete
        if self._older():
            return True
        if not files:
            return False
        if self.present.year is None:
            return 2 * sum(len(file.pupils) for file in files) < len(self.present.present_pupils())
        return bool(self.present.classrooms.keys() - self._file_labels(files))

    def _gone(self, files: Sequence[ParsedFile], partial: bool) -> tuple[str, ...]:
        if not files or partial:
            return ()
        rejected = {name for file in files for name in file.rejected}
        kept = self._matcher.claimed | self._matcher.doubtful
        gone = [row for row in self.present.present_pupils() if row["id"] not in kept and not named(row, rejected)]
        self._pupils.gone = [full_name(row) for row in gone]
        return tuple(row["id"] for row in gone)

    def _gone_classes(self, files: Sequence[ParsedFile], partial: bool) -> tuple[str, ...]:
        if not files or partial:
            return ()
        gone = [row for label, row in self.present.classrooms.items() if label not in self._file_labels(files)]
        self._class_section.gone = [row["label"] for row in gone]
        return tuple(row["id"] for row in gone)

    def _last_level(self) -> str:
        """The highest level of the year before (« CM2 »), empty where no level is known."""
        levels = {row["level"] for row in self.present.former.values()} - {None, "ULIS"}
        return max(levels, key=LEVELS.index, default="")

    def _leavers(self, gone: Iterable[str]) -> int:
        """How many of the gone were in the last level of the year before."""
        former, last = self.present.former, self._last_level()
        return sum(bool(last) and pupil in former and former[pupil]["level"] == last for pupil in gone)

    def _is_of_last_year(self) -> bool:
        """In a new year hardly anybody keeps her level; within a year hardly anybody goes down."""
        known = self._promoted + self._stayed + self._lowered
        count = self._lowered + (self._stayed if self.present.year is None else 0)
        return count >= SAME_LEVEL_LEAST and count >= SAME_LEVEL_SHARE * known

    def _year_problems(self, files: Sequence[ParsedFile], partial: bool) -> None:
        if not files:
            return
        name = files[0].name
        if self._is_of_last_year():
            self.problems.append(Problem("warning", name, None, None, OF_LAST_YEAR))
        absent = len(self.present.classrooms.keys() - self._file_labels(files))
        if partial and (absent or not self._older()):
            self.problems.append(
                Problem("warning", name, None, None, f"{absent} classe(s) de l’école manquent dans ce fichier\u00a0: personne "
                        "n’est marqué comme parti, sauf si vous dites que le fichier est complet.")
            )  # fmt: skip


def _level_there(enrolment: Row | None, classroom_id: str | None) -> str | None:
    """The level known in the same class: a file without levels takes none away."""
    same = enrolment is not None and enrolment["classroom_id"] == classroom_id
    return enrolment["level"] if enrolment is not None and same else None
