"""/metrics: what is counted, for whom, and that no name of a person or case is among the labels."""

import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from linli.core.errors import Busy, NotFound
from linli.core.errors_pages import answer
from linli.core.models import Job
from tests.faults.test_killed import free_port
from tests.processes import ROOT, a_database, run

pytestmark = pytest.mark.django_db


def lines(client: Client, start: str) -> list[str]:
    said = client.get("/metrics").content.decode().splitlines()
    return [line for line in said if line.startswith(start)]


def number(client: Client, start: str) -> float:
    found = lines(client, start)
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_requests_are_counted_by_the_name_of_their_route(client):
    known = 'linli_requests_total{method="GET",route="core:health",status="200"}'
    unknown = 'linli_requests_total{method="GET",route="none",status="404"}'
    before = number(client, known), number(client, unknown)

    client.get("/healthz")
    client.get("/no/such/address/")

    assert (number(client, known), number(client, unknown)) == (before[0] + 1, before[1] + 1)


def test_an_answer_that_the_database_is_busy_is_counted(client, rf):
    before = number(client, "linli_database_busy_total")

    told = [answer(rf.get("/"), error).status_code for error in (Busy(after=5), NotFound())]

    assert told == [503, 404]
    assert number(client, "linli_database_busy_total") == before + 1


def test_jobs_and_clocks_are_told_by_their_state(client, case_in):
    case_in("filed")
    now = timezone.now()
    Job.objects.create(name="x", run_at=now - timedelta(minutes=2), created_at=now)
    Job.objects.create(name="x", run_at=now, created_at=now, dead_at=now)

    assert lines(client, 'linli_jobs{state="dead"}') == ['linli_jobs{state="dead"} 1.0']
    assert number(client, "linli_jobs_oldest_seconds") >= 120
    assert sum(number(client, f'linli_clocks{{state="{state}"}}') for state in ("red", "amber", "green")) == 1


def test_no_number_of_a_case_is_among_the_labels(client, case_in):
    case = case_in("filed")
    client.get(f"/cases/{case.procedure.number}/")

    assert case.procedure.number not in client.get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("word", "shown", "near", "through", "status"),
    [
        ("", {}, "127.0.0.1", {}, 200),
        ("", {}, "127.0.0.1", {"x-forwarded-for": "203.0.113.7"}, 404),
        ("", {}, "203.0.113.7", {}, 404),
        ("open", {}, "127.0.0.1", {}, 404),
        ("open", {"authorization": "Bearer shut"}, "127.0.0.1", {}, 404),
        ("open", {"authorization": "Bearer open"}, "203.0.113.7", {}, 200),
    ],
)
def test_only_this_machine_or_who_shows_the_word_reads_them(settings, word, shown, near, through, status):
    settings.METRICS = word

    assert Client(REMOTE_ADDR=near).get("/metrics", headers=shown | through).status_code == status


def test_several_workers_are_read_as_one(tmp_path):
    with a_database(tmp_path / "data") as env:
        run(env, "-m", "linli.site.cli", "prepare")
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "linli.site.cli", "web", "--port", str(port), "--workers", "2"], env=env, cwd=ROOT
        )
        try:
            address, answered = f"http://127.0.0.1:{port}", 0
            deadline = time.monotonic() + 60
            while answered < 20:
                assert time.monotonic() < deadline, "the server does not answer"
                try:
                    answered += httpx.get(f"{address}/readyz", timeout=5).status_code == 200
                except httpx.TransportError:
                    time.sleep(0.2)
            said = {httpx.get(f"{address}/metrics", timeout=5).text for _ in range(6)}
        finally:
            server.terminate()
            server.wait(timeout=30)

    wanted = 'linli_requests_total{method="GET",route="core:ready",status="200"} 20.0'
    assert [wanted in each for each in said] == [True] * len(said)
