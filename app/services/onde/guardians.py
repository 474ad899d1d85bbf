"""The guardians of the files, found among the records by name and child, and what that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.models.acts import Seen
from app.models.acts_import import ChildLink, GuardianEntry
from app.models.names import fold
from app.models.tables import Row
from app.services.onde.children import ChildFinder
from app.services.onde.parsed import ChildRef, ParsedFile, ParsedGuardian
from app.services.onde.plan import (
    FIELD_LABELS,
    Changed,
    Choice,
    FieldChange,
    Question,
    Section,
    differences,
    full_name,
    show,
)
from app.services.onde.problems import Problem, some_lines
from app.services.records.people import pupil_name

if TYPE_CHECKING:
    from app.services.onde.planner import Planner

_Name = tuple[str, str]


@dataclass(slots=True)
class GuardiansPlan:
    """The guardians' half of a plan."""

    section: Section = field(default_factory=Section)
    entries: tuple[GuardianEntry, ...] = ()
    gone: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    partial: bool = False
    """The file lacks the guardians of some class, and the director has not said that it is complete."""


@dataclass(slots=True)
class _Person:
    """One guardian of the files: lines with the same name, address and a common child are one person."""

    file: ParsedFile
    line: ParsedGuardian
    pupils: set[str]
    whole: bool
    """Whether every child that the line names was found: if not, none of the others has ended."""
    alike: list[Row]
    """Records of that name, or corrected from it, with one of these children."""
    row: Row | None = None
    skipped: bool = False
    apart: set[str] = field(default_factory=set)
    """Records that look alike and are known to be somebody else."""


def plan_guardians(planner: Planner, *, partial: bool, gone_pupils: set[str]) -> GuardiansPlan:
    """Plan the guardians of every guardians' file."""
    files = [file for file in planner.files if file.kind == "guardians"]
    if not files:
        return GuardiansPlan()
    return _GuardiansPlanner(planner, files, partial, gone_pupils).run()


class _GuardiansPlanner:
    def __init__(self, planner: Planner, files: Sequence[ParsedFile], partial: bool, gone_pupils: set[str]) -> None:
        self._planner = planner
        self._present = planner.present
        self._files = files
        self._partial = partial
        self._gone_pupils = gone_pupils
        self._plan = GuardiansPlan()
        self._entries: list[GuardianEntry] = []
        self._children = ChildFinder(planner, gone_pupils)
        self._unknown_children: list[int] = []
        self._aside: set[_Name] = {name for file in files for name in file.rejected}
        """Names on lines that could not be read or placed: nobody of that name is gone."""
        self._links: dict[str, set[str]] = defaultdict(set)
        for pupil_id, guardian_id in self._present.links:
            self._links[guardian_id].add(pupil_id)

    def run(self) -> GuardiansPlan:
        people = self._people()
        self._match(people)
        for person in people:
            self._write(person)
        self._plan.partial = self._partial or self._lacks_a_class(people)
        if not self._plan.partial:
            self._departures(people)
        if self._unknown_children:
            self._unknown_children_problem()
        self._plan.entries = tuple(self._entries)
        return self._plan

    def _people(self) -> list[_Person]:
        people: list[_Person] = []
        by_name: dict[tuple[str, str, str], list[_Person]] = defaultdict(list)
        for file in self._files:
            for line in file.guardians:
                found = [self._child(file, line, child) for child in line.children]
                pupils = {pupil for pupil in found if pupil is not None}
                if not pupils:
                    self._aside.add(pupil_name(line.values))
                    continue
                same = by_name[(*pupil_name(line.values), fold(line.values.get("address") or ""))]
                twin = next((person for person in same if person.pupils & pupils), None)
                if twin is not None:
                    self._join(twin, line, pupils)
                    continue
                person = _Person(file, line, pupils, whole=None not in found, alike=[])
                people.append(person)
                same.append(person)
        return people

    def _join(self, twin: _Person, line: ParsedGuardian, pupils: set[str]) -> None:
        """The same guardian on a second line: one person with the children of both; other contacts are said."""
        twin.pupils |= pupils
        if line.values != twin.line.values:
            message = (
                f"Responsable déjà lu à la ligne {twin.line.line}, avec d’autres coordonnées\u00a0: premières gardées."
            )
            self._planner.problems.append(Problem("warning", twin.file.name, line.line, None, message))

    def _child(self, file: ParsedFile, line: ParsedGuardian, child: ChildRef) -> str | None:
        found = self._children.find(child, line)
        if len(found) == 1:
            return str(found[0]["id"])
        if not found:
            self._unknown_children.append(line.line)
            return None
        return self._children.ask(file, line, child, found)

    def _match(self, people: Sequence[_Person]) -> None:
        """Exact addresses first, so that two guardians of one name never take each other's record."""
        claimed: set[str] = set()
        for person in people:
            person.alike = self._present.people.guardians_like(person.line.values, person.pupils)
        for rule in (self._same_home, self._same_name, self._same_contact):
            for person in people:
                if person.row is None and not person.skipped:
                    rule(person, claimed)

    def _same_home(self, person: _Person, claimed: set[str]) -> None:
        found = _free(person, claimed)
        if not found:
            return
        home = fold(person.line.values.get("address") or "")
        self._claim(person, claimed, [row for row in found if fold(row["address"] or "") == home])

    def _same_name(self, person: _Person, claimed: set[str]) -> None:
        found = _free(person, claimed)
        if len(found) > 1:
            found = self._answer(person, found, _which_guardian(person, found))
        self._claim(person, claimed, found)

    def _same_contact(self, person: _Person, claimed: set[str]) -> None:
        """Another first name, but the children and a contact of somebody who is on no line: only a person can say."""
        rows = self._present.people.with_contact(person.line.values, person.pupils)
        found = [row for row in rows if row["id"] not in claimed and row["id"] not in person.apart]
        if found:
            self._claim(person, claimed, self._answer(person, found, _same_person(person, found)))

    def _answer(self, person: _Person, found: Sequence[Row], question: Question) -> list[Row]:
        answer = self._planner.ask(question)
        person.skipped = answer in (None, "skip")
        if person.skipped:
            self._aside |= {pupil_name(row) for row in found}
        if answer == "new":
            person.apart |= {row["id"] for row in found}
        return [row for row in found if row["id"] == answer]

    def _claim(self, person: _Person, claimed: set[str], found: Sequence[Row]) -> None:
        if len(found) == 1 and found[0]["id"] not in person.apart:
            person.row = found[0]
            claimed.add(found[0]["id"])

    def _write(self, person: _Person) -> None:
        if person.skipped:
            return
        row, values = person.row, person.line.values
        if row is None:
            changes: dict[str, Seen] = {name: (None, value) for name, value in values.items() if value is not None}
            self._entry(person, self._planner.new_id(), changes, person.pupils)
            self._plan.section.new.append(full_name(values))
            return
        known = self._links[row["id"]]
        missing = person.pupils - known
        changes = differences(row, values)
        shown = list(show(changes))
        if missing:
            shown.append(FieldChange(FIELD_LABELS["children"], str(len(known)), str(len(known | person.pupils))))
        if row["gone_on"] is not None:
            shown.append(FieldChange(FIELD_LABELS["back"], "parti", "revient"))
        if not shown and row["id"] in self._present.accounts:
            self._plan.section.unchanged += 1
            return
        self._entry(person, row["id"], changes, missing)
        if row["id"] in self._present.undone:
            self._plan.section.new.append(full_name(row))
        else:
            self._plan.section.changed.append(Changed(full_name(row), tuple(shown)))

    def _entry(self, person: _Person, guardian_id: str, changes: dict[str, Seen], missing: Iterable[str]) -> None:
        new_id = self._planner.new_id
        children = tuple(ChildLink(responsibility_id=new_id(), pupil_id=pupil) for pupil in sorted(missing))
        apart = person.apart | {row["id"] for row in person.alike if person.row is None}
        self._entries.append(
            GuardianEntry(
                id=guardian_id, changes=changes, account_id=new_id(), children=children, apart=tuple(sorted(apart))
            )
        )

    def _lacks_a_class(self, people: Sequence[_Person]) -> bool:
        """Whether a class whose guardians are known is on no line: an extraction of some classes, nobody is gone."""
        if self._planner.complete:
            return False
        label = self._children.label
        named = {label(pupil) for person in people for pupil in person.pupils}
        known = {label(pupil) for pupil, _ in self._present.links if self._still_here(pupil)}
        absent = sorted(label for label in known - named if label is not None)
        if absent:
            message = (
                f"Aucun responsable n’est dans ce fichier pour\u00a0: {', '.join(absent[:8])}. Personne n’est marqué comme "
                "parti, sauf si vous dites que le fichier est complet."
            )
            self._planner.problems.append(Problem("warning", self._files[0].name, None, None, message))
        return bool(absent)

    def _departures(self, people: Sequence[_Person]) -> None:
        kept = {person.row["id"]: person for person in people if person.row is not None}
        gone = [row for row in self._present.guardians.values() if row["id"] not in kept and self._is_gone(row)]
        self._plan.gone = tuple(row["id"] for row in gone)
        self._plan.section.gone = [full_name(row) for row in gone]
        self._plan.ended = tuple(
            link["id"]
            for (pupil_id, guardian_id), link in self._present.links.items()
            if guardian_id in kept and kept[guardian_id].whole
            if pupil_id not in kept[guardian_id].pupils and self._still_here(pupil_id)
        )

    def _is_gone(self, row: Row) -> bool:
        return row["gone_on"] is None and not named(row, self._aside) and self._has_child_here(row["id"])

    def _has_child_here(self, guardian_id: str) -> bool:
        return any(self._still_here(pupil) for pupil in self._present.people.children[guardian_id])

    def _still_here(self, pupil_id: str) -> bool:
        row = self._present.pupils.get(pupil_id)
        return row is not None and row["left_on"] is None and pupil_id not in self._gone_pupils

    def _unknown_children_problem(self) -> None:
        name = self._files[0].name
        if not self._children:
            message = "Aucun élève n’est encore connu\u00a0: importez le fichier «\u00a0Élèves\u00a0» avant, ou en même temps."
            self._planner.problems.append(Problem("error", name, None, None, message))
            return
        message = (
            f"{len(self._unknown_children)} enfant(s) de ce fichier ne sont pas parmi les élèves\u00a0: laissé(s) de côté "
            f"({some_lines(self._unknown_children)})."
        )
        self._planner.problems.append(Problem("warning", name, self._unknown_children[0], None, message))


def _free(person: _Person, claimed: set[str]) -> list[Row]:
    return [row for row in person.alike if row["id"] not in claimed]


def named(row: Row, names: set[_Name]) -> bool:
    """Whether a line that was left out may mean this record; a name of which half was missing means everybody with the rest."""
    last, first = pupil_name(row)
    return not names.isdisjoint({(last, first), (last, ""), ("", first)})


def _which_guardian(person: _Person, found: Sequence[Row]) -> Question:
    sentence = f"Plusieurs responsables s’appellent {full_name(person.line.values)}. De qui s’agit-il\u202f?"
    return _question(person, found, sentence)


def _same_person(person: _Person, found: Sequence[Row]) -> Question:
    sentence = (
        f"{full_name(person.line.values)} a les mêmes enfants et un même contact que {full_name(found[0])}, qui n’est plus "
        "dans le fichier. Est-ce la même personne\u202f?"
    )
    return _question(person, found, sentence)


def _question(person: _Person, found: Sequence[Row], sentence: str) -> Question:
    choices = [Choice(row["id"], f"{full_name(row)}, {row['address'] or 'adresse inconnue'}") for row in found]
    return Question(
        id=f"guardian:{person.file.name}:{person.line.line}",
        file=person.file.name,
        line=person.line.line,
        sentence=sentence,
        choices=(*choices, Choice("new", "Quelqu’un d’autre"), Choice("skip", "Laisser cette ligne de côté")),
    )
