"""« Responsables » in memory: what is listed, found and sorted (arena.md, Responsables)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.deliveries import DeliveryState
from app.models.names import fold
from app.models.states import AccountOrigin, AccountState, Mail
from app.services import imports
from app.services.accounts import AccountList, AccountRow, Column, Criteria, as_json, list_accounts
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.schools import create_school
from app.services.vault.vault import create_vault
from tests.conftest import FakeClock

PUPILS = """Nom élève;Prénom élève;Date naissance;Libellé classe;Niveau
ZÉBULON;Anaïs;14/03/2019;CE1 Mme Aubrac;CE1
ŒILLET;Guillaume;02/09/2016;CM2 M. Petit;CM2
ŒILLET;Léa;02/09/2019;CE1 Mme Aubrac;CE1
"""
GUARDIANS = """Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Courriel;Nom de famille élève;Prénom élève;Nom de famille élève;Prénom élève
MME;;ZÉBULON;Zoé;zoe@example.org;ZÉBULON;Anaïs;;
MME;ŒILLET;N’GUESSAN;Awa;;ŒILLET;Guillaume;ŒILLET;Léa
"""  # noqa: E501


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    with create_vault(tmp_path / "v.preau", key=bytes(32)) as vault:
        yield Desk(vault, clock, os.urandom)


@pytest.fixture
def school_id(desk: Desk) -> str:
    school = create_school(desk, uai="0990001N", name="École des Tilleuls")
    files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (PUPILS, GUARDIANS)]
    imports.commit(desk, preview=imports.preview(desk, school_id=school.school_id, files=files))
    return school.school_id


def shown(found: AccountList, criteria: Criteria = Criteria(), **order: object) -> list[tuple[str, str]]:  # noqa: B008
    rows = [found.rows[place] for place in found.find(criteria, **order)]  # type: ignore[arg-type]
    return [(row.pupil, row.guardian) for row in rows]


AWA, ZOE = "ŒILLET Awa", "ZÉBULON Zoé"


def test_one_line_for_each_pupil_and_guardian_by_pupil(desk: Desk, school_id: str) -> None:
    found = list_accounts(desk, school_id=school_id)
    assert shown(found) == [("ŒILLET Guillaume", AWA), ("ŒILLET Léa", AWA), ("ZÉBULON Anaïs", ZOE)]
    assert len(found.accounts(range(3))) == 2 and found.pupil_count(range(3)) == 3
    assert found.classrooms == ("CE1 Mme Aubrac", "CM2 M. Petit")


@pytest.mark.parametrize(
    ("text", "pupils"),
    [
        ("ume", ["ŒILLET Guillaume"]),
        ("oeillet", ["ŒILLET Guillaume", "ŒILLET Léa"]),
        ("  ZOÉ zeb", ["ZÉBULON Anaïs"]),
        ("n'guessan", ["ŒILLET Guillaume", "ŒILLET Léa"]),
        ("awa œillet", ["ŒILLET Guillaume", "ŒILLET Léa"]),
        ("personne", []),
    ],
)
def test_a_string_is_looked_for_inside_all_names(desk: Desk, school_id: str, text: str, pupils: list[str]) -> None:
    found = list_accounts(desk, school_id=school_id)
    assert [pupil for pupil, _ in shown(found, Criteria(text=text))] == pupils


def test_classes_come_in_the_order_of_the_school() -> None:
    labels = [
        ("Sans classe", None),
        ("CM2 A", "CM2"),
        ("CP-CE1", "CE1"),
        ("CP-CE1", "CP"),
        ("CE1", "CE1"),
        ("Ulis", None),
    ]
    drawn = [
        replace(drawn_row("É", "É", label, AccountState.ACTIVE, None, mail=False), level=level)
        for label, level in labels
    ]
    assert AccountList(drawn).classrooms == ("CP-CE1", "CE1", "CM2 A", "Ulis", "Sans classe")


def test_a_list_made_elsewhere_is_a_criterion(desk: Desk, school_id: str) -> None:
    found = list_accounts(desk, school_id=school_id)
    awa = found.rows[0].account_id
    only = Criteria(account_ids=frozenset({awa}))
    assert shown(found, only) == [("ŒILLET Guillaume", AWA), ("ŒILLET Léa", AWA)] and only.in_use
    assert shown(found, replace(only, text="léa")) == [("ŒILLET Léa", AWA)]


def test_criteria_are_joined(desk: Desk, school_id: str) -> None:
    found = list_accounts(desk, school_id=school_id)
    ce1 = Criteria(classrooms=frozenset({"CE1 Mme Aubrac"}))
    assert shown(found, ce1) == [("ŒILLET Léa", AWA), ("ZÉBULON Anaïs", ZOE)]
    assert shown(found, replace(ce1, mail=Mail.WITH)) == [("ZÉBULON Anaïs", ZOE)]
    assert shown(found, replace(ce1, mail=Mail.WITHOUT)) == [("ŒILLET Léa", AWA)]
    assert shown(found, Criteria(states=frozenset({AccountState.ACTIVE}))) == []
    assert shown(found, Criteria(origins=frozenset({AccountOrigin.UNKNOWN}))) == shown(found)
    assert not Criteria().in_use and ce1.in_use


def test_who_left_is_not_listed(desk: Desk, school_id: str) -> None:
    [done] = imports.history(desk, school_id=school_id)
    imports.undo(desk, school_id=school_id, import_id=done.import_id)
    assert list_accounts(desk, school_id=school_id).rows == ()


def test_the_rows_of_the_command_line(desk: Desk, school_id: str) -> None:
    row = as_json(list_accounts(desk, school_id=school_id).rows)[2]
    assert row["pupil"] == "ZÉBULON Anaïs" and row["login"] is None and row["email"] == "zoe@example.org"
    assert (row["state"], row["origin"], row["notified_on"]) == ("not_notified", "unknown", None)


def drawn_row(
    pupil: str,
    guardian: str,
    classroom: str,
    state: AccountState,
    day: str | None,
    mail: bool,
    delivery: DeliveryState | None = None,
) -> AccountRow:
    return AccountRow(
        pupil_id=pupil, guardian_id=guardian, account_id=guardian, pupil=pupil, classroom=classroom, level=None,
        guardian=guardian, login=None, email="x@example.org" if mail else None, mobile=None, origin=AccountOrigin.UNKNOWN,
        state=state, notified_on=day, last_access_on=None, block=None, pupil_key=fold(pupil), guardian_key=fold(guardian),
        delivery=delivery,
    )  # fmt: skip


names = st.text("abÉœ-’ ", min_size=1, max_size=6)
rows = st.builds(
    drawn_row, names, names, st.sampled_from(["CP", "CM2", "Sans classe"]), st.sampled_from(AccountState),
    st.sampled_from([None, "2026-09-01", "2026-10-01"]), st.booleans(), st.none() | st.sampled_from(DeliveryState),
)  # fmt: skip
criterias = st.builds(
    Criteria,
    text=st.text("abéo ", max_size=3),
    classrooms=st.none() | st.frozensets(st.sampled_from(["CP", "CM2"])),
    states=st.none() | st.frozensets(st.sampled_from(AccountState)),
    mail=st.sampled_from(Mail),
    pupil_ids=st.none() | st.frozensets(names, max_size=3),
)


def chosen_by_mail(row: AccountRow, mail: Mail) -> bool:
    if mail in (Mail.ALL, Mail.WITH, Mail.WITHOUT):
        return mail is Mail.ALL or (row.email is not None) is (mail is Mail.WITH)
    wanted = {"bounced", "failed"} if mail is Mail.FAILING else {mail.value}
    return row.delivery is not None and row.delivery.value in wanted


@given(st.lists(rows, max_size=30), criterias, st.sampled_from(Column), st.booleans(), st.randoms())
def test_finding_is_what_a_plain_loop_finds_in_any_order(
    drawn: list[AccountRow], criteria: Criteria, column: Column, descending: bool, rng: random.Random
) -> None:
    found = AccountList(drawn)
    expected = {
        place
        for place, row in enumerate(found.rows)
        if fold(criteria.text) in row.search_key
        and (criteria.classrooms is None or row.classroom in criteria.classrooms)
        and (criteria.states is None or row.state in criteria.states)
        and chosen_by_mail(row, criteria.mail)
        and (criteria.pupil_ids is None or row.pupil_id in criteria.pupil_ids)
    }
    places = found.find(criteria, column=column, descending=descending)
    assert set(places) == expected and len(places) == len(expected)
    dates = [found.rows[place].notified_on for place in places] if column is Column.NOTIFIED_ON else []
    filled = [day for day in dates if day is not None]
    assert filled == sorted(filled, reverse=descending) and dates[: len(filled)] == filled
    rng.shuffle(drawn)
    assert [row.search_key for row in AccountList(drawn).rows] == [row.search_key for row in found.rows]
