"""Requests in turn: never more at once than the database bears, nobody forgotten, and a full server says so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from linli.core import turns

ASKED = RequestFactory()


@pytest.fixture
def two_at_once(monkeypatch):
    monkeypatch.setattr(turns, "_turns", turns.BoundedSemaphore(2))


def test_all_are_answered_and_never_more_at_once_than_there_are_turns(two_at_once):
    lock, now, most = Lock(), 0, 0

    def view(_request):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        Event().wait(0.01)
        with lock:
            now -= 1
        return HttpResponse("done")

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda _n: turns.InTurn(view)(ASKED.get("/")).status_code, range(12)))

    assert (told, most, now) == ([200] * 12, 2, 0)


def test_who_waits_too_long_is_told_to_come_again_and_health_is_always_heard(two_at_once, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    inside, go_on = Event(), Event()

    def slow(_request):
        inside.set()
        go_on.wait(10)
        return HttpResponse("done")

    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(turns.InTurn(slow), ASKED.get("/")) for _ in range(2)]
        assert inside.wait(10)
        while turns._turns.acquire(blocking=False):
            turns._turns.release()
        full = turns.InTurn(slow)(ASKED.get("/", headers={"accept": "application/json"}))
        well = turns.InTurn(lambda _request: HttpResponse("well"))(ASKED.get("/healthz"))
        go_on.set()
        assert [one.result().status_code for one in busy] == [200, 200]

    assert (full.status_code, full.headers["Retry-After"].isdigit(), well.content) == (503, True, b"well")


def test_a_turn_comes_back_where_a_view_breaks(two_at_once):
    def broken(_request):
        raise RuntimeError("broken")

    for _ in range(5):
        with pytest.raises(RuntimeError):
            turns.InTurn(broken)(ASKED.get("/"))
