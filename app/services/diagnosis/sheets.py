"""Causes of way C on paper: the sheet, from the PC to the parent's first log-in (DESIGN, « Sheets »)."""

from __future__ import annotations

from datetime import date

from app.models.clock import local_date
from app.models.states import AccountState, SheetStatus
from app.models.tables import Row
from app.services.diagnosis.cause import BY_THE_SCHOOL, NONE, Cause, Remedy, Where, when
from app.services.diagnosis.facts import Facts

_GONE = (SheetStatus.REPLACED, SheetStatus.WITHDRAWN)
WAITS = (AccountState.NOT_NOTIFIED, AccountState.NOTIFIED)


def latest(facts: Facts) -> Row | None:
    """The sheet that counts: the latest one that was neither replaced nor withdrawn, before the account is in use."""
    if facts.state not in WAITS:
        return None
    return next((sheet for sheet in facts.sheets if sheet["status"] not in _GONE), None)


def _is(status: SheetStatus, facts: Facts) -> Row | None:
    sheet = latest(facts)
    return sheet if sheet is not None and sheet["status"] == status else None


def _ended(sheet: Row, facts: Facts) -> bool:
    return bool(sheet["expires_at"]) and _last(sheet, facts) < facts.today


def _last(sheet: Row, facts: Facts) -> date:
    return local_date(sheet["expires_at"], facts.zone)


def _unknown(facts: Facts) -> bool:
    sheet = _is(SheetStatus.PRINTED, facts)
    return sheet is not None and sheet["accepted_at"] is None


def _expired(facts: Facts) -> str | None:
    sheet = latest(facts)
    if sheet is None:
        return None
    over = sheet["status"] == SheetStatus.EXPIRED or (sheet["status"] == SheetStatus.KNOWN and _ended(sheet, facts))
    since = f" depuis le {facts.day(sheet['expires_at'])}" if sheet["expires_at"] else ""
    return since if over else None


def _living(facts: Facts, *, handed: bool) -> str | None:
    sheet = _is(SheetStatus.KNOWN, facts)
    if sheet is None or _ended(sheet, facts) or bool(sheet["handed_on"]) is not handed or mailed_since(facts, sheet):
        return None
    return facts.day(sheet["expires_at"]) if sheet["expires_at"] else ""


def mailed_since(facts: Facts, sheet: Row | None) -> bool:
    """Whether the latest word to him was a mail."""
    return bool(facts.mails) and (sheet is None or facts.mails[0]["asked_at"] > sheet["printed_at"])


def _withdrawn(facts: Facts) -> bool:
    gone = any(sheet["status"] == SheetStatus.WITHDRAWN for sheet in facts.sheets)
    return facts.state is AccountState.NOTIFIED and gone and latest(facts) is None


def _never(facts: Facts) -> bool:
    return facts.state is AccountState.NOT_NOTIFIED and facts.account["login"] is not None and latest(facts) is None


def _elsewhere(facts: Facts) -> bool:
    return facts.state is AccountState.NOTIFIED and not facts.sheets and not facts.mails


CAUSES = (
    Cause(
        "no_login", "Pas encore d’identifiant", "DESIGN, « Sheets »: a school’s first sync comes first", BY_THE_SCHOOL,
        Where.HERE, "Ce compte n’a pas encore d’identifiant\u00a0: le serveur le donne à la synchronisation.",
        "Synchronisez, puis imprimez sa feuille.", "Votre compte est en préparation, je vous rappelle.",
        when(lambda facts: facts.account["login"] is None), Remedy.SYNCHRONISE,
    ),
    Cause(
        "sheet_unknown", "Feuille inconnue du serveur", "DESIGN, « Sheets »: ne pas distribuer", BY_THE_SCHOOL, Where.HERE,
        "Sa feuille n’est pas encore connue du serveur.",
        "Synchronisez avant de la remettre\u00a0; s’il l’a déjà, elle ouvrira dès la synchronisation.",
        "Votre feuille fonctionnera dans un instant\u00a0: je l’envoie au serveur. Réessayez ensuite.",
        when(_unknown), Remedy.SYNCHRONISE,
    ),
    Cause(
        "sheet_expired", "Feuille expirée", "deck, « 3 mois »; identity.md, « provisional password »", BY_THE_SCHOOL,
        Where.HERE, "Sa feuille n’est plus valable{}.",
        "Prolongez-la si la famille l’a encore\u00a0: le même papier vaudra de nouveau\u00a0; sinon imprimez-en une autre.",
        "Votre feuille a plus de trois mois. L’avez-vous encore\u202f? Je la rends de nouveau valable.",
        _expired, Remedy.PROLONG,
    ),
    Cause(
        "sheet_withdrawn", "Feuille retirée", "DESIGN, « Loss of a PC »", BY_THE_SCHOOL, Where.HERE,
        "Sa feuille a été retirée\u00a0: un accès fermé, ou un poste volé.", "Imprimez-lui une nouvelle feuille.",
        "Votre feuille ne vaut plus. Je vous en remets une nouvelle.", when(_withdrawn), Remedy.SHEET,
    ),
    Cause(
        "sheet_replaced", "Ancienne feuille", "DESIGN, « Sheets »: the first use ends the other", BY_THE_SCHOOL, Where.PARENT,
        "Le {}, il a montré une feuille ou un lien qu’un autre a remplacé.",
        "Qu’il prenne la dernière\u00a0: la date d’impression est en bas. Sinon réimprimez-la.",
        "Vous avez l’ancienne feuille. Prenez celle dont la date est la plus récente.",
        lambda facts: facts.tried_on("sheet_replaced", "link_replaced"), Remedy.SHEET,
    ),
    Cause(
        "sheet_used", "Feuille déjà utilisée", "identity.md, « QR code of a sheet »: single use", BY_THE_SCHOOL, Where.PARENT,
        "Le {}, il a montré une feuille ou un lien qui a déjà servi.",
        "Qu’il se connecte avec son identifiant et le mot de passe qu’il a choisi\u00a0; oublié, donnez-lui-en un nouveau.",
        "Votre feuille a déjà servi. Entrez avec votre identifiant et le mot de passe que vous avez choisi.",
        lambda facts: facts.tried_on("sheet_used", "link_used"), Remedy.RESET,
    ),
    Cause(
        "sheet_over", "Feuille ou lien périmé, essayé", "identity.md, « QR code of a sheet »", BY_THE_SCHOOL, Where.HERE,
        "Le {}, il a montré une feuille ou un lien qui n’est plus valable.", "Imprimez-lui une nouvelle feuille.",
        "Ce que vous avez n’est plus valable. Je vous en remets un nouveau.",
        lambda facts: facts.tried_on("sheet_expired", "link_expired") if _expired(facts) is None else None, Remedy.SHEET,
    ),
    Cause(
        "no_living_sheet", "Mot de passe sans feuille valable", "identity.md, « log-in failures »", BY_THE_SCHOOL, Where.HERE,
        "Le {}, il a tapé un mot de passe, et aucune de ses feuilles n’est valable.", "Imprimez-lui une nouvelle feuille.",
        "Le mot de passe que vous avez ne vaut plus. Je vous en remets un nouveau.",
        lambda facts: facts.tried_on("no_living_sheet") if facts.state in WAITS else None, Remedy.SHEET,
    ),
    Cause(
        "sheet_not_handed", "Feuille pas encore remise", "issue « main job »: handed out, used", BY_THE_SCHOOL, Where.HERE,
        "Sa feuille, valable jusqu’au {}, n’est pas notée comme remise.",
        "Remettez-la, puis cochez-la dans «\u00a0Feuilles\u00a0»\u00a0; perdue, réimprimez-la.",
        "Une feuille vous attend à l’école. Voulez-vous passer la prendre\u202f?",
        lambda facts: _living(facts, handed=False), Remedy.HAND_OUT,
    ),
    Cause(
        "sheet_waiting", "Feuille remise, pas encore utilisée", "arena.md, « Notifié et non activé »", NONE, Where.PARENT,
        "Sa feuille est valable jusqu’au {}\u202f; elle n’a pas encore servi.",
        "Suivez-la avec lui au téléphone, code carré ou identifiant\u00a0; perdue, réimprimez-la.",
        "Prenez la feuille de l’école, visez le code carré avec votre téléphone, ou tapez l’identifiant qui y est écrit.",
        lambda facts: _living(facts, handed=True), Remedy.SHEET,
    ),
    Cause(
        "notified_elsewhere", "Notifié par une autre école", "arena.md, « notified in a school that never notified it »",
        NONE, Where.HERE, "Une autre école de la famille l’a notifié\u00a0: il a peut-être sa feuille.",
        "Qu’il prenne la feuille de l’autre école\u00a0; perdue, imprimez-lui-en une ici aussi.",
        "Avez-vous reçu une feuille d’une autre école\u202f? Elle ouvre le même compte.", when(_elsewhere), Remedy.SHEET,
    ),
    Cause(
        "never_notified", "Jamais notifié", "arena.md, « Non notifié »", BY_THE_SCHOOL, Where.HERE,
        "Ce responsable n’a jamais été notifié.",
        "Remettez-lui une feuille, ou un mail s’il a une adresse.",
        "Je vous prépare une feuille avec votre identifiant. Voulez-vous passer la prendre\u202f?",
        when(_never), Remedy.SHEET,
    ),
)  # fmt: skip
