"""What the help says, page by page. Short on purpose: what one can do there, what words and icons mean, which keys help."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.states import AccountState
from app.services.todo import Page


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its paragraphs, or its words each with what it means."""

    title: str
    paragraphs: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """The help of one page. ``states`` says whether the four states are explained there."""

    title: str
    lead: str
    sections: tuple[Section, ...] = ()
    states: bool = False


STATES = {
    AccountState.NOT_NOTIFIED: (
        "Le compte existe, mais personne n’a encore reçu d’identifiant. À faire : notifier, par feuille ou par mail."
    ),
    AccountState.NOTIFIED: (
        "La feuille ou le mail est parti, le parent ne s’est pas encore servi de son compte. Il a trois mois ; ensuite, "
        "notifiez-le de nouveau."
    ),
    AccountState.ACTIVATING: (
        "Le parent a choisi son mot de passe et donné une adresse mail ; il lui reste à ouvrir le courriel reçu. S’il ne "
        "l’a pas, corrigez l’adresse et renvoyez-le."
    ),
    AccountState.ACTIVE: "Le parent se connecte. Vous n’avez plus rien à faire ; son mot de passe n’est connu que de lui.",
}
"""What each state means, and what is left to do."""

KEYS = Section(
    "Au clavier",
    terms=(
        ("F1", "cette aide, pour la page affichée"),
        ("Alt + 1, 2, 3…", "les pages, dans l’ordre des onglets"),
        ("F5", "synchroniser maintenant"),
        ("Tab, Maj + Tab", "d’une commande à la suivante, ou à la précédente"),
        ("Espace ou Entrée", "cocher, ouvrir, appuyer"),
        ("Échap", "fermer un panneau, un menu ou cette aide"),
    ),
)

HOME = Topic(
    "Accueil",
    "Ce qu’il y a à faire, du plus pressé au moins pressé. Choisissez une ligne : la bonne page s’ouvre, ou la liste des "
    "personnes concernées. Une ligne disparaît quand il ne reste rien à y faire.",
    (
        Section(
            "À droite",
            (
                "Où en est l’école : combien de comptes dans chaque état, et la part des élèves dont un responsable au moins "
                "est entré.",
                "La liaison : ce que le serveur ne sait pas encore. Sans réseau, continuez : tout part à la synchronisation "
                "suivante, sans rien perdre.",
            ),
        ),
        KEYS,
    ),
    states=True,
)

GUARDIANS = Topic(
    "Responsables",
    "Une ligne par élève et par responsable : un parent de deux élèves a deux lignes et un seul compte. Les critères du haut "
    "agissent à mesure que vous tapez ; une partie de nom suffit, sans accents si vous voulez.",
    (
        Section(
            "Agir",
            (
                "Cochez des lignes, ou toutes par la case de l’en-tête, puis choisissez : notifier, lister ou modifier. Une "
                "question dit combien de personnes sont concernées et ce qui va changer ; rien ne se fait avant votre réponse.",
                "L’œil ouvre le compte à droite : coordonnées, enfants, mot de passe provisoire, et pourquoi le parent "
                "n’est pas encore entré.",
            ),
        ),
        Section(
            "Les mots",
            terms=(
                ("Notifier", "donner son identifiant au parent, et un mot de passe s’il n’en a pas choisi"),
                ("Renotifier", "rappeler l’identifiant ; un mot de passe déjà choisi ne change pas"),
                ("Réinitialiser", "donner un nouveau mot de passe provisoire ; l’ancien s’arrête à la synchronisation"),
                ("Origine", "par où le parent est entré : l’école, lui-même, FranceConnect…"),
                ("******", "un mot de passe que le parent a choisi, et que personne d’autre ne connaît"),
            ),
        ),
        Section(
            "Ne pas distribuer",
            (
                "Une feuille ne marche qu’une fois connue du serveur. Tant que Préau dit « Ne pas distribuer », attendez la "
                "prochaine synchronisation.",
            ),
        ),
        Section("Au clavier", terms=(("Ctrl + F", "chercher un nom"), *KEYS.terms)),
    ),
    states=True,
)

STATISTICS = Topic(
    "Statistiques",
    "Les comptes de l’école par état, par classe et par niveau, comptés sur ce poste, avec ce qu’il sait depuis la dernière "
    "synchronisation.",
    (
        Section(
            "Lire les chiffres",
            (
                "Un responsable de deux élèves compte une fois pour l’école, et dans chacune de leurs classes : le total des "
                "classes dépasse donc celui de l’école.",
                "Le livret commence au CP : la maternelle n’entre dans les taux et dans les rappels que si vous le "
                "demandez.",
                "Chaque courbe a son tableau, avec les mêmes chiffres.",
            ),
        ),
        KEYS,
    ),
    states=True,
)

IMPORTING = Topic(
    "Importer",
    "Les élèves et les responsables viennent de deux fichiers d’ONDE, dans n’importe quel ordre. Rien n’est écrit avant "
    "que vous ayez vu ce qui change.",
    (
        Section(
            "Obtenir les fichiers",
            (
                "Dans ONDE : Listes & documents, puis Extractions. Faites l’extraction des élèves, puis celle des "
                "responsables. Ne les ouvrez pas dans un tableur : il abîme les numéros et les accents.",
            ),
        ),
        Section(
            "Les mots de l’aperçu",
            terms=(
                ("Nouveau", "une personne que Préau ne connaissait pas"),
                ("Modifié", "une valeur change dans ONDE ; l’ancienne et la nouvelle sont côte à côte"),
                ("Parti", "présent jusqu’ici, absent du fichier ; son compte n’est pas effacé"),
                ("À préciser", "plusieurs personnes possibles : dites laquelle, sinon la ligne est laissée de côté"),
            ),
        ),
        Section(
            "Revenir en arrière",
            ("« Annuler l’import » remet tout comme avant, tant qu’aucun des comptes créés n’a été notifié.",),
        ),
        KEYS,
    ),
)

REVIEW = Topic(
    "À revoir",
    "Ce que deux personnes ont changé chacune de leur côté, et ce que le serveur n’a pas pu accepter. Rien n’est perdu : "
    "les deux valeurs et leurs auteurs sont là.",
    (
        Section(
            "Que faire",
            (
                "Lisez, corrigez la fiche si la valeur gardée n’est pas la bonne, puis « J’ai vu ». L’élément quitte la liste "
                "sur tous les postes de l’école.",
            ),
        ),
        KEYS,
    ),
)

SHEETS = Topic(
    "Feuilles",
    "Les feuilles imprimées, lot par lot : lesquelles ont été remises, lesquelles attendent le serveur, lesquelles ne "
    "servent plus.",
    (
        Section(
            "Que faire",
            (
                "Choisissez des lignes, puis notez ce qui a été remis. Une feuille perdue se réimprime à l’identique ; une "
                "feuille devenue inutile, parce que le compte est activé, ne doit plus être remise.",
            ),
            (
                ("Prolonger", "le même papier reste valable plus longtemps, une fois le serveur prévenu"),
                ("Tout relancer", "rappeler à ces familles qu’elles ne sont pas encore entrées"),
                ("Effacer les fichiers PDF", "les mots de passe qu’ils portent ne restent pas sur le poste"),
            ),
        ),
        KEYS,
    ),
)

JOURNAL = Topic(
    "Journal",
    "Tout ce qui a été fait pour cette école : quoi, par qui, quand, sur quel poste.",
    (
        Section(
            "Que faire",
            (
                "Cherchez un nom, un mot, une date. « Exporter » écrit un fichier CSV, à ouvrir dans un tableur.",
                "Ce qui peut être défait porte son nom, par exemple « Annuler l’import : 247 élèves ». Ce qui est parti, "
                "feuille remise ou mail envoyé, ne se défait pas.",
            ),
        ),
        KEYS,
    ),
)

MY_SCHOOL = Topic(
    "Mon école",
    "Ce qui est imprimé sur les feuilles : l’école, son téléphone, son adresse mail, le nom de qui signe. Et ce poste : sa "
    "liaison avec le serveur et ses sauvegardes.",
    (
        Section(
            "Relier ce poste",
            (
                "Le code reçu de l’académie ou de la mairie sert une fois et vingt-quatre heures. Ensuite, le poste "
                "synchronise seul.",
                "Un nouveau poste de l’école est admis depuis un poste qui a déjà la clé : comparez les deux nombres "
                "affichés, ils doivent être égaux.",
            ),
        ),
        Section(
            "Ne rien perdre",
            (
                "Imprimez le code de récupération et gardez-le au coffre : il rouvre vos données si le poste est perdu. "
                "Sauvegardez aussi sur une clé USB ; la copie est chiffrée.",
            ),
        ),
        KEYS,
    ),
)

GENERAL = Topic(
    "Préau",
    "Préau donne à chaque parent un compte pour lire le livret scolaire de son enfant. Il travaille sans réseau ; ce que "
    "vous faites ici part au serveur à la synchronisation suivante.",
    (KEYS,),
    states=True,
)

_TOPICS: dict[str, Topic] = {
    Page.HOME: HOME, Page.GUARDIANS: GUARDIANS, Page.STATISTICS: STATISTICS, Page.IMPORTING: IMPORTING,
    Page.REVIEW: REVIEW, Page.MY_SCHOOL: MY_SCHOOL, "sheets": SHEETS,
    "journal": JOURNAL,
}  # fmt: skip


def topic(page_name: str) -> Topic:
    """The help of a page; the general one where the page has none of its own."""
    return _TOPICS.get(page_name, GENERAL)
