"""What each state, origin, delivery, sheet and line of Accueil means, and what is left to do."""

from __future__ import annotations

from app.models.deliveries import DeliveryState
from app.models.states import AccountOrigin, AccountState, SheetStatus

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

ORIGINS = {
    AccountOrigin.SCHOOL: "l’école l’a notifié, par feuille ou par mail",
    AccountOrigin.GUARDIAN: "le parent a créé son accès seul, avec son téléphone portable et les dates de naissance",
    AccountOrigin.FRANCECONNECT: "le parent est entré par FranceConnect",
    AccountOrigin.ENT: "le parent est entré par l’espace numérique de travail de l’école",
    AccountOrigin.ATEN: "le parent avait déjà un compte Téléservices",
    AccountOrigin.UNKNOWN: "personne n’a encore reçu ni demandé d’accès",
}

DELIVERIES = {
    DeliveryState.QUEUED: "le serveur l’enverra à son tour ; rien à faire",
    DeliveryState.ACCEPTED: "la messagerie du parent l’a pris ; cela ne dit pas qu’il l’a lu",
    DeliveryState.DELIVERED: "un accusé de réception l’affirme",
    DeliveryState.BOUNCED: "l’adresse ne marche pas : corrigez-la, ou imprimez la feuille",
    DeliveryState.FAILED: "le mail n’est pas parti, l’adresse n’y est peut-être pour rien : imprimez la feuille",
    DeliveryState.UNCERTAIN: "l’envoi a été coupé : demandez au parent avant d’envoyer de nouveau",
}

SHEET_STATUSES = {
    SheetStatus.PRINTED: (
        "Ne pas distribuer", "imprimée, mais le serveur ne la connaît pas encore : elle ne marcherait pas. Synchronisez."
    ),
    SheetStatus.KNOWN: ("À remettre", "le serveur la connaît : donnez-la, puis notez-la comme remise"),
    SheetStatus.USED: ("Utilisée", "le parent est entré avec elle"),
    SheetStatus.REPLACED: ("Remplacée", "une feuille plus récente a servi, ou la remplace : jetez celle-ci"),
    SheetStatus.DO_NOT_HAND_OUT: ("Ne pas remettre", "le compte a été activé autrement entre-temps : jetez-la"),
    SheetStatus.EXPIRED: ("Plus valable", "sa durée est passée : prolongez-la, ou imprimez-en une autre"),
    SheetStatus.WITHDRAWN: ("Retirée", "l’accès a été fermé, ou le poste volé : notifiez de nouveau si besoin"),
}  # fmt: skip
"""The words of each, and what they mean."""

TODO = {
    "import": ("Aucun élève encore", "importez les deux fichiers d’ONDE"),
    "new_year": (
        "Nouvelle année",
        "importez les fichiers de rentrée : passages, départs et arrivées sont montrés avant d’être écrits",
    ),
    "school": ("Contact et signataire", "ils manquent sur les feuilles ; « Mon école » les tient"),
    "enrol": (
        "Relier ce poste",
        "sans serveur, ni identifiants ni mails ; le code vient de l’académie ou de la mairie",
    ),
    "never_synced": ("Jamais synchronisé", "le premier échange apporte les identifiants"),
    "unsent": (
        "Modifications à envoyer",
        "elles attendent depuis plus d’un jour : vérifiez le réseau, puis synchronisez",
    ),
    "review": ("Éléments à revoir", "deux personnes ont changé la même donnée, ou le serveur a refusé une action"),
    "help": (
        "Demandes d’aide",
        "un parent n’arrive pas à entrer et l’écrit : la raison est à côté, la réponse en un clic",
    ),
    "rights": (
        "Droits sur les données",
        "effacer, limiter, s’opposer : faites-le depuis la fiche, et répondez dans le mois",
    ),
    "proposals": (
        "Réparations proposées",
        "par l’ERUN à qui l’école est ouverte : « Accepter » le fait en votre nom, « Refuser… » lui dit pourquoi",
    ),
    "not_guardian": (
        "Pas le représentant légal",
        "un parent le dit d’un élève : vérifiez, retirez l’accès si c’est vrai, et corrigez ONDE",
    ),
    "corrections": (
        "Corrections proposées",
        "acceptées, elles comptent ici et vont à « À corriger dans ONDE » ; refusées, le parent lit pourquoi",
    ),
    "logins": ("Sans identifiant", "le serveur le donne à la synchronisation"),
    "to_reactivate": ("À réactiver", "le serveur a été restauré : donnez une nouvelle feuille"),
    "blocked": (
        "Accès fermés par le portail",
        "cinq dates de naissance fausses : vérifiez-la dans ONDE, puis rouvrez l’accès",
    ),
    "do_not_hand_out": ("Feuilles à ne pas distribuer", "elles ne marchent pas avant la synchronisation"),
    "resets_waiting": ("Réinitialisations en attente", "l’ancien mot de passe marche jusqu’à la synchronisation"),
    "useless_sheets": ("Feuilles à ne pas remettre", "le compte est déjà activé, ou fermé : jetez-les"),
    "expiring": ("Feuilles qui expirent", "prolongez-les, le papier ne change pas, ou relancez les familles"),
    "to_notify_again": ("À notifier de nouveau", "leur feuille a été retirée et ne marche plus"),
    "not_handed": ("Feuilles à remettre", "donnez-les, puis notez-les par classe dans « Feuilles »"),
    "not_notified": ("Non notifiés", "personne ne leur a donné d’identifiant"),
    "notified_long": ("Notifiés depuis longtemps", "la feuille est peut-être perdue : relancez"),
    "activating_long": ("Activations commencées", "le courriel n’a pas été ouvert : vérifiez l’adresse, renvoyez-le"),
    "mail_failing": ("Courriels refusés", "imprimez leur feuille, ou corrigez l’adresse"),
    "no_guardian": (
        "Élèves sans responsable",
        "personne ne suivra leur livret : complétez ONDE, puis importez les responsables",
    ),
    "no_access": ("Élèves sans accès", "tous leurs responsables sont sur papier, ou sans accès : est-ce voulu ?"),
    "duplicates": ("Peut-être en double", "la même personne écrite deux fois dans ONDE : chacune a son compte"),
    "shared_mobile": ("Portable partagé", "deux noms, un numéro : aucun des deux ne peut créer son accès seul"),
    "no_ine": ("Élèves sans INE", "complétez-le dans ONDE, puis importez de nouveau"),
    "onde": ("À corriger dans ONDE", "vos corrections sont gardées ici ; reportez-les à la source, et cochez"),
    "reports_ending": (
        "Livrets bientôt supprimés",
        "gardés le cycle et un an : imprimez ce qu’une famille vous demande",
    ),
    "no_mobile": ("Sans téléphone portable", "ils ne peuvent pas créer leur accès seuls : notifiez-les"),
    "wrong_mobile": ("Numéros faux", "un fixe, ou un numéro incomplet : corrigez-le dans ONDE"),
    "no_mail": ("Sans adresse mail", "ils se notifient par feuille"),
}
"""Each line of Accueil by its key: its words in short, and what to do."""
