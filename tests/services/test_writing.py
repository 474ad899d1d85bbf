"""A file for the director is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.errors import PreauError
from app.services.writing import Draft, write_whole


def test_a_file_takes_its_name_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "Listes" / "liste.csv"
    with Draft(path) as draft:
        draft.write(b"nouveau")
        assert not path.exists()
        assert draft.publish() == path
    assert [file.name for file in path.parent.iterdir()] == ["liste.csv"]


def test_what_was_there_stays_until_then(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "liste.csv", b"ancien")
    with Draft(path) as draft:
        draft.write(b"nouveau")
    assert path.read_bytes() == b"ancien" and list(tmp_path.iterdir()) == [path]


def test_a_refusal_names_the_file_and_the_folder(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").mkdir()
    with pytest.raises(PreauError) as refused:
        write_whole(tmp_path / "liste.csv", b"x")
    assert refused.value.code == "folder_not_writable"
    assert "liste.csv" in refused.value.sentence and str(tmp_path) in refused.value.sentence
    assert [file.name for file in tmp_path.iterdir()] == ["liste.csv"]
