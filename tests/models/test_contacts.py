"""Phones and mail addresses, as schools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.contacts import INVALID, LANDLINE, is_mail, mail_suggestion, read_mobile, show_phone


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("07 56 78 90 12", "+33756789012"),
        ("0692 12 34 56", "+262692123456"),
        ("+590 690 12 34 56", "+590690123456"),
        ("+594 694 20 12 34", "+594694201234"),
        ("+596 696 20 12 34", "+596696201234"),
        ("+687 75 12 34", "+687751234"),
        ("+689 87 12 34 56", "+68987123456"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_mobiles(text: str, e164: str) -> None:
    assert read_mobile(text).e164 == e164
    assert read_mobile(text).flag is None


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("05 61 22 33 44", LANDLINE),
        ("+33 1 40 20 50 50", LANDLINE),
        ("06 12 34", INVALID),
        ("voir la mère", INVALID),
        ("06 39 98 00 12", INVALID),
        ("00", INVALID),
        ("", None),
        ("   ", None),
    ],
)
def test_what_is_never_written_to(text: str, flag: str | None) -> None:
    assert read_mobile(text).e164 is None
    assert read_mobile(text).flag == flag


@pytest.mark.parametrize("text", ["06 39 98 00 12", "+33639980012", "0033 6 39 98 00 12"])
def test_fictional_numbers_count_where_allowed(text: str) -> None:
    assert read_mobile(text, allow_fictional=True).e164 == "+33639980012"
    assert show_phone(text) == "06 39 98 00 12"


@given(st.text(max_size=25))
def test_no_text_breaks_the_reading_of_phones(text: str) -> None:
    assert read_mobile(text).flag in (None, LANDLINE, INVALID)
    assert isinstance(show_phone(text), str)


def test_phones_are_shown_in_groups() -> None:
    assert show_phone("0612345678") == "06 12 34 56 78"
    assert show_phone(" poste 12 ") == "poste 12"
    assert show_phone(None) == ""


@pytest.mark.parametrize("text", ["m.dupont@exemple.fr", "A+b@sous.domaine.example", "x@exemple.test"])
def test_mail_addresses(text: str) -> None:
    assert is_mail(text)


@pytest.mark.parametrize(
    "text", ["", "dupont", "a@b", "a b@free.fr", "a..b@free.fr", "é@free.fr", "a@b@free.fr", "@free.fr"]
)
def test_no_mail_addresses(text: str) -> None:
    assert not is_mail(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_mails(text: str) -> None:
    assert is_mail(text) in (True, False)
    assert mail_suggestion(text) is None or "@" in text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a@gamil.com", "a@gmail.com"),
        ("a@hormail.fr", "a@hotmail.fr"),
        ("a@wanafoo.fr", "a@wanadoo.fr"),
        ("a@ootlook.fr", "a@outlook.fr"),
        ("a@GMIAL.COM", "a@gmail.com"),
        ("a@gmail.com", None),
        ("a@exemple.fr", None),
        ("a@free.com", None),
        ("gmail.com", None),
    ],
)
def test_a_mistyped_domain_is_proposed(written: str, meant: str | None) -> None:
    assert mail_suggestion(written) == meant
