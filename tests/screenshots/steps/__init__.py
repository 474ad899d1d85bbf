"""The pictures of the guides' single steps: each from the real application, once, in light colours."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from app.ui.garbage import Collector
from tests.screenshots.looks import wear
from tests.screenshots.steps import assistance, officer, papers, posts, school


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    collector = Collector()
    wear(application, "light")
    made: list[Path] = []
    for module in (posts, school, assistance, officer):
        with TemporaryDirectory() as place:
            for name, picture in module.pictures(Path(place)):
                made.append(folder / f"etape-{name}.png")
                picture.save(str(made[-1]))
    collector.stop()
    with TemporaryDirectory() as place:
        return made + papers.render(folder, Path(place))
