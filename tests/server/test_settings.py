"""The settings: documented one by one, and a secret that stays out of the base."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.errors import Refused
from app.server.settings import ServerSettings

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "operateur.md"


def test_the_guide_names_every_setting() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    missing = [name for name in ServerSettings.model_fields if f"`PREAU_{name.upper()}`" not in text]
    assert missing == []


def test_the_secret_is_made_once_beside_a_sqlite_base(tmp_path: Path) -> None:
    settings = ServerSettings(database_url=f"sqlite:///{tmp_path / 'base.db'}")
    assert settings.key("acts") == settings.key("acts") != settings.key("outbox")
    kept = tmp_path / "base.db.secret"
    assert kept.stat().st_mode & 0o777 == 0o600 and len(kept.read_text()) == 64


def test_several_processes_must_be_given_one() -> None:
    with pytest.raises(Refused, match="PREAU_SECRET"):
        ServerSettings(database_url="postgresql://localhost/preau").master_secret()
    given = ServerSettings(database_url="postgresql://localhost/preau", secret="ab" * 32)
    assert given.master_secret() == bytes.fromhex("ab" * 32)
