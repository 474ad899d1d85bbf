"""The files of packaging/server hold together: every setting, hardened units, alerts on measures that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.server.settings import ServerSettings
from tests.packaging.machine import FILES, GUIDE, Machine, Ports
from tests.packaging.stand_in import read_environment, read_unit
from tests.server.watch.test_metrics import measures
from tests.support.live import live_server

GUARDED = (
    "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelModules",
    "RestrictSUIDSGID", "SystemCallFilter", "CapabilityBoundingSet",
)  # fmt: skip
UNITS = sorted(path.name for path in FILES.iterdir() if path.suffix in (".service", ".timer"))
WORST = 2.5
"""Of ``systemd-analyze security``, from 0 (nothing left to take) to 10."""


def test_the_environment_file_names_every_setting() -> None:
    text = (FILES / "preau.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?PREAU_(\w+)=", text, re.M))
    assert named == {name.upper() for name in ServerSettings.model_fields} | {"WORKERS", "PORT"}


def test_the_environment_file_is_read_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_environment(FILES / "preau.env")
    for name, value in read.items():
        monkeypatch.setenv(name, value)
    settings = ServerSettings()
    assert settings.operator_name == "Ville d’Exemple" and settings.log == "json" and settings.smtp_host == ""
    by_shell = subprocess.run(
        ["sh", "-euc", f'set -a; . {FILES / "preau.env"}; printf %s "$PREAU_OPERATOR_HOST"'],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert by_shell == read["PREAU_OPERATOR_HOST"], "systemd and preau-admin read alike"


@pytest.mark.parametrize("name", ["preau.service", "preau-backup.service", "preau-check.service"])
def test_units_take_nothing_that_they_do_not_need(name: str) -> None:
    unit = read_unit(FILES / name)
    assert unit["User"] == "preau" and unit["UMask"] == "0077" and unit["ProtectSystem"] == "strict"
    assert [word for word in GUARDED if word not in unit] == []
    if name == "preau-backup.service":
        assert "EnvironmentFile" not in unit and "/etc/preau/secret" in unit["InaccessiblePaths"]
    if shutil.which("systemd-analyze"):
        said = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", str(FILES / name)], capture_output=True, text=True
        ).stdout
        found = re.search(r"exposure level for \S+: ([\d.]+)", said)
        assert found is None or float(found[1]) <= WORST, said


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """Where systemd is here; the commands that units name are given a place, the rest is as it stands."""
    for name in UNITS:
        text = (FILES / name).read_text(encoding="utf-8")
        text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", text, flags=re.M)
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert text.startswith("[Unit]\nDescription=")
    if shutil.which("systemd-analyze"):
        files = [str(tmp_path / name) for name in UNITS]
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "preau" in line]
        assert ours == []


def test_alerts_stand_on_measures_that_exist(tmp_path: Path) -> None:
    text = (FILES / "alertes.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\b(preau_\w+)\b", " ".join(re.findall(r"^\s+expr: (.*)$", text, re.M))))
    with live_server(tmp_path) as server:
        known = {name for name, _ in measures(server.url)} | {"preau_requests_total"}
    assert {"preau_sms_budget_used_ratio", "preau_outbox_oldest_seconds"} <= asked <= known


def test_scripts_are_well_formed_and_run_by_name() -> None:
    for path in [*FILES.glob("*.sh"), FILES / "preau-admin"]:
        assert path.stat().st_mode & 0o111, path.name
        assert subprocess.run(["sh", "-n", str(path)]).returncode == 0
        assert "set -eu" in path.read_text(encoding="utf-8")


def test_what_is_shown_of_a_machine_is_the_operators() -> None:
    there = Machine(Path("/tmp/preau-machine-x"), Path("/tmp/preau-pg-x"), Ports(40001, 40002, 40003))
    text = "/opt/preau/x /etc/nginx/y /run/postgresql http://127.0.0.1:8000/pret"
    moved = there.moved(text)
    assert moved.count("/tmp/preau-") == 3 and "40001" in moved
    assert there.put_back(moved) == text
    assert there.put_back(f"{there.url}/sante /tmp/preau-machine-x/nginx/nginx.conf") == (
        "https://portail.mairie.fr/sante /etc/nginx/nginx.conf"
    )


def test_the_guide_speaks_of_every_file() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    named = [path.name for path in FILES.iterdir() if path.suffix not in (".service", ".timer")]
    assert [name for name in named if name not in text and name != "alert.sh"] == []
    assert "preau-alert" in text and "alertes.yml" in text
