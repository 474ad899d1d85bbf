"""What speaks for and against, in French sentences, the weightiest first; and what to correct in ONDE, in its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models.contacts import show_phone
from app.models.corrections import effective
from app.models.names import fold
from app.services.accounts import listed_name
from app.services.duplicates.evidence import Sign
from app.services.duplicates.matching import Match
from app.services.duplicates.people import Person
from app.services.duplicates.scoring import WEIGHTS
from app.services.onde.plan import FIELD_LABELS

SHOWN = (
    "civility", "last_name", "usage_name", "first_name", "email", "mobile", "phone_home", "phone_work", "address",
    "postal_code", "town",
)  # fmt: skip
PHONES = frozenset({"mobile", "phone_home", "phone_work"})
_TITLES = {"m": "M.", "f": "Mme"}


def reasons(match: Match) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(for, against), a sentence a sign."""
    ranked = sorted(match.signs, key=lambda sign: -abs(WEIGHTS[sign]))
    told = [(WEIGHTS[sign] > 0, _SENTENCES[sign](match.one, match.other)) for sign in ranked]
    return tuple(text for good, text in told if good), tuple(text for good, text in told if not good)


@dataclass(frozen=True, slots=True)
class Line:
    """One value of both records; empty where a record does not say it."""

    label: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        """Whether they say the same, however it is written."""
        return fold(self.one) == fold(self.other)


def side_by_side(match: Match) -> tuple[Line, ...]:
    """Every value that a director compares, the log-in first."""
    lines = [Line("Identifiant", match.one.login or "", match.other.login or "")]
    for name in SHOWN:
        one, other = (_shown(name, person) for person in (match.one, match.other))
        if one or other:
            lines.append(Line(FIELD_LABELS[name], one, other))
    return tuple(lines)


def _shown(name: str, person: Person) -> str:
    value = effective(person.row, name) or ""
    return show_phone(value) if name in PHONES else value


def in_onde(match: Match) -> tuple[str, ...]:
    """What the director does in ONDE, step by step."""
    one, other = listed_name(match.one.row), listed_name(match.other.row)
    if match.one.school_id != match.other.school_id:
        return (
            f"Dans ONDE, chaque école a sa fiche de {one}\u00a0: il n’y a rien à supprimer.",
            "Comparez le nom, le nom d’usage, le prénom et le téléphone portable des deux fiches, et faites corriger celle "
            "qui se trompe par l’école qui la tient.",
            "Le parent réunit lui-même ses comptes\u00a0: «\u00a0Mon compte\u00a0», «\u00a0Ajouter des enfants depuis un autre "
            "compte\u00a0». Il faut le même nom et le même prénom des deux côtés.",
        )
    return (
        f"Dans ONDE, ouvrez la fiche de chaque élève rattaché à «\u00a0{one}\u00a0» et à «\u00a0{other}\u00a0».",
        f"Rattachez tous les élèves au même responsable ({_fuller(match)}), avec son nom, son nom d’usage, son prénom, son "
        "adresse et son téléphone portable justes\u202f; retirez l’autre de leurs fiches.",
        "Refaites l’extraction «\u00a0Responsables\u00a0» et importez-la ici\u00a0: la fiche en trop s’en va d’elle-même.",
    )


def _fuller(match: Match) -> str:
    """The record that says more: the one to keep."""
    return listed_name(max((match.one, match.other), key=_said).row)


def _said(person: Person) -> int:
    names = ("usage_name", "email", "mobile", "phone_home", "phone_work", "address")
    return sum(bool(effective(person.row, name)) for name in names)


def _of(name: str) -> Callable[[Person], str]:
    return lambda person: effective(person.row, name) or ""


_first, _last, _mail, _street = _of("first_name"), _of("last_name"), _of("email"), _of("address")


def _both(text: str, value: Callable[[Person], str]) -> Callable[[Person, Person], str]:
    """« Prénoms proches : Julie, Jullie »."""
    return lambda one, other: f"{text}\u00a0: {value(one)}, {value(other)}."


def _common(text: str, value: Callable[[Person], str]) -> Callable[[Person, Person], str]:
    return lambda one, other: f"{text}\u00a0: {value(one)}."


def _mobile(person: Person) -> str:
    return show_phone(effective(person.row, "mobile"))


def _surnames(person: Person) -> str:
    names = (_last(person), effective(person.row, "usage_name") or "")
    return " / ".join(name for name in names if name)


def _said_only(text: str) -> Callable[[Person, Person], str]:
    return lambda one, other: text


_SENTENCES: dict[Sign, Callable[[Person, Person], str]] = {
    Sign.FIRST_SAME: _common("Le même prénom", _first),
    Sign.FIRST_PART: _both("Un prénom composé, écrit en entier ou à moitié", _first),
    Sign.FIRST_CLOSE: _both("Deux prénoms qui ne diffèrent que d’une faute de frappe", _first),
    Sign.FIRST_OTHER: _both("Deux prénoms différents", _first),
    Sign.LAST_SAME: _common("Le même nom de famille", _last),
    Sign.LAST_USAGE: _both("Le nom de famille de l’un est le nom d’usage de l’autre", _surnames),
    Sign.LAST_PART: _both("Un nom double, écrit en entier ou à moitié", _surnames),
    Sign.LAST_CLOSE: _both("Deux noms qui ne diffèrent que d’une faute de frappe", _surnames),
    Sign.LAST_KIN: _both("Deux noms différents, mais l’un est celui de la famille de l’autre", _surnames),
    Sign.LAST_OTHER: _both("Deux noms de famille différents", _surnames),
    Sign.SWAPPED: lambda one, other: (
        f"Le nom et le prénom sont inversés\u00a0: {_last(one)} {_first(one)}, {_last(other)} {_first(other)}."
    ),
    Sign.COMMON: _common("Ce nom de famille est très répandu", _last),
    Sign.MOBILE_SAME: _common("Le même téléphone portable", _mobile),
    Sign.MOBILE_FAMILY: _common("Le même téléphone portable, mais quelqu’un d’autre l’a aussi", _mobile),
    Sign.MOBILE_CLOSE: _both("Deux portables qui ne diffèrent que d’un chiffre", _mobile),
    Sign.MOBILE_OTHER: _both("Deux téléphones portables différents", _mobile),
    Sign.MAIL_SAME: _common("La même adresse mail", _mail),
    Sign.MAIL_FAMILY: _common("La même adresse mail, mais quelqu’un d’autre l’a aussi", _mail),
    Sign.MAIL_CLOSE: _both("Deux adresses mail qui ne diffèrent que d’une faute de frappe", _mail),
    Sign.MAIL_OTHER: _both("Deux adresses mail différentes", _mail),
    Sign.CHILD_SAME: _said_only("Les deux fiches sont rattachées au même élève."),
    Sign.SIBLING: _said_only("Leurs élèves ont aussi un même autre responsable."),
    Sign.FAMILY_OTHER: _said_only("Leurs élèves ne sont pas les mêmes, et leurs autres responsables non plus."),
    Sign.HOME_SAME: _common("La même adresse postale", _street),
    Sign.HOME_CLOSE: _both("Deux adresses postales presque pareilles", _street),
    Sign.HOME_OTHER: _both("Deux adresses postales différentes", _street),
    Sign.PHONE_SAME: _said_only("Le même téléphone fixe, ou du travail."),
    Sign.TITLE_OTHER: lambda one, other: (
        f"Deux civilités différentes\u00a0: {_TITLES[one.title]}, {_TITLES[other.title]}."
    ),
}
