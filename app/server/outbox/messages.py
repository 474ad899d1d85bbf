"""The words of the mails (arena.md, « Which letter »). Never a password in one; a link is single-use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.models.contacts import show_phone
from app.models.gsm import without_rare_letters
from app.server.outbox import report_words
from app.server.outbox.account_words import address_mail, changed_mail, changed_text
from app.server.outbox.digest_words import help_digest
from app.services.letters.texts import day_in_words

Translate = Callable[[str], str]
Words = tuple[str, str]
"""(subject, text)."""


def first_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """C02: the services are there; the log-in and a link that opens the activation form."""
    _ = translate
    return _("Mise à disposition de services en ligne pour suivre la scolarité de votre enfant"), _(
        "{salutation},\n\n"
        "{school} met à votre disposition un service en ligne pour suivre la scolarité de {children} : {portal}\n\n"
        "Votre identifiant : {login}\n\n"
        "Activez votre compte en 2 étapes :\n"
        "1. Ouvrez cette page, avant le {until}, donnez la date de naissance demandée et choisissez votre mot de passe :\n"
        "{link}\n"
        "2. Si vous donnez une adresse mail, ouvrez le courriel reçu et touchez « Activer mon compte ».\n\n"
        "Ce lien ne sert qu’une fois. Le courriel n’arrive pas, une date ou un nom est à corriger ? {help}\n\n"
    ).format(**_spoken(params, _)) + _end(params, _)


def reminder_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """C04: the account is still valid; the log-in, and nothing that opens it."""
    _ = translate
    return _("Votre compte pour suivre la scolarité de votre enfant est toujours valable"), _(
        "{salutation},\n\n"
        "Votre compte est toujours valable pour suivre la scolarité de {children} : {portal}\n\n"
        "Votre identifiant : {login}\n"
        "Votre mot de passe est inchangé.\n\n"
        "Mot de passe oublié, courriel d’activation perdu ? {help}\n\n"
    ).format(**_spoken(params, _)) + _end(params, _)


def reset_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """C06: the former password has ended; a link to choose another."""
    _ = translate
    return _("Votre mot de passe pour suivre la scolarité de votre enfant est à choisir de nouveau"), _(
        "{salutation},\n\n"
        "{school} a réinitialisé votre mot de passe pour suivre la scolarité de {children}. "
        "L’ancien ne fonctionne plus.\n\n"
        "Votre identifiant : {login}\n\n"
        "Choisissez un nouveau mot de passe sur cette page, avant le {until} :\n"
        "{link}\n\n"
        "Ce lien ne sert qu’une fois. Une question, ou vous n’avez rien demandé ? {help}\n\n"
    ).format(**_spoken(params, _)) + _end(params, _)


def activation_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """C07: (subject, text) with ``login``, ``link``, ``school``, ``help``."""
    _ = translate
    subject = _("Activez votre compte pour le livret scolaire")
    text = _(
        "Bonjour,\n\n"
        "Vous avez commencé à activer votre compte pour suivre la scolarité de votre enfant.\n"
        "Votre identifiant : {login}\n\n"
        "Pour terminer, ouvrez cette page dans les 72 heures et touchez « Activer mon compte » :\n"
        "{link}\n\n"
        "Vous n’avez rien demandé ? Ne faites rien : sans ce lien, rien ne se passe.\n"
        "Besoin d’aide ? {school} : {help}\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    )
    return subject, text.format(**params)


def code_text(params: dict[str, str]) -> str:
    """A code by SMS: no link; the last line lets phones fill it in. Plain letters, so that one text is enough."""
    school = without_rare_letters(params["school"])[:50]
    words = f"{school} : votre code est {params['code']} ({params['minutes']} minutes). Ne le donnez à personne."
    return f"{words}\n\n@{params['host']} #{params['code']}"


def code_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """A code by mail."""
    _ = translate
    return _("Votre code pour suivre la scolarité de votre enfant"), _(
        "Bonjour,\n\nVotre code : {code}\nIl est valable {minutes} minutes. Ne le donnez à personne.\n\n"
        "Vous n’avez rien demandé ? Ne faites rien.\n\n"
        "L’école ne vous demandera jamais ce code, ni par téléphone ni par mail.\nCe service n’est pas EduConnect.\n"
    ).format(**params)


def contact_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """To the address that a school had so far: another contact will count, unless its owner objects."""
    _ = translate
    subject = _("Un nouveau contact va être enregistré pour vous à l’école")
    text = _(
        "Bonjour,\n\n"
        "Une nouvelle adresse mail ou un nouveau portable va être enregistré pour vous à {school}. "
        "Ce contact comptera à partir du {until}.\n\n"
        "C’est bien vous qui l’avez demandé ? Il n’y a rien à faire.\n"
        "Ce n’est pas vous ? Prévenez l’école avant cette date : {help}\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    )
    until = day_in_words(date.fromisoformat(params["until"]), params["language"])
    return subject, text.format(**{**params, "until": until})


def contact_text(params: dict[str, str]) -> str:
    """The same by SMS."""
    school, phone = without_rare_letters(params["school"])[:50], params["phone"]
    day = day_in_words(date.fromisoformat(params["until"]), "fr")
    whom = f" au {show_phone(phone)}" if phone else ""
    words = f"{school} : un nouveau contact comptera pour vous le {day}. Ce n'est pas vous ? Appelez l'ecole{whom}."
    return without_rare_letters(words)


def _end(params: dict[str, str], _: Translate) -> str:
    signed = "\n".join(part for part in (params["signed"], params["school"]) if part)
    return signed + _(
        "\n\nL’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect. Vos droits sur vos données : adressez-vous à la direction de l’école.\n"
    )


def _spoken(params: dict[str, str], _: Translate) -> dict[str, str]:
    """The parameters with the day and the children in words."""
    until = day_in_words(date.fromisoformat(params["until"]), params["language"]) if params["until"] else ""
    *most, last = params["children"].split(", ")
    children = _(" et ").join((", ".join(most), last)) if most else last
    return {**params, "until": until, "children": children}


TEMPLATES: dict[str, Callable[..., Words]] = {
    "C02": first_mail, "C04": reminder_mail, "C06": reset_mail, "C07": activation_mail,
    "code_mail": code_mail, "contact_mail": contact_mail, "help_digest": help_digest,
    "address_mail": address_mail, "changed_mail": changed_mail,
    "report_notice_mail": report_words.notice_mail, "report_reminder_mail": report_words.reminder_mail,
}  # fmt: skip
TEXTS: dict[str, Callable[[dict[str, str]], str]] = {
    "code_sms": code_text,
    "contact_sms": contact_text,
    "changed_sms": changed_text,
    "report_notice_sms": report_words.notice_text,
    "report_reminder_sms": report_words.notice_text,
}
