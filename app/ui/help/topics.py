"""What the help says, page by page. Short on purpose: what one can do there, what words and icons mean, which keys help."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.deliveries import STATES as DELIVERY_WORDS
from app.services.todo import Page
from app.ui.help.meanings import DELIVERIES, ORIGINS, SHEET_STATUSES, TODO


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

MAILS = Section(
    "Messagerie : ce que devient un mail",
    terms=tuple((DELIVERY_WORDS[state], meaning) for state, meaning in DELIVERIES.items()),
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
        Section("Les lignes d’« À faire »", terms=tuple(TODO.values())),
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
                ("******", "un mot de passe que le parent a choisi, et que personne d’autre ne connaît"),
            ),
        ),
        Section("Origine du compte", terms=tuple((origin.label, meaning) for origin, meaning in ORIGINS.items())),
        MAILS,
        Section(
            "Ne pas distribuer",
            (
                "Une feuille ne marche qu’une fois connue du serveur. Tant que Préau dit « Ne pas distribuer », attendez la "
                "prochaine synchronisation.",
            ),
        ),
        Section(
            "Au clavier",
            terms=(
                ("Ctrl + F", "chercher un nom ; Entrée mène à la liste"),
                ("Espace", "dans la liste : cocher la ligne ; Maj + Espace, jusqu’ici ; Ctrl + A, tout"),
                ("Entrée", "dans la liste : ouvrir le compte ; Échap le ferme"),
                *KEYS.terms,
            ),
        ),
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
        Section("Ce que devient une feuille", terms=tuple(SHEET_STATUSES.values())),
        KEYS,
    ),
)

REPORTS = Topic(
    "Livrets",
    "Les bilans et les attestations, par classe et par période : importés, verrouillés, publiés, lus.",
    (
        Section(
            "Du fichier à la famille",
            (
                "Importez le PDF d’une classe tel que LSU le donne, des PDF d’élèves, ou le XML d’un autre logiciel. Regardez "
                "l’aperçu : rien n’est écrit avant votre accord.",
                "Un PDF arrive déverrouillé, un XML verrouillé. Une famille voit ce qui est verrouillé et dont le jour de "
                "publication est venu.",
            ),
            (
                ("Complet", "au moins trois domaines et une appréciation générale ; un PDF de LSU l’est toujours"),
                (
                    "Lus (un), lus (tous)",
                    "au moins un responsable, ou tous ceux qui lisent en ligne, ont dit l’avoir lu",
                ),
                (
                    "Publier pour toute l’école",
                    "une période, une date : ce qui est complet et verrouillé, le reste est dit",
                ),
                ("Un seul bilan", "choisissez-le en dessous : les boutons ne valent plus que pour lui"),
                ("Comme un parent", "les pages qu’un responsable verrait, avant ou après avoir publié"),
                ("Relancer", "un message à qui n’a pas lu, par mail ou SMS, jamais la nuit"),
                ("Liste pour l’enseignant", "les mêmes sur papier, un PDF par classe, pour en parler au portail"),
                ("Ouverts, téléchargés", "seulement si vous demandez à le savoir ; jamais dit à l’autre parent"),
                ("Papier", "pour ceux qui le préfèrent : un PDF par classe, une adresse qui se plie au dehors"),
            ),
        ),
        KEYS,
    ),
)

PUPILS = Topic(
    "Élèves",
    "Les élèves de l’année, une ligne chacun, même ceux pour qui ONDE ne nomme aucun responsable. Les lignes d’Accueil qui "
    "parlent d’élèves mènent ici.",
    (
        Section(
            "Que faire",
            (
                "Complétez dans ONDE ce qui manque, un INE ou un responsable, puis importez de nouveau les deux fichiers.",
                "Une ligne ouverte (Entrée, ou un double clic) montre ses responsables.",
            ),
        ),
        KEYS,
    ),
)

FORMER = Topic(
    "Anciens élèves",
    "Ceux que les fichiers d’ONDE n’ont plus. Ils ne comptent plus dans les listes ni dans les taux ; leurs fiches restent "
    "le temps prévu, puis sont effacées.",
    (
        Section(
            "S’il revient",
            ("Un élève qui réapparaît dans ONDE retrouve sa fiche, et ses responsables leur compte.",),
        ),
        KEYS,
    ),
)

JOURNAL = Topic(
    "Journal",
    "Tout ce qui a été fait pour cette école : quoi, par qui, quand, sur quel poste. On y vient d’« À revoir ».",
    (
        Section(
            "Que faire",
            (
                "Cherchez un nom, un mot, une date. « Exporter » écrit un fichier CSV, à ouvrir dans un tableur.",
                "Choisissez une ligne : dessous, « Annuler… » dit ce qui reprendrait sa valeur d’avant, ou pourquoi ce n’est "
                "pas possible. Ce qui est parti, feuille imprimée ou mail envoyé, ne se défait pas.",
            ),
        ),
        Section(
            "Annuler",
            (
                "Juste après une action, une barre au bas de la fenêtre propose de l’annuler. Ctrl+Z annule la dernière "
                "action de ce poste, après l’avoir nommée.",
                "Ce que quelqu’un d’autre a changé depuis ne bouge pas, et va dans « À revoir ».",
                "Une annulation se reprend : « Rétablir… » sur sa ligne. Un accès rendu ne rouvre ni connexion, ni lien, ni "
                "feuille qui ont pris fin.",
            ),
        ),
        KEYS,
    ),
)

REQUESTS = Topic(
    "Demandes",
    "Ce que les parents demandent à l’école sur le portail : de l’aide pour entrer, la correction d’une donnée, « je ne "
    "suis pas le représentant légal ». La plus ancienne est en haut.",
    (
        Section(
            "Répondre à une demande d’aide",
            (
                "À côté de chaque demande, Préau dit ce qui arrête ce parent. Un clic répond : un lien à l’adresse que "
                "l’école a déjà, une feuille, l’accès rouvert, la fiche corrigée.",
                "N’importe qui peut remplir le formulaire : n’envoyez jamais rien au numéro ou à l’adresse qui y sont "
                "écrits. S’ils sont nouveaux, vérifiez-les de vive voix, puis « Nouveau contact » : l’ancien contact est "
                "prévenu, et le nouveau compte deux jours plus tard.",
                "Le parent suit sa demande avec sa référence : il y lit « reçue » ou « traitée », rien d’autre.",
            ),
        ),
        Section(
            "Les autres demandes",
            (
                "Une correction acceptée compte ici aussitôt et s’ajoute à « À corriger dans ONDE », sous « Assistance ». "
                "Refusée, le parent lit votre phrase dans « Mon compte ».",
                "Des comptes que la famille a regroupés peuvent être séparés pendant trente jours.",
            ),
        ),
        KEYS,
    ),
)

SUPPORT = Topic(
    "Assistance",
    "Pour aider au téléphone un parent qui n’arrive pas à entrer, et pour préparer ce qui est à corriger dans ONDE.",
    (
        Section(
            "Diagnostic",
            (
                "Écrivez un nom, un numéro, une adresse mail ou un identifiant : tel que le parent le dit, en entier ou en "
                "partie. Préau dit laquelle des trois façons d’entrer lui est ouverte : A, FranceConnect ; B, son portable et "
                "un code par SMS ; C, le compte que l’école a notifié.",
                "Chaque cause dit que faire et où : dans ONDE, ici, dans LSU, ou par le parent lui-même. Son bouton le fait. "
                "« Copier » prend la phrase à dire ou à écrire au parent.",
                "« Rapport de l’école (PDF)… » écrit toute l’école par cause, pour l’ERUN ou le guichet de l’académie.",
                "Ne dites au téléphone que ce qui est écrit : jamais le mot de passe, ni la date de naissance d’un enfant.",
            ),
        ),
        Section(
            "À corriger dans ONDE",
            (
                "Tout ce que seul ONDE peut corriger : vos corrections, celles des parents que vous avez acceptées, qui n’est "
                "pas le représentant légal, les responsables en double, les élèves sans INE ou sans classe, les contacts "
                "absents ou faux. Par classe, puis par élève, dans l’ordre des colonnes d’ONDE.",
                "Sur une ligne, C copie la valeur à écrire dans ONDE, et la barre d’espace coche « Fait dans ONDE ». "
                "« Imprimer » donne une liste à cocher, « Exporter » un tableur.",
                "Une ligne n’est faite que quand un import la montre faite : elle reste alors trente jours, avec sa date. Une "
                "ligne cochée attend le prochain import ; s’il dit encore autre chose, elle revient dans « À faire ».",
            ),
        ),
        Section(
            "Accès de l’assistance",
            (
                "Choisissez l’ERUN et pour combien de temps : 72 heures, une semaine, jusqu’à la fin de l’année scolaire. Si "
                "son nom n’y est pas, elle vous lit au téléphone un code à 6 chiffres : Préau dit de qui il est, et vous "
                "ouvrez.",
                "Le tableau dit ce qu’elle a regardé. « Mettre fin à l’accès choisi » ferme l’école : sa copie disparaît de "
                "son poste au prochain échange, et d’elle-même à la date de fin, sans réseau.",
                "Ses propositions vous attendent dans « Demandes » : acceptées, elles sont faites en votre nom.",
            ),
        ),
        Section(
            "Circonscription (sur le poste de l’ERUN)",
            (
                "Les nombres de chaque école, sans aucun nom ; un clic sur un titre trie, PDF et Excel les écrivent.",
                "« Ouvrir l’école choisie » montre la copie d’une école que sa direction a ouverte. « Donner un code à une "
                "direction » fait six chiffres, valables dix minutes.",
            ),
        ),
        Section(
            "Mes propositions (sur le poste de l’ERUN)",
            (
                "Dans une école ouverte, le bouton d’une cause propose : corriger un nom, un mail ou un téléphone, rouvrir, "
                "réinitialiser, renvoyer, prolonger. Rien ne change avant que la direction accepte.",
                "Chaque proposition est là avec sa raison et la réponse de la direction, qui vient à la synchronisation.",
            ),
        ),
        Section(
            "Doublons",
            (
                "La même personne qui a deux fiches dans ONDE a deux comptes. Préau dit ce qui parle pour, et contre ; un "
                "couple qui partage une adresse mail n’est jamais proposé.",
                "« Ce n’est pas la même personne » est retenu. « Regrouper… » montre chaque donnée avant de décider. Si les "
                "deux comptes sont utilisés, ou dans deux écoles, c’est au parent de les réunir.",
                "« À corriger dans ONDE » dit pas à pas comment n’y laisser qu’une fiche.",
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
    Page.REVIEW: REVIEW, Page.MY_SCHOOL: MY_SCHOOL, Page.SHEETS: SHEETS, Page.REPORTS: REPORTS,
    Page.JOURNAL: JOURNAL, Page.FORMER: FORMER, Page.PUPILS: PUPILS, Page.REQUESTS: REQUESTS,
    Page.SUPPORT: SUPPORT,
}  # fmt: skip


def every_topic() -> tuple[Topic, ...]:
    """All pages', then the general one."""
    return (*_TOPICS.values(), GENERAL)


def topic(page_name: str) -> Topic:
    """The help of a page; the general one where the page has none of its own."""
    return _TOPICS.get(page_name, GENERAL)
