"""The words of the flyers. Those in ``_`` also stand in the families' languages (``app.services.languages``).

As in ``texts``: no-break spaces where French wants them, and a name in braces is replaced on the flyer.
"""

from __future__ import annotations

from app.models.flyers import FlyerKind
from app.services.languages import source as _

FOR_WHOM = {
    FlyerKind.ALONE: "Pour les responsables dont l’école connaît le portable\u00a0: ils créent leur compte seuls.",
    FlyerKind.NOTIFIED: "Pour les autres\u00a0: il accompagne la feuille individuelle que l’école leur remet.",
    FlyerKind.DIRECTOR: "Pour vous\u00a0: que répondre aux familles, et à qui demander ensuite.",
}
TITLES = {
    FlyerKind.ALONE: _("Créez votre compte et lisez le livret de votre enfant"),
    FlyerKind.NOTIFIED: _("Activez le compte que l’école a préparé pour vous"),
}
INTROS = {
    FlyerKind.ALONE: _(
        "Le livret scolaire de votre enfant se lit en ligne. L’école connaît votre numéro de portable\u00a0: il suffit "
        "pour créer votre compte, sans rien demander à personne."
    ),
    FlyerKind.NOTIFIED: _(
        "Le livret scolaire de votre enfant se lit en ligne. L’école vous remet une feuille à votre nom, avec un "
        "identifiant, un mot de passe provisoire et un code à photographier\u00a0: elle ouvre votre compte."
    ),
}
PORTAL = _("L’adresse à ouvrir")
STEPS = {
    FlyerKind.ALONE: (
        _("Photographiez ce code avec votre téléphone, ou tapez l’adresse\u00a0: {portal}"),
        _(
            "Touchez «\u00a0Je n’ai pas de compte\u00a0» et donnez votre nom, votre prénom et votre numéro de "
            "portable, tels que l’école les connaît."
        ),
        _("Recopiez le code reçu par SMS."),
        _("Donnez la date de naissance de chacun de vos enfants, puis choisissez votre mot de passe."),
    ),
    FlyerKind.NOTIFIED: (
        _(
            "Photographiez le code de votre feuille. Sans appareil photo\u00a0: ouvrez {portal} et touchez «\u00a0J’ai "
            "reçu une feuille de l’école\u00a0»."
        ),
        _("Donnez la date de naissance demandée, et une adresse mail ou un portable si vous en avez."),
        _("Choisissez votre mot de passe, et gardez-le pour vous."),
        _("Si vous avez donné une adresse mail, ouvrez le courriel reçu et touchez «\u00a0Activer mon compte\u00a0»."),
    ),
}
NOTES = {
    FlyerKind.ALONE: _(
        "Si FranceConnect est proposé et que vous l’utilisez déjà (impôts, assurance maladie), touchez son bouton\u00a0: "
        "vous n’aurez pas de mot de passe de plus."
    ),
    FlyerKind.NOTIFIED: _(
        "La feuille est personnelle et ne sert qu’un temps\u00a0: une par responsable. Perdue ou périmée\u202f? L’école "
        "en imprime une autre."
    ),
}
HELP_TITLE = _("Besoin d’aide\u202f?")
HELP = {
    FlyerKind.ALONE: _(
        "Numéro changé ou refusé, date refusée, enfant qui manque\u202f? L’école corrige et vous recommencez. {contact}"
    ),
    FlyerKind.NOTIFIED: _("Feuille perdue, date refusée, courriel qui n’arrive pas\u202f? {contact}"),
}
PRIVACY = _(
    "Ce service n’est pas EduConnect. L’école ne vous demandera jamais votre mot de passe. Vous préférez le "
    "papier\u202f? Dites-le à l’école."
)
COPIES = ("{group} — {count} exemplaire", "{group} — {count} exemplaires")

DIRECTOR_TITLE = "Aider les familles à entrer"
DIRECTOR_INTRO = (
    "Ce que les parents demandent le plus, et ce qui les aide. Le panneau d’un compte, dans «\u00a0Responsables\u00a0», "
    "dit pour chacun pourquoi la connexion n’aboutit pas."
)
DIRECTOR_COLUMNS = ("Ce que dit le parent", "Ce que vous faites")
DIRECTOR_ROWS = (
    (
        "«\u00a0Mon numéro, ou la date de naissance, est refusé.\u00a0»",
        "Corrigez-le dans ONDE, importez de nouveau, synchronisez\u00a0: c’est en place aussitôt. Prévenez le parent.",
    ),
    (
        "«\u00a0J’ai oublié mon identifiant ou mon mot de passe.\u00a0»",
        "D’abord les liens de la page de connexion. Sinon (Re)Notifier, avec ou sans réinitialisation.",
    ),
    (
        "«\u00a0Le courriel d’activation n’arrive pas.\u00a0»",
        "Regardez l’adresse avec lui, indésirables compris. Modifier le compte, «\u00a0Renvoyer un courriel "
        "d’activation\u00a0», en corrigeant l’adresse.",
    ),
    (
        "«\u00a0Je ne vois qu’un seul de mes enfants.\u00a0»",
        "Il est deux fois dans ONDE. Écrivez son nom de la même façon, notifiez le second compte\u00a0; il les réunit "
        "par «\u00a0Ajouter des enfants depuis un autre compte\u00a0».",
    ),
    (
        "«\u00a0On me dit que je n’ai pas donné de portable.\u00a0»",
        "Notifiez-le, par feuille ou par mail. Accueil compte les responsables sans portable et les montre.",
    ),
    (
        "«\u00a0Je ne suis pas le représentant légal de cet élève.\u00a0»",
        "Il le coche sur le portail. Vérifiez, corrigez ONDE, importez de nouveau.",
    ),
    (
        "École privée\u00a0: aucun portable n’arrive dans ONDE.",
        "La notification est la seule voie. Les bilans s’importent de l’autre logiciel.",
    ),
    ("«\u00a0Je suis connecté, mais il n’y a pas de livret.\u00a0»", "Le bilan n’est pas verrouillé dans LSU."),
)
DIRECTOR_BEFORE_TITLE = "Avant de distribuer"
DIRECTOR_BEFORE = (
    "Votre téléphone et votre adresse mail sont sur chaque papier\u00a0: complétez-les dans «\u00a0Mon école\u00a0».",
    "Flyer «\u00a0autonomie\u00a0» aux parents dont ONDE a le portable\u00a0; feuille et flyer «\u00a0notification\u00a0» "
    "aux autres.",
    "Ne remettez aucune feuille tant que Préau affiche «\u00a0Ne pas distribuer\u00a0».",
)
DIRECTOR_AFTER_TITLE = "Et si cela ne suffit pas"
DIRECTOR_AFTER = (
    "Le guide de la direction, puis l’ERUN de votre circonscription, puis l’assistance de votre académie, qui peut regarder "
    "les doublons de plus près. Ne donnez jamais un mot de passe par téléphone."
)
