"""What the duty desk costs: its page of 50 and of 500 by statements and CPU, and many desks that follow live."""

import json
import os
import subprocess
import sys
from time import process_time

import django

from bench.cases import cost
from bench.figure import Figure
from bench.installed import run, sizes

DESKS = 200
MINUTE = 60  # seconds
MOVES_A_MINUTE = 30


def measure() -> list[Figure]:
    figures = []
    for cases in sizes():
        found = run("bench.desk", cases)
        for name, (statements, cpu, most) in found["pages"].items():
            title = f"{name}, among {cases:,}"
            figures.append(Figure(f"{title}: SQL", statements, "statements", 8))
            figures.append(Figure(f"{title}: CPU", cpu, "ms", most))
        figures.append(Figure(f"{DESKS} desks follow live, {cases:,}: CPU of events", found["events"], "core", 0.2))
    return figures


def main() -> dict[str, object]:
    from django.conf import settings
    from django.test import Client

    from linli.site.prepare import prepare

    prepare()
    from linli.cases.domain.heaps import RECENT
    from linli.people.domain.demo import account_of_card

    settings.ALLOWED_HOSTS = ["testserver"]
    officer = Client()
    officer.force_login(account_of_card("duty_officer"))

    def page(path: str, *, moved: bool) -> tuple[int, float]:
        def ask() -> None:
            if moved:  # as after a message, and past what the counting cost: bursts and roster hold on
                RECENT._held = {key: one for key, one in RECENT._held.items() if key[0] == "slow"}
            answer = officer.get(path)
            assert answer.status_code == 200, answer.content

        return cost(ask)

    pages = {
        "desk of 50, nothing moved": (*page("/desk/", moved=False), 25),
        "desk of 50, counted anew": (*page("/desk/", moved=True), None),
        "desk of 500, nothing moved": (*page("/desk/?rows=500", moved=False), 150),
    }
    return {"pages": pages, "events": events()}


def events() -> float:
    """The share of a core that the stream of events takes with `DESKS` desks open while cases move."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.desk", "events"], env=os.environ, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def follow() -> float:
    """In one process: connections as the view makes them, and messages as moves write them, for a minute.

    Each connection is one generator of the event stream, read as the server would read it; the socket is left out.
    """
    import asyncio

    from django.db import connections, transaction
    from django.utils import timezone

    from linli.core import events as stream
    from linli.core.outbox import tell
    from linli.people.actors import Viewer
    from linli.people.domain.demo import account_of_card
    from linli.people.domain.queries import posts_held
    from linli.procedures.domain.envelope import envelope
    from linli.procedures.models import Procedure
    from linli.procedures.seeing import hears

    account = account_of_card("duty_officer")
    at = timezone.now()
    viewer = Viewer(posts=posts_held(account=account, at=at), account=account)

    class Asked:
        """As much of a request as `hears` reads."""

        def __init__(self) -> None:
            self.viewer = viewer

    moving = list(Procedure.objects.filter(kind="case", closed=None)[:MOVES_A_MINUTE])
    heard = 0

    async def listen(sees: object) -> None:
        nonlocal heard
        connection = stream.Connection("bench", lambda message: sees(message.body))
        async for event in stream._stream(connection, None):
            heard += event.startswith(b"id:")

    async def minute() -> float:
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(listen(hears(Asked()))) for _ in range(DESKS)]
        await asyncio.sleep(2)
        begun = process_time()
        for procedure in moving:
            await asyncio.to_thread(move, procedure)
            await asyncio.sleep(MINUTE / len(moving))
        spent = process_time() - begun
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return spent

    def move(procedure: Procedure) -> None:
        with transaction.atomic():
            tell("case.bench", procedure.pk, envelope(procedure, []), timezone.now())
        connections.close_all()

    spent = asyncio.run(minute())
    if heard < DESKS * MOVES_A_MINUTE * 0.9:
        raise RuntimeError(f"{heard} events heard of {DESKS * MOVES_A_MINUTE}")
    return spent / MINUTE


if __name__ == "__main__":
    django.setup()
    print(follow() if "events" in sys.argv else json.dumps(main()))
    sys.exit(0)
