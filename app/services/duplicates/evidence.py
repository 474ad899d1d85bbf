"""What two records of guardians say for and against being one person. No sign alone decides (scoring.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from app.services.duplicates.people import Person

COMMON_SHARE = 0.002
"""A surname that more than one record in five hundred bears (and eight at least) says little."""
COMMON_LEAST = 8
CLOSE = 0.9
"""Jaro-Winkler likeness of two spellings of one name."""


class Sign(StrEnum):
    """One thing that two records have, or have not, in common."""

    FIRST_SAME = "first_same"
    FIRST_PART = "first_part"
    """« Jean-Pierre » and « Jean »."""
    FIRST_CLOSE = "first_close"
    FIRST_OTHER = "first_other"
    LAST_SAME = "last_same"
    LAST_USAGE = "last_usage"
    """The nom de famille of one is the nom d’usage of the other."""
    LAST_PART = "last_part"
    """« MARTIN-DURAND » and « MARTIN »."""
    LAST_CLOSE = "last_close"
    LAST_KIN = "last_kin"
    """Another surname, but that of the children or of their other guardian."""
    LAST_OTHER = "last_other"
    SWAPPED = "swapped"
    """The surname stands in place of the first name."""
    COMMON = "common"
    MOBILE_SAME = "mobile_same"
    MOBILE_FAMILY = "mobile_family"
    """The same mobile, which somebody of another first name has too."""
    MOBILE_CLOSE = "mobile_close"
    MOBILE_OTHER = "mobile_other"
    MAIL_SAME = "mail_same"
    MAIL_FAMILY = "mail_family"
    MAIL_CLOSE = "mail_close"
    MAIL_OTHER = "mail_other"
    CHILD_SAME = "child_same"
    SIBLING = "sibling"
    """Their children have another guardian in common."""
    FAMILY_OTHER = "family_other"
    """Their children are others, and have other guardians."""
    HOME_SAME = "home_same"
    HOME_CLOSE = "home_close"
    HOME_OTHER = "home_other"
    PHONE_SAME = "phone_same"
    TITLE_OTHER = "title_other"


Signs = tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What must be known of everybody to judge two: whose contacts are a family's, which surnames are common."""

    mobiles: dict[str, frozenset[str]]
    """The first names that stand beside each mobile."""
    mails: dict[str, frozenset[str]]
    common: frozenset[str]

    @classmethod
    def of(cls, people: Sequence[Person]) -> Surroundings:
        """Those of everybody among whom duplicates are looked for."""
        counts = Counter(person.last for person in people)
        least = max(COMMON_LEAST, COMMON_SHARE * len(people))
        return cls(
            mobiles=_first_names((person.mobile, person) for person in people),
            mails=_first_names((person.email, person) for person in people),
            common=frozenset(name for name, count in counts.items() if count > least),
        )


def _first_names(pairs: Iterable[tuple[str, Person]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for contact, person in pairs:
        if contact:
            found[contact].add(person.first)
    return {contact: frozenset(names) for contact, names in found.items() if len(names) > 1}


def signs_of(one: Person, other: Person, around: Surroundings) -> Signs:
    """Every sign, for and against, names first. Different first names end it: a couple has everything else in common."""
    names = name_signs(one, other)
    if names == (Sign.FIRST_OTHER,):
        return names
    return (
        *names,
        *(() if Sign.LAST_SAME not in names or one.last not in around.common else (Sign.COMMON,)),
        *_contacts(one, other, around),
        *_family(one, other),
        *_home(one, other),
        *((Sign.TITLE_OTHER,) if _are_apart(one.title, other.title) else ()),
    )


def name_signs(one: Person, other: Person) -> Signs:
    """How alike the names are; FIRST_OTHER alone where these are two people's."""
    first = compare_firsts(one.first, other.first)
    if first is Sign.FIRST_CLOSE and not _is_slip(one, other):
        first = Sign.FIRST_OTHER
    if first is Sign.FIRST_OTHER:
        return (Sign.SWAPPED,) if _is_swapped(one, other) else (Sign.FIRST_OTHER,)
    return first, _compare_surnames(one, other)


def _are_apart(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _is_slip(one: Person, other: Person) -> bool:
    """Whether close first names are one, mistyped: « Joël » and « Joëlle » are a couple unless both are « Mme »."""
    if _are_apart(one.title, other.title):
        return False
    return bool(one.title and one.title == other.title) or not _is_feminine(*sorted((one.first, other.first), key=len))


def _is_feminine(short: str, long: str) -> bool:
    return long in (f"{short}e", f"{short}{short[-1:]}e", f"{short[:-1]}que", f"{short[:-1]}ce", f"{short}a")


def _is_swapped(one: Person, other: Person) -> bool:
    """Whether each has the other's surname as a first name. Whoever mistypes a name seldom does so at its first letter."""
    if one.first[:1] not in other.initials or other.first[:1] not in one.initials:
        return False
    first, last = one.first.replace(" ", ""), other.first.replace(" ", "")
    return any(_alike(first, name) for name in other.surnames) and any(_alike(name, last) for name in one.surnames)


def _alike(one: str, other: str) -> bool:
    return one == other or is_close(one, other) or _is_part(one, other)


@lru_cache(maxsize=200_000)
def compare_firsts(one: str, other: str) -> Sign:
    """Of two folded first names."""
    if one == other:
        return Sign.FIRST_SAME
    ones, others = one.split(" "), other.split(" ")
    if "".join(ones) == "".join(others):
        return Sign.FIRST_SAME
    if ones[0] == others[0] and (len(ones) == 1 or len(others) == 1 or ones[1][0] == others[1][0]):
        return Sign.FIRST_PART
    if is_close(one, other) or (len(ones) != len(others) and is_close(ones[0], others[0])):
        return Sign.FIRST_CLOSE
    return Sign.FIRST_OTHER


@lru_cache(maxsize=200_000)
def is_close(one: str, other: str) -> bool:
    """Whether two folded names may be one, mistyped: one slip in a short name, two in a long one."""
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    slips = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    if slips <= (1 if shorter < 8 else 2):
        return True
    return slips == 2 and shorter >= 6 and JaroWinkler.similarity(one, other) >= CLOSE


def _compare_surnames(one: Person, other: Person) -> Sign:
    if one.last == other.last:
        return Sign.LAST_SAME
    pairs = [(mine, theirs) for mine in one.surnames for theirs in other.surnames]
    if any(mine == theirs for mine, theirs in pairs):
        return Sign.LAST_USAGE
    if any(_is_part(mine, theirs) for mine, theirs in pairs):
        return Sign.LAST_PART
    if any(is_close(mine, theirs) for mine, theirs in pairs):
        return Sign.LAST_CLOSE
    married = other.kin.intersection(one.surnames) or one.kin.intersection(other.surnames)
    return Sign.LAST_KIN if married else Sign.LAST_OTHER


def _is_part(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4 or len(longer) - len(shorter) < 3:
        return False
    return longer.startswith(shorter) or longer.endswith(shorter)


def _contacts(one: Person, other: Person, around: Surroundings) -> Signs:
    found = []
    if one.mobile and other.mobile:
        family = _is_shared(around.mobiles.get(one.mobile), one, other)
        close = DamerauLevenshtein.distance(one.mobile, other.mobile, score_cutoff=1) == 1
        same = Sign.MOBILE_FAMILY if family else Sign.MOBILE_SAME
        found.append(same if one.mobile == other.mobile else Sign.MOBILE_CLOSE if close else Sign.MOBILE_OTHER)
    if one.email and other.email:
        family = _is_shared(around.mails.get(one.email), one, other)
        same = Sign.MAIL_FAMILY if family else Sign.MAIL_SAME
        close = _are_close_mails(one.email, other.email)
        found.append(same if one.email == other.email else Sign.MAIL_CLOSE if close else Sign.MAIL_OTHER)
    return tuple(found)


def _are_close_mails(one: str, other: str) -> bool:
    """One slip in the letters; another digit is another person's address."""
    if abs(len(one) - len(other)) > 2 or DamerauLevenshtein.distance(one, other, score_cutoff=2) > 2:
        return False
    return _digits(one) == _digits(other)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _is_shared(names: frozenset[str] | None, one: Person, other: Person) -> bool:
    """Whether somebody of another first name has this contact too."""
    if names is None:
        return False
    return any(
        compare_firsts(name, person) is Sign.FIRST_OTHER for name in names for person in (one.first, other.first)
    )


def _family(one: Person, other: Person) -> Signs:
    if not one.children.isdisjoint(other.children):
        return (Sign.CHILD_SAME,)
    if not one.partners.isdisjoint(other.partners):
        return (Sign.SIBLING,)
    if not one.partner_names or not other.partner_names:
        return ()
    pairs = [(mine, theirs) for mine in one.partner_names for theirs in other.partner_names]
    if any(_is_one_name(mine, theirs) for mine, theirs in pairs):
        return (Sign.SIBLING,)
    alike = any(compare_firsts(mine[0], theirs[0]) is not Sign.FIRST_OTHER for mine, theirs in pairs)
    return () if alike else (Sign.FAMILY_OTHER,)


def _is_one_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if compare_firsts(one[0], other[0]) is Sign.FIRST_OTHER:
        return _alike(one[0], other[1]) and _alike(one[1], other[0])
    return _alike(one[1], other[1])


def _home(one: Person, other: Person) -> Signs:
    phone = () if one.phones.isdisjoint(other.phones) else (Sign.PHONE_SAME,)
    if not one.address or not other.address:
        return phone
    if one.address == other.address:
        return (Sign.HOME_SAME, *phone)
    slips = DamerauLevenshtein.distance(one.address, other.address, score_cutoff=2)
    close = slips <= 2 and _number(one) == _number(other)
    return (Sign.HOME_CLOSE if close else Sign.HOME_OTHER, *phone)


def _number(person: Person) -> str:
    """The number in the street: « 12 » and « 13 » are neighbours, not a slip."""
    return _digits(person.address.partition(" ")[0])
