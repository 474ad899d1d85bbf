"""The PCs of a school: begun, linked, admitted, stolen, saved, opened again."""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytest import MonkeyPatch

from app.models.errors import PreauError
from app.models.states import Role
from app.server.operating.admin import Admin
from app.services import notify
from app.services.accounts import list_accounts
from app.services.demo.school import NAME, UAI
from app.services.desk import Desk
from app.services.devices import own_fingerprint
from app.services.sync.enrolment import enrol
from app.services.sync.transport import HttpTransport
from app.services.vault.backup import back_up
from app.services.vault.keys import Opening
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault
from app.ui.first_run.dialog import Beginnings, FirstRun
from app.ui.my_school.page import Means, MySchoolPage
from app.ui.startup import Doors
from app.ui.unlocking import Attempt, UnlockDialog
from tests.screenshots.steps.staging import (
    ADDRESS,
    RECOVERY,
    Clock,
    Pictures,
    Questions,
    card_of,
    cut,
    dice,
    line_to,
    settle,
    sized,
    synchronise,
    whole,
)
from tests.support.live import LiveServer, live_server
from tests.ui.desk_stage import StandIn, demo_stage

FIRST_RUN = {"phrase": (760, 360), "code": (760, 260), "school": (760, 380)}
TALL = (1280, 1000)
SENTENCE = 620
"""What of the band's width its sentence takes, in pixels."""
HERS, HIS = "DIRECTION-1", "MAITRES-1"


def pictures(folder: Path) -> Pictures:
    """Each by its name."""
    for name, scene in (("debut", _begun), ("cle", _opened_again)):
        (folder / name).mkdir()
        yield from scene(folder / name)
    with live_server(folder, clock=Clock()) as server:
        admin = Admin(server.database, server.clock, dice())
        admin.create_school(uai=UAI, name=NAME, portal_url=ADDRESS)
        yield from _linked(server, admin, folder)


def _begun(folder: Path) -> Pictures:
    """The first run of a PC that keeps no passwords: a phrase, then a code, or a school begun offline."""
    with ExitStack() as stack:
        doors = Doors({"PREAU_VAULT": str(folder / "poste.preau")}, find_keyring=lambda: None)

        def make(phrase: str | None) -> Opening:
            opening = doors.make(phrase)
            stack.callback(opening.vault.close)
            return opening

        begin = Beginnings(
            make,
            lambda opening: Desk(opening.vault, Clock(), dice()),
            HttpTransport,
            HERS,
            restore=lambda _parent: None,
        )
        dialog = FirstRun(begin)
        sized(dialog, FIRST_RUN["phrase"])
        dialog.view.with_code.click()
        settle(lambda: dialog.view.step == "passphrase")
        for field in (dialog.view.passphrase, dialog.view.again):
            field.setText("quatre mots pris au hasard")
        yield "phrase", whole(dialog)
        dialog.view.next.click()
        settle(lambda: dialog.view.step == "code")
        sized(dialog, FIRST_RUN["code"])
        dialog.view.code.fill({"server": ADDRESS, "code": "K7RW-3HNP-QX4M-T9VC"})
        yield "code", whole(dialog)
        dialog.view.back.click()
        dialog.view.offline.click()
        settle(lambda: dialog.view.step == "school")
        sized(dialog, FIRST_RUN["school"])
        dialog.view.school.fill({
            "uai": UAI, "name": NAME, "address": "4 rue des Tilleuls", "postal_code": "09990", "town": "Valbrune",
        })  # fmt: skip
        yield "hors-ligne", whole(dialog)
        dialog.reject()


def _opened_again(folder: Path) -> Pictures:
    """A backup on a new PC asks for the phrase, or for the printed code."""
    old, new = (Doors({"PREAU_VAULT": str(folder / f"{name}.preau")}, find_keyring=lambda: None) for name in ("a", "b"))
    opening = old.make("quatre mots pris au hasard")
    restore: Attempt = partial(new.restore, back_up(opening.vault, folder, clock=Clock()).path)
    opening.vault.close()
    dialog = UnlockDialog(new, restore, _refused(restore))
    dialog.show()
    settle()
    yield "restaurer", whole(dialog)
    dialog.other.click()
    dialog.field.setText(opening.recovery_code or "")
    dialog.new.setText("quatre autres mots au hasard")
    settle()
    yield "recuperer", whole(dialog)
    dialog.hide()


def _refused(attempt: Attempt) -> PreauError:
    """Why a backup does not open by itself."""
    try:
        attempt(None, None).vault.close()
    except PreauError as error:
        return error
    raise AssertionError("a backup opened without an answer")


def _linked(server: LiveServer, admin: Admin, folder: Path) -> Pictures:
    """« Mon école » before and after the code; then another PC of the school, admitted by its number, and stolen."""
    with demo_stage(folder, pupils=30) as stage:
        stage.desk = replace(stage.desk, clock=Clock())
        page = _page(stage, server, HERS)
        view = page.view
        card = card_of(view.enrol)
        view.code_form.fill(
            {"server": ADDRESS, "code": admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Hélène Rouvière")}
        )
        settle()
        yield "relier", cut(view, card)
        before = stage.school_id
        view.enrol.click()
        settle(lambda: stage.school_id != before)
        synchronise(stage, server)
        page.refresh()
        settle()
        yield "relie", cut(view, card, edge=8)
        _print(stage, folder)
        synchronise(stage, server)
        yield from _second(stage, page, server, admin, folder)
        yield from _backed_up(page, folder)
        page.close()
        view.hide()


def _print(stage: StandIn, folder: Path) -> None:
    """Sheets, with provisional passwords that another PC may then read, or lose."""
    desk, school_id = stage.desk, stage.school_id
    fresh = sorted({row.account_id for row in list_accounts(desk, school_id=school_id).rows})[:9]
    plan = notify.plan(desk, school_id=school_id, account_ids=fresh, reset=False)
    notify.print_sheets(desk, plan=plan, folder=folder, processes=1)


def _second(stage: StandIn, page: MySchoolPage, server: LiveServer, admin: Admin, folder: Path) -> Pictures:
    with create_vault(folder / "second.preau", key=bytes(range(32))) as vault:
        desk = Desk(vault, stage.desk.clock, random.Random(5).randbytes)
        line = line_to(server)
        code = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="M. Luc Petit")
        enrolled = enrol(desk, server_url=ADDRESS, code=code, transport=line, secrets=VaultSecrets(vault), label=HIS)
        line.close()
        second = StandIn(desk, enrolled.school_id)
        for one in (second, stage):
            synchronise(one, server)
        his = _page(second, server, HIS)
        yield "second-poste", cut(his.view, his.view.admission)
        his.close()
        his.view.hide()
        page.refresh()
        settle()
        (waiting,) = page.view.admission.lines
        waiting.field.setText(own_fingerprint(desk, school_id=second.school_id) or "")
        settle()
        yield "admettre", cut(page.view, page.view.devices, page.view.admission)
        waiting.admit.click()
        for one in (stage, second, stage):
            synchronise(one, server)
        page.refresh()
        settle()
        yield from _stolen(page)


def _stolen(page: MySchoolPage) -> Pictures:
    questions = Questions()
    page.people._ask = questions
    place = next(number for number, line in enumerate(page.people._lines) if not line.here)
    page.view.table.selectRow(place)
    settle()
    yield "postes", cut(page.view, page.view.devices)
    page.view.stolen.click()
    yield "vole", questions.pictures[0]


def _backed_up(page: MySchoolPage, folder: Path) -> Pictures:
    key = folder / "CLE-USB"
    key.mkdir()
    yield "sauvegarder", cut(page.view, card_of(page.view.backup))
    with MonkeyPatch.context() as chosen:  # the system's own dialog
        chosen.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(key))
        page.view.backup.click()
    settle(lambda: page.view.band.property("tone") == "green")
    said = cut(page.view, page.view.band)
    yield "sauvegarde", said.copy(0, 0, SENTENCE, said.height())


def _page(stage: StandIn, server: LiveServer, label: str) -> MySchoolPage:
    secrets = VaultSecrets(stage.desk.vault)
    copy = partial(Doors({}, clock=Clock()).back_up, stage.desk.vault)
    page = MySchoolPage(stage, Means(secrets, partial(line_to, server), lambda: RECOVERY, copy, label))
    page.refresh()
    sized(page.widget, TALL)
    return page
