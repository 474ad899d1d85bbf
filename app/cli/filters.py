"""The criteria of « Responsables » as options, for the commands that list or notify."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.models.codes import LEVELS
from app.models.states import AccountOrigin, AccountState, Mail

SearchOption = Annotated[str, typer.Option("--search", metavar="TEXTE", help="Dans les noms et prénoms.")]
ClassOption = Annotated[list[str] | None, typer.Option("--class", metavar="LIBELLÉ", help="Classe ; peut se répéter.")]
StateOption = Annotated[list[AccountState] | None, typer.Option("--state", help="État du compte ; peut se répéter.")]
EmailOption = Annotated[
    Mail, typer.Option("--email", help="Avec ou sans adresse mail, ou ce que le dernier mail est devenu.")
]
OriginOption = Annotated[
    list[AccountOrigin] | None, typer.Option("--origin", help="Origine du compte ; peut se répéter.")
]
TodoOption = Annotated[
    str | None, typer.Option("--todo", metavar="CLÉ", help="Derrière une ligne d’Accueil ; « preau todo » les nomme.")
]
Level = StrEnum("Level", {level: level for level in LEVELS})  # type: ignore[misc]
LevelOption = Annotated[
    list[Level] | None, typer.Option("--level", case_sensitive=False, help="Niveau ; peut se répéter.")
]
