from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.letters.fonts import BOLD, REGULAR, load_fonts, text_width
from app.services.letters.layout import fill, fitting_size, plain, wrap

_texts = st.text(st.sampled_from("abcdefé <>&{}\u00a0WŒ'-"), max_size=300)


@settings(deadline=None)
@given(text=_texts, width=st.floats(30, 500), size=st.sampled_from([7.0, 11.0]))
def test_no_line_is_wider_than_asked_and_no_character_is_lost(text: str, width: float, size: float) -> None:
    load_fonts()
    lines = wrap(plain(text), size, width)
    drawn = "".join(piece for line in lines for _, _, piece in line.pieces)
    assert drawn.replace(" ", "") == text.replace(" ", "")
    for line in lines:
        end = max(x + text_width(piece, font, size) for x, font, piece in line.pieces)
        assert end <= width + 0.01


def test_a_no_break_space_keeps_words_together() -> None:
    load_fonts()
    (first, *_) = wrap(plain("aaaa «\u00a0bbbb\u00a0»"), 11, text_width("aaaa «\u00a0bbbb", REGULAR, 11))
    assert first.pieces[0][2] == "aaaa"


def test_pieces_of_a_line_follow_each_other_without_a_gap() -> None:
    load_fonts()
    (line,) = wrap(fill("pour {name} (CE2B)", name="Zoé"), 11, 500)
    texts = [text for _, _, text in line.pieces]
    assert "".join(texts) == "pour Zoé (CE2B)"
    for (x, font, text), (following, _, _) in zip(line.pieces, line.pieces[1:], strict=False):
        assert abs(x + text_width(text, font, 11) - following) < 0.01


def test_values_are_bold_and_never_templates() -> None:
    runs = fill("pour {name}.", name="{portal}")
    assert runs == ((REGULAR, "pour "), (BOLD, "{portal}"), (REGULAR, "."))


def test_a_text_shrinks_to_its_width_and_no_further_than_told() -> None:
    load_fonts()
    natural = text_width("CHÂTELAIN", REGULAR, 10)
    assert fitting_size("CHÂTELAIN", REGULAR, size=10, smallest=5, width=natural * 2) == 10
    assert abs(fitting_size("CHÂTELAIN", REGULAR, size=10, smallest=5, width=natural * 0.8) - 8) < 0.01
    assert fitting_size("CHÂTELAIN", REGULAR, size=10, smallest=5, width=1) == 5
