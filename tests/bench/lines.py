"""Invented lines of « Responsables », as many as asked: one pupil and one guardian each."""

from __future__ import annotations

import random
from collections.abc import Iterator

from app.models.deliveries import DeliveryState
from app.models.names import fold
from app.models.states import AccountOrigin, AccountState
from app.services.accounts import AccountRow
from app.services.demo.people import BOYS, FAMILY_NAMES, GIRLS, MOTHERS


def make_lines(size: int) -> Iterator[AccountRow]:
    """Every column with holes and repetitions, the same for the same ``size``."""
    dice = random.Random(size)
    first_names = GIRLS + BOYS
    for number in range(size):
        family, pupil, guardian = dice.choice(FAMILY_NAMES), dice.choice(first_names), dice.choice(MOTHERS)
        state = dice.choice(list(AccountState))
        delivery = dice.choice((None, None, *DeliveryState)) if number % 3 else None
        yield AccountRow(
            pupil_id=f"p{number * 2 // 3}", guardian_id=f"g{number}", account_id=f"a{number}",
            pupil=f"{family.upper()} {pupil}", classroom=f"CE{number % 12} Mme Aubrac", level="CE1",
            guardian=f"{family.upper()} {guardian}", login=f"{guardian[0]}.{family}{number}".lower(),
            email="x@example.org" if number % 3 else None, mobile=None, origin=dice.choice(list(AccountOrigin)),
            state=state, notified_on=f"2026-09-{number % 28 + 1:02}" if number % 4 else None,
            last_access_on=f"2026-11-{number % 20 + 1:02}" if state is AccountState.ACTIVE else None, block=None,
            pupil_key=fold(f"{family} {pupil} {family}"), guardian_key=fold(f"{family} {guardian} {family}"),
            delivery=delivery,
        )  # fmt: skip
