from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.acts import ActFields, CloseReviewFields, CorrectFields, EditSchoolFields, SchoolSettingFields
from app.models.acts_rights import AccessFields, ProtectFields, WishFields
from app.models.acts_sheets import HandOverFields
from app.models.acts_undo import UndoFields
from app.models.corrections import effective
from app.models.errors import Refused
from app.models.states import Access, Role, Wish
from app.models.tables import BY_NAME, Row
from app.services.desk import Desk
from app.services.records.conflicts import Clash, put_clash
from app.services.records.kinds import KINDS, Lasting, OwnUndo, Undoable
from app.services.records.rows import SchoolRows, Stamp
from tests.services.sheet_cast import SCHOOL, Cast, open_desk

STORIES = frozenset({"events", "acts", "traces"})


class Stage:
    """Acts on one school's rows, in memory: nothing is written to the vault."""

    def __init__(self, rows: SchoolRows) -> None:
        self.rows = rows
        self._numbers = count(1)

    def do(self, kind: str, fields: ActFields, *, by: str = "Mme Durand") -> str:
        number = next(self._numbers)
        at = f"2026-09-09T10:{number // 60:02d}:{number % 60:02d}.000000Z"
        act_id = f"act-{number}"
        KINDS[kind].carry_out(fields, self.rows, Stamp(act_id=act_id, author=by, device_id="device-1", at=at))
        return act_id

    def undo(self, act_id: str, *, by: str = "Mme Durand", again: bool = False) -> str:
        kind = self.rows.need("traces", act_id)["kind"]
        return self.do("acte.annuler", UndoFields(act_id=act_id, kind=kind, again=again), by=by)

    def picture(self) -> dict[str, dict[str, Row]]:
        return {t: {row["id"]: row for row in self.rows.all(t)} for t in BY_NAME if t not in STORIES}

    def one(self, table: str, row_id: str) -> Row:
        return self.rows.need(table, row_id)

    def correct(self, field: str, new: str | None, *, record: str = "guardian-4", by: str = "Mme Durand") -> str:
        row = self.one("guardians", record)
        changes = {field: (effective(row, field), new)}
        return self.do("responsable.corriger", CorrectFields(record_id=record, changes=changes), by=by)

    def access(
        self, wanted: Access, *, seen: Access | None = None, reason: str = "Jugement", by: str = "Mme Durand"
    ) -> str:
        link = self.rows.all("responsibilities")[0]
        fields = AccessFields(
            responsibility_id=link["id"], seen=seen or Access(link["access"]), access=wanted, reason=reason,
            since="2026-09-09",
        )  # fmt: skip
        return self.do("acces.regler", fields, by=by)

    def reviews(self) -> list[tuple[str, Any, Any]]:
        open_ones = [row for row in self.rows.all("reviews") if row["closed_at"] is None]
        return [(row["kind"], row["kept"]["value"], row["lost"]["value"]) for row in open_ones]


@contextmanager
def staged(desk: Desk) -> Iterator[Stage]:
    """Zoé, her mother (guardian-4) and her father, a sheet for each, an item to review; forgotten at the end."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, SCHOOL)
        cast = Cast(rows)
        cast.school()
        zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
        for name in ("Mme Mireille CHÂTELAIN", "M. Paul CHÂTELAIN"):
            cast.guardian(name, zoe)
        for number, account in enumerate(rows.all("accounts"), start=1):
            rows.add(
                "sheets", f"sheet-{number}", batch_id="b", account_id=account["id"], guardian_id=account["guardian_id"],
                number=number, total=2, letter="C01", login=account["login"], printed_at="2026-09-01", status="known",
            )  # fmt: skip
        put_clash(rows, Stamp("act-0", "x", "d", "2026-09-01"), Clash("guardians", "guardian-4", "email", "a", "b"))
        yield Stage(rows)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_desk(tmp_path) as desk, staged(desk) as found:
        yield found


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("undo")) as desk:
        yield desk


def test_every_kind_has_decided_what_its_undoing_is() -> None:
    for kind in KINDS.values():
        match kind.undo:
            case Lasting(reason):
                assert reason.endswith(".") and len(reason) > 40
            case OwnUndo(other):
                assert other in KINDS
            case Undoable():
                assert kind.roles
    assert {name for name, kind in KINDS.items() if isinstance(kind.undo, Undoable)} >= {
        "ecole.modifier", "ecole.regler", "responsable.corriger", "eleve.corriger", "acces.regler", "eleve.proteger",
        "responsable.souhait", "feuille.remettre", "feuille.prolonger", "revue.clore", "acte.annuler",
    }  # fmt: skip


def test_who_may_not_do_may_not_undo() -> None:
    undo = KINDS["acte.annuler"]
    assert undo.roles_for(UndoFields(act_id="a", kind="acces.regler")) == {Role.DIRECTOR}
    assert undo.roles_for(UndoFields(act_id="a", kind="responsable.corriger")) == {Role.DIRECTOR, Role.DEPUTY}
    assert undo.roles_for(UndoFields(act_id="a", kind="acte.inconnu")) == frozenset()


texts = st.sampled_from(["un", "deux", "trois", None])
guardian_ids = st.sampled_from([None, (), ("guardian-4",), ("guardian-7",), ("guardian-4", "guardian-7")])
acts = st.one_of(
    st.tuples(st.just("correct"), st.sampled_from(["email", "mobile", "language", "town"]), texts),
    st.tuples(st.just("access"), st.sampled_from(list(Access)), st.sampled_from(["Jugement", "Autre"])),
    st.tuples(st.just("protect"), guardian_ids, st.none()),
    st.tuples(st.just("wish"), st.sampled_from([None, *Wish]), st.none()),
    st.tuples(st.just("school"), st.sampled_from(["phone", "email", "town"]), texts),
    st.tuples(st.just("setting"), st.sampled_from(["sheet_life_days", "require_ine"]), st.sampled_from([30, 60, True])),
    st.tuples(
        st.just("hand"), st.sampled_from([("sheet-1",), ("sheet-1", "sheet-2")]),
        st.sampled_from([None, "2026-09-08", "2026-09-09"]),
    ),
    st.tuples(st.just("review"), st.none(), st.none()),
)  # fmt: skip
Deed = tuple[str, Any, Any]


def play(stage: Stage, deed: Deed) -> str:
    what, one, two = deed
    if what == "correct":
        return stage.correct(one, two)
    if what == "access":
        return stage.access(one, reason=two)
    if what == "protect":
        (pupil,) = stage.rows.all("pupils")
        seen = tuple(pupil["protection"]["knows"]) if pupil["protection"] else None
        return stage.do("eleve.proteger", ProtectFields(pupil_id=pupil["id"], seen=seen, knows=one, since="2026-09-09"))
    if what == "wish":
        seen = stage.one("guardians", "guardian-4")["wish"]
        return stage.do("responsable.souhait", WishFields(guardian_id="guardian-4", seen=seen, wish=one))
    if what == "school":
        seen = stage.one("schools", SCHOOL)[one]
        return stage.do("ecole.modifier", EditSchoolFields(changes={one: (seen, two)}))
    if what == "setting":
        seen = (stage.one("schools", SCHOOL)["settings"] or {}).get(one)
        return stage.do("ecole.regler", SchoolSettingFields(name=one, seen=seen, value=two))
    if what == "hand":
        return stage.do("feuille.remettre", HandOverFields(sheet_ids=one, handed_on=two))
    return stage.do("revue.clore", CloseReviewFields(review_id=stage.rows.all("reviews")[0]["id"]))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(acts, max_size=4), deed=acts, others=st.lists(acts, max_size=3))
def test_done_and_undone_gives_the_rows_back(
    shared_desk: Desk, before: list[Deed], deed: Deed, others: list[Deed]
) -> None:
    with staged(shared_desk) as stage:
        for one in before:
            play(stage, one)
        start = stage.picture()
        act_id = play(stage, deed)
        done = stage.picture()
        undoing = stage.undo(act_id)
        assert stage.picture() == start
        stage.undo(act_id)  # somebody else, offline, undid it too
        assert stage.picture() == start
        redoing = stage.undo(undoing, again=True)
        assert stage.picture() == done
        stage.undo(redoing)
        assert stage.picture() == start
        played = [play(stage, one) for one in others]
        for played_id in reversed(played):
            stage.undo(played_id)
        assert stage.picture() == start


def test_what_somebody_changed_since_is_left_alone_and_told(stage: Stage) -> None:
    act_id = stage.correct("mobile", "06 11 11 11 11")
    stage.correct("email", "m@exemple.fr")
    stage.correct("mobile", "06 22 22 22 22", by="Paul Petit")
    stage.undo(act_id)
    guardian = stage.one("guardians", "guardian-4")
    assert (effective(guardian, "mobile"), effective(guardian, "email")) == ("06 22 22 22 22", "m@exemple.fr")
    assert ("undo_blocked", "06 22 22 22 22", None) in stage.reviews()


def test_of_several_fields_those_that_did_not_move_come_back(stage: Stage) -> None:
    both = {"email": (None, "m@exemple.fr"), "mobile": (None, "06 11 11 11 11")}
    act_id = stage.do("responsable.corriger", CorrectFields(record_id="guardian-4", changes=both))
    stage.correct("mobile", "06 22 22 22 22")
    stage.undo(act_id)
    guardian = stage.one("guardians", "guardian-4")
    assert (effective(guardian, "email"), effective(guardian, "mobile")) == (None, "06 22 22 22 22")


def test_a_correction_that_onde_has_moved_on_from_does_not_come_back(stage: Stage) -> None:
    stage.correct("town", "BLAGNAC")
    act_id = stage.correct("town", "TOULOUSE")  # ONDE's value again: the correction ends
    stage.rows.change("guardians", "guardian-4", town="MURET")
    stage.undo(act_id)
    guardian = stage.one("guardians", "guardian-4")
    assert guardian["corrections"] is None and effective(guardian, "town") == "MURET"
    assert ("undo_blocked", "MURET", "BLAGNAC") in stage.reviews()


@pytest.mark.parametrize("first", ["undoing", "colleague"])
def test_of_two_decisions_on_an_access_the_stricter_stands_whatever_comes_first(stage: Stage, first: str) -> None:
    stage.access(Access.NONE)
    act_id = stage.access(Access.FULL)
    if first == "undoing":
        stage.undo(act_id)
        stage.access(Access.PAPER, seen=Access.FULL, by="Paul Petit")
    else:
        stage.access(Access.PAPER, seen=Access.FULL, by="Paul Petit")
        stage.undo(act_id)
    assert stage.rows.all("responsibilities")[0]["access"] == Access.NONE
    assert ("never_alone", "none", "paper") in stage.reviews()


def test_an_undoing_opens_no_access_that_somebody_closed_since(stage: Stage) -> None:
    act_id = stage.access(Access.PAPER)
    stage.access(Access.NONE, by="Paul Petit")
    stage.undo(act_id)
    assert stage.rows.all("responsibilities")[0]["access"] == Access.NONE
    assert ("never_alone", "none", "full") in stage.reviews()


def test_of_two_protections_only_those_whom_both_named_know(stage: Stage) -> None:
    def protect(knows: tuple[str, ...] | None, seen: tuple[str, ...] | None) -> str:
        (pupil,) = stage.rows.all("pupils")
        fields = ProtectFields(pupil_id=pupil["id"], seen=seen, knows=knows, since="2026-09-09")
        return stage.do("eleve.proteger", fields)

    protect(("guardian-4",), None)
    act_id = protect(None, ("guardian-4",))
    protect(("guardian-7",), None)
    stage.undo(act_id)
    assert stage.rows.all("pupils")[0]["protection"]["knows"] == []


def test_the_item_that_the_act_had_put_to_review_is_answered_by_its_undoing(stage: Stage) -> None:
    stage.correct("email", "collegue@exemple.fr", by="Paul Petit")
    fields = CorrectFields(record_id="guardian-4", changes={"email": (None, "m@exemple.fr")})
    act_id = stage.do("responsable.corriger", fields)
    assert ("field_conflict", "m@exemple.fr", "collegue@exemple.fr") in stage.reviews()
    undoing = stage.undo(act_id)
    assert [kind for kind, kept, _ in stage.reviews() if kept == "m@exemple.fr"] == []
    assert effective(stage.one("guardians", "guardian-4"), "email") == "collegue@exemple.fr"
    stage.undo(undoing, again=True)
    assert ("field_conflict", "m@exemple.fr", "collegue@exemple.fr") in stage.reviews()


def test_an_undoing_says_what_it_undoes_and_cannot_lie(stage: Stage) -> None:
    act_id = stage.access(Access.NONE)
    with pytest.raises(Refused) as refused:
        stage.do("acte.annuler", UndoFields(act_id=act_id, kind="responsable.corriger"))
    assert refused.value.code == "undo_other_kind"
    with pytest.raises(Refused) as refused:
        stage.do("acte.annuler", UndoFields(act_id="act-99", kind="acces.regler"))
    assert refused.value.code == "undo_unknown"


def test_the_undoing_of_a_refused_act_has_nothing_to_do(stage: Stage) -> None:
    stage.rows.add(
        "acts", "act-99", device_id="d", device_seq=1, kind="acces.regler", kind_version=1, fields={},
        client_time="2026-09-09", verdict="refused",
    )  # fmt: skip
    before = stage.picture()
    stage.do("acte.annuler", UndoFields(act_id="act-99", kind="acces.regler"))
    assert stage.picture() == before


def test_the_undoing_stands_in_the_story_of_the_account(stage: Stage) -> None:
    stage.undo(stage.access(Access.NONE))
    (event,) = (row for row in stage.rows.all("events") if row["kind"] == "undone")
    assert (event["account_id"], event["detail"]) == ("account-5", {"act": "acces.regler", "again": False})
