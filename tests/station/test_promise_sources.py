"""What promises are measured by: the source of each app, and the list behind a figure, for whoever may see it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.cases.domain.handling import file_case
from linli.core.errors import Invalid
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock, Procedure
from linli.procedures.promise_sources import sources
from linli.services.models_queue import Hall, HallDay, Ticket, TicketStatus
from linli.station.domain.commitments import publish
from linli.station.domain.desks import desk_named
from linli.station.domain.measures import Rate, judged, rate_of
from linli.station.models import Commitment
from tests.neighbourhood import Street

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def promise(street: Street, measure: str, **changes) -> Commitment:
    given = {
        "desk": desk_named("model"), "measure": measure, "amount": 1, "unit": "working_day", "period": 30,
        "text": "说到做到", "text_en": "We keep it", "since": date(2026, 11, 23), "by": street.by("area_lead"),
        "at": street.now, "action": uuid4(), **changes,
    }  # fmt: skip
    return publish(**given)


def turned_into(procedure: Procedure, **changes) -> Procedure:
    """A procedure as another kind, or in another state, as its own app would have left it."""
    Procedure.objects.filter(pk=procedure.pk).update(**changes)
    return procedure


def test_each_desk_has_something_to_be_measured_by():
    assert {code: each.own_clock for code, each in sources().items()} == {
        "report_told": False, "report_done": False, "hazard_again": True, "mediation_begun": False,
        "hall_wait": False, "call_out": False, "legal_answer": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "kind", "rule"),
    [("hazard_again", "hazard", "fire.reinspect"), ("legal_answer", "legal_question", "legal.answer")],
)
def test_a_matter_with_a_clock_of_its_own_is_held_to_that_clock(measure, kind, rule, street, report):
    due = street.now + DAY
    states = [
        (ClockState.MET, due - MINUTE), (ClockState.MET, due), (ClockState.MISSED, due + DAY),
        (ClockState.RUNNING, None), (ClockState.PAUSED, None), (ClockState.DROPPED, due - MINUTE),
    ]  # fmt: skip
    for state, ended in states:
        procedure = turned_into(report().case.procedure, kind=kind)
        Clock.objects.create(
            procedure=procedure, rule=rule, source="test", amount=1, unit="natural_day", start=street.now, due=due,
            state=state, ended=ended,
        )  # fmt: skip
    made = promise(street, measure, amount=9, unit="minute")

    assert (made.amount, made.unit) == (None, "")
    assert rate_of(made, due - MINUTE) == Rate(1, 2)  # what waits is not judged before its time
    assert rate_of(made, due) == Rate(1, 4)


def test_a_sealed_hazard_is_not_counted(street, report):
    procedure = turned_into(report().case.procedure, kind="hazard", sealed=True)
    Clock.objects.create(
        procedure=procedure, rule="fire.reinspect", source="test", amount=1, unit="natural_day", start=street.now,
        due=street.now + DAY, state=ClockState.MET, ended=street.now,
    )  # fmt: skip

    assert judged(promise(street, "hazard_again"), street.now + 2 * DAY) == []


def test_mediation_counts_what_begins_and_never_what_must_not_be_mediated(street, report):
    for state in ("mediating", "choosing", "refused", "withdrawn", "diverted"):
        turned_into(report().case.procedure, kind="mediation", state=state, sealed=True)
    made = promise(street, "mediation_begun")

    counted = {each.one.key for each in judged(made, street.now + 9 * DAY)}
    assert counted == set(Procedure.objects.filter(state__in=["mediating", "choosing"]).values_list("pk", flat=True))


@pytest.fixture
def tickets(street):
    """A function that gives out tickets of a day: (minutes until called, how it stands, an early appointment)."""
    hall = Hall.objects.create(code="main", name="大厅", name_en="Hall", place=street.places["street"])
    day = HallDay.objects.create(hall=hall, day=date(2026, 11, 23))

    def give(*rows: tuple[int | None, str, int]) -> None:
        for number, (called, status, early) in enumerate(rows, 1):
            starts = street.now + early * MINUTE
            Ticket.objects.create(
                day=day, letter="A", number=number, skill="general", place_at=starts, taken_at=street.now,
                timed=bool(early), status=status, action=uuid4(),
                called_at=None if called is None else street.now + called * MINUTE,
            )  # fmt: skip

    return give


def test_a_wait_in_the_hall_ends_with_the_call_and_begins_no_earlier_than_the_appointment(street, tickets):
    done = TicketStatus.DONE
    tickets(
        (19, done, 0), (20, done, 0), (35, done, 20), (None, TicketStatus.CANCELLED, 0), (None, TicketStatus.WAITING, 0)
    )
    made = promise(street, "hall_wait", amount=20, unit="minute")

    assert rate_of(made, street.now + 19 * MINUTE) == Rate(2, 3)  # who waits still is not judged yet
    assert rate_of(made, street.now + 60 * MINUTE) == Rate(2, 4)


def test_a_time_is_asked_for_where_the_matter_has_none_of_its_own(street):
    for wrong in ({"amount": None}, {"amount": 61}):
        with pytest.raises(Invalid) as told:
            promise(street, "report_told", **wrong)
        assert list(told.value.fields) == ["amount"]
    with pytest.raises(Invalid) as told:
        promise(street, "report_told", period=31)
    assert list(told.value.fields) == ["period"]
    made = promise(street, "report_told")
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=made.pk).update(amount=None)


def test_a_promise_counts_back_over_its_own_period(street, case_in):
    for _ in range(5):
        case_in("filed")
    month, quarter = promise(street, "report_told", period=30), promise(street, "report_told", period=90)
    later = street.now + 31 * DAY

    assert (rate_of(month, later), rate_of(quarter, later)) == (Rate(0, 0), Rate(5, 5))


@pytest.fixture
def filed(street, report):
    """A promise of today with five reports filed at this moment."""
    from django.utils import timezone

    now = timezone.now()
    made = promise(street, "report_told", since=timezone.localdate(now), at=now)
    for _ in range(5):
        case = report(at=now).case
        file_case(case=case, version=1, klass=case.klass, by=street.by("duty_officer"), at=now, action=uuid4())
    return made


def test_the_list_counts_the_same_for_whoever_may_see_it_all(filed, sign_in, django_assert_max_num_queries):
    client = sign_in("area_lead")
    page = client.get(f"/station/promises/{filed.pk}/").content.decode()

    assert ("kept: 5 of 5" in page, "You may see 5 of them; 5 were in time." in page) == (True, True)
    assert page.count('href="/case/') == 5
    assert "not yours to see" not in page
    with django_assert_max_num_queries(25):
        client.get(f"/station/promises/{filed.pk}/")


def test_who_may_see_none_of_them_learns_no_number_of_a_matter(filed, sign_in):
    page = sign_in("mediator").get(f"/station/promises/{filed.pk}/").content.decode()

    assert ('href="/case/' in page, "yours to see" in page) == (False, True)
    assert not any(number in page for number in Procedure.objects.values_list("number", flat=True))
    for key in ("resident", "outsider", "auditor", "administrator"):
        assert sign_in(key).get(f"/station/promises/{filed.pk}/").status_code == 403


def test_tickets_are_listed_for_who_works_in_the_hall(street, tickets, sign_in):
    tickets(*[(5, TicketStatus.DONE, 0)] * 5)
    made = promise(street, "hall_wait", amount=20, unit="minute")
    Ticket.objects.update(taken_at=made.published_at)
    lists = {
        key: sign_in(key).get(f"/station/promises/{made.pk}/").content.decode() for key in ("window_clerk", "mediator")
    }

    assert {key: "Ticket A001" in page for key, page in lists.items()} == {"window_clerk": True, "mediator": False}


def test_the_area_lead_writes_a_promise_on_the_page_and_it_is_never_altered(street, sign_in):
    from django.utils import timezone

    form = {
        "desk": "legal", "measure": "legal_answer", "amount": "", "unit": "", "period": 90, "text": "按时答复法律咨询",
        "text_en": "Questions are answered in time", "since": timezone.localdate().isoformat(), "action": str(uuid4()),
    }  # fmt: skip
    lead = sign_in("area_lead")

    assert lead.post("/station/promises/", form | {"measure": "report_done", "action": uuid4()}).status_code == 422
    assert [lead.post("/station/promises/", form).status_code for _ in range(2)] == [302, 302]
    made = Commitment.objects.get()
    assert (made.measure, made.amount, made.account) == ("legal_answer", None, street.accounts["area_lead"])
    assert sign_in("mediator").post("/station/promises/", form | {"action": uuid4()}).status_code == 403
    assert lead.post(f"/station/promises/{made.pk}/", form).status_code == 405
