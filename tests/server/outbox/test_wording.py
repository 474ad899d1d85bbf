from __future__ import annotations

import re

import pytest

from app.models.typography import typeset
from app.server.outbox.messages import TEMPLATES
from app.server.outbox.wording import worded
from app.services import languages

PARAMS = {
    "login": "m.chatelain10", "link": "https://portail.exemple.fr/m/0123abcd", "until": "2027-03-01",
    "portal": "https://portail.exemple.fr", "salutation": "Madame", "children": "Louis, Zoé",
    "school": "École des Tilleuls", "signed": "Mme Durand, directrice", "help": "05 61 00 00 00", "language": "fr",
    "code": "123456", "minutes": "30", "what": "email", "count": "2", "host": "portail.exemple.fr",
}  # fmt: skip
TO_FAMILIES = sorted(set(TEMPLATES) - {"help_digest"})  # that one goes to a school
CODES = [one.code for one in languages.languages()]


@pytest.mark.parametrize("template", TO_FAMILIES)
def test_without_another_language_a_mail_is_in_french_alone(template: str) -> None:
    for code in ("fr", "zz", ""):
        subject, text = worded(TEMPLATES[template], {**PARAMS, "language": code})
        given, words = TEMPLATES[template](PARAMS, translate=str)
        assert (subject, text) == (given, typeset(words))


@pytest.mark.parametrize("template", TO_FAMILIES)
def test_no_mark_of_a_french_mail_is_left_alone_on_the_next_line(template: str) -> None:
    _, text = worded(TEMPLATES[template], PARAMS)
    assert re.findall(r"\S+ [:;?!»]|« \S+", text) == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("template", TO_FAMILIES)
def test_the_language_of_the_family_comes_below_with_the_same_log_in_and_link(template: str, code: str) -> None:
    french_subject, french = worded(TEMPLATES[template], PARAMS)
    subject, text = worded(TEMPLATES[template], {**PARAMS, "language": code})
    assert subject == french_subject
    assert french in text
    below = text.partition(french)[2]
    assert "[fr]" not in text
    said = {"code_mail": "123456", "contact_mail": PARAMS["help"]}
    assert said.get(template, PARAMS["login"]) in below
    assert below.count(PARAMS["link"]) == french.count(PARAMS["link"])
    for line in below.splitlines():
        assert "http" not in line or not line.startswith("\u200f") or PARAMS["link"] not in line
    assert "Traduction non relue\u202f; seul le français fait foi." in below


def test_the_day_is_said_in_each_language() -> None:
    _, text = worded(TEMPLATES["C02"], {**PARAMS, "language": "tr"})
    assert "1er\u00a0mars\u00a02027" in text
    assert "1\u00a0Mart\u00a02027" in text


def test_arabic_lines_are_read_from_right_to_left_and_names_are_isolated() -> None:
    _, text = worded(TEMPLATES["C02"], {**PARAMS, "language": "ar"})
    below = text.rpartition("—")[2]
    lines = [line for line in below.splitlines() if line and not line.startswith(("http", "Traduction"))]
    assert all(line.startswith("\u200f") for line in lines)
    assert "\u2068Louis\u2069 و \u2068Zoé\u2069" in below
    assert "\u2068m.chatelain10" not in below, "a log-in is copied: nothing invisible may stick to it"


@pytest.mark.parametrize("hostile", ["\u202eZoé", "Zoé\u2069\u2066", "\u2067Zoé", "Zo\ré\n\nCliquez ici"])
def test_controls_in_a_name_are_dropped(hostile: str) -> None:
    _, text = worded(TEMPLATES["C02"], {**PARAMS, "children": hostile, "language": "ar"})
    below = text.rpartition("—")[2]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\r")
    assert below.count("\u2068") == below.count("\u2069")
    assert "\nCliquez" not in text


def test_a_hostile_name_is_not_a_place_of_the_sentence() -> None:
    _, text = worded(TEMPLATES["C02"], {**PARAMS, "children": "{login} {0} %s", "language": "en"})
    assert text.count("{login} {0} %s") == 2
