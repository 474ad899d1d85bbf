"""What the packaged folder keeps of all that PyInstaller found: Qt's plugins by name, libraries that somebody calls.

A library of the build machine goes along only where it is named in SHIPPED; every other one is the system's own, as
it should be: an old libstdc++ or libX11 beside a newer driver ends in a crash.
"""

import subprocess
import sys
from pathlib import Path, PurePosixPath

from PyInstaller.depend.bindepend import get_imports

PLUGINS = {
    "platforms": {"xcb", "wayland", "offscreen", "windows"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},  # ê, ï, œ
    "platformthemes": {"xdgdesktopportal"},  # light, dark and the system's own file dialogs
    "wayland-shell-integration": {"xdg-shell"},
    "wayland-decoration-client": {"bradient"},
    "imageformats": {"svg"},
    "iconengines": {"svgicon"},
}
"""Qt's plugins by folder. Left out: GTK, EGL, Vulkan and framebuffer, virtual keyboard, styles, photographs, SQL, TLS."""

TRANSLATIONS = {"qtbase_fr.qm"}

SHIPPED = {
    # Python's own.
    "libpython3", "libcrypto", "libssl", "libffi", "libbz2", "liblzma", "libuuid", "libexpat", "libz",
    # What Qt needs on X11 and many desktops lack.
    "libxcb-cursor", "libxcb-icccm", "libxcb-image", "libxcb-keysyms", "libxcb-render-util", "libxcb-util",
    "libxcb-xkb", "libxkbcommon-x11",
}  # fmt: skip
"""Libraries of the build machine that go along, by the beginning of their names."""

ENVIRONMENT = Path(sys.prefix).resolve()


def kept(toc):
    """The entries of a table of PyInstaller that belong into the folder."""
    chosen = [entry for entry in toc if _wanted(PurePosixPath(entry[0].replace("\\", "/")))]
    binaries = [entry for entry in chosen if entry[2] in ("BINARY", "EXTENSION")]
    wanted = _called(binaries)
    left = sorted({Path(entry[0]).name for entry in binaries if entry[0] in wanted and not _ships(entry)})
    if left:
        print("Left to the system:", ", ".join(left))
    chosen = [entry for entry in chosen if _ships(entry)]
    called = _called([entry for entry in binaries if _ships(entry)])  # not what only the system's libraries call
    chosen = [entry for entry in chosen if entry[2] != "BINARY" or _is_root(entry) or entry[0] in called]
    there = {entry[0] for entry in chosen}
    return [entry for entry in chosen if entry[2] != "SYMLINK" or _target(entry) in there]


def _wanted(path):
    if "plugins" in path.parts and "PySide6" in path.parts:
        name = path.stem.removeprefix("lib").removeprefix("q")
        return name in PLUGINS.get(path.parent.name, set())
    if path.suffix == ".qm":
        return path.name in TRANSLATIONS
    return True


def _is_root(entry):
    """What is loaded by name: extensions and plugins; the rest must be called by one of them."""
    return entry[2] == "EXTENSION" or "plugins" in PurePosixPath(entry[0].replace("\\", "/")).parts


def _called(binaries):
    """The places of the libraries that the roots call, directly or through each other."""
    by_name = {}
    for entry in binaries:
        by_name.setdefault(Path(entry[0]).name.lower(), []).append(entry)
    found = {entry[0] for entry in binaries if Path(entry[0]).name.startswith(("libpython3", "python3"))}
    waiting = [entry for entry in binaries if _is_root(entry) or entry[0] in found]
    while waiting:
        _place, source, _kind = waiting.pop()
        for name in _needs(source):
            for entry in by_name.get(Path(name).name.lower(), ()):
                if entry[0] not in found:
                    found.add(entry[0])
                    waiting.append(entry)
    return found


def _needs(source):
    """The libraries that one calls itself. On Linux PyInstaller tells those of its libraries too, which the system has."""
    if sys.platform != "linux":
        return [name for name, _path in get_imports(source)]
    told = subprocess.run(["objdump", "-p", source], capture_output=True, text=True, check=True).stdout
    return [line.split()[1] for line in told.splitlines() if line.split()[:1] == ["NEEDED"]]


def _ships(entry):
    place, source, kind = entry
    if kind != "BINARY" or sys.platform != "linux":
        return True
    name = Path(place).name
    return ENVIRONMENT in Path(source).resolve().parents or any(
        name == f"{one}.so" or (name.startswith((f"{one}.", f"{one}-")) and ".so" in name) for one in SHIPPED
    )


def _target(entry):
    """Where a symbolic link of the folder leads, as a place in the folder."""
    place, leads_to, _kind = entry
    parts = []
    for part in (*PurePosixPath(place).parent.parts, *PurePosixPath(leads_to).parts):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return str(PurePosixPath(*parts))
