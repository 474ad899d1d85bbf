"""What the help says in each dialog: what will happen, what will not, how to come back."""

from __future__ import annotations

from app.models.states import Access, Wish
from app.ui.help.topics import KEYS, MAILS, Section, Topic

_ANSWERS = Section(
    "Au clavier",
    terms=(
        ("Entrée", "le bouton entouré ; jamais celui qui met fin à quelque chose"),
        ("Échap", "partir sans rien faire"),
        *KEYS.terms[3:5],
    ),
)

SHEETS = Topic(
    "(Re)Notifier par feuilles",
    "Une page par responsable, un fichier PDF par classe, avec une page de garde à cocher. Rien n’est noté tant que les "
    "fichiers ne sont pas entiers : annuler ne notifie personne.",
    (
        Section(
            "Ce qui change",
            (
                "« Non notifié » devient « Notifié et non activé » ; les autres états restent. La date de distribution est "
                "celle du jour.",
                "Avec réinitialisation, l’ancien mot de passe s’arrête dès que le serveur le sait.",
                "Distribuez après la synchronisation : avant, les feuilles ne marchent pas encore.",
            ),
        ),
        _ANSWERS,
    ),
)

REPORTS_IMPORT = Topic(
    "Importer des bilans",
    "Le PDF d’une classe est découpé par élève, d’après l’INE, ou le nom et la date de naissance. Ce que rien ne dit vous est "
    "demandé.",
    (
        Section(
            "Ce qui change",
            (
                "Un second import remplace : la famille lit de nouveau. L’import s’annule, dans le journal ou avec Ctrl+Z.",
                "Les familles ne voient rien de plus tant que vous n’avez pas verrouillé et publié.",
            ),
        ),
        _ANSWERS,
    ),
)

REPORTS_PUBLISH = Topic(
    "Publier",
    "À partir de ce jour, là où est l’école, les familles qui lisent en ligne voient ces documents et en sont prévenues une "
    "fois.",
    (
        Section(
            "Toute l’école d’un geste",
            (
                "Ce qui est complet et verrouillé d’une période part, de toutes les classes, à une date. Le reste est laissé "
                "de côté, et la raison dite : à verrouiller d’abord, incomplet, ou une adresse postale s’y lit.",
            ),
        ),
        Section("Revenir", ("« Ne plus publier » les cache de nouveau ; ce qui a été lu reste noté.",)),
        _ANSWERS,
    ),
)

REPORTS_PARENT = Topic(
    "Comme un parent",
    "Les pages qu’un responsable lirait et téléchargerait, dans sa langue et selon ses droits. Tout est tiré du document qui "
    "est sur ce poste : le réseau n’y est pour rien.",
    (
        Section(
            "Sans voir les pages",
            ("« Le texte seul » donne les mêmes mots, à lire avec un lecteur d’écran ou en plus grand.",),
        ),
        _ANSWERS,
    ),
)

REPRINT = Topic(
    "Réimprimer",
    "Les mêmes feuilles, avec les mêmes mots de passe : le papier perdu et le nouveau valent l’un pour l’autre. Personne "
    "n’est notifié, et la date de distribution ne bouge pas.",
    (
        Section(
            "Une partie seulement",
            ("Choisissez la classe, puis la première feuille à refaire : son numéro est écrit en haut à droite.",),
        ),
        _ANSWERS,
    ),
)

LISTING = Topic(
    "Lister les comptes",
    "Les lignes cochées, sinon celles qui sont affichées, dans leur ordre.",
    (
        Section(
            "Avec les mots de passe",
            (
                "Seuls les mots de passe provisoires peuvent y être ; ceux que les parents ont choisis ne sont connus que "
                "d’eux. La liste est alors notée au journal : détruisez-la dès qu’elle a servi.",
            ),
        ),
        _ANSWERS,
    ),
)

RESET = Topic(
    "Réinitialiser",
    "Un nouveau mot de passe provisoire, sans rien imprimer. L’état du compte et la date de distribution ne changent pas.",
    (
        Section(
            "Quand l’ancien s’arrête-t-il ?",
            (
                "À la synchronisation. Tant qu’elle n’a pas eu lieu, l’ancien marche encore, et « Responsables » le dit.",
            ),
        ),
        _ANSWERS,
    ),
)

MAILING = Topic(
    "(Re)Notifier par courrier électronique",
    "Le mail porte l’identifiant et un lien qui ne sert qu’une fois, jamais un mot de passe. Il part du serveur, à la "
    "synchronisation.",
    (
        Section(
            "Ceux qu’aucun mail n’atteint",
            (
                "Ils sont nommés, et « Imprimer leurs feuilles » fait le reste. Un mail refusé plus tard apparaît sur Accueil.",
            ),
        ),
        MAILS,
        _ANSWERS,
    ),
)

RESENDING = Topic(
    "Renvoyer le courriel d’activation",
    "Vérifiez l’adresse avec le parent, corrigez-la au besoin, renvoyez. Le lien du courriel précédent ne marche plus.",
    (_ANSWERS,),
)

MERGE_RECORDS = Topic(
    "Regrouper deux fiches",
    "Deux fiches d’une même personne n’ont plus qu’un compte. Les fiches restent comme dans ONDE : un import n’y change rien.",
    (
        Section(
            "Ce qui change",
            (
                "Le compte utilisé, ou dont la feuille est donnée, reste. L’autre identifiant n’ouvre plus rien et ne sera "
                "donné à personne ; sa feuille est à jeter.",
                "Les élèves s’ouvrent au parent une fois leur date de naissance confirmée. Un accès retiré et une situation "
                "protégée restent ce qu’ils sont.",
                "Les valeurs choisies s’écrivent à côté de celles d’ONDE. Tout s’annule dans « Journal » pendant 30 jours ; "
                "l’autre compte est alors à notifier de nouveau.",
            ),
        ),
        _ANSWERS,
    ),
)

ACCESS = Topic(
    "Droit d’accès",
    "Qui voit quoi se décide par responsable et par enfant. Une fermeture agit dès que le serveur la connaît : connexions, "
    "liens et mails en attente prennent fin. Aucun import ne la défait.",
    (
        Section(
            "Les trois accès",
            terms=(
                (Access.FULL.label, "le livret en ligne, et les mails"),
                (Access.PAPER.label, "rien en ligne : l’école remet le livret sur papier"),
                (Access.NONE.label, "ni l’un ni l’autre, par exemple après un jugement"),
            ),
        ),
        Section(
            "Ce que le parent souhaite",
            terms=(
                (Wish.PAPER.label, "son choix à lui : ni notification, ni rappel, hors des taux"),
                (Wish.NO_ACCOUNT.label, "de même"),
            ),
        ),
        _ANSWERS,
    ),
)

ERASE = Topic(
    "Effacer une personne",
    "À sa demande, ou parce que la fiche n’aurait jamais dû exister. Tout ce qui parle d’elle est vidé, sur ce poste, sur le "
    "serveur et sur les autres postes ; un poste longtemps éteint ou une sauvegarde ne ramène rien.",
    (
        Section(
            "Avant d’effacer",
            (
                "L’école peut refuser d’effacer ce qu’il lui faut pour scolariser l’enfant : demandez au délégué à la "
                "protection des données, et limitez le traitement en attendant.",
                "ONDE reste l’original : retirez-y d’abord la personne, sinon le prochain import la ramène.",
            ),
        ),
        Section("Après", ("Détruisez les copies sorties de Préau : sauvegardes du coffre, listes, feuilles.",)),
        _ANSWERS,
    ),
)

LIMIT = Topic(
    "Limiter le traitement",
    "La fiche reste, et ne sert plus à rien : ni feuille, ni courriel, ni liste, ni taux ; le portail ne montre plus rien. "
    "Le temps, par exemple, de vérifier ce qu’une famille conteste.",
    (_ANSWERS,),
)

PROTECTION = Topic(
    "Situation protégée",
    "L’école, la classe, la commune et le contact de l’école sont cachés aux autres responsables et aux autres écoles, "
    "partout, noms de fichiers compris.",
    (
        Section(
            "Qui peut savoir ?",
            ("Personne, sauf ceux que vous cochez. Pensez aussi aux papiers déjà remis, que Préau ne reprend pas.",),
        ),
        _ANSWERS,
    ),
)

CORRECTION = Topic(
    "Corriger la fiche",
    "Votre correction compte ici tout de suite ; la valeur d’ONDE reste à côté, et la liste « À corriger dans ONDE » la "
    "rappelle. Elle tient jusqu’à ce qu’ONDE change ou dise la même chose.",
    (_ANSWERS,),
)

FLYERS = Topic(
    "Flyers",
    "Une page par classe, à photocopier : le nombre d’exemplaires est au bas de chacune.",
    (
        Section(
            "Lequel ?",
            terms=(
                ("Création en autonomie", "pour ceux dont l’école a le portable : ils créent leur accès seuls"),
                ("Notification", "pour les autres : ils attendent leur feuille"),
                ("Directeur", "pour vous : ce que les familles demandent, et qui appeler ensuite"),
            ),
        ),
        _ANSWERS,
    ),
)

HANDOVER = Topic(
    "Passation",
    "Un code pour la personne qui prend la direction. Son arrivée met fin à votre accès, en une seule fois ; d’ici là rien ne "
    "change.",
    (
        Section(
            "Le code",
            ("Il vaut vingt-quatre heures, sert une fois et n’est montré qu’ici. Perdu, préparez-en un autre.",),
        ),
        _ANSWERS,
    ),
)

FIRST_RUN = Topic(
    "Premiers pas",
    "Avec un code, ce poste se relie à votre école et tout vient du serveur. Sans code, commencez hors ligne : importez, "
    "vérifiez, le code viendra plus tard.",
    (
        Section(
            "Le code de récupération",
            (
                "Les données de l’école sont chiffrées sur ce poste. Si le poste est perdu, ce code seul les rouvre : "
                "imprimez-le et rangez-le au coffre, loin de l’ordinateur.",
            ),
        ),
        _ANSWERS,
    ),
)

OPENING = Topic(
    "Ouvrir Préau",
    "Les données sont chiffrées : il faut la phrase de passe choisie sur ce poste ou, si elle est oubliée, le code de "
    "récupération imprimé le premier jour.",
    (
        Section(
            "Ni l’une ni l’autre ?",
            (
                "Personne ne peut ouvrir le fichier à votre place. Reliez un poste neuf avec un nouveau code : tout revient du "
                "serveur, sauf ce qui n’était pas encore parti.",
            ),
        ),
        _ANSWERS,
    ),
)

LOCKED = Topic(
    "Verrouillé",
    "Préau se verrouille quand personne ne touche l’ordinateur. Ce qui était en cours continue ; rien n’est perdu. La durée "
    "se règle dans « Mon école ».",
    (_ANSWERS,),
)

NEW_CONTACT = Topic(
    "Nouveau contact",
    "Un numéro ou une adresse que l’école n’avait pas. Le nom de qui l’a vérifié de vive voix, et le jour, restent avec la "
    "demande.",
    (
        Section(
            "Ce qui se passe",
            (
                "L’ancien contact, s’il y en a un, est prévenu tout de suite : si ce n’était pas ce parent, il appelle.",
                "Le nouveau compte deux jours après la synchronisation. Ensuite, la demande revient en haut de la liste : "
                "envoyez le lien.",
                "« Déjà réglé » arrête tout avant la fin des deux jours.",
            ),
        ),
        _ANSWERS,
    ),
)

REFUSE_CORRECTION = Topic(
    "Refuser une correction",
    "La fiche reste comme elle est. Le parent lit votre phrase dans « Mon compte » ; sans phrase, il lit seulement que la "
    "correction est refusée.",
    (_ANSWERS,),
)

MATCH_REQUEST = Topic(
    "Dire de qui il s’agit",
    "Le nom écrit par le parent n’est pas exactement celui d’un responsable de cet enfant : les plus probables sont en "
    "haut. Rien n’est envoyé ; les réponses s’ouvrent ensuite.",
    (_ANSWERS,),
)

QUESTION = Topic(
    "Une question",
    "Rien n’est fait avant votre réponse. « Ne rien faire » est le bouton entouré ; Échap répond de même.",
    (_ANSWERS,),
)
