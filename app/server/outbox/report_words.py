"""The mails and the SMS that say that a document of the livret is there: how many, where, nothing of what they say."""

from __future__ import annotations

from collections.abc import Callable

from app.models.gsm import without_rare_letters

Translate = Callable[[str], str]
Words = tuple[str, str]


def notice_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """Documents were published; ``count`` says how many, for all the children of one account."""
    _ = translate
    return _("Livret scolaire : un document à lire"), _said(params, _) + _end(_)


def reminder_mail(params: dict[str, str], *, translate: Translate) -> Words:
    """Documents wait to be read."""
    _ = translate
    return _("Livret scolaire : rappel, un document à lire"), _said(params, _) + _end(_)


def notice_text(params: dict[str, str]) -> str:
    """The same by SMS, in one text."""
    school = without_rare_letters(params["school"])[:50]
    said = f"{school} : " if school else ""
    what = (
        "un document du livret scolaire est"
        if params["count"] == "1"
        else f"{params['count']} documents du livret sont"
    )
    return without_rare_letters(f"{said}{what} à lire sur le portail des parents, {params['host']}")


def _said(params: dict[str, str], _: Translate) -> str:
    if params["count"] == "1":
        words = _("Bonjour,\n\nUn document du livret scolaire de votre enfant est à lire : {portal}\n\n")
    else:
        words = _("Bonjour,\n\n{count} documents du livret scolaire de vos enfants sont à lire : {portal}\n\n")
    return words.format(**params) + _("Votre identifiant : {login}\n\n").format(**params)


def _end(_: Translate) -> str:
    return _(
        "Après l’avoir lu, vous pouvez indiquer à l’école que vous en avez pris connaissance. Pour ne plus recevoir ces "
        "messages, ou les recevoir par SMS : « Mon compte ».\n\n"
        "L’école ne vous demandera jamais votre mot de passe, ni par téléphone ni par mail.\n"
        "Ce service n’est pas EduConnect.\n"
    )
