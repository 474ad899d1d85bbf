from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.models.errors import NotFound, Refused
from app.models.states import AccountState
from app.services import languages, notify
from app.services.desk import Desk
from app.services.family_language import (
    family_language,
    language_choices,
    language_warnings,
    set_family_language,
)
from app.services.letters.recipients import Recipient
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "vault") as desk:
        yield desk


@pytest.fixture
def accounts(desk: Desk) -> list[str]:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE2B")
        pupils = [cast.pupil(f"Elif DEMIR-{name}", room) for name in "ABC"]
        return [cast.guardian(f"Mme Lise DEMIR-{name}", pupil) for name, pupil in zip("ABC", pupils, strict=True)]


def _guardians(desk: Desk) -> list[str]:
    return [row["id"] for row in sorted(read(desk, "guardians"), key=lambda row: row["last_name"])]


def test_the_menu_has_french_then_every_catalogue() -> None:
    assert [(one.code, one.label, one.printable) for one in language_choices()] == [
        ("fr", "français", True), ("en", "anglais (English)", True), ("ar", "arabe (العربية)", True),
        ("tr", "turc (Türkçe)", True),
    ]  # fmt: skip


def test_the_language_of_a_family_is_an_act_and_can_be_taken_back(desk: Desk, accounts: list[str]) -> None:
    guardian = _guardians(desk)[0]
    assert family_language(desk, school_id=SCHOOL, guardian_id=guardian) == "fr"
    assert set_family_language(desk, school_id=SCHOOL, guardian_id=guardian, code="fr") is None
    assert set_family_language(desk, school_id=SCHOOL, guardian_id=guardian, code="tr") is not None
    assert set_family_language(desk, school_id=SCHOOL, guardian_id=guardian, code="tr") is None
    assert family_language(desk, school_id=SCHOOL, guardian_id=guardian) == "tr"
    set_family_language(desk, school_id=SCHOOL, guardian_id=guardian, code="fr")
    assert family_language(desk, school_id=SCHOOL, guardian_id=guardian) == "fr"
    assert all(row["corrections"] is None for row in read(desk, "guardians"))


def test_a_language_without_a_catalogue_is_refused(desk: Desk, accounts: list[str]) -> None:
    with pytest.raises(Refused, match="zz"):
        set_family_language(desk, school_id=SCHOOL, guardian_id=_guardians(desk)[0], code="zz")
    with pytest.raises(NotFound):
        set_family_language(desk, school_id=SCHOOL, guardian_id="nobody", code="tr")


def test_sheets_have_their_translation_on_the_back_and_keep_their_numbers(
    desk: Desk, accounts: list[str], tmp_path: Path
) -> None:
    first, second, _ = _guardians(desk)
    set_family_language(desk, school_id=SCHOOL, guardian_id=first, code="ar")
    set_family_language(desk, school_id=SCHOOL, guardian_id=second, code="tr")
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
    assert "2\u00a0feuilles avec une traduction au dos (arabe, turc)\u00a0: imprimez recto verso." in plan.warnings
    done = notify.print_sheets(desk, plan=plan, folder=tmp_path / "feuilles", processes=1)
    pages = [page.extract_text() for page in PdfReader(done.files[0]).pages]
    # The cover and its blank back, then two pages a sheet.
    assert [("feuille" in page, len(page) > 0) for page in pages[2:]] == [
        (True, True), (True, True), (True, True), (True, True), (True, True), (False, False),
    ]  # fmt: skip
    assert "feuille 1 / 3" in pages[2].replace("\u00a0", " ")
    assert "Traduction en arabe" in pages[3]
    assert "Aralık 2026" in pages[5].replace("\u00a0", " ")


def test_a_reprint_has_the_translation_too(desk: Desk, accounts: list[str], tmp_path: Path) -> None:
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
    done = notify.print_sheets(desk, plan=plan, folder=tmp_path / "a", processes=1)
    set_family_language(desk, school_id=SCHOOL, guardian_id=_guardians(desk)[2], code="en")
    again = notify.reprint(desk, school_id=SCHOOL, batch_id=done.batch_id, from_number=3, folder=tmp_path / "b")
    front, back = (page.extract_text() for page in PdfReader(again.files[0]).pages)
    assert "English" in front
    assert "December 2026" in back.replace("\u00a0", " ")


def test_a_language_of_a_newer_version_is_named_and_the_sheet_stays_in_french(
    desk: Desk, accounts: list[str], tmp_path: Path
) -> None:
    with casting(desk) as cast:
        cast.rows.change("guardians", _guardians(desk)[0], language="ta")
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts[:1], reset=False)
    assert plan.warnings[-1].startswith("En français seulement pour Mme\u00a0Lise DEMIR-A (ta)\u00a0:")
    done = notify.print_sheets(desk, plan=plan, folder=tmp_path / "feuilles", processes=1)
    assert len(PdfReader(done.files[0]).pages) == 2


def test_a_language_whose_letters_are_lacking_is_named_before_printing() -> None:
    tamil = languages.Language("ta", "தமிழ்", "tamoul", "", {"Identifiant": "பயனர்"})
    [said] = language_warnings([_recipient("ta")], find=lambda code: tamil)
    assert said.startswith("En français seulement pour Mme Lise DEMIR (tamoul)")
    assert "polices" in said


def _recipient(language: str) -> Recipient:
    return Recipient(
        account_id="a", guardian_id="g", login="l.demir", state=AccountState.NOT_NOTIFIED, name="Mme Lise DEMIR",
        sort_key=("demir", "lise"), salutation="Madame", address=(), language=language, children=(), carrier=None,
        by_post=False,
    )  # fmt: skip
