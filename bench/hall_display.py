"""From a clerk's call to the display on the wall, which asks as often as its page does, over HTTP."""

import http.client
import os
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

import django

from bench.answering import answers
from bench.figure import Figure
from bench.mixed_load import HOST, python, serving

CALLS, EVERY = 20, 0.5  # the display's page looks twice a second (services/static/services/display.js)


def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="linli-bench-") as folder:
        environment = os.environ | {
            "LINLI_DATA": str(Path(folder) / "data"), "LINLI_DATABASE_URL": "", "LINLI_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        }  # fmt: skip
        python("bench.hall_display", ["prepare"], environment)
        with serving(environment) as port:
            for _ in range(4):
                answers(HOST, port, "/hall/display/")
            waits = watched(port, environment)
    return [
        Figure("a call on the hall's display, the slowest", max(waits), "s", 1.0),
        Figure("a call on the hall's display, half of them", sorted(waits)[len(waits) // 2], "s"),
    ]


def watched(port: int, environment: dict[str, str]) -> list[float]:
    """Seconds from each call, made in a process of its own, to the board with its number."""
    seen: dict[str, float] = {}
    stop = Event()
    display = Thread(target=watch, args=(port, seen, stop))
    display.start()
    try:
        told = python("bench.hall_display", ["call"], environment).splitlines()
        called = {number: float(at) for number, at in (line.split() for line in told)}
        time.sleep(2)
    finally:
        stop.set()
        display.join()
    return [seen[number] - at for number, at in called.items()]


def watch(port: int, seen: dict[str, float], stop: Event) -> None:
    """What the page does: ask, note what is new, wait, ask again."""
    tag, numbers = "", [f"A{number:03}" for number in range(1, CALLS + 1)]
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    while not stop.wait(EVERY):
        connection.request("GET", "/hall/display/now/", headers={"If-None-Match": tag, "Accept-Language": "en"})
        answer = connection.getresponse()
        board = answer.read().decode()
        tag = answer.headers.get("ETag", tag)
        for number in numbers:
            if number in board:
                seen.setdefault(number, time.time())
    connection.close()


def prepare() -> None:
    from uuid import uuid4

    from django.core.management import call_command
    from django.utils.timezone import now

    from bench.hall import ALWAYS, a_hall
    from linli.services.domain.hall.setting import setting
    from linli.services.domain.hall.tickets import take_ticket

    call_command("migrate", verbosity=0)
    hall = a_hall(counters=1, hours=ALWAYS)
    for _ in range(CALLS):
        take_ticket(of=setting(hall), skill="general", at=now(), action=uuid4())


def call() -> None:
    """Call, serve and end one after the other, at moments that know nothing of when the display looks."""
    from django.utils.timezone import now

    from linli.people.actors import Actor
    from linli.people.domain.organisations import create_organisation
    from linli.people.domain.posts import create_post
    from linli.people.enums import OrganisationKind, Role
    from linli.services.domain.hall import calling
    from linli.services.domain.hall.setting import setting, the_hall
    from tests.neighbourhood import LONG_AGO, SETUP

    of, random = setting(the_hall()), Random(2)
    office = create_organisation(
        parent=None, kind=OrganisationKind.STREET_OFFICE, name="厅", place=of.hall.place, by=SETUP, at=LONG_AGO
    )
    post = create_post(
        organisation=office, role=Role.WINDOW_CLERK, place=of.hall.place, name="窗口", by=SETUP, at=LONG_AGO
    )
    counter, by = of.counters[0], Actor(post=post)
    calling.open_counter(counter=counter, by=by, at=now())
    for _ in range(CALLS):
        time.sleep(random.uniform(0.2, 0.9))
        ticket = calling.call_next(counter=counter, by=by, at=now())
        print(ticket.shown, time.time())
        time.sleep(1.2)  # long enough to be seen
        calling.serve(ticket=ticket, by=by, at=now())
        calling.done(ticket=ticket, by=by, at=now())


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "call": call}[sys.argv[1]]()
