"""ZIPs: of PDFs, of XML, and of whatever a stranger puts into one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.errors import InputError
from app.services.reports import sources
from app.services.reports.sources import ReportFile, unpacked
from tests.services.reports.cast import JEAN, ZOE, livret, xml
from tests.support.class_pdfs import one_pdf


def zipped(**entries: bytes) -> bytes:
    return named({name.replace("__", "."): content for name, content in entries.items()})


def named(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


PDF = one_pdf(ZOE)


def open_zip(content: bytes) -> tuple[list[str], list[str]]:
    files, problems = unpacked([ReportFile("bilans.zip", content)])
    return [file.name for file in files], [problem.message for problem in problems]


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        open_zip(content)
    assert "bilans.zip" in caught.value.sentence and caught.value.sentence.endswith(".")
    return caught.value


def test_a_zip_of_pdfs_is_imported_and_a_bad_one_in_it_is_an_error(tmp_path: Path) -> None:
    content = zipped(zoe__pdf=PDF, jean__pdf=one_pdf(JEAN), abime__pdf=b"%PDF-1.7 rien", lisez__txt=b"bonjour")
    with livret(tmp_path) as book:
        plan = book.preview(content).plan
    assert len(plan.new) == 2 and plan.source == "pdf"
    assert "abime.pdf" in plan.errors[0].file and "lisez.txt" in plan.warnings[0].message


def test_a_zip_of_xml_is_imported(tmp_path: Path) -> None:
    with livret(tmp_path) as book:
        assert len(book.preview(zipped(export__xml=xml())).plan.new) == 3


@pytest.mark.parametrize("path", ["../../etc/passwd.pdf", "/tmp/a.pdf", "C:\\a.pdf", "..\\a.pdf"])
def test_a_path_that_leaves_the_archive_is_not_read(path: str) -> None:
    names, problems = open_zip(named({path: PDF, "zoe.pdf": PDF}))
    assert names == ["bilans.zip › zoe.pdf"] and "sort du ZIP" in problems[0]


def test_noise_is_passed_over_and_names_are_made_fit_to_be_shown() -> None:
    names, problems = open_zip(named({"__MACOSX/._zoe.pdf": PDF, ".DS_Store": b"x", "a/\u202ezoe\n.pdf": PDF}))
    assert names == ["bilans.zip › zoe.pdf"] and problems == []


def test_a_zip_in_a_zip_is_told() -> None:
    names, problems = open_zip(named({"classe.zip": zipped(zoe__pdf=PDF), "zoe.pdf": PDF}))
    assert len(names) == 1 and "dans le ZIP" in problems[0]


def test_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(named({"a.pdf": bytes(50_000_000)})).code == "reports_zip_bomb"
    liar = bytearray(named({"a.pdf": bytes(3_000_000)}))
    place = liar.rindex(b"PK\x01\x02") + 24  # the size that the directory claims
    liar[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(liar)).code in ("reports_zip_bomb", "reports_broken_zip")
    monkeypatch.setattr(sources, "MOST_ENTRIES", 3)
    assert refused(named({f"{n}.pdf": PDF for n in range(4)})).code == "reports_zip_bomb"


@pytest.mark.parametrize(("content", "code"), [
    (zipped(), "reports_empty_zip"), (zipped(zoe__pdf=PDF)[:-30], "reports_broken_zip"),
    (b"PK\x03\x04" + bytes(100), "reports_broken_zip"),
])  # fmt: skip
def test_a_zip_that_cannot_be_opened_is_a_sentence(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_an_encrypted_zip_is_a_sentence() -> None:
    content = bytearray(zipped(zoe__pdf=PDF))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert refused(bytes(content)).code == "reports_encrypted"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "rien.pdf", tmp_path):
        with pytest.raises(InputError, match="ne peut pas être lu"):
            ReportFile.read(path)


GOOD = zipped(zoe__pdf=PDF, jean__pdf=PDF)


@given(start=st.integers(0, len(GOOD)), length=st.integers(0, 200), noise=st.binary(max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_was_damaged_is_opened_or_refused(start: int, length: int, noise: bytes) -> None:
    content = GOOD[:start] + noise + GOOD[start + length :]
    try:
        unpacked([ReportFile("bilans.zip", content)])
    except InputError as error:
        assert error.code.startswith("reports_")
