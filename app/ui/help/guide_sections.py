"""Which section of which guide says more than a topic of the help."""

from __future__ import annotations

from app.services.guides.catalogue import Guide
from app.ui.help.topics import Topic

_DIRECTOR = {
    "Accueil": "suivre", "Responsables": "notifier-par-feuilles", "Feuilles": "les-feuilles-remises",
    "Statistiques": "statistiques", "Livrets": "livrets", "Importer": "importer-onde", "À revoir": "une-erreur",
    "Demandes": "les-demandes-des-parents", "Assistance": "assistance", "Mon école": "la-première-école",
    "Élèves": "importer-onde", "Anciens élèves": "nouvelle-année", "Journal": "une-erreur",
    "(Re)Notifier par feuilles": "notifier-par-feuilles", "Réimprimer": "notifier-par-feuilles",
    "(Re)Notifier par courrier électronique": "notifier-par-mail",
    "Regrouper deux fiches": "deux-fiches-pour-une-personne",
    "Renvoyer le courriel d’activation": "relancer", "Réinitialiser": "notifier-par-feuilles",
    "Importer des bilans": "importer-les-bilans", "Publier": "publier", "Comme un parent": "vérifier",
    "Droit d’accès": "rgpd", "Situation protégée": "rgpd", "Effacer une personne": "rgpd",
    "Limiter le traitement": "rgpd", "Corriger la fiche": "rgpd", "Lister les comptes": "rgpd",
    "Flyers": "informer-toutes-les-familles", "Passation": "passation", "Premiers pas": "installer",
    "Ouvrir Préau": "sauvegarde", "Verrouillé": "pc-volé-ou-perdu", "Nouveau contact": "les-demandes-des-parents",
    "Refuser une correction": "les-demandes-des-parents", "Dire de qui il s’agit": "les-demandes-des-parents",
}  # fmt: skip
"""By the title of the topic; the guide is read from its beginning where a topic has no section of its own."""
_ERUN = {"Assistance": "diagnostic-hors-ligne"}


def guides_for(topic: Topic) -> tuple[tuple[Guide, str], ...]:
    """Each guide to offer, and the section where it is opened."""
    director = (Guide.DIRECTOR, _DIRECTOR.get(topic.title, ""))
    return (director, (Guide.ERUN, _ERUN[topic.title])) if topic.title in _ERUN else (director,)
