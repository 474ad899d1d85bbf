from __future__ import annotations

from datetime import date

from reportlab.lib.units import mm

from app.services.letters.diagnosis import CauseLines, Report, _draw
from app.services.letters.fonts import load_fonts
from tests.services.letters.recorder import Recorder


def test_a_cause_stands_clear_of_the_lines_above_it() -> None:
    load_fonts()
    people = [(f"DUPONT Marc-{number}", f"m.dupont{number}", "Zoé") for number in range(40)]
    causes = [
        CauseLines(title, "Que faire, ici\u00a0: rien.", people) for title in ("Un compte dort", "Une feuille manque")
    ]
    drawn = Recorder()
    _draw(drawn, Report("École", date(2026, 11, 21), 40, causes))  # type: ignore[arg-type]
    rules = [y for _x, y, *_rest in drawn.called("line")]
    titles = [mark.y for mark in drawn.texts if mark.text.endswith("(40)")]
    assert len(titles) == 2
    for title in titles:
        above = [y for y in rules if title < y < title + 20 * mm]
        assert all(y - title > 7 * mm for y in above)
    assert any(title < y < title + 20 * mm for title in titles for y in rules)
