"""The words of the mails. Never a password in one; a link is single-use and short-lived."""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]


def activation_mail(params: dict[str, str], *, translate: Translate) -> tuple[str, str]:
    """C07: (subject, text) with ``login``, ``link``, ``school``, ``help``."""
    _ = translate
    subject = _("Activez votre compte pour le livret scolaire")
    text = _(
        "Bonjour,\n\n"
        "Vous avez commencé à activer votre compte pour suivre la scolarité de votre enfant.\n"
        "Votre identifiant : {login}\n\n"
        "Pour terminer, ouvrez cette page dans les 72 heures et touchez « Activer mon compte » :\n"
        "{link}\n\n"
        "Vous n’avez rien demandé ? Ne faites rien : sans ce lien, rien ne se passe.\n"
        "Besoin d’aide ? {school} : {help}\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    )
    return subject, text.format(**params)


TEMPLATES: dict[str, Callable[..., tuple[str, str]]] = {"C07": activation_mail}
