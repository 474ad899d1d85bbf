"""The whole school's diagnosis on paper, for who helps at the academy's desk (deck, « Assistance »)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.models.clock import local_date
from app.services.desk import Desk
from app.services.diagnosis.catalogue import BY_CODE
from app.services.diagnosis.diagnose import Diagnosis, counts
from app.services.letters.diagnosis import CauseLines, Report, diagnosis_pdf
from app.services.schools import one_school
from app.services.writing import write_whole


def write_report(desk: Desk, *, school_id: str, found: Iterable[Diagnosis], file: Path) -> Path:
    """Write the PDF. Raises PreauError where the file cannot be written."""
    school, people = one_school(desk, school_id=school_id), tuple(found)
    held = [code for code, count in counts(people).items() if count]
    report = Report(
        school.line, local_date(desk.now(), school.timezone), len(people), [_lines(code, people) for code in held]
    )
    return write_whole(file, diagnosis_pdf(report))


def _lines(code: str, people: Iterable[Diagnosis]) -> CauseLines:
    cause = BY_CODE[code]
    named = [
        (one.name, one.login or "", one.children)
        for one in people if any(held.code == code for held in one.causes)
    ]  # fmt: skip
    return CauseLines(cause.title, f"Que faire, {cause.where.value}\u00a0: {cause.advice}", sorted(named))
