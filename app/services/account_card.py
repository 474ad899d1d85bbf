"""One account in full (the eye of arena.md), and why its owner is not in, in words for a phone call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.models.clock import parse_instant
from app.models.contacts import show_phone
from app.models.corrections import effective
from app.models.deliveries import DeliveryState
from app.models.errors import PreauError
from app.models.states import Access, AccountOrigin, AccountState, Letter, Wish
from app.models.tables import Row
from app.services.accounts import NO_CLASS, listed_name, present_enrolments
from app.services.deliveries import mail_words
from app.services.desk import Desk
from app.services.diagnosis.diagnose import why_not_in
from app.services.diagnosis.facts import SchoolFacts, read_line
from app.services.records.grouped import links_of, standing_account
from app.services.records.rows import SchoolRows
from app.services.reviews import ACT_WORDS
from app.services.rights import AccountRights, read_rights
from app.services.sheets import provisional_password

EMPTY = "Non renseigné"
CHOSEN_PASSWORD = "******"  # noqa: S105 - what Arena shows in place of a password that the guardian has chosen


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child of the account; ``birth_date`` is ``JJ-MM-AAAA`` or empty, ``place`` the class or the other school."""

    first_name: str
    last_name: str
    birth_date: str
    place: str
    pupil_id: str = ""
    """Empty for a child of another school."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One thing that happened: when, where the school is, and in words."""

    at: str
    words: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """What the panel shows. Every text is ready to be shown; what is empty says so."""

    account_id: str
    name: str
    state: AccountState
    login: str
    password: str
    password_note: str
    email: str
    mobile: str
    origin: str
    notified_on: str
    last_access_on: str
    children: tuple[ChildLine, ...]
    elsewhere: tuple[ChildLine, ...]
    why: tuple[str, ...]
    """« Pourquoi la connexion n’aboutit-elle pas ? »: nothing where the account is active and open."""
    can_reopen: bool
    events: tuple[EventLine, ...]
    rights: AccountRights
    mails: tuple[str, ...] = ()
    """What became of the mails, a sentence each, the latest first."""
    mail_failing: bool = False
    """The latest mail was refused or could not leave: a sheet is needed."""
    activation_address: str | None = None
    """Where the activation mail went; None where activation is not under way."""


def account_card(desk: Desk, *, school_id: str, account_id: str) -> AccountCard:
    """The card of an account. Raises NotFound for an account that is not in this school."""
    password, note = _password(desk, school_id, account_id)
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        account = standing_account(rows, rows.need("accounts", account_id))
        guardian = rows.need("guardians", account["guardian_id"])
        zone = rows.need("schools", school_id)["timezone"] or "Europe/Paris"
        events = sorted(rows.where("events", account_id=account["id"]), key=lambda row: str(row["at"]), reverse=True)
        mails = sorted(rows.where("deliveries", account_id=account["id"]), key=_asked, reverse=True)
        email = account["email"] or effective(guardian, "email")
        mobile = account["mobile"] or effective(guardian, "mobile")
        return AccountCard(
            account_id=account["id"],
            name=listed_name(guardian),
            state=AccountState(account["state"]),
            login=account["login"] or "Donné à la première synchronisation",
            password=CHOSEN_PASSWORD if account["password_changed"] else password,
            password_note=note,
            email=email or EMPTY,
            mobile=show_phone(mobile) or EMPTY,
            origin=AccountOrigin(account["origin"]).label,
            notified_on=_day(account["notified_on"]) or EMPTY,
            last_access_on=_day(account["last_access_on"]) or EMPTY,
            children=tuple(_children(rows, account)),
            elsewhere=tuple(_elsewhere(account)),
            why=why_not_in(SchoolFacts(rows, desk.now(), read_line(connection, school_id), whole=False), account),
            can_reopen=account["block"] is not None,
            events=tuple(EventLine(moment_words(event["at"], zone), event_words(event)) for event in events),
            rights=read_rights(rows, account),
            mails=tuple(mail_words(mail, zone) for mail in mails),
            mail_failing=bool(mails) and DeliveryState(mails[0]["state"]).is_failing,
            activation_address=(email or "") if account["state"] == AccountState.ACTIVATING else None,
        )


def _asked(mail: Row) -> tuple[str, str]:
    return mail["asked_at"], mail["id"]


def _password(desk: Desk, school_id: str, account_id: str) -> tuple[str, str]:
    """(the provisional password or nothing, why it cannot be shown)."""
    try:
        found = provisional_password(desk, school_id=school_id, account_id=account_id)
    except PreauError as error:
        return "", error.sentence
    return (" ".join(found[place : place + 4] for place in range(0, len(found), 4)), "") if found else ("", "")


def _children(rows: SchoolRows, account: Row) -> list[ChildLine]:
    enrolments = present_enrolments(rows)
    rooms = {row["id"]: row["label"] for row in rows.all("classrooms")}
    found = []
    for link in links_of(rows, account):
        pupil = rows.get("pupils", link["pupil_id"])
        if link["ended_on"] is None and pupil is not None and pupil["left_on"] is None:
            room = rooms.get(enrolments.get(pupil["id"], {}).get("classroom_id"), NO_CLASS)
            last = effective(pupil, "usage_name") or effective(pupil, "last_name") or ""
            born = _day(effective(pupil, "birth_date"))
            found.append(ChildLine(effective(pupil, "first_name") or "", last, born, room, pupil["id"]))
    return sorted(found, key=lambda child: (child.last_name, child.first_name))


def _elsewhere(account: Row) -> list[ChildLine]:
    children: list[dict[str, Any]] = account["elsewhere"] or []
    return [
        ChildLine(child["first_name"], child["last_name"], _day(child.get("birth_date")), child["school"])
        for child in children
    ]


_LETTER_WORDS = {
    Letter.C01: "feuille imprimée", Letter.C02: "mail de notification", Letter.C03: "rappel imprimé",
    Letter.C04: "mail de rappel", Letter.C05: "feuille imprimée, nouveau mot de passe",
    Letter.C06: "mail, nouveau mot de passe",
}  # fmt: skip
_TRIES = {
    "birth_date": "date de naissance refusée", "password": "mot de passe refusé", "no_living_sheet": "mot de passe refusé, "
    "aucune feuille valable", "sheet_used": "feuille déjà utilisée", "sheet_replaced": "feuille remplacée par une autre",
    "sheet_expired": "feuille qui n’est plus valable", "link_used": "lien de mail déjà utilisé",
    "merged": "identifiant d’un compte regroupé", "gather": "regroupement de comptes refusé",
    "unknown_number": "auto-inscription\u00a0: numéro inconnu pour ce nom",
    "no_number": "auto-inscription\u00a0: pas de portable dans ONDE pour ce nom",
    "landline": "auto-inscription\u00a0: numéro fixe", "bad_number": "auto-inscription\u00a0: numéro illisible dans ONDE",
    "shared_mobile": "auto-inscription\u00a0: mobile partagé", "code": "auto-inscription\u00a0: codes faux",
    "too_many_codes": "auto-inscription\u00a0: trop de codes demandés pour ce numéro",
    "create_closed": "auto-inscription\u00a0: aucun enfant à montrer en ligne",
    "other_contact": "auto-inscription\u00a0: compte déjà actif, avec un autre contact vérifié",
    "link_replaced": "lien de mail remplacé par un autre", "link_expired": "lien de mail qui n’est plus valable",
    "unknown_name": "auto-inscription\u00a0: nom inconnu pour ce portable",
    "federation_name": "FranceConnect ou ENT\u00a0: nom inconnu pour ce portable",
    "recovery_unconfirmed": "accès perdu\u00a0: portable qu’aucun compte actif n’a confirmé",
    "mail_link_used": "lien d’activation déjà utilisé", "mail_link_replaced": "lien d’activation remplacé par un autre",
    "mail_link_expired": "lien d’activation qui n’est plus valable",
}  # fmt: skip
_EVENTS = {
    "grouped": "fiches regroupées par l’école", "notified": "compte notifié", "corrected": "fiche corrigée",
    "access": "droit d’accès changé", "protected": "situation protégée",
    "unprotected": "fin de la situation protégée",
    "prolonged": "feuille prolongée", "wish": "souhait noté", "limited": "traitement limité",
    "unlimited": "fin de la limitation",
    "request_answered": "demande traitée", "portal_help_request": "demande d’aide à l’école",
    "portal_correction_proposed": "correction proposée par le parent",
    "portal_not_guardian": "a dit ne pas être le représentant légal",
    "undone": "décision annulée", "reopened": "accès rouvert", "to_reactivate": "compte à réactiver",
    "portal_sheet_used": "feuille utilisée", "portal_activating": "formulaire d’activation rempli, mail envoyé",
    "portal_link_used": "lien du mail utilisé", "portal_address": "adresse d’activation corrigée par une autre école",
    "resent": "mail d’activation renvoyé",
    "portal_active": "compte activé", "portal_password": "mot de passe changé", "portal_unblock": "accès rouvert",
    "portal_mail_failed": "mail refusé par la messagerie", "portal_sms_failed": "SMS non parti",
    "portal_entered": "entré par un code reçu sur son portable, compte déjà actif",
    "portal_way_added": "autre façon d’entrer ajoutée par le parent",
    "portal_recovered": "accès retrouvé par le parent, avec un code",
    "reset": "mot de passe réinitialisé",
    "portal_forced_reset": "nouveau mot de passe demandé par l’exploitant du serveur",
    "portal_reset": "mot de passe réinitialisé par une autre école", "portal_notified": "compte notifié par une autre école",
    "listed": "mot de passe écrit dans une liste",
    "portal_contact": "a changé son adresse mail", "portal_prefers_paper": "préfère le papier, dit sur le portail",
    "portal_way_removed": "a retiré une façon de se connecter",
    "portal_merged": "compte regroupé avec un autre", "portal_unmerged": "regroupement annulé",
    "portal_block": "accès fermé\u00a0: cinq dates de naissance fausses",
}  # fmt: skip


def event_words(event: Row) -> str:
    """What happened, in words; the person who did it in brackets."""
    detail = event["detail"] or {}
    words: str = _EVENTS.get(event["kind"], str(event["kind"]))
    if event["kind"] == "notified" and "letter" in detail:
        words = _LETTER_WORDS[Letter(detail["letter"])] + (f", lot {detail['batch']}" if detail.get("batch") else "")
    elif event["kind"] == "portal_failed_try":
        words = _TRIES.get(detail.get("reason", ""), "connexion refusée")
        words += f" ({detail['tries']} essais)" if detail.get("tries", 1) > 1 else ""
    elif event["kind"] == "portal_mail_failed":
        words = "mail qui n’a pas pu partir" if detail.get("state") == DeliveryState.FAILED else words
        words += _address(detail)
    elif event["kind"] == "resent":
        words += _address(detail) + (f" au lieu de {detail['former']}" if detail.get("former") else "")
    elif event["kind"] == "access" and "access" in detail:
        words += f"\u00a0: {Access(detail['access']).label.lower()}"
    elif event["kind"] == "wish":
        words += f"\u00a0: {Wish(detail['wish']).label.lower() if detail.get('wish') else 'un compte'}"
    elif event["kind"] == "undone":
        words = f"{'rétabli' if detail.get('again') else 'annulé'}\u00a0: {ACT_WORDS.get(detail.get('act', ''), words)}"
    elif event["kind"] == "portal_active" and detail.get("origin") == AccountOrigin.GUARDIAN:
        words = "compte activé par auto-inscription"
    elif event["kind"] == "portal_contact" and detail.get("what") == "mobile":
        words = "a changé son numéro de portable"
    elif event["kind"] == "portal_prefers_paper" and not detail.get("on"):
        words = "ne préfère plus le papier"
    elif event["kind"] == "portal_activating" and not detail.get("email"):
        words = "formulaire d’activation rempli"
    return f"{words} ({event['author']})" if event["author"] else words


def _address(detail: Row) -> str:
    """« : son@adresse.fr »; nothing once the address was purged."""
    return f"\u00a0: {detail['email']}" if detail.get("email") else ""


def _day(text: str | None) -> str:
    return "-".join(reversed(text[:10].split("-"))) if text else ""


def moment_words(at: str, zone: str) -> str:
    """A stored instant, « 21-11-2026 18 h 42 » where the school is."""
    local = parse_instant(at).astimezone(ZoneInfo(zone))
    return f"{local:%d-%m-%Y} {local.hour}\u00a0h\u00a0{local.minute:02d}"
