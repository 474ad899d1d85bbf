"""What a document changes of the one that it replaces, in words, before it is written."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from app.models.clock import parse_instant
from app.models.errors import PreauError
from app.models.report_content import CycleReport, DocumentFormat, PeriodicReport, read_content
from app.models.tables import Row
from app.services.documents.store import DocumentStore
from app.services.onde.dates import shown_date
from app.services.onde.plan import FieldChange
from app.services.reports.plan import Draft

_FORMATS = {DocumentFormat.CONTENT: "données LSU", DocumentFormat.PDF: "PDF"}
_TEXT = 60


def changes_of(draft: Draft, present: Row, store: DocumentStore) -> tuple[FieldChange, ...]:
    """Field by field; the contents too, where the former document is on this PC."""
    found = [FieldChange(label, old, new) for label, old, new in _metadata(draft, present) if old != new]
    if draft.document and _is_other(draft, present, store):
        found += _contents(draft, present, store)
    return tuple(found)


def _metadata(draft: Draft, present: Row) -> Iterator[tuple[str, str | None, str | None]]:
    yield "Format", _FORMATS[DocumentFormat(present["format"])], _FORMATS[draft.format]
    yield "Du", shown_date(present["starts_on"]), shown_date(draft.starts_on)
    yield "Au", shown_date(present["ends_on"]), shown_date(draft.ends_on)
    yield "Classe", present["classroom"], draft.classroom
    yield "Complet", _yes(present["complete"]), _yes(draft.complete)
    yield "Verrouillé le", _moment(present["locked_at"]), _moment(draft.locked_at)


def _is_other(draft: Draft, present: Row, store: DocumentStore) -> bool:
    both = {draft.format, DocumentFormat(present["format"])}
    return both == {DocumentFormat.CONTENT} and store.has(present["document"])


def _contents(draft: Draft, present: Row, store: DocumentStore) -> list[FieldChange]:
    try:
        old, new = read_content(store.get(present["document"])), read_content(draft.document)
    except (ValidationError, PreauError, OSError):
        return []  # of a newer version, or damaged: only the metadata is compared
    before, after = dict(_sections(old)), dict(_sections(new))
    names = list(dict.fromkeys((*before, *after)))
    return [
        FieldChange(name, _short(before.get(name)), _short(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _sections(content: PeriodicReport | CycleReport) -> Iterator[tuple[str, str]]:
    if isinstance(content, CycleReport):
        yield "Synthèse", content.synthesis
    else:
        yield "Appréciation générale", content.general
        for domain in content.domains:
            yield f"Domaine {domain.code}", domain.model_dump_json(exclude_defaults=True)
        yield "Parcours", "\n".join(f"{one.code} {one.text}" for one in content.journeys)
        yield "Accompagnement", ", ".join(one.code for one in content.supports)
    yield "Socle", ", ".join(f"{one.code} {one.mastery}" for one in content.socle)
    yield "Enseignants", ", ".join(content.teachers)


def _short(text: str | None) -> str | None:
    """The beginning of a text; of what only programs read, that it is another."""
    if not text:
        return None
    if text.startswith("{"):
        return "…"
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def _moment(stored: str | None) -> str | None:
    return parse_instant(stored).strftime("%d-%m-%Y") if stored else None
