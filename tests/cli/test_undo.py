"""``preau undo`` and what ``preau journal`` says of it, as scripts use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from app.models.tables import accounts
from app.services.demo.school import UAI
from app.services.vault.vault import open_vault
from tests.cli.command import KEY, Cli


@pytest.fixture
def preau(tmp_path: Path) -> Iterator[Cli]:
    """A school of two pupils, whose first guardian has a log-in."""
    made = Cli(tmp_path)
    made("import", *made.onde_files(pupils=2), "--school", UAI, "--yes")
    with open_vault(made.folder / "v.preau", key=bytes.fromhex(KEY)) as vault, vault.write() as connection:
        first = min(connection.execute(accounts.select()).mappings(), key=lambda row: str(row["id"]))
        connection.execute(update(accounts).where(accounts.c.id == first["id"]).values(login="m.parent"))
    yield made


def test_the_last_act_is_undone_by_its_name_and_put_back(preau: Cli) -> None:
    preau("language", "m.parent", "tr")
    asked = preau("undo", "--json")
    assert asked.code == 1 and "Annuler le choix de la langue de la famille" in asked.json["error"]["sentence"]
    done = preau("undo", "--yes", "--json")
    assert done.code == 0 and done.json["label"].startswith("Annuler le choix de la langue")
    assert "Annulé" in done.err
    undone, chosen = preau("journal", "--json").json[:2]
    assert undone["undo"]["label"].startswith("Rétablir") and undone["undo"]["possible"]
    assert not chosen["undo"]["possible"] and chosen["undo"]["blocked"].startswith("Déjà annulé")
    assert chosen["act_id"] == done.json["undone"]
    again = preau("undo", undone["act_id"][-6:], "--yes", "--json")
    assert again.json["label"].startswith("Rétablir le choix de la langue")


def test_what_cannot_be_undone_says_why(preau: Cli) -> None:
    imported, begun = preau("journal", "--json").json
    assert imported["undo"]["possible"]
    refused = preau("undo", begun["act_id"], "--yes", "--json")
    assert refused.code == 1 and "Mon école" in refused.json["error"]["sentence"]
    assert preau("undo", "zzzzzz", "--yes").code == 1
    assert "Annuler l’import" in preau("journal").out
    assert preau("undo", "--yes").code == 0  # the import
    assert preau("undo", "--yes").code == 1
