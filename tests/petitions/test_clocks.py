"""Every time limit of a petition at its edges: holidays, leap day, the turn of the year, more time, a hearing."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli import lawbook
from linli.core.errors import Invalid
from linli.petitions.domain import answering, handling, reviewing
from linli.petitions.domain.indicators import counts
from linli.petitions.models import Petition
from linli.procedures.enums import Part
from linli.procedures.models import Clock, Procedure
from linli.procedures.sentences import explain
from tests.petitions.making import OPINION, REVIEW, act, holder_of, opened, petition_in


def morning(year: int, month: int, day: int) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime(year, month, day, 2, tzinfo=UTC)


def end_of(year: int, month: int, day: int) -> datetime:
    """The midnight after a day in Shanghai."""
    return datetime(year, month, day, 16, tzinfo=UTC)


def clock(petition: Petition, rule: str) -> Clock:
    return Clock.objects.filter(procedure=petition.pk, rule=rule).latest("start", "pk")


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        ((2026, 2, 1), (2026, 2, 24), False),  # 16 February falls in the Spring Festival
        ((2026, 3, 2), (2026, 3, 17), False),
        ((2026, 9, 16), (2026, 10, 8), False),  # 1 October begins the National Day holiday
        ((2026, 12, 20), (2027, 1, 4), True),  # the holidays of 2027 are not published
        ((2028, 2, 15), (2028, 3, 1), True),  # over a leap day
    ],
)
def test_fifteen_days_to_forward_and_to_tell(start, due, provisional, street):
    petition = opened(street, at=morning(*start)).petition

    found = [clock(petition, rule) for rule in ("petition.forward", "petition.notice")]

    assert [(each.due, each.provisional) for each in found] == [(end_of(*due), provisional)] * 2


def test_five_working_days_to_object_know_a_working_saturday(street):
    petition = petition_in(street, "forwarded", at=morning(2026, 2, 13))

    assert clock(petition, "petition.object").due == end_of(2026, 2, 27)
    assert clock(petition, "petition.notice_transferred").due == end_of(2026, 2, 28)  # a Saturday on which people work


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [((2026, 4, 1), (2026, 6, 1), False), ((2026, 11, 23), (2027, 1, 22), True), ((2028, 1, 1), (2028, 3, 1), True)],
)
def test_sixty_days_to_answer_count_from_acceptance(start, due, provisional, street):
    petition = petition_in(street, "handling", at=morning(*start))

    found = clock(petition, "petition.handle")

    assert (found.due, found.provisional, found.source) == (end_of(*due), provisional, "petition.handle")


def test_more_time_is_given_once_up_to_thirty_days_and_the_petitioner_is_told(street):
    at = morning(2026, 3, 2)
    petition = petition_in(street, "handling", at=at)
    handler, head = street.by("department_handler"), street.by("duty_officer")
    before = clock(petition, "petition.handle").due

    with pytest.raises(Invalid):
        act(street, petition, answering.ask_extension, handler, at, amount=31, reason="案情复杂")
    petition = act(street, petition, answering.ask_extension, handler, at, amount=30, reason="案情复杂")
    petition = act(street, petition, answering.extend, head, at, amount=30, reason="案情复杂，需鉴定。")

    found = clock(petition, "petition.handle")
    assert (before, found.due, found.extension) == (end_of(2026, 5, 6), end_of(2026, 6, 1), 30)
    assert petition.letters.filter(form="extension").count() == 1
    with pytest.raises(Invalid):
        act(street, petition, answering.ask_extension, handler, at, amount=1, reason="再延一日")


@pytest.mark.parametrize(("late", "state"), [(timedelta(seconds=-1), "met"), (timedelta(0), "missed")])
def test_an_answer_is_in_time_until_the_last_second(late, state, street):
    petition = petition_in(street, "handling", at=morning(2026, 4, 1))
    due = clock(petition, "petition.handle").due

    act(street, petition, answering.answer, street.by("department_handler"), due + late, **OPINION)

    assert clock(petition, "petition.handle").state == state
    assert counts(None, date(2026, 4, 1), date(2026, 6, 30)) == (
        3 + (state == "met"),
        4,
    )  # sent on, told twice, answered


def test_thirty_days_to_ask_count_from_the_delivery_not_from_the_letter(street):
    petition = petition_in(street, "answered", at=morning(2026, 5, 11))

    petition = act(street, petition, answering.deliver, street.by("petition_clerk"), morning(2026, 5, 20))

    assert clock(petition, "petition.ask_review").due == end_of(2026, 6, 22)  # 19 June is the Dragon Boat Festival


def test_review_and_recheck_take_thirty_days_each(street):
    petition = petition_in(street, "rechecking", at=morning(2026, 6, 1))

    assert [clock(petition, rule).due for rule in ("petition.review", "petition.recheck")] == [end_of(2026, 7, 1)] * 2


def test_the_days_of_a_hearing_are_not_counted(street):
    petition = petition_in(street, "rechecking", at=morning(2026, 6, 1))
    checker = holder_of(petition, Part.VERIFIER, street)

    petition = act(street, petition, reviewing.hear, checker, morning(2026, 6, 10), text="听证")
    assert (clock(petition, "petition.recheck").state, clock(petition, "petition.recheck").due) == ("paused", None)
    petition = act(street, petition, reviewing.heard, checker, morning(2026, 6, 15))

    found = clock(petition, "petition.recheck")
    assert (found.state, found.due) == ("running", end_of(2026, 7, 6))
    ended = act(street, petition, reviewing.recheck, checker, morning(2026, 7, 6), **REVIEW)
    assert (ended.procedure.state, clock(ended, "petition.recheck").state) == ("rechecked", "met")


def test_what_a_clerk_writes_down_later_counts_from_the_day_it_came(street):
    petition = opened(street, at=morning(2026, 3, 9), received_at=morning(2026, 3, 2)).petition

    assert (petition.procedure.opened, clock(petition, "petition.forward").due) == (
        morning(2026, 3, 2), end_of(2026, 3, 17),
    )  # fmt: skip
    with pytest.raises(Invalid):
        opened(street, at=morning(2026, 3, 9), received_at=morning(2026, 3, 10))


def test_before_the_regulations_there_was_no_such_limit(street):
    with pytest.raises(lawbook.NotInForce):
        opened(street, at=morning(2022, 4, 30))
    assert Procedure.objects.count() == 0

    assert clock(opened(street, at=morning(2022, 5, 1)).petition, "petition.forward").source == "petition.forward"


def test_each_clock_explains_its_date_and_says_what_is_only_assumed(street):
    petition = petition_in(street, "answered", at=morning(2026, 2, 1))

    with translation.override("en"):
        said = {each.rule: explain(each) for each in Clock.objects.filter(procedure=petition.pk)}

    assert "15 calendar days" in said["petition.forward"]
    assert "is a rest day" in said["petition.forward"]
    assert "Regulations on Petition Work" in said["petition.handle"]
    assert "assumed where the law is silent" in said["petition.deliver"]
    assert set(said) == {
        "petition.forward", "petition.notice", "petition.object", "petition.notice_transferred", "petition.handle",
        "petition.deliver",
    }  # fmt: skip


def test_a_returned_item_has_its_days_anew(street):
    petition = petition_in(street, "objected", at=morning(2026, 3, 2))

    petition = act(street, petition, handling.agree, street.by("petition_clerk"), morning(2026, 3, 6))

    assert clock(petition, "petition.forward").due == end_of(2026, 3, 23)  # 21 March is a Saturday
    assert clock(petition, "petition.notice_transferred").state == "dropped"


def test_a_doubled_submit_of_an_objection_or_of_more_time_does_the_same_once(street):
    handler = street.by("department_handler")
    forwarded = petition_in(street, "forwarded")
    objection = {"version": forwarded.procedure.version, "ground": "not_ours", "text": "不属于本单位职权。"}
    handled = petition_in(street, "handling")
    asked = {"version": handled.procedure.version, "amount": 30, "reason": "案情复杂"}

    def twice(verb, petition, by, **given):
        shown = {**given, "by": by, "at": street.now, "action": uuid4()}
        return [verb(petition=handling.fresh(petition), **shown).procedure.version for _ in range(2)]

    assert twice(handling.object_to, forwarded, handler, **objection) == [objection["version"] + 1] * 2
    assert twice(answering.ask_extension, handled, handler, **asked) == [asked["version"] + 1] * 2
    handled = handling.fresh(handled)
    head = holder_of(handled, Part.APPROVER, street)
    granted = {**asked, "version": handled.procedure.version}
    assert twice(answering.extend, handled, head, **granted) == [granted["version"] + 1] * 2
    assert handled.letters.filter(form="extension").count() == 1
