"""Get help: the five desks by post and never by name, and one's own file for nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases.plain_words import STATES
from linli.people.domain.accounts import create_resident_account
from linli.people.domain.duty import set_duty
from linli.people.models import Account
from linli.procedures.registry import kinds, register
from linli.station.domain.desks import desk_named, kept_at
from linli.station.domain.my_file import LOOK_UP, PAGES, look_ups, my_file
from tests.neighbourhood import LONG_AGO, SETUP

HOUR = timedelta(hours=1)


@pytest.fixture
def police_on_duty(street):
    now = timezone.now()
    set_duty(post=street.posts["police_liaison"], starts=now - HOUR, ends=now + HOUR, by=SETUP, at=LONG_AGO)
    Account.objects.filter(pk=street.accounts["police_liaison"].pk).update(name="张警官")


def test_the_five_desks_say_who_is_on_duty_by_post_and_name_nobody(street, police_on_duty):
    for client in (Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "zh-hans"})):
        page = client.get("/help/").content.decode()

        assert ("社区民警" in page, page.count('id="desk-')) == (True, 5)
        assert [account.name for account in Account.objects.exclude(name="") if account.name in page and
                account.name not in {post.name for post in street.posts.values()}] == []  # fmt: skip
        assert page.index('href="tel:110"') < page.index('id="desk-police"')


def test_on_duty_is_read_from_the_one_roster_to_the_instant(street):
    now = street.now
    post = street.posts["petition_clerk"]
    set_duty(post=post, starts=now, ends=now + HOUR, by=SETUP, at=LONG_AGO)

    def on(at) -> list[str]:
        return [found.name for kept in kept_at(at) if kept.desk.code == "petition" for found in kept.now]

    assert (on(now - timedelta(seconds=1)), on(now), on(now + HOUR)) == ([], ["信访接待员"], [])


@pytest.mark.parametrize(
    ("at", "opened"),
    [("2026-11-23T08:59", False), ("2026-11-23T09:00", True), ("2026-11-23T11:30", False), ("2026-11-23T16:59", True),
     ("2026-11-22T10:00", False), ("2026-02-14T10:00", True), ("2026-02-17T10:00", False)],
)  # fmt: skip
def test_a_desk_is_open_in_its_hours_of_working_days(at, opened, street):
    moment = timezone.make_aware(timezone.datetime.fromisoformat(at))

    assert (desk_named("petition").is_open(moment), desk_named("fire").is_open(moment)) == (opened, True)


def test_a_desk_of_three_costs_no_more_than_one(street, django_assert_num_queries):
    kept_at(street.now)
    for key in ("petition_clerk", "mediator", "committee_secretary"):
        set_duty(post=street.posts[key], starts=street.now, ends=street.now + HOUR, by=SETUP, at=LONG_AGO)

    with django_assert_num_queries(1):
        kept_at(street.now)


def test_my_file_shows_own_matters_with_what_comes_next_and_nobody_elses(street, case_in, django_assert_num_queries):
    me = street.accounts["resident"]
    mine = case_in("dispatched", account=me)
    done = case_in("closed", account=me)
    case_in("dispatched", account=create_resident_account(name="邻居", at=LONG_AGO))

    with django_assert_num_queries(2):
        file = my_file(me)

    (row,) = file.open
    assert (row.number, row.url) == (mine.procedure.number, f"/r/{mine.procedure.number}/")
    assert (row.state, row.due) == (STATES["dispatched"], mine.procedure.clocks.get(rule="case.handle").due)
    assert [row.number for row in file.closed] == [done.procedure.number]


def test_what_must_leave_no_trace_is_not_in_the_file(street, case_in, monkeypatch):
    from dataclasses import replace

    mine = case_in("dispatched", account=street.accounts["resident"])
    hidden = replace(kinds()["case"], in_my_file=False)
    before = kinds()["case"]
    register(hidden)
    try:
        assert my_file(street.accounts["resident"]).open == []
    finally:
        register(before)
    assert [row.number for row in my_file(street.accounts["resident"]).open] == [mine.procedure.number]


def test_the_page_of_the_file_is_for_whoever_is_signed_in(street, case_in, sign_in):
    mine = case_in("dispatched", account=street.accounts["resident"])

    assert mine.procedure.number in sign_in("resident").get("/help/my-file/").content.decode()
    assert mine.procedure.number not in sign_in("duty_officer").get("/help/my-file/").content.decode()
    assert Client().get("/help/my-file/").url.startswith("/sign-in/")


def test_the_sheet_of_paper_asks_what_the_pages_ask(street):
    page = Client(headers={"accept-language": "en"}).get("/help/tell/paper/").content.decode()

    assert [part for part in ("Whom or what is it about?", "A neighbour or shop", "That the police know", "110 police")
            if part not in page] == []  # fmt: skip


def test_each_kind_that_can_be_in_the_file_has_a_page_for_its_party(street):
    own = {name for name, kind in kinds().items() if kind.in_my_file}

    assert (sorted(set(PAGES) - own), sorted(own - set(PAGES))) == ([], ["review"])


def test_each_kind_is_found_by_number_and_code_too(street):
    page = Client().get("/help/").content.decode()

    assert set(LOOK_UP) == set(PAGES)
    assert [url for _label, url in look_ups() if f'href="{url}"' not in page] == []
