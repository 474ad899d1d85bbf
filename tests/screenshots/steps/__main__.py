"""``python -m tests.screenshots.steps FOLDER``: the pictures of the steps alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.screenshots.steps import render

if __name__ == "__main__":  # processes that draw sheets import this module too
    for made in render(Path(sys.argv[1])):
        print(made)
