"""What each mail must say (arena.md, « Which letter »): C02, C04, C06 and C07. A link stands where Arena has a password."""

from __future__ import annotations

import pytest

from app.server.outbox.messages import TEMPLATES
from app.server.outbox.wording import worded
from tests.server.outbox.test_wording import PARAMS

LINK = PARAMS["link"]
SCHOOL = ("École des Tilleuls", "05 61 00 00 00")
SIGNED = ("Mme Durand, directrice", *SCHOOL)


@pytest.mark.parametrize(
    ("template", "subject", "wanted"),
    [
        ("C02", "Mise à disposition de services en ligne pour suivre la scolarité de votre enfant",
         ("met à votre disposition un service en ligne", "Louis et Zoé", PARAMS["portal"], "m.chatelain10", LINK,
          "Activez votre compte en 2 étapes", "Le courriel n’arrive pas", *SIGNED)),
        ("C04", "Votre compte pour suivre la scolarité de votre enfant est toujours valable",
         ("est toujours valable", "m.chatelain10", "Votre mot de passe est inchangé.", *SIGNED)),
        ("C06", "Votre mot de passe pour suivre la scolarité de votre enfant est à choisir de nouveau",
         ("a réinitialisé votre mot de passe", "m.chatelain10", LINK, "L’ancien ne fonctionne plus.", *SIGNED)),
        ("C07", "Activez votre compte pour le livret scolaire",
         ("m.chatelain10", LINK, "Activer mon compte", *SCHOOL)),
    ],
)  # fmt: skip
def test_each_mail_says_what_its_letter_must(template: str, subject: str, wanted: tuple[str, ...]) -> None:
    found, text = worded(TEMPLATES[template], PARAMS)
    assert found == subject
    assert [words for words in wanted if words not in text] == []
    assert (LINK in text) == (template != "C04"), "a reminder opens nothing"
    assert "Mot de passe\u00a0:" not in text and "provisoire" not in text, "no mail holds a password"
