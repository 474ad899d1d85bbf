"""Every dialog and menu of the desktop, one after the other, each as it comes from its page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox, QWidget

from app.models.errors import VaultError
from app.models.states import Access, AccountState
from app.services.corrections import read_person
from app.services.desk import Desk
from app.services.duplicates.merging import FieldChoice, MergePreview
from app.services.guides.catalogue import Guide
from app.services.handover import Handover
from app.services.records.rows import SchoolRows
from app.services.requests import every_guardian, list_requests
from app.ui.asking import question_box
from app.ui.crash import UNEXPECTED
from app.ui.flyers.dialog import FlyersDialog
from app.ui.garbage import Collector
from app.ui.guardians.list_dialog import ListDialog
from app.ui.guardians.mail_dialogs import MailDialog, ResendDialog
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.rights_dialogs import ProposeDialog
from app.ui.help import dialog_topics
from app.ui.help.dialog import HelpDialog
from app.ui.help.guide_dialog import GuideDialog
from app.ui.help.topics import Topic, every_topic
from app.ui.locking import LockDialog
from app.ui.my_school.handover_dialog import HandoverDialog
from app.ui.requests.dialogs import ContactDialog, MatchDialog, RefuseDialog
from app.ui.startup import Proof
from app.ui.support.duplicates.merge_dialog import MergeDialog
from tests.screenshots import livrets
from tests.screenshots.looks import LOOKS, wear
from tests.ui.desk_stage import StandIn
from tests.ui.requests.asked import ask as ask_the_school
from tests.ui.school import demo_desk

ROOM = (1093, 504)
DELETE = (
    "Effacer 3\u00a0fichiers PDF de ces feuilles, dans /home/ecole/Documents/Feuilles Préau\u202f? Ils contiennent des mots de "
    "passe. Préau peut réimprimer ces feuilles tant qu’elles sont valables."
)
CODE = "K7RW-3HNP-QX4M-T9VC"
Shown = Iterator[tuple[str, QWidget]]


def render(folder: Path) -> list[Path]:
    """Every dialog and menu at its own size: light, dark, and in high contrast."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    made: list[Path] = []
    collector = Collector()
    for look in LOOKS:
        wear(application, look)
        with TemporaryDirectory() as name:
            for dialog, widget in dialogs(Path(name)):
                made.append(folder / f"{dialog}-{look}.png")
                widget.grab().save(str(made[-1]))
    wear(application, "light")
    collector.stop()
    return made


def dialogs(folder: Path) -> Shown:
    """Each by its name, shown; it is closed when the next one is asked for."""
    with demo_desk(folder, pupils=60) as (desk, school_id):
        page = GuardiansPage(StandIn(desk, school_id))
        page.view.resize(*ROOM)
        page.view.show()
        page.refresh()
        settle(lambda: page.model.rowCount() > 0 and not page.busy)
        yield from _of_the_selection(page, folder)
        yield from _of_mails(page)
        yield from _of_an_account(page)
        yield from _menus(page)
        yield from _of_requests(StandIn(desk, school_id))
        yield from _elsewhere(desk, school_id)
        yield from _closed_after("question", question_box(page.view, DELETE, "Effacer 3\u00a0fichiers"))
        page.close()
        page.view.close()
    yield from livrets.dialogs(folder / "livrets")
    yield from _helps()


def _of_the_selection(page: GuardiansPage, folder: Path) -> Shown:
    bar, held = page.view.bar, lambda: page.notifier.dialog
    page._tick({row.account_id for row in page.model.accounts.rows[:4]})
    settle(lambda: not page.busy and bar.notify_menu.by_sheets.isEnabled())
    yield from _shown("notifier-question", held, lambda: bar.notify_menu.sheets_asked.emit(True))
    yield from _printed(page, folder)
    settle(lambda: not page.busy)
    page.refresh()
    settle(lambda: not page.busy)
    yield from _shown("reimprimer-question", held, bar.notify_menu.reprint_asked.emit)
    for name, dialog in _shown("lister-question", held, lambda: bar.list_menu.list_asked.emit("pdf")):
        assert isinstance(dialog, ListDialog)
        yield name, dialog
        dialog.passwords.setChecked(True)
        yield "lister-mots-de-passe", dialog
    yield from _shown("reinitialiser-question", held, bar.edit_menu.reset_asked.emit)


def _printed(page: GuardiansPage, folder: Path) -> Shown:
    page.view.bar.notify_menu.sheets_asked.emit(False)
    settle(lambda: page.notifier.dialog is not None)
    dialog = page.notifier.dialog
    assert isinstance(dialog, NotifyDialog)
    dialog.folder.field.setText(str(folder / "feuilles"))
    dialog.confirm.click()
    settle(lambda: dialog.result_of_print is not None and not page.busy, timeout_s=60)
    yield "notifier-resultat", dialog
    dialog.accept()
    settle(lambda: page.notifier.dialog is None)


def _of_mails(page: GuardiansPage) -> Shown:
    fresh = [row for row in page.model.accounts.rows if row.state is AccountState.NOT_NOTIFIED]
    chosen = [*[row for row in fresh if row.email][:3], *[row for row in fresh if not row.email][:2]]
    page._tick({row.account_id for row in chosen})
    held = lambda: page.mailing.dialog  # noqa: E731
    for name, dialog in _shown("mail-question", held, lambda: page.view.bar.notify_menu.mails_asked.emit(False)):
        assert isinstance(dialog, MailDialog)
        yield name, dialog
        dialog.confirm.click()
        settle(lambda dialog=dialog: dialog.result_of_sending is not None)
        yield "mail-resultat", dialog
    ask = lambda: page.mailing.ask_resend("compte", "lea.martin@gmial.com")  # noqa: E731
    for name, dialog in _shown("renvoyer-question", held, ask):
        assert isinstance(dialog, ResendDialog)
        yield name, dialog


def _of_an_account(page: GuardiansPage) -> Shown:
    page.open_line(3)
    panel, held = page.view.panel, lambda: page.decider.dialog
    settle(lambda: not page.busy and bool(panel.child_lines))
    menu = panel.child_lines[0].menu
    asked = {
        "acces-question": menu.accesses[Access.NONE].trigger,
        "protection-question": menu.protect.trigger,
        "corriger-responsable": panel.person_menu.correct.trigger,
        "corriger-eleve": menu.correct.trigger,
        "effacer-responsable": panel.person_menu.erase.trigger,
        "limiter-eleve": menu.limit.trigger,
    }
    for name, ask in asked.items():
        yield from _shown(name, held, ask)
        settle(lambda: not page.busy)


def _menus(page: GuardiansPage) -> Shown:
    bar, panel, criteria = page.view.bar, page.view.panel, page.view.criteria
    panel.person_menu.language.fill()
    menus: dict[str, QMenu] = {
        "menu-notifier": bar.notify_menu, "menu-lister": bar.list_menu, "menu-modifier": bar.edit_menu,
        "menu-fiche": panel.person_menu, "menu-langue": panel.person_menu.language,
        "menu-droits": panel.child_lines[0].menu, "menu-classes": criteria.classrooms.menu,
        "menu-etats": criteria.states.menu, "menu-origines": criteria.origins.menu,
    }  # fmt: skip
    for name, menu in menus.items():
        menu.popup(page.view.mapToGlobal(page.view.rect().topLeft()))
        settle(menu.isVisible)
        yield name, menu
        menu.close()


def _of_requests(stage: StandIn) -> Shown:
    ask_the_school(stage)
    asked = {one.request_id: one for one in list_requests(stage.desk, school_id=stage.school_id)}
    everybody = every_guardian(stage.desk, school_id=stage.school_id)
    yield from _closed_after("nouveau-contact", ContactDialog(asked["closed"], "Hélène Rouvière"))
    yield from _closed_after("de-qui-il-s-agit", MatchDialog(asked["nobody"], everybody))
    yield from _closed_after("refuser-une-correction", RefuseDialog(asked["correction"]))


def _elsewhere(desk: Desk, school_id: str) -> Shown:
    yield from _closed_after("regrouper", MergeDialog(_two_records()))
    with desk.vault.read() as connection:
        someone = min(str(row["id"]) for row in SchoolRows(connection, school_id).all("guardians"))
    person = read_person(desk, school_id=school_id, table="guardians", record_id=someone)
    yield from _closed_after(
        "proposer-de-corriger", ProposeDialog(person, "Diagnostic\u00a0: Pas de portable dans ONDE")
    )
    flyers = FlyersDialog(desk, school_id, allow_fictional=True)
    yield from _closed_after("flyers", flyers, ready=lambda: flyers.classes.count() > 0 and not flyers.busy)
    handover = HandoverDialog(lambda name: Handover(name, CODE, "https://preau.exemple.fr"))
    for name, dialog in _closed_after("passation-question", handover):
        yield name, dialog
        handover.name.setText("M. Karim Benali")
        handover.make.click()
        yield "passation-code", dialog
    yield from _lock(asks=True)
    yield from _lock(asks=False)
    yield from _closed_after("erreur-imprevue", QMessageBox(QMessageBox.Icon.Warning, "Préau", UNEXPECTED))


def _two_records() -> MergePreview:
    """A pair with much to choose, and a long name."""
    fields = (
        FieldChoice("last_name", "Nom", "DA COSTA RIBEIRO", "DA COSTA", takes_other=False),
        FieldChoice("first_name", "Prénom", "Anne-Sophie", "Anne-Sophie", takes_other=False),
        FieldChoice("email", "Courriel", "", "anne-sophie.dacostaribeiro@messagerie.exemple.org", takes_other=True),
        FieldChoice("mobile", "Téléphone portable", "06 39 98 01 01", "", takes_other=False),
    )
    children = ("DA COSTA RIBEIRO Léa", "DA COSTA RIBEIRO Tom (aucun accès)")
    told = ("Le compte qui reste\u00a0: a.dacosta. L’identifiant a.dacosta1 n’ouvrira plus rien.",)
    return MergePreview(
        "s", "1", "2", "DA COSTA RIBEIRO Anne-Sophie", "DA COSTA Anne-Sophie", fields, children, told, ""
    )


def _lock(*, asks: bool) -> Shown:
    def refuse(words: str | None) -> None:
        raise VaultError("wrong_passphrase", "Ce n’est pas la bonne phrase de passe.")

    dialog = LockDialog(Proof(lambda: asks, refuse))
    for name, shown in _closed_after("verrouille" if asks else "verrouille-trousseau", dialog):
        yield name, shown
        if asks:
            dialog.field.setText("autre chose")
            dialog.unlock.click()
            settle(dialog.band.isVisible)
            yield "verrouille-refus", shown


def _helps() -> Shown:
    told = (found for found in vars(dialog_topics).values() if isinstance(found, Topic))
    for topic in dict.fromkeys([*every_topic(), *told]):
        name = "".join(letter if letter.isalnum() else "-" for letter in topic.title.lower())
        yield from _closed_after(f"aide-{name}", HelpDialog(topic))
    yield from _closed_after("guide-direction", GuideDialog(Guide.DIRECTOR, "notifier-par-feuilles"))


def _shown(name: str, held: Callable[[], QDialog | None], ask: Callable[[], object]) -> Shown:
    ask()
    settle(lambda: held() is not None)
    dialog = held()
    assert dialog is not None
    settle(dialog.isVisible)
    yield name, dialog
    QTest.keyClick(dialog, Qt.Key.Key_Escape)  # the way out of every dialog
    settle(lambda: held() is None)


def _closed_after(name: str, dialog: QDialog, *, ready: Callable[[], bool] = lambda: True) -> Shown:
    dialog.show()
    settle(ready)
    yield name, dialog
    if not isinstance(dialog, LockDialog):  # left by proving or by quitting, and by nothing else
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        settle(lambda: not dialog.isVisible())
    dialog.hide()
    dialog.deleteLater()


def settle(condition: Callable[[], bool], *, timeout_s: float = 20.0) -> None:
    """Let the windows work until something is so."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not settle")
        QTest.qWait(5)
    QTest.qWait(1)
