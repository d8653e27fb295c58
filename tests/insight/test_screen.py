"""The one screen: each number has a list of as many rows, one changed row changes it, and what must never be on it."""

import asyncio
import contextlib
import json
import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from math import inf
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import Client
from django.utils import timezone

from linli.cases.domain.catalogue import CLASSES
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.insight import screen_live
from linli.insight.domain import screen_rows as rows
from linli.insight.domain.queries import Division, PublicTable
from linli.insight.domain.screen import picture
from linli.insight.domain.screen_public import by_committee
from linli.insight.domain.screen_usual import Today, against, interval
from linli.insight.domain.screen_week import story
from linli.insight.models import Action
from linli.insight.screen_live import Fan, Key, Listener, changes
from linli.insight.screen_words import told
from linli.people.enums import Role
from linli.people.models import Duty
from linli.places.domain.figures import set_figure
from linli.procedures.models import Exclusion, Procedure
from linli.sensing.models import Episode, Rule
from linli.site.asgi import application
from tests.cases.conftest import statements

READERS = {"duty_officer", "area_lead", "auditor", "administrator"}
FIGURES = (*rows.OF_CASES, "alarms", "called", "duty")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A picture is taken while one waits for it, however busy the machine is."""
    monkeypatch.setattr(screen_live, "AT_ONCE", inf)


@pytest.fixture
def alarm(street):
    """A function that lets a device call at No. 12."""

    def call(**changes: object) -> Episode:
        rule, _made = Rule.objects.get_or_create(code=f"smoke-{uuid4().hex[:6]}")
        given = {
            "rule": rule, "key": "d1", "place": street.places["building"], "place_path": street.places["building"].path,
            "grade": "alarm", "opened_at": timezone.now(), "last_at": timezone.now(), **changes,
        }  # fmt: skip
        return Episode.objects.create(**given)

    return call


@pytest.fixture
def busy(street, walk, alarm):
    """Some of everything, today: one case in each state of interest, two calls, two posts on duty."""
    street.now = timezone.now() - timedelta(minutes=1)
    hour = 1 / 60
    walk()
    walk().file(0)
    walk(klass=street.klass("leak")).file(0).dispatch(0)
    walk().file(0).dispatch(0).accept(0).hand_in(0).verify(0).close(0)
    late = walk().file(0).dispatch(0).accept(0).case
    Procedure.objects.filter(pk=late.pk).update(due=timezone.now() - timedelta(hours=hour))
    soon = walk().file(0).case
    Procedure.objects.filter(pk=soon.pk).update(
        amber=timezone.now() - timedelta(hours=1), due=timezone.now() + timedelta(hours=5)
    )
    alarm()
    alarm(cleared_at=timezone.now())
    now = timezone.now()
    for post in ("duty_officer", "grid_worker"):
        Duty.objects.create(post=street.posts[post], starts=now - timedelta(hours=1), ends=now + timedelta(hours=1))


def numbers(client: Client, path: str = "/screen/") -> dict[str, str]:
    """The links of the page's figures and what each says."""
    page = client.get(path).content.decode()
    found = re.findall(r'<a[^>]* href="(/screen/list/[^"]+)"[^>]*data-figure="[^"]+"[^>]*>(.*?)</a>', page, re.DOTALL)
    said = {}
    for link, inside in found:
        number = re.search(r"\d+", re.sub(r"<svg.*?</svg>|<use[^>]*>", "", inside, flags=re.DOTALL))
        assert number is not None, inside
        said[unescape(link)] = number[0]
    return said


def counted(client: Client, link: str) -> tuple[int, int]:
    """What a list says, and how many rows it really has, page after page."""
    said, held, after = None, 0, ""
    while True:
        page = client.get(link + after).content.decode()
        if said is None:
            said = int(re.search(r'<span class="count-of">(\d+)</span>', page)[1])
        held += len(re.findall(r'<th scope="row">', page))
        more = re.search(r'rel="next" href="\?[^"]*after=([^"&]+)', page)
        if more is None:
            return said, held
        after = f"{'&' if '?' in link else '?'}after={unescape(more[1])}"


def test_the_screen_is_for_those_who_lead_or_check_and_never_for_the_police_liaison(sign_in):
    paths = ("/screen/", "/screen/now.json", "/screen/list/late/")
    answers = {role.value: {sign_in(role.value).get(path).status_code for path in paths} for role in Role}

    assert answers == {role.value: {200} if role.value in READERS else {403} for role in Role}


def test_each_number_of_the_screen_has_a_list_of_as_many_rows(busy, sign_in):
    client = sign_in("duty_officer")
    said = numbers(client)

    assert {link.split("/")[3] for link in said} >= {
        "open", "waiting", "late", "soon", "came", "closed", "alarms", "called", "duty"
    }  # fmt: skip
    assert {link: counted(client, link) for link in said} == {
        link: (int(number), int(number)) for link, number in said.items()
    }


def test_the_screen_says_what_is_open_red_calling_and_on_duty(busy, street):
    seen = picture(street.places["street"].path, timezone.now())

    assert dict(seen.numbers) == {
        "open": 5, "waiting": 3, "late": 1, "soon": 1, "came": 6, "closed": 1, "called": 2, "alarms": 1, "duty": 2,
    }  # fmt: skip
    assert [(red.post.title, red.number) for red in seen.red] == [("六村物业经理", 1)]
    assert [(part.place.kind, part.open, part.late) for part in seen.parts] == [("committee", 5, 1), ("estate", 5, 1)]
    assert [(spot.place, spot.open, spot.late) for spot in seen.spots] == [(street.places["building"], 5, 1)]
    assert {one.post.pk for one in seen.duty} == {street.posts["duty_officer"].pk, street.posts["grid_worker"].pk}


def test_one_changed_row_changes_its_number_and_the_list_behind_it(busy, walk, street, sign_in):
    client = sign_in("duty_officer")
    before = numbers(client)
    walk()
    after = numbers(client)
    changed = {link for link in after if after[link] != before.get(link)}

    assert changed == {
        "/screen/list/open/", "/screen/list/waiting/", "/screen/list/came/",
        f"/screen/list/open/?place={street.places['committee'].path}",
    }  # fmt: skip
    assert {int(after[link]) - int(before[link]) for link in changed} == {1}
    assert {link: counted(client, link)[1] for link in changed} == {link: int(after[link]) for link in changed}


def test_a_call_that_is_quiet_again_is_no_longer_calling_but_was_called_today(busy, sign_in):
    client = sign_in("area_lead")
    Episode.objects.filter(cleared_at=None).update(cleared_at=timezone.now())
    screen_live.PICTURES.forget()

    assert [counted(client, f"/screen/list/{name}/")[1] for name in ("alarms", "called")] == [0, 2]
    assert numbers(client)["/screen/list/alarms/"] == "0"


def test_what_is_sealed_shut_to_somebody_or_never_public_is_on_no_screen_and_in_no_list(busy, walk, street, sign_in):
    client = sign_in("duty_officer")
    before = numbers(client)
    sealed = walk().file(0).dispatch(0).case
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)
    shut = walk().file(0).case
    Procedure.objects.filter(pk=shut.pk).update(excludes=True)
    Exclusion.objects.create(procedure=shut.procedure, post=street.posts["mediator"], reason="test", since=street.now)
    CaseClass.objects.filter(code="noise").update(publicity=Publicity.NEVER)
    walk(klass=street.klass("noise")).file(0)
    screen_live.PICTURES.forget()
    CLASSES.changed()

    assert numbers(client) == before
    assert {link: counted(client, link)[1] for link in before} == {link: int(number) for link, number in before.items()}
    page = client.get("/screen/").content.decode()
    assert sealed.procedure.number not in page
    assert shut.procedure.number not in page


def test_a_care_check_and_the_call_behind_a_sealed_case_are_on_no_screen(busy, walk, alarm, sign_in):
    client = sign_in("duty_officer")
    case = walk().file(0).case
    before = numbers(client)
    alarm(care=True)
    Procedure.objects.filter(pk=case.pk).update(sealed=True)
    alarm(case=case)
    screen_live.PICTURES.forget()

    after = numbers(client)
    assert (after["/screen/list/alarms/"], after["/screen/list/called/"]) == ("1", "2")
    assert int(before["/screen/list/open/"]) - int(after["/screen/list/open/"]) == 1


def test_no_person_is_on_the_screen(busy, street, sign_in):
    client = sign_in("duty_officer")
    said = client.get("/screen/").content.decode() + client.get("/screen/list/duty/").content.decode()
    said += client.get("/screen/now.json").content.decode()
    for account in street.accounts.values():
        account.name = f"Person {account.pk} of flesh"
        account.save(update_fields=["name"])
    screen_live.PICTURES.forget()
    said += client.get("/screen/").content.decode()

    assert "of flesh" not in said.replace(street.accounts["duty_officer"].name, "")
    assert "三楼楼道灯不亮" not in said  # what somebody wrote


def test_single_cases_of_a_class_of_which_only_numbers_are_public_stand_on_no_map(walk, street):
    street.now = timezone.now() - timedelta(minutes=5)
    walk(klass=street.klass("noise")).file(0)
    walk().file(0)
    seen = picture(street.places["street"].path, timezone.now())

    assert (seen.numbers["open"], seen.drawn) == (2, 1)


def test_a_screen_shows_the_place_of_its_post(busy, street, sign_in):
    area = json.loads(sign_in("area_lead").get("/screen/now.json").content)

    assert area["whole"] is True
    assert list(area["spots"]) == [street.places["building"].path]
    outside = sign_in("outsider").get("/screen/")
    assert outside.status_code == 403


def test_a_picture_costs_as_many_statements_over_five_cases_as_over_nine(busy, walk, street, sign_in):
    client = sign_in("duty_officer")

    def cost(path: str) -> int:
        screen_live.PICTURES.forget()
        return statements(client, path)

    paths = ("/screen/", "/screen/now.json", "/screen/list/open/", "/screen/list/duty/", "/screen/list/alarms/")
    assert cost("/screen/") > 0
    first = [cost(path) for path in paths]
    for _ in range(4):
        walk(klass=street.klass("waste")).file(0)

    assert [cost(path) for path in paths] == first
    assert max(first) <= 60  # the picture, the story of the week and the ten indicators, all anew
    assert statements(client, "/screen/now.json") <= 6  # and hardly any while nothing moves


def test_the_lists_take_nothing_from_an_address_that_they_do_not_know(busy, sign_in):
    client = sign_in("duty_officer")

    assert client.get("/screen/list/persons/").status_code == 404
    for query in ("place=zzzz", "post=abc", "post=-1", "post=99999999999999", "after=nonsense", "place=%00"):
        assert client.get(f"/screen/list/open/?{query}").status_code in (200, 400), query
    assert counted(client, "/screen/list/late/?post=none")[1] == 0


# --- today against usual


def test_usual_leaves_the_lowest_and_the_highest_out_and_needs_four_weeks():
    assert interval([3, 1, 9]) is None
    assert interval([3, 1, 9, 2]) == (1, 9)
    assert interval([3, 1, 90, 2, 5, 4]) == (2, 5)


def test_today_is_compared_up_to_the_same_minute_only():
    past = [[60, 120, 600], [30, 700], [90, 100, 800], [10, 20, 900]]

    seen = against([5, 61, 119], 125, past)

    assert (seen.number, seen.low, seen.high, seen.standing) == (3, 1, 2, "more")
    assert seen.course == [0, 1, 3, 3]
    assert seen.band[0] == (0, 0)
    assert seen.band[24] == (2, 3)
    assert Today(3, None, None, 3, [3], []).standing == ""


def test_reports_of_the_same_weekday_in_earlier_weeks_make_what_is_usual(walk, street):
    at = timezone.now().replace(microsecond=0)
    begun = at - timedelta(weeks=8, hours=1)
    for week in range(9):
        street.now = at - timedelta(weeks=week, minutes=1)
        if rows.start_of_day(at) <= at - timedelta(minutes=1):
            walk()
    street.now = begun
    walk()
    seen = picture(street.places["street"].path, at).today["came"]

    assert (seen.weeks, seen.number, seen.low, seen.high) == (8, 1, 1, 1)
    assert seen.standing == "usual"


# --- the story


def test_the_story_tells_the_week_in_both_languages_from_its_facts(walk, street):
    at = timezone.now()
    street.now = rows.start_of_day(at) - timedelta(days=3, hours=-9)
    for _ in range(6):
        walk().done(4)
    scenes = story(picture(street.places["street"].path, at))
    facts = {scene.kind: scene.facts for scene in scenes}

    assert [scene.kind for scene in scenes] == ["week", "busiest", "checked", "in_time", "content", "green", "duty"]
    assert (facts["week"]["came"], facts["week"]["closed"], facts["week"]["came_before"]) == (6, 6, 0)
    assert facts["busiest"] == {"n": 6, "klass": street.klass().pk, "many": 6}
    assert facts["checked"] == {"looked": 6, "back": 0}
    assert facts["content"] == {"rated": 6, "content": 6}
    words = told(scenes)
    assert all(set(scene["words"]) == {"zh-hans", "en"} for scene in words)
    assert words[0]["words"]["en"][1].startswith("6 reports came in, and 6 cases were closed with an answer.")
    assert words[1]["words"]["zh-hans"][0] == "乐山六村"
    assert words[1]["path"] == street.places["estate"].path


def test_the_story_tells_what_was_done_about_it(street):
    action = Action.objects.create(
        key=uuid4(), title="充电棚开放", title_en="Charging shed opened", place=street.places["estate"],
        day=timezone.localdate() - timedelta(days=20), counted="cases", registered_at=timezone.now(),
    )  # fmt: skip
    scenes = told(story(picture(street.places["street"].path, timezone.now())))
    begun = next(scene for scene in scenes if scene["kind"] == "begun")

    assert begun["url"] == f"/effects/{action.key}/"
    assert "at Leshan Estate 6: Charging shed opened." in begun["words"]["en"][1]


def test_a_class_of_fewer_than_five_reports_is_not_named_in_the_story(walk, street):
    at = timezone.now()
    street.now = rows.start_of_day(at) - timedelta(days=2)
    for klass in ("lighting", "leak", "waste"):
        for _ in range(2):
            walk(klass=street.klass(klass)).file(0)
    scenes = {scene.kind: scene.facts for scene in story(picture(street.places["street"].path, at))}

    assert scenes["busiest"]["n"] == 6
    assert scenes["busiest"]["klass"] == 0


def test_the_links_of_the_story_open_as_many_rows_as_it_says(walk, street, sign_in):
    street.now = rows.start_of_day(timezone.now()) - timedelta(days=3, hours=-9)
    for _ in range(6):
        walk().done(4)
    client = sign_in("auditor")

    assert [counted(client, f"/screen/list/{name}/")[1] for name in ("week_came", "week_closed")] == [6, 6]


# --- the ground


def test_buildings_are_as_high_as_their_storeys_and_six_where_nobody_said(street):
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    set_figure(place=street.places["building"], name="storeys", value=11, unit="storeys", source="test", as_of=day)
    found = json.loads(Client().get(f"/screen/ground.geojson?below={street.places['area'].path}").content)

    heights = {
        each["properties"]["title"]: each["properties"]["height"]
        for each in found["features"]
        if each["properties"]["kind"] == "building"
    }
    assert heights == {"12号": 33.0, "15号": 18.0}


def test_the_ground_below_no_place_is_empty_whatever_stands_in_the_address(street):
    answer = Client().get("/screen/ground.geojson?below=%0aSet-Cookie:%20a=b")

    assert (answer.status_code, json.loads(answer.content)["features"]) == (200, [])


# --- the public


def division(key: str, due: int, *, guarded: bool = False) -> Division:
    return Division(key, key, {"due": due}, frozenset({"due"}) if guarded else frozenset())


def estates(*rows: Division) -> PublicTable:
    return PublicTable({}, rows)


def test_a_committee_is_not_shown_where_it_would_give_an_estate_away():
    committees = ["0001", "0002", "0003"]
    whole = estates(division("00010001", 9), division("00020001", 12), division("00030001", 20))
    one_hidden = estates(division("00010001", 3, guarded=True), division("00010002", 9),
                         division("00020001", 6, guarded=True), division("00030001", 20))  # fmt: skip
    two_hidden = estates(division("00010001", 3, guarded=True), division("00010002", 4, guarded=True),
                         division("00010003", 9), division("00020001", 12))  # fmt: skip
    apart = estates(division("00010001", 3, guarded=True), division("00010002", 50),
                    division("00020001", 2, guarded=True), division("00020002", 4, guarded=True),
                    division("00030001", 6))  # fmt: skip

    assert by_committee(whole, committees) == {"0001": 9, "0002": 12, "0003": 20}
    assert by_committee(one_hidden, committees) == {"0003": 20}
    assert by_committee(two_hidden, committees) == {"0001": 16, "0002": 12, "0003": 0}
    assert by_committee(apart, committees) == {"0003": 6}  # hiding 0003 instead of 0002 would leave 0001's three


def test_the_public_screen_shows_a_whole_month_and_no_single_case(street, walk, tell):
    last_month = timezone.localdate().replace(day=1) - timedelta(days=20)
    street.now = datetime(last_month.year, last_month.month, last_month.day, 2, tzinfo=UTC)
    cases = [walk().done(4).case for _ in range(6)]
    tell()
    page = Client(headers={"accept-language": "en"}).get("/screen/public/").content.decode()
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    assert "Leshan 6–7 6" in plain
    assert "/screen/list/" not in page
    assert "/case/" not in page
    assert not any(case.procedure.number in page for case in cases)
    first = json.loads(re.search(r'id="screen-first"[^>]*>(.*?)</script>', page)[1])
    assert first == {"data": {"columns": {street.places["committee"].path: 6}}}


def test_fewer_than_five_cases_stand_on_no_public_screen(street, walk, tell):
    last_month = timezone.localdate().replace(day=1) - timedelta(days=20)
    street.now = datetime(last_month.year, last_month.month, last_month.day, 2, tzinfo=UTC)
    for _ in range(3):
        walk().done(4)
    tell()
    page = Client(headers={"accept-language": "en"}).get("/screen/public/").content.decode()

    assert '"columns": {}' in page
    assert "Leshan 6–7 *" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# --- live


def test_a_screen_is_sent_what_has_changed_and_no_more(busy, walk, street):
    key = Key(street.places["street"].path, "en")
    before = screen_live.PICTURES.shown(key)
    walk()
    now = screen_live.PICTURES.shown(key)
    sent = changes(before, now)

    assert set(sent["html"]) == {"now", "today", "places", "latest", "drawn"}
    assert set(sent["spots"]) == {street.places["building"].path}
    assert "calls" not in sent["data"]
    assert changes(now, now) == {"at": now.picture.at, "whole": False, "html": {}, "data": {}, "spots": {}}


def test_a_spot_that_is_gone_is_sent_as_null(busy, street):
    key = Key(street.places["street"].path, "en")
    before = screen_live.PICTURES.shown(key)
    Procedure.objects.filter(closed=None).update(sealed=True)
    screen_live.PICTURES.forget()

    assert changes(before, screen_live.PICTURES.shown(key))["spots"] == {street.places["building"].path: None}


def test_a_dear_picture_is_given_at_once_and_taken_anew_beside(busy, street, monkeypatch):
    begun = []
    monkeypatch.setattr(screen_live, "AT_ONCE", -1.0)
    monkeypatch.setattr(screen_live, "DEAR", 0)
    pictures = screen_live.Pictures()
    monkeypatch.setattr(pictures, "_take_beside", lambda path, _mark: begun.append(path))
    path = street.places["street"].path
    first = pictures.of(path)
    monkeypatch.setattr(screen_live, "FRESH", 0)

    assert pictures.of(path) is first
    assert begun == [path]


@pytest.mark.django_db(transaction=True)
def test_open_screens_hear_all_and_then_what_has_changed(street, report, monkeypatch):
    monkeypatch.setattr(screen_live, "POLL", 0.05)
    street.now = timezone.now()

    async def scene() -> tuple[dict, dict]:
        cookie = await sync_to_async(session)(street.accounts["duty_officer"])
        async with Line(cookie) as line:
            whole = await line.event()
            await sync_to_async(report)()
            changed = await line.event()
            while not changed["html"]:
                changed = await line.event()
        await sync_to_async(connections.close_all)()
        return whole, changed

    whole, changed = asyncio.run(scene())
    ends = time.monotonic() + 5
    while screen_live.fan._thread is not None and time.monotonic() < ends:
        time.sleep(0.05)

    assert whole["whole"] is True
    assert "1</span>" not in whole["html"]["now"]
    assert changed["whole"] is False
    assert "1</span>" in changed["html"]["now"]
    assert (screen_live.fan.number(), screen_live.fan._thread) == (0, None)


def test_one_account_keeps_eight_screens_open_and_no_more(street):
    fan = Fan()
    fan._open = {Listener("account:1", Key("0001", "en")) for _ in range(8)}

    assert (fan.is_full("account:1"), fan.is_full("account:2")) == (True, False)


def session(account) -> str:
    made = SessionStore()
    made[SESSION_KEY], made[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    made.create()
    return f"{settings.SESSION_COOKIE_NAME}={made.session_key}"


class Line:
    """One open screen's stream, through the ASGI application."""

    def __init__(self, cookie: str) -> None:
        self.scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/screen/live",
            "raw_path": b"/screen/live", "query_string": b"", "scheme": "http", "server": ("localhost", 80),
            "headers": [(b"host", b"localhost"), (b"cookie", cookie.encode())], "client": ("203.0.113.7", 5000),
        }  # fmt: skip

    async def __aenter__(self):
        self.wire = ApplicationCommunicator(application, self.scope)
        await self.wire.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await self.wire.receive_output(10)
        assert start["status"] == 200
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.wire.send_input({"type": "http.disconnect"})
        with contextlib.suppress(asyncio.TimeoutError, asyncio.CancelledError):
            await self.wire.wait(5)

    async def event(self) -> dict:
        while True:
            text = (await self.wire.receive_output(10))["body"].decode()
            if text.startswith("data: "):
                return json.loads(text.removeprefix("data: "))


def test_where_the_last_month_has_nothing_the_running_one_stands_marked_so_for_staff_alone(busy, tell, sign_in):
    tell()
    staff = sign_in("duty_officer").get("/screen/").content.decode()
    everybody = Client(headers={"accept-language": "en"}).get("/screen/public/").content.decode()

    (received,) = re.findall(r'<li>\s*<p class="label"><a [^>]*>Reports received</a>.*?</li>', staff, re.DOTALL)
    assert " so far" in received
    assert re.search(r'data-figure="ten">\d+</a>', received)
    assert " so far" not in everybody


def test_the_ten_are_kept_for_an_hour_and_say_since_when(busy, sign_in, monkeypatch):
    officer, counted = sign_in("duty_officer"), timezone.now() - timedelta(minutes=4)
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: counted)
        officer.get("/screen/")
    page = officer.get("/screen/").content.decode()

    assert f"counted at {timezone.localtime(counted):%H:%M}, anew each hour" in page


def test_what_was_kept_for_an_hour_makes_room_when_the_hour_is_over(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(screen_live, "monotonic", lambda: clock[0])
    kept = screen_live.Pictures()
    for hour in range(3):
        clock[0] = hour * (screen_live.HOUR + 1)
        kept.hourly(("ten", hour), lambda: "ten")
        kept.hourly(("story", hour), lambda: "story")

    assert set(kept._hours) == {("ten", 2), ("story", 2)}
