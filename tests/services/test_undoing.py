from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.acts_requests import DecideCorrectionFields
from app.models.acts_undo import UndoFields
from app.models.errors import NotFound, Refused
from app.models.states import Access, Role, Wish
from app.models.tables import traces
from app.services import act_phrases, corrections, imports, rights, schools, undoing
from app.services.desk import Desk
from app.services.family_language import set_family_language
from app.services.journal_view import as_json, read_journal
from app.services.journal_words import Names
from app.services.records.apply_undo import TOO_OLD
from app.services.records.journal import SubmittedAct, submit
from app.services.records.kinds import KINDS, Lasting
from app.services.records.rows import SchoolRows
from app.services.reviews import list_reviews
from app.services.vault.tables import links, pending_acts
from tests.conftest import FakeClock
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server
from tests.ui.desk_stage import demo_files

MOTHER = "guardian-4"
FATHER = "guardian-7"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Zoé and her parents, before any server."""
    with open_desk(tmp_path / "vault") as opened:
        with casting(opened) as cast:
            cast.school()
            zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
            cast.guardian("Mme Mireille CHÂTELAIN", zoe)
            cast.guardian("M. Paul ABADIE", zoe)
        yield replace(opened, clock=FakeClock())


def correct(desk: Desk, school_id: str = SCHOOL, record_id: str = MOTHER, **values: str) -> str:
    done = corrections.correct(desk, school_id=school_id, table="guardians", record_id=record_id, values=values)
    return made(done)


def made(done: SubmittedAct | None) -> str:
    assert done is not None
    return done.act_id


def offer(desk: Desk, act_id: str) -> undoing.Offer:
    return undoing.offer(desk, school_id=SCHOOL, act_id=act_id)


def undo(desk: Desk, act_id: str) -> str:
    return undoing.undo(desk, school_id=SCHOOL, act_id=act_id).act_id


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_kind_that_can_be_undone_has_a_name(desk: Desk) -> None:
    with desk.vault.read() as connection:
        names = Names(SchoolRows(connection, SCHOOL), "Europe/Paris")
    for name, kind in KINDS.items():
        if not isinstance(kind.undo, Lasting):
            told = act_phrases.phrase(name, {}, names)
            assert told.name and name not in told.name and name not in told.done


def test_each_act_is_named_by_what_its_undoing_undoes(desk: Desk) -> None:
    acts = [
        correct(desk, mobile="06 39 98 00 01"),
        correct(desk, record_id=FATHER, email="p@exemple.fr", town="BLAGNAC"),
        made(set_family_language(desk, school_id=SCHOOL, guardian_id=FATHER, code="tr")),
        made(rights.set_access(desk, school_id=SCHOOL, guardian_id=FATHER, pupil_id="pupil-2", access=Access.NONE)),
        made(rights.protect(desk, school_id=SCHOOL, pupil_id="pupil-2", knows=[MOTHER])),
        made(rights.set_wish(desk, school_id=SCHOOL, guardian_id=MOTHER, wish=Wish.PAPER)),
        made(schools.change_setting(desk, school_id=SCHOOL, name="sheet_life_days", value=60)),
    ]
    assert [plain(offer(desk, act_id).label) for act_id in acts] == [
        "Annuler la correction du mobile de CHÂTELAIN Mireille",
        "Annuler la correction de 2 données d’ABADIE Paul",
        "Annuler le choix de la langue de la famille d’ABADIE Paul",
        "Annuler le retrait d’accès d’ABADIE Paul pour CHÂTELAIN Zoé",
        "Annuler la situation protégée de CHÂTELAIN Zoé",
        "Annuler le souhait de CHÂTELAIN Mireille (préfère le papier)",
        "Annuler le réglage « Durée des feuilles »",
    ]
    assert plain(offer(desk, acts[3]).done) == "Accès retiré à ABADIE Paul pour CHÂTELAIN Zoé"


def test_the_question_says_what_comes_back(desk: Desk) -> None:
    correct(desk, mobile="06 39 98 00 01")
    second = correct(desk, mobile="06 39 98 00 02")
    assert plain(offer(desk, second).question) == (
        "Annuler la correction du mobile de CHÂTELAIN Mireille ? Téléphone portable : 06 39 98 00 02 → 06 39 98 00 01."
    )
    closed = made(rights.set_access(desk, school_id=SCHOOL, guardian_id=FATHER, pupil_id="pupil-2", access=Access.NONE))
    assert undoing.GIVEN_BACK in offer(desk, closed).question
    back = undo(desk, closed)
    assert offer(desk, back).verb == "Rétablir" and undoing.TAKEN_AWAY in offer(desk, back).question


def test_undone_and_put_back(desk: Desk) -> None:
    act_id = correct(desk, mobile="06 39 98 00 01")
    undone = undo(desk, act_id)
    assert read(desk, "guardians")[0]["corrections"] is None
    assert plain(offer(desk, act_id).blocked) == "Déjà annulé le 09-09-2026 par Mme Durand."
    assert plain(offer(desk, undone).label) == "Rétablir la correction du mobile de CHÂTELAIN Mireille"
    assert plain(offer(desk, undone).done) == "Annulé : la correction du mobile de CHÂTELAIN Mireille"
    again = undo(desk, undone)
    assert read(desk, "guardians")[0]["corrections"]["mobile"]["value"] == "06 39 98 00 01"
    assert plain(offer(desk, undone).blocked) == "Déjà rétabli le 09-09-2026 par Mme Durand."
    assert offer(desk, act_id).possible and offer(desk, again).verb == "Annuler"


def test_what_was_changed_since_says_so_and_nothing_is_written(desk: Desk) -> None:
    act_id = correct(desk, mobile="06 39 98 00 01")
    correct(desk, mobile="06 39 98 00 02")
    assert "modifié depuis (Téléphone portable)" in offer(desk, act_id).blocked
    with pytest.raises(Refused) as refused:
        undo(desk, act_id)
    assert refused.value.code == "cannot_undo" and "modifié depuis" in refused.value.sentence
    assert read(desk, "guardians")[0]["corrections"]["mobile"]["value"] == "06 39 98 00 02"
    with pytest.raises(NotFound):
        undo(desk, "nothing")


def test_a_pc_goes_back_through_its_own_acts(desk: Desk) -> None:
    assert undoing.latest(desk, school_id=SCHOOL) is None
    first, second = correct(desk, email="m@exemple.fr"), correct(desk, mobile="06 39 98 00 01")
    for expected in (second, first):
        found = undoing.last_undoable(desk, school_id=SCHOOL)
        assert found is not None and found.act_id == expected
        undo(desk, expected)
    assert undoing.last_undoable(desk, school_id=SCHOOL) is None
    last = undoing.latest(desk, school_id=SCHOOL)
    assert last is not None and last.verb == "Rétablir"


def test_an_act_is_named_by_the_end_of_its_number(desk: Desk) -> None:
    first, second = correct(desk, email="m@exemple.fr"), correct(desk, mobile="06 39 98 00 01")
    assert undoing.act_named(desk, school_id=SCHOOL, text=f" {first[-6:].upper()}") == first
    for wrong in ("", "%", second[-6:] + "0"):
        with pytest.raises(NotFound):
            undoing.act_named(desk, school_id=SCHOOL, text=wrong)


def test_one_whose_former_values_are_no_longer_kept_says_so(desk: Desk) -> None:
    act_id = correct(desk, mobile="06 39 98 00 01")
    with desk.vault.write() as connection:
        connection.execute(traces.update().values(before=None))
    assert offer(desk, act_id).blocked == TOO_OLD
    with pytest.raises(Refused, match="trop ancienne"):
        undo(desk, act_id)
    with pytest.raises(Refused, match="trop ancienne"):  # as a PC that still holds them sends it
        submit(
            desk, school_id=SCHOOL, kind="acte.annuler", fields=UndoFields(act_id=act_id, kind="responsable.corriger")
        )


def test_an_accepted_correction_of_a_parent_is_undone_with_its_request(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.rows.add(
            "requests", "request", at="2026-09-07T08:00:00.000000Z", kind="correction", status="open", guardian_id=MOTHER,
            detail={"field": "mobile", "value": "06 39 98 03 03"},
        )  # fmt: skip
    before = read(desk, "requests"), read(desk, "guardians")
    fields = DecideCorrectionFields(request_id="request", accepted=True)
    act_id = submit(desk, school_id=SCHOOL, kind="correction.decider", fields=fields).act_id
    assert plain(offer(desk, act_id).label) == "Annuler la correction proposée par CHÂTELAIN Mireille (acceptée)"
    assert plain(offer(desk, act_id).consequence) == (
        "Téléphone portable : 06 39 98 03 03 → (vide). La demande est de nouveau à traiter ; "
        "ce qui a été envoyé à la famille le reste."
    )
    undo(desk, act_id)
    assert (read(desk, "requests"), read(desk, "guardians")) == before


def test_an_act_that_lasts_says_why(desk: Desk) -> None:
    with desk.vault.write() as connection:
        connection.execute(pending_acts.insert().values(
            act_id="mail", school_id=SCHOOL, position=1, kind="compte.notifier_mail", kind_version=1, fields={},
            author="Mme Durand", client_time=desk.now(), before_images=[], parts_sent=0,
        ))  # fmt: skip
    assert offer(desk, "mail").blocked.startswith("Un courriel part dès que")
    assert not offer(desk, "mail").possible and undoing.last_undoable(desk, school_id=SCHOOL) is None


def test_a_deputy_is_told_that_the_rights_are_the_directors(desk: Desk) -> None:
    closed = made(rights.set_access(desk, school_id=SCHOOL, guardian_id=FATHER, pupil_id="pupil-2", access=Access.NONE))
    mobile = correct(desk, mobile="06 39 98 00 01")
    with desk.vault.write() as connection:
        connection.execute(links.insert().values(
            school_id=SCHOOL, server_url="https://x", device_id="d", person_id="p", person_name="Paul", role=Role.DEPUTY,
        ))  # fmt: skip
    assert "Votre rôle" in offer(desk, closed).blocked and offer(desk, mobile).possible


def test_the_last_import_is_undone_by_its_name(tmp_path: Path) -> None:
    with open_desk(tmp_path) as stopped:
        clock = FakeClock()
        desk = replace(stopped, clock=clock)
        school_id = schools.create_school(desk, uai="0310001H", name="École Marie Curie").school_id
        for seed in (5, 6):
            preview = imports.preview(desk, school_id=school_id, files=demo_files(seed), allow_fictional=True)
            imports.commit(desk, preview=preview, confirm_gone=True)
            clock.advance(minutes=1)
        lines = {line.at: line.undo for line in read_journal(desk, school_id=school_id).lines}
        begun, first, second = (lines[at] for at in sorted(lines))
        assert plain(second.label).startswith("Annuler l’import : ") and second.possible
        assert "annulez d’abord le plus récent" in first.blocked and "Mon école" in begun.blocked
        found = undoing.last_undoable(desk, school_id=school_id)
        assert found is not None and found.act_id == second.act_id
        undoing.undo(desk, school_id=school_id, act_id=second.act_id)
        assert read_journal(desk, school_id=school_id).lines[0].title == "Annulation d’un import"


def test_the_journal_names_what_was_undone_and_its_lines_say_what_can_be(desk: Desk) -> None:
    undo(desk, undo(desk, correct(desk, mobile="06 39 98 00 01")))
    again, undone, corrected = read_journal(desk, school_id=SCHOOL).lines
    assert plain(undone.detail).startswith("Correction d’un responsable — CHÂTELAIN Mireille — Téléphone portable")
    assert plain(again.detail).startswith("rétabli : Correction d’un responsable")
    assert [row["undo"]["possible"] for row in as_json([again, undone, corrected])] == [True, False, True]


# With a server.


@contextmanager
def school_day(folder: Path, clock: FakeClock) -> Iterator[tuple[LiveServer, LiveDesk]]:
    """A director's PC that knows its server."""
    with live_server(folder, clock=clock) as server, live_desk(folder, clock=clock) as desk:
        server.add_school()
        desk.enrol(server, server.code())
        desk.sync()
        yield server, desk


@contextmanager
def colleague(folder: Path, clock: FakeClock, server: LiveServer, *, role: Role = Role.DIRECTOR) -> Iterator[LiveDesk]:
    with live_desk(folder, clock=clock, name="autre") as other:
        other.enrol(server, server.code(person="Paul Petit", role=role))
        other.sync()
        yield other


def set_life(found: LiveDesk, days: int) -> str:
    return made(schools.change_setting(found.desk, school_id=found.school_id, name="sheet_life_days", value=days))


def life_of(found: LiveDesk) -> int:
    return schools.sheet_life_days(found.desk, school_id=found.school_id)


@pytest.mark.parametrize("synced", [False, True])
def test_undone_before_the_sync_and_after_it(tmp_path: Path, clock: FakeClock, synced: bool) -> None:
    with school_day(tmp_path, clock) as (server, desk):
        before = life_of(desk)
        act_id = set_life(desk, 60)
        if synced:
            desk.sync()
        undoing.undo(desk.desk, school_id=desk.school_id, act_id=act_id)
        assert life_of(desk) == before
        desk.sync()
        assert life_of(desk) == before and list_reviews(desk.desk, school_id=desk.school_id) == ()
        with colleague(tmp_path, clock, server) as other:
            assert life_of(other) == before
            blocked = undoing.offer(other.desk, school_id=other.school_id, act_id=act_id).blocked
            assert "par Hélène Rouvière" in blocked


def test_what_a_colleague_changed_meanwhile_stays_and_is_to_be_reviewed(tmp_path: Path, clock: FakeClock) -> None:
    with school_day(tmp_path, clock) as (server, desk):
        before = life_of(desk)
        act_id = set_life(desk, 60)
        desk.sync()
        with colleague(tmp_path, clock, server) as other:
            set_life(other, 70)
            other.sync()
        undoing.undo(desk.desk, school_id=desk.school_id, act_id=act_id)  # this PC does not know it yet
        assert life_of(desk) == before
        desk.sync()
        assert life_of(desk) == 70
        (item,) = list_reviews(desk.desk, school_id=desk.school_id)
        assert (item.kept, item.lost, item.lost_author) == ("70", "(vide)", "Hélène Rouvière")


def test_two_pcs_undo_the_same_act_offline(tmp_path: Path, clock: FakeClock) -> None:
    with school_day(tmp_path, clock) as (server, desk):
        before = life_of(desk)
        act_id = set_life(desk, 60)
        desk.sync()
        with colleague(tmp_path, clock, server) as other:
            for one in (desk, other):
                undoing.undo(one.desk, school_id=one.school_id, act_id=act_id)
            for one in (desk, other, desk):
                one.sync()
                assert life_of(one) == before
            assert list_reviews(desk.desk, school_id=desk.school_id) == ()


def test_a_deputys_undoing_of_a_directors_decision_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    with school_day(tmp_path, clock) as (server, desk):
        act_id = set_life(desk, 60)
        desk.sync()
        with colleague(tmp_path, clock, server, role=Role.DEPUTY) as other:
            with pytest.raises(Refused, match="rôle"):
                undoing.undo(other.desk, school_id=other.school_id, act_id=act_id)
            with other.desk.vault.write() as connection:  # a PC that lies about its role
                connection.execute(links.update().values(role=Role.DIRECTOR))
            undoing.undo(other.desk, school_id=other.school_id, act_id=act_id)
            other.sync()
            assert life_of(other) == 60
            found = list_reviews(other.desk, school_id=other.school_id)
            assert ("refused", "Annulation d’une action") in {(item.kind, item.who) for item in found}
