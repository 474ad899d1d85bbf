"""An import in sentences and rows: what the preview shows, without a widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.models.clock import parse_instant
from app.services.imports import PastImport, Preview
from app.services.onde.plan import OF_LAST_YEAR, FieldChange, Plan, Section
from app.services.onde.problems import Problem
from app.services.reviews import value_words
from app.ui.pieces import many, moment

WHERE = "ONDE > Listes\u00a0& documents > Extractions"
HOW_TO = (
    f"Dans {WHERE}, choisissez «\u00a0Élèves de l’école ou leurs responsables\u00a0», puis demandez deux "
    "extractions\u00a0: une fois «\u00a0Élèves\u00a0», une fois «\u00a0Responsables\u00a0». Les deux fichiers "
    "s’appellent CSVExtraction.csv\u00a0: Préau les reconnaît à leur contenu, dans n’importe quel ordre."
)
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the preview: its title without the count, its headers, its rows."""

    key: str
    title: str
    headers: Row
    rows: list[Row]

    @property
    def label(self) -> str:
        return f"{self.title}\u00a0({len(self.rows)})"


def summary_rows(plan: Plan) -> list[Row]:
    """Élèves, Responsables, Classes: new, changed, gone, unchanged."""
    sections = (("Élèves", plan.pupils), ("Responsables", plan.guardians), ("Classes", plan.classes))
    return [(title, *(str(count) for count in section.counts().values())) for title, section in sections]


def tabs(plan: Plan) -> list[Tab]:
    """The lists that have something in them; what asks for attention stands first."""
    found = [
        Tab("errors", "Erreurs", PROBLEM_HEADERS, [_problem(problem) for problem in plan.errors]),
        Tab("warnings", "Avertissements", PROBLEM_HEADERS, [_problem(problem) for problem in plan.warnings]),
        Tab("gone", "Partis", ("Fiche", "Nom"), list(_named(plan, "gone"))),
        Tab("changed", "Modifiés", ("Fiche", "Nom", "Donnée", "Ancienne valeur", "Nouvelle valeur"),
            list(_changes(plan))),
        Tab("new", "Nouveaux", ("Fiche", "Nom"), list(_named(plan, "new"))),
    ]  # fmt: skip
    return [tab for tab in found if tab.rows]


PROBLEM_HEADERS = ("Fichier", "Ligne", "Colonne", "Message")


def _problem(problem: Problem) -> Row:
    line = "" if problem.line is None else str(problem.line)
    return problem.file, line, problem.column or "", problem.message


def _sections(plan: Plan) -> tuple[tuple[str, Section], ...]:
    return (("Élève", plan.pupils), ("Responsable", plan.guardians), ("Classe", plan.classes))


def _named(plan: Plan, which: str) -> Iterator[Row]:
    for kind, section in _sections(plan):
        for name in getattr(section, which):
            yield kind, name


def _changes(plan: Plan) -> Iterator[Row]:
    for kind, section in _sections(plan):
        for record in section.changed:
            for change in record.changes:
                yield kind, record.name, change.label, *_values(change)


def _values(change: FieldChange) -> tuple[str, str]:
    return value_words(change.old), value_words(change.new)


def headline(preview: Preview) -> str:
    """What the files are and what confirming would do, in a sentence."""
    plan = preview.plan
    if plan.new_year:
        return f"Nouvelle année {plan.year_label}\u00a0: {_rentree(plan)}. Rien n’est encore écrit."
    year = f" Année scolaire {plan.year_label}."
    if plan.changes_nothing and not plan.questions:
        why = "" if plan.older else "\u00a0: ces fichiers sont déjà importés"
        return f"Rien ne change{why}.{year}"
    promoted = f" {many(plan.promoted, 'élève change', 'élèves changent')} de niveau." if plan.promoted else ""
    return f"Voici ce que l’import changera. Rien n’est encore écrit.{year}{promoted}"


def _rentree(plan: Plan) -> str:
    """« 180 élèves passent au niveau supérieur, 3 gardent leur niveau, 45 arrivent, 42 partent (dont 41 de CM2) »."""
    gone = len(plan.pupils.gone)
    leavers = f" (dont {plan.leavers}\u00a0de {plan.last_level})" if plan.leavers else ""
    parts = [
        many(count, f"élève {one}", f"élèves {several}") + more
        for count, one, several, more in (
            (plan.promoted, "passe au niveau supérieur", "passent au niveau supérieur", ""),
            (plan.stayed, "garde son niveau", "gardent leur niveau", ""),
            (len(plan.pupils.new), "arrive", "arrivent", ""),
            (gone, "part", "partent", leavers),
        )
        if count
    ]
    return ", ".join(parts) or "personne ne change"


def confirm_label(plan: Plan) -> str:
    """The words of the button that writes: « Importer : 247 élèves, 469 responsables, 3 départs »."""
    pupils, guardians = plan.pupils, plan.guardians
    counted = (
        (_brought(pupils), "élève", "élèves"),
        (_brought(guardians), "responsable", "responsables"),
        (len(pupils.gone), "départ", "départs"),
        (0 if pupils.gone else len(guardians.gone), "responsable parti", "responsables partis"),
    )
    parts = [many(count, one, several) for count, one, several in counted if count]
    verb = f"Commencer l’année {plan.year_label}" if plan.new_year else "Importer"
    return f"{verb}\u00a0: {', '.join(parts)}" if parts else verb


def _brought(section: Section) -> int:
    return len(section.new) + len(section.changed)


def last_questions(plan: Plan) -> list[tuple[str, str]]:
    """What is asked before writing: each question, and the words of the button that goes on."""
    found = [(LAST_YEAR_QUESTION, "Importer quand même")] if plan.of_last_year else []
    return found + ([(gone_question(plan), "Les marquer comme partis")] if plan.needs_gone_confirmation else [])


def gone_question(plan: Plan) -> str:
    """The second confirmation, where more than a tenth of the school would be marked as gone."""
    if not plan.new_year:
        return (
            f"{plan.gone_words} ne sont plus dans ce fichier et seront "
            "marqués comme partis. Ils ne sont pas effacés, et l’import peut être annulé. Continuer\u202f?"
        )
    leavers = f" ({plan.leavers} étaient en {plan.last_level})" if plan.leavers else ""
    return (
        f"{plan.gone_words} ne sont plus dans ce fichier. Les élèves rejoignent «\u00a0Anciens élèves\u00a0»{leavers}\u202f; "
        "rien n’est effacé, et l’import peut être annulé. Continuer\u202f?"
    )


LAST_YEAR_QUESTION = (
    f"{OF_LAST_YEAR} L’importer quand même\u202f? Les élèves garderaient la classe et le niveau de l’an dernier."
)


def done_words(summary: dict[str, dict[str, int]], *, year: str | None = None) -> str:
    """What was written; ``year`` is the label of the school year that the import has begun, if it has."""
    pupils, guardians = summary.get("pupils", {}), summary.get("guardians", {})
    counted = f"{_counts(pupils, 'élève')}\u202f; {_counts(guardians, 'responsable')}."
    if year is None:
        return f"Import enregistré\u00a0: {counted}"
    gone = " Les partants sont dans «\u00a0Anciens élèves\u00a0»." if pupils.get("gone") else ""
    kept = "Les familles qui restent gardent leur identifiant et leur mot de passe."
    return f"L’année {year} est commencée\u00a0: {counted}{gone} {kept}"


def _counts(counts: dict[str, int], noun: str) -> str:
    parts = [
        f"{many(counts[key], f'{noun} {one}', f'{noun}s {several}')}"
        for key, one, several in (("new", "nouveau", "nouveaux"), ("changed", "modifié", "modifiés"),
                                  ("gone", "parti", "partis"))
        if counts.get(key)
    ]  # fmt: skip
    return ", ".join(parts) or f"aucun {noun} ne change"


def undo_label(past: PastImport) -> str:
    """« Annuler l’import : 247 élèves »."""
    pupils = past.summary.get("pupils", {})
    touched = sum(pupils.get(key, 0) for key in ("new", "changed", "gone"))
    return f"Annuler l’import\u00a0: {many(touched, 'élève')}"


def past_row(past: PastImport, zone: str) -> Row:
    """One line of the history."""
    counts = past.summary.get("pupils", {}), past.summary.get("guardians", {})
    undone = f"annulé le {moment(past.undone_at, zone)}" if past.undone_at else ""
    return (moment(past.at, zone), past.author or "", *(_short(one) for one in counts), undone)


PAST_HEADERS = ("Date", "Par", "Élèves", "Responsables", "")


def _short(counts: dict[str, int]) -> str:
    parts = [f"{sign}{counts[key]}" for key, sign in (("new", "+"), ("gone", "−")) if counts.get(key)]
    if counts.get("changed"):
        parts.append(f"{counts['changed']} modifié{'s' * (counts['changed'] > 1)}")
    return ", ".join(parts) or "—"


def latest_undoable(history: tuple[PastImport, ...]) -> PastImport | None:
    """The last import that still counts: the only one that can be undone without upsetting a later one."""
    standing = [past for past in history if past.undone_at is None]
    return max(standing, key=lambda past: parse_instant(past.at), default=None)
