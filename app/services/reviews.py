"""« À revoir »: what two people decided differently, and what the server refused, with both values and both authors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.acts import CloseReviewFields
from app.models.clock import local_date
from app.models.states import Access
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.onde.plan import FIELD_LABELS
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows

EMPTY = "(vide)"
FIELD_WORDS = {
    **FIELD_LABELS, "classroom_id": "Classe", "access": "Droit d’accès", "name": "Nom de l’école", "phone": "Téléphone",
    "opening_hours": "Horaires",
    "signatory_name": "Nom du signataire", "signatory_title": "Qualité du signataire", "timezone": "Fuseau horaire",
    "sector": "Secteur", "left_on": "Départ", "gone_on": "Départ", "ended_on": "Fin",
    "sheet_life_days": "Durée des feuilles", "require_ine": "INE exigé",
    "count_nursery": "Taux et rappels avant le CP", "help_digest": "Courriel quotidien des demandes", "state": "État du compte",
    "notified_on": "Date de distribution", "protection": "Situation protégée", "wish": "Souhait du responsable",
    "handed_on": "Remise de la feuille", "language": "Langue de la famille", "document": "Bilan",
    "locked_at": "Verrouillage", "published_on": "Date de publication",
    "report_openings": "Bilans ouverts ou téléchargés", "report_notices": "Avis de publication aux familles",
    "limited": "Traitement limité", "merged_into": "Compte regroupé avec", "apart": "Fiches de deux personnes",
    "onde_ticks": "Fait dans ONDE",
}  # fmt: skip
KIND_WORDS = {
    "field_conflict": "Deux personnes ont écrit la même donnée",
    "never_alone": "Donnée que Préau ne tranche jamais seul",
    "import_stale": "L’import voulait changer une donnée modifiée depuis l’aperçu",
    "correction_replaced": "ONDE a changé une donnée corrigée ici\u00a0: la correction a pris fin",
    "import_overtaken": "L’import venait d’un fichier plus ancien",
    "import_unknown": "L’import modifie une fiche qui n’existe pas ici",
    "undo_blocked": "L’annulation n’a pas touché une donnée modifiée depuis",
    "refused": "Action refusée par le serveur",
    "mail_skipped": "Un courriel n’est pas parti",
    "mails_paused": "Envoi de courriels en pause",
}
ACT_WORDS = {
    "ecole.creer": "création de l’école", "ecole.modifier": "fiche de l’école", "ecole.regler": "réglage de l’école",
    "import.appliquer": "import depuis ONDE", "import.annuler": "annulation d’un import",
    "responsable.corriger": "correction d’un responsable", "eleve.corriger": "correction d’un élève",
    "onde.cocher": "correction faite dans ONDE",
    "compte.notifier": "notification de comptes", "compte.reinitialiser": "réinitialisation de mots de passe",
    "liste.exporter": "liste avec mots de passe", "compte.notifier_mail": "notification par courriel",
    "compte.renvoyer": "renvoi d’un courriel d’activation", "courriel.reprendre": "suite d’un envoi de courriels",
    "compte.rouvrir": "réouverture de comptes",
    "compte.reactiver": "comptes à réactiver", "revue.clore": "élément revu", "poste.admettre": "accès d’un poste",
    "acces.regler": "droit d’accès", "eleve.proteger": "situation protégée",
    "responsable.souhait": "souhait d’un responsable", "feuille.remettre": "feuilles remises",
    "feuille.prolonger": "feuilles prolongées", "poste.revoquer": "révocation d’un poste",
    "demande.repondre": "réponse à une demande", "demande.rattacher": "demande rattachée à un responsable",
    "demande.clore": "demande close", "correction.decider": "correction proposée par un parent",
    "regroupement.annuler": "comptes séparés", "personne.effacer": "effacement d’une personne",
    "personne.limiter": "limitation d’un traitement",
    "doublon.ecarter": "deux fiches de deux personnes", "doublon.regrouper": "deux fiches d’une personne regroupées",
    "bilan.importer": "import de bilans", "bilan.verrouiller": "verrouillage de bilans",
    "bilan.publier": "publication de bilans", "bilan.retirer": "bilans retirés", "bilan.relancer": "rappel aux familles",
    "assistance.accorder": "accès donné à l’assistance", "assistance.terminer": "fin d’un accès de l’assistance",
    "assistance.consulter": "lecture par l’assistance", "assistance.proposer": "réparation proposée par l’assistance",
    "assistance.decider": "réponse à l’assistance",
    "ecole.passation": "passation", "acte.annuler": "annulation d’une action",
}  # fmt: skip
_ACCESS_WORDS = {Access.FULL: "accès complet", Access.PAPER: "papier seulement", Access.NONE: "aucun accès"}
_RECORD_WORDS = {"schools": "L’école", "accounts": "Compte", "classrooms": "Classe"}


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One item to review, in French. ``day`` is where the school is; values are empty for a refused act."""

    review_id: str
    day: date
    kind: str
    title: str
    who: str
    """The record concerned: « CHÂTELAIN Zoé », « L’école », or what the refused act was about."""
    field: str
    kept: str
    kept_author: str
    lost: str
    lost_author: str
    sentence: str


def list_reviews(desk: Desk, *, school_id: str) -> tuple[ReviewItem, ...]:
    """The items nobody has closed, the latest first."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        zone = _zone(rows)
        found = sorted((row for row in rows.all("reviews") if row["closed_at"] is None), key=_latest, reverse=True)
        return tuple(_item(rows, row, zone) for row in found)


def close_review(desk: Desk, *, school_id: str, review_id: str) -> None:
    """Say that an item was seen; it leaves the list and stays in the journal."""
    submit(desk, school_id=school_id, kind="revue.clore", fields=CloseReviewFields(review_id=review_id))


def value_words(value: Any, field: str | None = None) -> str:
    """A value as a director reads it: dates JJ-MM-AAAA, « (vide) » for nothing."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field == "document":
        return f"document {str(value)[:8]}"
    if field == "access":
        return _ACCESS_WORDS.get(value, str(value))
    try:
        return f"{date.fromisoformat(str(value)):%d-%m-%Y}"
    except ValueError:
        return str(value)


def _item(rows: SchoolRows, row: Row, zone: str) -> ReviewItem:
    refused = row["kind"] == "refused"
    field = row["field"] or ""
    return ReviewItem(
        review_id=row["id"],
        day=local_date(row["at"], zone),
        kind=row["kind"],
        title=KIND_WORDS.get(row["kind"], "À vérifier"),
        who=_act_words(rows, row) if refused else _record_words(rows, row),
        field="" if refused else FIELD_WORDS.get(field, field),
        kept="" if refused else _value(rows, row, "kept"),
        kept_author=row["kept_author"] or "",
        lost="" if refused else _value(rows, row, "lost"),
        lost_author=row["lost_author"] or "",
        sentence=row["sentence"] or "",
    )


def _value(rows: SchoolRows, row: Row, side: str) -> str:
    value = (row[side] or {}).get("value")
    if row["field"] == "classroom_id" and value:
        classroom = rows.get("classrooms", value)
        return classroom["label"] if classroom else value_words(value)
    return value_words(value, row["field"])


def _record_words(rows: SchoolRows, row: Row) -> str:
    table = row["record_table"] or ""
    record = rows.get(table, row["record_id"]) if table and row["record_id"] else None
    if record is not None and table in ("enrolments", "responsibilities"):
        table, record = "pupils", rows.get("pupils", record["pupil_id"])
    if record is not None and table == "sheets":
        table, record = "guardians", rows.get("guardians", record["guardian_id"])
    if record is not None and table == "accounts":
        table, record = "guardians", rows.get("guardians", record["guardian_id"])
    if record is not None and table in ("pupils", "guardians"):
        return listed_name(record)
    return _RECORD_WORDS.get(table, "Fiche")


def _act_words(rows: SchoolRows, row: Row) -> str:
    act = rows.get("acts", row["act_id"])
    words = ACT_WORDS.get(act["kind"], "action") if act else "action"
    return words[0].upper() + words[1:]


def _zone(rows: SchoolRows) -> str:
    school = rows.get("schools", rows.school_id)
    return (school["timezone"] if school else None) or "Europe/Paris"


def _latest(row: Row) -> tuple[str, str]:
    return row["at"], row["id"]
