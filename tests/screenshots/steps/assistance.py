"""The director's side of « Assistance », where a step has a screen of its own."""

from __future__ import annotations

from pathlib import Path

from app.services.todo import Page, Target
from app.ui.support.duplicates.page import DuplicatesPage
from tests.screenshots.steps.staging import Pictures, settle, sized, whole
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import demo_stage
from tests.ui.support.assistance import stand_twice


def pictures(folder: Path) -> Pictures:
    """Each by its name."""
    with demo_stage(folder, pupils=60) as stage:
        live_a_term(stage)
        one, _other = stand_twice(stage, email="parent@exemple.fr")
        page = stage.page = DuplicatesPage(stage)
        page.refresh()
        sized(page.widget)
        page.narrow(Target(Page.SUPPORT, account_ids=frozenset({one["id"]}), section="duplicates"))
        settle(lambda: not page.busy)
        page._on_merge()
        settle(lambda: page.dialog is not None)
        assert page.dialog is not None
        yield "regrouper", whole(page.dialog)
        page.dialog.reject()
        page.close()
        page.widget.hide()
