"""The guardians of the files: their children found by name, themselves found by name and child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.models.acts import Seen
from app.models.acts_import import ChildLink, GuardianEntry
from app.models.names import fold
from app.models.tables import Row
from app.services.onde.parsed import ChildRef, ParsedFile, ParsedGuardian
from app.services.onde.plan import FIELD_LABELS, Changed, Choice, FieldChange, Question, Section
from app.services.onde.problems import Problem
from app.services.records.people import pupil_name

if TYPE_CHECKING:
    from app.services.onde.planner import Planner


@dataclass(slots=True)
class GuardiansPlan:
    """The guardians' half of a plan."""

    section: Section = field(default_factory=Section)
    entries: tuple[GuardianEntry, ...] = ()
    gone: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(slots=True)
class _Person:
    """One guardian of the files: lines with the same name, address and a common child are one person."""

    file: ParsedFile
    line: ParsedGuardian
    pupils: set[str]
    row: Row | None = None
    skipped: bool = False


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
        self._children = self._index_children()
        self._unknown_children = 0

    def run(self) -> GuardiansPlan:
        people = self._people()
        self._match(people)
        for person in people:
            self._write(person)
        if not self._partial:
            self._departures(people)
        if self._unknown_children:
            self._unknown_children_problem()
        self._plan.entries = tuple(self._entries)
        return self._plan

    def _index_children(self) -> dict[tuple[str, str], list[Row]]:
        """Pupils by (folded family or usage name, folded first name): those of the files, else those present."""
        index: dict[tuple[str, str], list[Row]] = defaultdict(list)
        pupils = dict(self._planner.rows_of)
        for row in self._present.present_pupils():
            if row["id"] not in self._gone_pupils:
                pupils.setdefault(row["id"], row)
        for row in pupils.values():
            first = fold(row["first_name"] or "")
            for name in {fold(row["last_name"] or ""), fold(row.get("usage_name") or "")} - {""}:
                index[(name, first)].append(row)
        return index

    def _people(self) -> list[_Person]:
        people: list[_Person] = []
        by_name: dict[tuple[str, str, str], list[_Person]] = defaultdict(list)
        for file in self._files:
            for line in file.guardians:
                pupils = {found for child in line.children if (found := self._child(file, line, child)) is not None}
                if not pupils:
                    continue
                key = (*pupil_name(line.values), fold(line.values.get("address") or ""))
                twin = next((person for person in by_name[key] if person.pupils & pupils), None)
                if twin is not None:
                    twin.pupils |= pupils
                    continue
                person = _Person(file, line, pupils)
                people.append(person)
                by_name[key].append(person)
        return people

    def _child(self, file: ParsedFile, line: ParsedGuardian, child: ChildRef) -> str | None:
        found = self._children.get((fold(child.last_name), fold(child.first_name)), [])
        if not found and child.usage_name:
            found = self._children.get((fold(child.usage_name), fold(child.first_name)), [])
        if child.birth_date and len(found) > 1:
            found = [row for row in found if row.get("birth_date") in (None, child.birth_date)] or found
        if len(found) > 1 and child.classroom:
            wanted = fold(child.classroom)
            found = [row for row in found if fold(self._label(row["id"]) or "") == wanted] or found
        if len(found) == 1:
            return str(found[0]["id"])
        if not found:
            self._unknown_children += 1
            return None
        return self._ask_child(file, line, child, found)

    def _label(self, pupil_id: str) -> str | None:
        return self._planner.matched.get(pupil_id) or self._present.class_of(pupil_id)

    def _ask_child(self, file: ParsedFile, line: ParsedGuardian, child: ChildRef, found: Sequence[Row]) -> str | None:
        numbered = list(enumerate(sorted(found, key=_order), 1))
        question = Question(
            id=f"child:{file.name}:{line.line}:{fold(child.last_name)}:{fold(child.first_name)}",
            file=file.name,
            line=line.line,
            sentence=f"Plusieurs élèves s’appellent {child.last_name.upper()} {child.first_name}. "
            f"Lequel est l’enfant de {_name(line.values)} ?",
            choices=(
                *(
                    Choice(
                        str(n), f"né(e) le {row.get('birth_date') or '?'}, {self._label(row['id']) or 'sans classe'}"
                    )
                    for n, row in numbered
                ),
                Choice("skip", "Aucun de ceux-là"),
            ),
        )
        answer = self._planner.ask(question)
        return next((str(row["id"]) for n, row in numbered if str(n) == answer), None)

    def _match(self, people: Sequence[_Person]) -> None:
        """Exact addresses first, so that two guardians of one name never take each other's record."""
        claimed: set[str] = set()
        for exact in (True, False):
            for person in people:
                if person.row is None and not person.skipped:
                    self._match_one(person, claimed, exact=exact)

    def _match_one(self, person: _Person, claimed: set[str], *, exact: bool) -> None:
        values = person.line.values
        found = [
            row
            for row in self._present.people.guardians_like(values, person.pupils)
            if row["id"] not in claimed and (not exact or _same_home(row, values))
        ]
        if len(found) > 1 and not exact:
            answer = self._planner.ask(_which_guardian(person, found))
            person.skipped = answer in (None, "skip")
            found = [row for row in found if row["id"] == answer]
        if len(found) == 1:
            person.row = found[0]
            claimed.add(found[0]["id"])

    def _write(self, person: _Person) -> None:
        if person.skipped:
            return
        row, values = person.row, person.line.values
        known = {pupil for pupil, guardian in self._present.links if row and guardian == row["id"]}
        missing = sorted(person.pupils - known)
        children = tuple(ChildLink(responsibility_id=self._planner.new_id(), pupil_id=pupil) for pupil in missing)
        if row is None:
            changes: dict[str, Seen] = {name: (None, value) for name, value in values.items() if value is not None}
            self._entry(self._planner.new_id(), changes, children)
            self._plan.section.new.append(_name(values))
            return
        changes = _differences(row, values)
        shown = [FieldChange(FIELD_LABELS[name], old, new) for name, (old, new) in changes.items()]
        if missing:
            shown.append(FieldChange(FIELD_LABELS["children"], str(len(known)), str(len(known | person.pupils))))
        if row["gone_on"] is not None:
            shown.append(FieldChange(FIELD_LABELS["back"], "parti", "revient"))
        if not shown and row["id"] in self._present.accounts:
            self._plan.section.unchanged += 1
            return
        self._entry(row["id"], changes, children)
        self._plan.section.changed.append(Changed(_name(row), tuple(shown)))

    def _entry(self, guardian_id: str, changes: dict[str, Seen], children: tuple[ChildLink, ...]) -> None:
        self._entries.append(
            GuardianEntry(id=guardian_id, changes=changes, account_id=self._planner.new_id(), children=children)
        )

    def _departures(self, people: Sequence[_Person]) -> None:
        kept = {person.row["id"]: person for person in people if person.row is not None}
        asked = any(person.skipped for person in people)
        gone = [
            row
            for row in self._present.guardians.values()
            if row["gone_on"] is None and row["id"] not in kept and self._has_child_here(row["id"])
        ]
        if not asked:
            self._plan.gone = tuple(row["id"] for row in gone)
            self._plan.section.gone = [_name(row) for row in gone]
        self._plan.ended = tuple(
            link["id"]
            for (pupil_id, guardian_id), link in self._present.links.items()
            if guardian_id in kept and pupil_id not in kept[guardian_id].pupils and self._still_here(pupil_id)
        )

    def _has_child_here(self, guardian_id: str) -> bool:
        return any(self._still_here(pupil) for pupil in self._present.people.children[guardian_id])

    def _still_here(self, pupil_id: str) -> bool:
        row = self._present.pupils.get(pupil_id)
        return row is not None and row["left_on"] is None and pupil_id not in self._gone_pupils

    def _unknown_children_problem(self) -> None:
        name = self._files[0].name
        if not self._children:
            message = "Aucun élève n’est encore connu : importez le fichier « Élèves » avant, ou en même temps."
            self._planner.problems.append(Problem("error", name, None, None, message))
            return
        message = f"{self._unknown_children} enfant(s) de ce fichier ne sont pas parmi les élèves : laissé(s) de côté."
        self._planner.problems.append(Problem("warning", name, None, None, message))


def _differences(row: Row, values: Mapping[str, str | None]) -> dict[str, Seen]:
    from app.services.onde.planner import differences

    return differences(row, values)


def _same_home(row: Row, values: Mapping[str, str | None]) -> bool:
    return fold(row["address"] or "") == fold(values.get("address") or "")


def _order(row: Row) -> tuple[str, str]:
    return row.get("birth_date") or "", row["id"]


def _name(values: Mapping[str, str | None]) -> str:
    return f"{(values.get('last_name') or '').upper()} {values.get('first_name') or ''}".strip()


def _which_guardian(person: _Person, found: Sequence[Row]) -> Question:
    choices = [Choice(row["id"], f"{_name(row)}, {row['address'] or 'adresse inconnue'}") for row in found]
    return Question(
        id=f"guardian:{person.file.name}:{person.line.line}",
        file=person.file.name,
        line=person.line.line,
        sentence=f"Plusieurs responsables s’appellent {_name(person.line.values)}. De qui s’agit-il ?",
        choices=(*choices, Choice("new", "Quelqu’un d’autre"), Choice("skip", "Laisser cette ligne de côté")),
    )
