"""What Accueil shows, read in one go off the window's thread, and the sentences that say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models.clock import local_date
from app.services import imports
from app.services.desk import Desk
from app.services.imports import PastImport
from app.services.schools import list_schools, person_at_work
from app.services.stats import Statistics, compute, percent
from app.services.sync.status import SyncStatus, sentence, status
from app.services.todo import TodoItem, list_todo
from app.ui.pieces import day, grouped, many, moment


@dataclass(frozen=True, slots=True)
class SchoolAtHome:
    """One school of the vault: its line under the title, the words of its synchronisation, whether it is at work."""

    school_id: str
    title: str
    line_words: str
    here: bool


@dataclass(frozen=True, slots=True)
class HomePicture:
    """A school at one moment."""

    todo: tuple[TodoItem, ...]
    stats: Statistics
    line: SyncStatus
    last_import: PastImport | None
    read_at: datetime
    person: str
    """Who sits here, as the server knows her, or as the school's signatory."""
    schools: tuple[SchoolAtHome, ...]


def read_home(desk: Desk, *, school_id: str, allow_fictional: bool) -> HomePicture:
    """Everything that Accueil needs."""
    done = [past for past in imports.history(desk, school_id=school_id) if past.undone_at is None]
    return HomePicture(
        todo=list_todo(desk, school_id=school_id, allow_fictional=allow_fictional),
        stats=compute(desk, school_id=school_id),
        line=status(desk, school_id=school_id),
        last_import=done[0] if done else None,
        read_at=desk.clock(),
        person=person_at_work(desk, school_id=school_id) or "",
        schools=_schools(desk, school_id),
    )


def _schools(desk: Desk, school_id: str) -> tuple[SchoolAtHome, ...]:
    now = desk.clock()
    return tuple(
        SchoolAtHome(
            school_id=school.school_id,
            title=" · ".join(part for part in (school.uai, school.name, school.town) if part),
            line_words=sentence(status(desk, school_id=school.school_id), now=now),
            here=school.school_id == school_id,
        )
        for school in list_schools(desk)
    )


def people_words(stats: Statistics) -> str:
    """« 252 responsables · 240 élèves »."""
    return f"{many(stats.school.accounts, 'responsable')} · {many(stats.pupils, 'élève')}"


def reached_words(stats: Statistics) -> str:
    """The two shares of Arena's first table, in a sentence."""
    if not stats.school.accounts:
        return "Les comptes apparaîtront ici après le premier import depuis ONDE."
    return (
        f"{'À partir du CP, ' if stats.from_cp else ''}{percent(stats.rated.active_share)} des comptes sont activés "
        f"et {percent(stats.reached_share)} des élèves ont au moins un responsable activé."
    )


def line_words(picture: HomePicture) -> list[str]:
    """The line to the server: what waits and since when, the last success, what went wrong."""
    line = picture.line
    found = [sentence(line, now=picture.read_at)]
    if line.pending_count and line.oldest_pending_at:
        found.append(f"La plus ancienne modification attend depuis le {moment(line.oldest_pending_at, line.timezone)}.")
    if line.last_success_at:
        found.append(f"Dernière synchronisation réussie le {moment(line.last_success_at, line.timezone)}.")
    if line.linked and line.last_error:
        found.append(line.last_error)
    if not line.linked:
        found.append("Tout ce que vous faites est enregistré sur ce poste et partira dès qu’il sera relié.")
    return found


def import_words(past: PastImport | None, zone: str) -> str:
    """« Dernier import le 21-11-2026 : 2 élèves arrivés, 1 parti, 6 modifiés. »."""
    if past is None:
        return "Aucun import encore. ONDE > Listes\u00a0& documents > Extractions donne les deux fichiers."
    pupils = past.summary.get("pupils", {})
    parts = [
        f"{grouped(pupils[key])}\u00a0{one if pupils[key] == 1 else several}"
        for key, one, several in (
            ("new", "élève arrivé", "élèves arrivés"),
            ("gone", "parti", "partis"),
            ("changed", "modifié", "modifiés"),
        )
        if pupils.get(key)
    ]
    what = ", ".join(parts) or "aucun élève n’a changé"
    return f"Dernier import le {day(local_date(past.at, zone))}\u00a0: {what}."
