"""What the one screen costs: the time that the server takes for its page and for what has changed, over many cases.

Between two requests something is told, as in a busy office, so that each picture held is an old one. Where taking a
picture costs much, who asks gets the last one at once while a thread takes the next: the time of a request then holds
the wait for that thread. Beside it stands what the request's own thread works, which a busy machine does not change.
"""

import json
import sys
from time import perf_counter, process_time, sleep, thread_time

import django

from bench.figure import Figure
from bench.installed import run, sizes

ASKED, EVERY = 200, 0.05  # requests, and seconds between two
PATHS = {"page": "/screen/", "what has changed": "/screen/now.json"}


def measure() -> list[Figure]:
    figures = []
    for cases in sizes():
        found = run("bench.screen", cases)
        for name, (waited, worked) in found["p95"].items():
            figures.append(Figure(f"one screen, {name}, among {cases:,}: p95", waited, "ms", 50))
            figures.append(Figure(f"one screen, {name}, among {cases:,}: p95 of CPU", worked, "ms"))
        figures.append(Figure(f"one screen, a picture taken anew, among {cases:,}: CPU", found["picture"], "ms"))
        figures.append(Figure(f"one screen, open cases in the picture, among {cases:,}", found["open"], "cases"))
    return figures


def main() -> dict[str, object]:
    from django.conf import settings
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from linli.core.outbox import tell
    from linli.insight.domain.screen import picture
    from linli.people.domain.demo import account_of_card
    from linli.places.domain.queries import governed_path
    from linli.site.prepare import prepare

    prepare()
    settings.ALLOWED_HOSTS = ["testserver"]
    officer = Client()
    officer.force_login(account_of_card("duty_officer"))

    def ask(path: str) -> tuple[float, float]:
        with transaction.atomic():
            tell("case.bench", None, {}, timezone.now())
        begun, worked = perf_counter(), thread_time()
        answer = officer.get(path)
        spent = perf_counter() - begun, thread_time() - worked
        assert answer.status_code == 200, answer.content
        sleep(EVERY)
        return spent[0] * 1000, spent[1] * 1000

    found: dict[str, tuple[float, float]] = {}
    for name, path in PATHS.items():
        ask(path), ask(path)  # what a process reads once
        waited, worked = zip(*(ask(path) for _ in range(ASKED)), strict=True)
        found[name] = sorted(waited)[int(ASKED * 0.95)], sorted(worked)[int(ASKED * 0.95)]
    sleep(5)  # the thread that takes pictures has ended
    begun = process_time()
    seen = picture(governed_path(), timezone.now())
    return {"p95": found, "picture": (process_time() - begun) * 1000, "open": seen.numbers["open"]}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
    sys.exit(0)
