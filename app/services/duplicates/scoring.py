"""How much each sign weighs, and from where on two records are shown as one person.

Weights are close to log₂ of how much more often a sign is seen between two records of one person than between two
people whom a block brings together; tuned by hand on seeds 1 to 5 of tests/services/duplicates/labelled.py.
"""

from __future__ import annotations

from enum import StrEnum

from app.services.duplicates.evidence import Sign, Signs

WEIGHTS: dict[Sign, float] = {
    Sign.FIRST_SAME: 4.0, Sign.FIRST_PART: 2.5, Sign.FIRST_CLOSE: 2.5, Sign.FIRST_OTHER: -20.0,
    Sign.LAST_SAME: 4.0, Sign.LAST_USAGE: 4.0, Sign.LAST_PART: 3.0, Sign.LAST_CLOSE: 3.0, Sign.LAST_KIN: -2.0,
    Sign.LAST_OTHER: -5.0, Sign.SWAPPED: 8.0, Sign.COMMON: -1.0,
    Sign.MOBILE_SAME: 9.0, Sign.MOBILE_FAMILY: 3.5, Sign.MOBILE_CLOSE: 3.0, Sign.MOBILE_OTHER: -2.0,
    Sign.MAIL_SAME: 6.0, Sign.MAIL_FAMILY: 3.5, Sign.MAIL_CLOSE: 4.0, Sign.MAIL_OTHER: -1.0,
    Sign.CHILD_SAME: 5.0, Sign.SIBLING: 4.5, Sign.FAMILY_OTHER: -4.0,
    Sign.HOME_SAME: 3.5, Sign.HOME_CLOSE: 2.5, Sign.HOME_OTHER: -1.5, Sign.PHONE_SAME: 1.5, Sign.TITLE_OTHER: -9.0,
}  # fmt: skip
LIKELY = 9.0
CERTAIN = 14.0
BEYOND_NAMES = frozenset(
    sign for sign, weight in WEIGHTS.items() if weight > 0 and not sign.value.startswith(("first_", "last_", "swapped"))
)
"""Signs that are more than a name: without one of them two records are never said to be one person."""
ONLY_A_NAME = frozenset({Sign.FIRST_SAME, Sign.LAST_SAME, Sign.COMMON, Sign.HOME_OTHER})


class Likelihood(StrEnum):
    """What a score is worth."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    """The very same name in one school, and nothing else that says yes or no."""
    NO = "no"

    @property
    def label(self) -> str:
        """As the list writes it."""
        return _LABELS[self]

    @property
    def is_told(self) -> bool:
        """Whether Préau says that they are one person, rather than asks."""
        return self in (Likelihood.CERTAIN, Likelihood.LIKELY)


_LABELS = {
    Likelihood.CERTAIN: "Presque certain", Likelihood.LIKELY: "Probable", Likelihood.POSSIBLE: "À vérifier",
    Likelihood.NO: "Rien ne le dit",
}  # fmt: skip


def score_of(signs: Signs) -> float:
    """The sum of what the signs weigh."""
    return sum(map(WEIGHTS.__getitem__, signs))


def likelihood_of(signs: Signs, *, one_school: bool) -> Likelihood:
    """What the signs of two records are worth."""
    if BEYOND_NAMES.isdisjoint(signs):
        return Likelihood.POSSIBLE if one_school and ONLY_A_NAME.issuperset(signs) else Likelihood.NO
    score = score_of(signs)
    return Likelihood.NO if score < LIKELY else Likelihood.CERTAIN if score >= CERTAIN else Likelihood.LIKELY
