from __future__ import annotations

import re

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.letters.qr import MASK, qr_operators


def _modules(operators: str, size: int) -> list[list[int]]:
    """The code as the operators paint it, module by module."""
    painted = [[0] * size for _ in range(size)]
    for x, y, width, height in re.findall(r"(\d+) (\d+) (\d+) (\d+) re", operators):
        assert height == "1"
        for column in range(int(x), int(x) + int(width)):
            painted[int(y)][column] = 1
    return painted


@settings(deadline=None)
@given(st.text("ABCabc019-_", min_size=22, max_size=22))
def test_every_dark_module_is_painted_and_no_other(token: str) -> None:
    address = f"https://portail.exemple.fr/a/{token}"
    code = segno.make_qr(address, error="m", mask=MASK, boost_error=False)
    expected = [list(row) for row in code.matrix]
    assert _modules(qr_operators(address, x=10, y=20, side=90), len(expected)) == expected


def test_the_code_fills_the_square_asked_for() -> None:
    operators = qr_operators("https://portail.exemple.fr/a/8f3kT9-qLmZ2pXw7bN4vRg", x=10, y=20, side=99)
    scale, _, _, flipped, x, top = (float(part) for part in operators.split(None, 7)[1:7])
    assert (x, top) == (10, 119)
    assert scale == -flipped == 3
