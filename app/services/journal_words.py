"""What each act was about, in words: one function a kind, over the payload as it is stored.

Payloads of older versions are read too, so that nothing here insists on a field. Passwords are sealed in payloads and
never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.models.acts_requests import Answer
from app.models.clock import local_date
from app.models.states import Access, Wish
from app.models.support import Reading
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.records.rows import SchoolRows
from app.services.reviews import ACT_WORDS, FIELD_WORDS, KIND_WORDS, value_words

Fields = Mapping[str, Any]
MOST_NAMES = 3
ANSWER_WORDS: Mapping[str, str] = {
    Answer.LINK: "lien envoyé par courriel", Answer.SHEET: "feuille imprimée", Answer.REOPEN: "accès rouvert",
    Answer.CORRECT: "fiche corrigée", Answer.CORRECT_CHILD: "fiche de l’élève corrigée",
    Answer.CONTACT: "nouveau contact, vérifié de vive voix",
    Answer.CLOSE_ACCESS: "accès retiré", Answer.ACCEPT: "acceptée", Answer.REFUSE: "refusée",
    Answer.IN_ONDE: "vu, ONDE est corrigé", Answer.IS_GUARDIAN: "c’est bien le représentant",
    Answer.UNDO_MERGE: "comptes séparés", Answer.SETTLED: "déjà réglé", Answer.UNKNOWN: "personne inconnue de l’école",
}  # fmt: skip
"""What was answered to a parent, as it stands in the journal."""
UNKNOWN = "fiche inconnue"
UNDO = "acte.annuler"
_TABLES = ("accounts", "guardians", "pupils", "responsibilities", "devices", "sheets", "reviews", "requests", "reports",
           "support_officers", "support_grants", "proposals")  # fmt: skip


def title(kind: str) -> str:
    """« Réinitialisation de mots de passe »; the name of a kind that this version does not know."""
    words = ACT_WORDS.get(kind, kind)
    return words[:1].upper() + words[1:]


def detail(kind: str, fields: Fields, names: Names) -> str:
    """Whom and what it was about; empty where there is nothing to add, or for a payload of another version."""
    tell = _TELLERS.get(kind)
    try:
        return tell(fields, names) if tell is not None else ""
    except (AttributeError, KeyError, TypeError, ValueError):
        return ""


class Names:
    """Looks up who and what is meant by an id; each table is read once."""

    def __init__(
        self, rows: SchoolRows, zone: str, *, acts: Callable[[str], Row | None] = lambda _id: None, few: bool = False
    ) -> None:
        """``acts`` finds an act by its id; ``few``: only some names are wanted, no table is read whole."""
        self._rows, self.zone, self._acts = rows, zone, acts
        for table in () if few else _TABLES:
            rows.all(table)

    def person(self, table: str, record_id: str | None) -> str:
        """A pupil or a guardian."""
        row = self._row(table, record_id)
        return listed_name(row) if row else UNKNOWN

    def account(self, account_id: str) -> str:
        """The guardian of an account."""
        row = self._row("accounts", account_id)
        return self.person("guardians", row["guardian_id"]) if row else UNKNOWN

    def accounts(self, account_ids: Iterable[str]) -> str:
        """« DUPONT Marc, PETIT Anne, RIVAL Léa et 12 autres »."""
        return _some(account_ids, self.account)

    def sheets(self, sheet_ids: Iterable[str]) -> str:
        """Whose sheets these are."""
        rows = [self._row("sheets", sheet_id) for sheet_id in sheet_ids]
        return self.accounts(row["account_id"] for row in rows if row)

    def link(self, responsibility_id: str | None) -> str:
        """« DUPONT Marc, pour DUPONT Zoé »."""
        guardian, pupil = self.tie(responsibility_id)
        return f"{guardian}, pour {pupil}" if guardian != UNKNOWN else UNKNOWN

    def tie(self, responsibility_id: str | None) -> tuple[str, str]:
        """The guardian and the pupil of a link."""
        row = self._row("responsibilities", responsibility_id)
        if row is None:
            return UNKNOWN, UNKNOWN
        return self.person("guardians", row["guardian_id"]), self.person("pupils", row["pupil_id"])

    def act(self, act_id: str | None) -> Row | None:
        """An act, whose ``kind`` and ``fields`` say what was done."""
        return self._acts(act_id) if act_id else None

    def device(self, device_id: str | None) -> str:
        """A PC's label."""
        row = self._row("devices", device_id)
        return (row["label"] or "") if row else ""

    def colleague(self, person_id: str | None) -> str:
        """Somebody who works in the school."""
        row = self._row("people", person_id)
        return row["name"] if row else ""

    def officer(self, officer_id: str | None) -> str:
        """A support officer."""
        row = self._row("support_officers", officer_id)
        return row["name"] if row else "assistance"

    def grant(self, grant_id: str | None) -> str:
        """To whom the school is, or was, open."""
        row = self._row("support_grants", grant_id)
        return row["officer_name"] if row else "assistance"

    def proposal(self, proposal_id: str | None) -> str:
        """About whom an officer proposed something."""
        row = self._row("proposals", proposal_id)
        return self.person("guardians", row["guardian_id"]) if row else UNKNOWN

    def review(self, review_id: str | None) -> str:
        """What an item of « À revoir » was about."""
        row = self._row("reviews", review_id)
        return KIND_WORDS.get(row["kind"], "") if row else ""

    def request(self, request_id: str | None) -> str:
        """Who asked: the guardian, else the name that was typed."""
        row = self._row("requests", request_id)
        if row is None:
            return UNKNOWN
        detail = row["detail"] or {}
        typed = f"{detail.get('last_name', '')} {detail.get('first_name', '')}".strip()
        return self.person("guardians", row["guardian_id"]) if row["guardian_id"] else typed or UNKNOWN

    def reports(self, report_ids: Iterable[str]) -> str:
        """Whose reports these are."""
        rows = [self._row("reports", report_id) for report_id in report_ids]
        return self.pupils(row["pupil_id"] for row in rows if row)

    def pupils(self, pupil_ids: Iterable[str]) -> str:
        """« DUPONT Zoé, PETIT Anne, RIVAL Léa et 12 autres »."""
        return _some(pupil_ids, lambda pupil_id: self.person("pupils", pupil_id))

    def import_day(self, import_id: str | None) -> str:
        """The day of an import."""
        row = self._row("imports", import_id)
        return f"{local_date(row['at'], self.zone):%d-%m-%Y}" if row else ""

    def _row(self, table: str, record_id: str | None) -> Row | None:
        return self._rows.get(table, record_id) if record_id else None


def _some(ids: Iterable[str], name: Callable[[str], str]) -> str:
    """The first names, each once, and how many others there are."""
    found = list(dict.fromkeys(ids))
    shown = ", ".join(map(name, found[:MOST_NAMES]))
    more = len(found) - MOST_NAMES
    return f"{shown} et {more}\u00a0autre{'s' * (more > 1)}" if more > 0 else shown


def _school(fields: Fields, names: Names) -> str:
    return " ".join(part for part in (fields.get("uai"), fields.get("name")) if part)


def _changes(fields: Fields) -> str:
    """« courriel : a@exemple.fr → b@exemple.fr »."""
    return ", ".join(
        f"{FIELD_WORDS.get(name, name)}\u00a0: {value_words(seen, name)} → {value_words(new, name)}"
        for name, (seen, new) in (fields.get("changes") or {}).items()
    )


def _corrected(table: str) -> Callable[[Fields, Names], str]:
    return lambda fields, names: f"{names.person(table, fields.get('record_id'))}\u00a0— {_changes(fields)}"


def _setting(fields: Fields, names: Names) -> str:
    name = fields.get("name", "")
    seen, new = value_words(fields.get("seen")), value_words(fields.get("value"))
    return f"{FIELD_WORDS.get(name, name)}\u00a0: {seen} → {new}"


def _import(fields: Fields, names: Names) -> str:
    summary = fields.get("summary") or {}
    parts = [_moved(summary.get(key) or {}, noun) for key, noun in (("pupils", "élève"), ("guardians", "responsable"))]
    return ", ".join(part for part in parts if part) or "rien n’a changé"


def _moved(counts: Mapping[str, int], noun: str) -> str:
    parts = [
        _many(counts[key], f"{noun} {word}", f"{noun}s {word}s")
        for key, word in (("new", "ajouté"), ("changed", "modifié"), ("gone", "parti"))
        if counts.get(key)
    ]
    return ", ".join(parts)


def _undone_import(fields: Fields, names: Names) -> str:
    day = names.import_day(fields.get("import_id"))
    return f"celui du {day}" if day else ""


def _notified(fields: Fields, names: Names) -> str:
    sheets = fields.get("sheets") or ()
    reset = ", avec réinitialisation" if fields.get("reset") else ""
    who = names.accounts(sheet["account_id"] for sheet in sheets)
    return f"{_many(len(sheets), 'feuille')}, lot {_batch(fields)}{reset}\u00a0: {who}"


def _batch(fields: Fields) -> str:
    return str((fields.get("batch") or {}).get("number", ""))


def _reset(fields: Fields, names: Names) -> str:
    sheets = fields.get("sheets") or ()
    who = names.accounts(sheet["account_id"] for sheet in sheets)
    return f"{_many(len(sheets), 'mot de passe', 'mots de passe')}, lot {_batch(fields)}\u00a0: {who}"


def _mailed(fields: Fields, names: Names) -> str:
    mails = fields.get("mails") or ()
    reset = ", avec réinitialisation" if fields.get("reset") else ""
    return f"{_many(len(mails), 'courriel')}{reset}\u00a0: {names.accounts(mail['account_id'] for mail in mails)}"


def _resent(fields: Fields, names: Names) -> str:
    return f"{names.account(fields.get('account_id', ''))}, à {fields.get('address', '')}"


def _went_on(fields: Fields, names: Names) -> str:
    return "envoi repris" if fields.get("go_on") else "le reste de l’envoi est abandonné"


def _listed(fields: Fields, names: Names) -> str:
    accounts = fields.get("account_ids") or ()
    secrets = _many(len(accounts), "mot de passe", "mots de passe")
    lines = _many(fields.get("lines", 0), "ligne")
    who = f"\u00a0: {names.accounts(accounts)}" if accounts else ""
    return f"{str(fields.get('format', '')).upper()}, {lines}, {secrets}{who}"


def _of_accounts(fields: Fields, names: Names) -> str:
    return names.accounts(fields.get("account_ids") or ())


def _access(fields: Fields, names: Names) -> str:
    reason = f" ({fields['reason']})" if fields.get("reason") else ""
    access = Access(fields["access"]).label.lower()
    return f"{names.link(fields.get('responsibility_id'))}\u00a0: {access}{reason}"


def _protected(fields: Fields, names: Names) -> str:
    what = "situation protégée" if fields.get("knows") is not None else "fin de la situation protégée"
    return f"{names.person('pupils', fields.get('pupil_id'))}\u00a0: {what}"


def _wish(fields: Fields, names: Names) -> str:
    wish = Wish(fields["wish"]).label.lower() if fields.get("wish") else "un compte comme tout le monde"
    return f"{names.person('guardians', fields.get('guardian_id'))}\u00a0: {wish}"


def _handed(fields: Fields, names: Names) -> str:
    sheets = fields.get("sheet_ids") or ()
    day = fields.get("handed_on")
    when = f"remises le {value_words(day)}" if day else "finalement pas remises"
    return f"{_many(len(sheets), 'feuille')} ({when})\u00a0: {names.sheets(sheets)}"


def _prolonged(fields: Fields, names: Names) -> str:
    sheets = fields.get("sheet_ids") or ()
    return f"{_many(len(sheets), 'feuille')}\u00a0: {names.sheets(sheets)}"


def _revoked(fields: Fields, names: Names) -> str:
    label = names.device(fields.get("device_id")) or UNKNOWN
    return f"{label} (volé\u00a0: ses mots de passe provisoires sont annulés)" if fields.get("stolen") else label


def _successor(fields: Fields, names: Names) -> str:
    leaving = names.colleague(fields.get("ends_person_id"))
    return f"arrivée de {fields.get('name', '')}" + (f", fin de {leaving}" if leaving else "")


def _undone(fields: Fields, names: Names) -> str:
    """What was undone, or put back: the action itself, told as it stands in its own line."""
    act, found = fields, None
    while (found := names.act(act.get("act_id"))) is not None and found["kind"] == UNDO:
        act = found["fields"]
    again = "rétabli\u00a0: " if fields.get("again") else ""
    if found is None:
        return again + title(fields.get("kind", "")).lower()
    told = detail(found["kind"], found["fields"] or {}, names)
    return again + "\u00a0— ".join(part for part in (title(found["kind"]), told) if part)


def _answered(fields: Fields, names: Names) -> str:
    how = ANSWER_WORDS.get(fields.get("how", ""), "")
    return f"{names.request(fields.get('request_id'))}\u00a0: {how}"


def _closed(fields: Fields, names: Names) -> str:
    return f"{names.request(fields.get('request_id'))}\u00a0: {ANSWER_WORDS.get(fields.get('why', ''), '')}"


def _matched(fields: Fields, names: Names) -> str:
    return f"{names.request(fields.get('request_id'))}\u00a0: {names.person('guardians', fields.get('guardian_id'))}"


def _decided(fields: Fields, names: Names) -> str:
    words = "acceptée" if fields.get("accepted") else "refusée"
    said = f" («\u00a0{fields['said']}\u00a0»)" if fields.get("said") else ""
    return f"{names.request(fields.get('request_id'))}\u00a0: {words}{said}"


def _reports_imported(fields: Fields, names: Names) -> str:
    reports = fields.get("reports") or ()
    return f"{_many(len(reports), 'document')}\u00a0: {names.pupils(report['pupil_id'] for report in reports)}"


def _reports_locked(fields: Fields, names: Names) -> str:
    return _of_reports(fields, names, "verrouillés" if fields.get("locked") else "déverrouillés")


def _reports_published(fields: Fields, names: Names) -> str:
    day = fields.get("on")
    return _of_reports(fields, names, f"publiés le {value_words(day)}" if day else "publication annulée")


def _reports_removed(fields: Fields, names: Names) -> str:
    why = "durée de conservation atteinte" if fields.get("why") == "kept_long_enough" else "retirés"
    return _of_reports(fields, names, why)


def _of_reports(fields: Fields, names: Names, what: str) -> str:
    reports = fields.get("report_ids") or ()
    return f"{_many(len(reports), 'document')} ({what})\u00a0: {names.reports(reports)}"


def _reminded(fields: Fields, names: Names) -> str:
    return names.accounts(line["account_id"] for line in fields.get("reminders") or ())


def _erased(fields: Fields, names: Names) -> str:
    people = fields.get("people") or ()
    pupils = sum(person["table"] == "pupils" for person in people)
    told = [(pupils, "élève"), (len(people) - pupils, "responsable")]
    why = "durée dépassée" if fields.get("why") == "kept_time" else "à sa demande"
    return f"{', '.join(_many(count, noun) for count, noun in told if count)} ({why})"


def _limited(fields: Fields, names: Names) -> str:
    reason = f" ({fields['reason']})" if fields.get("reason") else ""
    what = "seulement conservé" if fields.get("limited") else "fin de la limitation"
    return f"{names.person(fields['table'], fields.get('record_id'))}\u00a0: {what}{reason}"


def _ticked(fields: Fields, names: Names) -> str:
    word = "fait dans ONDE" if fields.get("done", True) else "encore à faire dans ONDE"
    return f"{names.person(fields['table'], fields.get('record_id'))}\u00a0: {fields['label']}, {word}"


def _granted(fields: Fields, names: Names) -> str:
    day = local_date(fields["until"], names.zone)
    return f"{names.officer(fields['officer_id'])}, jusqu’au {day:%d-%m-%Y}"


def _read(fields: Fields, names: Names) -> str:
    what = "copie ouverte" if fields["what"] == Reading.OPENING else "recherche d’une cause"
    return f"{names.grant(fields['grant_id'])}\u00a0: {what}"


def _proposed(fields: Fields, names: Names) -> str:
    about = detail(fields["kind"], fields["fields"], names) or names.person("guardians", fields["guardian_id"])
    return f"{title(fields['kind'])}\u00a0: {about}"


def _proposal_decided(fields: Fields, names: Names) -> str:
    word = "acceptée" if fields["accepted"] else "refusée"
    said = f" («\u00a0{fields['said']}\u00a0»)" if fields.get("said") else ""
    return f"{names.proposal(fields['proposal_id'])}\u00a0: {word}{said}"


def _pair(fields: Fields, names: Names) -> str:
    """Both records; one of another school has no name here."""
    one, other = (names.person("guardians", fields.get(name)) for name in ("guardian_id", "other_id"))
    changes = f"\u00a0— {_changes(fields)}" if fields.get("changes") else ""
    return (f"{one}, fiche d’une autre école" if other == UNKNOWN else f"{one}, {other}") + changes


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count}\u00a0{one if count <= 1 else several or one + 's'}"


_TELLERS: dict[str, Callable[[Fields, Names], str]] = {
    "ecole.creer": _school,
    "ecole.modifier": lambda fields, names: _changes(fields),
    "ecole.regler": _setting,
    "import.appliquer": _import,
    "import.annuler": _undone_import,
    "responsable.corriger": _corrected("guardians"),
    "eleve.corriger": _corrected("pupils"),
    "compte.notifier": _notified,
    "compte.notifier_mail": _mailed,
    "compte.renvoyer": _resent,
    "courriel.reprendre": _went_on,
    "compte.reinitialiser": _reset,
    "liste.exporter": _listed,
    "compte.rouvrir": _of_accounts,
    "compte.reactiver": _of_accounts,
    "acces.regler": _access,
    "eleve.proteger": _protected,
    "responsable.souhait": _wish,
    "feuille.remettre": _handed,
    "feuille.prolonger": _prolonged,
    "poste.revoquer": _revoked,
    "ecole.passation": _successor,
    "demande.repondre": _answered,
    "demande.clore": _closed,
    "demande.rattacher": _matched,
    "correction.decider": _decided,
    "regroupement.annuler": lambda fields, names: names.request(fields.get("request_id")),
    "revue.clore": lambda fields, names: names.review(fields.get("review_id")),
    "bilan.importer": _reports_imported,
    "bilan.verrouiller": _reports_locked,
    "bilan.publier": _reports_published,
    "bilan.retirer": _reports_removed,
    "bilan.relancer": _reminded,
    "poste.admettre": lambda fields, names: names.device(fields.get("device_id")),
    "personne.effacer": _erased,
    "personne.limiter": _limited,
    "onde.cocher": _ticked,
    "assistance.accorder": _granted,
    "assistance.terminer": lambda fields, names: names.grant(fields.get("grant_id")),
    "assistance.consulter": _read,
    "assistance.proposer": _proposed,
    "assistance.decider": _proposal_decided,
    "doublon.ecarter": _pair,
    "doublon.regrouper": _pair,
    UNDO: _undone,
}
KNOWN = frozenset(_TELLERS)
"""The kinds that have words."""
