"""``preau serve``: the server on this machine."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from typing import TYPE_CHECKING

from app.cli.output import end, say
from app.cli.parts import need_server
from app.models.errors import PreauError, Refused

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from app.server.settings import ServerSettings


BACKLOG = 2048
MEASURES = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of one server put what they counted, for whichever of them is asked (prometheus-client's name)."""


def run(*, database: str | None, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop. An empty base is created; the address of the portal follows the port by default."""
    try:
        need_server()
        listening = _listen(host, port)
        address = f"http://{host}:{listening.getsockname()[1]}"
        settings = settings_for(database, address=address)
        _check_workers(settings, workers)
        app: FastAPI | str = APPLICATION if workers > 1 else _application(settings)
        if workers > 1:
            _create_base(settings)
    except PreauError as error:
        end(error, as_json=False)
    except OSError as error:
        end(PreauError("port_taken", f"Le port {port} de {host} n’est pas libre ({error.strerror})."), as_json=False)
    say(f"Préau écoute sur {address}. Ctrl+C pour arrêter.")
    sys.stderr.flush()
    if workers > 1:
        _serve_with_several(app, settings, listening, workers)
    else:
        _server(app, settings).run(sockets=[listening])


APPLICATION = "app.cli.serving:application"


def application() -> FastAPI:
    """What each of several processes serves: its settings are those of the environment."""
    return _application(settings_for(None))


def _application(settings: ServerSettings) -> FastAPI:
    from app.server.app import create_app
    from app.server.watch.logs import log_as_json

    app = create_app(settings)
    if settings.log == "json":
        log_as_json()
    return app


def _check_workers(settings: ServerSettings, workers: int) -> None:
    from app.server.database import is_sqlite

    if workers > 1 and is_sqlite(settings.database_url):
        raise Refused(
            "one_worker",
            "Une base SQLite ne sert qu’un processus\u202f: donnez une base PostgreSQL (PREAU_DATABASE_URL) pour "
            "--workers.",
        )


def _create_base(settings: ServerSettings) -> None:
    """Before the first process starts: what is wrong is said once, not by each of them again and again."""
    from app.server.database import Database

    settings.master_secret()
    base = Database(settings.database_url)
    try:
        base.create_if_empty()
    finally:
        base.close()


def _serve_with_several(app: FastAPI | str, settings: ServerSettings, listening: socket.socket, workers: int) -> None:
    """Processes that share the port; one that dies is replaced. They read the settings in the environment."""
    from uvicorn.supervisors import Multiprocess

    with tempfile.TemporaryDirectory(prefix="preau-mesures-") as folder:
        os.environ |= {
            "PREAU_DATABASE_URL": settings.database_url, "PREAU_PUBLIC_URL": settings.public_url, MEASURES: folder,
            "PREAU_HASH_WORKERS": str(settings.hashes_at_once(workers)),
        }  # fmt: skip
        Multiprocess(_config(app, settings, workers), sockets=[listening]).run()


def _server(app: FastAPI | str, settings: ServerSettings) -> uvicorn.Server:
    import uvicorn

    return uvicorn.Server(_config(app, settings, 1))


def _config(app: FastAPI | str, settings: ServerSettings, workers: int) -> uvicorn.Config:
    from uvicorn import Config
    from uvicorn.config import LOGGING_CONFIG

    return Config(
        app, factory=isinstance(app, str), workers=workers, log_level="warning", access_log=False,
        log_config=None if settings.log == "json" else LOGGING_CONFIG,
    )  # fmt: skip


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)  # who reads « écoute » may connect at once
    return listening


def settings_for(database: str | None, *, address: str | None = None) -> ServerSettings:
    """The settings of the environment, with what the command line says. Raises Refused where one cannot be used."""
    from app.server.settings import ServerSettings

    settings = _read(ServerSettings)
    changes: dict[str, object] = {}
    if database is not None:
        changes["database_url"] = database
    if address is not None and "public_url" not in settings.model_fields_set:
        changes["public_url"] = address
    return settings.model_copy(update=changes)


def _read(kind: type[ServerSettings]) -> ServerSettings:
    """Without the values that are refused: among them may be a password, and a journal keeps what is said here."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    try:
        return kind()
    except ValidationError as error:
        wrong = sorted({f"PREAU_{found['loc'][0]}".upper() for found in error.errors() if found["loc"]})
    except SettingsError as error:
        wrong = [f"PREAU_{name}".upper() for name in kind.model_fields if f'"{name}"' in str(error)]
    raise Refused(
        "setting_refused",
        f"Réglage refusé\u00a0: {', '.join(wrong)}. Son rôle et sa forme sont dans le guide de l’exploitant.",
    )
