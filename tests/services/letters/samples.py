"""Invented papers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.models.states import Letter
from app.services.letters.content import Booklet, Child, CoverLine, SchoolHead, SheetContent

HEAD = SchoolHead(
    name="École élémentaire Marie Curie",
    uai="0310001H",
    address="1 rue de l’Église, 31000 Toulouse",
    phone="05 61 00 00 00",
    email="ce.0310001h@exemple.fr",
    signatory="La directrice, Mme Durand",
    portal="portail.exemple.fr",
    hours="lundi, mardi, jeudi, vendredi, de 8\u00a0h\u00a030 à 16\u00a0h\u00a030",
)

_SHEET = SheetContent(
    letter=Letter.C01,
    addressee=("Mme Mireille CHÂTELAIN", "12 rue des Lilas", "31000 TOULOUSE"),
    salutation="Madame",
    children=(Child("Zoé", "CE2B"), Child("Louis", "CP A")),
    carrier=("CHÂTELAIN Zoé", "CE2B"),
    login="m.chatelain",
    password="K7RW3HNPXD4T",
    link="https://portail.exemple.fr/a/8f3kT9-qLmZ2pXw7bN4vRg",
    dated="Toulouse, le 9\u00a0septembre\u00a02026",
    group="CE2B",
    number=7,
    total=24,
    batch="L-0909-3F",
    deadline="10\u00a0décembre\u00a02026",
)


def sheet(**values: Any) -> SheetContent:
    """A sheet of a guardian of two; ``values`` replace its fields."""
    return replace(_SHEET, **values)


def reminder(**values: Any) -> SheetContent:
    """The same guardian's reminder (C03), without a secret."""
    return sheet(letter=Letter.C03, password=None, link="https://portail.exemple.fr", deadline="", **values)


def booklet(count: int, group: str = "CE2B", *, by_post: bool = False) -> Booklet:
    """A booklet of ``count`` sheets, no two alike."""
    sheets = tuple(
        sheet(
            addressee=(f"Mme Mireille CHÂTELAIN-{group}-{number}", f"{number} rue des Lilas", "31000 TOULOUSE"),
            children=(Child(f"Zoé-{number}", group), Child(f"Louis-{number}", "CP A")),
            login=f"m.chatelain{number}",
            password=f"K7RW3HNP{number:04d}",
            link=f"https://portail.exemple.fr/a/{number:04d}T9-qLmZ2pXw7bN4vRg",
            group=group,
            number=number,
            total=count,
        )
        for number in range(1, count + 1)
    )
    lines = tuple(CoverLine(one.number, f"CHÂTELAIN Zoé-{one.number}", one.addressee[0]) for one in sheets)
    return Booklet(group, by_post, "L-0909-3F", _SHEET.dated, lines, sheets)
