"""The fixed words of a bilan, in French; each also stands in the family's language (``app.services.languages``).

Names of domains, competences and plans are those of the programmes of 2015 and of LSU (lsu.md, Codes).
"""

from __future__ import annotations

from app.services.languages import source as _

WHOLE = "RAC"
"""Ends the code of a whole domain: « FRA-RAC »."""

DOMAINS = {
    "FRA": _("Français"),
    "MAT": _("Mathématiques"),
    "EPS": _("Éducation physique et sportive"),
    "ART": _("Enseignements artistiques"),
    "QLM": _("Questionner le monde"),
    "EMC": _("Enseignement moral et civique"),
    "LGV": _("Langues vivantes"),
    "STC": _("Sciences et technologie"),
    "HIG": _("Histoire et géographie"),
}

PARTS = {
    "FRA-LGO": _("Langage oral"),
    "FRA-LEC": _("Lecture et compréhension de l’écrit"),
    "FRA-ECR": _("Écriture"),
    "FRA-ETL": _("Étude de la langue (grammaire, orthographe, lexique)"),
    "MAT-NBC": _("Nombres et calcul"),
    "MAT-GDM": _("Grandeurs et mesures"),
    "MAT-GEO": _("Espace et géométrie"),
    "ART-PLA": _("Arts plastiques"),
    "ART-MUS": _("Éducation musicale"),
    "ART-HAR": _("Histoire des arts"),
    "QLM-VMO": _("Questionner le monde du vivant, de la matière et des objets"),
    "QLM-ETP": _("Questionner l’espace et le temps"),
}

SOCLE = {
    "CPD_FRA": _("Comprendre, s’exprimer en utilisant la langue française à l’oral et à l’écrit"),
    "CPD_ETR": _("Comprendre, s’exprimer en utilisant une langue étrangère et, le cas échéant, une langue régionale"),
    "CPD_SCI": _(
        "Comprendre, s’exprimer en utilisant les langages mathématiques, scientifiques et informatiques"
    ),
    "CPD_ART": _("Comprendre, s’exprimer en utilisant les langages des arts et du corps"),
    "MET_APP": _("Les méthodes et outils pour apprendre"),
    "FRM_CIT": _("La formation de la personne et du citoyen"),
    "SYS_NAT": _("Les systèmes naturels et les systèmes techniques"),
    "REP_MND": _("Les représentations du monde et l’activité humaine"),
}  # fmt: skip

JOURNEYS = {
    "PAR_CIT": _("Parcours citoyen"),
    "PAR_ART": _("Parcours d’éducation artistique et culturelle"),
    "PAR_SAN": _("Parcours éducatif de santé"),
}

SUPPORTS = {
    "PAP": _("Plan d’accompagnement personnalisé (PAP)"),
    "PAI": _("Projet d’accueil individualisé (PAI)"),
    "PPRE": _("Programme personnalisé de réussite éducative (PPRE)"),
    "PPS": _("Projet personnalisé de scolarisation (PPS)"),
    "RASED": _("Réseau d’aides spécialisées aux élèves en difficulté (RASED)"),
    "ULIS": _("Unité localisée pour l’inclusion scolaire (ULIS)"),
    "UPE2A": _("Unité pédagogique pour élèves allophones arrivants (UPE2A)"),
}

POSITIONS = (_("Non atteints"), _("Partiellement atteints"), _("Atteints"), _("Dépassés"))
"""Objectifs d’apprentissage, from 1 to 4."""
MASTERIES = (
    _("Maîtrise insuffisante"), _("Maîtrise fragile"), _("Maîtrise satisfaisante"), _("Très bonne maîtrise"),
)  # fmt: skip
"""Of the socle commun, from 1 to 4."""
NOT_EVALUATED = _("Non évalué")
EXEMPT = _("Dispensé")
"""Mastery 0."""

PERIODIC_TITLE = _("Bilan des acquis scolaires de l’élève")
PERIODIC_TITLE_OF_CYCLE = _("Bilan des acquis scolaires de l’élève – Cycle {cycle}")
CYCLE_TITLE = _("Bilan de fin de cycle")
CYCLE_TITLE_OF_CYCLE = _("Bilan de fin de cycle {cycle}")
PERIOD = _("Période {index} sur {count}, du {first} au {last}")
FOOT = {"periodic": "Bilan périodique, {year}", "cycle": "Bilan de fin de cycle, {year}"}
PAGE = _("page {page} sur {pages}")

SCHOOL = _("École")
UAI = "UAI"
YEAR = _("Année scolaire")
PUPIL = _("Élève")
BORN = _("Date de naissance")
CLASSROOM = _("Classe")
LEVEL = _("Niveau")
TEACHERS = _("Enseignants")
DRAWN_UP = _("Établi le")

PROGRESS = _("Suivi des acquis scolaires de l’élève")
DOMAIN_COLUMN = _("Domaines d’enseignement")
ITEMS_COLUMN = _("Principaux éléments du programme travaillés durant la période")
TEXT_COLUMN = _("Acquisitions, progrès et difficultés éventuelles")
OBJECTIVES = _("Objectifs d’apprentissage")
SOCLE_HEADING = _("Maîtrise des composantes du socle commun")
SOCLE_COLUMN = _("Composantes du socle")
MASTERY = _("Niveau de maîtrise")
JOURNEYS_HEADING = _("Parcours éducatifs")
SUPPORTS_HEADING = _("Modalités spécifiques d’accompagnement")
GENERAL_HEADING = _("Appréciation générale")
SYNTHESIS_HEADING = _("Synthèse des acquis scolaires de l’élève en fin de cycle")
FAMILY_HEADING = _("Communication avec la famille")
TEACHER_VISA = _("Visa de l’enseignant")
DIRECTOR_VISA = _("Visa de la direction de l’école")
PARENTS_VISA = _("Visa des parents ou du responsable légal")
READ_ON = _("Pris connaissance le")
FRENCH_ONLY = _("Les textes des enseignants sont en français.")
