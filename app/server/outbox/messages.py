"""The words of the mails (arena.md, « Which letter »). Never a password in one; a link is single-use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

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
}  # fmt: skip
