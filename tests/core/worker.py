"""A worker that tests may kill: `python -m tests.core.worker work|fill N|report`, on the database of its environment.

Each effect is a message of the outbox, which can stand there twice, so that doubling shows.
"""

import json
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from threading import Event

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.core import jobs, outbox  # noqa: E402
from linli.core.models import Job, Outbox  # noqa: E402

STEPS = 30
jobs.LEASE = timedelta(seconds=2)
jobs.PAUSE = 0.05


@jobs.job("tests.add")
def add(n: int) -> None:
    """Short: the effect first, then a while in which a kill would separate it from its tick."""
    outbox.tell("tests.added", None, {"n": n}, timezone.now())
    time.sleep(0.01)


@jobs.job("tests.climb", steps=True)
def climb(lease: jobs.Lease, n: int) -> None:
    """Long: it goes on where the last worker came to, as the import of a file does."""
    while True:
        with lease.step():
            stands = Outbox.objects.filter(topic=f"tests.step_{n}").count()
            if stands == STEPS:
                return
            outbox.tell(f"tests.step_{n}", None, {"n": stands}, timezone.now())
        time.sleep(0.01)


@outbox.consumer("tests.follow", topics=["tests.added"])
def follow(message: outbox.Message) -> None:
    outbox.tell("tests.followed", None, message.body, timezone.now())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fill(number: int) -> None:
    call_command("migrate", verbosity=0)
    jobs.prepare_schedule(at=datetime(2100, 1, 1, tzinfo=UTC))  # only what a test asks for shall run
    for n in range(number):
        jobs.enqueue("tests.add", {"n": n}, at=timezone.now())
    for n in range(3):
        jobs.enqueue("tests.climb", {"n": n}, at=timezone.now())


def report() -> None:
    told = [(row.topic, row.body["n"]) for row in Outbox.objects.order_by("xid", "id")]
    open_jobs = Job.objects.filter(done_at=None, dead_at=None).count()
    dead = list(Job.objects.exclude(dead_at=None).values_list("name", "error"))
    say(json.dumps({"told": told, "open": open_jobs, "dead": dead}))


def work() -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    say("at work")
    jobs.work(stop)


if __name__ == "__main__":
    {"fill": lambda: fill(int(sys.argv[2])), "report": report, "work": work}[sys.argv[1]]()
