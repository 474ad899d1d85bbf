"""From an XML file to drafts: each bilan with the pupil whom it means, under the names that the records give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.models.clock import instant
from app.models.codes import cycle_of
from app.models.report_content import (
    CycleReport,
    DocumentFormat,
    PeriodicReport,
    PupilOfReport,
    ReportKind,
    SchoolOfReport,
    canonical,
)
from app.services.reports.found import FoundBilan, FoundXml, PupilRef
from app.services.reports.matching import Match, match
from app.services.reports.plan import SKIP, Draft, Unmatched, choices
from app.services.reports.roster import Roster, RosterPupil


@dataclass(slots=True)
class XmlDrafter:
    """``answers`` are pupils' ids, or SKIP, by the key of a child of the file."""

    roster: Roster
    answers: Mapping[str, str]
    school_name: str
    zone: str
    go_on: Callable[[], None]

    def drafts(self, file: FoundXml, unmatched: list[Unmatched]) -> Iterator[Draft]:
        """A draft for each bilan of a known pupil; each other child once in ``unmatched``."""
        matches: dict[str, Match] = {}
        waiting: dict[str, list[FoundBilan]] = {}
        for bilan in file.bilans:
            self.go_on()
            key = bilan.who.key
            if key not in matches:
                matches[key] = self._match(bilan)
            pupil = matches[key].pupil
            if pupil is not None:
                yield self._draft(file, bilan, pupil)
            elif self.answers.get(key) != SKIP:
                waiting.setdefault(key, []).append(bilan)
        for key, bilans in waiting.items():
            unmatched.append(_question(file.name, bilans, matches[key]))

    def _match(self, bilan: FoundBilan) -> Match:
        chosen = self.roster.pupils.get(self.answers.get(bilan.who.key, ""))
        return Match(chosen) if chosen else match(bilan.who, self.roster, year=bilan.content.year)

    def _draft(self, file: FoundXml, bilan: FoundBilan, pupil: RosterPupil) -> Draft:
        content = bilan.content
        seat = pupil.seat(content.year)
        level = seat.level or content.level
        known = cycle_of(seat.level)
        cycle = content.cycle if isinstance(content, CycleReport) or known is None else int(known)
        classroom = content.classroom or seat.label
        content = content.model_copy(
            update={
                "school": SchoolOfReport(uai=file.uai, name=self.school_name),
                "pupil": PupilOfReport(
                    last_name=pupil.last_name, first_name=pupil.first_name, birth_date=pupil.birth_date
                ),
                "level": level, "cycle": cycle, "classroom": classroom,
            }
        )  # fmt: skip
        return Draft(
            pupil=pupil, file=file.name, line=bilan.line, document=canonical(content), kind=ReportKind(content.kind),
            format=DocumentFormat.CONTENT, year=content.year, cycle=cycle, level=level, classroom=classroom,
            complete=content.is_complete, locked_at=_instant(bilan.locked, self.zone), **_period(content),
        )  # fmt: skip


def _period(content: PeriodicReport | CycleReport) -> dict[str, Any]:
    if isinstance(content, CycleReport):
        return {}
    period = content.period
    return {
        "period_index": period.index, "period_count": period.count, "starts_on": period.starts_on or None,
        "ends_on": period.ends_on or None,
    }  # fmt: skip


def _instant(moment: datetime | None, zone: str) -> str | None:
    """A moment without a zone is the school's own."""
    if moment is None:
        return None
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def _question(file: str, bilans: list[FoundBilan], found: Match) -> Unmatched:
    who: PupilRef = bilans[0].who
    return Unmatched(
        id=who.key, file=file, line=bilans[0].line, pages=(), who=who.words, sentence=found.why,
        choices=choices(found.candidates), documents=len(bilans),
    )  # fmt: skip
