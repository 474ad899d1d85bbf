"""An act named in a sentence: what it did (« Accès retiré à … ») and what its undoing undoes (« le retrait d’accès … »)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models.names import fold
from app.models.states import Access, Wish
from app.services import languages
from app.services.journal_words import UNDO, Fields, Names, title
from app.services.reviews import FIELD_WORDS

_OF_FIELD = {
    "last_name": "du nom", "usage_name": "du nom d’usage", "first_name": "du prénom", "birth_date": "de la date de naissance",
    "sex": "du sexe", "ine": "de l’INE", "address": "de l’adresse", "postal_code": "du code postal", "town": "de la commune",
    "civility": "de la civilité", "country": "du pays", "email": "du courriel", "phone_home": "du téléphone du domicile",
    "phone_work": "du téléphone du travail", "mobile": "du mobile", "phone": "du téléphone",
    "opening_hours": "des horaires", "signatory_name": "du nom du signataire",
    "signatory_title": "de la qualité du signataire", "timezone": "du fuseau horaire", "sector": "du secteur",
    "name": "du nom",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """``name`` follows « Annuler » and « Rétablir »; ``done`` is a sentence without its full stop."""

    name: str
    done: str


def phrase(kind: str, fields: Fields, names: Names) -> Phrase:
    """An act in words; one of another version by the name of its kind."""
    tell = _TELLERS.get(kind)
    try:
        if tell is not None:
            return tell(fields, names)
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    words = title(kind)
    return Phrase(f"«\u00a0{words}\u00a0»", words)


def of(name: str) -> str:
    """« de DUPONT Marc », « d’ADAM Léa »."""
    return f"d’{name}" if fold(name)[:1] in ("a", "e", "i", "o", "u") else f"de {name}"


def _corrected(table: str) -> Callable[[Fields, Names], Phrase]:
    def tell(fields: Fields, names: Names) -> Phrase:
        who, changes = names.person(table, fields["record_id"]), fields["changes"]
        if set(changes) == {"language"}:
            chosen = languages.named(changes["language"][1] or languages.FRENCH)
            return Phrase(
                f"le choix de la langue de la famille {of(who)}", f"Langue de la famille {of(who)}\u00a0: {chosen}"
            )
        what = _what(changes)
        return Phrase(f"la correction {what} {of(who)}", f"Correction {what} {of(who)} enregistrée")

    return tell


def _what(changes: Fields) -> str:
    """« du mobile », « de 3 données »."""
    if len(changes) != 1:
        return f"de {len(changes)}\u00a0données"
    (field,) = changes
    return _OF_FIELD.get(field, "d’une donnée")


def _school(fields: Fields, names: Names) -> Phrase:
    what = f"{_what(fields['changes'])} de l’école"
    return Phrase(f"la modification {what}", f"Modification {what} enregistrée")


def _setting(fields: Fields, names: Names) -> Phrase:
    name = f"«\u00a0{FIELD_WORDS.get(fields['name'], fields['name'])}\u00a0»"
    return Phrase(f"le réglage {name}", f"Réglage {name} enregistré")


def _access(fields: Fields, names: Names) -> Phrase:
    guardian, pupil = names.tie(fields["responsibility_id"])
    match Access(fields["access"]):
        case Access.NONE:
            return Phrase(f"le retrait d’accès {of(guardian)} pour {pupil}", f"Accès retiré à {guardian} pour {pupil}")
        case Access.PAPER:
            done = f"Papier seulement pour {guardian}, au sujet {of(pupil)}"
            return Phrase(f"le passage au papier {of(guardian)} pour {pupil}", done)
        case Access.FULL:
            return Phrase(f"l’accès rendu à {guardian} pour {pupil}", f"Accès rendu à {guardian} pour {pupil}")


def _protected(fields: Fields, names: Names) -> Phrase:
    pupil = names.person("pupils", fields["pupil_id"])
    words = "situation protégée" if fields["knows"] is not None else "fin de la situation protégée"
    done = f"{words[0].upper()}{words[1:]} {of(pupil)} enregistrée"
    return Phrase(f"la {words} {of(pupil)}", done)


def _wish(fields: Fields, names: Names) -> Phrase:
    who = names.person("guardians", fields["guardian_id"])
    wish = Wish(fields["wish"]).label.lower() if fields["wish"] else "un compte"
    return Phrase(f"le souhait {of(who)} ({wish})", f"Souhait {of(who)} noté\u00a0: {wish}")


def _limited(fields: Fields, names: Names) -> Phrase:
    who = names.person(fields["table"], fields["record_id"])
    if fields["limited"]:
        return Phrase(f"la limitation {of(who)}", f"Traitement limité pour {who}")
    return Phrase(f"la fin de la limitation {of(who)}", f"Limitation terminée pour {who}")


def _set_apart(fields: Fields, names: Names) -> Phrase:
    who = names.person("guardians", fields["guardian_id"])
    name = f"«\u00a0ce n’est pas la même personne\u00a0» au sujet {of(who)}"
    return Phrase(name, f"Noté\u00a0: {name}")


def _grouped(fields: Fields, names: Names) -> Phrase:
    who = names.person("guardians", fields["guardian_id"])
    return Phrase(f"le regroupement des deux fiches {of(who)}", f"Deux fiches {of(who)} regroupées")


def _ticked(fields: Fields, names: Names) -> Phrase:
    about = f"{fields['label']} {of(names.person(fields['table'], fields['record_id']))}"
    word = "fait dans ONDE" if fields["done"] else "encore à faire dans ONDE"
    return Phrase(f"«\u00a0{word}\u00a0» ({about})", f"Noté «\u00a0{word}\u00a0»\u00a0: {about}")


def _handed(fields: Fields, names: Names) -> Phrase:
    count = len(fields["sheet_ids"])
    word = "remise" if fields["handed_on"] else "pas remise"
    sheets, plural = _sheets(count), "s" * (count > 1)
    return Phrase(f"«\u00a0{word}\u00a0» {_of_sheets(count)}", f"{sheets} cochée{plural} «\u00a0{word}{plural}\u00a0»")


def _prolonged(fields: Fields, names: Names) -> Phrase:
    count = len(fields["sheet_ids"])
    return Phrase(f"la prolongation {_of_sheets(count)}", f"{_sheets(count)} prolongée{'s' * (count > 1)}")


def _of_sheets(count: int) -> str:
    return "d’une feuille" if count == 1 else f"de {_sheets(count)}"


def _sheets(count: int) -> str:
    return f"{count}\u00a0feuille{'s' * (count > 1)}"


def _reviewed(fields: Fields, names: Names) -> Phrase:
    what = names.review(fields["review_id"]) or "une ligne"
    return Phrase(
        f"«\u00a0Vu\u00a0» sur une ligne de «\u00a0À revoir\u00a0» ({what})",
        f"Ligne d’«\u00a0À revoir\u00a0» close\u00a0: {what}",
    )


def _answered(fields: Fields, names: Names) -> Phrase:
    who = names.request(fields["request_id"])
    return Phrase(f"la réponse à la demande {of(who)}", f"Réponse à la demande {of(who)} enregistrée")


def _matched(fields: Fields, names: Names) -> Phrase:
    who = names.person("guardians", fields["guardian_id"])
    return Phrase(f"le rattachement de la demande à {who}", f"Demande rattachée à {who}")


def _decided(fields: Fields, names: Names) -> Phrase:
    who, word = names.request(fields["request_id"]), "acceptée" if fields["accepted"] else "refusée"
    return Phrase(f"la correction proposée par {who} ({word})", f"Correction proposée par {who} {word}")


def _imported(fields: Fields, names: Names) -> Phrase:
    pupils = (fields.get("summary") or {}).get("pupils") or {}
    count = sum(pupils.get(key, 0) for key in ("new", "changed", "gone"))
    told = f"{count}\u00a0élève{'s' * (count > 1)}"
    return Phrase(f"l’import\u00a0: {told}", f"Import enregistré\u00a0: {told}")


def _reports_imported(fields: Fields, names: Names) -> Phrase:
    count = len(fields["reports"])
    return Phrase(f"l’import {_of_documents(count)}", f"Import {_of_documents(count)} enregistré")


def _reports_locked(fields: Fields, names: Names) -> Phrase:
    word = "verrouillage" if fields["locked"] else "déverrouillage"
    what = f"{word} {_of_documents(len(fields['report_ids']))}"
    return Phrase(f"le {what}", f"{what[0].upper()}{what[1:]} enregistré")


def _reports_published(fields: Fields, names: Names) -> Phrase:
    what = f"la publication {_of_documents(len(fields['report_ids']))}"
    if fields["on"] is None:
        return Phrase(f"la fin de {what}", f"Fin de {what} enregistrée")
    return Phrase(what, f"{what[0].upper()}{what[1:]} enregistrée")


def _reports_removed(fields: Fields, names: Names) -> Phrase:
    what = f"retrait {_of_documents(len(fields['report_ids']))}"
    return Phrase(f"le {what}", f"Retrait{what[7:]} enregistré")


def _of_documents(count: int) -> str:
    return "d’un document" if count == 1 else f"de {count}\u00a0documents"


def _undone(fields: Fields, names: Names) -> Phrase:
    """An undoing, and the putting back of what it took away, name the act itself."""
    found = names.act(fields.get("act_id"))
    while found is not None and found["kind"] == UNDO:
        found = names.act(found["fields"].get("act_id"))
    told = phrase(found["kind"], found["fields"] or {}, names) if found else phrase(fields.get("kind", ""), {}, names)
    return Phrase(told.name, f"{'Rétabli' if fields.get('again') else 'Annulé'}\u00a0: {told.name}")


_TELLERS: dict[str, Callable[[Fields, Names], Phrase]] = {
    "ecole.modifier": _school,
    "ecole.regler": _setting,
    "import.appliquer": _imported,
    "responsable.corriger": _corrected("guardians"),
    "eleve.corriger": _corrected("pupils"),
    "acces.regler": _access,
    "eleve.proteger": _protected,
    "responsable.souhait": _wish,
    "personne.limiter": _limited,
    "doublon.ecarter": _set_apart,
    "doublon.regrouper": _grouped,
    "onde.cocher": _ticked,
    "feuille.remettre": _handed,
    "feuille.prolonger": _prolonged,
    "demande.repondre": _answered,
    "demande.clore": _answered,
    "demande.rattacher": _matched,
    "correction.decider": _decided,
    "revue.clore": _reviewed,
    "bilan.importer": _reports_imported,
    "bilan.verrouiller": _reports_locked,
    "bilan.publier": _reports_published,
    "bilan.retirer": _reports_removed,
    UNDO: _undone,
}
