"""What the payload of each kind of act says of a person, and how it is taken out: ids, verdicts and the rest stay.

An act about one person alone is emptied (``{}``): it is never applied again, only remembered. One about many keeps its
other entries, and still makes the same records when it is pushed again after a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.models.tables import Row
from app.services.records.erased import Erased

Fields = Mapping[str, Any]
EMPTY: dict[str, Any] = {}
"""The payload of an act whose content is gone."""
ONE_PERSON = frozenset({
    "responsable.corriger", "eleve.corriger", "compte.renvoyer", "acces.regler", "eleve.proteger", "responsable.souhait",
    "demande.repondre", "demande.rattacher", "demande.clore", "correction.decider", "regroupement.annuler",
    "personne.limiter", "onde.cocher", "assistance.proposer", "assistance.decider",
    "doublon.ecarter", "doublon.regrouper",
})  # fmt: skip
"""Kinds about one person: refused where she was erased, emptied where she is."""
NOBODY = frozenset({
    "ecole.creer", "ecole.modifier", "ecole.regler", "import.annuler", "courriel.reprendre", "feuille.remettre",
    "feuille.prolonger", "poste.revoquer", "poste.admettre", "ecole.passation", "revue.clore", "acte.annuler",
    "assistance.accorder", "assistance.terminer", "assistance.consulter",
    "liste.exporter", "bilan.verrouiller", "bilan.publier", "bilan.retirer",
})  # fmt: skip
"""Kinds that name records by their ids alone, or nobody of the families."""


def without_erased(kind: str, fields: Fields, erased: Erased, *, refused: bool = False) -> dict[str, Any]:
    """A payload without what it says of erased people; equal to ``fields`` where it says nothing of them.

    ``refused``: nothing will ever be applied from it, so that an import keeps its name and its counts alone.
    """
    if not fields or not erased:
        return dict(fields)
    if refused and kind == "import.appliquer":
        return {name: fields[name] for name in ("import_id", "summary") if name in fields}
    if kind in ONE_PERSON or kind not in NOBODY | MANY.keys():  # a kind that this version does not know: to be safe
        return EMPTY if erased.about(fields) else dict(fields)
    scrub = MANY.get(kind)
    try:
        return scrub(fields, erased) if scrub is not None else dict(fields)
    except (AttributeError, KeyError, TypeError):  # a payload that nobody could read, and that was refused
        return EMPTY


def without_patches(outcome: Row | None, erased: Erased) -> Row | None:
    """What a server had decided, without log-ins and links of erased people."""
    if not outcome or not erased:
        return outcome
    patches = [
        patch for patch in outcome.get("patches", []) if not (patch[0] == "accounts" and erased.account(patch[1]))
    ]
    return {**outcome, "patches": patches}


def _import(fields: Fields, erased: Erased) -> dict[str, Any]:
    blank = {"changes": {}, "erased": True}
    pupils = [{**one, **blank, "level": None} if erased.record(one["id"]) else one for one in fields.get("pupils", ())]
    guardians = [{**one, **blank} if erased.record(one["id"]) else one for one in fields.get("guardians", ())]
    return {**fields, "pupils": pupils, "guardians": guardians}


_NO_SHEET = {
    "login": "", "classroom_label": None, "sealed": None, "key_version": None, "password_hash": None, "token_hash": None,
}  # fmt: skip


def _sheets(fields: Fields, erased: Erased) -> dict[str, Any]:
    return {**fields, "sheets": [{**one, **_NO_SHEET} if erased.row(one) else one for one in fields["sheets"]]}


def _mails(fields: Fields, erased: Erased) -> dict[str, Any]:
    return {
        **fields,
        "mails": [{**one, "login": "", "address": ""} if erased.row(one) else one for one in fields["mails"]],
    }


def _accounts(fields: Fields, erased: Erased) -> dict[str, Any]:
    return {**fields, "account_ids": [one for one in fields["account_ids"] if not erased.account(one)]}


def _reports(fields: Fields, erased: Erased) -> dict[str, Any]:
    kept = [one for one in fields["reports"] if not erased.row(one)]
    return {**fields, "reports": kept} if kept else EMPTY


def _reminders(fields: Fields, erased: Erased) -> dict[str, Any]:
    kept = [one for one in fields["reminders"] if not erased.row(one)]
    return {**fields, "reminders": kept} if kept else EMPTY


def _erasure(fields: Fields, erased: Erased) -> dict[str, Any]:
    people = [{**one, "seen": None} if erased.record(one["id"]) else one for one in fields["people"]]
    return {**fields, "people": people}


MANY: dict[str, Callable[[Fields, Erased], dict[str, Any]]] = {
    "import.appliquer": _import, "compte.notifier": _sheets, "compte.reinitialiser": _sheets,
    "compte.notifier_mail": _mails, "compte.rouvrir": _accounts, "compte.reactiver": _accounts,
    "bilan.importer": _reports, "bilan.relancer": _reminders, "personne.effacer": _erasure,
}  # fmt: skip
"""Kinds about many people, each in an entry of its own."""
