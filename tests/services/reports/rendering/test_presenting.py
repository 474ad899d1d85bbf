"""What a bilan says, before it is drawn: every word of the content, the fixed ones in two languages."""

from __future__ import annotations

import pytest

from app.models import report_content as rc
from app.services.languages import languages
from app.services.reports.rendering import words
from app.services.reports.rendering.presentation import Grid, Line, Words
from app.services.reports.rendering.presenting import day, present
from tests.services.reports.rendering import samples


def lines(grid: Grid) -> list[Line]:
    return [line for group in grid.groups for line in (group.head, *group.parts)]


def test_a_bilan_says_its_head_in_order() -> None:
    shown = present(samples.periodic())
    assert shown.title == Words("Bilan des acquis scolaires de l’élève – Cycle 2")
    assert shown.period == Words("Période 2 sur 3, du 19/12/2026 au 26/03/2027")
    assert [(fact.label.french, fact.value) for fact in shown.facts] == [
        ("Élève", "LOYEZ Clémence"), ("Date de naissance", "14/03/2019"), ("Classe", "CE1 B"), ("Niveau", "CE1"),
        ("École", "École élémentaire des Tilleuls"), ("UAI", "0990001N"),
        ("Enseignants", "Mme Irène VASSEUR, M. Paul GUÉRIN"), ("Année scolaire", "2026-2027"),
        ("Établi le", "22/03/2027"),
    ]  # fmt: skip


def test_domains_have_their_parts_marks_and_what_stands_in_the_place_of_one() -> None:
    (grid,) = present(samples.periodic()).grids
    french, maths = grid.groups[:2]
    assert french.head.name.french == "Français" and french.head.mark is None
    assert [part.mark for part in french.parts] == [3, 2, 1, 0]
    assert maths.parts[1].mark is None and maths.parts[1].aside == Words("Non évalué")
    assert maths.head.text.splitlines() == ["Les tables de 2 à 5 sont sues.", "Le calcul posé est à reprendre."]
    assert [step.french for step in grid.steps] == ["Non atteints", "Partiellement atteints", "Atteints", "Dépassés"]


def test_a_position_is_shown_even_where_the_file_also_says_not_evaluated() -> None:
    domain = rc.Domain(code="EPS-RAC", position=2, not_evaluated=True)
    (line,) = lines(present(samples.periodic(domains=(domain,))).grids[0])
    assert line.mark == 1 and line.aside is None


def test_unknown_codes_are_shown_as_they_are() -> None:
    shown = present(samples.unknown_codes(), language="tr")
    names = [line.name for grid in shown.grids for line in lines(grid)]
    assert names[:3] == [Words("NSI-RAC"), Words("NSI-ALG"), Words("FRA-ZZZ")]
    assert names[3].french == "Mathématiques – Espace et géométrie"
    assert names[3].other == "Matematik – Uzay ve geometri"
    assert Words("CPD_NUM") in names
    labels = [note.label for section in shown.sections for note in section.notes]
    assert Words("PAR_AVE") in labels and Words("PIAL") in labels


def test_the_socle_has_eight_lines_a_mark_each_or_the_word_for_none() -> None:
    (grid,) = present(samples.cycle_report()).grids
    assert not grid.is_wide
    assert [line.mark for line in lines(grid)] == [None, 0, 1, 2, 3, None, 0, 1]
    assert [line.aside for line in lines(grid)].count(Words("Dispensé")) == 2


def test_what_is_empty_makes_no_heading() -> None:
    shown = present(samples.short())
    assert (shown.grids, shown.sections) == ((), ())
    assert [fact.value for fact in shown.facts if fact.label.french in ("Classe", "Niveau", "Enseignants")] == []


@pytest.mark.parametrize("language", [language.code for language in languages()])
def test_every_fixed_word_stands_beside_its_translation(language: str) -> None:
    for make in samples.EVERY.values():
        fixed = [one for one in _fixed(present(make(), language=language)) if one.french not in _AS_THEY_ARE]
        assert [one.french for one in fixed if not one.other] == []


_AS_THEY_ARE = {"UAI", "NSI-RAC", "NSI-ALG", "FRA-ZZZ", "PAR_AVE", "PIAL", "CPD_NUM", samples.MARKUP, samples.ODD}


def _fixed(value: object) -> list[Words]:
    if isinstance(value, Words):
        return [value] if value.french else []
    if isinstance(value, tuple):
        return [one for part in value for one in _fixed(part)]
    slots = getattr(value, "__slots__", ())
    return [one for name in slots for one in _fixed(getattr(value, name))]


def test_french_and_a_language_without_a_catalogue_have_nothing_beside() -> None:
    assert present(samples.periodic(), language="ta") == present(samples.periodic())
    assert present(samples.periodic()).notices == ()


def test_another_language_says_that_teachers_wrote_in_french_and_what_is_authority() -> None:
    shown = present(samples.periodic(), language="ar")
    assert shown.rtl and shown.language == "ar"
    assert shown.notices[0].french == words.FRENCH_ONLY
    assert "seul le français fait foi" in shown.notices[1].french


def test_every_text_of_the_content_is_shown() -> None:
    report = samples.endless()
    shown = list(present(report).words())
    texts = [domain.appreciation for domain in report.domains] + [journey.text for journey in report.journeys]
    assert all((text or "").strip() in shown for text in (*texts, report.general))
    assert all(item.strip() in shown for domain in report.domains for item in domain.items)


def test_a_day_is_written_as_every_language_reads_it() -> None:
    assert (day("2019-03-14"), day(None), day("<b>1er mai</b>")) == ("14/03/2019", "", "<b>1er mai</b>")
