"""The path of safety: who is told what first, which clocks run, and that words never leave what is sealed."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import ViewLog
from linli.mediation.domain import protection_orders as orders
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.protection import begin_file, change_reach, claimed, take_back
from linli.mediation.domain.protection_queries import own_file, own_files
from linli.mediation.domain.protection_sealed import Reach, open_parts
from linli.mediation.models import ProtectionOrder, SafeContact, SealedNote
from linli.people.actors import Viewer
from linli.people.domain.holdings import appoint, vacate
from linli.people.models import Post
from linli.procedures.domain import audit
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.domain.referrals import refer
from linli.procedures.models import Action, Assignment, Clock, Entry, EntryBody, Exclusion, Party, Procedure
from tests.mediation.shelter import REACH, act, ask, order_accepted, order_made, order_prepared, screened, warned
from tests.neighbourhood import SETUP


def due(procedure: Procedure) -> dict[str, datetime | None]:
    return {clock.rule: clock.due for clock in Clock.objects.filter(procedure=procedure, state="running")}


def viewer(street, role: str) -> Viewer:
    return Viewer((street.posts[role],), street.accounts[role])


def test_a_wish_is_sealed_stands_nowhere_names_nobody_and_is_with_one_mediator(street):
    asked = ask(street)

    procedure = Procedure.objects.get(pk=asked.procedure.pk)
    assert (procedure.sealed, procedure.place, procedure.cell, asked.code) == (True, None, None, "")
    assert Party.objects.filter(procedure=procedure).count() == 0
    assert [(row.post, row.part, row.open) for row in Assignment.objects.filter(procedure=procedure)] == [
        (street.posts["mediator"], "handler", True)
    ]
    assert Entry.objects.get(procedure=procedure).actor == "system:protection.ask"
    assert bytes(EntryBody.objects.get(entry__procedure=procedure).data) == b'{"came":"page"}'
    assert due(procedure) == {"violence.contact": street.now + timedelta(hours=24)}


def test_a_second_submit_begins_no_second_file(street):
    action = uuid4()

    first, second = (ask(street, action=action, want_code=True) for _ in range(2))

    assert (first.procedure.pk, first.code) == (second.procedure.pk, second.code)
    assert (SafeContact.objects.count(), SealedNote.objects.count()) == (1, 1)


def test_a_relative_who_was_named_neither_takes_nor_finds_it_in_any_post(street):
    out = street.posts["mediator"]

    procedure = ask(street, without=[out.pk]).procedure

    assert Assignment.objects.get(procedure=procedure).post == street.posts["committee_secretary"]
    assert own_files(viewer(street, "mediator")) == []
    both = Viewer((street.posts["committee_secretary"],), street.accounts["mediator"])
    assert own_files(both) == []
    with pytest.raises(NotFound):
        own_file(procedure.number, viewer(street, "mediator"))


def test_where_everybody_is_named_the_person_is_told_whom_to_ring(street):
    everybody = [street.posts[role].pk for role in ("mediator", "committee_secretary", "duty_officer")]

    with pytest.raises(Invalid) as told:
        ask(street, without=everybody)

    assert set(told.value.fields) == {"without"}


@pytest.mark.parametrize("whom", ["minor", "limited"])
def test_for_a_child_nothing_goes_on_before_the_police_are_told(street, whom):
    procedure = screened(street, whom)

    assert (procedure.state, due(procedure)) == (
        "must_report",
        {"violence.report_at_once": street.now + timedelta(minutes=30)},
    )
    with pytest.raises(Conflict):
        act(street, steps.close_file, procedure, why="The family settles it.")
    with pytest.raises(MissingEvidence):
        act(street, steps.report_police, procedure, call="", text="")
    told = act(street, steps.report_police, procedure, call="110", text="Taken by officer 0312.")
    assert (told.state, due(told)) == ("helping", {})
    assert Clock.objects.get(procedure=procedure, rule="violence.report_at_once").state == "met"


def test_the_report_is_late_from_the_minute_it_is_due(street):
    procedure = screened(street, "minor")

    act(street, steps.report_police, procedure, call="110", text="", at=street.now + timedelta(minutes=30))

    assert Clock.objects.get(procedure=procedure, rule="violence.report_at_once").state == "missed"


def test_an_adults_wish_decides_whom_the_file_is_passed_to(street):
    procedure, police = screened(street), street.posts["police_liaison"]

    with pytest.raises(Invalid) as told:
        act(street, steps.bring_in, procedure, to=police, why="It would be better.", agreed=False)

    assert set(told.value.fields) == {"agreed"}
    assert own_files(viewer(street, "police_liaison")) == []
    act(street, steps.bring_in, procedure, to=police, why="She asks for it.", agreed=True)
    assert [row.number for row in own_files(viewer(street, "police_liaison"))] == [procedure.number]


def test_whoever_is_let_go_sees_nothing_from_then_on(street):
    procedure, police = screened(street), street.posts["police_liaison"]
    act(street, steps.bring_in, procedure, to=police, why="She asks for it.", agreed=True)

    act(street, steps.let_go, procedure, to=police, why="The station has its own file.")

    assert own_files(viewer(street, "police_liaison")) == []


def test_who_steps_aside_as_a_relative_is_shut_out_in_every_post(street):
    procedure = screened(street)

    act(street, steps.hand_on, procedure, to=street.posts["committee_secretary"], why="My cousin.", related=True)

    assert own_files(viewer(street, "mediator")) == []
    assert own_files(Viewer((street.posts["committee_secretary"],), street.accounts["mediator"])) == []
    assert [row.number for row in own_files(viewer(street, "committee_secretary"))] == [procedure.number]


def test_a_post_that_was_shut_out_can_be_told_by_nobody(street):
    procedure, secretary = screened(street), street.posts["committee_secretary"]
    steps.shut_out(procedure=procedure, post=secretary, by=street.by("mediator"), at=street.now, action=uuid4())

    with pytest.raises(Invalid):
        act(street, steps.bring_in, procedure, to=secretary, why="To sign.", agreed=True)
    with pytest.raises(Refused):
        steps.shut_out(
            procedure=procedure, post=street.posts["mediator"], by=street.by("duty_officer"), at=street.now,
            action=uuid4(),
        )  # fmt: skip


def test_a_posts_that_such_files_never_go_to_cannot_be_told(street):
    with pytest.raises(Invalid):
        act(street, steps.bring_in, screened(street), to=street.posts["property_manager"], why="x", agreed=True)


def test_a_warning_gives_committee_and_station_a_visit_each(street):
    procedure = warned(street)
    third_day = datetime(2026, 11, 26, 16, tzinfo=UTC)  # the end of 26 November in Shanghai, a weekday or not

    assert due(procedure) == {"violence.visit_committee": third_day, "violence.visit_police": third_day}
    with pytest.raises(Refused):
        act(street, steps.visit, procedure, by="duty_officer", text="Was there.")
    act(street, steps.visit, procedure, text="Spoke with her alone.")
    assert set(due(procedure)) == {"violence.visit_police"}
    act(street, steps.visit, procedure, by="police_liaison", text="Spoke with him.")
    assert due(procedure) == {}


@pytest.mark.parametrize(
    ("urgent", "rule", "hours"), [(False, "violence.order_decide", 72), (True, "violence.order_urgent", 24)]
)
def test_the_court_has_72_hours_or_24_round_the_clock_from_when_it_took_the_application(street, urgent, rule, hours):
    procedure, taken = order_prepared(street), street.now + timedelta(hours=5)

    act(street, orders.accept_order, procedure, accepted=taken, urgent=urgent, at=street.now + timedelta(hours=9))

    assert due(procedure) == {rule: taken + timedelta(hours=hours)}


def test_hours_of_a_protection_order_run_through_the_spring_festival(street):
    taken = datetime(2026, 2, 15, 4, tzinfo=UTC)  # the first day of the holiday
    street.now = taken

    procedure = order_accepted(street)

    assert due(procedure) == {"violence.order_decide": taken + timedelta(hours=72)}


def test_an_order_without_respondent_request_and_facts_is_not_ready(street):
    with pytest.raises(MissingEvidence) as told:
        act(
            street, orders.prepare_order, screened(street), applicant="themselves", respondent=" ", request="",
            facts="x",
        )  # fmt: skip

    assert told.value.facts["needs"] == ["respondent", "request"]


def test_an_order_holds_to_the_day_the_court_wrote_and_asks_a_fortnight_before(street):
    procedure = order_made(street, date(2027, 4, 30))

    assert due(procedure) == {
        "violence.order_valid": datetime(2027, 4, 30, 16, tzinfo=UTC),
        "violence.order_renew": datetime(2027, 4, 16, 16, tzinfo=UTC),
        "violence.reconsider": datetime(2026, 11, 30, 16, tzinfo=UTC),  # 28 November is a Saturday: the next Monday
    }


@pytest.mark.parametrize(("until", "taken"), [(date(2027, 5, 23), True), (date(2027, 5, 24), False)])
def test_an_order_holds_at_most_six_months(street, until, taken):
    procedure = order_accepted(street)

    if taken:
        act(street, orders.make_order, procedure, decided=None, valid_until=until)
        assert ProtectionOrder.objects.get().valid_until == until
    else:
        with pytest.raises(Invalid) as told:
            act(street, orders.make_order, procedure, decided=None, valid_until=until)
        assert set(told.value.fields) == {"valid_until"}
        assert ProtectionOrder.objects.get().status == "accepted"


def test_six_months_from_the_end_of_august_end_on_the_last_of_february(street):
    street.now = datetime(2027, 8, 31, 2, tzinfo=UTC)  # 2028 is a leap year
    procedure = order_accepted(street)

    with pytest.raises(Invalid):
        act(street, orders.make_order, procedure, decided=None, valid_until=date(2028, 3, 1))
    act(street, orders.make_order, procedure, decided=None, valid_until=date(2028, 2, 29))
    assert due(procedure)["violence.order_valid"] == datetime(2028, 2, 29, 16, tzinfo=UTC)


def test_an_extended_order_has_new_clocks_and_the_old_reminder_is_met(street):
    procedure, day = order_made(street, date(2027, 4, 30)), datetime(2027, 4, 10, 2, tzinfo=UTC)

    act(street, orders.extend_order, procedure, valid_until=date(2027, 9, 30), at=day)

    found = due(procedure)
    assert (found["violence.order_valid"], found["violence.order_renew"]) == (
        datetime(2027, 9, 30, 16, tzinfo=UTC),
        datetime(2027, 9, 16, 16, tzinfo=UTC),
    )
    states = Clock.objects.filter(procedure=procedure, rule="violence.order_renew").order_by("pk")
    assert [clock.state for clock in states] == ["met", "running"]


def test_an_order_that_is_over_leaves_no_clock_and_another_can_be_applied_for(street):
    procedure = order_made(street)

    act(street, orders.end_order, procedure, why="It ran out.")

    assert due(procedure) == {}
    order_prepared(street, procedure)
    assert [order.status for order in ProtectionOrder.objects.filter(procedure=procedure)] == ["ended", "prepared"]


def test_the_clerk_who_writes_it_down_sees_it_no_more(street):
    begun = begin_file(
        came="desk", reach=REACH, said="", without=(), to=None, by=street.by("window_clerk"), at=street.now,
        action=uuid4(),
    )  # fmt: skip

    assert own_files(viewer(street, "window_clerk")) == []
    assert [row.number for row in own_files(viewer(street, "mediator"))] == [begun.number]
    with pytest.raises(Refused):
        begin_file(
            came="desk", reach=REACH, said="", without=(), to=None, by=street.by("property_manager"), at=street.now,
            action=uuid4(),
        )  # fmt: skip


def test_opening_what_is_sealed_names_post_field_and_purpose_and_nobody_else_opens_it(street):
    procedure = screened(street)

    opened = open_parts(
        procedure=procedure, parts=("contact", "address", "notes"), purpose="reach", by=street.by("mediator"),
        at=street.now,
    )  # fmt: skip

    assert (opened.contact["to"], opened.contact["careful"], opened.address) == (
        REACH.to, "say it is the library", "No. 12, room 301",
    )  # fmt: skip
    assert sorted(note.text for note in opened.notes) == ["He hits me when he drinks.", "To stay, and that it ends."]
    logged = ViewLog.objects.order_by("pk").values_list("field", "procedure", "subject", "viewer__name")
    post = street.posts["mediator"].name
    assert sorted(logged) == sorted(
        [(field, procedure.pk, None, post) for field in ("protection.contact", "protection.address")]
        + [("protection.note", procedure.pk, None, post)] * 2
    )
    for role in ("committee_secretary", "administrator", "auditor", "duty_officer"):
        with pytest.raises(Refused):
            open_parts(procedure=procedure, parts=("contact",), purpose="reach", by=street.by(role), at=street.now)
    with pytest.raises(Invalid):
        open_parts(procedure=procedure, parts=("contact",), purpose="", by=street.by("mediator"), at=street.now)


def test_with_number_and_code_the_person_changes_or_takes_back_how_they_are_reached(street):
    asked = ask(street, want_code=True)
    found = claimed(asked.procedure.number.lower(), f"{asked.code[:5]} {asked.code[5:]}".lower())

    change_reach(procedure=found, reach=Reach(channel="mail", to="new@example.org"), at=street.now)
    opened = open_parts(
        procedure=found, parts=("contact",), purpose="reach", by=street.by("mediator"), at=street.now
    )  # fmt: skip
    assert (opened.contact["to"], opened.contact["name"]) == ("new@example.org", "")
    found.refresh_from_db()
    closed = take_back(procedure=found, at=street.now, action=uuid4())
    assert (closed.state, SafeContact.objects.count()) == ("closed", 0)


@pytest.mark.parametrize("code", ["", "ABCDEFGHJK"])
def test_without_a_code_no_number_opens_anything(street, code):
    plain, coded = ask(street).procedure, ask(street, want_code=True).procedure

    for procedure in (plain, coded):
        with pytest.raises(NotFound):
            claimed(procedure.number, code)


def test_what_is_handed_on_from_a_case_leaves_the_case_silent(street, case_in):
    origin = case_in("dispatched").procedure
    seq = origin.seq

    result = refer(
        origin, to="protection", text="Shouting, a child cries.", by=street.by("property_manager"), at=street.now,
        action=uuid4(),
    )  # fmt: skip

    origin.refresh_from_db()
    assert (result.sealed, origin.seq) == (True, seq)
    assert own_files(viewer(street, "property_manager")) == []
    assert [row.number for row in own_files(viewer(street, "mediator"))] == [result.number]


def test_ninety_days_after_closing_everything_of_persons_is_gone_and_the_story_still_proves(street):
    procedure = order_made(street)
    act(street, steps.close_file, procedure, why="She moved to another town.")
    procedure.refresh_from_db()

    audit.purge(procedure=procedure, rule="protection.keep", by=street.by("mediator"), at=street.now)

    assert (SafeContact.objects.count(), SealedNote.objects.count()) == (0, 0)
    assert [order.details_sealed for order in ProtectionOrder.objects.all()] == [None]
    assert list(audit.verify_one(Procedure.objects.get(pk=procedure.pk))) == []


@pytest.mark.parametrize("text", ["x" * 4001, "a\0b"])
def test_words_that_cannot_be_kept_are_told(street, text):
    with pytest.raises(Invalid):
        act(street, steps.note, screened(street), about="talk", text=text)


def test_a_clerk_cannot_give_it_to_somebody_who_must_not_know_in_another_post_of_theirs(street):
    vacate(post=street.posts["mediator"], account=street.accounts["mediator"], by=SETUP, at=street.now)
    appoint(post=street.posts["mediator"], account=street.accounts["area_lead"], by=SETUP, at=street.now)
    related = [street.posts["area_lead"].pk]  # who is the mediator, too

    begun = begin_file(
        came="desk", reach=REACH, said="", without=related, to=street.posts["mediator"], by=street.by("window_clerk"),
        at=street.now, action=uuid4(),
    )  # fmt: skip

    assert [row.post for row in begun.assignments.select_related("post")] == [street.posts["committee_secretary"]]


def test_a_shutting_out_that_fails_half_way_leaves_nothing_behind(street):
    file, action = screened(street), uuid4()

    with pytest.raises(IntegrityError):
        steps.shut_out(procedure=file, post=Post(), by=street.by("mediator"), at=street.now, action=action)

    assert (Action.objects.filter(pk=action).exists(), Exclusion.objects.exists()) == (False, False)
