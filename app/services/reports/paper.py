"""« Imprimer pour ceux qui préfèrent le papier »: a PDF a class, with a list to tick and a page to fold for each family.

Who gets paper: whoever wished it or wished no account, and whoever may read one child's livret on paper only; each
guardian by himself. Nobody whose access is closed, and nobody from whom the school of a protected child is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from app.models.corrections import effective
from app.models.errors import Refused
from app.models.names import fold
from app.models.report_content import CertificateKind, DocumentFormat, ReportKind, read_content, year_label
from app.models.states import Access, Wish
from app.models.tables import Row
from app.services.cancelling import Cancellation, Cancelled
from app.services.desk import Desk
from app.services.documents.store import DocumentStore
from app.services.letters.files import plain_name
from app.services.letters.recipients import full_name, postal_address, printed_name
from app.services.records.grouped import Grouped, stricter_link
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows
from app.services.reports.rendering.class_paper import CoverLine, Folded, Paper, draw_paper
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presenting import present
from app.services.roll import NO_CLASS, class_order, present_year
from app.services.schools import one_school
from app.services.writing import Draft

Progress = Callable[[int, int], None]
"""Told how many families are done, and how many there are."""

NOBODY = "Aucun bilan verrouillé n’est à donner sur papier dans ce choix."
CANCELLED = "Impression annulée\u00a0: aucun fichier n’a été écrit."
TITLE = "Bilans à remettre sur papier — {classroom}"
ADVICE = (
    "Une feuille pliée par responsable, son adresse dehors. Cochez chaque feuille remise, et glissez sous enveloppe "
    "celles qui partent par la poste."
)
HEADS = ("", "N°", "Élève", "Responsable", "Remarque")
CARRIED_BY = "À remettre par {pupil}, {classroom}"
BY_POST = "par la poste"
TO_POST = "À envoyer par la poste"
MISSING = "document absent de ce poste\u00a0: synchronisez, puis réimprimez"
FROM_ON = "à partir du {day}"
NOT_PUBLISHED = "pas encore publié"


@dataclass(frozen=True, slots=True)
class PaperReport:
    """One document to print. ``published_on`` is the day from which families may have it, if it was said."""

    report_id: str
    document: str
    format: DocumentFormat
    label: str
    published_on: str | None


@dataclass(frozen=True, slots=True)
class Packet:
    """What one guardian gets about one child."""

    pupil_id: str
    guardian_id: str
    pupil: str
    guardian: str
    address: tuple[str, ...]
    language: str
    by_post: bool
    """He lives elsewhere than the child, at an address that is known."""
    reports: tuple[PaperReport, ...]


@dataclass(frozen=True, slots=True)
class ClassPackets:
    """The packets of a class, by pupil, then by guardian."""

    classroom: str
    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What would be printed, class by class."""

    school_id: str
    today: date
    classes: tuple[ClassPackets, ...]

    @property
    def packet_count(self) -> int:
        return sum(len(one.packets) for one in self.classes)


@dataclass(frozen=True, slots=True)
class PaperDone:
    """What was printed. ``missing`` names the packets that lack a document, which is not on this PC."""

    files: tuple[Path, ...]
    printed: int
    missing: tuple[Packet, ...]


def plan(desk: Desk, *, school_id: str, report_ids: Iterable[str]) -> PaperPlan:
    """Who gets which of these documents on paper: those that are locked, whether or not their day has come.

    Raises Refused where there is none.
    """
    school = one_school(desk, school_id=school_id)
    with desk.vault.read() as connection:
        packets = _Packets(SchoolRows(connection, school_id)).of(report_ids)
    if not packets:
        raise Refused("nobody", NOBODY)
    today = desk.clock().astimezone(ZoneInfo(school.timezone)).date()
    return PaperPlan(school_id, today, packets)


class _Packets:
    """Reads the records of a school once."""

    def __init__(self, rows: SchoolRows) -> None:
        self._rows = rows
        self._grouped = Grouped.read(rows)
        year = present_year(rows)
        places = rows.where("enrolments", year_id=year["id"], ended_on=None) if year else []
        self._class_of = {row["pupil_id"]: row["classroom_id"] for row in places}
        self._accounts = {row["guardian_id"]: row for row in rows.all("accounts")}

    def of(self, report_ids: Iterable[str]) -> tuple[ClassPackets, ...]:
        by_class: dict[str, list[Packet]] = {}
        levels: dict[str, tuple[str, ...]] = {}
        for pupil_id, reports in self._by_pupil(report_ids).items():
            pupil = self._rows.get("pupils", pupil_id)
            if pupil is None or pupil["left_on"] is not None:
                continue
            classroom = self._rows.get("classrooms", self._class_of.get(pupil_id) or "")
            label = classroom["label"] if classroom else NO_CLASS
            levels[label] = tuple((classroom["levels"] or "").split("-")) if classroom else ()
            by_class.setdefault(label, []).extend(self._packets(pupil, tuple(reports)))
        order = sorted(
            (label for label, found in by_class.items() if found), key=lambda one: class_order(one, levels[one])
        )
        return tuple(ClassPackets(label, tuple(sorted(by_class[label], key=_by_name))) for label in order)

    def _by_pupil(self, report_ids: Iterable[str]) -> dict[str, list[PaperReport]]:
        wanted = dict.fromkeys(self._rows.resolve(report_id) for report_id in report_ids)
        found = [row for one in wanted if (row := self._rows.get("reports", one)) is not None]
        printed: dict[str, list[PaperReport]] = {}
        for row in sorted(found, key=_in_the_livret):
            if row["locked_at"] is not None and row["removed_at"] is None:
                printed.setdefault(row["pupil_id"], []).append(_report(row))
        return printed

    def _packets(self, pupil: Row, reports: tuple[PaperReport, ...]) -> Iterable[Packet]:
        links: dict[str, Row] = {}
        for link in self._rows.where("responsibilities", pupil_id=pupil["id"], ended_on=None):
            guardian_id = self._grouped.guardian(link["guardian_id"])
            links[guardian_id] = stricter_link(links.get(guardian_id, link), link)
        for guardian_id, link in links.items():
            guardian = self._rows.get("guardians", guardian_id)
            if (
                guardian is not None
                and self._gets_paper(guardian, link)
                and not self._is_hidden(pupil, link, guardian_id)
            ):
                yield _packet(pupil, guardian, reports)

    def _gets_paper(self, guardian: Row, link: Row) -> bool:
        access = Access(link["access"])
        if guardian["gone_on"] is not None or access is Access.NONE:
            return False
        account = self._accounts.get(guardian["id"])
        prefers = account is not None and account["prefers_paper"]
        return access is Access.PAPER or guardian["wish"] in (Wish.PAPER, Wish.NO_ACCOUNT) or bool(prefers)

    def _is_hidden(self, pupil: Row, link: Row, guardian_id: str) -> bool:
        return hides(self._rows, pupil, guardian_id) or hides(self._rows, pupil, link["guardian_id"])


def _packet(pupil: Row, guardian: Row, reports: tuple[PaperReport, ...]) -> Packet:
    own, home = _home(guardian), _home(pupil)
    return Packet(
        pupil_id=pupil["id"],
        guardian_id=guardian["id"],
        pupil=f"{printed_name(pupil)} {effective(pupil, 'first_name') or ''}".strip(),
        guardian=full_name(guardian),
        address=postal_address(guardian),
        language=effective(guardian, "language") or "fr",
        by_post=all(own) and all(home) and own != home,
        reports=reports,
    )


def _home(row: Row) -> tuple[str, str]:
    return fold(effective(row, "address") or ""), fold(effective(row, "postal_code") or "")


def _by_name(packet: Packet) -> tuple[str, str, str]:
    return fold(packet.pupil), packet.pupil_id, fold(packet.guardian)


def _in_the_livret(row: Row) -> tuple[int, str, str]:
    return row["year"], row["starts_on"] or "", row["id"]


def _report(row: Row) -> PaperReport:
    return PaperReport(row["id"], row["document"], DocumentFormat(row["format"]), _label(row), row["published_on"])


def _label(row: Row) -> str:
    match ReportKind(row["kind"]):
        case ReportKind.PERIODIC:
            period = f", période {row['period_index']}" if row["period_index"] else ""
            return f"{ReportKind.PERIODIC.label}{period}, {year_label(row['year'])}"
        case ReportKind.CYCLE:
            return f"{ReportKind.CYCLE.label} {row['cycle'] or ''}, {year_label(row['year'])}".replace(" ,", ",")
        case ReportKind.CERTIFICATE:
            kind = CertificateKind(row["certificate"]).label if row["certificate"] else ""
            return "\u00a0: ".join(part for part in (ReportKind.CERTIFICATE.label, kind) if part)


def print_paper(
    desk: Desk,
    *,
    plan: PaperPlan,
    store: DocumentStore,
    folder: Path,
    two_sided: bool = True,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> PaperDone:
    """Write a PDF a class into ``folder``; slow, never on the window's thread.

    Raises Cancellation, and PreauError where a document is damaged or a file cannot be written: no file is left then.
    """
    school = one_school(desk, school_id=plan.school_id)
    sender = tuple(part for part in (school.name, school.address, _town(school.postal_code, school.town)) if part)
    press = _Press(plan, store, sender, two_sided, progress, cancelled)
    moment = desk.clock().astimezone(ZoneInfo(school.timezone))
    with ExitStack() as opened:
        drafts = [opened.enter_context(Draft(path)) for path in _paths(folder, plan, f"{moment:%Y%m%d%H%M%S}")]
        for draft, one in zip(drafts, plan.classes, strict=True):
            draft.write(press.draw(one))
        files = tuple(draft.publish() for draft in drafts)
    return PaperDone(files, plan.packet_count - len(press.missing), tuple(press.missing))


def _town(postal_code: str | None, town: str | None) -> str:
    return " ".join(part for part in (postal_code, town) if part)


def _paths(folder: Path, plan: PaperPlan, moment: str) -> list[Path]:
    """« Preau-Bilans-CE2-B-20261121140231.pdf », all different, with nothing personal in them."""
    names: list[str] = []
    for one in plan.classes:
        base = f"Preau-Bilans-{plain_name(one.classroom)}-{moment}"
        same = sum(name == base or name.startswith(f"{base}_") for name in names)
        names.append(f"{base}_{same + 1}" if same else base)
    return [folder / f"{name}.pdf" for name in names]


class _Press:
    """Draws the classes of a plan; a content is drawn once a language, however many guardians get it."""

    def __init__(
        self,
        plan: PaperPlan,
        store: DocumentStore,
        sender: tuple[str, ...],
        two_sided: bool,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        self._plan = plan
        self._store = store
        self._sender = sender
        self._two_sided = two_sided
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        self._drawn: dict[tuple[str, str], bytes] = {}
        self.missing: list[Packet] = []

    def draw(self, one: ClassPackets) -> bytes:
        lines: list[CoverLine] = []
        folded: list[Folded] = []
        for packet in one.packets:
            whole = all(self._store.has(report.document) for report in packet.reports)
            if whole:
                folded.append(self._folded(packet, one.classroom))
            else:
                self.missing.append(packet)
            lines.append(self._line(packet, len(folded) if whole else None))
            self._tick()
        self._drawn.clear()
        title = TITLE.format(classroom=one.classroom)
        subtitle = f"{self._sender[0]} · {self._plan.today:%d-%m-%Y}"
        paper = Paper(title, subtitle, ADVICE, HEADS, self._sender, tuple(lines), tuple(folded))
        return draw_paper(paper, two_sided=self._two_sided)

    def _tick(self) -> None:
        if self._cancelled():
            raise Cancellation(CANCELLED)
        self._done += 1
        self._progress(self._done, self._plan.packet_count)

    def _folded(self, packet: Packet, classroom: str) -> Folded:
        carried = TO_POST if packet.by_post else CARRIED_BY.format(pupil=packet.pupil, classroom=classroom)
        return Folded(
            address=(packet.guardian, *packet.address),
            carried=carried,
            contents=tuple(f"{packet.pupil}\u00a0: {report.label}" for report in packet.reports),
            documents=tuple(self._pdf(report, packet.language) for report in packet.reports),
        )

    def _pdf(self, report: PaperReport, language: str) -> bytes:
        document = self._store.get(report.document)
        if report.format is DocumentFormat.PDF:
            return document
        known = (report.document, language)
        if known not in self._drawn:
            self._drawn[known] = draw_pdf(present(read_content(document), language=language))
        return self._drawn[known]

    def _line(self, packet: Packet, number: int | None) -> CoverLine:
        notes = [MISSING] if number is None else [BY_POST] * packet.by_post
        days = {report.published_on for report in packet.reports}
        if None in days:
            notes.append(NOT_PUBLISHED)
        elif (latest := max(day for day in days if day)) > self._plan.today.isoformat():
            notes.append(FROM_ON.format(day="-".join(reversed(latest.split("-")))))
        return CoverLine(number, packet.pupil, packet.guardian, ", ".join(notes))
