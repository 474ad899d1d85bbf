"""The school's own ONDE base during a history: people move, arrive and leave, and files are extracted at any time."""

from __future__ import annotations

import random
from dataclasses import replace

from app.services.demo.school import CLASSES, DemoGuardian, DemoPupil, DemoSchool, make_school
from app.services.onde.decode import SourceFile

FEW = 2
"""People whom corrections and changes in ONDE prefer, so that the PCs meet on them."""
Files = tuple[SourceFile, SourceFile]


class OndeBase:
    """What ONDE knows of one school now. ``extract`` gives the two files; an older pair may be imported later."""

    def __init__(self, rng: random.Random, *, pupils: int) -> None:
        self._rng = rng
        school = make_school(pupils=pupils, seed=rng.randrange(2**31))
        self._pupils = list(school.pupils)
        self._guardians = list(school.guardians)
        self.extracted: list[Files] = []
        self.names: frozenset[str] = frozenset()
        """Family names that stood in a file, as ONDE writes them: in capitals."""

    def extract(self) -> Files:
        """Both files, as of now."""
        school = DemoSchool(tuple(self._pupils), tuple(self._guardians))
        files = (SourceFile("eleves.csv", school.pupils_csv()), SourceFile("responsables.csv", school.guardians_csv()))
        self.extracted.append(files)
        self.names |= {person.last_name.upper() for person in (*self._pupils, *self._guardians)}
        return files

    def some_files(self) -> Files:
        """The files of today, or some that somebody extracted earlier."""
        if self.extracted and self._rng.random() < 0.3:
            return self._rng.choice(self.extracted)
        return self.extract()

    def move(self) -> None:
        """One thing changes in ONDE."""
        self._rng.choice((self._contact, self._contact, self._class, self._arrival, self._departure))()

    def _contact(self) -> None:
        few = sorted(self._guardians, key=lambda guardian: guardian.last_name.upper())
        guardian = self._rng.choice(few[:FEW] if self._rng.random() < 0.7 else few)
        changes = (
            {"email": f"adresse{self._rng.randrange(10**6)}@example.org"},
            {"mobile": f"06 39 98 {self._rng.randrange(100):02d} {self._rng.randrange(100):02d}"},
            {"address": (f"{self._rng.randrange(1, 99)} rue Neuve", "09990", "Valbrune")},
        )
        for change in self._rng.sample(changes, k=self._rng.choice((1, 1, 2))):
            guardian = self._change(guardian, **change)

    def _change(self, guardian: DemoGuardian, **values: object) -> DemoGuardian:
        place = self._guardians.index(guardian)
        self._guardians[place] = replace(guardian, **values)  # type: ignore[arg-type]
        return self._guardians[place]

    def _class(self) -> None:
        pupil = self._rng.choice(self._pupils)
        rooms = [label for label, _ in CLASSES if label != pupil.classroom]
        self._replace(pupil, replace(pupil, classroom=self._rng.choice(rooms)))

    def _replace(self, old: DemoPupil, new: DemoPupil | None) -> None:
        self._pupils = [new if p is old else p for p in self._pupils if p is not old or new is not None]  # type: ignore[misc]
        kept = []
        for guardian in self._guardians:
            children = [new if c is old else c for c in guardian.children if c is not old or new is not None]
            if children:
                kept.append(replace(guardian, children=children))
        self._guardians = kept

    def _arrival(self) -> None:
        family = make_school(pupils=1, seed=self._rng.randrange(2**31))
        names = {(p.last_name, p.first_name) for p in self._pupils}
        if not any((p.last_name, p.first_name) in names for p in family.pupils):
            self._pupils.extend(family.pupils)
            self._guardians.extend(family.guardians)

    def _departure(self) -> None:
        if len(self._pupils) > 2:
            self._replace(self._rng.choice(self._pupils), None)
