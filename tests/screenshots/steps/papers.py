"""Papers as pictures: the cover of a class, the flyers, the report for the academy's desk."""

from __future__ import annotations

from pathlib import Path

from app.models.flyers import FlyerKind
from app.models.states import AccountState
from app.services import notify
from app.services.accounts import list_accounts
from app.services.diagnosis.diagnose import diagnose_school
from app.services.diagnosis.report import write_report
from app.services.flyers import write_flyers
from app.services.records.rows import SchoolRows
from tests.screenshots.papers import keep_top, page_of
from tests.screenshots.steps.staging import sent
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import StandIn, demo_stage
from tests.ui.school import PORTAL

DOTS = 85
"""Of a page, an inch: read at the size that guides print it, and light."""
TOPS = {"etape-garde": 0.6, "etape-rapport": 0.42}
"""How much of a page says it, where the rest are lines that are all alike."""
FLYERS = {FlyerKind.ALONE: "flyer-parents", FlyerKind.DIRECTOR: "flyer-directeur"}


def render(folder: Path, place: Path) -> list[Path]:
    """Draw the first page of each paper into ``folder``; the papers themselves go into ``place``."""
    with demo_stage(place, pupils=236) as stage:
        live_a_term(stage)
        with stage.desk.vault.write() as connection:
            rows = SchoolRows(connection, stage.school_id)
            rows.change("schools", stage.school_id, portal_url=PORTAL)
            rows.flush()
        sent(stage)
        desk, school_id = stage.desk, stage.school_id
        found = diagnose_school(desk, school_id=school_id)
        papers = {"rapport": write_report(desk, school_id=school_id, found=found, file=place / "rapport.pdf")}
        papers["garde"] = _cover(stage, place)
        for kind, name in FLYERS.items():
            papers[name] = place / f"{name}.pdf"
            write_flyers(desk, school_id=school_id, kind=kind, path=papers[name], allow_fictional=True)
        return [_first_page(pdf, folder / f"etape-{name}.png") for name, pdf in papers.items()]


def _cover(stage: StandIn, place: Path) -> Path:
    """The PDF of a class, which begins with its cover."""
    desk, school_id = stage.desk, stage.school_id
    rows = list_accounts(desk, school_id=school_id).rows
    room = next(row.classroom for row in rows if row.state is AccountState.NOT_NOTIFIED and row.classroom)
    accounts = [row.account_id for row in rows if row.classroom == room]
    plan = notify.plan(desk, school_id=school_id, account_ids=list(dict.fromkeys(accounts)), reset=False)
    (place / "feuilles").mkdir()
    notify.print_sheets(desk, plan=plan, folder=place / "feuilles", processes=1)
    return max((place / "feuilles").glob("*.pdf"), key=lambda pdf: pdf.stat().st_size)


def _first_page(pdf: Path, picture: Path) -> Path:
    page_of(pdf, picture, dots=DOTS)
    if picture.stem in TOPS:
        keep_top(picture, TOPS[picture.stem])
    return picture
