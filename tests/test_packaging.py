"""What the packaged folder keeps: plugins by name, libraries that somebody calls, next to none of the machine's own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

ROOT = Path(__file__).resolve().parents[1]
QT = Path(PySide6.__file__).parent / "Qt"
SYSTEM = Path("/usr/lib/x86_64-linux-gnu")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="libraries of a Linux machine")


def rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("folder_rules", ROOT / "packaging" / "folder_rules.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def names(toc: list[tuple[str, str, str]]) -> set[str]:
    return {Path(place).name for place, _, _ in rules().kept(toc)}


def qt(*parts: str) -> tuple[str, str, str]:
    place = Path(*parts)
    return str("PySide6" / Path("Qt") / place), str(QT / place), "BINARY"


def test_the_folder_leaves_the_machines_libraries_to_the_system() -> None:
    toc = [
        qt("plugins", "platforms", "libqxcb.so"), qt("lib", "libQt6XcbQpa.so.6"), qt("lib", "libQt6Gui.so.6"),
        ("libX11.so.6", str(SYSTEM / "libX11.so.6"), "BINARY"),
        ("libstdc++.so.6", str(SYSTEM / "libstdc++.so.6"), "BINARY"),
        ("libxcb-icccm.so.4", str(SYSTEM / "libxcb-icccm.so.4"), "BINARY"),
    ]  # fmt: skip
    assert names(toc) == {"libqxcb.so", "libQt6XcbQpa.so.6", "libQt6Gui.so.6", "libxcb-icccm.so.4"}


def test_what_only_the_systems_own_libraries_call_stays_out() -> None:
    toc = [
        qt("plugins", "platforms", "libqxcb.so"), qt("lib", "libQt6XcbQpa.so.6"),
        ("libfontconfig.so.1", str(SYSTEM / "libfontconfig.so.1"), "BINARY"),
        ("libexpat.so.1", str(SYSTEM / "libexpat.so.1"), "BINARY"),  # Python's own name: fontconfig alone calls it here
    ]  # fmt: skip
    assert names(toc) == {"libqxcb.so", "libQt6XcbQpa.so.6"}


def test_plugins_go_along_by_name_and_libraries_only_where_somebody_calls_them() -> None:
    toc = [
        qt("plugins", "platforms", "libqoffscreen.so"), qt("plugins", "platforms", "libqeglfs.so"),
        qt("plugins", "platformthemes", "libqgtk3.so"), qt("lib", "libQt6Core.so.6"), qt("lib", "libQt6Sql.so.6"),
    ]  # fmt: skip
    assert names(toc) == {"libqoffscreen.so", "libQt6Core.so.6"}


def test_qts_own_words_are_french_alone() -> None:
    toc = [("PySide6/Qt/translations/qtbase_fr.qm", "x", "DATA"), ("PySide6/Qt/translations/qtbase_de.qm", "x", "DATA")]
    assert names(toc) == {"qtbase_fr.qm"}


def test_nothing_of_the_server_is_asked_for() -> None:
    spec = (ROOT / "packaging" / "desktop.spec").read_text(encoding="utf-8")
    assert '"app.server"' in spec and '"fastapi"' in spec and '"psycopg"' in spec
