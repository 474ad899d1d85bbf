"""Causes that lie in the guardian's mobile: without it neither A nor B opens anything (deck, « Préalable »)."""

from __future__ import annotations

from app.models.contacts import INVALID, LANDLINE, show_phone
from app.models.states import AccountState
from app.services.diagnosis.cause import BY_HIMSELF, NONE, Cause, Remedy, Weight, Where, when
from app.services.diagnosis.facts import Facts

GIVE = "Donnez-moi votre numéro de portable\u00a0: je le note, et vous pourrez réessayer."


def _flag(flag: str, facts: Facts) -> str | None:
    return show_phone(facts.written_mobile) if facts.mobile.flag == flag else None


def _none(facts: Facts) -> bool:
    return facts.mobile.e164 is None and facts.mobile.flag is None


def _unknown(facts: Facts) -> str | None:
    event = facts.tried("unknown_number")
    if event is None or facts.mobile.e164 is None or facts.state is AccountState.ACTIVE:
        return None
    return f"{facts.day(event['at'])}, et la fiche a le {show_phone(facts.written_mobile)}"


def _sms(facts: Facts) -> str | None:
    event = facts.since("portal_sms_failed", "portal_active", "portal_entered", "portal_recovered")
    return facts.day(event["at"]) if event else None


CAUSES = (
    Cause(
        "mobile_shared", "Mobile partagé", "DESIGN, « Guardian and account »", BY_HIMSELF, Where.ONDE,
        "Son portable est aussi celui de {}\u00a0: il n’ouvre de compte à aucun des deux.",
        "Demandez à chacun son numéro et corrigez ONDE\u00a0; sinon remettez une feuille.",
        "Le numéro que nous avons ne peut pas servir\u00a0: donnez-moi celui que vous êtes seul à utiliser.",
        lambda facts: ", ".join(facts.shares_with) or None, Remedy.CORRECT_GUARDIAN, weight=Weight.BEFORE,
    ),
    Cause(
        "mobile_is_landline", "Numéro fixe à la place du portable", "onde.md, « Traps »; deck, « Préalable »", BY_HIMSELF,
        Where.ONDE, "ONDE a le {} comme portable\u00a0: c’est un fixe, aucun SMS n’y arrive.",
        "Demandez son portable et corrigez ONDE. Ici, la correction compte dès la synchronisation.", GIVE,
        lambda facts: _flag(LANDLINE, facts), Remedy.CORRECT_GUARDIAN, weight=Weight.BEFORE,
    ),
    Cause(
        "mobile_invalid", "Numéro de portable illisible", "onde.md, « Traps »", BY_HIMSELF, Where.ONDE,
        "ONDE a «\u00a0{}\u00a0» comme portable\u00a0: ce n’est pas un numéro.",
        "Demandez son portable et corrigez ONDE. Ici, la correction compte dès la synchronisation.", GIVE,
        lambda facts: _flag(INVALID, facts), Remedy.CORRECT_GUARDIAN, weight=Weight.BEFORE,
    ),
    Cause(
        "no_mobile", "Pas de portable dans ONDE", "arena.md, « no mobile number in ONDE »", BY_HIMSELF, Where.ONDE,
        "ONDE n’a pas de portable pour ce responsable.",
        "Saisissez son portable dans ONDE, ou remettez-lui une feuille.",
        "Nous n’avons pas votre numéro de portable. Donnez-le-moi, ou passez prendre une feuille à l’école.",
        when(_none), Remedy.CORRECT_GUARDIAN, weight=Weight.BEFORE,
    ),
    Cause(
        "number_unknown", "Numéro inconnu pour ce nom", "deck, « Cas d’assistance »: numéro erroné", BY_HIMSELF, Where.ONDE,
        "Il a essayé avec un autre numéro le {}.",
        "Demandez avec quel numéro il essaie\u00a0: corrigez-le dans ONDE et ici s’il a changé, sinon qu’il prenne le nôtre.",
        "Avec quel numéro essayez-vous\u202f? Ce n’est pas celui que l’école connaît.",
        _unknown, Remedy.CORRECT_GUARDIAN,
    ),
    Cause(
        "name_unknown", "Nom tapé autrement que dans ONDE", "identity.md, « matching a guardian »", BY_HIMSELF, Where.ONDE,
        "Le {}, quelqu’un a demandé un code pour son portable sous un autre nom.",
        "Comparez le nom et le prénom avec ONDE\u00a0: nom de famille ou d’usage, premier prénom. Corrigez ONDE s’il le faut.",
        "Écrivez votre nom et votre prénom comme sur la fiche de l’école. Comment les avez-vous écrits\u202f?",
        lambda facts: facts.tried_on("unknown_name"), Remedy.CORRECT_GUARDIAN,
    ),
    Cause(
        "sms_failed", "SMS non parti", "DESIGN, outbox states", BY_HIMSELF, Where.PARENT,
        "Le SMS du {} n’est pas arrivé à son téléphone.",
        "Vérifiez le numéro avec lui\u00a0; qu’il demande un autre code, ou remettez-lui une feuille.",
        "Le SMS n’est pas passé. Vérifiez que votre téléphone reçoit les SMS, puis demandez un autre code.",
        _sms, Remedy.CORRECT_GUARDIAN,
    ),
    Cause(
        "codes_wrong", "Codes SMS faux", "identity.md, « SMS code »", frozenset(), Where.PARENT,
        "Plusieurs codes faux ont été tapés le {}.",
        "Qu’il demande un autre code et tape les six chiffres du dernier SMS\u00a0: il vaut 30 minutes.",
        "Demandez un nouveau code, et tapez les six chiffres du dernier SMS reçu.",
        lambda facts: facts.tried_on("code"),
    ),
    Cause(
        "too_many_codes", "Trop de codes demandés", "identity.md, « SMS code »: 3 an hour", BY_HIMSELF, Where.PARENT,
        "Trop de codes ont été demandés pour ce portable le {}.",
        "Qu’il attende une heure, ou remettez-lui une feuille.",
        "Trop de codes ont été demandés. Attendez une heure avant d’en demander un autre.",
        lambda facts: facts.tried_on("too_many_codes"), Remedy.SHEET,
    ),
    Cause(
        "private_without_mobiles", "École privée\u00a0: portables absents d’ONDE", "deck, « Dans le privé »",
        NONE, Where.HERE, "Le logiciel d’une école privée ne donne pas les portables à ONDE.",
        "Notifiez tous les responsables, par mail ou par feuille\u00a0: c’est la seule façon d’entrer.",
        "L’école vous remet un identifiant et un mot de passe sur une feuille.",
        when(lambda facts: facts.school["sector"] == "private" and _none(facts)), Remedy.SHEET, weight=Weight.BEFORE,
    ),
)  # fmt: skip
