"""Causes that are somebody's decision: an access closed, paper, a protected child, a limit, what the parent said."""

from __future__ import annotations

from app.models.acts_requests import LIVING, RequestKind
from app.models.states import Access, Wish
from app.services.diagnosis.cause import EVERY, NONE, Cause, Remedy, Weight, Where, when
from app.services.diagnosis.facts import Facts

ASK = "Je regarde votre dossier avec la direction et je vous rappelle."


def _all(facts: Facts, access: Access) -> bool:
    return bool(facts.children) and all(child.access is access for child in facts.children)


def _some_closed(facts: Facts) -> str | None:
    closed = [child.name for child in facts.children if child.access is not Access.FULL]
    return ", ".join(closed) if closed and len(closed) < len(facts.children) else None


def _mixed(facts: Facts) -> bool:
    """Nothing on line, for reasons that are not one and the same."""
    accesses = {child.access for child in facts.children}
    return bool(accesses) and Access.FULL not in accesses and len(accesses) > 1


def _protected(facts: Facts) -> str | None:
    return ", ".join(child.name for child in facts.children if child.hidden) or None


def _limited(facts: Facts) -> str | None:
    if facts.guardian["limited"] is not None:
        return facts.name
    return ", ".join(child.name for child in facts.children if child.pupil["limited"] is not None) or None


def _waiting(facts: Facts, *kinds: RequestKind) -> str | None:
    found = next((row for row in facts.requests if row["status"] in LIVING and row["kind"] in kinds), None)
    return facts.day(found["at"]) if found else None


CAUSES = (
    Cause(
        "access_withdrawn", "Accès retiré", "DESIGN, « Who may see »", EVERY, Where.HERE,
        "Son accès en ligne a été retiré pour tous ses enfants.",
        "C’est une décision de la direction\u00a0: regardez son motif avant de rendre l’accès.", ASK,
        when(lambda facts: _all(facts, Access.NONE) or _mixed(facts)), Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "paper_only", "Papier seulement", "DESIGN, « Who may see »", EVERY, Where.HERE,
        "L’école lui remet les bilans sur papier\u00a0: rien n’est montré en ligne.",
        "S’il veut un accès en ligne, rendez-le-lui depuis son compte.",
        "Pour vous, les bilans sont remis sur papier. Voulez-vous que je le change\u202f?",
        when(lambda facts: _all(facts, Access.PAPER)), Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "protected", "Situation protégée", "DESIGN, « Situation protégée »", NONE, Where.HERE,
        "{}\u00a0: situation protégée, ce responsable ne doit savoir ni l’école ni la classe.",
        "Ne dites rien de cet enfant au téléphone, pas même qu’il est ici. Parlez-en à la direction.", ASK,
        _protected, Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "limited", "Traitement limité", "GDPR, article 18", EVERY, Where.HERE,
        "{}\u00a0: le traitement est limité, rien n’est montré ni envoyé.",
        "La limite se lève depuis son compte, menu «\u00a0Fiche\u00a0», si la personne le veut.", ASK,
        _limited, Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "some_closed", "Accès fermé pour un des enfants", "DESIGN, « Who may see »", NONE, Where.HERE,
        "L’accès en ligne est fermé pour {}\u00a0: il ne voit que les autres.",
        "C’est une décision de la direction\u00a0: regardez son motif avant de rendre l’accès.", ASK,
        _some_closed, Remedy.OPEN_ACCOUNT, weight=Weight.NOTE,
    ),
    Cause(
        "wish", "Ne souhaite pas de compte", "DESIGN, guardian’s wish", NONE, Where.HERE,
        "Il a dit\u00a0: {}. Il est laissé hors des notifications.",
        "S’il a changé d’avis, effacez le souhait depuis son compte, menu «\u00a0Fiche\u00a0», puis notifiez-le.",
        "Vous aviez dit ne pas vouloir de compte. Avez-vous changé d’avis\u202f?",
        lambda facts: Wish(facts.guardian["wish"]).label.lower() if facts.guardian["wish"] else None, Remedy.OPEN_ACCOUNT,
        weight=Weight.NOTE,
    ),
    Cause(
        "not_guardian", "Dit ne pas être le représentant légal", "arena.md, « Je ne suis pas le représentant légal »",
        NONE, Where.ONDE, "Le {}, il a dit sur le portail ne pas être le représentant légal d’un élève.",
        "Vérifiez, corrigez ONDE, puis répondez à sa demande.",
        "Vous avez coché «\u00a0Je ne suis pas le représentant légal\u00a0». Est-ce bien le cas\u202f?",
        lambda facts: _waiting(facts, RequestKind.NOT_GUARDIAN), Remedy.REQUESTS,
    ),
    Cause(
        "request_pending", "Demande à l’école sans réponse", "identity.md, « help form »", NONE, Where.HERE,
        "Sa demande du {} attend une réponse.", "Répondez-lui dans «\u00a0Demandes\u00a0».",
        "J’ai bien votre demande, je m’en occupe.",
        lambda facts: _waiting(facts, RequestKind.HELP, RequestKind.CORRECTION, RequestKind.RIGHT), Remedy.REQUESTS,
        weight=Weight.NOTE,
    ),
)  # fmt: skip
