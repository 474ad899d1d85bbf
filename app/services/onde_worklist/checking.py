"""What is missing, wrong or doubtful in ONDE: the diagnosis' own causes (those whose place is ONDE), and records twice."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.acts_erasure import PersonTable
from app.models.corrections import effective
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.diagnosis.catalogue import BY_CODE
from app.services.diagnosis.cause import Cause
from app.services.diagnosis.facts import Facts, SchoolFacts
from app.services.duplicates.matching import matches
from app.services.duplicates.people import School, people_of
from app.services.duplicates.quick import are_apart
from app.services.onde_worklist.gathering import Scene, by_key, known_lines
from app.services.onde_worklist.lines import IDENTITY, TWICE, Key, Line

CHECKED: dict[str, tuple[PersonTable, str]] = {
    "birth_date_refused": ("pupils", "birth_date"),
    "mobile_is_landline": ("guardians", "mobile"), "mobile_invalid": ("guardians", "mobile"),
    "no_mobile": ("guardians", "mobile"), "mobile_shared": ("guardians", "mobile"),
    "number_unknown": ("guardians", "mobile"), "mail_bounced": ("guardians", "email"),
    "mail_doubtful": ("guardians", "email"), "no_email": ("guardians", "email"),
    "name_unknown": ("guardians", IDENTITY), "federation_name": ("guardians", IDENTITY),
}  # fmt: skip
"""The value of ONDE that each cause is about, the surest first."""
ELSEWHERE = frozenset({
    "no_ine", "ine_required", "no_class", "birth_date_missing",  # each pupil's own, below
    "birth_date_differs", "newer_than_onde",  # corrections, which are lines already
    "duplicate", "one_child_only",  # records twice, which are looked for with all that they say
    "not_guardian",  # what he asked
    "guardian_gone", "child_left",  # not in ONDE any more: nothing to correct there
})  # fmt: skip
"""Causes to be put right in ONDE that are no line of their own here, and why."""


def every_line(facts: SchoolFacts) -> dict[Key, Line]:
    """All that is to be corrected as these rows stand."""
    scene = Scene(facts.rows)
    return by_key((*known_lines(scene).values(), *_of_pupils(scene), *_of_guardians(scene, facts), *_twice(scene)))


def _of_pupils(scene: Scene) -> Iterator[Line]:
    """What a pupil's record lacks."""
    for pupil_id, row in scene.pupils.items():
        if not row["ine"] and not effective(row, "ine"):
            yield scene.line("pupils", pupil_id, "ine", "Élève sans INE\u00a0: à demander dans ONDE")
        if not effective(row, "birth_date"):
            yield scene.line("pupils", pupil_id, "birth_date", "Date de naissance absente")
        if not scene.enrolments.get(pupil_id, {}).get("classroom_id"):
            yield scene.line("pupils", pupil_id, "classroom", "Élève sans classe cette année")


def _of_guardians(scene: Scene, facts: SchoolFacts) -> Iterator[Line]:
    for one in facts.every():
        if one.guardian["id"] in scene.guardians:
            for code, (table, what) in CHECKED.items():
                yield from _checked(scene, one, BY_CODE[code], table, what)


def _checked(scene: Scene, facts: Facts, cause: Cause, table: PersonTable, what: str) -> Iterator[Line]:
    about = cause.holds(facts)
    if about is None or (what in ("mobile", "email") and facts.account[what]):  # his own, verified: not ONDE's
        return
    record_id = facts.guardian["id"] if table == "guardians" else cause.child_id(facts)
    if record_id is not None and scene.is_here(table, record_id):
        onde = _names(facts.guardian) if what == IDENTITY else None
        yield scene.line(table, record_id, what, cause.title, onde=onde, more=cause.fact.replace("{}", about))


def _names(guardian: Row) -> str:
    names = (guardian[name] for name in ("last_name", "usage_name", "first_name"))
    return " / ".join(name for name in names if name)


def _twice(scene: Scene) -> Iterator[Line]:
    """One of two records that are probably one person, or that were grouped here: ONDE still has both."""
    rows = scene.rows
    tables = (rows.all(name) for name in ("guardians", "responsibilities", "pupils", "accounts"))
    for match in matches(people_of(School(rows.school_id, *tables))):
        one, other = sorted((match.one.guardian_id, match.other.guardian_id))
        here = one in scene.guardians and other in scene.guardians
        if here and match.likelihood.is_told and not are_apart(match.one, match.other):
            why = f"{match.likelihood.label}\u00a0: la même personne est deux fois dans ONDE"
            yield _pair(scene, other, one, why, known=False)
    yield from _grouped(scene)


def _grouped(scene: Scene) -> Iterator[Line]:
    by_id = {row["id"]: row for row in scene.rows.all("accounts")}
    for row in by_id.values():
        target = by_id.get(row["merged_into"] or "")
        if target is not None and {row["guardian_id"], target["guardian_id"]} <= scene.guardians.keys():
            why = "Comptes regroupés ici\u00a0: ONDE a encore deux responsables"
            yield _pair(scene, row["guardian_id"], target["guardian_id"], why, known=True)


def _pair(scene: Scene, extra: str, kept: str, why: str, *, known: bool) -> Line:
    name = listed_name(scene.guardians[kept])
    places = sorted({scene.places[pupil_id].pupil for pupil_id in scene.children[kept]})
    right = f"Un seul responsable\u00a0: {name} ({', '.join(places)})" if known else ""
    onde = f"Deux responsables, l’autre est {name} ({', '.join(places)})"
    return scene.line("guardians", extra, f"{TWICE}:{kept}", why, onde=onde, right=right, known=known)
