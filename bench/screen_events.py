"""What many open screens cost: the share of a core that their lines take while something happens every second.

In one process: connections as the view makes them, each read as the server would read it (the socket is left out), and
one message a second with a case that really changes, so that each second there is a new picture, rendered once.
"""

import json
import sys
from time import process_time

import django

from bench.figure import Figure
from bench.installed import run

CASES = 10_000
SCREENS, SECONDS = 1000, 30


def measure() -> list[Figure]:
    found = run("bench.screen_events", CASES)
    return [
        Figure(f"{SCREENS:,} open screens, one event a second: CPU", found["core"], "core", 0.5),
        Figure(f"{SCREENS:,} open screens: changes heard by each", found["heard"], "changes"),
        Figure(f"{SCREENS:,} open screens: what one change weighs", found["bytes"], "bytes"),
    ]


def main() -> dict[str, float]:
    import asyncio

    from django.db import connections, transaction
    from django.utils import timezone

    from linli.core.outbox import tell
    from linli.insight.screen_live import Key, Listener, stream
    from linli.places.domain.queries import governed_path
    from linli.procedures.domain.envelope import envelope
    from linli.procedures.models import Procedure

    moving = list(Procedure.objects.filter(kind="case", closed=None, sealed=False)[:SECONDS])
    key = Key(governed_path(), "en")
    heard, sizes = [0], [0]

    async def listen(number: int) -> None:
        async for sent in stream(Listener(f"account:{number}", key)):
            if sent.startswith(b"data:"):
                heard[0] += 1
                sizes[0] += len(sent)

    def move(procedure: Procedure) -> None:
        """As a handler hands in, as far as a screen sees it."""
        with transaction.atomic():
            state = "handled" if procedure.state != "handled" else "handling"
            Procedure.objects.filter(pk=procedure.pk).update(state=state, due=timezone.now())
            tell("case.bench", procedure.pk, envelope(procedure, []), timezone.now())
        connections.close_all()

    async def run_them() -> float:
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(listen(number)) for number in range(SCREENS)]
        while heard[0] < SCREENS:  # each has all that stands on it
            await asyncio.sleep(0.2)
        heard[0] = sizes[0] = 0
        begun = process_time()
        for procedure in moving:
            await asyncio.to_thread(move, procedure)
            await asyncio.sleep(1)
        spent = process_time() - begun
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return spent

    spent = asyncio.run(run_them())
    if heard[0] < SCREENS * SECONDS * 0.5:
        raise RuntimeError(f"{heard[0]} changes heard by {SCREENS} screens in {SECONDS} s")
    return {"core": spent / SECONDS, "heard": heard[0] / SCREENS, "bytes": sizes[0] / heard[0]}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
    sys.exit(0)
