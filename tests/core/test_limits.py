"""Limits: one table, counted for all processes under a key that dies with the hour, told with the time to wait."""

import re

import pytest
from django.conf import settings as the_settings
from django.db import connection
from django.test import Client, RequestFactory

from linli.core import limits
from linli.core.access import PUBLIC, access_of
from linli.core.errors import TooMany
from linli.core.models import Tries, TriesHour
from tests.test_access import ALL

HOUR = 490_000 * limits.HOUR
# The first two read, whatever they are asked by; a device is counted by its key, in the door (`[door]`).
NINJAS_OWN = ("api/v1/", "api/v1/openapi.json")
# A key or token of 192 bits is asked for first, and what comes with one is counted at the door of the sensing net.
KEYED = ("api/v1/devices/readings", "sensorthings/v1.1", "sensorthings/v1.1/", "sensorthings/v1.1/<path:address>")


@pytest.fixture(autouse=True)
def little(db, settings):
    """A table in which three are many; and no key is held from the test before."""
    limits._key.cache_clear()
    limits._counts.windows.clear()
    settings.LIMITS = {
        "act": {"sign-in": [3, 600], "report": [3, 600]},
        "post": {name: [3, 600] for name in the_settings.LIMITS["post"]},
    }
    yield
    limits._key.cache_clear()


def request(address: str = "203.0.113.7", **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def test_so_many_and_no_more_for_each_caller_and_each_thing():
    for _ in range(3):
        limits.limit(request(), "sign-in")
    with pytest.raises(TooMany) as told:
        limits.limit(request(), "sign-in")

    assert 590 <= told.value.facts["after"] <= 601
    limits.limit(request("203.0.113.8"), "sign-in")
    limits.limit(request(), "report")
    limits.limit(request(), "sign-in", who="13800000000")


def test_whoever_proved_who_they_are_was_not_guessing():
    for _ in range(3):
        limits.limit(request(), "sign-in")
    limits.forgive(request(), "sign-in")

    limits.limit(request(), "sign-in")


def test_a_new_window_begins_when_the_old_one_is_over():
    counted = [limits._count("a", 60, HOUR + at) for at in (0, 30, 59, 60, 61)]

    assert counted == [(1, 60), (2, 30), (3, 1), (1, 60), (2, 59)]


def test_what_another_process_counted_counts_here():
    limits._count("a", 60, HOUR)
    limits._key.cache_clear()

    assert limits._count("a", 60, HOUR + 1) == (2, 59)


def test_key_and_counts_die_at_the_full_hour():
    limits._count("a", 60, HOUR)
    salt = TriesHour.objects.get().salt

    assert limits._count("a", 60, HOUR + limits.HOUR) == (1, 60)
    assert bytes(TriesHour.objects.get().salt) != bytes(salt)
    assert Tries.objects.count() == 1


def test_where_nobody_comes_the_last_hour_is_forgotten_too():
    limits._count("a", 60, HOUR)
    limits.forget()

    assert list(Tries.objects.all()) == []


def test_nothing_that_is_kept_names_the_caller():
    limits.limit(request(), "sign-in", who="13800000000")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM core_tries")
        kept = [row[0] for row in cursor.fetchall()]
    assert len(kept) == 1
    assert re.fullmatch("[0-9a-f]{64}", kept[0])


def test_a_copy_of_the_database_without_the_key_file_finds_no_caller(settings):
    """Addresses of IPv4 are few enough to try them all: the key file must be part of the key."""
    limits._count("a", 60, HOUR)
    limits._key.cache_clear()
    settings.SECRET_KEY = "another installation's"

    assert limits._count("a", 60, HOUR + 1) == (1, 60)


def test_what_must_be_linked_to_nobody_is_counted_in_memory_alone():
    for _ in range(3):
        limits.limit(request(), "sign-in", unlinked=True)
    with pytest.raises(TooMany):
        limits.limit(request(), "sign-in", unlinked=True)

    assert list(Tries.objects.all()) == []
    assert {len(name) for name in limits._counts.windows} == {32}


def test_a_flood_of_callers_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MOST", 10)
    for number in range(100):
        limits.limit(request(f"203.0.113.{number}"), "sign-in", unlinked=True)

    assert len(limits._counts.windows) <= 11


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_caller_is_an_address_or_the_network_of_one_household(address, counted):
    assert limits.address(request(address)) == counted


@pytest.mark.parametrize(
    ("proxies", "said", "counted"),
    [
        ([], "198.51.100.1", "203.0.113.7"),
        (["203.0.113.7"], "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        (["203.0.113.0/24", "10.0.0.0/8"], "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["203.0.113.7"], "", "203.0.113.7"),
        (["203.0.113.7"], "nonsense", ""),
    ],
)
def test_only_proxies_of_ours_are_believed_one_after_the_other(settings, proxies, said, counted):
    settings.PROXIES = proxies

    said_by = {"X-Forwarded-For": said} if said else {}
    for near in ("203.0.113.7", "::ffff:203.0.113.7"):
        assert limits.address(request(near, **said_by)) == counted


# --- what is sent to addresses


def test_every_public_address_that_takes_something_stands_in_the_table(street):
    """A public page that answers a POST with anything but 405 needs its line under `post`."""
    filled = {"int": "1", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    missing = []
    for route, pattern in ALL.items():
        if access_of(pattern.callback) != PUBLIC or route in NINJAS_OWN + KEYED:
            continue
        path = "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: filled.get(found[1], "none"), route)
        answer = Client(raise_request_exception=False).post(path)
        if answer.status_code != 405 and answer.resolver_match.view_name not in the_settings.LIMITS["post"]:
            missing.append((route, answer.resolver_match.view_name))

    assert missing == []


def test_the_table_names_only_addresses_that_exist():
    names = {pattern.name for pattern in ALL.values()}
    assert {name.rpartition(":")[2] for name in the_settings.LIMITS["post"]} - names == set()


def test_rates_are_numbers_within_an_hour():
    rates = [*the_settings.LIMITS["post"].values(), *the_settings.LIMITS["act"].values()]
    assert all(per > 0 and 0 < seconds <= limits.HOUR for per, seconds in rates)


def test_too_much_is_told_with_the_time_to_come_back_and_what_was_typed(street):
    client = Client(headers={"accept-language": "en"})
    for _ in range(3):
        assert client.post("/report/text/", {"text": ""}).status_code == 422
    answer = client.post("/report/text/", {"text": "The lamp is broken."})

    assert answer.status_code == 429
    assert 590 <= int(answer["Retry-After"]) <= 601
    assert re.search(r"You can try again at \d\d:\d\d\.", answer.content.decode())
    assert "The lamp is broken." in answer.content.decode()
    assert client.get("/report/text/").status_code == 200


def test_a_program_is_told_in_its_own_words(street):
    for _ in range(4):
        answer = Client().post("/api/v1/cases", {}, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["after"] == int(answer["Retry-After"])


def test_whoever_is_signed_in_is_counted_by_account(street, sign_in):
    for _ in range(4):
        Client().post("/care/")
    assert Client().post("/care/").status_code == 429

    assert sign_in("resident").post("/care/").status_code == 302
