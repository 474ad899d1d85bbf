"""``make screenshots``: every screen, page and paper into ./screenshots, and the pictures of the README and of docs/."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.screenshots import (
    bilans,
    consoles,
    desktop,
    dialogs,
    livrets,
    operator_steps,
    other_screens,
    parents,
    portal,
    steps,
    support,
)
from tests.screenshots.kept import ROOT, keep


def main() -> int:
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):  # the films of the tests stay, a folder each in films/
        old.unlink()
    made = [
        *portal.render(folder), *bilans.render(folder), *desktop.render(folder), *other_screens.render(folder),
        *dialogs.render(folder), *livrets.render(folder), *parents.render(folder), *support.render(folder),
        *consoles.render(folder), *operator_steps.render(folder),
        *steps.render(folder),
    ]  # fmt: skip
    keep(folder, ROOT / "docs" / "images")
    print(f"{len(made)} pictures in {folder}")
    return 0


if __name__ == "__main__":  # processes that draw sheets import this module too
    sys.exit(main())
