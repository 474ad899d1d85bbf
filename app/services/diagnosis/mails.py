"""Causes that lie in mails: the notification (C02), the link to click (C07), the address itself."""

from __future__ import annotations

from datetime import timedelta

from app.models.clock import later, local_date
from app.models.contacts import is_mail, mail_suggestion
from app.models.deliveries import DeliveryState
from app.models.states import AccountState, Letter
from app.models.tables import Row
from app.services.deliveries import mail_words
from app.services.diagnosis.cause import BY_HIMSELF, BY_THE_SCHOOL, NONE, Cause, Remedy, Weight, Where, when
from app.services.diagnosis.facts import Facts
from app.services.diagnosis.sheets import WAITS, latest, mailed_since

MAIL_LIFE = timedelta(hours=72)
_SENT = ("portal_activating", "resent", "portal_address")
_OVER = ("mail_link_replaced", "mail_link_expired")


def _mail(facts: Facts) -> Row | None:
    """The latest mail, where it is what he waits for: an activation under way, or no sheet printed after it."""
    if facts.state is AccountState.ACTIVE or not facts.mails:
        return None
    if facts.state is AccountState.ACTIVATING:
        return facts.mails[0] if facts.mails[0]["letter"] == Letter.C07 else None
    return facts.mails[0] if mailed_since(facts, latest(facts)) else None


def _became(facts: Facts, *states: DeliveryState) -> str | None:
    mail = _mail(facts)
    return mail_words(mail, facts.zone) if mail is not None and mail["state"] in states else None


def _reached(facts: Facts) -> bool:
    mail = _mail(facts)
    return mail is None or not (DeliveryState(mail["state"]).is_failing or mail["state"] == DeliveryState.QUEUED)


def _sent(facts: Facts) -> Row | None:
    """What sent the latest link of an activation."""
    return next((event for event in facts.events if event["kind"] in _SENT), None)


def _link(facts: Facts, *, old: bool) -> str | None:
    """The link of an activation that was not clicked, in words."""
    if facts.state is not AccountState.ACTIVATING or not _reached(facts):
        return None
    sent = _sent(facts)
    if sent is None:
        return None if old else "Le lien d’activation"
    tried = facts.tried(*_OVER)
    over = later(sent["at"], MAIL_LIFE) < facts.now or (tried is not None and tried["at"] > sent["at"])
    address = (sent["detail"] or {}).get("email") or facts.email or ""
    words = f"Le lien envoyé le {local_date(sent['at'], facts.zone):%d-%m-%Y} à {address}"
    return words if over is old else None


def _doubt(facts: Facts) -> str | None:
    sent = _sent(facts) if facts.state is AccountState.ACTIVATING else None
    address = ((sent["detail"] or {}).get("email") if sent else None) or facts.email
    if address is None or facts.state is AccountState.ACTIVE or not is_mail(address):
        return None
    suggestion = mail_suggestion(address)
    return f"{address}\u00a0: est-ce {suggestion}" if suggestion else None


CAUSES = (
    Cause(
        "mail_bounced", "Adresse mail refusée", "DESIGN, outbox states; arena.md, « bounced e-mails unseen »",
        BY_THE_SCHOOL, Where.ONDE, "{}",
        "Imprimez sa feuille, ou corrigez l’adresse dans ONDE et ici.",
        "Le mail n’est pas arrivé\u00a0: épelez-moi votre adresse, je vérifie.",
        lambda facts: _became(facts, DeliveryState.BOUNCED), Remedy.OPEN_ACCOUNT,
    ),
    Cause(
        "mail_failed", "Mail qui n’a pas pu partir", "DESIGN, outbox states", BY_THE_SCHOOL, Where.HERE, "{}",
        "Imprimez sa feuille, ou renvoyez le mail.", "Le mail n’a pas pu partir. Je vous prépare une feuille.",
        lambda facts: _became(facts, DeliveryState.FAILED), Remedy.SHEET,
    ),
    Cause(
        "mail_queued", "Mail en attente d’envoi", "DESIGN, outbox states", BY_THE_SCHOOL, Where.HERE, "{}",
        "Synchronisez\u00a0; un envoi en pause se reprend dans «\u00a0Responsables\u00a0».",
        "Le mail va partir. Regardez votre boîte dans une heure, les indésirables aussi.",
        lambda facts: _became(facts, DeliveryState.QUEUED), Remedy.SYNCHRONISE,
    ),
    Cause(
        "link_expired", "Lien d’activation périmé", "arena.md, « activation mail lost »; 72 h", BY_THE_SCHOOL, Where.HERE,
        "{} n’a pas été ouvert, et n’est plus valable.",
        "Renvoyez le courriel d’activation, après avoir relu l’adresse avec lui.",
        "Votre lien n’est plus valable. Je vous en renvoie un\u00a0: cliquez dessus dans les trois jours.",
        lambda facts: _link(facts, old=True), Remedy.RESEND,
    ),
    Cause(
        "link_not_clicked", "Lien d’activation pas encore cliqué", "arena.md, « activation mail lost »; deck, scenario C 3",
        BY_THE_SCHOOL, Where.PARENT, "{} n’a pas encore été ouvert.",
        "Relisez l’adresse avec lui, qu’il regarde les indésirables\u00a0; au besoin renvoyez le courriel d’activation.",
        "Cherchez le mail de Préau dans votre boîte, les indésirables aussi, et cliquez sur le lien.",
        lambda facts: _link(facts, old=False), Remedy.RESEND,
    ),
    Cause(
        "mail_waiting", "Mail envoyé, lien pas encore utilisé", "identity.md, « mail of scenario C »", NONE, Where.PARENT,
        "{} Son lien n’a pas encore servi.",
        "Qu’il cherche le mail, dans les indésirables aussi\u00a0; sinon imprimez sa feuille.",
        "Cherchez le mail de l’école dans votre boîte, les indésirables aussi, et ouvrez son lien.",
        lambda facts: (
            _became(facts, DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN)
            if facts.state in WAITS else None
        ), Remedy.SHEET,
    ),
    Cause(
        "mail_doubtful", "Adresse mail peut-être mal tapée", "arena.md, « correcting the address »", NONE, Where.ONDE,
        "L’adresse est {}\u202f?", "Relisez l’adresse avec lui et corrigez-la.", "Épelez-moi votre adresse mail.",
        _doubt, Remedy.CORRECT_GUARDIAN,
    ),
    Cause(
        "no_contact", "Ni portable ni adresse mail", "identity.md, « Nobody is left out »", BY_HIMSELF, Where.HERE,
        "L’école n’a ni portable ni adresse mail pour lui.",
        "Remettez-lui une feuille\u00a0: avec elle et la date de naissance, rien d’autre n’est nécessaire.",
        "Passez prendre une feuille à l’école\u00a0: elle suffit, sans portable ni mail.",
        when(lambda facts: not facts.email and facts.mobile.e164 is None), Remedy.SHEET, weight=Weight.NOTE,
    ),
    Cause(
        "no_email", "Pas d’adresse mail", "arena.md, « E-mail notification reaches only accounts that have an address »", NONE,
        Where.ONDE, "L’école n’a pas d’adresse mail pour lui\u00a0: rien ne peut lui être envoyé par mail.",
        "Notifiez-le par une feuille, ou demandez-lui son adresse.",
        "Avez-vous une adresse mail\u202f? Sinon une feuille suffit.",
        when(lambda facts: not facts.email), Remedy.CORRECT_GUARDIAN, weight=Weight.NOTE,
    ),
)  # fmt: skip
