"""Which pupil of the records a child of a file is: by INE, else name and birth date, else name and class, else ask.

To take a child for another one would show her bilan to strangers: wherever two signs disagree, a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models.names import first_name_keys, fold, surname_key
from app.services.reports.found import PupilRef
from app.services.reports.roster import Roster, RosterPupil


@dataclass(frozen=True, slots=True)
class Match:
    """``pupil`` where it is sure; else ``candidates``, the likely ones first, and why nobody was taken."""

    pupil: RosterPupil | None
    candidates: tuple[RosterPupil, ...] = ()
    why: str = ""


def match(who: PupilRef, roster: Roster, *, year: int | None = None) -> Match:
    """The pupil whom ``who`` means. ``year`` is the school year whose classes the file names."""
    by_ine = roster.by_ine.get(who.ine or "")
    alike = _alike(who, roster)
    if by_ine is not None:
        if _named_alike(who, by_ine):
            return Match(by_ine)
        return Match(None, (by_ine, *alike), f"L’INE {who.ine} est celui d’un élève d’un autre nom dans vos dossiers.")
    free = [one for one in alike if not (who.ine and one.ine)]
    for sure in (_born_alike, _in_class_of(year)):
        found = [one for one in free if sure(who, one)]
        if len(found) == 1:
            return Match(found[0])
        if found:
            return Match(None, tuple(found), f"Plusieurs élèves s’appellent {who.words}.")
    return Match(None, tuple(alike), _why(who, alike))


def _alike(who: PupilRef, roster: Roster) -> list[RosterPupil]:
    """Those of that name whose birth date says nothing else; present pupils first."""
    found = roster.named(who.last_name, who.first_name)
    kept = [one for one in found if not (who.birth_date and one.birth_date and who.birth_date != one.birth_date)]
    return sorted(kept, key=lambda one: not one.here)


def _named_alike(who: PupilRef, one: RosterPupil) -> bool:
    """A surname or a first name in common is enough beside an INE: both are corrected now and then, never at once."""
    if not (who.last_name or who.first_name):
        return True
    firsts = {key for name in one.first_names for key in first_name_keys(name)}
    same_last = surname_key(who.last_name) in {surname_key(name) for name in one.surnames}
    return same_last or bool(firsts & set(first_name_keys(who.first_name)) - {""})


def _born_alike(who: PupilRef, one: RosterPupil) -> bool:
    return bool(who.birth_date) and who.birth_date == one.birth_date


def _in_class_of(year: int | None) -> Callable[[PupilRef, RosterPupil], bool]:
    def in_class(who: PupilRef, one: RosterPupil) -> bool:
        seat = one.seat(year) if year is not None and year in one.seats else one.latest
        if seat is None:
            return False
        same_id = bool(who.classroom_onde_id) and who.classroom_onde_id == seat.onde_id
        return same_id or (bool(who.classroom) and fold(who.classroom or "") == fold(seat.label or ""))

    return in_class


def _why(who: PupilRef, alike: list[RosterPupil]) -> str:
    if not alike:
        return f"{who.words} n’est pas dans vos dossiers : importez d’abord ONDE, ou dites de qui il s’agit."
    if who.ine and any(one.ine for one in alike):
        return f"{who.words} a un autre INE dans vos dossiers\u00a0: dites si c’est bien le même élève."
    return f"Ni l’INE, ni la date de naissance, ni la classe ne disent si {who.words} est l’élève de ce nom."
