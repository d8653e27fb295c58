"""One case from the report to the answer and the rating, and what each step leaves behind."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.translation import override

from linli.cases.domain.closing import close_case, rate_case, reopen_case, support_case, verify_case
from linli.cases.domain.handling import dispatch_case, file_and_dispatch, hand_back_case
from linli.cases.domain.report import claim_hash, report_case
from linli.cases.domain.routing import why_text
from linli.cases.enums import Satisfaction, Source
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.sealed import unseal
from linli.people.actors import Actor
from linli.people.domain.holdings import vacate
from linli.procedures.domain.move import Current
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Clock, Procedure

ALL = list(Audience)


def kinds(case: Case) -> list[str]:
    return [line.kind for line in story(case.procedure, ALL)]


def turn_of(case: Case) -> list[tuple[str, str]]:
    return list(Assignment.objects.filter(procedure=case.pk, open=True).values_list("post__role", "part"))


def test_a_report_is_somebodys_at_once_with_a_clock_and_a_reason(report):
    case = report().case

    assert turn_of(case) == [("duty_officer", "desk")]
    assert list(Clock.objects.values_list("rule", "state")) == [("case.file", "running")]
    assert case.proposed.role == "property_manager"
    with override("en"):
        assert why_text(case.proposed_why) == "property manager for “Lighting” at Leshan Estate 6"


def test_the_whole_way_to_the_answer(case_in, street):
    case = case_in("closed")
    reporter = Actor(party=str(case.procedure.parties.get().pk))

    case = rate_case(case=case, grade=Satisfaction.SATISFIED, words="谢谢", by=reporter, at=street.now)

    assert kinds(case) == ["received", "file", "dispatch", "accept", "hand_in", "verify", "close", "rated"]
    assert (case.procedure.state, case.satisfaction, case.answer) == ("closed", 4, "灯已修好。")
    assert turn_of(case) == []
    assert set(Clock.objects.values_list("state", flat=True)) == {"met"}
    assert case.procedure.due is None


def test_the_second_of_two_officers_is_told_and_keeps_the_text(case_in, street):
    case = case_in("filed")
    to, by = street.posts["property_manager"], street.by("duty_officer")
    dispatch_case(case=case, version=2, to=to, reason="lamp", by=by, at=street.now, action=uuid4())

    with pytest.raises(Conflict) as told:
        dispatch_case(case=case, version=2, to=to, reason="light", by=by, at=street.now, action=uuid4())

    assert told.value.current == Current(state="dispatched", version=3, by=by.key)
    assert kinds(case) == ["received", "file", "dispatch"]


def test_filing_and_dispatching_is_both_or_neither(report, street):
    case = report().case
    stranger = street.posts["project_lead"]

    with pytest.raises(Invalid):
        file_and_dispatch(
            case=case, version=1, klass=case.klass, to=stranger, reason="", by=street.by("duty_officer"),
            at=street.now, action=uuid4(),
        )  # fmt: skip

    assert kinds(case) == ["received"]


def test_a_queued_step_may_name_the_step_it_follows(case_in, street):
    case, first = case_in("filed"), uuid4()
    by = street.by("duty_officer")
    dispatch_case(
        case=case, version=2, to=street.posts["property_manager"], reason="", by=by, at=street.now, action=first
    )

    case = hand_back_case(
        case=case, version=first, reason="not ours", by=street.by("property_manager"), at=street.now, action=uuid4()
    )

    assert case.procedure.state == "filed"


def test_a_step_that_follows_one_that_never_came_waits(case_in, street):
    case = case_in("dispatched")

    with pytest.raises(Conflict):
        hand_back_case(
            case=case, version=uuid4(), reason="x", by=street.by("property_manager"), at=street.now, action=uuid4()
        )


def test_whoever_did_the_work_never_verifies_it(case_in, street):
    case = case_in("handled")
    handler = street.by("property_manager")
    same_person = Actor.in_post(street.posts["grid_worker"], street.accounts["property_manager"])

    for by in (handler, same_person):
        with pytest.raises(Refused):
            verify_case(case=case, version=5, by=by, at=street.now, action=uuid4())


def test_a_vacant_handler_passes_the_work_up_and_says_so(street, report):
    vacate(
        post=street.posts["property_manager"], account=street.accounts["property_manager"], by=Actor.named("test"),
        at=street.now,
    )  # fmt: skip

    case = report(at=street.now + timedelta(minutes=1)).case

    assert case.proposed == street.posts["area_lead"]
    with override("en"):
        assert why_text(case.proposed_why).endswith("that post is vacant, so it goes up to 片区长")


def test_a_doubled_report_is_one_case_with_one_code(street, report):
    first = report(contact="13800138000")
    again = report(contact="13800138000", action=first.action)

    assert (again.case.pk, again.code) == (first.case.pk, first.code)
    assert Procedure.objects.count() == 1


def test_the_contact_is_sealed_and_the_code_is_not_kept(report):
    made = report(contact="13800138000")
    party = made.case.procedure.parties.get()

    assert b"13800138000" not in bytes(party.contact_sealed)
    assert unseal(party.contact_sealed, row=party.uuid, field="party.contact") == "13800138000"
    assert party.claim_hash == claim_hash(made.case.procedure.number, made.code.lower())
    assert made.code not in party.claim_hash


def test_a_point_outside_the_area_is_kept_marked_and_goes_to_the_desk(street, report):
    case = report(place=None, lon=116.4, lat=39.9).case

    assert (case.lon, case.lat, case.outside) == (116.4, 39.9, True)
    assert case.procedure.place is None
    assert turn_of(case) == [("duty_officer", "desk")]


@pytest.mark.parametrize("beyond", ["district", "other_street"])
def test_a_place_that_the_office_does_not_govern_is_kept_as_outside(street, report, beyond):
    case = report(place=street.places[beyond]).case

    assert (case.procedure.place, case.procedure.place_path, case.outside) == (None, street.places["street"].path, True)
    assert turn_of(case) == [("duty_officer", "desk")]


def test_a_point_finds_building_and_cell(street, report):
    case = report(place=None, lon=121.4335, lat=31.1924).case

    assert (case.procedure.place, case.procedure.cell) == (street.places["building"], street.places["cell_01"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"text": "长" * 4001},
        {"lon": 121.4},
        {"lon": 200.0, "lat": 31.0},
        {"lon": float("nan"), "lat": 31.0},
    ],
)
def test_what_cannot_be_a_report_is_refused_by_field(street, wrong):
    given = {"text": "灯", "source": Source.RESIDENT, "by": None, "at": street.now, "action": uuid4(), **wrong}

    with pytest.raises(Invalid) as told:
        report_case(**given)

    assert told.value.fields


def test_a_closed_case_can_be_reopened_for_fifteen_days_by_its_reporter(case_in, street):
    case = case_in("closed")
    reporter = Actor(party=str(case.procedure.parties.get().pk))
    late = street.now + timedelta(days=15)

    with pytest.raises(Conflict):
        reopen_case(case=case, version=7, reason="dark", by=reporter, at=late, action=uuid4())
    case = reopen_case(case=case, version=7, reason="dark", by=reporter, at=late - timedelta(seconds=1), action=uuid4())

    assert (case.procedure.state, case.reopened, case.procedure.closed) == ("filed", 1, None)
    assert turn_of(case) == [("duty_officer", "desk")]


def test_only_the_reporter_rates_and_only_once(case_in, street):
    case = case_in("closed")
    reporter = Actor(party=str(case.procedure.parties.get().pk))

    with pytest.raises(Refused):
        rate_case(case=case, grade=Satisfaction.FAIR, by=street.by("duty_officer"), at=street.now)
    rate_case(case=case, grade=Satisfaction.FAIR, by=reporter, at=street.now)
    with pytest.raises(Conflict):
        rate_case(case=case, grade=Satisfaction.FAIR, by=reporter, at=street.now)


def test_this_one_too_counts_and_keeps_nobody(case_in, street):
    case = case_in("filed")

    support_case(case=case, by=Actor.named("public"), at=street.now)

    assert Case.objects.get(pk=case.pk).supporters == 1
    assert story(case.procedure, ALL)[-1].actor == "system:public"


def test_the_answer_is_written_before_it_is_closed(case_in, street):
    case = case_in("verified")

    with pytest.raises(Invalid):
        close_case(case=case, version=6, answer="  ", by=street.by("duty_officer"), at=street.now, action=uuid4())

    assert Case.objects.get(pk=case.pk).procedure.state == "verified"
