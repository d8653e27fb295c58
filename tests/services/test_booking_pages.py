"""The pages of bookings, service points and programme: a resident's way, a clerk's, and the calendars without names."""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.core.models import ViewLog
from linli.services.domain.booking import Person, book
from linli.services.domain.booking_content import content, lay_down, read_week
from linli.services.domain.ical import Event, calendar_file
from linli.services.domain.opening_hours import Span, now_open, spans
from linli.services.domain.points import programme, shut_point
from linli.services.models_bookings import Attendance, Booking, Resource
from linli.services.models_points import ServicePoint

NAMES = ("王阿姨", "13800000000")


@pytest.fixture
def laid(street):
    """The content of the demonstration, in the small neighbourhood."""
    called = {place.name: place for place in street.places.values()}
    lay_down(called, since=date(2026, 9, 1), root="乐山片区")
    return street


def day_ahead(days: int = 3) -> date:
    return timezone.localdate() + timedelta(days=days)


def query(day: date, first: str, last: str) -> str:
    return f"?from={day}T{first}&to={day}T{last}"


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def form(**more: object) -> dict:
    return {"action": str(uuid4()), "called": "王阿姨", "contact": "13800000000", **more}


def test_a_resident_without_account_books_finds_it_again_and_cancels(laid):
    client, day = visitor(), day_ahead()
    shown = client.get(f"/bookings/hub-room-1/?minutes=60&day={day}").content.decode()
    (link,) = re.findall(rf'href="(/bookings/hub-room-1/book/\?from={day}T10:00&amp;to={day}T11:00)"', shown)

    own = client.post(link.replace("&amp;", "&"), form(what_for="茶话"), follow=True)

    booking = Booking.objects.get()
    assert (booking.status, booking.what_for) == ("booked", "茶话")
    page = own.content.decode()
    assert booking.number in page
    code = re.findall(r'class="claim">([A-Z0-9]{10})<', page)[0]
    stranger = visitor()
    assert stranger.get(f"/bookings/mine/{booking.pk}/").status_code == 404
    stranger.post("/bookings/mine/find/", {"number": booking.number, "code": "AAAAAAAAAA"})
    assert stranger.get(f"/bookings/mine/{booking.pk}/").status_code == 404
    assert stranger.post("/bookings/mine/find/", {"number": booking.number, "code": code}).status_code == 302
    stranger.post(f"/bookings/mine/{booking.pk}/cancel/")
    assert Booking.objects.get().status == "cancelled"


def test_who_comes_second_keeps_what_they_typed_and_may_wait(laid):
    day = day_ahead()
    where = f"/bookings/hub-room-1/book/{query(day, '10:00', '11:00')}"
    visitor().post(where, form())

    client = visitor()
    late = client.post(where, form(called="李老师", contact="13800000001"))
    again = client.post(f"{where}&wait=1", form(called="李老师", contact="13800000001"))

    assert (late.status_code, again.status_code) == (409, 302)
    assert 'value="李老师"' in late.content.decode()
    assert "waiting list" in late.content.decode()
    assert Booking.objects.get(called="李老师").status == "waiting"


@pytest.mark.parametrize(
    "wrong", ["", "?from=x&to=y", "?from=2026-11-30T10:00&to=2026-11-30T09:00", "?from=9999-99-99T10:00&to=1"]
)
def test_an_address_with_no_time_in_it_is_no_page(laid, wrong):
    assert visitor().get(f"/bookings/hub-room-1/book/{wrong}").status_code == 404


@pytest.mark.parametrize(
    "page", ["?day=2026-13-45", "?minutes=-5&from=x", "?minutes=99999999999&day=1", "?from=0001-01-01"]
)
def test_what_nobody_would_type_into_the_address_shows_the_page(laid, page):
    assert visitor().get(f"/bookings/hub-room-1/{page}").status_code == 200


def test_a_resident_who_is_signed_in_needs_to_leave_no_number(laid, sign_in):
    client = sign_in("resident")
    where = f"/bookings/hub-room-1/book/{query(day_ahead(), '10:00', '11:00')}"
    client.post(where, form(contact=""))
    client.post(where, form(contact="13800000000"))

    booking = Booking.objects.get()
    assert booking.account == laid.accounts["resident"]
    assert "Hub, room 1" in client.get("/bookings/mine/").content.decode()
    assert booking.called in client.get("/my-data/take-along/").content.decode()


def test_a_clerk_enters_a_booking_decides_another_and_opens_a_contact_with_a_reason(laid, sign_in):
    client, day = sign_in("window_clerk"), day_ahead()
    given = {"starts": f"{day}T14:00", "ends": f"{day}T15:00", "called": "陈伯伯", "contact": ""}
    entered = client.post("/bookings/desk/hub-room-1/enter/", {"action": str(uuid4()), **given}, follow=True)
    assert "陈伯伯" in entered.content.decode()
    ahead = day_ahead(5)
    visitor().post(f"/bookings/hub-hall/book/{query(ahead, '10:00', '11:00')}", form(what_for="联欢"))
    asked = Booking.objects.get(status="asked")
    page = f"/bookings/desk/booking/{asked.pk}/"

    assert "王阿姨" in client.get("/bookings/desk/").content.decode()
    assert client.post(page, {"step": "refuse", "version": 1, "action": str(uuid4()), "reason": ""}).status_code == 422
    assert "13800000000" not in client.get(page).content.decode()
    assert "13800000000" in client.post(page, {"step": "look", "why": "改时间"}).content.decode()
    assert ViewLog.objects.get().reason == "改时间"
    client.post(page, {"step": "approve", "version": 1})
    late = client.post(page, {"step": "cancel", "version": 1, "action": str(uuid4()), "reason": "停电"})
    assert (late.status_code, Booking.objects.get(pk=asked.pk).status) == (409, "booked")


def test_a_post_finds_only_what_it_keeps(laid, sign_in):
    booking = taken(laid, "hub-room-1")
    secretary = sign_in("committee_secretary")

    assert secretary.get("/bookings/desk/ladder/").status_code == 200  # the tool room lies in its committee
    for page in ("/bookings/desk/hub-room-1/", f"/bookings/desk/booking/{booking.pk}/", "/bookings/desk/none/"):
        assert secretary.get(page).status_code == 404, page


def taken(laid, code: str, days: int = 3) -> Booking:
    day, tz = day_ahead(days), timezone.get_default_timezone()
    starts = datetime.combine(day, time(10), tz)
    return book(
        resource=Resource.objects.get(code=code), starts=starts, ends=starts + timedelta(hours=1),
        person=Person(*NAMES), what_for="茶话", at=timezone.now(), action=uuid4(),
    ).booking  # fmt: skip


def test_the_week_page_takes_the_count_and_the_rules_page_closes_a_day(laid, sign_in):
    client, day = sign_in("window_clerk"), day_ahead()
    booking = taken(laid, "hub-room-1")
    client.post("/bookings/desk/hub-room-1/shut/", {"day": day, "why": "停水", "why_en": "No water"})
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == ("cancelled", "停水")
    assert "No water" in client.get("/bookings/hub-room-1/").content.decode()
    client.post("/bookings/desk/hub-room-1/open/", {"day": day})
    assert "No water" not in client.get("/bookings/hub-room-1/").content.decode()
    session = timezone.now() - timedelta(days=1)
    client.post("/bookings/desk/day-care-places/came/", {"starts": session.isoformat(), "number": 11})
    assert Attendance.objects.get().number == 11


def test_the_rules_are_changed_and_what_cannot_be_read_is_told_beside_its_day(laid, sign_in):
    client = sign_in("area_lead")
    page = client.get("/bookings/desk/hub-room-1/rules/")
    given = {name: value for name, value in page.context["form"].initial.items() if value is not False}

    wrong = client.post("/bookings/desk/hub-room-1/rules/", {**given, "day_2": "nine to five"})
    right = client.post(
        "/bookings/desk/hub-room-1/rules/", {**given, "longest": 240, "day_2": "9:00-11:30，13:00–24:00"}
    )

    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"day_2"})
    assert right.status_code == 302
    room = Resource.objects.get(code="hub-room-1")
    assert (room.longest, room.version) == (240, 2)
    wednesday = room.openings.filter(weekday=2).order_by("opens").values_list("opens", "closes")
    assert list(wednesday) == [(540, 690), (780, 1440)]
    late = client.post("/bookings/desk/hub-room-1/rules/", {**given, "longest": 180})
    assert (late.status_code, late.context["form"]["longest"].value()) == (409, "180")
    behind = {**given, "longest": 180, "version": late.context["form"]["version"].value()}
    assert client.post("/bookings/desk/hub-room-1/rules/", behind).status_code == 302


def test_neither_feed_nor_page_says_whose_it_is(laid):
    booking = taken(laid, "hub-room-1")
    feed = visitor().get("/bookings/hub-room-1/calendar.ics")
    pages = (
        "/bookings/",
        "/bookings/hub-room-1/",
        "/bookings/programme/",
        "/bookings/programme.ics",
        "/bookings/points/",
    )

    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert feed.content.decode().count("BEGIN:VEVENT") == 1
    assert f"DTSTART:{booking.starts.astimezone(UTC):%Y%m%dT%H%M%SZ}" in feed.content.decode()
    for page in (feed, *(visitor().get(each) for each in pages)):
        body = page.content.decode()
        assert [word for word in (*NAMES, "茶话", booking.number, str(booking.pk)) if word in body] == []


# --- points, programme, calendars


def test_the_content_can_be_read_and_is_whole_in_both_languages(laid):
    texts = [row[name] for part in content().values() for row in part for name in row if name.startswith("name")]

    assert min(len(text.strip()) for text in texts) > 0
    assert {row["point"] for row in content()["resource"]} <= {row["code"] for row in content()["point"]}
    again = lay_down({"乐山片区": laid.places["area"]}, since=date(2026, 9, 1), root="乐山片区")
    assert again == Resource.objects.count() == 8
    with pytest.raises(ValueError, match="9-17"):
        read_week(["mon 9-17"])


def test_open_now_turns_at_the_minute_and_knows_the_next_opening():
    tz = timezone.get_default_timezone()
    hours, monday = [(0, 540, 690), (0, 780, 1440), (1, 0, 120)], date(2026, 11, 30)

    def at(hour: int, minute: int = 0, day: int = 30) -> datetime:
        return datetime(2026, 11 if day == 30 else 12, day, hour, minute, tzinfo=tz)

    assert now_open(at(9), hours, tz).until == at(11, 30)
    assert not now_open(at(11, 30), hours, tz).open
    assert now_open(at(11, 30), hours, tz).opens == at(13)
    assert now_open(at(23, 59), hours, tz).until == at(2, day=1)  # over midnight it is one opening
    assert now_open(at(9), hours, tz, shut={monday}).opens == at(0, day=1)
    assert spans(monday, monday, hours, tz)[-1] == Span(at(13), at(0, day=1))
    assert (now_open(at(9), [], tz).open, now_open(at(9), [], tz).opens) == (False, None)


def test_the_programme_leaves_out_holidays_and_says_what_is_not_on(laid):
    point = ServicePoint.objects.get(code="clinic")
    shut_point(point=point, day=date(2026, 12, 7), why="培训", why_en="Training", by=laid.by("area_lead"), at=laid.now)
    with translation.override("zh-hans"):
        week = {day: [(line.uid, line.cancelled) for line in lines] for day, lines in programme(date(2026, 12, 7))}

    assert ("blood-pressure-2026-12-07", "培训") in week[date(2026, 12, 7)]
    assert [uid for uid, _off in week[date(2026, 12, 8)]] == ["family-doctor-2026-12-08-0900"]
    holiday = dict(programme(date(2026, 9, 28)))
    assert [line.uid for line in holiday[date(2026, 10, 2)]] == ["choir-2026-10-02"]  # the hub keeps no holidays
    page = visitor().get("/bookings/programme/?week=2026-12-07").content.decode()
    assert "Training" in page
    assert "not on this day" in page


def test_a_point_is_shut_by_whoever_keeps_it_and_by_nobody_else(laid, sign_in):
    given = {"day": str(day_ahead()), "why": "盘点"}

    assert sign_in("committee_secretary").post("/bookings/points/hub/shut/", given).status_code == 403
    assert sign_in("mediator").post("/bookings/points/hub/shut/", given).status_code == 403
    assert sign_in("window_clerk").post("/bookings/points/hub/shut/", given).status_code == 302
    assert ServicePoint.objects.get(code="hub").closures.get().why == "盘点"


def test_the_map_has_the_points_that_lie_somewhere(laid):
    ServicePoint.objects.filter(code="hub").update(lon=121.434, lat=31.1925)

    (feature,) = visitor().get("/bookings/points.geojson").json()["features"]
    assert (feature["geometry"]["coordinates"], feature["properties"]["href"]) == (
        [121.434, 31.1925], "/bookings/points/hub/",
    )  # fmt: skip


def test_a_calendar_is_folded_by_octets_and_escaped():
    start = datetime(2026, 12, 31, 15, 30, tzinfo=timezone.get_default_timezone())
    long = "乐山生活集市，" * 12
    event = Event("a@linli", start, start + timedelta(hours=9), f"a,b;c\\d\n{long}", location="1号")

    written = calendar_file("邻里", [event], at=start)
    whole = written.replace(b"\r\n ", b"").decode()

    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert f"SUMMARY:a\\,b\\;c\\\\d\\n{long}\r\n" in whole
    assert ("DTSTART:20261231T073000Z\r\n" in whole, "DTEND:20261231T163000Z\r\n" in whole) == (True, True)
    assert (whole.startswith("BEGIN:VCALENDAR\r\n"), whole.endswith("END:VCALENDAR\r\n")) == (True, True)
