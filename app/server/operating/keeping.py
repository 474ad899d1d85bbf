"""How long the server keeps what: one table, each line of it carried out by a purge (DESIGN, « Keeping »).

What only the server has is deleted. In a school's tables nothing goes away, since a row is never taken back from a PC:
what is personal in an old row is emptied, under the school's lock, and the emptied row reaches every PC as any other
change does. A PC that pushes an old act again after a restore brings the content back, and the next purge empties it.
Former pupils and their guardians are erased by an act of the server (docs/adr/0017), so that they never come back at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from app.models.clock import instant
from app.models.deliveries import PAUSED, DeliveryState
from app.models.tables import (
    Row,
    acts,
    deliveries,
    events,
    imports,
    proposals,
    requests,
    reviews,
    support_grants,
    traces,
)
from app.server.operating import leaving, livrets
from app.server.operating.united_erasures import follow_erasures
from app.server.sync import heads
from app.server.sync.exchange import SyncService
from app.server.sync.signature import sign_act
from app.server.tables import (
    activations,
    browsers,
    codes,
    device_tokens,
    enrol_codes,
    help_tickets,
    inbox,
    journeys,
    mail_runs,
    mail_tokens,
    noticed_reports,
    outbox,
    provisional_secrets,
    report_notices,
    sessions,
    support_codes,
    tries,
)
from app.services.records.departed import KEPT_DAYS
from app.services.records.rows import SchoolRows

Old = Callable[[str], ColumnElement[bool]]
"""Which rows are past their time, given the stored instant before which that is."""
Purge = Callable[[SyncService, str, bool], int]
"""(what judges and signs acts, instant, for good) -> how many rows; without « for good » it only counts."""

AT_ONCE = 500
"""Rows of a school emptied in one transaction: a synchronisation never waits long for the school's lock."""
YEAR = 365
CNIL_LOGS = "CNIL, délibération 2021-122 : journaux de 6 mois à 1 an"
MINIMAL = "RGPD, article 5-1-e : pas plus longtemps qu’il ne sert"
PERSONAL = ("email", "mobile", "former")
"""What an event of an account may tell of a person, beside what happened."""
_WAITING = (DeliveryState.QUEUED.value, PAUSED)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the table: what goes after how many days, and why then."""

    code: str
    label: str
    days: int
    source: str
    purge: Purge | None = None
    """None: carried out by the operator."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What one rule did, or would do."""

    rule: Rule
    count: int


def purge(service: SyncService, *, dry_run: bool = False) -> tuple[Purged, ...]:
    """Carry out every rule, each on its own: what fails half-way is done the next day. ``dry_run`` only counts."""
    now = service.clock()
    done = []
    for rule in RULES:
        if rule.purge is not None:
            before = instant(now - timedelta(days=rule.days))
            done.append(Purged(rule, rule.purge(service, before, not dry_run)))
    return tuple(done)


def purge_once_a_day(service: SyncService) -> bool:
    """Purge, unless a process of this server has done so today; returns whether it did."""
    today = instant(service.clock())[:10]
    try:
        with service.database.write() as connection:
            if not heads.claim(connection, PURGED_ON, today):
                return False
    except IntegrityError:  # the very first day: another process has just said it
        return False
    purge(service)
    follow_erasures(service)
    return True


PURGED_ON = "purged_on"
"""In ``server_state``: the day of the last purge."""


def table() -> str:
    """Every rule as a Markdown table, for the operator's guide."""
    lines = ["| quoi | jours | d’où vient la règle | effacé |", "| --- | --- | --- | --- |"]
    for rule in RULES:
        done = "chaque jour" if rule.purge is not None else "par l’exploitant"
        lines.append(f"| {rule.label} | {rule.days} | {rule.source} | {done} |")
    return "\n".join(lines) + "\n"


def _deleted(table: Table, old: Old) -> Purge:
    """Delete what is old."""

    def carry_out(service: SyncService, before: str, for_good: bool) -> int:
        database = service.database
        if not for_good:
            with database.read() as connection:
                return int(connection.execute(select(func.count()).select_from(table).where(old(before))).scalar_one())
        with database.write() as connection:
            return connection.execute(delete(table).where(old(before))).rowcount

    return carry_out


def _emptied(table: Table, old: Old, empty: Callable[[Row], Row]) -> Purge:
    """Empty some columns of a school's old rows; ``old`` no longer finds a row that is emptied."""

    def carry_out(service: SyncService, before: str, for_good: bool) -> int:
        found: dict[str, list[str]] = {}
        with service.database.read() as connection:
            for school_id, row_id in connection.execute(select(table.c.school_id, table.c.id).where(old(before))):
                found.setdefault(school_id, []).append(row_id)
        if for_good:
            for school_id, ids in found.items():
                for start in range(0, len(ids), AT_ONCE):
                    _empty(service, table.name, school_id, ids[start : start + AT_ONCE], empty)
        return sum(map(len, found.values()))

    return carry_out


def _empty(
    service: SyncService, table: str, school_id: str, ids: Sequence[str], empty: Callable[[Row], Row]
) -> None:  # fmt: skip
    with service.database.write() as connection:
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        for row_id in ids:
            row = rows.change(table, row_id, **empty(rows.need(table, row_id)))
            if table == acts.name and row["mac"] is not None:  # signed as it is now: pushed again, it changes nothing
                rows.change(table, row_id, mac=sign_act(service.mac_key, row))
        rows.flush(next_seq=head.next)
        heads.save(connection, head)


def _run_is_over(run_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """No mail of the run waits any more: until then its counts decide whether it pauses."""
    other = outbox.alias()
    return ~exists().where(other.c.run_id == run_id, other.c.state.in_(_WAITING))


def _old_messages(before: str) -> ColumnElement[bool]:
    return and_(outbox.c.done_at < before, or_(outbox.c.run_id.is_(None), _run_is_over(outbox.c.run_id)))


def _old_runs(before: str) -> ColumnElement[bool]:
    return and_(mail_runs.c.created_at < before, ~exists().where(outbox.c.run_id == mail_runs.c.id))


def _old_tries(before: str) -> ColumnElement[bool]:
    """Not those of a birth date: they close the sheets of a child until his school opens them again."""
    return and_(tries.c.last_at < before, tries.c.scope != "birth_date")


def _told_of_a_person(before: str) -> ColumnElement[bool]:
    told = [cast(events.c.detail, Text).like(f'%"{name}"%') for name in PERSONAL]
    return and_(events.c.at < before, or_(*told))


def _without_person(event: Row) -> Row:
    return {"detail": {name: value for name, value in (event["detail"] or {}).items() if name not in PERSONAL}}


def _old_requests(before: str) -> ColumnElement[bool]:
    return and_(requests.c.closed_at < before, or_(requests.c.detail.is_not(None), requests.c.answer.is_not(None)))


def _old_proposals(before: str) -> ColumnElement[bool]:
    said = or_(*(column.is_not(None) for column in (proposals.c.fields, proposals.c.reason, proposals.c.said)))
    return and_(proposals.c.at < before, said)


def _old_grants(before: str) -> ColumnElement[bool]:
    return and_(support_grants.c.until < before, support_grants.c.officer_name != "")


def _old_acts(before: str) -> ColumnElement[bool]:
    return and_(acts.c.received_at < before, cast(acts.c.fields, Text) != "{}")


def _old_imports(before: str) -> ColumnElement[bool]:
    return and_(imports.c.at < before, imports.c.before.is_not(None))


def _old_traces(before: str) -> ColumnElement[bool]:
    return and_(traces.c.at < before, traces.c.before.is_not(None))


def _old_reviews(before: str) -> ColumnElement[bool]:
    said = or_(*(column.is_not(None) for column in (reviews.c.kept, reviews.c.lost, reviews.c.sentence)))
    return and_(reviews.c.closed_at < before, said)


def _both(one: Purge, other: Purge) -> Purge:
    return lambda service, before, for_good: one(service, before, for_good) + other(service, before, for_good)


RULES: tuple[Rule, ...] = (
    Rule("tries", "Échecs de connexion et d’activation", YEAR, CNIL_LOGS, _deleted(tries, _old_tries)),
    Rule("sessions", "Connexions des parents au portail", YEAR, CNIL_LOGS,
         _deleted(sessions, lambda before: sessions.c.seen_at < before)),
    Rule("browsers", "Navigateurs déjà connus du portail", YEAR, CNIL_LOGS,
         _deleted(browsers, lambda before: browsers.c.seen_at < before)),
    Rule("device_tokens", "Accès des postes des écoles, une fois terminés", YEAR, CNIL_LOGS,
         _deleted(device_tokens,
                  lambda before: or_(device_tokens.c.expires_at < before, device_tokens.c.revoked_at < before))),
    Rule("enrol_codes", "Codes d’inscription des postes, une fois périmés", YEAR, CNIL_LOGS,
         _deleted(enrol_codes, lambda before: enrol_codes.c.expires_at < before)),
    Rule("provisional_secrets", "Mots de passe provisoires et liens, une fois périmés (empreintes)", YEAR,
         "Dire « cette feuille n’est plus valable » toute l’année scolaire",
         _deleted(provisional_secrets, lambda before: provisional_secrets.c.expires_at < before)),
    Rule("activations", "Activations commencées", 7, MINIMAL,
         _deleted(activations, lambda before: activations.c.created_at < before)),
    Rule("journeys", "Démarches commencées sur le portail", 1, MINIMAL,
         _deleted(journeys, lambda before: journeys.c.created_at < before)),
    Rule("codes", "Codes reçus par SMS ou par courriel, une fois périmés", 7, MINIMAL,
         _deleted(codes, lambda before: codes.c.expires_at < before)),
    Rule("mail_tokens", "Liens de validation d’une adresse, une fois périmés", 30, MINIMAL,
         _deleted(mail_tokens, lambda before: mail_tokens.c.expires_at < before)),
    Rule("inbox", "Nouvelles du portail, une fois dans les dossiers des écoles", 30, MINIMAL,
         _deleted(inbox, lambda before: inbox.c.folded_at < before)),
    Rule("report_notices", "Avis de publication déjà donnés aux familles", 2 * YEAR,
         "Ne pas prévenir deux fois du même bilan",
         _deleted(report_notices, lambda before: report_notices.c.at < before)),
    Rule("noticed_reports", "Bilans dont les familles ont été prévenues", 2 * YEAR,
         "Ne pas prévenir deux fois du même bilan",
         _deleted(noticed_reports, lambda before: noticed_reports.c.at < before)),
    Rule("outbox", "Courriels et SMS partis ou refusés", 90, "Rapprocher un retour tardif de son courriel",
         _deleted(outbox, _old_messages)),
    Rule("mail_runs", "Envois de courriels, une fois leurs courriels effacés", 90,
         "Rapprocher un retour tardif de son courriel", _deleted(mail_runs, _old_runs)),
    Rule("deliveries", "Adresses des courriels, dans les dossiers des écoles", YEAR, CNIL_LOGS,
         _emptied(deliveries, lambda before: and_(deliveries.c.at < before, deliveries.c.address != ""),
                  lambda _row: {"address": "", "reason": None})),
    Rule("events", "Adresses et numéros, dans l’histoire des comptes", YEAR, CNIL_LOGS,
         _emptied(events, _told_of_a_person, _without_person)),
    Rule("requests", "Demandes des parents, une fois closes", YEAR, MINIMAL,
         _emptied(requests, _old_requests, lambda _row: {"detail": None, "answer": None})),
    Rule("help_tickets", "Suivi des demandes d’aide par leur référence (empreintes)", YEAR, MINIMAL,
         _deleted(help_tickets, lambda before: help_tickets.c.created_at < before)),
    Rule("reviews", "Points « À revoir » des écoles, une fois clos", YEAR, MINIMAL,
         _emptied(reviews, _old_reviews, lambda _row: {"kept": None, "lost": None, "sentence": None})),
    Rule("proposals", "Réparations proposées par l’assistance", YEAR, MINIMAL,
         _emptied(proposals, _old_proposals, lambda _row: {"fields": None, "reason": None, "said": None})),
    Rule("support_grants", "Accès donnés à l’assistance, une fois finis : qui, et ce qui a été regardé", YEAR, CNIL_LOGS,
         _emptied(support_grants, _old_grants, lambda _row: {"officer_name": "", "read_at": None, "read_what": None})),
    Rule("support_codes", "Codes dits au téléphone par l’assistance, une fois périmés (empreintes)", 1, MINIMAL,
         _deleted(support_codes, lambda before: support_codes.c.expires_at < before)),
    Rule("former", "Anciens élèves et leurs responsables", KEPT_DAYS,
         "Comme le livret : un cycle de trois ans, plus un an ; ONDE reste la source", leaving.erase_former),
    Rule("reports", "Bilans et attestations, à la fin du temps que le livret leur donne", YEAR,
         "Livret scolaire : le cycle plus un an ; fin de cycle et attestations, l’année qui suit la 3e", livrets.retire),
    Rule("documents", "Documents retirés ou remplacés", 30, "Le temps de l’annuler", livrets.forget_documents),
    Rule("dormant", "Comptes de parents sans enfant dans une école ni connexion", 2 * YEAR,
         "Choix de Préau, à confirmer par le responsable du traitement", leaving.end_dormant),
    Rule("journal", "Journal des actes des écoles", 4 * YEAR, "Suit les anciens élèves",
         _emptied(acts, _old_acts, lambda _row: {"fields": {}, "outcome": None, "author": "", "sentence": None})),
    Rule("undo", "Valeurs d’avant un import ou un acte, gardées pour l’annuler", YEAR, MINIMAL,
         _both(_emptied(imports, _old_imports, lambda _row: {"before": None}),
               _emptied(traces, _old_traces, lambda _row: {"before": None}))),
    Rule("backups", "Sauvegardes de la base", 30, "À la charge de l’exploitant"),
)  # fmt: skip
"""Everything that is kept, and for how long. The same table stands in docs/guides/operateur.md."""
