"""Causes that lie in a child's birth date, asked after a code or a sheet on every way."""

from __future__ import annotations

from app.models.states import Access
from app.services.diagnosis.cause import EVERY, NONE, Cause, Remedy, Weight, Where, when
from app.services.diagnosis.facts import Child, Facts

BLOCK = "birth_date_tries"


def _refused(facts: Facts) -> str | None:
    event = facts.tried("birth_date")
    reopened = next((known for known in facts.events if known["kind"] == "reopened"), None)
    if event is None or facts.account["block"] == BLOCK or (reopened is not None and reopened["at"] > event["at"]):
        return None
    return facts.day(event["at"])


def _differs(child: Child) -> bool:
    return "birth_date" in (child.pupil["corrections"] or {})


def _undated(facts: Facts) -> bool:
    seen = [child for child in facts.children if child.access is Access.FULL]
    return bool(seen) and not any(child.birth_date for child in seen)


def _first(facts: Facts) -> str | None:
    """The child whose date is asked first: the youngest."""
    return facts.children[0].pupil["id"] if facts.children else None


CAUSES = (
    Cause(
        "birth_date_block", "Accès fermé\u00a0: cinq dates fausses", "identity.md, « birth date »: 5 tries a child", EVERY,
        Where.HERE, "Cinq dates de naissance fausses ont fermé l’accès.",
        "Vérifiez la date dans ONDE, corrigez-la au besoin, puis rouvrez l’accès.",
        "L’accès s’est fermé par sécurité. Je vérifie la date de naissance et je le rouvre.",
        when(lambda facts: facts.account["block"] == BLOCK), Remedy.REOPEN,
    ),
    Cause(
        "birth_date_refused", "Date de naissance refusée", "deck, « Cas d’assistance »: date de naissance erronée", EVERY,
        Where.ONDE, "La date de naissance tapée le {} n’est pas celle d’ONDE.",
        "Comparez avec le livret de famille\u00a0: corrigez ONDE et la fiche de l’élève, ou qu’il retape la date.",
        "La date de naissance ne correspond pas à notre fiche. Dites-moi celle de votre enfant, je vérifie.",
        _refused, Remedy.CORRECT_CHILD, child_id=_first,
    ),
    Cause(
        "birth_date_missing", "Date de naissance absente", "identity.md, « each child’s birth date »", EVERY, Where.ONDE,
        "Aucun de ses enfants n’a de date de naissance dans ONDE\u00a0: rien ne peut être confirmé.",
        "Saisissez la date de naissance dans ONDE, puis importez, ou corrigez la fiche ici.",
        "Il manque une date de naissance dans nos fiches\u00a0: je la complète et je vous rappelle.",
        when(_undated), Remedy.CORRECT_CHILD, child_id=_first,
    ),
    Cause(
        "birth_date_differs", "Date de naissance corrigée ici, pas dans ONDE", "DESIGN, « ONDE against people »", NONE,
        Where.ONDE, "La date de {} a été corrigée ici\u00a0; ONDE en a encore une autre.",
        "C’est la date d’ici qui compte. Corrigez aussi ONDE\u00a0: elle est sur «\u00a0À corriger dans ONDE\u00a0».",
        "Tapez la date de naissance du livret de famille.",
        lambda facts: ", ".join(child.name for child in facts.children if _differs(child)) or None, weight=Weight.NOTE,
    ),
)  # fmt: skip
