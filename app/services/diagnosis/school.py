"""Causes that lie in the school's records or in this PC: who is there, ONDE's age, what the server does not know yet."""

from __future__ import annotations

from app.models.codes import NURSERY, read_level
from app.models.states import Access, AccountState
from app.services.accounts import NO_CLASS
from app.services.diagnosis.cause import BY_THE_SCHOOL, EVERY, NONE, Cause, Remedy, Weight, Where, when
from app.services.diagnosis.facts import Facts


def _ine_required(facts: Facts) -> str | None:
    """The children who keep him from being notified: the school wants an INE first, and none of them has one."""
    wanted = (facts.school["settings"] or {}).get("require_ine")
    shown = [child for child in facts.children if child.access is Access.FULL and not child.hidden]
    if not wanted or facts.state is not AccountState.NOT_NOTIFIED or any(child.pupil["ine"] for child in shown):
        return None
    return ", ".join(child.name for child in shown) or None


def _without_ine(facts: Facts) -> str | None:
    if _ine_required(facts) is not None:
        return None
    return ", ".join(child.name for child in facts.children if not child.pupil["ine"]) or None


def _without_class(facts: Facts) -> str | None:
    return ", ".join(child.name for child in facts.children if child.classroom == NO_CLASS) or None


def _nursery(facts: Facts) -> bool:
    levels = [read_level(child.level or "") for child in facts.children]
    return bool(levels) and all(level in NURSERY for level in levels)


def _newer_than_onde(facts: Facts) -> str | None:
    """A correction made here after ONDE's last file: ONDE may not have it."""
    corrections = facts.guardian["corrections"] or {}
    moments = [
        entry["at"] for name, entry in corrections.items() if name in ("mobile", "email", "last_name", "first_name")
    ]
    newer = [at for at in moments if at > (facts.line.last_import_at or "")]
    return facts.day(max(newer)) if newer else None


def _unsent(facts: Facts) -> bool:
    return facts.line.linked and facts.is_unsent("guardians", "accounts", "pupils")


CAUSES = (
    Cause(
        "guardian_gone", "N’est plus dans ONDE", "DESIGN, « Re-import »", EVERY, Where.ONDE,
        "Le dernier import ne l’a plus\u00a0: son compte n’ouvre rien de cette école.",
        "S’il est toujours responsable, remettez-le dans ONDE et importez.",
        "Vous n’êtes plus sur nos fiches. Je vérifie et je vous rappelle.",
        when(lambda facts: facts.guardian["gone_on"] is not None), Remedy.IMPORT,
    ),
    Cause(
        "child_left", "Enfant parti de l’école", "DESIGN, « anciens élèves »", EVERY, Where.ONDE,
        "{} n’est plus dans cette école.",
        "Le livret se lit par la nouvelle école\u00a0; s’il est toujours ici, corrigez ONDE et importez.",
        "Votre enfant n’est plus inscrit ici\u00a0: adressez-vous à sa nouvelle école.",
        lambda facts: (
            ", ".join(child.name for child in facts.former) if facts.former and not facts.children else None
        ), Remedy.IMPORT,
    ),
    Cause(
        "not_linked", "Poste pas encore relié au serveur", "DESIGN, « Sheets »: first sync", EVERY, Where.HERE,
        "Ce poste n’a jamais synchronisé\u00a0: le portail ne connaît pas cette école.",
        "Reliez-le dans «\u00a0Mon école\u00a0» avec le code reçu, puis synchronisez.",
        "L’accès en ligne n’est pas encore ouvert à l’école.",
        when(lambda facts: not facts.line.linked or facts.line.last_success_at is None), Remedy.ENROL, weight=Weight.NOTE,
    ),
    Cause(
        "unsent", "Modifications pas encore envoyées", "sync.md; deck, « mise à jour effective à J+1 »", NONE, Where.HERE,
        "Ce qui vient d’être changé pour lui n’est pas encore connu du portail.",
        "Synchronisez\u00a0: il peut réessayer aussitôt, sans attendre le lendemain.",
        "Je viens de corriger. Réessayez dans une minute.", when(_unsent), Remedy.SYNCHRONISE, weight=Weight.NOTE,
    ),
    Cause(
        "ine_required", "Élève sans INE, exigé ici", "arena.md, Rules: « has a national INE »; require_ine", BY_THE_SCHOOL,
        Where.ONDE, "{}\u00a0: pas d’INE, et l’école a choisi d’en exiger un avant de notifier.",
        "Demandez l’INE dans ONDE et importez, ou levez ce réglage dans «\u00a0Mon école\u00a0».",
        "L’inscription de votre enfant est à compléter chez nous. Je vous rappelle.",
        _ine_required, Remedy.IMPORT,
    ),
    Cause(
        "no_ine", "Élève sans INE", "arena.md, Rules: « has a national INE »", NONE, Where.ONDE,
        "{} n’a pas d’INE dans ONDE\u00a0: le compte existe, mais un changement d’école ne le suivra pas.",
        "Demandez l’INE dans ONDE, puis importez.", "L’inscription de votre enfant est à compléter chez nous.",
        _without_ine, Remedy.IMPORT, weight=Weight.NOTE,
    ),
    Cause(
        "no_class", "Élève sans classe", "arena.md, Rules: « placed in a class »", NONE, Where.ONDE,
        "{} n’a pas de classe cette année.", "Mettez l’élève dans sa classe dans ONDE, puis importez.",
        "L’inscription de votre enfant est à compléter chez nous. Je vous rappelle.", _without_class, Remedy.IMPORT,
        weight=Weight.NOTE,
    ),
    Cause(
        "nursery", "Maternelle\u00a0: pas encore de livret", "deck, « du CP au CM2 »", NONE, Where.LSU,
        "Ses enfants sont en maternelle\u00a0: le livret en ligne commence au CP.",
        "Rien à faire\u00a0: le compte servira au CP.", "Le livret en ligne commence au CP. Gardez votre compte.",
        when(_nursery), weight=Weight.NOTE,
    ),
    Cause(
        "newer_than_onde", "Corrigé ici depuis le dernier import", "deck, « J+1 »; DESIGN, « ONDE against people »", NONE,
        Where.ONDE, "Sa fiche a été corrigée ici le {}, après le dernier fichier d’ONDE.",
        "C’est la valeur d’ici qui compte. Corrigez aussi ONDE, puis importez.",
        "Votre fiche est corrigée. Réessayez.", _newer_than_onde, Remedy.IMPORT, weight=Weight.NOTE,
    ),
)  # fmt: skip
