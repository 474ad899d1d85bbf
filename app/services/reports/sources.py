"""The files of an import, as chosen: XML, PDF, or a ZIP of them; what each is, told by its first bytes, never by its name."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from app.services.reports.found import Problem, ProblemList, refusal
from app.services.reports.xml_stream import MAX_BYTES

Kind = Literal["xml", "pdf", "zip"]
MOST_ENTRIES = 2000
MOST_UNPACKED = 512 * 1024 * 1024
MOST_RATIO = 200
"""Times that an entry may grow: PDFs hardly do, a bomb grows a thousandfold."""
_RATIO_FREE = 1024 * 1024
_BLOCK = 1024 * 1024
_MAC = "__MACOSX"
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file and the name that sentences give it; ``zipped`` where it came out of a ZIP."""

    name: str
    content: bytes
    zipped: bool = False

    @property
    def kind(self) -> Kind:
        if b"%PDF-" in self.content[:_HEAD]:
            return "pdf"
        return "zip" if self.content.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "xml"

    @classmethod
    def read(cls, path: Path) -> ReportFile:
        """Read a file that a person chose. Raises InputError where it is missing, a folder, or far too large."""
        try:
            if not path.is_file():
                raise FileNotFoundError(path)
            if path.stat().st_size > MAX_BYTES:
                raise refusal(
                    "too_large", path.name, f"pèse plus de {MAX_BYTES // 1_000_000} Mo : importez classe par classe."
                )
            return cls(path.name, path.read_bytes())
        except OSError as error:
            raise refusal(
                "unreadable", path.name, "ne peut pas être lu. Vérifiez qu’il existe et qu’il est à vous."
            ) from error


def unpacked(files: Sequence[ReportFile]) -> tuple[list[ReportFile], list[Problem]]:
    """The files, each ZIP replaced by what it holds. Raises InputError where a ZIP as a whole cannot be taken.

    Their names are made different: what was read, asked and written of a file is remembered by its name.
    """
    found: list[ReportFile] = []
    problems: list[Problem] = []
    for file in files:
        if file.kind != "zip":
            found.append(file)
            continue
        said = ProblemList(file.name)
        found += _entries(file, said)
        problems += said.closed()
    return _told_apart(found), problems


def _told_apart(files: Sequence[ReportFile]) -> list[ReportFile]:
    """Two files of one name, from two folders: the second is « export.xml (2) »."""
    counts: Counter[str] = Counter()
    named = []
    for file in files:
        counts[file.name] += 1
        number = counts[file.name]
        named.append(replace(file, name=f"{file.name} ({number})") if number > 1 else file)
    return named


def _entries(file: ReportFile, said: ProblemList) -> list[ReportFile]:
    broken = refusal(
        "broken_zip", file.name, "est un ZIP abîmé ou incomplet. Refaites-le, ou importez les PDF eux-mêmes."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir() and not _is_noise(one.filename)]
            _judge(file.name, entries)
            found = list(_read_all(file.name, archive, entries, said))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise broken from error
    if not found and not said.found:
        raise refusal("empty_zip", file.name, "est un ZIP qui ne contient aucun PDF.")
    return found


def _judge(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise refusal("zip_bomb", name, f"contient plus de {MOST_ENTRIES} fichiers : faites un ZIP par classe.")
    if sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise _bomb(name)
    if any(one.flag_bits & 1 for one in entries):
        raise refusal("encrypted", name, "est un ZIP protégé par un mot de passe. Refaites-le sans mot de passe.")


def _read_all(
    name: str, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], said: ProblemList
) -> Iterator[ReportFile]:
    left = MOST_UNPACKED
    for one in entries:
        shown = _shown(one.filename)
        if _leaves(one.filename):
            said.error(f"« {shown} » a un chemin qui sort du ZIP : ce fichier n’a pas été lu.")
            continue
        content = _unpack(name, archive, one, left)
        left -= len(content)
        entry = ReportFile(f"{name} › {shown}", content, zipped=True)
        if entry.kind == "zip":
            said.error(f"« {shown} » est un ZIP (ou un document bureautique) dans le ZIP : il n’a pas été lu.")
        elif entry.kind == "xml" and not content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
            said.warning(f"« {shown} » n’est ni un PDF ni un XML : laissé de côté.")
        else:
            yield entry


def _unpack(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of an entry, counted while they come: what its header says of its size is only a claim."""
    parts, size = [], 0
    most = min(left, max(_RATIO_FREE, MOST_RATIO * entry.compress_size))
    with archive.open(entry) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > most:
                raise _bomb(name)
            parts.append(block)
    return b"".join(parts)


def _bomb(name: str) -> Exception:
    return refusal(
        "zip_bomb",
        name,
        "grossit démesurément une fois ouvert (« bombe ») : il n’a pas été lu. Importez les PDF eux-mêmes.",
    )


def _leaves(path: str) -> bool:
    """Whether an entry names a place outside of the archive. Nothing is ever written there; who does this is no friend."""
    plain = path.replace("\\", "/")
    return plain.startswith("/") or ":" in plain[:3] or ".." in PurePosixPath(plain).parts


def _is_noise(path: str) -> bool:
    name = PurePosixPath(path.replace("\\", "/")).name
    return path.startswith(_MAC) or name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini")


def _shown(path: str) -> str:
    """The name of an entry, fit to be shown."""
    name = PurePosixPath(path.replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable())[:80] or "?"
