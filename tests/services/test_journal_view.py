from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models.acts import AccountsFields, CorrectFields, EditSchoolFields, SchoolSettingFields
from app.models.tables import Row
from app.services import imports, journal_words, lists, notify, resets
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.journal_view import JournalLine, read_journal, write_journal
from app.services.journal_words import Names
from app.services.lists import ListFormat
from app.services.records.journal import submit
from app.services.records.kinds import KINDS
from app.services.records.rows import SchoolRows
from app.services.schools import create_school
from app.services.vault.tables import pending_acts
from tests.conftest import FakeClock
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read
from tests.support.live import live_desk, live_server
from tests.ui.desk_stage import demo_files


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Zoé and her mother, who is active, and her father, who is notified."""
    with open_desk(tmp_path / "vault") as opened:
        with casting(opened) as cast:
            cast.school()
            zoe = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"))
            cast.guardian("Mme Mireille CHÂTELAIN", zoe, state="active", password_changed=True)
            cast.guardian("M. Paul CHÂTELAIN", zoe, state="notified")
        yield replace(opened, clock=FakeClock())


def do(desk: Desk, kind: str, fields: Any) -> None:
    submit(desk, school_id=SCHOOL, kind=kind, fields=fields)


def lines(desk: Desk, text: str = "") -> tuple[JournalLine, ...]:
    return read_journal(desk, school_id=SCHOOL).find(text)


def ids(desk: Desk) -> list[str]:
    return [account["id"] for account in read(desk, "accounts")]


def test_every_kind_of_act_has_words() -> None:
    assert set(KINDS) - journal_words.KNOWN == set()
    assert [kind for kind in KINDS if journal_words.title(kind).lower() == kind] == []


def test_who_what_when_and_on_which_pc(desk: Desk, tmp_path: Path) -> None:
    plan = resets.plan(desk, school_id=SCHOOL, account_ids=ids(desk))
    resets.carry_out(desk, plan=plan)
    (line,) = lines(desk)
    assert (line.day, line.time, line.author, line.device) == (
        "09-09-2026",
        "16\u00a0h\u00a000",
        "Mme Durand",
        "Ce poste",
    )
    assert line.title == "Réinitialisation de mots de passe" and line.state == "à envoyer"
    assert line.detail.startswith("2\u00a0mots de passe, lot R-0909-")
    assert "CHÂTELAIN Mireille" in line.detail and "CHÂTELAIN Paul" in line.detail


def test_each_act_is_told_by_name_and_value(desk: Desk, tmp_path: Path) -> None:
    (pupil,) = read(desk, "pupils")
    mother = read(desk, "guardians")[0]
    do(desk, "ecole.modifier", EditSchoolFields(changes={"phone": ("05 61 00 00 00", None)}))
    do(desk, "ecole.regler", SchoolSettingFields(name="sheet_life_days", seen=None, value=60))
    do(
        desk,
        "eleve.corriger",
        CorrectFields(record_id=pupil["id"], changes={"birth_date": ("2018-03-04", "2018-03-05")}),
    )
    do(desk, "responsable.corriger", CorrectFields(record_id=mother["id"], changes={"email": (None, "=m@exemple.fr")}))
    do(desk, "compte.rouvrir", AccountsFields(account_ids=ids(desk)))
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=ids(desk)[1:], reset=True)
    notify.print_sheets(desk, plan=plan, folder=tmp_path, processes=1)
    rows = list_accounts(desk, school_id=SCHOOL).rows
    lists.write_list(desk, school_id=SCHOOL, rows=rows, wanted=ListFormat.CSV, folder=tmp_path, with_passwords=True)
    told = [line.detail.replace("\u00a0", " ") for line in reversed(lines(desk))]
    assert told[0] == "Téléphone : 05 61 00 00 00 → (vide)"
    assert told[1] == "Durée des feuilles : (vide) → 60"
    assert told[2] == "CHÂTELAIN Zoé — Date de naissance : 04-03-2018 → 05-03-2018"
    assert told[3].startswith("CHÂTELAIN Mireille — ") and told[3].endswith("(vide) → =m@exemple.fr")
    assert told[4] == "CHÂTELAIN Mireille, CHÂTELAIN Paul"
    assert told[5].startswith("1 feuille, lot L-0909-") and told[5].endswith("avec réinitialisation : CHÂTELAIN Paul")
    assert told[6] == "CSV, 2 lignes, 1 mot de passe : CHÂTELAIN Paul"


def test_the_latest_stands_first_and_a_search_needs_every_word(desk: Desk) -> None:
    do(desk, "compte.rouvrir", AccountsFields(account_ids=ids(desk)[:1]))
    do(desk, "compte.rouvrir", AccountsFields(account_ids=ids(desk)[1:]))
    assert [line.detail for line in lines(desk)] == ["CHÂTELAIN Paul", "CHÂTELAIN Mireille"]
    assert [line.detail for line in lines(desk, "chatelain MIREILLE")] == ["CHÂTELAIN Mireille"]
    assert len(lines(desk, "09-09-2026")) == len(lines(desk, "durand")) == 2
    assert lines(desk, "mireille paul") == ()


def test_no_secret_of_a_payload_is_told(desk: Desk) -> None:
    resets.carry_out(desk, plan=resets.plan(desk, school_id=SCHOOL, account_ids=ids(desk)))
    with desk.vault.read() as connection:
        (fields,) = connection.execute(pending_acts.select().with_only_columns(pending_acts.c.fields)).scalars()
    told = repr(lines(desk))
    for sheet in fields["sheets"]:
        assert sheet["sealed"] not in told and sheet["password_hash"] not in told and sheet["token_hash"] not in told


@pytest.mark.parametrize("fields", [{}, {"changes": 3}, {"sheets": [{}]}, {"access": "?"}, {"account_ids": [None]}])
def test_a_payload_of_another_version_stops_nothing(desk: Desk, fields: Row) -> None:
    with desk.vault.read() as connection:
        names = Names(SchoolRows(connection, SCHOOL), "Europe/Paris")
        for kind in (*KINDS, "acte.inconnu"):
            assert isinstance(journal_words.detail(kind, fields, names), str) and journal_words.title(kind)


def test_the_export_is_a_csv_that_calculates_nothing(desk: Desk, tmp_path: Path) -> None:
    do(desk, "ecole.modifier", EditSchoolFields(changes={"name": ("École élémentaire Marie Curie", "=1+1")}))
    hostile = replace(desk, person_name="=cmd|1")
    do(hostile, "compte.rouvrir", AccountsFields(account_ids=ids(desk)))
    path = write_journal(lines(desk), file=tmp_path / "journal.csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Date", "Heure", "Personne", "Poste"] and rows[1][2] == "'=cmd|1" and len(rows) == 3


def test_an_import_is_told_by_its_counts_and_its_undoing_by_its_day(tmp_path: Path) -> None:
    with open_desk(tmp_path) as stopped:
        desk = replace(stopped, clock=FakeClock())
        school = create_school(desk, uai="0310001H", name="École Marie Curie")
        preview = imports.preview(desk, school_id=school.school_id, files=demo_files(5), allow_fictional=True)
        done = imports.commit(desk, preview=preview)
        assert done.import_id is not None
        imports.undo(desk, school_id=school.school_id, import_id=done.import_id)
        undone, imported, begun = read_journal(desk, school_id=school.school_id).lines
    assert begun.detail == "0310001H École Marie Curie" and undone.detail == "celui du 09-09-2026"
    assert imported.detail.replace("\u00a0", " ").startswith("5 élèves ajoutés, ")
    assert (imported.title, undone.title) == ("Import depuis ONDE", "Annulation d’un import")


def test_a_colleagues_acts_come_down_with_the_servers_word(tmp_path: Path, clock: FakeClock) -> None:
    with live_server(tmp_path, clock=clock) as server, live_desk(tmp_path, clock=clock) as desk:
        server.add_school()
        desk.enrol(server, server.code())
        desk.sync()
        with live_desk(tmp_path, clock=clock, name="autre") as other:
            other.enrol(server, server.code(person="Paul Petit"))
            other.sync()
            fields = EditSchoolFields(changes={"town": (None, "Ailleurs")})
            submit(other.desk, school_id=other.school_id, kind="ecole.modifier", fields=fields)
            bad = CorrectFields(record_id="nobody", changes={"email": (None, "x@exemple.fr")})
            _force(other.desk, other.school_id, "responsable.corriger", bad)
            other.sync()
        desk.sync()
        journal = read_journal(desk.desk, school_id=desk.school_id)
    edited = next(line for line in journal.lines if line.kind == "ecole.modifier")
    assert edited.author == "Paul Petit" and edited.device == "Poste d’essai" and edited.state.startswith("enregistré")
    assert edited.received_on
    refused = next(line for line in journal.lines if line.kind == "responsable.corriger")
    assert refused.state.startswith("refusé\u00a0: ") and refused.title == "Correction d’un responsable"
    own = [line for line in journal.lines if line.author == "Hélène Rouvière"]
    assert own and {line.device for line in own} == {"Poste d’essai (ce poste)"}


def _force(desk: Desk, school_id: str, kind: str, fields: CorrectFields) -> None:
    """Queue an act that this PC would refuse, as an older version might have done."""
    from app.services.records.journal import next_position

    with desk.vault.write() as connection:
        connection.execute(pending_acts.insert().values(
            act_id=desk.new_id(), school_id=school_id, position=next_position(connection), kind=kind, kind_version=1,
            fields=fields.model_dump(mode="json"), author="Paul Petit", client_time=desk.now(), before_images=[],
            parts_sent=0,
        ))  # fmt: skip
