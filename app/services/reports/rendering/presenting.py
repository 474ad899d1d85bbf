"""From the content of a bilan to its presentation; unknown codes are shown as they are, nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterable

from app.models.report_content import (
    CycleReport,
    Domain,
    Mastery,
    PeriodicReport,
    SchoolOfReport,
    SocleDomain,
    SubDomain,
    year_label,
)
from app.services import languages
from app.services.languages import OWN, Language
from app.services.letters.texts import REVIEWED, UNREVIEWED
from app.services.reports.rendering import words
from app.services.reports.rendering.presentation import (
    Fact,
    Grid,
    Group,
    Line,
    Note,
    Presentation,
    Section,
    Visa,
    Visas,
    Words,
)

Report = PeriodicReport | CycleReport


def present(report: Report, *, language: str = languages.FRENCH) -> Presentation:
    """The presentation of a bilan, with the fixed words of ``language`` beside the French where it has a catalogue."""
    return _Presenter(languages.find(language) or OWN).present(report)


def present_to(report: Report, *, language: str, hidden: bool) -> Presentation:
    """As one guardian sees it: where he must not learn of the school, without what names it and who works there."""
    if not hidden:
        return present(report, language=language)
    blank = {"school": SchoolOfReport(uai="", name=""), "classroom": None, "teachers": (), "director": None}
    return present(report.model_copy(update=blank), language=language)


class _Presenter:
    """Says the fixed words in one language beside French."""

    def __init__(self, tongue: Language) -> None:
        self._tongue = tongue

    def say(self, sentence: str, **values: object) -> Words:
        other = self._tongue.words.get(sentence, "")
        return Words(sentence.format(**values), other.format(**values))

    def named(self, table: dict[str, str], code: str) -> Words:
        """The name of a code; the code itself where it is unknown."""
        return self.say(table[code]) if code in table else Words(code)

    def present(self, report: Report) -> Presentation:
        return Presentation(
            language=self._tongue.code,
            rtl=self._tongue.is_rtl,
            title=self._title(report),
            period=self._period(report) if isinstance(report, PeriodicReport) else None,
            pupil=_full_name(report),
            foot=words.FOOT[report.kind].format(year=year_label(report.year)),
            page=self.say(words.PAGE, page="{page}", pages="{pages}"),
            facts=tuple(self._facts(report)),
            notices=self._notices(),
            grids=tuple(self._grids(report)),
            sections=tuple(self._sections(report)),
            visas=self._visas(report),
        )

    def _title(self, report: Report) -> Words:
        periodic = isinstance(report, PeriodicReport)
        if report.cycle is None:
            return self.say(words.PERIODIC_TITLE if periodic else words.CYCLE_TITLE)
        titled = words.PERIODIC_TITLE_OF_CYCLE if periodic else words.CYCLE_TITLE_OF_CYCLE
        return self.say(titled, cycle=report.cycle)

    def _period(self, report: PeriodicReport) -> Words:
        period = report.period
        return self.say(
            words.PERIOD, index=period.index, count=period.count, first=day(period.starts_on), last=day(period.ends_on)
        )

    def _facts(self, report: Report) -> Iterable[Fact]:
        said = (
            (words.PUPIL, _full_name(report)),
            (words.BORN, day(report.pupil.birth_date)),
            (words.CLASSROOM, report.classroom),
            (words.LEVEL, report.level),
            (words.SCHOOL, report.school.name),
            (words.UAI, report.school.uai),
            (words.TEACHERS, ", ".join(report.teachers)),
            (words.YEAR, year_label(report.year)),
            (words.DRAWN_UP, day(report.created_on)),
        )
        return (Fact(self.say(label), value) for label, value in said if value)

    def _notices(self) -> tuple[Words, ...]:
        if self._tongue is OWN:
            return ()
        authority = REVIEWED if self._tongue.reviewed else UNREVIEWED
        return self.say(words.FRENCH_ONLY), self.say(authority)

    def _grids(self, report: Report) -> Iterable[Grid]:
        if isinstance(report, PeriodicReport) and report.domains:
            columns = (words.DOMAIN_COLUMN, words.ITEMS_COLUMN, words.TEXT_COLUMN)
            groups = tuple(self._group(domain) for domain in report.domains)
            yield self._grid(words.PROGRESS, columns, words.OBJECTIVES, words.POSITIONS, groups)
        if report.socle:
            groups = tuple(Group(self._component(one)) for one in report.socle)
            yield self._grid(words.SOCLE_HEADING, (words.SOCLE_COLUMN,), words.MASTERY, words.MASTERIES, groups)

    def _grid(
        self,
        heading: str,
        columns: tuple[str, ...],
        scale: str,
        steps: tuple[str, str, str, str],
        groups: tuple[Group, ...],
    ) -> Grid:
        first, second, third, fourth = (self.say(step) for step in steps)
        said = tuple(self.say(column) for column in columns)
        return Grid(self.say(heading), said, self.say(scale), (first, second, third, fourth), groups)

    def _group(self, domain: Domain) -> Group:
        head = self._line(domain, self._domain(domain.code), domain.appreciation or "")
        parts = (self._line(part, self.named(words.PARTS, part.code), "") for part in domain.parts)
        return Group(head, tuple(parts))

    def _domain(self, code: str) -> Words:
        """« Français »; a part that stands by itself is named with its domain: « Français – Écriture »."""
        whole, _, part = code.partition("-")
        if part == words.WHOLE and whole in words.DOMAINS:
            return self.say(words.DOMAINS[whole])
        if code not in words.PARTS:
            return Words(code)
        domain, name = self.say(words.DOMAINS[whole]), self.say(words.PARTS[code])
        other = f"{domain.other} – {name.other}" if domain.other and name.other else ""
        return Words(f"{domain.french} – {name.french}", other)

    def _line(self, one: Domain | SubDomain, name: Words, text: str) -> Line:
        mark = one.position - 1 if one.position is not None else None
        aside = self.say(words.NOT_EVALUATED) if one.not_evaluated and mark is None else None
        items = tuple(item.strip() for item in one.items if item.strip())
        return Line(name, items=items, text=text.strip(), mark=mark, aside=aside)

    def _component(self, one: SocleDomain) -> Line:
        mark = one.mastery - 1 if one.mastery else None
        aside = self.say(words.EXEMPT) if one.mastery == EXEMPT else None
        return Line(self.named(words.SOCLE, one.code), mark=mark, aside=aside)

    def _sections(self, report: Report) -> Iterable[Section]:
        if isinstance(report, CycleReport):
            yield from self._section(words.SYNTHESIS_HEADING, [Note(report.synthesis.strip())])
            return
        journeys = [Note(one.text.strip(), self.named(words.JOURNEYS, one.code)) for one in report.journeys]
        supports = [
            Note((one.complement or "").strip(), self.named(words.SUPPORTS, one.code)) for one in report.supports
        ]
        yield from self._section(words.JOURNEYS_HEADING, journeys)
        yield from self._section(words.SUPPORTS_HEADING, supports)
        yield from self._section(words.GENERAL_HEADING, [Note(report.general.strip())])

    def _section(self, heading: str, notes: list[Note]) -> Iterable[Section]:
        said = tuple(note for note in notes if note.text or note.label)
        return [Section(self.say(heading), said)] if said else []

    def _visas(self, report: Report) -> Visas:
        teacher = Visa(self.say(words.TEACHER_VISA), ", ".join(report.teachers))
        director = Visa(self.say(words.DIRECTOR_VISA), report.director or "")
        parents = Visa(self.say(words.PARENTS_VISA), dated=self.say(words.READ_ON))
        return Visas(self.say(words.FAMILY_HEADING), (teacher, director, parents))


EXEMPT: Mastery = 0


def day(stored: str | None) -> str:
    """« 14/03/2017 » for a stored day, which every language reads; what is no day is shown as it is."""
    parts = (stored or "").split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else stored or ""


def _full_name(report: Report) -> str:
    return f"{report.pupil.last_name} {report.pupil.first_name}".strip()
