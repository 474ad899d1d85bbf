"""The pictures of the operator's guide: its steps, run on a machine in one folder, as a terminal shows them."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from app.models.clock import system_clock
from app.services import notify
from app.services.demo.school import DemoSchool, make_school
from app.services.records.rows import SchoolRows
from tests.packaging.machine import Machine, machine, some_ports, step
from tests.screenshots.terminal import MOST_LINES, ROOT_PROMPT, USER_PROMPT, Typed, draw
from tests.support.browser import chromium, phone
from tests.support.live import LiveDesk, live_desk

BANNER = "Le service s’arrête ce soir à 20 h."
SCHOOLS = "UAI;Nom\n0990002P;École des Marronniers\n0990003R;École du Port\n"
WRONG = "UAI;Nom\n0990002P;École des Marronniers\n0990003X;École du Port\n"
PARENTS = 12


@dataclass(frozen=True)
class Stage:
    """The machine, and the folder of the pictures."""

    there: Machine
    folder: Path
    made: list[Path] = field(default_factory=list)

    def show(self, name: str, *commands: str, last: int = 0, most: int = MOST_LINES) -> None:
        """Run the commands and draw them; of many, the ``last`` ones only."""
        said = [self.typed(command) for command in commands]
        self.keep(name, said[-last:], most=most)

    def typed(self, command: str, prompt: str = ROOT_PROMPT) -> Typed:
        return Typed(command, self.there.typed(command), prompt)

    def keep(self, name: str, session: Sequence[Typed], *, most: int = MOST_LINES) -> None:
        file = self.folder / f"terminal-{name}.png"
        self.made.append(draw(session, file, most=most))

    def step(self, name: str, *, last: int = 0, picture: str = "", **replaced: str) -> None:
        """One step of the guide, line by line."""
        commands = step(name)
        for word, value in replaced.items():
            commands = commands.replace(word, value)
        self.show(picture or name, *commands.splitlines(), last=last)


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    with machine(some_ports()) as there, TemporaryDirectory() as place:
        stage = Stage(there, folder)
        _install(stage)
        with _school(stage, Path(place)):
            _run_it(stage)
            _answer_for_parents(stage)
        _change(stage)
        return stage.made


def _install(stage: Stage) -> None:
    """Steps 1 to 7."""
    stage.step("installer", last=2, picture="programme")
    stage.step("base")
    stage.step("réglages", last=1, picture="reglages")
    stage.there.run(
        f"sed -i 's|^PREAU_PUBLIC_URL=.*|PREAU_PUBLIC_URL={stage.there.url}|; s|^PREAU_WORKERS=.*|PREAU_WORKERS=2|' "
        "/etc/preau/preau.env"
    )
    stage.step("service", last=1)
    stage.step("mandataire", last=3)
    stage.keep("cle", [stage.typed(command, USER_PROMPT) for command in step("clé").splitlines()])
    stage.step("sauvegardes", last=2)
    stage.step("école", picture="ecole")


@contextmanager
def _school(stage: Stage, place: Path) -> Iterator[None]:
    """A PC of a director, linked to the machine; parents who have their sheets, most of them active."""
    with live_desk(place, clock=system_clock) as desk:
        desk.import_school(people(30))
        _link(stage.there, desk)
        with desk.desk.vault.read() as connection:
            accounts = SchoolRows(connection, desk.school_id).all("accounts")
        chosen = [row["id"] for row in sorted(accounts, key=lambda row: str(row["login"]))][:PARENTS]
        plan = notify.plan(desk.desk, school_id=desk.school_id, account_ids=chosen, reset=False)
        (place / "sheets").mkdir()
        notify.print_sheets(desk.desk, plan=plan, folder=place / "sheets", processes=1)
        desk.sync()
        _activate(stage.there)
        yield


def people(pupils: int) -> DemoSchool:
    """The demonstration school, with the parent of whom the guides speak."""
    school = make_school(pupils=pupils)
    marc = school.guardians[0]
    marc.civility, marc.first_name, marc.last_name, marc.usage_name = "M.", "Marc", "Dupont", ""
    return school


def _link(there: Machine, desk: LiveDesk) -> None:
    code = there.run('preau-admin enrol-code 0990001N --person "Mme Rouvière"').strip()
    desk.join(f"http://127.0.0.1:{there.ports.preau}", code, label="Bureau")
    desk.sync()


def _activate(there: Machine) -> None:
    """As if most had chosen a password, some of them lately; the parents themselves are drawn by ``parents.py``."""
    logins = there.sql("SELECT login FROM portal_accounts ORDER BY login <> 'm.dupont', login").split()
    dice = random.Random(3)
    for number, login in enumerate(logins[: PARENTS - 3]):
        day = "2026-01-12" if number < PARENTS - 6 else "2026-06-02"
        there.sql(
            f"UPDATE portal_accounts SET state = 'active', password_hash = 'x', password_changed_at = "
            f"'{day}T08:00:00.000000Z' WHERE login = '{login}'"
        )
        there.sql(
            f"INSERT INTO sessions (id_hash, portal_account_id, created_at, seen_at) SELECT '{dice.getrandbits(64):x}', id, "
            f"'{day}T08:00:00.000000Z', '{day}T08:00:00.000000Z' FROM portal_accounts WHERE login = '{login}'"
        )


def _run_it(stage: Stage) -> None:
    """What an operator does with schools, PCs, support officers, and to see how all is."""
    there = stage.there
    (there.file("var/lib/preau") / "ecoles.csv").write_text(WRONG, encoding="utf-8")
    wrong = stage.typed("preau-admin create-schools --csv ecoles.csv --dry-run")
    (there.file("var/lib/preau") / "ecoles.csv").write_text(SCHOOLS, encoding="utf-8")
    shown = [stage.typed(command) for command in (
        "cat /var/lib/preau/ecoles.csv", "preau-admin create-schools --csv ecoles.csv",
        "preau-admin enrol-letters --pdf codes.pdf",
    )]  # fmt: skip
    stage.keep("ecoles", [wrong, *shown])
    stage.show("fermer", "preau-admin close-school 0990001N --dry-run")
    stage.show("reunir", "preau-admin merge-schools 0990001N 0990002P --dry-run")
    stage.show("bandeau", f'preau-admin banner "{BANNER}"')
    stage.show(
        "postes", 'preau-admin create-officer --name "Mme Agnès Martin" --schools 0990001N,0990002P',
        "preau-admin officers", "preau-admin devices",
    )  # fmt: skip
    stage.show(
        "surveiller", "curl --silent http://127.0.0.1:8000/pret",
        "curl --silent http://127.0.0.1:8000/metrics | grep -E '^preau_(schools|devices|seen|sessions|sms|outbox_oldest)'",
        "journalctl -u preau -n 1 -o cat",
    )  # fmt: skip
    there.file("var/backups/preau").rename(there.file("var/backups/ailleurs"))
    stage.show("verifier", "preau-admin check; echo $?")
    there.file("var/backups/ailleurs").rename(there.file("var/backups/preau"))
    there.sql(
        "INSERT INTO tries SELECT 'login', 'x' || n, 3, '2024-01-01T00:00:00.000000Z' FROM generate_series(1, 214) n"
    )
    stage.show("durees", "preau-admin purge --dry-run", most=14)


def _answer_for_parents(stage: Stage) -> None:
    stage.show("mots-de-passe", "preau-admin force-reset --uai 0990001N --changed-before 2026-03-26 --dry-run")
    stage.show(
        "droits", "preau-admin export-person --login m.dupont --zip m.dupont.zip",
        "preau-admin erase --login m.dupont --dry-run",
    )  # fmt: skip


def _change(stage: Stage) -> None:
    """Another version, another secret, a backup restored; last, a setting that is refused."""
    stage.step("mettre à jour", last=1, picture="mettre-a-jour")
    stage.made.append(_page(stage))
    stage.step("secret")
    backup = max(stage.there.file("var/backups/preau").glob("*.age")).name
    stage.step("restaurer", **{"SAUVEGARDE.dump.age": f"/var/backups/preau/{backup}"})
    stage.there.run("sed -i 's/^PREAU_WORKERS=.*/&\\nPREAU_MAILS_PER_MINUTE=beaucoup/' /etc/preau/preau.env")
    stage.there.run("systemctl restart preau")
    _wait_for_refusal(stage.there)
    stage.show("panne", "curl --silent --fail http://127.0.0.1:8000/pret; echo $?", "journalctl -u preau -n 1 -o cat")


def _page(stage: Stage) -> Path:
    """The page that parents open first, under the sentence of the operator."""
    file = stage.folder / "parent-bandeau.png"
    with chromium() as browser, phone(browser) as page:
        page.goto(f"http://127.0.0.1:{stage.there.ports.preau}/")
        page.screenshot(path=str(file), clip={"x": 0, "y": 0, "width": 390, "height": 410})
    return file


def _wait_for_refusal(there: Machine) -> None:
    """The service ends by itself."""
    process = there.file("run/preau.pid")
    subprocess.run(["tail", f"--pid={process.read_text(encoding='ascii')}", "-f", "/dev/null"], check=True, timeout=60)
    process.unlink()
    assert re.search("Réglage refusé", there.log())


if __name__ == "__main__":
    for picture in render(Path(sys.argv[1])):
        print(picture)
