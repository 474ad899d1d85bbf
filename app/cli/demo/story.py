"""The story that the demonstration tells, each step by the real parts; what happened is written down."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.cli.demo import livrets
from app.cli.demo.livrets import Reader
from app.cli.demo.parent import Parent, Sheet
from app.cli.demo.stage import Stage, stage
from app.cli.output import say
from app.models.corrections import effective
from app.models.states import AccountState
from app.models.tables import Row
from app.services import imports, notify
from app.services.accounts import AccountList, Criteria, list_accounts
from app.services.demo.school import CLASSES, DETAILS, NAME, UAI, make_school
from app.services.records.rows import SchoolRows
from app.services.schools import create_school
from app.services.sealing import SchoolKey, open_secret, school_keyring
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import enrol
from app.services.sync.seat import seated_engine
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets

NOTIFIED_CLASSES = 6
ACTIVATED = 7


@dataclass(slots=True)
class Log:
    """Says each step and keeps it."""

    file: Path
    lines: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        line = f"{datetime.now().astimezone():%H:%M:%S} {words}"
        self.lines.append(line)
        self.file.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        say(line)


def tell(output: Path | None) -> int:
    """Play everything into ``output``, and open the window where there is a display."""
    signal.signal(signal.SIGTERM, _on_end)
    folder = _fresh_folder(output)
    log = Log(folder / "journal.txt")
    headless = not _has_display()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    log.say(f"Démonstration dans {folder}")
    with stage(folder) as here, _line(here) as sync:
        school_id = _import(here, log)
        school_id = _enrol(here, log, school_id, sync)
        _notify(here, log, school_id)
        sync(school_id)
        log.say("Synchronisé : le serveur connaît les feuilles, elles peuvent être distribuées.")
        _parents(here, log, school_id)
        sync(school_id)
        _states(here, log, school_id)
        readers = livrets.play(here, log.say, school_id, sync)
        _leave_note(here, readers)
        from app.cli.demo.window import show

        if readers and not headless:
            log.say(f"Pour lire un bilan comme un parent : {readers[0].words}.")
        show(here, log.say, headless=headless)
    log.say(f"Terminé. Images, feuilles et journal : {folder}")
    return 0


def _on_end(_signal: int, _frame: object) -> None:
    """Asked to end: leave by the usual way, so that the server and the mailbox are ended too."""
    raise SystemExit(0)


def _fresh_folder(output: Path | None) -> Path:
    """``output`` where it is empty or not there yet, else a new folder inside, so that nothing is ever overwritten."""
    base = (output or Path(tempfile.gettempdir()) / "preau-demo").expanduser().resolve()
    if output is None or (base.exists() and any(base.iterdir())):
        base = base / f"{datetime.now():%Y-%m-%d-%H%M%S}"  # noqa: DTZ005 - a name for a person
    base.mkdir(parents=True, exist_ok=True)
    return base


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _line(here: Stage) -> Iterator[Callable[[str], None]]:
    """A function that synchronises one school over HTTP."""
    transport = HttpTransport()
    engine = seated_engine(here.desk, transport=transport, secrets=VaultSecrets(here.desk.vault))
    try:
        yield lambda school_id: _run(engine, school_id)
    finally:
        transport.close()


def _run(engine: SyncEngine, school_id: str) -> None:
    engine.run_once(school_id)


def _import(here: Stage, log: Log) -> str:
    """The school is begun offline; both extractions bear the same name, as ONDE's do."""
    school = make_school()
    files = []
    for name, content in (("eleves", school.pupils_csv()), ("responsables", school.guardians_csv())):
        path = here.folder / "onde" / name / "CSVExtraction.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        files.append(path)
    made = create_school(here.desk, uai=UAI, name=NAME, details=DETAILS)
    preview = imports.preview(here.desk, school_id=made.school_id, files=files, allow_fictional=True)
    done = imports.commit(here.desk, preview=preview)
    pupils, guardians = done.summary["pupils"]["new"], done.summary["guardians"]["new"]
    log.say(f"Importé sans réseau : {pupils} élèves, {guardians} responsables, {len(CLASSES)} classes.")
    return made.school_id


def _enrol(here: Stage, log: Log, school_id: str, sync: Callable[[str], None]) -> str:
    transport = HttpTransport()
    try:
        done = enrol(
            here.desk, server_url=here.portal, code=here.enrolment_code(), transport=transport,
            secrets=VaultSecrets(here.desk.vault), school_id=school_id, label="Poste de démonstration",
        )  # fmt: skip
    finally:
        transport.close()
    sync(done.school_id)
    logins = {row.login for row in _listed(here, done.school_id).rows}
    log.say(f"Relié à {here.portal} : {len(logins)} identifiants reçus, par exemple {min(filter(None, logins))}.")
    return done.school_id


def _listed(here: Stage, school_id: str) -> AccountList:
    return list_accounts(here.desk, school_id=school_id)


def _notify(here: Stage, log: Log, school_id: str) -> None:
    """Print the sheets of the first classes, without using the line."""
    listed = _listed(here, school_id)
    labels = frozenset(label for label, _ in CLASSES[:NOTIFIED_CLASSES])
    accounts = listed.accounts(listed.find(Criteria(classrooms=labels)))
    plan = notify.plan(here.desk, school_id=school_id, account_ids=sorted(accounts), reset=False)
    sheets = here.folder / "feuilles"
    sheets.mkdir()
    done = notify.print_sheets(here.desk, plan=plan, folder=sheets)
    notice = notify.distribution_notice(here.desk, school_id=school_id)
    log.say(f"{done.sheet_count} feuilles imprimées en {len(done.files)} PDF. {notice.waiting_sentence}.")


def _parents(here: Stage, log: Log, school_id: str) -> None:
    """Some parents scan their sheet; one forgets the mail, one has guessed the birth date wrong too often."""
    sheets = _sheets(here, school_id)
    step = max(len(sheets) // (ACTIVATED + 2), 1)
    chosen = sheets[::step][: ACTIVATED + 2]
    for place, sheet in enumerate(chosen):
        parent = Parent(here.portal)
        try:
            if place == ACTIVATED:
                parent.begin(sheet, email=f"{sheet.login}@example.org")
            elif place == ACTIVATED + 1:
                for _ in range(5):
                    parent.guess(sheet)
            else:
                email = None if place % 3 == 2 else f"{sheet.login}@example.org"
                parent.activate(sheet, email=email, mailbox=here.mailbox)
        finally:
            parent.close()
    log.say(f"{ACTIVATED} parents ont activé leur compte sur le portail ; {len(here.mailbox.mails)} courriels reçus.")


def _sheets(here: Stage, school_id: str) -> list[Sheet]:
    """What stands on the printed sheets, as the school's PC can open it."""
    with here.desk.vault.read() as connection:
        rows, keys = SchoolRows(connection, school_id), school_keyring(connection, school_id)
        sheets = sorted(rows.all("sheets"), key=lambda row: (str(row["classroom_label"]), int(row["number"])))
        return [_sheet(rows, row, keys) for row in sheets]


def _sheet(rows: SchoolRows, row: Row, keys: dict[int, SchoolKey]) -> Sheet:
    secret = open_secret(row["sealed"], version=row["key_version"], keys=keys, sheet_id=row["id"], login=row["login"])
    links = rows.where("responsibilities", guardian_id=row["guardian_id"])
    dates = [effective(rows.need("pupils", link["pupil_id"]), "birth_date") or "" for link in links]
    return Sheet(row["login"], secret.token, max(dates))


def _states(here: Stage, log: Log, school_id: str) -> None:
    states = Counter({row.account_id: row.state for row in _listed(here, school_id).rows}.values())
    words = ", ".join(f"{states[state]} {state.label.lower()}" for state in AccountState)
    log.say(f"Après synchronisation, le poste de la directrice voit : {words}.")


def _leave_note(here: Stage, readers: Sequence[Reader]) -> None:
    """How to look into the same vault with the command line; the people in it are invented."""
    note = (
        "Cette démonstration ne contient que des personnes inventées.\n\n"
        "Pour interroger le même fichier par la ligne de commande :\n"
        f"  export PREAU_VAULT={here.desk.vault.path} PREAU_VAULT_KEY={here.key.hex()}\n"
        "  export PREAU_FICTIONAL_NUMBERS=1  # ses numéros de téléphone sont ceux que la loi réserve à la fiction\n"
        "  preau guardians\n"
    )
    if readers:
        note += f"\nPour lire un bilan comme un parent, tant que la fenêtre est ouverte : {here.portal}\n"
        note += "".join(f"  {one.words}\n" for one in readers)
    (here.folder / "LISEZMOI.txt").write_text(note, encoding="utf-8")
