from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pypdf import PdfReader
from sqlalchemy import select

from app.models.acts_notify import NotifyFields
from app.models.errors import PreauError, Refused
from app.models.secrets import token_hash
from app.models.states import Letter
from app.services import notify
from app.services.desk import Desk
from app.services.letters.batch import Cancellation
from app.services.sealing import SheetSecret, open_secret, school_keyring
from app.services.vault.tables import pending_acts
from tests.services.sheet_cast import PORTAL, SCHOOL, Cast, casting, open_desk, read

PASSWORD = re.compile(r"\b([A-Z2-9]{4}) ([A-Z2-9]{4}) ([A-Z2-9]{4})\b")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "vault") as opened:
        yield opened


@dataclass(frozen=True)
class Families:
    """Accounts of the cast."""

    mireille: str
    paul: str
    aicha: str
    jean: str
    all: tuple[str, ...]


@pytest.fixture
def families(desk: Desk) -> Families:
    """Zoé (CE2B) and Louis (CP A) with their mother; Zoé's father lives elsewhere; Inès (CE2B); Tristan (CP A)."""
    with casting(desk) as cast:
        cast.school()
        ce2, cp = cast.classroom("CE2B"), cast.classroom("CP A")
        zoe, louis = cast.pupil("Zoé CHÂTELAIN", ce2), cast.pupil("Louis CHÂTELAIN", cp, born="2020-05-06")
        mireille = cast.guardian("Mme Mireille CHÂTELAIN", zoe, louis)
        paul = cast.guardian("M. Paul CHÂTELAIN", zoe, home="3 place du Marché")
        aicha = cast.guardian(
            "Mme Aïcha BEN SALEM", cast.pupil("Inès BEN SALEM", ce2, home="4 quai Œillet"), home="4 QUAI OEILLET"
        )
        jean = cast.guardian("M. Jean AUBRAC", cast.pupil("Tristan AUBRAC", cp))
    return Families(mireille, paul, aicha, jean, (mireille, paul, aicha, jean))


def _plan(desk: Desk, *accounts: str, reset: bool = False) -> notify.NotifyPlan:
    return notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=reset)


def _pages(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def _acts(desk: Desk) -> list[NotifyFields]:
    with desk.vault.read() as connection:
        stored = connection.execute(select(pending_acts.c.fields).where(pending_acts.c.kind == "compte.notifier"))
        return [NotifyFields.model_validate(fields) for fields in stored.scalars()]


def _password(text: str) -> str:
    found = PASSWORD.search(text)
    assert found is not None
    return "".join(found.groups())


def test_a_guardian_of_several_children_goes_with_the_youngest_and_one_who_lives_elsewhere_by_post(
    desk: Desk, families: Families
) -> None:
    places = {
        sheet.recipient.account_id: (sheet.group, sheet.number, sheet.total)
        for sheet in _plan(desk, *families.all).sheets
    }
    assert places == {
        families.mireille: ("CP A", 2, 2),
        families.jean: ("CP A", 1, 2),
        families.aicha: ("CE2B", 1, 1),
        families.paul: ("Envoi postal", 1, 1),
    }


def test_who_has_no_child_with_an_ine_is_left_out_and_named_where_the_school_wants_one(
    desk: Desk, families: Families
) -> None:
    with casting(desk) as cast:
        for pupil in cast.rows.all("pupils"):
            cast.rows.change("pupils", pupil["id"], ine="123456789AB" if pupil["first_name"] == "Zoé" else None)
    assert len(_plan(desk, *families.all).sheets) == 4
    with casting(desk) as cast:
        cast.rows.change("schools", SCHOOL, settings={"require_ine": True})
        cast.rows.change("accounts", families.jean, state="notified")
    found = _plan(desk, *families.all)
    assert set(found.account_ids) == {families.mireille, families.paul, families.jean}, "Jean was notified before"
    [told] = [warning for warning in found.warnings if "INE" in warning]
    assert "Aïcha" in told and "CHÂTELAIN" not in told and "AUBRAC" not in told
    with pytest.raises(Refused, match="exige un INE"):
        _plan(desk, families.aicha)


def test_a_pdf_for_each_class_with_everything_on_it(desk: Desk, families: Families, tmp_path: Path) -> None:
    done = notify.print_sheets(desk, plan=_plan(desk, *families.all), folder=tmp_path / "sheets")
    names = sorted(path.name for path in (tmp_path / "sheets").iterdir())
    number = done.batch_number
    assert names == [f"Preau-Feuilles-{group}-{number}.pdf" for group in ("CE2B", "CP-A", "Envoi-postal")]
    assert sorted(done.files) == [tmp_path / "sheets" / name for name in names]
    ce2, cp, post = (_pages(tmp_path / "sheets" / name) for name in names)
    assert "feuille remise en CP A avec Louis" in ce2[0]
    assert "feuille envoyée par la poste" in ce2[0]
    assert "Louis (CP A) et Zoé (CE2B)" in cp[2]
    assert "feuille 2 / 2" in cp[2]
    assert "3 place du Marché" in post[1]
    assert "À remettre par" not in post[1]
    assert re.fullmatch(r"L-0909-[A-Z2-9]{2}", number)
    assert f"Lot {number}" in cp[1]
    assert "avant le 10 décembre 2026" in cp[1]


def test_one_file_holds_every_class(desk: Desk, families: Families, tmp_path: Path) -> None:
    target = tmp_path / "new" / "feuilles.pdf"
    done = notify.print_sheets(desk, plan=_plan(desk, *families.all), single_file=target)
    assert done.files == (target,)
    assert len(_pages(target)) == 4 + 3
    assert list(target.parent.iterdir()) == [target]


def test_the_act_holds_what_the_paper_says_sealed_and_hashed(desk: Desk, families: Families, tmp_path: Path) -> None:
    done = notify.print_sheets(desk, plan=_plan(desk, families.jean), folder=tmp_path / "sheets")
    (sheet,) = _acts(desk)[0].sheets
    with desk.vault.read() as connection:
        keys = school_keyring(connection, SCHOOL)
    secret = open_secret(sheet.sealed or "", version=sheet.key_version, keys=keys, sheet_id=sheet.sheet_id)
    assert _password(_pages(done.files[0])[1]) == secret.password
    assert PasswordHasher().verify(sheet.password_hash or "", secret.password)
    assert sheet.token_hash == token_hash(secret.token)
    assert secret.password not in _acts(desk)[0].model_dump_json()


def test_states_origin_and_date_follow(desk: Desk, families: Families, tmp_path: Path) -> None:
    notify.print_sheets(desk, plan=_plan(desk, families.jean), folder=tmp_path / "sheets")
    accounts = {row["id"]: row for row in read(desk, "accounts")}
    jean = accounts[families.jean]
    assert (jean["state"], jean["origin"], jean["notified_on"]) == ("notified", "school", "2026-09-09")
    assert accounts[families.aicha]["state"] == "not_notified"


@pytest.mark.parametrize(
    ("state", "reset", "letter"),
    [
        ("not_notified", False, Letter.C01), ("notified", False, Letter.C01), ("not_notified", True, Letter.C01),
        ("activating", False, Letter.C03), ("active", False, Letter.C03),
        ("activating", True, Letter.C05), ("active", True, Letter.C05),
    ],
)  # fmt: skip
def test_the_state_chooses_the_letter(desk: Desk, tmp_path: Path, state: str, reset: bool, letter: Letter) -> None:
    with casting(desk) as cast:
        cast.school()
        account = cast.guardian("M. Jean AUBRAC", cast.pupil("Tristan AUBRAC", cast.classroom("CP A")), state=state)
    done = notify.print_sheets(desk, plan=_plan(desk, account, reset=reset), folder=tmp_path / "sheets")
    (sheet,) = _acts(desk)[0].sheets
    assert sheet.letter is letter
    assert sheet.with_secret is (letter is not Letter.C03)
    assert (PASSWORD.search(_pages(done.files[0])[1]) is not None) is sheet.with_secret


def test_the_confirmation_names_numbers_and_consequences(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        cp = cast.classroom("CP A")
        accounts = [
            cast.guardian("M. Jean AUBRAC", cast.pupil("Tristan AUBRAC", cp), state="active"),
            cast.guardian("Mme Lise BRAUN", cast.pupil("Elsa BRAUN", cp)),
            cast.guardian("M. Karl NOUVEAU", cast.pupil("Ida NOUVEAU", cp), login=None),
            cast.guardian("Mme Rose SEULE"),
        ]
    plan = _plan(desk, *accounts, reset=True)
    assert plan.sentence.startswith("Notifier 2\u00a0responsables par feuille individuelle")
    assert "1\u00a0feuille avec mot de passe provisoire" in plan.sentence
    assert "1\u00a0nouveau mot de passe" in plan.sentence
    ended, fresh, login, child = plan.warnings
    assert "cessera de fonctionner" in ended
    assert "sans réinitialisation" in fresh
    assert "Une première synchronisation est nécessaire" in login
    assert "M.\u00a0Karl NOUVEAU" in login
    assert "Rose SEULE" in child


def test_without_a_first_sync_it_is_refused_with_a_sentence(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school(portal_url=None)
        account = cast.guardian("M. Jean AUBRAC", cast.pupil("Tristan AUBRAC", cast.classroom("CP A")), login=None)
    with pytest.raises(Refused) as refused:
        _plan(desk, account)
    assert refused.value.code == "portal_unknown"
    with casting(desk) as cast:
        cast.rows.change("schools", SCHOOL, portal_url=PORTAL)
    with pytest.raises(Refused) as refused:
        _plan(desk, account)
    assert refused.value.code == "login_unknown"
    assert "Jean AUBRAC" in refused.value.sentence


def test_children_that_left_or_may_not_be_followed_are_not_on_the_sheet(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        cp = cast.classroom("CP A")
        here, gone, paper = (cast.pupil(f"{name} AUBRAC", cp) for name in ("Tristan", "Ella", "Noé"))
        account = cast.guardian("M. Jean AUBRAC", here, gone, paper)
        cast.rows.change("pupils", gone, left_on="2026-09-02")
        (link,) = cast.rows.where("responsibilities", pupil_id=paper)
        cast.rows.change("responsibilities", link["id"], access="paper")
    (sheet,) = _plan(desk, account).sheets
    assert [child.first_name for child in sheet.recipient.children] == ["Tristan"]


def test_cancelled_nobody_is_notified_and_no_file_is_left(desk: Desk, families: Families, tmp_path: Path) -> None:
    for stop_after in range(6):
        calls: list[int] = []

        def cancelled(calls: list[int] = calls, stop_after: int = stop_after) -> bool:
            calls.append(1)
            return len(calls) > stop_after

        with pytest.raises(Cancellation):
            notify.print_sheets(desk, plan=_plan(desk, *families.all), folder=tmp_path / "sheets", cancelled=cancelled)
        assert list((tmp_path / "sheets").iterdir()) == []
        assert _acts(desk) == []
        assert {row["state"] for row in read(desk, "accounts")} == {"not_notified"}


def test_a_folder_that_cannot_be_written_notifies_nobody(desk: Desk, families: Families, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(PreauError) as failed:
        notify.print_sheets(desk, plan=_plan(desk, *families.all), folder=tmp_path / "file" / "sheets")
    assert failed.value.code == "folder_not_writable"
    assert _acts(desk) == []


def test_files_that_cannot_take_their_names_after_the_act_are_to_be_reprinted(
    desk: Desk, families: Families, tmp_path: Path
) -> None:
    target = tmp_path / "feuilles.pdf"
    (target / "in-the-way").mkdir(parents=True)
    with pytest.raises(PreauError) as failed:
        notify.print_sheets(desk, plan=_plan(desk, families.jean), single_file=target)
    assert "réimprimez ce lot" in failed.value.sentence
    (batch,) = notify.list_batches(desk, school_id=SCHOOL)
    again = notify.reprint(desk, school_id=SCHOOL, batch_id=batch.batch_id, folder=tmp_path / "again")
    assert again.sheet_count == 1


def test_accounts_that_changed_since_the_plan_are_planned_again(desk: Desk, families: Families, tmp_path: Path) -> None:
    plan = _plan(desk, families.jean)
    with casting(desk) as cast:
        cast.rows.change("accounts", families.jean, state="active")
    with pytest.raises(Refused) as refused:
        notify.print_sheets(desk, plan=plan, folder=tmp_path / "sheets")
    assert refused.value.code == "plan_stale"


def test_progress_goes_up_to_the_number_of_sheets(desk: Desk, families: Families, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    notify.print_sheets(
        desk,
        plan=_plan(desk, *families.all),
        folder=tmp_path / "sheets",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (4, 4)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_hostile_name_is_text_on_paper_and_nowhere_in_a_file_name(desk: Desk, tmp_path: Path) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("<img src=x>/../CP")
        account = cast.guardian("M. <img src=x> AUBRAC", cast.pupil("<img> AUBRAC", room), login="i.aubrac")
    done = notify.print_sheets(desk, plan=_plan(desk, account), folder=tmp_path / "sheets")
    assert [path.name for path in (tmp_path / "sheets").iterdir()] == [
        f"Preau-Feuilles-img-src-x-CP-{done.batch_number}.pdf"
    ]
    assert "M. <img src=x> AUBRAC" in _pages(done.files[0])[1]


def _secrets(desk: Desk) -> set[SheetSecret]:
    with desk.vault.read() as connection:
        keys = school_keyring(connection, SCHOOL)
    return {
        open_secret(row["sealed"], version=row["key_version"], keys=keys, sheet_id=row["id"])
        for row in read(desk, "sheets")
    }


def test_two_notifications_make_two_secrets(desk: Desk, families: Families, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        notify.print_sheets(desk, plan=_plan(desk, families.jean), folder=tmp_path / folder)
    assert len(_secrets(desk)) == 2
    assert len(_acts(desk)) == 2


def _many(cast: Cast, count: int) -> list[str]:
    cast.school()
    cp = cast.classroom("CP A")
    return [
        cast.guardian(f"Mme Lise BRAUN-{n}", cast.pupil(f"Elsa BRAUN-{n}", cp), login=f"l.braun{n}")
        for n in range(count)
    ]


def test_a_large_batch_is_drawn_by_several_processes(desk: Desk, tmp_path: Path) -> None:
    with casting(desk) as cast:
        accounts = _many(cast, 104)
    done = notify.print_sheets(desk, plan=_plan(desk, *accounts), single_file=tmp_path / "all.pdf", processes=2)
    texts = _pages(tmp_path / "all.pdf")
    printed = {_password(text) for text in texts if PASSWORD.search(text)}
    assert printed == {secret.password for secret in _secrets(desk)}
    assert len(printed) == done.sheet_count == 104
