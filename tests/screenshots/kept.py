"""Which pictures the README and docs/ keep, and how: few colours, so that a guide and its PDF stay light."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
COLOURS, COLOURS_OF_A_TERMINAL = 128, 16
PHONE_WIDTH = 468
"""Of a phone's screen, in pixels: sharp at the size that guides print it."""
_PARENTS = (
    "accueil", "creer", "code", "enfant", "mot-de-passe", "feuille", "activer", "attente", "active", "perdu",
    "nouveau-mot-de-passe", "enfants", "livret", "lu", "ajouter", "aide", "arabe", "portable", "derniere-etape",
    "sans-compte", "papier", "code-perdu", "enfant-propose", "nouvel-enfant", "pied", "demande", "reference", "donnees",
    "bouton",
)  # fmt: skip
_TERMINALS = (
    "essayer-serveur", "essayer-ecole", "programme", "base", "reglages", "service", "mandataire", "cle", "sauvegardes", "ecole",
    "panne", "mettre-a-jour", "restaurer", "courriels", "sms", "durees", "ecoles", "fermer", "reunir", "bandeau", "verifier",
    "surveiller", "postes", "mots-de-passe", "droits", "secret", "traduction", "langue-neuve", "langues", "diagnostic",
)  # fmt: skip
_STEPS = (
    "acces-code", "acces-qui", "admettre", "annuler", "code", "deux-ecoles", "erun-code", "erun-doublons", "erun-fenetre",
    "erun-fermee", "erun-rapport", "erun-ouverte", "erun-tri", "fenetre", "feuilles-question", "flyer-directeur",
    "flyer-parents", "garde", "guide-parents", "hors-ligne", "livrets-relancer", "modifier", "nouvelle-annee", "phrase",
    "postes", "rapport", "recuperer", "regrouper", "reimprimer", "relancer", "relie", "relier", "representant", "restaurer",
    "sauvegarde", "sauvegarder", "second-poste", "vole",
)  # fmt: skip
"""Of the guides' single steps (tests/screenshots/steps)."""
DOCS_PICTURES = {
    "responsables-compte-1280x800-clair.png": "responsables.png",
    "responsables-filtre-1280x800-clair.png": "responsables-filtre.png",
    "menu-notifier-1280x800-clair.png": "notifier.png",
    "mail-question-light.png": "notifier-mail.png",
    "accueil-light-1280.png": "accueil.png",
    "statistiques-light-1280.png": "statistiques.png",
    "feuilles-light-1280.png": "feuilles.png",
    "livrets-light-1280.png": "livrets.png",
    "livrets-publier-light.png": "livrets-publier.png",
    "aide-responsables-light.png": "aide.png",
    "portail-activation-390-clair.png": "activation.png",
    "feuille.png": "feuille.png",
    "premier-lancement-1-light-820.png": "premier-lancement.png",
    "premier-lancement-4-light-820.png": "recuperation.png",
    "mon-ecole-light-1280.png": "mon-ecole.png",
    "apercu-light-1093.png": "apercu.png",
    "notifier-resultat-light.png": "imprimees.png",
    "flyers-light.png": "flyers.png",
    "menu-fiche-light.png": "fiche.png",
    "renvoyer-question-light.png": "renvoyer.png",
    "demandes-light-1093.png": "demandes.png",
    "livrets-import-light.png": "livrets-import.png",
    "livrets-parent-light.png": "livrets-parent.png",
    "livrets-lecteurs-light-1093.png": "livrets-lecteurs.png",
    "journal-light-1093.png": "journal.png",
    "a-revoir-light-1093.png": "a-revoir.png",
    "passation-code-light.png": "passation.png",
    "verrouille-light.png": "verrouille.png",
    "assistance-light-1280.png": "assistance.png",
    "assistance-diagnostic-light-1093.png": "diagnostic.png",
    "assistance-doublons-light-1093.png": "doublons.png",
    "assistance-onde-light-1093.png": "onde.png",
    "assistance-acces-light-1093.png": "acces.png",
    "assistance-propositions-light-1093.png": "propositions.png",
    "assistance-mes-propositions-light-1093.png": "mes-propositions.png",
    "assistance-erun-light-1093.png": "erun-diagnostic.png",
    "assistance-circonscription-light-1280.png": "circonscription.png",
    "codes.png": "codes.png",
    "parent-bandeau.png": "parent-bandeau.png",
    **{f"terminal-{name}.png": f"terminal-{name}.png" for name in _TERMINALS},
    "premier-lancement-5-light-820.png": "fichiers.png",
    "importer-light-1093.png": "importer.png",
    "eleves-light-1093.png": "eleves.png",
    "mail-resultat-light.png": "mail-resultat.png",
    "nouveau-contact-light.png": "nouveau-contact.png",
    "menu-lister-light.png": "lister.png",
    "anciens-eleves-light-1093.png": "anciens-eleves.png",
    "passation-question-light.png": "passation-question.png",
    "corriger-responsable-light.png": "corriger.png",
    "limiter-eleve-light.png": "limiter.png",
    "effacer-responsable-light.png": "effacer.png",
    "menu-droits-light.png": "droits.png",
    "acces-question-light.png": "retirer-acces.png",
    "protection-question-light.png": "protection.png",
    "proposer-de-corriger-light.png": "proposer.png",
    **{f"etape-{name}.png": f"{name}.png" for name in _STEPS},
    **{f"parent-{name}.png": f"parent-{name}.png" for name in _PARENTS},
}
"""What ``make screenshots`` draws, and its name in docs/images."""


def keep(drawn: Path, images: Path) -> None:
    """Write the pictures of docs/ out of the folder where all were drawn."""
    images.mkdir(exist_ok=True)
    for picture, name in DOCS_PICTURES.items():
        _keep(drawn / picture, images / name)


def _keep(drawn: Path, kept: Path) -> None:
    with Image.open(drawn) as picture:
        shown = picture.convert("RGB")
    if kept.name.startswith("parent-"):
        shown = shown.resize((PHONE_WIDTH, round(shown.height * PHONE_WIDTH / shown.width)), Image.Resampling.LANCZOS)
    shown = _without_empty_foot(shown)
    colours = COLOURS_OF_A_TERMINAL if kept.name.startswith("terminal-") else COLOURS
    shown.quantize(colours, dither=Image.Dither.NONE).save(kept, optimize=True)


def _without_empty_foot(picture: Image.Image) -> Image.Image:
    """Without the rows at the bottom that are all alike; a margin stays."""
    rows = [picture.crop((0, y, picture.width, y + 1)).tobytes() for y in range(picture.height)]
    last = next((y for y in reversed(range(len(rows))) if rows[y] != rows[-2]), picture.height)
    return picture.crop((0, 0, picture.width, min(picture.height, last + 16)))
