"""What each letter must say (arena.md, « Which letter »): C01, C03 and C05 on paper. The wording is ours."""

from __future__ import annotations

import pytest

from app.models.states import AccountState, Letter, sheet_letter
from tests.services.letters.samples import HEAD, reminder, sheet
from tests.services.letters.test_sheet import _read_back


@pytest.mark.parametrize(
    ("state", "reset", "letter"),
    [
        (AccountState.NOT_NOTIFIED, False, Letter.C01), (AccountState.NOT_NOTIFIED, True, Letter.C01),
        (AccountState.NOTIFIED, False, Letter.C01), (AccountState.NOTIFIED, True, Letter.C01),
        (AccountState.ACTIVATING, False, Letter.C03), (AccountState.ACTIVATING, True, Letter.C05),
        (AccountState.ACTIVE, False, Letter.C03), (AccountState.ACTIVE, True, Letter.C05),
    ],
)  # fmt: skip
def test_the_letter_follows_arenas_table(state: AccountState, reset: bool, letter: Letter) -> None:
    assert sheet_letter(state, reset=reset) is letter


def test_the_first_distribution_says_for_whom_where_with_what_and_how() -> None:
    text = _read_back(sheet())
    for wanted in (
        "Mme Mireille CHÂTELAIN", "Madame, l’école met à votre disposition un service en ligne pour suivre la scolarité",
        "Zoé (CE2B) et Louis (CP A)", HEAD.portal, "m.chatelain",
        "Mot de passe provisoire, à changer à la première connexion", "La directrice, Mme Durand",
        "Activez votre compte en 3 étapes", "adresse mail", "ouvrez le courriel reçu", "Le courriel n’arrive pas ?",
        "Appelez l’école au 05 61 00 00 00 ou écrivez à ce.0310001h@exemple.fr.",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_a_reminder_says_that_the_account_is_valid_and_the_password_unchanged() -> None:
    text = _read_back(reminder())
    for wanted in ("votre compte est toujours valable", "m.chatelain", "Votre mot de passe est inchangé."):
        assert wanted in text, wanted


def test_a_change_of_password_says_the_new_one_and_when_to_change_it() -> None:
    text = _read_back(sheet(letter=Letter.C05))
    for wanted in (
        "l’école a réinitialisé votre mot de passe", "m.chatelain", "K7RW 3HNP XD4T",
        "Nouveau mot de passe provisoire, à changer à la prochaine connexion", "L’ancien mot de passe ne fonctionne plus.",
    ):  # fmt: skip
        assert wanted in text, wanted
