"""The settings: documented one by one, and a secret that stays out of the base."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

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


@pytest.mark.parametrize("secret", ["", "\n", "ab" * 31, "pas hexadécimal" * 5, "zz" * 32])
def test_a_secret_that_anybody_could_guess_is_refused(tmp_path: Path, secret: str) -> None:
    """An empty or a cut file would otherwise give keys that everybody knows."""
    kept = tmp_path / "secret"
    kept.write_text(secret, encoding="utf-8")
    with pytest.raises(Refused, match="64 chiffres"):
        ServerSettings(database_url="postgresql://localhost/preau", secret_file=kept).master_secret()
    if secret:
        with pytest.raises(Refused, match="64 chiffres"):
            ServerSettings(database_url="postgresql://localhost/preau", secret=secret).master_secret()


def test_a_changed_secret_remembers_the_former_one() -> None:
    before = ServerSettings(secret="5e" * 32)
    after = ServerSettings(secret="a7" * 32, secret_former="5e" * 32)
    assert before.former_keys("acts") == () and after.former_keys("acts") == (before.key("acts"),)
    assert after.key("acts") != before.key("acts")


def test_a_token_for_the_measures_is_no_word() -> None:
    with pytest.raises(ValidationError):
        ServerSettings(metrics_token="metrics")
    assert ServerSettings(metrics_token="m" * 20).metrics_token


def test_a_processor_checks_one_password_at_a_time() -> None:
    processors = ServerSettings().hashes_at_once()
    assert 1 <= processors <= (os.cpu_count() or 1)
    assert ServerSettings().hashes_at_once(1000) == 1
    assert ServerSettings(hash_workers=3).hashes_at_once(2) == 3
