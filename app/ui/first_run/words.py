"""The words of the first run."""

from __future__ import annotations

WELCOME = "Bienvenue dans Préau"
INTRO = (
    "Préau donne à chaque parent un accès aux livrets de ses enfants, et vous montre à tout moment qui est entré, "
    "qui ne l’est pas, et pourquoi. Tout fonctionne aussi sans réseau\u00a0: les données restent chiffrées sur ce poste."
)
HAVE_CODE = "J’ai un code"
HAVE_CODE_MORE = "Reçu de votre académie\u00a0: il relie ce poste à votre école, sur le serveur."
OFFLINE = "Commencer hors ligne"
OFFLINE_MORE = "Vous importez vos fichiers d’ONDE dès maintenant\u202f; le code pourra venir plus tard."
LOCK_STEP = (
    "Ce poste n’a pas de trousseau de mots de passe. Choisissez une phrase de passe\u00a0: elle sera demandée à chaque "
    "ouverture de Préau. Quatre mots pris au hasard font une bonne phrase."
)
CODE_STEP = "Le code et l’adresse du serveur sont sur le papier ou le message reçu de votre académie."
SCHOOL_STEP = "L’UAI est écrit sur tous les courriers de l’académie\u00a0: 7 chiffres puis une lettre."
CONTACT_STEP = (
    "Les parents liront ces lignes sur chaque feuille\u00a0: à qui demander de l’aide, et qui signe. "
    "Vous pourrez les compléter plus tard dans «\u00a0Mon école\u00a0»."
)
RECOVERY_STEP = (
    "Si ce poste est perdu ou remplacé, seul ce code ouvrira vos données. Imprimez-le ou recopiez-le, et rangez-le au "
    "coffre, loin de l’ordinateur."
)
RECOVERY_KEPT = "J’ai imprimé ou recopié ce code"
FILES_STEP = "Dernière étape, que vous pouvez remettre à plus tard\u00a0: les élèves et leurs responsables."
STEPS = {
    "welcome": WELCOME,
    "passphrase": "Une phrase de passe",
    "code": "Le code reçu",
    "school": "Votre école",
    "contact": "Le contact et le signataire",
    "recovery": "Le code de récupération",
    "files": "Les fichiers d’ONDE",
}
"""The title of each step."""
