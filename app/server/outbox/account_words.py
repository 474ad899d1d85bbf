"""The mails and the SMS of « Mon compte »: a new address to confirm, and what has changed, said where the parent was."""

from __future__ import annotations

from collections.abc import Callable

from app.models.gsm import without_rare_letters

Translate = Callable[[str], str]
Words = tuple[str, str]


def address_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """To a new address: the link that makes it the account's."""
    _ = translate
    return _("Confirmez votre nouvelle adresse mail"), _(
        "Bonjour,\n\n"
        "Vous avez demandé que cette adresse devienne celle de votre compte {login}.\n\n"
        "Pour la confirmer, ouvrez cette page dans les 72 heures et touchez « Confirmer cette adresse » :\n"
        "{link}\n\n"
        "Vous n’avez rien demandé ? Ne faites rien : sans ce lien, rien ne change.\n"
        "Besoin d’aide ? {school} : {help}\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    ).format(**params)


def changed_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """A notice of what has just changed; nothing in it opens anything."""
    _ = translate
    what = {
        "email": _("Son adresse mail a été remplacée par une autre."), "mobile": _("Son numéro de portable a changé."),
        "password": _("Son mot de passe a changé."), "way": _("Une façon de s’y connecter a été retirée."),
    }[params["what"]]  # fmt: skip
    return _("Un changement dans votre compte"), _(
        "Bonjour,\n\n"
        "Votre compte {login} vient de changer. {what}\n\n"
        "C’est bien vous ? Il n’y a rien à faire.\n"
        "Ce n’est pas vous ? Prévenez l’école aujourd’hui : {school}, {help}\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    ).format(**{**params, "what": what})


def changed_text(params: dict[str, str]) -> str:
    """The same by SMS, to a number that was replaced or where there is no confirmed address."""
    school = without_rare_letters(params["school"])[:50]
    return without_rare_letters(f"{school} : votre compte vient de changer. Ce n'est pas vous ? Prévenez l'école.")
