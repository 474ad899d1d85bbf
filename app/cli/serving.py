"""``preau serve``: the server on this machine."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from app.cli.output import end, say
from app.cli.parts import need_server
from app.models.errors import PreauError

if TYPE_CHECKING:
    from app.server.settings import ServerSettings


def run(*, database: str | None, host: str, port: int) -> None:
    """Serve until told to stop. An empty base is created; the address of the portal follows the port by default."""
    try:
        need_server()
        listening = _listen(host, port)
    except PreauError as error:
        end(error, as_json=False)
    except OSError as error:
        end(PreauError("port_taken", f"Le port {port} de {host} n’est pas libre ({error.strerror})."), as_json=False)
    import uvicorn

    from app.server.app import create_app

    address = f"http://{host}:{listening.getsockname()[1]}"
    try:
        app = create_app(settings_for(database, address=address))
    except PreauError as error:
        end(error, as_json=False)
    say(f"Préau écoute sur {address}. Ctrl+C pour arrêter.")
    sys.stderr.flush()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


def settings_for(database: str | None, *, address: str | None = None) -> ServerSettings:
    """The settings of the environment, with what the command line says."""
    from app.server.settings import ServerSettings

    settings = ServerSettings()
    changes: dict[str, object] = {}
    if database is not None:
        changes["database_url"] = database
    if address is not None and "public_url" not in settings.model_fields_set:
        changes["public_url"] = address
    return settings.model_copy(update=changes)
