"""``make screenshots``: every screen, page and paper into ./screenshots, and the pictures of the README."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.screenshots import desktop, other_screens, portal

ROOT = Path(__file__).resolve().parents[2]
README_PICTURES = {
    "responsables-compte-1280x800-clair.png": "responsables.png",
    "portail-activation-390-clair.png": "activation.png",
    "feuille.png": "feuille.png",
}


def main() -> int:
    folder = ROOT / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    made = [*portal.render(folder), *desktop.render(folder), *other_screens.render(folder)]
    kept = ROOT / "docs" / "images"
    kept.mkdir(exist_ok=True)
    for picture, name in README_PICTURES.items():
        shutil.copyfile(folder / picture, kept / name)
    print(f"{len(made)} pictures in {folder}")
    return 0


if __name__ == "__main__":  # processes that draw sheets import this module too
    sys.exit(main())
