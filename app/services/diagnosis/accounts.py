"""Causes that lie in the account: log-in and password, duplicates, the ways in, what another service says of him."""

from __future__ import annotations

from app.models.states import AccountState, Way
from app.models.tables import Row
from app.services.diagnosis.cause import (
    BY_HIMSELF,
    BY_THE_SCHOOL,
    EVERY,
    NONE,
    Cause,
    Entrance,
    Remedy,
    Weight,
    Where,
    when,
)
from app.services.diagnosis.facts import Facts

MANY_TRIES = 5
"""From the fifth failure on one waits longer and longer (identity.md, « log-in failures »)."""
_BY_OTHERS = frozenset({Way.FRANCECONNECT.value, Way.ENT.value})


def _password(facts: Facts, *, many: bool) -> str | None:
    event = facts.tried("password")
    if event is None or ((event["detail"] or {}).get("tries", 1) >= MANY_TRIES) is not many:
        return None
    return facts.day(event["at"])


def _forced(facts: Facts) -> str | None:
    event: Row | None = facts.since("portal_forced_reset", "portal_password", "portal_active")
    active = facts.state is AccountState.ACTIVE
    return facts.day(event["at"]) if event is not None and active else None


def _by_others_alone(facts: Facts) -> bool:
    ways = set(facts.account["ways"] or ())
    return facts.state is AccountState.ACTIVE and bool(ways & _BY_OTHERS) and Way.PASSWORD.value not in ways


def _duplicate(facts: Facts) -> str | None:
    """The other record, where it does not keep a child of his off the account that he uses."""
    return str(len(facts.twins) + 1) if facts.twins and not _short(facts) else None


def _short(facts: Facts) -> bool:
    return facts.state is AccountState.ACTIVE and bool(facts.twin_children)


CAUSES = (
    Cause(
        "to_reactivate", "Compte à réactiver", "sync.md, restored server", EVERY, Where.HERE,
        "Le serveur a été restauré\u00a0: ce compte est à réactiver.", "Remettez-lui une nouvelle feuille.",
        "Votre compte est à réactiver\u00a0: je vous remets une nouvelle feuille.",
        when(lambda facts: facts.account["to_reactivate"]), Remedy.SHEET,
    ),
    Cause(
        "federation_name", "Nom de FranceConnect différent de celui d’ONDE", "identity.md, « matching a guardian »",
        frozenset({Entrance.FRANCECONNECT}), Where.ONDE,
        "Le {}, quelqu’un est venu de FranceConnect avec ce portable, sous un autre nom qu’ici.",
        "Comparez nom de naissance, nom d’usage et premier prénom avec sa pièce d’identité, et corrigez ONDE.",
        "FranceConnect vous connaît sous un autre nom que notre fiche. Quel nom est sur votre pièce d’identité\u202f?",
        lambda facts: facts.tried_on("federation_name"), Remedy.CORRECT_GUARDIAN,
    ),
    Cause(
        "other_contact", "Compte déjà actif, avec un autre contact", "DESIGN, « Guardian and account »", BY_HIMSELF,
        Where.PARENT, "Le {}, il a voulu créer un compte qui existe déjà, avec un autre contact vérifié.",
        "Qu’il entre avec le compte qu’il a, ou avec un code à l’ancien contact\u00a0; perdu aussi, réinitialisez.",
        "Vous avez déjà un compte. Entrez avec lui, ou par le lien «\u00a0Identifiant ou mot de passe perdu\u00a0».",
        lambda facts: facts.tried_on("other_contact"), Remedy.RESET,
    ),
    Cause(
        "forced_reset", "Nouveau mot de passe demandé par sécurité", "arena.md, reset; docs/adr/0008", BY_THE_SCHOOL,
        Where.PARENT, "Par sécurité, un nouveau mot de passe est demandé depuis le {}.",
        "Le parent en choisit un avec un code reçu par mail ou par SMS\u00a0; sans mail ni portable, remettez-lui une feuille "
        "avec réinitialisation.",
        "Par sécurité, choisissez un nouveau mot de passe, avec le code que vous recevrez.", _forced, Remedy.RESET,
    ),
    Cause(
        "too_many_tries", "Trop de mots de passe faux", "identity.md, « log-in failures »: from the 5th", BY_THE_SCHOOL,
        Where.PARENT, "Cinq mots de passe faux ou plus le {}\u00a0: il doit attendre entre deux essais.",
        "Qu’il attende un quart d’heure, puis demande un code\u00a0; sinon réinitialisez.",
        "Attendez un quart d’heure, puis choisissez «\u00a0Identifiant ou mot de passe perdu\u00a0».",
        lambda facts: _password(facts, many=True), Remedy.RESET,
    ),
    Cause(
        "password_wrong", "Mot de passe refusé", "deck, « Cas d’assistance »: mot de passe oublié", BY_THE_SCHOOL,
        Where.PARENT, "Le {}, un mot de passe a été refusé pour ce compte.",
        "Qu’il se dépanne d’abord lui-même sur le portail\u00a0; sinon renotifiez-le, avec réinitialisation.",
        "Choisissez «\u00a0Identifiant ou mot de passe perdu\u00a0» sur la page de connexion.",
        lambda facts: _password(facts, many=False), Remedy.RESET,
    ),
    Cause(
        "recovery_unconfirmed", "Accès perdu, contact jamais confirmé", "deck, « Cas d’assistance »: login oublié",
        BY_THE_SCHOOL, Where.HERE,
        "Le {}, il a demandé un code pour retrouver son accès avec un portable qu’aucun compte actif n’a confirmé.",
        "Remettez-lui une feuille\u00a0: son identifiant y est, et un nouveau mot de passe si vous réinitialisez.",
        "Ce numéro n’est pas confirmé sur votre compte\u00a0: je vous remets une feuille.",
        lambda facts: facts.tried_on("recovery_unconfirmed"), Remedy.SHEET,
    ),
    Cause(
        "activation_link_used", "Lien d’activation déjà cliqué", "deck, scenario C 4: « Compte activé ! »", NONE, Where.PARENT,
        "Le {}, le lien d’activation a été ouvert une deuxième fois.",
        "Son compte est déjà activé\u00a0: qu’il entre avec son identifiant et son mot de passe.",
        "Votre compte est déjà activé. Entrez avec votre identifiant et votre mot de passe.",
        lambda facts: facts.tried_on("mail_link_used"),
    ),
    Cause(
        "federated_only", "Entre par FranceConnect ou l’ENT seulement", "identity.md, « ENT and ATEN origins »",
        BY_THE_SCHOOL, Where.PARENT,
        "Ce compte s’ouvre par FranceConnect ou l’ENT\u00a0: il n’a pas de mot de passe ici.",
        "Qu’il prenne le même bouton que la première fois\u00a0; le mot de passe se retrouve là-bas, pas à l’école.",
        "Prenez le même bouton que la première fois, FranceConnect ou l’ENT. Son mot de passe n’est pas chez nous.",
        when(_by_others_alone),
    ),
    Cause(
        "one_child_only", "Un seul enfant sur le compte", "deck, « Cas d’assistance »: un seul enfant sur le compte", NONE,
        Where.ONDE, "Il est deux fois dans ONDE\u00a0: {} est sur l’autre fiche.",
        "Notifiez la seconde fiche\u00a0: il regroupe les deux avec «\u00a0Ajouter des enfants…\u00a0». Corrigez ONDE.",
        "Vous avez deux fiches chez nous. Je vous remets une feuille\u00a0: avec elle, ajoutez l’autre enfant à votre compte.",
        lambda facts: ", ".join(facts.twin_children) if _short(facts) else None, Remedy.DUPLICATES,
    ),
    Cause(
        "duplicate", "Peut-être inscrit deux fois", "deck, « Cas d’assistance »: doublon de responsable", NONE, Where.ONDE,
        "Cette école a {} fiches de ce nom, ou d’un nom proche avec le même contact.",
        "S’il s’agit de la même personne, corrigez ONDE\u00a0; il regroupe ses comptes une fois les deux notifiés.",
        "Vous êtes peut-être inscrit deux fois. Avez-vous plusieurs enfants à l’école\u202f?", _duplicate, Remedy.DUPLICATES,
        weight=Weight.NOTE,
    ),
    Cause(
        "merged_login", "Identifiant d’un compte regroupé", "deck, « Mon compte »: regrouper", BY_THE_SCHOOL, Where.PARENT,
        "Le {}, il a tapé l’identifiant d’un compte qu’il a regroupé avec celui-ci.",
        "Donnez-lui l’identifiant de ce compte\u00a0: l’autre n’ouvre plus rien.",
        "Vos deux comptes n’en font plus qu’un\u00a0: je vous donne le bon identifiant.",
        lambda facts: facts.tried_on("merged"), Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "gather_refused", "Regroupement refusé", "deck, « Ajouter des enfants depuis un autre compte »", NONE, Where.PARENT,
        "Le {}, quelqu’un n’a pas pu ajouter ce compte au sien.",
        "Il faut l’identifiant et le mot de passe de cette fiche, et le même nom\u00a0: remettez-lui sa feuille.",
        "Pour ajouter l’autre enfant, il faut l’identifiant et le mot de passe de la seconde feuille.",
        lambda facts: facts.tried_on("gather"), Remedy.SHEET,
    ),
)  # fmt: skip
