"""What stands in for a command of the machine that a test may not change: ``stand_in.py NAME arguments…``.

Users, ownership and packages are left out; a unit of systemd is read and its command started for real, with the unit's own
environment file, folder and user (a role of PostgreSQL by ``PGUSER``).
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.certificates import certificate

ROOT = Path(os.environ.get("PREAU_TEST_ROOT", "/nowhere"))
RUN = ROOT / "run"
REAL_PATH = os.environ.get("PREAU_TEST_PATH", "")
SUPERUSER = os.environ.get("PREAU_TEST_SUPERUSER", "")


def main(name: str, arguments: list[str]) -> int:
    return {
        "git": git, "python3": make_environment, "install": install, "runuser": run_as, "id": who, "certbot": certify,
        "curl": curl, "nginx": nginx, "systemctl": systemctl, "chown": give, "ls": list_files, "journalctl": journal,
    }.get(name, lambda _arguments: 0)(arguments)  # fmt: skip


def git(arguments: list[str]) -> int:
    if arguments[0] == "clone":
        (ROOT / "staged").rename(arguments[2])
    return 0


def make_environment(arguments: list[str]) -> int:
    folder = Path(arguments[2]) / "bin"
    folder.mkdir(parents=True)
    script(folder / "pip", "exit 0")
    program = 'import sys; from app.cli import main; sys.argv[0] = "preau"; main()'
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
    script(folder / "preau", f'exec {command} "$@"')
    return 0


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def install(arguments: list[str]) -> int:
    kept, owners = list(arguments), ["root", "root"]
    for place, option in enumerate(("-o", "-g")):
        if option in kept:
            owners[place] = kept[kept.index(option) + 1]
            del kept[kept.index(option) : kept.index(option) + 2]
    return give([":".join(owners), kept[-1]]) or real("install", kept)


def give(arguments: list[str]) -> int:
    """``chown USER:GROUP path…``: written down, for ``ls``."""
    owners, *paths = [word for word in arguments if not word.startswith("-")]
    with (RUN / "owners").open("a", encoding="utf-8") as file:
        file.writelines(f"{Path(path).absolute()} {owners}\n" for path in paths)
    return 0


def owners_of(path: Path) -> list[str]:
    """Who was given a file, or the folder that it was made in; root else."""
    lines = (RUN / "owners").read_text(encoding="utf-8").splitlines() if (RUN / "owners").exists() else []
    given = dict(line.rsplit(" ", 1) for line in lines)
    known = (given[str(place)] for place in (path, *path.parents) if str(place) in given)
    return next(known, "root:root").split(":")


def list_files(arguments: list[str]) -> int:
    """``ls -l`` as it would be where the users exist."""
    environment = {**os.environ, "PATH": REAL_PATH, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["ls", *arguments], env=environment, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"(\S{10} +\d+) \S+ +\S+( +\d+ \S+ +\d+ +\S+ )(.*)", line)
        if found:
            user, group = owners_of(Path(arguments[-1]).absolute() / found[3].split(" -> ")[0])
            line = f"{found[1]} {user:<5} {group:<5}{found[2]}{found[3]}"
        print(line)
    print(done.stderr, end="", file=sys.stderr)
    return done.returncode


def journal(arguments: list[str]) -> int:
    """``journalctl -u UNIT -n COUNT -o cat``: what the service wrote."""
    unit, count = arguments[arguments.index("-u") + 1], int(arguments[arguments.index("-n") + 1])
    assert arguments[-2:] == ["-o", "cat"], "without the dates and the names of this machine"
    print(*(RUN / f"{unit}.log").read_text(encoding="utf-8").splitlines()[-count:], sep="\n")
    return 0


def run_as(arguments: list[str]) -> int:
    """``runuser -u USER -- command``."""
    user, command = arguments[1], arguments[3:]
    environment = {**os.environ, "PREAU_TEST_USER": user, "PGUSER": SUPERUSER if user == "postgres" else user}
    return subprocess.run(command, env=environment).returncode


def who(_arguments: list[str]) -> int:
    print(os.environ.get("PREAU_TEST_USER", "root"))
    return 0


def certify(arguments: list[str]) -> int:
    folder = ROOT / "etc/letsencrypt/live" / arguments[arguments.index("-d") + 1]
    folder.mkdir(parents=True)
    made = certificate(ROOT / "etc/letsencrypt", days=60).read_bytes()
    for name in ("fullchain.pem", "privkey.pem"):
        (folder / name).write_bytes(made)
    return 0


def curl(arguments: list[str]) -> int:
    port, bundle = os.environ["PREAU_TEST_HTTPS"], ROOT / "etc/letsencrypt/certificate-60.pem"
    there = ["--connect-to", f"::127.0.0.1:{port}", "--cacert", str(bundle)]
    return real("curl", [*(there if arguments[-1].startswith("https") else []), *arguments])


def nginx(arguments: list[str]) -> int:
    """nginx as an ordinary user, in folders of its own: only the site is the operator's."""
    folder = ROOT / "nginx"
    folder.mkdir(exist_ok=True)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 256; }}\n"
        f"http {{\n{temporary}include {ROOT}/etc/nginx/sites-enabled/*;\n}}\n",
        encoding="utf-8",
    )
    user = []
    if os.getuid() == 0:
        subprocess.run(
            ["/bin/chown", "-R", "nobody", folder, ROOT / "var/log/nginx", ROOT / "etc/letsencrypt"], check=True
        )
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    binary = next(path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if Path(path).exists())
    command = [*user, binary, "-c", str(folder / "nginx.conf"), "-p", str(folder), *arguments]
    return subprocess.run(command, env=plain()).returncode


def nginx_runs(root: Path) -> bool:
    """``nginx -t`` leaves an empty file behind."""
    file = root / "nginx/nginx.pid"
    return file.exists() and file.stat().st_size > 0


def systemctl(arguments: list[str]) -> int:
    verb, units = arguments[0], [name for name in arguments[1:] if not name.startswith("-")]
    for unit in units:
        if unit == "nginx":
            return nginx(["-s", "reload"] if nginx_runs(ROOT) else [])
        if unit.endswith(".timer"):
            assert (ROOT / "etc/systemd/system" / unit).exists(), f"no unit {unit}"
            continue
        code = stop(unit) if verb in ("stop", "restart") else 0
        code = code or (0 if verb == "stop" else start(unit))
        if code:
            return code
    return 0


def start(unit: str) -> int:
    name = unit.removesuffix(".service")
    said = read_unit(ROOT / "etc/systemd/system" / f"{name}.service")
    environment = {**plain(), "PGUSER": said["User"], "PREAU_TEST_USER": said["User"]}
    if "EnvironmentFile" in said:
        environment |= read_environment(Path(said["EnvironmentFile"]))
    command = [os.path.expandvars(word) for word in expand(said["ExecStart"], environment)]
    if said["Type"] == "oneshot":
        return once(unit, command, environment, said["WorkingDirectory"])
    with (RUN / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=said["WorkingDirectory"], stdout=log, stderr=log, start_new_session=True
        )
    (RUN / f"{name}.pid").write_text(str(process.pid), encoding="ascii")
    return 0


def once(unit: str, command: list[str], environment: dict[str, str], folder: str) -> int:
    """What it says goes to the journal; the one who starts it hears of a failure only."""
    done = subprocess.run(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with (RUN / f"{unit.removesuffix('.service')}.log").open("a", encoding="utf-8") as log:
        log.write(done.stdout)
    if done.returncode:
        print(f"Job for {unit} failed.\n{done.stdout}", file=sys.stderr)
    return done.returncode


def expand(line: str, environment: dict[str, str]) -> list[str]:
    for name, value in environment.items():
        line = line.replace(f"${{{name}}}", value)
    return shlex.split(line)


def stop(unit: str) -> int:
    """End the service as systemd does, and wait until it is gone."""
    file = RUN / f"{unit.removesuffix('.service')}.pid"
    if not file.exists():
        return 0
    pid = int(file.read_text(encoding="ascii"))
    file.unlink()
    os.kill(pid, signal.SIGTERM)
    while alive(pid):
        time.sleep(0.05)
    return 0


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def read_unit(path: Path) -> dict[str, str]:
    lines = (
        line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "[")
    )
    return {name: value for name, mark, value in lines if mark}


def read_environment(path: Path) -> dict[str, str]:
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#")
    return {name: "".join(shlex.split(value)) for name, _, value in (line.partition("=") for line in lines)}


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PREAU_") or "_TEST_" in name}


def real(name: str, arguments: list[str]) -> int:
    return subprocess.run([name, *arguments], env={**os.environ, "PATH": REAL_PATH}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
