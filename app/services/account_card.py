"""One account in full (the eye of arena.md), and why its owner is not in, in words for a phone call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.models.clock import local_date, parse_instant
from app.models.contacts import is_mail, mail_suggestion, read_mobile, show_phone
from app.models.corrections import effective
from app.models.deliveries import DeliveryState
from app.models.errors import PreauError
from app.models.states import Access, AccountOrigin, AccountState, Letter, SheetStatus, Wish
from app.models.tables import Row
from app.services.accounts import NO_CLASS, listed_name, present_enrolments
from app.services.deliveries import mail_words
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.rights import AccountRights, read_rights
from app.services.sheets import provisional_password

EMPTY = "Non renseigné"
CHOSEN_PASSWORD = "******"  # noqa: S105 - what Arena shows in place of a password that the guardian has chosen
MAIL_LIFE_DAYS = 3


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
        account = rows.need("accounts", account_id)
        guardian = rows.need("guardians", account["guardian_id"])
        zone = rows.need("schools", school_id)["timezone"] or "Europe/Paris"
        today = desk.clock().astimezone(ZoneInfo(zone)).date()
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
            children=tuple(_children(rows, guardian["id"])),
            elsewhere=tuple(_elsewhere(account)),
            why=tuple(_why(rows, account, guardian, email, mobile, events, today, zone)),
            can_reopen=account["block"] is not None,
            events=tuple(EventLine(_moment(event["at"], zone), event_words(event)) for event in events),
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


def _children(rows: SchoolRows, guardian_id: str) -> list[ChildLine]:
    enrolments = present_enrolments(rows)
    rooms = {row["id"]: row["label"] for row in rows.all("classrooms")}
    found = []
    for link in rows.where("responsibilities", guardian_id=guardian_id):
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


def _why(
    rows: SchoolRows, account: Row, guardian: Row, email: str | None, mobile: str | None, events: list[Row], today: date,
    zone: str,
) -> list[str]:  # fmt: skip
    """Sentences that say what stands between the parent and the account, the most probable first."""
    state = AccountState(account["state"])
    found = []
    if account["block"] == "birth_date_tries":
        found.append(
            "Cinq dates de naissance fausses ont fermé l’accès. Vérifiez la date dans ONDE, puis rouvrez l’accès."
        )
    if account["to_reactivate"]:
        found.append("Le serveur a été restauré\u00a0: ce compte est à réactiver, par une nouvelle feuille.")
    if state is AccountState.NOT_NOTIFIED:
        found.append(_not_notified(account, mobile))
    elif state is AccountState.NOTIFIED:
        sheets, mails = (rows.where(table, account_id=account["id"]) for table in ("sheets", "deliveries"))
        found += _notified_by_mail(sheets, mails, zone) or _notified(sheets, today)
    elif state is AccountState.ACTIVATING:
        mails = [mail for mail in rows.where("deliveries", account_id=account["id"]) if mail["letter"] == Letter.C07]
        latest = max(mails, key=_asked, default=None)
        waits = latest is not None and latest["state"] == DeliveryState.QUEUED
        found.append(mail_words(latest, zone) if latest and waits else _activating(events, email, today, zone))
    found += [
        f"Dernier refus\u00a0: {event_words(event)}." for event in events[:1] if event["kind"] == "portal_failed_try"
    ]
    return found


def _not_notified(account: Row, mobile: str | None) -> str:
    if account["login"] is None:
        return "Ce compte n’a pas encore d’identifiant\u00a0: une synchronisation est nécessaire."
    if read_mobile(mobile, allow_fictional=True).e164 is None:
        return "Ce responsable n’a jamais été notifié, et ONDE n’a pas de portable pour lui\u00a0: remettez-lui une feuille."
    return "Ce responsable n’a jamais été notifié\u00a0: remettez-lui une feuille."


def _notified_by_mail(sheets: list[Row], mails: list[Row], zone: str) -> list[str]:
    """The latest mail, where no sheet was printed after it."""
    latest = max(mails, key=_asked, default=None)
    printed = max((sheet["printed_at"] for sheet in sheets if sheet["status"] not in _GONE), default="")
    if latest is None or latest["asked_at"] < printed:
        return []
    next_step = {True: "Imprimez sa feuille.", False: "Son lien n’a pas encore servi."}
    return [f"{mail_words(latest, zone)} {next_step[DeliveryState(latest['state']).is_failing]}"]


_GONE = (SheetStatus.REPLACED, SheetStatus.WITHDRAWN)


def _notified(sheets: list[Row], today: date) -> list[str]:
    latest = max(sheets, key=lambda sheet: (sheet["printed_at"], sheet["id"]), default=None)
    if latest is None:
        return ["Notifié, mais aucune feuille n’est enregistrée ici."]
    status = SheetStatus(latest["status"])
    if status is SheetStatus.PRINTED:
        return ["Sa feuille n’est pas encore connue du serveur\u00a0: synchronisez avant de la remettre."]
    if status is SheetStatus.EXPIRED or (latest["expires_at"] or "9") < f"{today}":
        return ["Sa feuille n’est plus valable (3 mois passés) : remettez-en une nouvelle."]
    if status is SheetStatus.KNOWN:
        return [f"Sa feuille est valable jusqu’au {_day(latest['expires_at'][:10])}\u202f; elle n’a pas encore servi."]
    return []


def _activating(events: list[Row], email: str | None, today: date, zone: str) -> str:
    sent = next((event for event in events if event["kind"] in ("portal_activating", "resent")), None)
    if sent is None:
        return "L’activation n’est pas terminée."
    refused = next((event for event in events if event["kind"] == "portal_mail_failed"), None)
    if refused is not None and refused["at"] > sent["at"]:
        wrong = (refused["detail"] or {}).get("email", "")
        return (
            f"Sa messagerie a refusé le mail envoyé à {wrong}\u00a0: corrigez l’adresse avec «\u00a0Renvoyer un courriel "
            "d’activation\u00a0»."
        )
    address = (sent["detail"] or {}).get("email") or email or ""
    day = local_date(sent["at"], zone)
    suggestion = mail_suggestion(address) if is_mail(address) else None
    doubt = f" L’adresse est-elle {suggestion}\u202f?" if suggestion else ""
    if (today - day).days > MAIL_LIFE_DAYS:
        return f"Le lien envoyé le {day:%d-%m-%Y} à {address} n’a pas été ouvert, et n’est plus valable.{doubt}"
    return f"Le lien envoyé le {day:%d-%m-%Y} à {address} n’a pas encore été ouvert.{doubt}"


_LETTER_WORDS = {
    Letter.C01: "feuille imprimée", Letter.C02: "mail de notification", Letter.C03: "rappel imprimé",
    Letter.C04: "mail de rappel", Letter.C05: "feuille imprimée, nouveau mot de passe",
    Letter.C06: "mail, nouveau mot de passe",
}  # fmt: skip
_TRIES = {
    "birth_date": "date de naissance refusée", "password": "mot de passe refusé", "no_living_sheet": "mot de passe refusé, "
    "aucune feuille valable", "sheet_used": "feuille déjà utilisée", "sheet_replaced": "feuille remplacée par une autre",
    "sheet_expired": "feuille qui n’est plus valable", "link_used": "lien de mail déjà utilisé",
    "link_replaced": "lien de mail remplacé par un autre", "link_expired": "lien de mail qui n’est plus valable",
}  # fmt: skip
_EVENTS = {
    "corrected": "fiche corrigée", "access": "droit d’accès changé", "protected": "situation protégée",
    "unprotected": "fin de la situation protégée",
    "prolonged": "feuille prolongée", "wish": "souhait noté",
    "reopened": "accès rouvert", "to_reactivate": "compte à réactiver",
    "portal_sheet_used": "feuille utilisée", "portal_activating": "formulaire d’activation rempli, mail envoyé",
    "portal_link_used": "lien du mail utilisé", "portal_address": "adresse d’activation corrigée par une autre école",
    "resent": "mail d’activation renvoyé",
    "portal_active": "compte activé", "portal_password": "mot de passe changé", "portal_unblock": "accès rouvert",
    "portal_mail_failed": "mail refusé par la messagerie", "reset": "mot de passe réinitialisé",
    "portal_reset": "mot de passe réinitialisé par une autre école", "listed": "mot de passe écrit dans une liste",
    "portal_block": "accès fermé\u00a0: cinq dates de naissance fausses",
}  # fmt: skip


def event_words(event: Row) -> str:
    """What happened, in words; the person who did it in brackets."""
    detail = event["detail"] or {}
    words: str = _EVENTS.get(event["kind"], str(event["kind"]))
    if event["kind"] == "notified":
        words = _LETTER_WORDS[Letter(detail["letter"])] + (f", lot {detail['batch']}" if detail.get("batch") else "")
    elif event["kind"] == "portal_failed_try":
        words = _TRIES.get(detail.get("reason", ""), "connexion refusée")
        words += f" ({detail['tries']} essais)" if detail.get("tries", 1) > 1 else ""
    elif event["kind"] == "portal_mail_failed":
        words = "mail qui n’a pas pu partir" if detail.get("state") == DeliveryState.FAILED else words
        words += f"\u00a0: {detail.get('email', '')}"
    elif event["kind"] == "resent":
        words += f"\u00a0: {detail['email']}" + (f" au lieu de {detail['former']}" if detail.get("former") else "")
    elif event["kind"] == "access":
        words += f"\u00a0: {Access(detail['access']).label.lower()}"
    elif event["kind"] == "wish":
        words += f"\u00a0: {Wish(detail['wish']).label.lower() if detail.get('wish') else 'un compte'}"
    elif event["kind"] == "portal_activating" and not detail.get("email"):
        words = "formulaire d’activation rempli"
    return f"{words} ({event['author']})" if event["author"] else words


def _day(text: str | None) -> str:
    return "-".join(reversed(text[:10].split("-"))) if text else ""


def _moment(at: str, zone: str) -> str:
    local = parse_instant(at).astimezone(ZoneInfo(zone))
    return f"{local:%d-%m-%Y} {local.hour}\u00a0h\u00a0{local.minute:02d}"
