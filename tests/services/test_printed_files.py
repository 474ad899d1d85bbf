"""Only what this PC wrote is ever deleted, and only as it wrote it."""

from __future__ import annotations

from pathlib import Path

from app.services import notify, printed_files
from app.services.sheet_groups import finished_batches, hand_over, list_groups
from tests.services.sheet_cast import SCHOOL, casting, open_desk


def test_the_files_of_a_batch_are_deleted_as_they_were_written(tmp_path: Path) -> None:
    with open_desk(tmp_path / "v") as desk:
        with casting(desk) as cast:
            cast.school()
            rooms = [cast.classroom(label) for label in ("CP", "CE1", "CE2")]
            accounts = [
                cast.guardian(f"Mme Lise BRAUN{n}", cast.pupil(f"Elsa BRAUN{n}", room)) for n, room in enumerate(rooms)
            ]
        plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
        done = notify.print_sheets(desk, plan=plan, folder=tmp_path / "pdf", processes=1)
        own = tmp_path / "pdf" / "mes-notes.pdf"
        own.write_text("à moi")
        there = printed_files.still_there(desk, school_id=SCHOOL, batch_ids=[done.batch_id])
        assert set(there) == set(done.files) and len(there) == 3
        edited, replaced, _ = there
        edited.write_bytes(edited.read_bytes() + b"%")
        replaced.rename(tmp_path / "ailleurs.pdf")
        replaced.symlink_to(tmp_path / "ailleurs.pdf")
        deleted = printed_files.delete_files(desk, paths=[*there, own])
        assert len(deleted.gone) == 1 and set(deleted.kept) == {edited, replaced, own}
        assert "Laissés en place" in deleted.sentence and "1\u00a0fichier effacé" in deleted.sentence
        assert own.exists() and edited.exists() and (tmp_path / "ailleurs.pdf").exists()
        assert deleted.gone[0] not in printed_files.still_there(desk, school_id=SCHOOL, batch_ids=[done.batch_id])


def test_files_are_offered_once_nothing_of_the_batch_is_left_on_the_table(tmp_path: Path) -> None:
    with open_desk(tmp_path / "v") as desk:
        with casting(desk) as cast:
            cast.school()
            for batch in ("b1", "b2"):
                cast.rows.add("batches", batch, created_at="2026-09-08T10:00:00.000000Z", number=batch, sheet_count=2)
                for number, label in enumerate(("CP", "CE1")):
                    cast.rows.add(
                        "sheets", f"{batch}-{number}", batch_id=batch, account_id="a", guardian_id="g", number=number,
                        total=1, letter="C01", login="l", printed_at="2026-09-08T10:00:00.000000Z", status="known",
                        classroom_label=label,
                    )  # fmt: skip
        groups = list_groups(desk, school_id=SCHOOL)
        assert finished_batches(groups) == ()
        hand_over(desk, school_id=SCHOOL, groups=[group for group in groups if group.batch_id == "b1"])
        assert finished_batches(list_groups(desk, school_id=SCHOOL)) == ("b1",)
