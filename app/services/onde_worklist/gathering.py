"""What is to be corrected, gathered from a school's rows: values known here, what is missing, what the diagnosis says.

Nothing is stored: the same rows give the same lines, so that rows as they were before an import tell what it has done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from app.models.acts_erasure import PersonTable
from app.models.acts_requests import LIVING, Answer, RequestKind, RequestStatus
from app.models.clock import local_date
from app.models.contacts import show_phone
from app.models.names import fold
from app.models.tables import Row
from app.services.accounts import NO_CLASS, in_school_order, listed_name, present_enrolments
from app.services.onde.dates import shown_date
from app.services.onde_worklist.lines import FIELDS, TIE, Key, Line, Place
from app.services.records.rows import SchoolRows

NOTHING = "(vide)"
_PHONES = frozenset({"mobile", "phone_home", "phone_work"})


class Scene:
    """A school's present people and where one finds them in ONDE, read once."""

    def __init__(self, rows: SchoolRows) -> None:
        self.rows = rows
        school = rows.need("schools", rows.school_id)
        self.zone = str(school["timezone"] or "Europe/Paris")
        self.pupils = {row["id"]: row for row in rows.all("pupils") if _is_here(row, "left_on")}
        self.children: dict[str, list[str]] = {}
        for link in rows.all("responsibilities"):
            if link["ended_on"] is None and link["pupil_id"] in self.pupils:
                self.children.setdefault(link["guardian_id"], []).append(link["pupil_id"])
        self.guardians = {
            row["id"]: row for row in rows.all("guardians") if _is_here(row, "gone_on") and row["id"] in self.children
        }

    @cached_property
    def enrolments(self) -> dict[str, Row]:
        """The enrolment of each pupil this year."""
        return present_enrolments(self.rows)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each pupil's record is."""
        rooms = {row["id"]: row["label"] for row in self.rows.all("classrooms")}
        labels = {
            pupil_id: (rooms.get(found.get("classroom_id") or "", NO_CLASS), found.get("level"))
            for pupil_id in self.pupils
            for found in [self.enrolments.get(pupil_id, {})]
        }
        ranks = {label: rank for rank, label in enumerate(in_school_order(labels.values()))}
        return {
            pupil_id: Place(ranks[label], label, listed_name(self.pupils[pupil_id]))
            for pupil_id, (label, _) in labels.items()
        }

    def place(self, table: PersonTable, record_id: str) -> Place:
        """A pupil's own, or that of the first child of a guardian."""
        if table == "pupils":
            return self.places[record_id]
        found = (self.places[pupil_id] for pupil_id in self.children[record_id])
        return min(found, key=lambda place: (place.rank, fold(place.pupil)))

    def is_here(self, table: PersonTable, record_id: str) -> bool:
        """Whether a record is one of those of today."""
        return record_id in (self.pupils if table == "pupils" else self.guardians)

    def row(self, table: PersonTable, record_id: str) -> Row:
        """A record of today."""
        return (self.pupils if table == "pupils" else self.guardians)[record_id]

    def line(
        self, table: PersonTable, record_id: str, what: str, why: str, *, right: str = "", value: str = "",
        onde: str | None = None, at: str = "", known: bool = False, more: str = "",
    ) -> Line:  # fmt: skip
        """A line about a record of today; ``onde`` is read from it where it is not given."""
        row = self.row(table, record_id)
        said = shown(what, row.get(what)) if onde is None else onde
        return Line(
            table=table, record_id=record_id, what=what, place=self.place(table, record_id), who=listed_name(row),
            onde=said or NOTHING, right=right, value=value, why=why, more=more, at=at, known=known,
            since=local_date(at, self.zone) if at else None,
        )  # fmt: skip


def shown(what: str, value: str | None) -> str:
    """A value as it is typed into ONDE."""
    if what == "birth_date":
        return shown_date(value) or ""
    return show_phone(value) if what in _PHONES else value or ""


def known_lines(scene: Scene) -> dict[Key, Line]:
    """What is known here and not in ONDE: corrections, accepted proposals, children who are not his."""
    return by_key((*_corrections(scene), *_ties(scene)))


def by_key(lines: Iterable[Line]) -> dict[Key, Line]:
    """One line a value: the first one stands, and says why for all."""
    found: dict[Key, Line] = {}
    for line in lines:
        found.setdefault(line.key, line)
    return found


def _corrections(scene: Scene) -> Iterator[Line]:
    proposed = _proposals(scene)
    people: tuple[tuple[PersonTable, dict[str, Row]], ...] = (
        ("pupils", scene.pupils), ("guardians", scene.guardians),
    )  # fmt: skip
    for table, rows in people:
        for record_id, row in rows.items():
            for name, entry in (row["corrections"] or {}).items():
                if name not in FIELDS[table]:  # the family's language is no value of ONDE's
                    continue
                value = shown(name, entry["value"])
                by = f", par {entry['by']}" if entry.get("by") else ""
                parent = (record_id, name, entry["value"]) in proposed
                why = f"Proposé par le parent, accepté{by}" if parent else f"Corrigé ici{by}"
                yield scene.line(
                    table, record_id, name, why, right=value or NOTHING, value=value, at=entry["at"], known=True
                )


def _proposals(scene: Scene) -> set[tuple[str, str, str | None]]:
    """(record, field, value) of what parents proposed and the school accepted."""
    found = set()
    for row in scene.rows.where("requests", kind=RequestKind.CORRECTION.value):
        detail = row["detail"] or {}
        if row["status"] == RequestStatus.ANSWERED and detail.get("field"):
            record_id = scene.rows.resolve(row["pupil_id"] or row["guardian_id"] or "")
            found.add((record_id, detail["field"], detail.get("value")))
    return found


def _ties(scene: Scene) -> Iterator[Line]:
    """« Je ne suis pas le représentant légal de cet élève »: to be looked at, then taken out in ONDE (arena.md)."""
    for row in sorted(
        scene.rows.where("requests", kind=RequestKind.NOT_GUARDIAN.value), key=lambda row: str(row["at"])
    ):
        how = (row["answer"] or {}).get("how")
        guardian_id, pupil_id = (scene.rows.resolve(row[name] or "") for name in ("guardian_id", "pupil_id"))
        if how == Answer.IS_GUARDIAN or pupil_id not in scene.children.get(guardian_id, ()):
            continue
        if guardian_id not in scene.guardians:
            continue
        pupil, known = listed_name(scene.pupils[pupil_id]), row["status"] not in LIVING
        why = "Dit ne pas être le représentant légal de cet élève"
        line = scene.line(
            "guardians", guardian_id, f"{TIE}:{pupil_id}", why if known else f"{why}\u00a0: à vérifier, puis répondre",
            onde=f"Responsable de {pupil}", right=f"À retirer de la fiche de {pupil}" if known else "", at=row["at"],
            known=known,
        )  # fmt: skip
        if how == Answer.IN_ONDE:  # « Vu : ONDE est corrigé » says the same as the tick
            day, by = local_date(row["closed_at"], scene.zone), row["closed_by"] or ""
            line = replace(line, at=row["closed_at"], answered=True, ticked_on=day, ticked_by=by)
        yield line


def _is_here(row: Row, ending: str) -> bool:
    return bool(row["last_name"]) and row[ending] is None and row["limited"] is None
