"""What a query asks for, as parents and directors say it."""

from __future__ import annotations

import pytest

from app.services.diagnosis.finding import Query, national_digits, read_query


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (" N’Guessan  Éric ", Query(words=("n", "guessan", "eric"))),
        ("06 12.34-56 78", Query(digits="612345678")),
        ("+33 (0)6 12 34 56 78", Query(digits="612345678")),
        ("0033 6 12 34 56 78", Query(digits="612345678")),
        ("56 78", Query(digits="5678")),
        ("56", Query()),
        ("  ", Query()),
        ("M.Dupont@Exemple.fr", Query(sign="m.dupont@exemple.fr")),
        ("p.selazogn1", Query(sign="p.selazogn1")),
        ("M. Dupont", Query(words=("m", "dupont"))),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_it_is_meant(typed: str, asked: Query) -> None:
    assert read_query(typed) == asked


def test_an_overseas_number_is_the_same_however_written() -> None:
    assert national_digits("+262 692 12 34 56") == national_digits("0692 12 34 56") == "692123456"
