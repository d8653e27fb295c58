"""200 people who want the same time of a hall with one seat left, all within two seconds, over HTTP.

Each has answered every question and presses the last button. One must win; all others must be shown the next free
times on a page of their own. SQLite by default; PostgreSQL too, where LINLI_BENCH_POSTGRES names an empty database.
"""

import http.client
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import django

from bench.answering import answers
from bench.figure import Figure
from bench.mixed_load import HOST, TOKEN, python, serving

RIVALS, WITHIN = 200, 2.0  # people; seconds in which all of them come
AIMS = {"SQLite": 1.5, "PostgreSQL": 1.0}


def measure() -> list[Figure]:
    figures = on_database("SQLite", "")
    if address := os.environ.get("LINLI_BENCH_POSTGRES", ""):
        figures += on_database("PostgreSQL", address)
    return figures


def on_database(name: str, address: str) -> list[Figure]:
    with TemporaryDirectory(prefix="linli-bench-") as folder:
        environment = os.environ | {
            "LINLI_DATA": str(Path(folder) / "data"), "LINLI_DATABASE_URL": address, "LINLI_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "linli.site.settings", "LINLI_PROXIES": HOST,
        }  # fmt: skip
        sessions = json.loads(python("bench.rival_bookings", ["prepare"], environment).splitlines()[-1])
        with serving(environment) as port:
            for _ in range(4):  # both processes have loaded what they need
                answers(HOST, port, "/hall/")
            told = rival(port, sessions)
    statuses = [status for status, _took in told]
    if (statuses.count(302), statuses.count(409)) != (1, RIVALS - 1):
        raise AssertionError(f"one booking and {RIVALS - 1} told were expected: {sorted(statuses)}")
    took = sorted(took for _status, took in told)
    p99 = took[int(len(took) * 0.99) - 1]
    return [
        Figure(f"{name}: {RIVALS} rivals for one seat, of 100 the slowest", p99, "s", AIMS[name]),
        Figure(f"{name}: {RIVALS} rivals for one seat, half of them", took[len(took) // 2], "s"),
    ]


def rival(port: int, sessions: list[str]) -> list[tuple[int, float]]:
    """(status, seconds) of each: one booked, and all others told what is free."""
    random = Random(1)
    begins = [random.uniform(0, WITHIN) for _ in sessions]
    start = time.monotonic() + 0.5

    def press(number: int) -> tuple[int, float]:
        time.sleep(max(start + begins[number] - time.monotonic(), 0))
        began = time.monotonic()
        return ask(port, sessions[number], number, "POST"), time.monotonic() - began

    with ThreadPoolExecutor(len(sessions)) as people:
        return list(people.map(press, range(len(sessions))))


def ask(port: int, session: str, number: int, method: str) -> int:
    """The last page of booking, by somebody with an address of their own."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}", "Accept-Language": "en",
        "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        body = urlencode({"csrfmiddlewaretoken": TOKEN}) if method == "POST" else None
        connection.request(method, "/hall/book/check/", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def prepare() -> list[str]:
    """A hall with one counter, and the sessions of people who have all chosen the same time of the day after next."""
    from importlib import import_module

    from django.conf import settings
    from django.core.management import call_command
    from django.utils.timezone import now

    from bench.hall import ALWAYS, a_hall
    from linli.services.domain.hall.setting import setting
    from linli.services.domain.hall.slots import free_days
    from linli.services.views_queue_book import Draft

    call_command("migrate", verbosity=0)
    chosen = free_days(setting(a_hall(counters=1, hours=ALWAYS)), "general", at=now())[2].times[5]
    keys = []
    for _ in range(RIVALS):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        Draft(skill="general", whom="self", minute=chosen.minute).keep(session)
        assert Draft.SESSION in session
        session.create()
        keys.append(session.session_key)
    return keys


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        django.setup()
        print(json.dumps(prepare()))
