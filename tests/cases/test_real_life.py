"""What happens to a case on its way: handed on, helped with, asked about, joined, put off, watched from above."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils.translation import override

from linli.cases.domain.asking import (
    ask_reporter,
    go_on_without_reply,
    guest_done,
    guest_view,
    invite_guest,
    open_question,
    reply_to_question,
)
from linli.cases.domain.closing import close_case, rate_case, reopen_case, verify_case
from linli.cases.domain.handling import (
    accept_case,
    dispatch_case,
    fresh,
    hand_back_case,
    hand_in_case,
    hand_on_case,
    recall_case,
)
from linli.cases.domain.joining import CannotJoin, link_case, merge_cases, pass_on_answer, split_case
from linli.cases.domain.more_time import ask_time, defer_case, extend_case, refuse_time, resume_due
from linli.cases.domain.reporter import open_by_code
from linli.cases.domain.together import ask_help, finish_help, helpers_of, relieve_helper
from linli.cases.domain.watching import (
    grievances,
    report_back,
    review_grievance,
    settle_grievance,
    supervise_case,
    take_charge,
)
from linli.cases.enums import Satisfaction
from linli.cases.jobs import BY_ITSELF
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.people.actors import Actor, Viewer
from linli.procedures.domain import audit
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Assignment, Clock, Party
from tests.neighbourhood import photo


@pytest.fixture
def do(street):
    """A function that lets a role do something to a case as it stands now."""

    def act(verb, case: Case, role: str, **given):
        by = given.pop("by", None) or street.by(role)
        now = fresh(case)
        return verb(
            case=now, version=now.procedure.version, by=by, at=given.pop("at", street.now), action=uuid4(), **given
        )

    return act


def clocks(case: Case) -> dict[str, str]:
    return dict(Clock.objects.filter(procedure=case.pk).order_by("pk").values_list("rule", "state"))


def turn_of(case: Case) -> list[tuple[str, str]]:
    rows = Assignment.objects.filter(procedure=case.pk, open=True).order_by("pk")
    return list(rows.values_list("post__role", "part"))


def reporter(case: Case) -> Actor:
    return Actor(party=str(Party.objects.get(procedure=case.pk, kind=PartyKind.REPORTER).pk))


def said(case: Case, kind: str) -> dict:
    return dict(next(line.says for line in story(case.procedure, list(Audience)) if line.kind == kind))


# Not ours


def test_the_third_hand_back_goes_to_the_area_lead_whose_choice_stands(case_in, street, do):
    case, handler = case_in("dispatched"), street.posts["property_manager"]
    for _time in range(2):
        case = do(hand_back_case, case, "property_manager", reason="not ours")
        assert turn_of(case) == [("duty_officer", "desk")]
        case = do(dispatch_case, case, "duty_officer", to=handler, reason="")
    case = do(hand_back_case, case, "property_manager", reason="not ours")

    assert (case.hops, turn_of(case)) == (3, [("area_lead", "desk")])
    case = do(dispatch_case, case, "area_lead", to=handler, reason="the lease says so")
    with pytest.raises(Refused):
        do(hand_back_case, case, "property_manager", reason="not ours")


def test_after_five_working_days_it_can_no_longer_be_handed_back(case_in, street, do):
    case = do(accept_case, case_in("dispatched"), "property_manager")
    last = datetime(2026, 11, 30, 16, tzinfo=UTC)  # the end of Monday the 30th in Shanghai

    with pytest.raises(Invalid) as told:
        do(hand_back_case, case, "property_manager", reason="not ours", at=last)
    with override("en"):
        assert "handed back are over" in str(told.value.message)
    case = do(hand_back_case, case, "property_manager", reason="not ours", at=last - timedelta(minutes=1))

    assert case.procedure.state == "filed"
    assert clocks(case)["case.handle"] == "dropped"


def test_the_desk_takes_back_what_nobody_accepts(case_in, do):
    case = do(recall_case, case_in("dispatched"), "duty_officer", reason="nobody answers")

    assert (case.procedure.state, case.hops, turn_of(case)) == ("filed", 0, [("duty_officer", "desk")])


def test_passed_on_the_time_to_handle_runs_on(case_in, street, do):
    case = case_in("handling")
    began = Clock.objects.get(procedure=case.pk, rule="case.handle").due

    case = do(
        hand_on_case, case, "property_manager", to=street.posts["grid_worker"], reason="a bulb only",
        at=street.now + timedelta(hours=3),
    )  # fmt: skip

    assert (case.procedure.state, turn_of(case)) == ("dispatched", [("grid_worker", "handler")])
    assert Clock.objects.get(procedure=case.pk, rule="case.handle").due == began


# Several at work


def test_a_co_handler_has_it_in_the_inbox_and_is_waited_for(case_in, street, do):
    case = do(ask_help, case_in("handling"), "property_manager", to=street.posts["committee_secretary"], text="the key")
    assert turn_of(case) == [("property_manager", "handler"), ("committee_secretary", "helper")]

    with pytest.raises(MissingEvidence) as told:
        do(hand_in_case, case, "property_manager", text="done", photos=[photo()])
    assert told.value.facts["needs"] == ["helpers"]
    case = do(finish_help, case, "committee_secretary", text="opened")
    with pytest.raises(Refused):
        do(finish_help, case, "committee_secretary", text="again")
    case = do(hand_in_case, case, "property_manager", text="done", photos=[photo()])

    assert case.procedure.state == "handled"


def test_of_two_co_handlers_one_is_relieved(case_in, street, do):
    case = case_in("handling")
    for role in ("committee_secretary", "police_liaison"):
        case = do(ask_help, case, "property_manager", to=street.posts[role], text="come along")

    case = do(relieve_helper, case, "duty_officer", post=street.posts["police_liaison"], reason="not needed")

    assert [post.role for post in helpers_of(case)] == ["committee_secretary"]
    with pytest.raises(Invalid):
        do(ask_help, case, "duty_officer", to=street.posts["property_manager"], text="help yourself")


def test_a_third_party_sees_what_it_is_asked_and_nothing_else(case_in, street, do):
    case = case_in("handling")
    invited = do(invite_guest, case, "property_manager", text="请查看燃气表。", contact="13800000000")
    number = case.procedure.number

    view = guest_view(number=number, code=invited.code, at=street.now)
    assert (view.asked, list(view.said)) == ("请查看燃气表。", [])
    guest_done(case=view.case, party=view.party, text="已检查", at=street.now, action=uuid4())

    again = guest_view(number=number, code=invited.code, at=street.now)
    assert [line.says["text"] for line in again.said] == ["已检查"]
    assert b"13800000000" not in bytes(Party.objects.get(pk=invited.party.pk).contact_sealed)


def test_the_link_of_a_third_party_opens_no_report_and_ends(case_in, street, do):
    case = case_in("handling")
    invited = do(invite_guest, case, "property_manager", text="look")
    number = case.procedure.number
    asked = {"number": number, "code": invited.code}

    with pytest.raises(NotFound):
        open_by_code(**asked)
    with pytest.raises(NotFound):
        guest_view(number=number, code="WRONGCODE3", at=street.now)
    with pytest.raises(NotFound):
        guest_view(at=street.now + timedelta(days=31), **asked)
    for verb, role, given in (
        (reply_to_question, "", {"text": "x"}), (reopen_case, "", {"reason": "x"}),
    ):  # fmt: skip
        with pytest.raises((Refused, Conflict)):
            do(verb, case, role, by=Actor(party=str(invited.party.pk)), **given)


# The reporter is asked


def test_while_the_reporter_is_asked_the_clocks_stand_still(case_in, street, do):
    case = case_in("handling")
    due = Clock.objects.get(procedure=case.pk, rule="case.handle").due
    case = do(ask_reporter, case, "property_manager", question="几楼？")
    assert (clocks(case)["case.handle"], open_question(case)) == ("paused", "几楼？")
    with pytest.raises(Refused):
        do(ask_reporter, case, "property_manager", question="again?")

    later = street.now + timedelta(days=2)
    case = do(reply_to_question, case, "", by=reporter(case), text="三楼", at=later)

    assert (clocks(case)["case.handle"], clocks(case)["case.reply"], open_question(case)) == ("running", "met", "")
    assert Clock.objects.get(procedure=case.pk, rule="case.handle").due > due


def test_without_a_reply_it_goes_on_after_five_days(case_in, street, do):
    case = do(ask_reporter, case_in("handling"), "property_manager", question="几楼？")
    due = Clock.objects.get(procedure=case.pk, rule="case.reply").due

    assert go_on_without_reply(by=BY_ITSELF, at=due - timedelta(minutes=1)) == 0
    assert go_on_without_reply(by=BY_ITSELF, at=due) == 1
    assert go_on_without_reply(by=BY_ITSELF, at=due) == 0

    assert (clocks(case)["case.handle"], clocks(case)["case.reply"]) == ("running", "dropped")
    assert fresh(case).asked_at is None


# More time


def test_more_time_is_decided_by_somebody_else(case_in, street, do):
    case = case_in("handling")
    clock = Clock.objects.get(procedure=case.pk, rule="case.handle")
    case = do(ask_time, case, "property_manager", amount=3, reason="waiting for the part")
    assert turn_of(case) == [("property_manager", "handler"), ("area_lead", "approver")]
    with pytest.raises(Refused):
        do(extend_case, case, "property_manager", amount=3)

    case = do(extend_case, case, "area_lead", amount=3)

    now = Clock.objects.get(procedure=case.pk, rule="case.handle")
    assert (clock.extension, now.extension, now.due > clock.due) == (0, 3, True)
    assert turn_of(case) == [("property_manager", "handler")]
    with pytest.raises(Invalid):  # ten working days at most, in all
        do(ask_time, case, "property_manager", amount=8, reason="still waiting")


def test_refused_time_leaves_the_date_and_gives_the_reason(case_in, do):
    case = do(ask_time, case_in("handling"), "property_manager", amount=2, reason="busy")
    due = Clock.objects.get(procedure=case.pk, rule="case.handle").due

    case = do(refuse_time, case, "area_lead", reason="the part is in stock")

    assert Clock.objects.get(procedure=case.pk, rule="case.handle").due == due
    assert said(case, "refuse_time")["because"] == "the part is in stock"


def test_what_is_put_off_goes_on_by_itself_on_its_day(case_in, street, do):
    case = do(defer_case, case_in("handling"), "area_lead", until=date(2026, 12, 20), reason="frost")
    assert (case.procedure.state, clocks(case)["case.handle"], case.procedure.due) == ("deferred", "paused", None)
    with pytest.raises(Invalid):
        do(defer_case, case_in("handling"), "area_lead", until=street.now.date(), reason="today")

    assert resume_due(today=date(2026, 12, 19), by=BY_ITSELF, at=street.now + timedelta(days=26)) == 0
    assert resume_due(today=date(2026, 12, 20), by=BY_ITSELF, at=street.now + timedelta(days=27)) == 1

    case = fresh(case)
    assert (case.procedure.state, clocks(case)["case.handle"], case.deferred_until) == ("handling", "running", None)


@pytest.mark.parametrize(("hour", "refused"), [(15, date(2026, 11, 23)), (16, date(2026, 11, 24))])
def test_a_day_after_today_is_one_after_the_day_it_is_here(case_in, do, hour, refused):
    at = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)  # half past eleven at night in Shanghai, and an hour later
    case = case_in("handling")

    with pytest.raises(Invalid):
        do(defer_case, case, "area_lead", until=refused, reason="frost", at=at)
    case = do(defer_case, case, "area_lead", until=refused + timedelta(days=1), reason="frost", at=at)

    assert case.deferred_until == refused + timedelta(days=1)


# Cases that belong together


@pytest.mark.parametrize(("verb", "as_what"), [(merge_cases, "into"), (link_case, "parent")])
def test_nothing_is_joined_with_a_case_that_was_closed_since_it_was_chosen(case_in, do, verb, as_what):
    case, chosen = case_in("filed"), case_in("verified")
    do(close_case, chosen, "duty_officer", answer="The lamp is mended.")

    with pytest.raises(CannotJoin):
        do(verb, case, "duty_officer", **{as_what: chosen})

    assert (fresh(case).procedure.state, fresh(case).parent, fresh(case).merged_into) == ("filed", None, None)


def test_a_merged_report_gets_the_answer_and_its_reporter_may_judge_it(report, case_in, street, do):
    other, case = report(text="三楼灯坏了").case, case_in("handling")
    other = do(merge_cases, other, "duty_officer", into=case, because="the same lamp")
    assert (other.procedure.state, clocks(other), other.merged_into_id) == (
        "merged", {"case.file": "dropped"}, case.pk
    )  # fmt: skip

    case = do(hand_in_case, case, "property_manager", text="changed", photos=[photo()])
    case = do(verify_case, case, "grid_worker")
    with pytest.raises(Conflict):
        rate_case(case=other, grade=Satisfaction.FAIR, by=reporter(other), at=street.now)
    case = do(close_case, case, "duty_officer", answer="灯已修好。")
    assert [each.pk for each in pass_on_answer(case=case, by=BY_ITSELF, at=street.now)] == [other.pk]
    assert pass_on_answer(case=case, by=BY_ITSELF, at=street.now) == []

    other = fresh(other)
    assert other.answer == "灯已修好。"
    assert rate_case(case=other, grade=Satisfaction.SATISFIED, by=reporter(other), at=street.now).satisfaction == 4
    again = do(reopen_case, other, "", by=reporter(other), reason="dark again")
    assert (again.procedure.state, again.merged_into_id) == ("filed", None)
    assert list(audit.verify()) == []


def test_what_was_joined_goes_along_when_its_case_is_joined_on(report, do):
    first, second, third = (report(text=f"灯坏了{n}").case for n in range(3))
    do(merge_cases, first, "duty_officer", into=second)

    do(merge_cases, second, "duty_officer", into=third)

    assert fresh(first).merged_into_id == third.pk


@pytest.mark.parametrize("wrong", ["itself", "closed", "sealed"])
def test_what_cannot_be_joined(wrong, report, case_in, do):
    case = report().case
    other = {"itself": lambda: case, "closed": lambda: case_in("closed"), "sealed": lambda: report().case}[wrong]()
    if wrong == "sealed":
        other.procedure.sealed = True
        other.procedure.save(update_fields=["sealed"])

    with pytest.raises(CannotJoin):
        do(merge_cases, case, "duty_officer", into=other)
    assert fresh(case).procedure.state == "received"


def test_the_reporter_of_a_joined_report_waits_for_the_other(report, do):
    other, case = report().case, report().case
    other = do(merge_cases, other, "duty_officer", into=case)

    with pytest.raises(Conflict) as told:
        do(reopen_case, other, "", by=reporter(other), reason="now")
    with override("en"):
        assert "still being dealt with" in str(told.value.message)


def test_a_matter_split_off_is_waited_for(case_in, street, do):
    case = case_in("filed")
    part = do(split_case, case, "duty_officer", text="扶手也松了", klass=street.klass("facility"))
    assert (part.parent_id, part.procedure.state, part.klass.code) == (case.pk, "received", "facility")
    assert not Party.objects.filter(procedure=part.pk).exists()

    case = do(dispatch_case, case, "duty_officer", to=street.posts["property_manager"], reason="")
    case = do(accept_case, case, "property_manager")
    case = do(hand_in_case, case, "property_manager", text="done", photos=[photo()])
    case = do(verify_case, case, "grid_worker")
    with pytest.raises(MissingEvidence) as told:
        do(close_case, case, "duty_officer", answer="done")
    assert told.value.facts["needs"] == ["children"]


def test_a_case_is_no_part_of_its_own_part(case_in, do):
    upper, lower = case_in("filed"), case_in("filed")
    do(link_case, lower, "duty_officer", parent=upper)

    with pytest.raises(CannotJoin):
        do(link_case, upper, "duty_officer", parent=fresh(lower))


# Watched from above


def test_what_is_supervised_is_reported_on(case_in, street, do):
    case = do(supervise_case, case_in("handling"), "area_lead", text="why so long?")
    assert (clocks(case)["case.supervise"], case.supervised_at) == ("running", street.now)
    with pytest.raises(Refused):
        do(supervise_case, case, "duty_officer", text="me too")

    case = do(report_back, case, "property_manager", text="the part comes tomorrow")

    assert (clocks(case)["case.supervise"], case.supervised_at) == ("met", None)


def test_a_grievance_of_long_standing_has_an_owner_who_looks_every_month(case_in, street, do):
    case, owner = case_in("handling"), street.posts["committee_secretary"]
    case = do(take_charge, case, "area_lead", to=owner, text="twelve years of damp")
    viewer = Viewer(posts=(street.posts["duty_officer"],))
    assert [(row.number, post.pk) for row, post in grievances(viewer)] == [(case.procedure.number, owner.pk)]

    case = do(review_grievance, case, "committee_secretary", text="spoke with the builder")
    reviews = list(Clock.objects.filter(procedure=case.pk, rule="case.review").order_by("pk").values_list("state"))
    assert reviews == [("met",), ("running",)]
    with pytest.raises(Refused):
        do(review_grievance, case, "property_manager", text="not mine")
    case = do(settle_grievance, case, "committee_secretary", text="dry")

    assert grievances(viewer) == []
    assert turn_of(case) == [("property_manager", "handler")]


def test_the_outsider_sees_no_grievance(case_in, street, do):
    do(take_charge, case_in("handling"), "area_lead", to=street.posts["committee_secretary"], text="damp")

    assert grievances(Viewer(posts=(street.posts["outsider"],))) == []
