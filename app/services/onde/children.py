"""The children that a guardian's line names, found among the pupils: by name, then by whatever tells homonyms apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from app.models.names import fold
from app.models.tables import Row
from app.services.onde.dates import shown_date
from app.services.onde.parsed import ChildRef, ParsedFile, ParsedGuardian
from app.services.onde.plan import Choice, Question, full_name
from app.services.records.people import pupil_name

if TYPE_CHECKING:
    from app.services.onde.planner import Planner

_Key = tuple[str, str]


class ChildFinder:
    """Finds pupils by (folded family or usage name, folded first name): those of the files, else those present."""

    def __init__(self, planner: Planner, gone_pupils: set[str]) -> None:
        self._planner = planner
        self._by_name: dict[_Key, list[Row]] = defaultdict(list)
        pupils = dict(planner.rows_of)
        for row in planner.present.present_pupils():
            if row["id"] not in gone_pupils:
                pupils.setdefault(row["id"], row)
        for row in pupils.values():
            self._enter(row)

    def _enter(self, row: Row) -> None:
        first = fold(row["first_name"] or "")
        for name in {fold(row["last_name"] or ""), fold(row.get("usage_name") or "")} - {""}:
            self._by_name[(name, first)].append(row)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def label(self, pupil_id: str) -> str | None:
        """The class of a pupil in the files, else in the records."""
        return self._planner.matched.get(pupil_id) or self._planner.present.class_of(pupil_id)

    def find(self, child: ChildRef, line: ParsedGuardian) -> list[Row]:
        """The pupils that a child of a line may be: none, one, or several whom nothing tells apart."""
        found = [row for row in self._like(child) if _born(row, child)]
        for rule in (self._in_class(child), self._known_child(line), _at_home(line)):
            if len(found) > 1:
                found = [row for row in found if rule(row)] or found
        return found

    def _like(self, child: ChildRef) -> list[Row]:
        first = fold(child.first_name)
        found = self._by_name.get((fold(child.last_name), first), [])
        if not found and child.usage_name:
            found = self._by_name.get((fold(child.usage_name), first), [])
        return found

    def _in_class(self, child: ChildRef) -> Callable[[Row], bool]:
        wanted = fold(child.classroom or "")
        return lambda row: not wanted or fold(self.label(row["id"]) or "") == wanted

    def _known_child(self, line: ParsedGuardian) -> Callable[[Row], bool]:
        """An answer given at an earlier import is in the records: the question is not put again."""
        name, parents = pupil_name(line.values), self._planner.present.people.parents
        return lambda row: any(pupil_name(known) == name for known in parents.get(row["id"], {}).values())

    def ask(self, file: ParsedFile, line: ParsedGuardian, child: ChildRef, found: Sequence[Row]) -> str | None:
        """The director's choice among homonyms, None where she has not made one."""
        numbered = list(enumerate(sorted(found, key=_order), 1))
        answer = self._planner.ask(
            Question(
                id=f"child:{file.name}:{line.line}:{fold(child.last_name)}:{fold(child.first_name)}",
                file=file.name,
                line=line.line,
                sentence=f"Plusieurs élèves s’appellent {child.last_name.upper()} {child.first_name}. "
                f"Lequel est l’enfant de {full_name(line.values)}\u202f?",
                choices=tuple(self._choices(numbered)),
            )
        )
        return next((str(row["id"]) for n, row in numbered if str(n) == answer), None)

    def _choices(self, numbered: Iterable[tuple[int, Row]]) -> Iterable[Choice]:
        for number, row in numbered:
            words = f"né(e) le {shown_date(row.get('birth_date')) or '?'}, {self.label(row['id']) or 'sans classe'}"
            yield Choice(str(number), words)
        yield Choice("skip", "Aucun de ceux-là")


def _born(row: Row, child: ChildRef) -> bool:
    return child.birth_date is None or row.get("birth_date") in (None, child.birth_date)


def _at_home(line: ParsedGuardian) -> Callable[[Row], bool]:
    home = fold(line.values.get("address") or "")
    return lambda row: bool(home) and fold(row.get("address") or "") == home


def _order(row: Row) -> tuple[str, str]:
    return row.get("birth_date") or "", row["id"]
