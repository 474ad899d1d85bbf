"""``preau flyers``: the papers that tell families how to come in, one page a class."""

from __future__ import annotations

import os
from pathlib import Path

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.flyers import FlyerKind
from app.services.flyers import write_flyers


def run(
    *, uai: str | None, kind: FlyerKind, pdf: Path, classrooms: list[str] | None, language: str, half: bool, as_json: bool
) -> None:  # fmt: skip
    """Write the PDF, and say how many copies each class needs."""

    def work() -> Json:
        with opened(write=False) as found:
            done = write_flyers(
                found.desk, school_id=the_school(found.desk, uai).school_id, kind=kind, path=pdf,
                classrooms=classrooms or None, language=language, half=half,
                allow_fictional=os.environ.get("PREAU_FICTIONAL_NUMBERS", "") not in ("", "0"),
            )  # fmt: skip
        for group in done.groups:
            say(f"{group.classroom or kind.label} : {group.copies}")
        say(f"{kind.label} : {done.pages} page(s) dans {done.path}.")
        groups = [{"classroom": group.classroom, "copies": group.copies} for group in done.groups]
        return {
            "kind": kind.value, "file": str(done.path), "pages": done.pages, "copies": done.copies, "language": language,
            "classes": groups if kind is not FlyerKind.DIRECTOR else [],
        }  # fmt: skip

    carry_out(work, as_json=as_json)
