"""The yearly review of each mechanism: opened by itself once a year, concluded in words, checked by another."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Invalid, Refused
from linli.core.models import Job
from linli.insight.domain.indicators import BY_CODE as INDICATORS
from linli.insight.domain.mechanisms import MECHANISMS
from linli.insight.domain.reviews import (
    begin_review,
    check_review,
    conclude_review,
    latest_reviews,
    leave_out_review,
    open_reviews,
)
from linli.insight.models import Review
from linli.people.enums import Role
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Clock, Procedure

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def review(street) -> Review:
    open_reviews(at=AT)
    return latest_reviews()["loop"]


def step(verb, review, by, **more) -> Review:
    return verb(
        review=review, version=review.procedure.version, by=by, at=AT + timedelta(days=3), action=uuid4(), **more
    )


def concluded(review, street, *, outcome="keep", next_on=date(2027, 3, 1)) -> Review:
    lead = street.by("area_lead")
    begun = step(begin_review, review, lead)
    return step(conclude_review, begun, lead, outcome=outcome, text="七成按期，够用。", next_on=next_on)


def test_every_mechanism_names_indicators_that_there_are_and_a_post_that_leads():
    named = {code for mechanism in MECHANISMS for code in mechanism.indicators}

    assert named <= set(INDICATORS)
    assert {mechanism.reviewer for mechanism in MECHANISMS} == {Role.AREA_LEAD, Role.DUTY_OFFICER}


def test_each_is_opened_once_a_year_and_lies_with_whoever_reviews(street):
    assert len(open_reviews(at=AT)) == len(MECHANISMS)
    assert open_reviews(at=AT + timedelta(days=90)) == []

    found = latest_reviews()["joint_meeting"]
    assert [
        (row.post, row.part, row.open) for row in Assignment.objects.filter(procedure=found.procedure)
    ] == [(street.posts["duty_officer"], Part.HANDLER, True)]  # fmt: skip
    assert [(clock.rule, clock.source, clock.assumed) for clock in Clock.objects.filter(procedure=found.procedure)] == [
        ("review.begin", "review.begin", True)
    ]


def test_the_next_one_comes_on_the_day_that_was_set(review, street):
    done = step(check_review, concluded(review, street), street.by("duty_officer"))
    assert (done.procedure.state, done.outcome, done.next_on) == ("checked", "keep", date(2027, 3, 1))

    early = {each.mechanism for each in open_reviews(at=datetime(2027, 2, 27, 2, tzinfo=UTC))}
    assert "loop" not in early
    late = {each.mechanism for each in open_reviews(at=datetime(2027, 3, 1, 2, tzinfo=UTC))}
    assert late == {"loop"}
    assert latest_reviews()["loop"].year == 2027


def test_what_stopped_is_not_opened_again_and_what_was_left_out_comes_next_year(review, street):
    step(check_review, concluded(review, street, outcome="stop", next_on=None), street.by("duty_officer"))
    grid = latest_reviews()["grid"]
    step(leave_out_review, grid, street.by("duty_officer"), reason="no cells yet")

    opened = {each.mechanism for each in open_reviews(at=datetime(2027, 1, 2, 2, tzinfo=UTC))}
    assert opened == {"grid"}


def test_nobody_checks_their_own_conclusion(review, street):
    begun = step(begin_review, review, street.by("duty_officer"))
    told = {"outcome": "change", "text": "x", "next_on": date(2027, 1, 1)}
    done = step(conclude_review, begun, street.by("duty_officer"), **told)

    with pytest.raises(Refused):
        step(check_review, done, street.by("duty_officer"))
    verifier = Assignment.objects.get(procedure=done.procedure, part=Part.VERIFIER)
    assert (verifier.post, verifier.open) == (street.posts["area_lead"], True)


@pytest.mark.parametrize("next_on", [date(2026, 12, 31), date(2029, 1, 1)])
def test_the_next_day_is_in_one_of_the_next_two_years(review, street, next_on):
    with pytest.raises(Invalid):
        concluded(review, street, next_on=next_on)


def test_an_empty_office_has_no_reviews(db):
    assert open_reviews(at=AT) == []
    assert Job.objects.filter(name="insight.open_reviews").count() == 0


def test_the_page_leads_from_the_button_to_the_check(street, sign_in):
    open_reviews(at=AT)
    found = latest_reviews()["loop"]
    lead, officer = sign_in("area_lead"), sign_in("duty_officer")
    address = f"/indicators/reviews/{found.procedure.number}/"

    def send(client, step, **more):
        page = client.get(address).content.decode()
        version = re.search(r'name="version" value="(\d+)"', page)
        return client.post(
            address, {"step": step, "version": version[1] if version else 0, "action": str(uuid4()), **more}
        )

    assert send(officer, "begin").status_code == 302
    half = send(lead, "conclude", text="只写了一半", outcome="keep")
    assert half.status_code == 422
    assert "只写了一半" in half.content.decode()
    stale = lead.post(address, {"step": "conclude", "version": 1, "action": str(uuid4()), "text": "旧页面",
                                "outcome": "keep", "next_on": "2027-03-01"})  # fmt: skip
    assert stale.status_code == 409
    assert "旧页面" in stale.content.decode()
    assert send(lead, "conclude", text="够用", outcome="keep", next_on="2027-03-01").status_code == 302
    assert send(officer, "check").status_code == 302
    page = officer.get(address).content.decode()
    assert "Conclusion: Keep as it is" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert sign_in("outsider").get(address).status_code == 403
    assert sign_in("project_lead").get(address).status_code == 404


def test_the_inbox_names_it(street, sign_in):
    open_reviews(at=AT)

    page = sign_in("duty_officer").get("/inbox/").content.decode()
    assert "Yearly review 2026: Closed loop of cases" in page


def test_a_review_opens_for_whom_the_queryset_shows_it_and_the_number_of_a_case_opens_nothing(street, sign_in, case_in):
    open_reviews(at=AT)
    review, case = latest_reviews()["loop"].procedure, case_in("dispatched").procedure
    officer = sign_in("duty_officer")

    assert officer.get(f"/indicators/reviews/{review.number}/").status_code == 200
    assert officer.get(f"/indicators/reviews/{case.number}/").status_code == 404
    Procedure.objects.filter(pk=review.pk).update(sealed=True)
    assert sign_in("auditor").get(f"/indicators/reviews/{review.number}/").status_code == 404
