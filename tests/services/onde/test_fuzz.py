"""Whatever the bytes: people and problems with their lines, or a refusal in French; never anything else."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.errors import InputError
from app.services.onde.decode import MAX_BYTES, SourceFile
from app.services.onde.parsed import ParsedFile
from tests.services.onde.school import read
from tests.support.onde_files import BLOCK_SINCE_2021, PUPILS, Adult, Pupil, csv_file, guardians_file, pupils_file

ZOE = Pupil("CHÂTELAIN", "Zoé", ine="123456789AB", address='Résidence "Les Pins"; bât. B')
TOM = Pupil("ŒILLET", "Tom", "02/11/2020", ine="223456789AB")
ANNE = Adult("MÉNARD", "Anne", (ZOE, TOM), email="anne@gamil.com", mobile="05 61 00 00 01")
GOOD = [
    pupils_file([ZOE, TOM]),
    pupils_file([ZOE, TOM], encoding="utf-8-sig", quoted=True),
    guardians_file([ANNE], block=BLOCK_SINCE_2021, quoted=True),
]
FUZZ = settings(max_examples=300, deadline=None)


def holds(content: bytes) -> ParsedFile | None:
    """The property: a file whose lines are within the content, or an InputError fit to be shown."""
    try:
        file = read(content)
    except InputError as refused:
        assert refused.code.startswith("onde_")
        assert refused.sentence.startswith("Le fichier «\u00a0CSVExtraction.csv\u00a0» ")
        assert refused.sentence.endswith(".")
        return None
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for line in (*file.pupils, *file.guardians, *file.problems):
        assert line.line is None or 1 <= line.line <= lines
    for problem in file.problems:
        assert problem.message
        assert not any(unicodedata.category(char) == "Cc" for char in problem.message)
    return file


@FUZZ
@given(st.binary(max_size=2000))
def test_any_bytes(content: bytes) -> None:
    holds(content)


@FUZZ
@given(st.binary(max_size=600), st.sampled_from(GOOD))
def test_any_bytes_below_a_good_header(content: bytes, good: bytes) -> None:
    holds(good.split(b"\r\n")[0] + b"\r\n" + content)


@FUZZ
@given(st.data())
def test_any_damage_to_a_good_file(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 40)))
        content[start:end] = data.draw(
            st.one_of(st.binary(max_size=12), st.sampled_from([b'"', b";", b"\r\n", b"\x00", b""]))
        )
    holds(bytes(content))


@FUZZ
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=25), max_size=8), st.sampled_from([";", ",", "\t"]))
def test_any_table_below_the_header_of_pupils(rows: list[list[str]], delimiter: str) -> None:
    holds(csv_file(PUPILS, rows, encoding="utf-8", delimiter=delimiter).replace(b"\x00", b""))


@pytest.mark.parametrize("good", GOOD)
def test_every_truncation(good: bytes) -> None:
    """A download that stopped: never more people than the whole file has."""
    whole = read(good)
    for end in range(len(good)):
        file = holds(good[:end])
        if file is not None:
            assert len(file.pupils) <= len(whole.pupils)
            assert len(file.guardians) <= len(whole.guardians)


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
    return held.getvalue()


_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8
_PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nstream\n" + bytes(range(256)) * 8
_TEXT_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog; /Pages 2 0 R >>\nendobj\ntrailer\n"
_HTML = b"<!DOCTYPE html><html><head><title>Connexion; ONDE</title></head></html>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_zip(), "onde_binary"), (_PNG, "onde_binary"), (_PDF, "onde_binary"), (_TEXT_PDF, "onde_unknown_header"),
        (_HTML, "onde_unknown_header"), (b"", "onde_empty"), (b" \r\n \r\n", "onde_empty"), (b"bonjour", "onde_no_table"),
        (b";;;\r\n;;;\r\n", "onde_no_table"), (b"\xff\xfe", "onde_no_table"), (bytes(5000), "onde_binary"),
        (b"{\"a\": [1, 2]}", "onde_unknown_header"),
    ],
    ids=["xlsx", "png", "pdf", "text pdf", "log-in page", "empty", "blank", "a word", "separators", "utf-16", "zeros", "json"],
)  # fmt: skip
def test_what_is_no_table_ends_in_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read(content)
    assert refused.value.code == code
    assert holds(content) is None


def test_a_header_alone_is_a_file_of_nobody() -> None:
    file = read(pupils_file([]))
    assert file.pupils == []
    assert [problem.level for problem in file.problems] == ["error"]


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "CSVExtraction.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(InputError) as refused:
        SourceFile.read(path)
    assert refused.value.code == "onde_too_large"
    assert "pèse 100 Mo" in refused.value.sentence


@pytest.mark.parametrize(
    "content",
    [
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b"x" * (MAX_BYTES - 100),
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b'"' * 3_000_000,
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b'"a\n' * 200_000,
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b";" * 3_000_000,
        lambda: b"Nom;" * 500_000,
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b"\n" * 250_001,
        lambda: b"Nom;Pr\xe9nom;Classe\n" + b"A;B;C\n" * 250_001,
    ],
    ids=["one cell", "quotes", "open quotes", "separators", "header", "blank lines", "lines"],
)
def test_what_is_as_large_as_may_be_still_ends(content: Callable[[], bytes]) -> None:
    holds(content())


@pytest.mark.parametrize("name", ["nulle part.csv", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as refused:
        SourceFile.read(tmp_path / name)
    assert refused.value.code == "onde_unreadable"


def test_a_device_is_not_read_for_ever() -> None:
    with pytest.raises(InputError) as refused:
        SourceFile.read(Path("/dev/zero"))
    assert refused.value.code == "onde_unreadable"
