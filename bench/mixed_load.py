"""How many requests a second an office's daily mixture makes of two cores, before the slowest hundredth waits too long.

70 % reads (desk, case, public list, own inbox), 25 % moves (file and dispatch, accept), 5 % reports with a photograph,
over HTTP, with as many people at once as the machine bears: the number is doubled until one request in a hundred takes
longer than half a second. The client runs on the same cores. SQLite by default; PostgreSQL too, where
LINLI_BENCH_POSTGRES names an empty database.
"""

import http.client
import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from urllib.parse import urlencode
from uuid import uuid4

from bench.figure import Figure
from bench.installed import ROOT, filled

CASES, REPORTS = 10_000, 4000
SECONDS, PEOPLE = 8.0, (1, 2, 4, 8, 16, 32, 64)
SLOWEST = 0.5  # seconds that one request in a hundred may take
SHARES = (("read", 70), ("move", 25), ("report", 5))
HOST = "127.0.0.1"
TOKEN = "b" * 32
HEADERS = {"Accept-Language": "en", "Connection": "keep-alive"}


def measure() -> list[Figure]:
    figures = on_database("SQLite", "")
    if address := os.environ.get("LINLI_BENCH_POSTGRES", ""):
        figures += on_database("PostgreSQL", address)
    return figures


def on_database(name: str, address: str) -> list[Figure]:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        if address:
            environment = os.environ | {"LINLI_DATA": str(folder), "LINLI_DATABASE_URL": address}
            python("bench.fill", [str(CASES)], environment)
        else:
            shutil.copytree(filled(CASES), folder)
            environment = os.environ | {"LINLI_DATA": str(folder), "LINLI_DATABASE_URL": ""}
        environment |= {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "LINLI_LOG": "ERROR"}
        scene = Scene(**json.loads(python("bench.mixed_load", ["prepare"], environment).splitlines()[-1]))
        with serving(environment) as port:
            best, limit = climb(scene, port)
    mixture = "70 % reads, 25 % moves, 5 % reports with a photo"
    return [
        Figure(f"{name}, {mixture}: requests at p99 ≤ 500 ms", best.rate, "per s", more_is_better=True, peer=limit),
        Figure(f"{name}: the slowest hundredth then", best.p99 * 1000, "ms", SLOWEST * 1000),
    ]


def python(module: str, arguments: list[str], environment: dict[str, str]) -> str:
    words = [sys.executable, "-m", module, *arguments]
    return subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Two processes that serve pages, as an office would start them."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "linli.site.cli", "web", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(words, cwd=ROOT, env=environment | {"LINLI_DEMO": "1"})
    try:
        for _try in range(100):
            try:
                http.client.HTTPConnection(HOST, port, timeout=1).request("GET", "/health")
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


@dataclass
class Scene:
    """What the people have to work with: their sessions, and cases that wait for them."""

    officer: str
    handler: str
    grid: str
    handler_post: int
    building: str
    waiting: list[str]
    known: list[str]
    next_case: Iterator[int] = field(default_factory=count)
    accepted: list[str] = field(default_factory=list)
    photo: bytes = b""

    def __post_init__(self) -> None:
        self.photo = a_photo()


@dataclass(frozen=True)
class Run:
    people: int
    rate: float
    p99: float
    failed: int


def climb(scene: Scene, port: int) -> tuple[Run, str]:
    """The best run within the limit, and in words where the limit was found."""
    play(scene, port, 2)  # warms the processes up
    best = Run(0, 0.0, 0.0, 0)
    for people in PEOPLE:
        run = play(scene, port, people)
        print(
            f"{people} at once: {run.rate:.0f} per s, p99 {run.p99 * 1000:.0f} ms, {run.failed} failed", file=sys.stderr
        )
        if run.failed:
            return best, f"{run.failed} requests failed with {people} at once"
        if run.p99 > SLOWEST:
            return best, f"with {people} at once p99 is {run.p99 * 1000:.0f} ms"
        best = run if run.rate > best.rate else best
    return best, f"not found with {PEOPLE[-1]} at once"


def play(scene: Scene, port: int, people: int) -> Run:
    took: list[float] = []
    failed: list[int] = []
    lock, until = Lock(), time.perf_counter() + SECONDS

    def person(number: int) -> None:
        draw, connection = random.Random(number * 1000 + people), http.client.HTTPConnection(HOST, port, timeout=30)
        kinds, weights = zip(*SHARES, strict=True)
        while time.perf_counter() < until:
            act = ACTS[draw.choices(kinds, weights)[0]]
            began = time.perf_counter()
            status = act(scene, connection, draw)
            with lock:
                took.append(time.perf_counter() - began)
                if status >= 400:
                    failed.append(status)

    threads = [Thread(target=person, args=(number,)) for number in range(people)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    return Run(people, len(took) / (time.perf_counter() - began), took[int(len(took) * 0.99)], len(failed))


def ask(connection: http.client.HTTPConnection, path: str, session: str) -> int:
    connection.request("GET", path, headers=HEADERS | {"Cookie": f"sessionid={session}"})
    return answered(connection)


def answered(connection: http.client.HTTPConnection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status


def send(connection: http.client.HTTPConnection, path: str, session: str, body: bytes, kind: str) -> int:
    cookies = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "Content-Type": kind, "X-CSRFToken": TOKEN}
    connection.request("POST", path, body=body, headers=HEADERS | cookies)
    return answered(connection)


def read(scene: Scene, connection: http.client.HTTPConnection, draw: random.Random) -> int:
    path = draw.choice(["/desk/", "/inbox/", "/cases/", f"/case/{draw.choice(scene.known)}/"])
    return ask(connection, path, scene.officer)


def step(scene: Scene, connection: http.client.HTTPConnection, draw: random.Random) -> int:
    """File and dispatch a case, or accept one that was."""
    form = "application/x-www-form-urlencoded"
    if scene.accepted and draw.random() < 0.5:
        body = urlencode({"version": 3, "action": uuid4()}).encode()
        return send(connection, f"/case/{scene.accepted.pop()}/accept/", scene.handler, body, form)
    number = scene.waiting[next(scene.next_case)]
    given = {"version": 1, "action": uuid4(), "klass": "lighting", "to": scene.handler_post, "reason": "the lamp"}
    status = send(connection, f"/case/{number}/file/", scene.officer, urlencode(given).encode(), form)
    scene.accepted.append(number)
    return status


def report(scene: Scene, connection: http.client.HTTPConnection, _draw: random.Random) -> int:
    mark = "linli-bench"
    given = {"klass": "lighting", "text": "三楼楼道灯不亮", "place": scene.building, "action": str(uuid4())}
    part = f"--{mark}\r\nContent-Disposition: form-data; name="
    fields = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in given.items())
    head = f'{part}"photos"; filename="lamp.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = (fields + head).encode() + scene.photo + f"\r\n--{mark}--\r\n".encode()
    return send(connection, "/grid/report/", scene.grid, body, f"multipart/form-data; boundary={mark}")


ACTS: dict[str, Callable[[Scene, http.client.HTTPConnection, random.Random], int]] = {
    "read": read, "move": step, "report": report,
}  # fmt: skip


def a_photo() -> bytes:
    """A photograph as a phone sends one: 1600 × 1200, some 300 kB."""
    from PIL import Image

    noise = Image.effect_noise((400, 300), 60).resize((1600, 1200)).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=80)
    return out.getvalue()


def prepare() -> dict[str, object]:
    """Cases that wait, and sessions of three people, in the process that has the database."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils.timezone import now

    from linli.cases.domain.report import report_case
    from linli.cases.enums import Source
    from linli.cases.views.grid import buildings_of
    from linli.people.domain.demo import account_of_card
    from linli.people.domain.queries import posts_held
    from linli.places.domain.kept import tree
    from linli.procedures.models import Procedure
    from linli.site.prepare import prepare as bring_up_to_date

    bring_up_to_date()

    def session(card: str) -> str:
        account, made = account_of_card(card), SessionStore()
        made[SESSION_KEY], made[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
        made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        made.create()
        return made.session_key

    handler = posts_held(account=account_of_card("property_manager"), at=now())[0]
    worker = posts_held(account=account_of_card("grid_worker"), at=now())[0]
    below = [place for place in tree().places if place.kind == "building" and handler.place.contains(place)]
    given = {"text": "三楼楼道灯不亮", "source": Source.HOTLINE, "by": None}
    waiting = []
    for number in range(REPORTS):
        place = below[number % len(below)]
        made = report_case(**given, place=place, at=now(), action=uuid4())  # type: ignore[arg-type]
        waiting.append(made.case.procedure.number)
    known = list(Procedure.objects.filter(kind="case", seq__gte=5).values_list("number", flat=True)[:200])
    return {
        "officer": session("duty_officer"), "handler": session("property_manager"), "grid": session("grid_worker"),
        "handler_post": handler.pk, "building": buildings_of(worker.place)[0].path, "waiting": waiting, "known": known,
    }  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(prepare()))
