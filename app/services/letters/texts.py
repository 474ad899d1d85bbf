"""The words of the sheets. Those in ``_`` also stand on the back, in the family's language (``app.services.languages``).

In these sentences a no-break space (U+00A0) stands inside « » and before a colon, a narrow one (U+202F) before ; ! ?
and between a figure and its unit; a name in braces is replaced on the sheet.
"""

from __future__ import annotations

from datetime import date

from app.models.states import Letter
from app.services import languages
from app.services.languages import source as _

TITLE_ONE = _("Votre accès au livret scolaire de votre enfant")
TITLE_MANY = _("Votre accès au livret scolaire de vos enfants")

INTRO = {
    Letter.C01: _(
        "{salutation}, l’école met à votre disposition un service en ligne pour suivre la scolarité de "
        "{children}\u00a0: {portal}"
    ),
    Letter.C03: _(
        "{salutation}, votre compte est toujours valable pour suivre la scolarité de {children}\u00a0: {portal}"
    ),
    Letter.C05: _(
        "{salutation}, l’école a réinitialisé votre mot de passe pour suivre la scolarité de {children}\u00a0: {portal}"
    ),
}

LOGIN = _("Identifiant")
PASSWORD = _("Mot de passe provisoire, à changer à la première connexion")
PASSWORD_RESET = _("Nouveau mot de passe provisoire, à changer à la prochaine connexion")
PASSWORD_UNCHANGED = _("Votre mot de passe est inchangé.")
SCAN = "ou photographiez ce code"

STEPS_TITLE = {
    Letter.C01: _("Activez votre compte en 3\u00a0étapes"),
    Letter.C03: _("Pour vous connecter"),
    Letter.C05: _("Retrouvez votre compte en 2\u00a0étapes"),
}
BEFORE = _(" avant le {deadline}")

STEPS = {
    Letter.C01: (
        _(
            "Photographiez le code avec votre téléphone. Sans téléphone\u00a0: allez sur {portal} et choisissez "
            "«\u00a0J’ai reçu une feuille de l’école\u00a0»."
        ),
        _(
            "Donnez la date de naissance demandée, une adresse mail ou un numéro de portable si vous en avez, et "
            "choisissez votre mot de passe."
        ),
        _(
            "Si vous avez donné une adresse mail, ouvrez le courriel reçu et touchez «\u00a0Activer mon "
            "compte\u00a0»."
        ),
    ),
    Letter.C03: (
        _("Photographiez le code avec votre téléphone, ou allez sur {portal}."),
        _("Entrez votre identifiant et le mot de passe que vous avez choisi."),
    ),
    Letter.C05: (
        _(
            "Photographiez le code avec votre téléphone, ou allez sur {portal} et entrez l’identifiant et le mot "
            "de passe ci-dessus. L’ancien mot de passe ne fonctionne plus."
        ),
        _("Répondez à la question posée et choisissez votre nouveau mot de passe."),
    ),
}  # fmt: skip

HELP = {
    Letter.C01: _(
        "Pas d’adresse mail\u202f? Le courriel n’arrive pas\u202f? Un nom ou une date à corriger\u202f? {contact}"
    ),
    Letter.C03: _("Mot de passe oublié\u202f? Courriel d’activation perdu\u202f? {contact}"),
    Letter.C05: _("Une question\u202f? Vous n’avez rien demandé\u202f? {contact}"),
}
CONTACT_PHONE = _("Appelez l’école au {phone}.")
CONTACT_MAIL = _("Écrivez à l’école\u00a0: {email}.")
CONTACT_BOTH = _("Appelez l’école au {phone} ou écrivez à {email}.")
CONTACT_NONE = _("Demandez à l’école.")
ASK_THE_SCHOOL = _("adressez-vous à l’école")

SIGNED = "{title}, {name}"
SIGNED_BY_SCHOOL = "La direction de l’école"
TEACHER_BOX = "Mot de l’enseignant"
CARRIED_BY = "À remettre par"
NOT_EDUCONNECT = _(
    "Ce service n’est pas EduConnect. L’école ne vous demandera jamais votre mot de passe, ni par "
    "téléphone ni par mail. Vos droits sur vos données\u00a0: adressez-vous à la direction de l’école. "
    "Vous préférez le papier\u202f? Dites-le à l’école."
)
BATCH = "Lot {number}"
POSITION = " — feuille {number}\u00a0/\u00a0{total}"
PLACE_AND_DATE = "{town}, le {day}"
DAY_ALONE = "Le {day}"
AND, COMMA = _(" et "), _(", ")
MADAM, SIR, ANYBODY = _("Madame"), _("Monsieur"), _("Madame, Monsieur")
TRANSLATED = "Traduction en {language} — feuille {number}\u00a0/\u00a0{total}, lot {batch}"
POINTER = _("Traduction au dos")
BACK = {
    Letter.C01: _(
        "Votre identifiant, votre mot de passe provisoire et le code à photographier sont au dos, dans le cadre. Ne "
        "les donnez à personne."
    ),
    Letter.C03: _("Votre identifiant est au dos, dans le cadre. Votre mot de passe est inchangé."),
    Letter.C05: _(
        "Votre identifiant, votre nouveau mot de passe provisoire et le code à photographier sont au dos, dans le "
        "cadre. Ne les donnez à personne."
    ),
}
WORDS_TITLE = _("Les mots français de la feuille")
UNREVIEWED = _("Traduction non relue\u202f; seul le français fait foi.")
REVIEWED = _("Seul le français fait foi.")
COVER_CLASS = "Feuilles à remettre — {group}"
COVER_POST = "Feuilles à envoyer par la poste"
COVER_COUNT = ("{count} feuille", "{count} feuilles")
COVER_WAIT = (
    "Ne remettez aucune feuille du lot {number} tant que Préau affiche «\u00a0Ne pas "
    "distribuer\u00a0»\u00a0: les mots de passe ne fonctionnent pas encore."
)
COVER_CLASS_HOW = (
    "Pliez chaque feuille en trois, l’adresse à l’extérieur, confiez-la à l’élève indiqué et cochez. Une "
    "feuille perdue se réimprime\u00a0: Réimprimer à partir de la feuille…"
)
COVER_POST_HOW = (
    "Ces responsables n’habitent pas à l’adresse de l’élève. Pliez chaque feuille en trois et glissez-la "
    "dans une enveloppe à fenêtre (format DL)."
)
COVER_COLUMNS = ("Feuille", "Élève", "Responsable", "Remarque")
COVER_PAGE = "{group} — liste, page {page}\u00a0/\u00a0{pages}"
ELSEWHERE = "feuille remise en {group} avec {pupil}"
BY_POST = "feuille envoyée par la poste"
POST_GROUP = "Envoi postal"
NO_CLASS_GROUP = "Sans classe"

_MONTHS = (
    _("janvier"), _("février"), _("mars"), _("avril"), _("mai"), _("juin"), _("juillet"), _("août"), _("septembre"),
    _("octobre"), _("novembre"), _("décembre"),
)  # fmt: skip
_DAY = _("{day}\u00a0{month}\u00a0{year}")
_FIRST = _("1er")


def day_in_words(day: date, language: str = "fr") -> str:
    """« 21 novembre 2026 », « 1er mars 2027 »; in another language as its catalogue says, in French where it does not."""
    known = languages.find(language)
    translate = known.words_for if known else str
    number = translate(_FIRST) if day.day == 1 else str(day.day)
    return translate(_DAY).format(day=number, month=translate(_MONTHS[day.month - 1]), year=day.year)


def salutation(civility: str | None) -> str:
    """How a letter begins, from ONDE's civility (« M. », « MME », « Mme », formerly « MLLE »)."""
    known = (civility or "").strip().rstrip(".").upper()
    if known in ("MME", "MLLE"):
        return MADAM
    return SIR if known == "M" else ANYBODY


def civility_label(civility: str | None) -> str:
    """The civility as it is printed before a name: « M. », « Mme », or nothing."""
    return {MADAM: "Mme", SIR: "M."}.get(salutation(civility), "")


def opening(hours: str) -> str:
    """When somebody answers, or nothing. In French only: the school writes them as it likes."""
    return f"Horaires\u00a0: {hours}" if hours else ""
