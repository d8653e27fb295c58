"""Public promises: dated, never rewritten, and kept by real procedures as often as the page says."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from linli.cases.domain.handling import file_case
from linli.cases.enums import Source
from linli.core.errors import Conflict, Invalid, Refused
from linli.procedures.models import Procedure
from linli.station.domain.commitments import end, promises, publish
from linli.station.domain.desks import desk_named
from linli.station.domain.measures import Rate, rate_of
from linli.station.models import Commitment

DAY = timedelta(days=1)


def promise(street, *, key: str = "area_lead", **changes) -> Commitment:
    given = {
        "desk": desk_named("model"), "measure": "report_told", "amount": 1, "unit": "working_day",
        "text": "一个工作日内告诉您谁在办", "text_en": "Within one working day we tell you who has it",
        "since": date(2026, 11, 23), "by": street.by(key), "at": street.now, "action": uuid4(), **changes,
    }  # fmt: skip
    return publish(**given)


def test_only_the_area_lead_and_the_committees_promise(street):
    assert promise(street, key="committee_secretary").post == street.posts["committee_secretary"]
    for key in ("duty_officer", "mediator", "department_handler", "police_liaison", "administrator"):
        with pytest.raises(Refused):
            promise(street, key=key)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"since": date(2026, 11, 22)}, "since"), ({"amount": 0}, "amount"), ({"measure": "smiles"}, "measure"),
        ({"unit": "month"}, "unit"), ({"text": " "}, "text"), ({"text_en": "x" * 201}, "text_en"),
    ],
)  # fmt: skip
def test_a_promise_cannot_be_made_for_the_past_or_of_what_is_not_counted(wrong, field, street):
    with pytest.raises(Invalid) as told:
        promise(street, **wrong)

    assert list(told.value.fields) == [field]


def test_a_promise_ends_once_and_stays_readable(street):
    made = promise(street)
    with pytest.raises(Invalid):
        end(commitment=made, until=date(2026, 11, 22), by=street.by("area_lead"), at=street.now)
    end(commitment=made, until=date(2026, 11, 23), by=street.by("area_lead"), at=street.now)
    with pytest.raises(Conflict):
        end(commitment=made, until=date(2026, 11, 24), by=street.by("area_lead"), at=street.now)

    assert [each.row for each in promises(street.now)] == [made]
    assert [each.row for each in promises(street.now + DAY)] == []
    assert [each.row for each in promises(street.now + DAY, ended=True)] == [made]


def test_how_often_it_is_kept_is_counted_from_real_cases_to_the_instant(street, case_in):
    """Of five filed at once and one that waits: the one counts as not kept from the end of its working day on."""
    made = promise(street)
    for _ in range(5):
        case_in("filed")
    waiting = case_in("received")

    case_in("filed", source=Source.SENSOR)  # which nobody told

    assert rate_of(made, street.now + timedelta(minutes=1)) == Rate(5, 5)
    ends = street.now.replace(hour=16, minute=0) + DAY  # midnight after Tuesday, in Shanghai
    assert rate_of(made, ends - timedelta(seconds=1)) == Rate(5, 5)
    assert rate_of(made, ends) == Rate(5, 6)
    assert rate_of(made, ends).percent == 83

    Procedure.objects.filter(pk=waiting.pk).update(sealed=True)
    assert rate_of(made, ends) == Rate(5, 5)


def test_what_came_before_the_promise_does_not_count(street, case_in):
    made = promise(street, since=date(2026, 11, 24))
    for _ in range(5):
        case_in("filed")

    assert rate_of(made, street.now + 3 * DAY) == Rate(0, 0)


@pytest.fixture
def filed_now(street, report):
    """A function that has so many reports filed at this very moment, under a promise of today."""

    def file(number: int) -> Commitment:
        now = timezone.now()
        made = promise(street, since=timezone.localdate(now), at=now)
        for _ in range(number):
            case = report(at=now).case
            file_case(case=case, version=1, klass=case.klass, by=street.by("duty_officer"), at=now, action=uuid4())
        return made

    return file


def test_fewer_than_five_are_not_shown_and_no_name_is(street, filed_now):
    filed_now(4)
    few = Client(headers={"accept-language": "en"}).get("/help/promises/").content.decode()

    assert ("Within one working day we tell you who has it" in few, "fewer than five" in few) == (True, True)
    assert ("4 of 4" in few, street.accounts["area_lead"].name in few) == (False, False)


def test_the_public_page_shows_rate_and_number_and_it_can_be_ended(street, filed_now, sign_in):
    made = filed_now(5)
    page = Client(headers={"accept-language": "en"}).get("/help/promises/").content.decode()

    assert ("100%" in page, "kept: 5 of 5" in page) == (True, True)
    until = {"until": "2099-01-01", "action": uuid4()}
    assert sign_in("area_lead").post(f"/station/promises/{made.pk}/end/", until).status_code == 302
    assert sign_in("mediator").post(f"/station/promises/{made.pk}/end/", until).status_code == 403
