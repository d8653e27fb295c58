"""Limits: counted by address in memory, under a key that dies, and told with the time to wait."""

import pytest
from django.test import RequestFactory

from linli.core import limits
from linli.core.errors import TooMany


def request(address: str = "203.0.113.7", **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


@pytest.fixture(autouse=True)
def nobody_counted():
    limits._counts.windows.clear()


def test_so_many_and_no_more_for_each_caller_and_each_thing():
    for _ in range(3):
        limits.limit(request(), "sign-in", 3, 600)
    with pytest.raises(TooMany) as told:
        limits.limit(request(), "sign-in", 3, 600)

    assert 590 <= told.value.facts["after"] <= 601
    limits.limit(request("203.0.113.8"), "sign-in", 3, 600)
    limits.limit(request(), "report", 3, 600)
    limits.limit(request(), "sign-in", 3, 600, who="13800000000")


def test_a_new_window_begins_when_the_old_one_is_over():
    counts = limits._Counts()
    hour = 500_000 * limits.HOUR

    assert [counts.add("a", 60, hour + at) for at in (0, 30, 59, 60, 61)] == [
        (1, 60), (2, 30), (3, 1), (1, 60), (2, 59),
    ]  # fmt: skip


def test_key_and_counts_die_at_the_full_hour():
    counts = limits._Counts()
    hour = 500_000 * limits.HOUR
    counts.add("a", 60, hour)
    key = counts.key

    assert counts.add("a", 60, hour + limits.HOUR) == (1, 60)
    assert counts.key != key
    assert len(counts.windows) == 1


def test_nothing_that_is_kept_names_the_caller():
    limits.limit(request(), "sign-in", 3, 600, who="13800000000")

    kept = b"".join(limits._counts.windows)
    assert b"13800000000" not in kept
    assert {len(name) for name in limits._counts.windows} == {32}


def test_a_flood_of_callers_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MOST", 10)
    for number in range(100):
        limits.limit(request(f"203.0.113.{number}"), "sign-in", 3, 600)

    assert len(limits._counts.windows) <= 11


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_caller_is_an_address_or_the_network_of_one_household(address, counted):
    assert limits.address(request(address)) == counted


def test_only_a_known_proxy_is_believed(settings):
    forged = request("203.0.113.7", **{"X-Forwarded-For": "198.51.100.1"})
    assert limits.address(forged) == "203.0.113.7"

    settings.PROXIES = ["203.0.113.7"]
    chain = request("203.0.113.7", **{"X-Forwarded-For": "10.9.9.9, 198.51.100.1"})
    assert limits.address(chain) == "198.51.100.1"
