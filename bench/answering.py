"""Waiting for a server that was begun a moment ago."""

import http.client
import time

PATIENCE = 180  # seconds in which it must answer its first page


def answers(host: str, port: int, path: str) -> None:
    """Wait until a server answers a page: on a busy machine it begins late, and its first page loads what it needs."""
    ends = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
        finally:
            connection.close()
