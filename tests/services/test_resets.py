from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.models.acts_notify import ResetFields
from app.models.errors import Refused
from app.models.states import AccountState, Letter, SheetStatus
from app.services import notify, notify_mail, resets
from app.services.desk import Desk
from app.services.letters.batch import Cancellation
from app.services.todo import list_todo
from app.services.vault.tables import pending_acts
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

MIREILLE, PAUL, AICHA = range(3)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Mireille is active, Paul notified, Aïcha not notified."""
    with open_desk(tmp_path / "vault") as opened:
        with casting(opened) as cast:
            cast.school()
            zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
            chosen = {"origin": "school", "notified_on": "2026-09-01"}
            cast.guardian("Mme Mireille CHÂTELAIN", zoe, state="active", password_changed=True, **chosen)
            cast.guardian("M. Paul CHÂTELAIN", zoe, state="notified", **chosen)
            cast.guardian("Mme Aïcha BEN SALEM", cast.pupil("Inès BEN SALEM", cast.classroom("CP A")))
        yield opened


def _ids(desk: Desk) -> list[str]:
    """The accounts of Mireille, Paul and Aïcha, in that order."""
    names = {row["id"]: row["first_name"] for row in read(desk, "guardians")}
    accounts = {names[row["guardian_id"]]: row["id"] for row in read(desk, "accounts")}
    return [accounts[name] for name in ("Mireille", "Paul", "Aïcha")]


def _plan(desk: Desk, *places: int) -> resets.ResetPlan:
    ids = _ids(desk)
    return resets.plan(desk, school_id=SCHOOL, account_ids=[ids[place] for place in places])


def test_the_question_names_the_number_and_the_consequence(desk: Desk) -> None:
    plan = _plan(desk, MIREILLE, PAUL, AICHA)
    assert len(plan.sheets) == 2 and "de 2\u00a0responsables" in plan.sentence and "cessera" in plan.sentence
    (warning,) = plan.warnings
    assert "1\u00a0compte non notifié" in warning and "Aïcha BEN SALEM" in warning
    assert "Mireille" in _plan(desk, MIREILLE).sentence


def test_who_was_never_notified_has_nothing_to_reset(desk: Desk) -> None:
    with pytest.raises(Refused, match="Aïcha BEN SALEM") as refused:
        _plan(desk, AICHA)
    assert refused.value.code == "nothing_to_reset"


def test_the_eye_shows_the_new_password_and_nothing_else_moves(desk: Desk) -> None:
    before = read(desk, "accounts")
    done = resets.carry_out(desk, plan=_plan(desk, MIREILLE, PAUL))
    assert done.batch_number.startswith("R-") and "2\u00a0mots de passe réinitialisés" in done.sentence
    for old, new in zip(before, read(desk, "accounts"), strict=True):
        assert {**old, "password_changed": False} == new
    passwords = [notify.provisional_password(desk, school_id=SCHOOL, account_id=one) for one in _ids(desk)]
    assert all(passwords[:2]) and passwords[AICHA] is None and passwords[MIREILLE] != passwords[PAUL]


def test_passwords_leave_the_vault_hashed_or_sealed_only(desk: Desk) -> None:
    resets.carry_out(desk, plan=_plan(desk, MIREILLE))
    password = notify.provisional_password(desk, school_id=SCHOOL, account_id=_ids(desk)[MIREILLE])
    with desk.vault.read() as connection:
        (fields,) = connection.execute(select(pending_acts.c.fields)).scalars()
    assert password is not None and password not in str(fields)
    assert ResetFields.model_validate(fields).sheets[0].password_hash


def test_the_screen_says_that_the_old_password_still_works(desk: Desk) -> None:
    resets.carry_out(desk, plan=_plan(desk, MIREILLE, PAUL))
    notice = notify.distribution_notice(desk, school_id=SCHOOL)
    assert notice.waiting == () and notice.waiting_sentence == ""
    assert notice.sentence == (
        "L’ancien mot de passe fonctionne encore\u00a0: 2\u00a0réinitialisations pas encore connues du serveur"
    )
    assert notice.account_ids == set(_ids(desk)[:2])
    keys = {item.key: item.count for item in list_todo(desk, school_id=SCHOOL)}
    assert keys["resets_waiting"] == 2 and "do_not_hand_out" not in keys


def test_a_notification_with_reset_says_both(desk: Desk, tmp_path: Path) -> None:
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=[_ids(desk)[MIREILLE]], reset=True)
    notify.print_sheets(desk, plan=plan, folder=tmp_path, processes=1)
    notice = notify.distribution_notice(desk, school_id=SCHOOL)
    assert notice.sentence.splitlines() == [
        "Ne pas distribuer\u00a0: 1\u00a0feuille pas encore connue du serveur",
        "L’ancien mot de passe fonctionne encore\u00a0: 1\u00a0réinitialisation pas encore connue du serveur",
    ]


def test_it_can_be_printed_later_with_the_same_password(desk: Desk, tmp_path: Path) -> None:
    resets.carry_out(desk, plan=_plan(desk, MIREILLE))
    (batch,) = notify.list_batches(desk, school_id=SCHOOL)
    assert not batch.paper
    done = notify.reprint(desk, school_id=SCHOOL, batch_id=batch.batch_id, single_file=tmp_path / "s.pdf", processes=1)
    text = " ".join(page.extract_text() for page in PdfReader(done.files[0]).pages)
    password = notify.provisional_password(desk, school_id=SCHOOL, account_id=_ids(desk)[MIREILLE])
    assert password is not None and password[:4] in text and "m.châtelain" in text


def _page(files: Iterable[Path]) -> str:
    return " ".join(page.extract_text() for file in files for page in PdfReader(file).pages)


def test_notified_plainly_afterwards_the_sheet_tells_the_password_of_the_reset(desk: Desk, tmp_path: Path) -> None:
    resets.carry_out(desk, plan=_plan(desk, MIREILLE))
    ids = [_ids(desk)[MIREILLE]]
    password = notify.provisional_password(desk, school_id=SCHOOL, account_id=ids[0])
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=ids, reset=False)
    assert "1\u00a0nouveau mot de passe" in plan.sentence
    assert plan.warnings == (
        "1\u00a0mot de passe réinitialisé qui n’a pas encore servi\u00a0: la feuille l’indique, à la place d’un rappel.",
    )
    done = notify.print_sheets(desk, plan=plan, folder=tmp_path, processes=1)
    text = _page(done.files)
    assert password is not None and all(group in text for group in (password[:4], password[4:8], password[8:]))
    assert "inchangé" not in text and "a réinitialisé votre mot de passe" in text
    assert notify.provisional_password(desk, school_id=SCHOOL, account_id=ids[0]) == password
    tokens = {sheet["token_hash"] for act in _pending(desk) for sheet in act["sheets"]}
    assert len(tokens) == 2, "each code opens by itself"


def test_where_this_pc_has_no_password_of_the_reset_the_sheet_gets_one(desk: Desk, tmp_path: Path) -> None:
    with casting(desk) as cast:  # another school's reset: this one never had its sheet
        cast.rows.change("accounts", _ids(desk)[MIREILLE], password_changed=False)
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=[_ids(desk)[MIREILLE]], reset=False)
    notify.print_sheets(desk, plan=plan, folder=tmp_path, processes=1)
    assert notify.provisional_password(desk, school_id=SCHOOL, account_id=_ids(desk)[MIREILLE])
    notice = notify.distribution_notice(desk, school_id=SCHOOL)
    assert notice.waiting and not notice.resets, "nobody’s password ends by it"


def test_by_mail_it_is_a_link_rather_than_a_reminder(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.rows.change("accounts", _ids(desk)[MIREILLE], email="m@example.org")
    resets.carry_out(desk, plan=_plan(desk, MIREILLE))
    plan = notify_mail.plan(desk, school_id=SCHOOL, account_ids=[_ids(desk)[MIREILLE]], reset=False)
    assert [mail.letter for mail in plan.mails] == [Letter.C06]
    (warning,) = plan.warnings
    assert "un lien pour en choisir un, à la place d’un rappel" in warning
    notify_mail.send(desk, plan=plan)
    statuses = {sheet["status"] for sheet in read(desk, "sheets")}
    assert statuses == {SheetStatus.PRINTED}, "the password that the reset made stays good too"


def _pending(desk: Desk) -> list[dict[str, Any]]:
    with desk.vault.read() as connection:
        return list(connection.execute(select(pending_acts.c.fields)).scalars())


def test_cancelled_it_has_changed_nothing(desk: Desk) -> None:
    with pytest.raises(Cancellation):
        resets.carry_out(desk, plan=_plan(desk, MIREILLE), cancelled=lambda: True)
    assert read(desk, "batches") == read(desk, "sheets") == []


def test_a_plan_that_is_no_longer_true_is_refused(desk: Desk) -> None:
    plan = _plan(desk, MIREILLE)
    with casting(desk) as cast:
        cast.rows.change("accounts", _ids(desk)[MIREILLE], state=AccountState.NOTIFIED.value)
    with pytest.raises(Refused) as refused:
        resets.carry_out(desk, plan=plan)
    assert refused.value.code == "plan_stale"


def test_the_progress_reaches_its_end(desk: Desk) -> None:
    seen: list[tuple[int, int]] = []
    resets.carry_out(desk, plan=_plan(desk, MIREILLE, PAUL), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2, 2) and seen == sorted(seen)
