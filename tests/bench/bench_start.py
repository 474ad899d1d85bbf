"""How long the desktop takes to be usable, against an empty window that imports the same libraries and opens an empty vault.

Each run is a process of its own, timed from its birth until it says « ready »: ours, when Accueil shows what is left to
do in a school of 236 pupils; the floor, when its empty window was painted. The floor imports every module of others that
ours had loaded by then, and none of ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.ratio import Ratio
from tests.ui.desk_stage import demo_stage, live_a_little

KEY = bytes(32).hex()
AT_MOST = 1.5
"""Times the floor."""

OURS = """
from PySide6.QtWidgets import QApplication
from app.ui.app import Choices, Desktop, dress
import os, sys
application = QApplication(sys.argv[:1])
dress(application, None)
desktop = Desktop(Choices(os.environ))
desktop.open()
home = desktop.window.page("home").view
while not home.rows:
    application.processEvents()
home.grab()
foreign = [name for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", "") or "")]
print("ready", *foreign, flush=True)
sys.stdin.read()
os._exit(0)
"""

FLOOR = """
import contextlib, importlib, os, sys
for name in sys.argv[2:]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
from PySide6 import QtWidgets
from sqlcipher3 import dbapi2
application = QtWidgets.QApplication(sys.argv[:1])
vault = dbapi2.connect(sys.argv[1])
vault.execute(f"PRAGMA key = \\"x'{os.environ['PREAU_VAULT_KEY']}'\\"")
vault.execute("SELECT count(*) FROM sqlite_master").fetchone()
window = QtWidgets.QMainWindow()
window.resize(1280, 800)
window.show()
application.processEvents()
window.grab()
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""

BARE = """
import os, sys
from PySide6 import QtWidgets
application = QtWidgets.QApplication(sys.argv[:1])
window = QtWidgets.QMainWindow()
window.show()
application.processEvents()
window.grab()
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""


def measure() -> list[Ratio]:
    """Every figure of this bench."""
    with TemporaryDirectory() as name:
        return [measure_start(Path(name))]


def measure_start(folder: Path, rounds: int = 7) -> Ratio:
    """The median of ``rounds`` paired starts, after one of each that warms the disk."""
    with demo_stage(folder, pupils=236) as stage:
        live_a_little(stage)
    libraries = _start(OURS, folder)[1]
    arguments = (str(folder / "empty.preau"), *libraries)
    _start(FLOOR, folder, *arguments)
    pairs = [(_start(OURS, folder)[0], _start(FLOOR, folder, *arguments)[0]) for _ in range(rounds)]
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    bare = min(_start(BARE, folder)[0] for _ in range(3))
    detail = f"{ours:.2f} s to a usable window, floor {floor:.2f} s, a bare PySide6 window {bare:.2f} s"
    return Ratio("start to a usable window", floor / ours, 1 / AT_MOST, detail)


def _start(script: str, folder: Path, *arguments: str) -> tuple[float, list[str]]:
    """Seconds from the birth of the process until it is ready, and the foreign modules that it says it has loaded."""
    environ = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "PREAU_VAULT": str(folder / "poste.preau"),
        "PREAU_VAULT_KEY": KEY, "PREAU_FICTIONAL_NUMBERS": "1",
    }  # fmt: skip
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        word, *modules = process.stdout.readline().split() or [""]
        taken = time.perf_counter() - started
        process.stdin.close()
    if word != "ready":
        raise RuntimeError("the window did not open")
    return taken, modules


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")
