"""A document as one guardian would see it: his language, his rights, the same pages that he would download.

Drawn on this PC from the document of its vault, without the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.corrections import effective
from app.models.errors import NotFound
from app.models.report_content import DocumentFormat, read_content
from app.models.states import Access
from app.models.tables import Row
from app.services.desk import Desk
from app.services.documents.store import DocumentStore
from app.services.letters.recipients import full_name
from app.services.records.grouped import Grouped, stricter_link
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows
from app.services.reports.overview import ReportRow
from app.services.reports.rendering.pages import draw_pages, draw_pages_of_pdf, text_of_pdf
from app.services.reports.rendering.presenting import present_to
from app.services.reports.visibility import Schooling, schooling, visible

NOT_HERE = "Ce document n’est pas sur ce poste\u00a0: synchronisez, puis recommencez."
CLOSED = "{name} n’a pas accès aux livrets de cet élève\u00a0: rien ne lui sera montré."
ON_PAPER = "{name} reçoit les livrets sur papier\u00a0: rien ne lui sera montré en ligne."
HIDDEN = (
    "L’école est tenue secrète pour {name}, et ce PDF la nommerait\u00a0: il lui est dit de le demander sur papier."
)
OTHER_CYCLE = "Ce bilan est d’un autre cycle, ou trop ancien\u00a0: LSU ne le montre plus aux familles."
WITHOUT_SCHOOL = "L’école est tenue secrète pour {name}\u00a0: ni elle ni ses enseignants ne sont nommés."


@dataclass(frozen=True, slots=True)
class Parent:
    """A guardian of the child, and how he reads."""

    guardian_id: str
    name: str
    access: Access
    hidden: bool
    """Whether he must not learn where the child is."""
    language: str


@dataclass(frozen=True, slots=True)
class ParentView:
    """What he would see: pages as PNG, their words, and what is to be said first. No pages where he sees nothing."""

    note: str
    pages: tuple[bytes, ...] = ()
    text: str = ""


def parents_of(desk: Desk, *, school_id: str, pupil_id: str) -> tuple[Parent, ...]:
    """The guardians of a child, those who read on line first."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        pupil, grouped = rows.need("pupils", pupil_id), Grouped.read(rows)
        links: dict[str, Row] = {}
        for link in rows.where("responsibilities", pupil_id=pupil["id"], ended_on=None):
            guardian_id = grouped.guardian(link["guardian_id"])
            links[guardian_id] = stricter_link(links.get(guardian_id, link), link)
        wishes = {row["guardian_id"]: row["prefers_paper"] for row in rows.all("accounts")}
        found = [_parent(rows, pupil, one, link, wishes.get(one)) for one, link in links.items()]
    order = list(Access)
    return tuple(sorted((one for one in found if one), key=lambda one: (order.index(one.access), one.name)))


def as_parent(desk: Desk, *, school_id: str, row: ReportRow, parent: Parent, store: DocumentStore) -> ParentView:
    """What this guardian would see of a document once it is published. Slow: some 0.2 s. Raises NotFound, PreauError."""
    if parent.access is not Access.FULL:
        return ParentView((CLOSED if parent.access is Access.NONE else ON_PAPER).format(name=parent.name))
    if not _is_shown(desk, school_id, row):
        return ParentView(OTHER_CYCLE)
    if not store.has(row.document):
        raise NotFound("document_not_here", NOT_HERE)
    document = store.get(row.document)
    if row.format is DocumentFormat.PDF:
        if parent.hidden:
            return ParentView(HIDDEN.format(name=parent.name))
        return ParentView("", draw_pages_of_pdf(document), text_of_pdf(document))
    shown = present_to(read_content(document), language=parent.language, hidden=parent.hidden)
    note = WITHOUT_SCHOOL.format(name=parent.name) if parent.hidden else ""
    return ParentView(note, draw_pages(shown), "\n".join(shown.words()))


def _parent(rows: SchoolRows, pupil: Row, guardian_id: str, link: Row, prefers: bool | None) -> Parent | None:
    guardian = rows.get("guardians", guardian_id)
    if guardian is None or guardian["gone_on"] is not None:
        return None
    access = Access(link["access"])
    if guardian["wish"] is not None or prefers:
        access = access.stricter(Access.PAPER)
    hidden = hides(rows, pupil, guardian_id) or hides(rows, pupil, link["guardian_id"])
    return Parent(guardian_id, full_name(guardian), access, hidden, effective(guardian, "language") or "fr")


def _is_shown(desk: Desk, school_id: str, row: ReportRow) -> bool:
    """Whether the rules of LSU show it, once it is locked and its day has come."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        mine = rows.where("reports", pupil_id=row.pupil_id)
        here: Schooling = schooling(_level(rows, row.pupil_id))
    today = date.fromisoformat(desk.now()[:10])
    opened = {"locked_at": desk.now(), "published_on": today.isoformat(), "removed_at": None}
    published = [{**one, **opened} if one["id"] == row.report_id else one for one in mine]
    return any(one["id"] == row.report_id for one in visible(published, child=here, today=today))


def _level(rows: SchoolRows, pupil_id: str) -> str | None:
    """The level where the child is: of the enrolment that goes on, else of the last one."""
    held = rows.where("enrolments", pupil_id=pupil_id)
    latest = max(held, key=lambda one: (one["ended_on"] is None, one["ended_on"] or "", one["id"]), default=None)
    return latest["level"] if latest else None
