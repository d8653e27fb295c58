"""Serving pages and /events with granian: one ASGI process, or several."""

import os
import shutil

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def measure_together(port: int) -> None:
    """Give the workers of this server a folder that they count in together, empty at each start. Must come before
    anything imports prometheus_client, which reads the variable then and never again."""
    folder = settings.DATA / "metrics" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it. Static files are read by the server itself."""
    Granian(
        "linli.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        static_path_route=[settings.STATIC_URL.rstrip("/")],
        static_path_mount=[settings.STATIC_ROOT],
        static_path_expires=31_536_000,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
