"""The demonstration's bilans: a file of one class, imported and published at the desk, read by a parent on the portal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.cli.demo.parent import PASSWORD, Parent
from app.cli.demo.stage import Stage
from app.models.states import AccountState
from app.services.accounts import AccountRow, list_accounts
from app.services.demo.bilans import class_xml, elementary_classes
from app.services.demo.school import make_school
from app.services.reports import imports, publication
from app.services.reports.overview import ReportFilter, read_overview
from app.services.schools import one_school

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """An invented parent who can read a bilan on the portal."""

    login: str
    pupil: str

    @property
    def words(self) -> str:
        """How to play that parent."""
        return f"identifiant {self.login}, mot de passe « {PASSWORD} », enfant {self.pupil}"


def play(here: Stage, say: Say, school_id: str, sync: Callable[[str], None]) -> tuple[Reader, ...]:
    """Import, publish, let the server know, have one parent of several read; returns who can."""
    active = [row for row in list_accounts(here.desk, school_id=school_id).rows if row.state is AccountState.ACTIVE]
    classroom = _liveliest(active)
    count = _import(here, school_id, classroom)
    shown = _publish(here, school_id)
    sync(school_id)
    say(f"Bilans de {classroom} : {count} importés d’un fichier XML, {shown} publiés ce jour.")
    readers = tuple(
        Reader(row.login, row.pupil) for row in active if row.classroom == classroom and row.login is not None
    )
    if readers:
        _read(here, readers[-1])
        sync(school_id)
        say(f"{readers[-1].login} en a pris connaissance sur le portail ; le poste de la directrice le sait.")
    return readers


def _liveliest(active: list[AccountRow]) -> str:
    """The class where most parents have activated their account."""
    classes = list(elementary_classes())
    found = Counter(row.classroom for row in active)
    return max(classes, key=lambda label: (found[label], -classes.index(label)))


def _import(here: Stage, school_id: str, classroom: str) -> int:
    zone = ZoneInfo(one_school(here.desk, school_id=school_id).timezone)
    path = here.folder / "lsu" / "bilans.xml"
    path.parent.mkdir()
    path.write_bytes(class_xml(make_school(), classroom, today=here.desk.clock().astimezone(zone).date()))
    preview = imports.preview(here.desk, school_id=school_id, files=[path])
    return imports.carry_out(here.desk, preview=preview).new


def _publish(here: Stage, school_id: str) -> int:
    overview = read_overview(here.desk, school_id=school_id)
    occasion = publication.only_occasion(overview, ReportFilter())
    planned = publication.plan(overview, occasion=occasion)
    return publication.carry_out(here.desk, school_id=school_id, publication=planned, on=overview.day).changed


def _read(here: Stage, reader: Reader) -> None:
    parent = Parent(here.portal)
    try:
        parent.read_livret(reader.login)
    finally:
        parent.close()
