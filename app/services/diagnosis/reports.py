"""« Il entre, et ne voit aucun livret »: the bilan is not imported, not locked or not published (arena.md, last line)."""

from __future__ import annotations

from collections.abc import Callable

from app.models.codes import NURSERY, read_level
from app.models.states import AccountState
from app.models.tables import Row
from app.services.diagnosis.cause import NONE, Cause, Remedy, Weight, Where
from app.services.diagnosis.facts import Child, Facts
from app.services.reports.visibility import is_open

LOCK = "Verrouillez-le dans LSU avant de l’importer, ou ici dans «\u00a0Livrets\u00a0»."


def _seen(facts: Facts) -> tuple[Child, ...]:
    """The children whose livret he should see, where he is in."""
    if facts.state is not AccountState.ACTIVE:
        return ()
    return tuple(child for child in facts.open_children if read_level(child.level or "") not in NURSERY)


def _names(facts: Facts, holds: Callable[[Row | None], bool]) -> str | None:
    """The children of whom nothing is to be seen, and whose latest report is so."""
    found = []
    for child in _seen(facts):
        if any(is_open(row, today=facts.today) for row in child.reports):
            continue
        latest = max(child.reports, key=lambda row: (row["year"], row["period_index"] or 0), default=None)
        if holds(latest):
            found.append(child.name)
    return ", ".join(found) or None


CAUSES = (
    Cause(
        "report_not_imported", "Aucun bilan importé", "deck, « Dans le privé »: doivent être importés; lsu.md", NONE,
        Where.LSU, "Aucun bilan de {} n’a été importé.",
        "Exportez la classe depuis LSU et importez-la dans «\u00a0Livrets\u00a0».",
        "Le bilan n’est pas encore en ligne. L’école vous préviendra.",
        lambda facts: _names(facts, lambda row: row is None),
        Remedy.REPORTS, weight=Weight.NOTE,
    ),
    Cause(
        "report_not_locked", "Bilan non verrouillé",
        "arena.md, « parent logs in, no livret »; deck, « verrouillé dans le LSU »",
        NONE, Where.LSU, "Le dernier bilan de {} n’est pas verrouillé\u00a0: la famille ne le voit pas.", LOCK,
        "Le bilan n’est pas encore terminé par l’école. Il viendra.",
        lambda facts: _names(facts, lambda row: row is not None and row["locked_at"] is None),
        Remedy.REPORTS, weight=Weight.NOTE,
    ),
    Cause(
        "report_not_published", "Bilan verrouillé, pas encore publié", "DESIGN, « Documents »: publication date", NONE,
        Where.HERE, "Le dernier bilan de {} est verrouillé, et sa publication n’est pas venue.",
        "Publiez-le dans «\u00a0Livrets\u00a0», ou attendez le jour prévu.",
        "Le bilan sera visible au jour prévu par l’école.",
        lambda facts: _names(facts, lambda row: row is not None and row["locked_at"] is not None),
        Remedy.REPORTS, weight=Weight.NOTE,
    ),
)  # fmt: skip
