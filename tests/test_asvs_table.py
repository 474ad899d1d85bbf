"""docs/asvs.md has every requirement of levels 1 and 2 once, names tests that exist, and docs/securite.md says what is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from app.models import enrol_codes, secrets
from app.server.accounts import codes, limits
from app.server.portal import visits
from app.server.portal.account import contacts, gate, proposals
from app.server.portal.federation import client
from app.server.portal.guards import MOST_FORM_BYTES
from app.server.portal.help import routes as help_routes
from app.server.portal.help import steps as help_steps
from app.server.settings import ServerSettings
from app.server.sync import enrolment
from app.server.sync import routes as api

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+) \|$", re.MULTILINE)
NOT_MET, NOT_APPLICABLE = "**Non.** ", "Sans objet : "
LEVELS: dict[int, dict[str, Sequence[int]]] = {
    1: {
        "1.2": range(1, 6), "1.3": (1, 2), "1.5": (1,), "2.1": (1,), "2.2": (1, 2), "2.3": (1,), "3.2": (1, 2),
        "3.3": (1,), "3.4": (1, 2), "3.5": range(1, 4), "4.1": (1,), "4.4": (1,), "5.2": (1, 2), "5.3": (1, 2),
        "6.1": (1,), "6.2": range(1, 9), "6.3": (1, 2), "6.4": (1, 2), "7.2": range(1, 5), "7.4": (1, 2), "8.1": (1,),
        "8.2": (1, 2), "8.3": (1,), "9.1": range(1, 4), "9.2": (1,), "10.4": range(1, 6), "11.3": (1, 2), "11.4": (1,),
        "12.1": (1,), "12.2": (1, 2), "13.4": (1,), "14.2": (1,), "14.3": (1,), "15.1": (1,), "15.2": (1,),
        "15.3": (1,),
    },
    2: {
        "1.1": (1, 2), "1.2": range(6, 10), "1.3": range(3, 12), "1.4": range(1, 4), "1.5": (2,), "2.1": (2, 3),
        "2.2": (3,), "2.3": range(2, 5), "2.4": (1,), "3.3": range(2, 5), "3.4": range(3, 7), "3.5": (4, 5),
        "3.7": (1, 2), "4.1": (2, 3), "4.2": (1,), "4.3": (1, 2), "4.4": range(2, 5), "5.1": (1,), "5.2": (3,),
        "5.4": range(1, 4), "6.1": (2, 3), "6.2": range(9, 13), "6.3": (3, 4), "6.4": (3, 4), "6.5": range(1, 6),
        "6.6": range(1, 4), "6.8": range(1, 5), "7.1": range(1, 4), "7.3": (1, 2), "7.4": range(3, 6), "7.5": (1, 2),
        "7.6": (1, 2), "8.1": (2,), "8.2": (3,), "8.4": (1,), "9.2": range(2, 5), "10.1": (1, 2), "10.2": (1, 2),
        "10.3": range(1, 5), "10.4": range(6, 12), "10.5": range(1, 6), "10.6": (1, 2), "10.7": range(1, 4),
        "11.1": (1, 2), "11.2": range(1, 4), "11.3": (3,), "11.4": range(2, 5), "11.5": (1,), "11.6": (1,),
        "12.1": (2, 3), "12.3": range(1, 5), "13.1": (1,), "13.2": range(1, 6), "13.3": (1, 2), "13.4": range(2, 6),
        "14.1": (1, 2), "14.2": range(2, 5), "14.3": (2, 3), "15.1": (2, 3), "15.2": (2, 3), "15.3": range(2, 8),
        "16.1": (1,), "16.2": range(1, 6), "16.3": range(1, 5), "16.4": range(1, 4), "16.5": range(1, 4), "17.1": (1,),
        "17.2": range(1, 5), "17.3": (1, 2),
    },
}  # fmt: skip
"""The requirements of ASVS 5.0.0 by level, section by section: « 1.2 » and the numbers in it."""


def ids(level: int) -> list[str]:
    return [f"{section}.{number}" for section, numbers in LEVELS[level].items() for number in numbers]


def table() -> list[tuple[str, int, str]]:
    """(requirement, level, where we stand) of each line."""
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    return [(number, int(level), state) for number, level, _, state in LINE.findall(text)]


def test_every_requirement_of_both_levels_stands_there_once_in_order() -> None:
    def place(number: str) -> list[int]:
        return [int(part) for part in number.split(".")]

    found = [number for number, _, _ in table()]
    assert found == sorted([*ids(1), *ids(2)], key=place)
    assert [(number, level) for number, level, _ in table() if number not in ids(level)] == []
    assert (len(ids(1)), len(ids(2))) == (70, 183)


def test_each_is_met_by_a_test_or_says_why_not() -> None:
    without = [
        number
        for number, _, state in table()
        if not NAMED.search(state) and not state.startswith((NOT_MET, NOT_APPLICABLE))
    ]
    assert without == []
    bare = [number for number, _, state in table() if len(state.removeprefix(NOT_MET)) < len(NOT_APPLICABLE) + 8]
    assert bare == [], "a reason is a sentence"


def test_every_test_exists() -> None:
    missing = []
    for path, name in sorted({found for _, _, state in table() for found in NAMED.findall(state)}):
        file = ROOT / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_the_sums_are_right() -> None:
    states = [state for _, _, state in table()]
    no, none = (sum(state.startswith(start) for state in states) for start in (NOT_MET, NOT_APPLICABLE))
    said = f"**{len(states) - no - none} tenues, {no} non, {none} sans objet.**"
    assert said in (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")


def part(name: str) -> str:
    """A part of docs/securite.md, spaces and ends of lines alike."""
    text = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(name)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return re.sub(r"\s+", " ", found.group(1))


def test_the_security_notes_say_what_the_program_does() -> None:
    """Every part that the table leans on is there, with the program's own figures."""
    for name in {found for _, _, state in table() for found in re.findall(r"securite\.md`?.*?« ([^»]+) »", state)}:
        assert len(part(name)) > 200, name
    kib, mib, hour = 1024, 1024 * 1024, 3600
    settings = ServerSettings.model_fields
    said = {
        "Façons d’entrer": [
            f"{secrets.PASSWORD_LENGTH} caractères", f"{secrets.TOKEN_BYTES * 8} bits",
            f"{settings['sheet_life_days'].default} jours",
            f"{settings['code_life_minutes'].default} minutes", f"{enrolment.TOKEN_LIFE.days} jours",
            f"{int(enrol_codes.LENGTH * 4.954)} bits",
        ],
        "Limites": [
            f"{limits.FREE_FAILURES} erreurs libres", f"{limits.LONGEST_WAIT.seconds // 60} minutes au plus",
            f"{limits.BIRTH_DATE_TRIES} par enfant", f"{codes.TRIES} essais par code",
            f"{codes.HOURLY} par heure, {codes.DAILY} par jour",
            f"{help_steps.HOURLY_NETWORK} par heure ; {help_steps.DAILY_SCHOOL} par jour",
            f"{help_steps.HOURLY_LOOKS} par heure", f"{help_routes.HOURLY_CODES} erreurs par heure",
            f"{contacts.DAILY} par jour ; {proposals.DAILY} par jour", f"{MOST_FORM_BYTES // kib} Kio",
            f"{api.MAX_BODY_BYTES // mib} Mio, {api.MAX_PLAIN_BYTES // mib} Mio décompressés",
        ],
        "Sessions": [
            f"{visits.IDLE.seconds // 60} minutes sans rien faire", f"{visits.ABSOLUTE.seconds // hour} heures en tout",
            f"{gate.FRESH.seconds // 60} minutes",
        ],
        "Clés": [f"m = {secrets.ARGON2_MEMORY_KIB} Kio, t = {secrets.ARGON2_TIME}, p = {secrets.ARGON2_LANES}"],
        "Ce qui est accepté": [f"{help_steps.MOST_NAME} pour les noms", f"{help_steps.MOST_WORDS} pour son texte"],
        "Ce qui coûte cher": [f"{client.WITHIN_S:.0f} secondes"],
    }  # fmt: skip
    assert [(name, words) for name, each in said.items() for words in each if words not in part(name)] == []
