"""The pages of the hall: booked, waited for, called and shown, and who may not."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.engines.clocks import Calendar
from linli.procedures.domain.limits import OFFICE_HOURS, load_calendar
from linli.services.domain.hall.booking import book
from linli.services.domain.hall.calling import call_next
from linli.services.domain.hall.codes import code_of
from linli.services.domain.hall.setting import setting
from linli.services.domain.hall.tickets import take_ticket
from linli.services.models_queue import Appointment, AppointmentStatus, Hall, OpeningHours, Ticket, TicketStatus

ALWAYS = [(day, 0, 1440) for day in range(7)]


@pytest.fixture
def always(hall):
    """The hall is open whenever this test runs, for the pages read the clock; its calendar knows no holiday."""
    plain = Calendar(version="plain", zone="Asia/Shanghai", years={}, office_hours=OFFICE_HOURS)
    load_calendar(data=plain.as_data(), source="test", at=hall.now)
    OpeningHours.objects.filter(hall=hall.hall).delete()
    OpeningHours.objects.bulk_create(OpeningHours(hall=hall.hall, weekday=d, opens=o, closes=c) for d, o, c in ALWAYS)
    return hall


@pytest.fixture
def client():
    yield Client(headers={"accept-language": "en"})
    translation.deactivate()


def booked_page(client: Client) -> str:
    """Book for one's mother, page by page; the address of what was booked."""
    client.post("/hall/book/", {"skill": "general"})
    client.post("/hall/book/whom/", {"whom": "parent", "need": "on"})
    page = client.get("/hall/book/when/")
    minute = page.context["day"].times[-1].minute
    client.post(f"/hall/book/when/?day={page.context['day'].day:%Y-%m-%d}", {"minute": minute})
    client.post("/hall/book/reach/", {"contact": "138 1234 5678"})
    return client.post("/hall/book/check/").headers["Location"]


def test_a_daughter_books_for_her_mother_without_a_name_and_cancels(always, client):
    mine = booked_page(client)

    row = Appointment.objects.get()
    assert (row.whom, row.need, row.status, row.entered_by) == ("parent", True, AppointmentStatus.BOOKED, None)
    assert b"13812345678" not in bytes(row.contact_sealed)
    page = client.get(mine).content.decode()
    assert "for my mother or father" in page
    assert "13812345678" not in page
    assert "138****5678" not in page

    client.post(f"{mine}cancel/", {"action": uuid4()})
    row.refresh_from_db()
    assert row.status in (AppointmentStatus.CANCELLED, AppointmentStatus.BOOKED)
    if row.status == AppointmentStatus.BOOKED:  # booked for so soon that the cut-off is past
        assert row.minute * 60 - timezone.now().timestamp() < 120 * 60


def test_who_loses_a_time_is_told_in_words_and_chooses_another_on_the_same_page(always, client):
    client.post("/hall/book/", {"skill": "law"})
    client.post("/hall/book/whom/", {"whom": "self"})
    page = client.get("/hall/book/when/")
    minute = page.context["day"].times[-1].minute
    client.post(f"/hall/book/when/?day={page.context['day'].day:%Y-%m-%d}", {"minute": minute})
    client.post("/hall/book/reach/", {"none": "1"})
    of, at = setting(always.hall), timezone.now()
    book(of=of, skill="law", minute=minute, at=at, action=uuid4())

    told = client.post("/hall/book/check/")

    assert told.status_code == 409
    assert "Somebody else has just taken this time" in told.content.decode()
    near = [each.minute for each in told.context["times"]]
    assert len(near) == 3
    done = client.post("/hall/book/check/", {"minute": near[0]})
    assert done.status_code == 302
    assert Appointment.objects.filter(minute=near[0]).count() == 1


def test_a_ticket_says_how_long_it_takes_and_then_where_to_come(always, client):
    first = client.post("/hall/take/", {"skill": "general", "action": uuid4()})
    mine = client.post("/hall/take/", {"skill": "general", "action": uuid4()}).headers["Location"]

    page = client.get(mine).content.decode()
    assert "A002" in page
    assert "1 person is called before you." in page
    assert re.search(r"(Within|to) \d+ minutes", page)
    for _ in range(2):
        call_next(counter=always.counters[1], by=always.clerk, at=timezone.now())
        Ticket.objects.filter(status=TicketStatus.CALLED, letter="A", number=1).update(status=TicketStatus.DONE)
    assert "Please come to counter 1 now." in client.get(mine).content.decode()
    assert "Done. Thank you" in client.get(first.headers["Location"]).content.decode()


def test_the_display_shows_numbers_and_counters_and_answers_unchanged_in_a_word(always, client):
    take_ticket(of=setting(always.hall), skill="general", at=timezone.now(), action=uuid4())
    call_next(counter=always.counters[1], by=always.clerk, at=timezone.now())

    page = client.get("/hall/display/now/")
    assert "A001" in page.content.decode()
    assert "please come to counter 1" in page.content.decode()
    same = client.get("/hall/display/now/", headers={"if-none-match": page.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    take_ticket(of=setting(always.hall), skill="general", at=timezone.now(), action=uuid4())
    assert client.get("/hall/display/now/", headers={"if-none-match": page.headers["ETag"]}).status_code == 200
    assert client.get("/hall/display/").status_code == 200


def test_the_rule_on_the_wall_states_the_bound_that_is_set(always, client):
    assert "Nobody is overtaken by more than 3 people who came later." in client.get("/hall/rule/").content.decode()


def test_codes_that_fit_nothing_are_told_and_those_of_others_cannot_be_guessed_at_will(always, client):
    assert client.get("/hall/mine/AAAAAAAAAA/").status_code == 404
    told = client.post("/hall/find/", {"code": "AAAA-AAAA-AA"})
    assert told.status_code == 422
    assert "compare each letter" in told.content.decode()
    action = uuid4()
    take_ticket(of=setting(always.hall), skill="general", at=timezone.now(), action=action)
    assert (
        client.post("/hall/find/", {"code": code_of(action).lower()})
        .headers["Location"]
        .endswith(f"/hall/mine/{code_of(action)}/")
    )


def test_a_clerk_works_through_the_line_by_buttons(always, sign_in):
    clerk = sign_in("window_clerk")
    for _ in range(2):
        take_ticket(of=setting(always.hall), skill="general", at=timezone.now(), action=uuid4())

    def press(name: str, **more: object) -> str:
        return clerk.post(f"/hall/counter/1/{name}/", more, follow=True).content.decode()

    assert "A001" in press("next")
    first = Ticket.objects.get(number=1)
    assert "From" in press("gone", ticket=first.pk) or "can be said" in press("gone", ticket=first.pk)
    assert "called 2 times" in press("again", ticket=first.pk)
    press("serve", ticket=first.pk)
    press("hold", ticket=first.pk)
    press("next")
    second = Ticket.objects.get(number=2)
    press("serve", ticket=second.pk)
    press("done", ticket=second.pk)
    press("resume", ticket=first.pk)
    page = press("next", ticket=first.pk)
    assert "Nobody waits for this counter." in page
    assert {each.shown: each.status for each in Ticket.objects.all()} == {"A001": "done", "A002": "done"}
    assert clerk.get("/hall/staff/").status_code == 200
    assert clerk.post("/hall/counter/1/fly/").status_code == 404
    assert clerk.get("/hall/counter/9/").status_code == 404


def test_the_duty_officer_sets_hours_counters_and_rule_and_a_clerk_does_not(always, sign_in, client):
    officer = sign_in("duty_officer")
    hall = Hall.objects.get()
    rule = {"form": "rule", "version": hall.version, "walk_in_share": 50, "most": 4, "grace": 2, "late": 5,
            "cut_off": 60, "offer": 30, "ahead": 20}  # fmt: skip
    assert officer.post("/hall/setup/", rule).status_code == 302
    assert Hall.objects.values_list("most", "walk_in_share", "version").get() == (4, 50, hall.version + 1)
    assert officer.post("/hall/setup/", rule).status_code == 422  # somebody was first
    wrong = officer.post("/hall/setup/", {"form": "hours", "version": hall.version + 1, "day_0": "9 to 12"})
    assert wrong.status_code == 422
    assert "9:00-11:30" in wrong.content.decode()
    hours = {"form": "hours", "version": hall.version + 1, "day_0": "9:00-11:30，13:30-17:00", "day_5": "9-11"}
    assert officer.post("/hall/setup/", hours).status_code == 302
    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, 540, 690), (0, 810, 1020), (5, 540, 660),
    ]  # fmt: skip
    day = timezone.localdate() + timedelta(days=3)
    assert officer.post("/hall/setup/", {"form": "shut", "day": day, "reason": "搬家"}).status_code == 302
    assert "搬家" in client.get("/hall/").content.decode()
    assert (
        officer.post("/hall/setup/", {"form": "counter", "number": 4, "skills": ["law"], "low": "on"}).status_code
        == 302
    )
    assert sign_in("window_clerk").post("/hall/setup/", rule).status_code == 403


def test_without_a_hall_the_pages_say_so(street, client):
    told = client.get("/hall/")
    assert told.status_code == 404
    assert "no service hall" in told.content.decode()


def test_an_office_without_a_hall_sets_one_up_on_a_page(street, sign_in, client):
    officer = sign_in("duty_officer")
    assert officer.get("/hall/staff/").url == "/hall/setup/"
    assert officer.get("/hall/setup/").status_code == 200
    assert sign_in("window_clerk").get("/hall/setup/").status_code == 403
    given = {"form": "hall", "name": "社区事务受理中心", "where": "天平路245号", "counters": 3}

    wrong = officer.post("/hall/setup/", given | {"counters": 0})
    assert (wrong.status_code, Hall.objects.count(), list(wrong.context["form"].errors)) == (422, 0, ["counters"])
    assert officer.post("/hall/setup/", given).url == "/hall/setup/"

    hall = Hall.objects.get()
    assert (hall.name, hall.name_en, hall.place) == ("社区事务受理中心", "社区事务受理中心", street.places["street"])
    assert sorted(hall.counters.values_list("number", flat=True)) == [1, 2, 3]
    for address in ("/hall/", "/hall/take/", "/hall/staff/"):
        assert officer.get(address).status_code == 200
    assert "社区事务受理中心" in client.get("/hall/", headers={"accept-language": "en"}).content.decode()
    officer.post("/hall/setup/", given)  # pressed twice
    assert Hall.objects.count() == 1
