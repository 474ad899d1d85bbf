"""What the words of a page say, as several programs write them; and what they do not say is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.report_content import ReportKind
from app.services.reports.pdf_split import identify
from app.services.reports.pdf_words import folded, read_facts
from app.services.reports.roster import Roster, RosterPupil, Seat


@pytest.mark.parametrize(("text", "index", "count"), [
    ("Période 1/3", 1, 3), ("PÉRIODE 2 sur 5", 2, 5), ("Bilan de la période 2", 2, None), ("1er trimestre", 1, 3),
    ("2ème Trimestre", 2, 3), ("Trimestre 3", 3, 3), ("2nd semestre", 2, 2), ("Deuxième semestre", 2, 2),
    ("Période du 01/09/2026 au 30/11/2026", None, None), ("Bilan", None, None), ("Période 4/3", 4, None),
])  # fmt: skip
def test_periods(text: str, index: int | None, count: int | None) -> None:
    facts = read_facts(f"Bilan périodique\n{text}\nZoé")
    assert (facts.period_index, facts.period_count) == (index, count)


@pytest.mark.parametrize(("text", "year"), [
    ("Année scolaire 2026/2027", 2026), ("2026-2027", 2026), ("2026 – 2027", 2026), ("2026-2028", None), ("en 2026", None),
    ("du 01/09/2026 au 30/11/2026", 2026), ("du 04/01/2027 au 30/03/2027", 2026),
])  # fmt: skip
def test_years(text: str, year: int | None) -> None:
    assert read_facts(text).year == year


@pytest.mark.parametrize(("text", "kind"), [
    ("Bilan des acquis scolaires de l’élève - Cycle 2", ReportKind.PERIODIC), ("BILAN PÉRIODIQUE", ReportKind.PERIODIC),
    ("Maîtrise des composantes du socle en fin de cycle 2", ReportKind.CYCLE), ("Bilan de fin de cycle 3", ReportKind.CYCLE),
    ("Attestation de savoir-nager", ReportKind.CERTIFICATE), ("Cantine scolaire", None),
    ("Bilan périodique\nContinue ainsi en fin de cycle 2", ReportKind.PERIODIC),
])  # fmt: skip
def test_kinds(text: str, kind: ReportKind | None) -> None:
    assert read_facts(text).kind is kind


@pytest.mark.parametrize(("text", "births"), [
    ("Né(e) le 04/03/2018", {"2018-03-04"}), ("née le 4 mars 2018", {"2018-03-04"}),
    ("Date de naissance : 04.03.2018", {"2018-03-04"}), ("Date de naissance de l’élève : 2018-03-04", {"2018-03-04"}),
    ("né le 31/02/2018", set()), ("Fait le 04/03/2018", set()),
])  # fmt: skip
def test_births(text: str, births: set[str]) -> None:
    assert read_facts(text).births == births


def test_numbers_and_pages() -> None:
    facts = read_facts("INE : 123456789AB  UAI 0310001H  tél. 05 61 00 00 00\nPage 2 sur 3  dossier 0310001A")
    assert (facts.ines, facts.uais, facts.page) == ({"123456789AB"}, {"0310001H"}, (2, 3))


def pupil(number: int, last: str, first: str, born: str = "2018-03-04", ine: str | None = None) -> RosterPupil:
    names = (frozenset({folded(last)}), frozenset({folded(first)}))
    return RosterPupil(f"p{number}", ine, last, first, born, *names, {2026: Seat("CE2B", "CE2")}, True)


TWINS = Roster.of([pupil(1, "MARTIN", "Jean"), pupil(2, "MARTIN", "Jean-Pierre"), pupil(3, "MARTIN", "Léa")])


def seen(text: str, roster: Roster = TWINS) -> tuple[str | None, list[str]]:
    found = identify(read_facts(text), folded(text), roster)
    return found.pupil.first_name if found.pupil else None, [one.first_name for one in found.candidates]


@pytest.mark.parametrize(("text", "expected"), [
    ("MARTIN Jean né le 04/03/2018", ("Jean", [])), ("MARTIN Jean-Pierre né le 04/03/2018", ("Jean-Pierre", [])),
    ("Jean Pierre Martin, 04/03/2018", ("Jean-Pierre", [])), ("Nom : MARTIN Prénom : Léa né(e) le 04/03/2018", ("Léa", [])),
    ("Nom de famille : MARTIN Prénoms : Léa 04/03/2018", ("Léa", [])),
    ("MARTIN Léa 04/03/2018, jumelle de MARTIN Jean", (None, ["Jean", "Léa"])),
    ("MARTIN Paul né le 04/03/2018", (None, [])), ("MARTIN Jean né le 05/03/2018", (None, [])),
    ("École Léa Moulin, classe de M. MARTIN, né le 04/03/2018", (None, [])),
])  # fmt: skip
def test_by_name_and_birth_date(text: str, expected: tuple[str | None, list[str]]) -> None:
    assert seen(text) == expected


def test_an_ine_beside_another_birth_and_name_is_asked() -> None:
    roster = Roster.of([pupil(1, "MARTIN", "Jean", ine="123456789AB")])
    assert seen("MARTIN Jean INE 123456789AB", roster) == ("Jean", [])
    assert seen("INE 123456789AB", roster) == ("Jean", [])
    assert seen("DURAND Paul né le 01/01/2017 INE 123456789AB", roster) == (None, ["Jean"])
    assert seen("MARTIN Jean INE 123456789AB, et 123456780AB", roster)[0] is None


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_whatever_a_page_says(text: str) -> None:
    identify(read_facts(text), folded(text), TWINS)
