from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.services.activations import Curve, Series
from app.services.letters.curve import nice_step
from app.services.letters.fonts import load_fonts
from app.services.letters.statistics import draw_statistics, write_statistics
from app.services.stats import Statistics, compute
from tests.services.letters.recorder import Recorder
from tests.services.sheet_cast import SCHOOL, casting, open_desk

START = date(2026, 8, 1)


def _found(folder: Path) -> Statistics:
    with open_desk(folder) as desk:
        with casting(desk) as cast:
            cast.school()
            pupil = cast.pupil("Zoé ÉTIENNE", cast.classroom("CP <img src=x> A"))
            cast.guardian("Mme Lise ÉTIENNE", pupil, state="active", origin="school", notified_on="2026-09-01")
            cast.guardian("M. Jean ÉTIENNE", pupil)
        found = compute(desk, school_id=SCHOOL)
        write_statistics(desk, school_id=SCHOOL, found=found, path=folder / "s.pdf")
    return found


def test_every_table_and_sentence_reads_back_as_text(tmp_path: Path) -> None:
    _found(tmp_path)
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "s.pdf").pages).replace("\u00a0", " ")
    for part in (
        "École élémentaire Marie Curie", "Synthèse des comptes responsables de la structure", "par classe", "par niveau",
        "CP <img src=x> A", "Ce qui manque", "De la notification à l’activation", "50 %",
    ):  # fmt: skip
        assert part in text, part
    assert "par origine" not in text, "nobody’s day is known: a sentence, and no line at zero"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_school_of_sixty_classes_runs_over_pages_and_stays_on_them(tmp_path: Path) -> None:
    found = _found(tmp_path)
    (line,) = found.by_class.lines
    series = [
        Series(f"Classe {n} de Mme de la Tour du Pin", n, (START + timedelta(days=n),), (2 * n,)) for n in range(60)
    ]
    curve = Curve(START, START + timedelta(days=330), series[-1], tuple(series[:6]), tuple(series), 3)
    large = replace(
        found, curve=curve, by_class=replace(found.by_class, lines=tuple(replace(line, label=s.label) for s in series))
    )
    recorder = Recorder()
    load_fonts()
    draw_statistics(recorder, "École", START, large)  # type: ignore[arg-type]
    assert len(recorder.called("showPage")) >= 4
    assert all(
        15 * mm < mark.y < A4[1] and 15 * mm < mark.x and mark.right < A4[0] - 15 * mm for mark in recorder.texts
    )


@pytest.mark.parametrize(("most", "step"), [(0, 1), (8, 1), (9, 2), (36, 5), (232, 50), (15_000, 2000)])
def test_axes_have_round_figures(most: int, step: int) -> None:
    assert nice_step(most) == step
