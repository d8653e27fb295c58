"""The way of a hazard: its clocks and their edges, the second look by somebody else, passing on, and what is told."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import ViewLog
from linli.hazards.domain import steps
from linli.hazards.domain.indicators import counts
from linli.hazards.domain.opening import find_hazard, open_by_code, open_contact, tell_hazard
from linli.hazards.domain.queries import by_building, events
from linli.hazards.enums import HazardKind
from linli.hazards.models import Hazard, Notice
from linli.people.actors import Viewer
from linli.procedures.domain.audit import verify_one
from linli.procedures.domain.referrals import refer
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Assignment, Clock, Party
from linli.procedures.registry import kind_of
from linli.procedures.sentences import explain
from tests.hazards.contract import demand, found_hazard, hazard_in

SHANGHAI = timedelta(hours=8)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def step(verb, hazard: Hazard, by, at, **more) -> Hazard:
    return verb(hazard=hazard, version=hazard.procedure.version, by=by, at=at, action=uuid4(), **more)


def clock(hazard: Hazard, rule: str) -> Clock:
    return Clock.objects.filter(procedure=hazard.pk, rule=rule).latest("pk")


def local(at: datetime) -> str:
    return (at + SHANGHAI).strftime("%Y-%m-%d %H:%M")


def kinds(hazard: Hazard) -> list[str]:
    return [line.kind for line in story(hazard.procedure, ["public", "parties", "staff"])]


def test_a_hazard_goes_from_the_find_over_the_notice_to_the_second_look(street):
    hazard = hazard_in(street, "closed")

    assert (hazard.procedure.state, hazard.notices, hazard.answer) == ("closed", 1, "楼梯已清空。")
    assert kinds(hazard) == ["found", "serve", "claim", "confirm"]
    notice = Notice.objects.get(procedure=hazard.pk)
    assert (notice.number, notice.signed_name, notice.answers_name) == (1, "王𬭛", "六村物业")
    assert verify_one(hazard.procedure) == []


@pytest.mark.parametrize(
    ("more", "rule", "due", "amount"),
    [
        ({}, "fire.notice", "2026-11-27 00:00", (3, "working_day")),
        ({"blocks": True}, "fire.look_blocked", "2026-11-24 10:00", (24, "natural_hour")),
        ({"imminent": True, "blocks": True}, "fire.at_once", "2026-11-23 10:30", (30, "minute")),
    ],
    ids=["any", "a way out is blocked", "imminent"],
)
def test_the_first_look_takes_the_time_that_the_danger_leaves(street, more, rule, due, amount):
    first = clock(found_hazard(street, **more), "fire.notice")

    assert (first.source, local(first.due), (first.amount, first.unit)) == (rule, due, amount)


def test_after_measures_at_once_the_notice_has_its_own_time(street):
    hazard = hazard_in(street, "found", ("imminent",))

    hazard = step(steps.secure_hazard, hazard, street.by("grid_worker"), street.now + HOUR / 4, text="119 called.")

    first, second = Clock.objects.filter(procedure=hazard.pk, rule="fire.notice").order_by("pk")
    assert (first.state, second.state, second.source) == ("met", "running", "fire.notice")
    with pytest.raises(Refused):  # it was done already
        step(steps.secure_hazard, hazard, street.by("grid_worker"), street.now + HOUR, text="again")


@pytest.mark.parametrize(
    ("served", "days", "due"),
    [
        (datetime(2026, 9, 25, 2, tzinfo=UTC), 7, "2026-10-09 00:00"),  # over the National Day holiday: rolls
        (datetime(2026, 11, 20, 2, tzinfo=UTC), 2, "2026-11-24 00:00"),  # ends on a Sunday: Monday's end
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), 1, "2026-11-25 00:00"),  # the last minute of the day
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), 1, "2026-11-26 00:00"),  # the first of the next
        (datetime(2026, 12, 1, 2, tzinfo=UTC), 30, "2027-01-01 00:00"),
    ],
    ids=["holiday", "sunday", "before midnight", "after midnight", "year's end"],
)
def test_the_time_of_the_notice_is_the_one_it_says_and_rolls_over_rest_days(street, served, days, due):
    hazard = found_hazard(street, at=served - HOUR)

    hazard = step(steps.serve_notice, hazard, street.by("grid_worker"), served, demand=demand(days=days))

    running = clock(hazard, "fire.rectify")
    assert (running.amount, running.unit, local(running.due)) == (days, "natural_day", due)
    assert Notice.objects.get(procedure=hazard.pk).until == running.due


def test_the_clock_explains_itself(street):
    with translation.override("en"):
        said = explain(clock(hazard_in(street, "noticed"), "fire.rectify"))

    assert said.startswith("3 calendar days from Mon 23 Nov")
    assert "“The time set in the notice”" in said


@pytest.mark.parametrize(
    "role", ["grid_worker", "property_manager", "mediator", "outsider", "administrator", "auditor"]
)
def test_who_found_it_served_it_or_did_the_work_does_not_look_again(street, role):
    hazard = hazard_in(street, "claimed")

    for verb, more in ((steps.confirm_right, {"text": "ok", "answer": "ok"}), (steps.not_right, {"reason": "no"})):
        with pytest.raises(Refused):
            step(verb, hazard, street.by(role), street.now, **more)


def test_the_second_look_goes_to_a_post_that_neither_found_nor_served(street):
    hazard = found_hazard(street, by=street.by("committee_secretary"))
    hazard = step(steps.serve_notice, hazard, street.by("committee_secretary"), street.now, demand=demand())
    hazard = step(steps.claim_right, hazard, street.by("committee_secretary"), street.now, text="done")

    assert Assignment.objects.get(procedure=hazard.pk, part=Part.VERIFIER).post == street.posts["area_lead"]
    with pytest.raises(Refused):
        step(steps.confirm_right, hazard, street.by("committee_secretary"), street.now, text="ok", answer="ok")
    # The same person in another post is the same person.
    twin = street.by("area_lead").__class__(
        post=street.posts["area_lead"], account=street.accounts["committee_secretary"]
    )
    with pytest.raises(Refused):
        step(steps.confirm_right, hazard, twin, street.now, text="ok", answer="ok")


def test_what_is_not_put_right_is_notified_again_and_then_passed_on(street):
    hazard = hazard_in(street, "unresolved")
    hazard = step(steps.serve_notice, hazard, street.by("grid_worker"), street.now, demand=demand(days=1))
    hazard = step(steps.not_right, hazard, street.by("area_lead"), street.now + 3 * DAY, reason="nothing done")
    fire = street.posts["department_handler"]
    hazard = step(steps.pass_on, hazard, street.by("grid_worker"), street.now + 3 * DAY, to=fire, reason="refused")
    hazard = step(steps.department_acted, hazard, street.by("department_handler"), street.now + 4 * DAY, text="cleared")
    hazard = step(
        steps.confirm_right, hazard, street.by("area_lead"), street.now + 5 * DAY, text="clear", answer="It is clear."
    )

    assert (hazard.procedure.state, hazard.notices) == ("closed", 2)
    assert kinds(hazard)[-6:] == ["not_right", "serve_again", "not_right", "escalate", "act", "confirm"]


def test_imminent_danger_is_passed_on_without_a_notice_before(street):
    hazard = hazard_in(street, "found", ("imminent",))

    fire = street.posts["department_handler"]
    hazard = step(steps.pass_on, hazard, street.by("grid_worker"), street.now, to=fire, reason="gas")

    mediator = street.posts["mediator"]
    assert (hazard.procedure.state, hazard.notices) == ("escalated", 0)
    with pytest.raises(Invalid):
        step(steps.pass_on, found_hazard(street), street.by("grid_worker"), street.now, to=mediator, reason="x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": 0}, "days"), ({"days": 31}, "days"), ({"demand": " "}, "demand"), ({"answers": "nobody"}, "answers"),
        ({"answers_name": ""}, "answers_name"), ({"handed": ""}, "handed"),
        ({"signature": steps.Signature()}, "signature"),
    ],
)  # fmt: skip
def test_a_notice_that_lacks_something_is_not_served(street, wrong, field):
    hazard = found_hazard(street)

    with pytest.raises(Invalid) as told:
        step(steps.serve_notice, hazard, street.by("grid_worker"), street.now, demand=demand(**wrong))

    assert set(told.value.fields) == {field}
    assert Hazard.objects.get(pk=hazard.pk).days is None


def test_a_doubled_submit_serves_one_notice_and_the_second_of_two_is_told(street):
    hazard, action = found_hazard(street), uuid4()
    given = {"hazard": hazard, "version": 1, "by": street.by("grid_worker"), "at": street.now, "action": action}

    steps.serve_notice(**given, demand=demand(days=3))
    steps.serve_notice(**given, demand=demand(days=9))
    with pytest.raises(Conflict):
        steps.serve_notice(**{**given, "by": street.by("area_lead"), "action": uuid4()}, demand=demand(days=5))

    assert [(row.number, row.procedure.hazard.days) for row in Notice.objects.all()] == [(1, 3)]


def test_more_time_is_given_once_and_by_who_leads(street):
    hazard = hazard_in(street, "noticed")
    before = clock(hazard, "fire.rectify").due

    hazard = step(steps.give_more_time, hazard, street.by("area_lead"), street.now, days=2, reason="the lorry is late")

    assert clock(hazard, "fire.rectify").due == before + 4 * DAY  # Thursday + 2 is Saturday: Monday's end
    with pytest.raises(Invalid):
        step(steps.give_more_time, hazard, street.by("area_lead"), street.now, days=2, reason="again")
    with pytest.raises(Refused):
        step(
            steps.give_more_time, hazard_in(street, "noticed"), street.by("grid_worker"), street.now, days=2, reason="x"
        )


def test_a_resident_points_it_out_and_reads_the_answer_by_its_code(street):
    told = tell_hazard(
        kind=HazardKind.GAS, text="楼道有煤气味", place=street.places["building"], at=street.now, action=uuid4(),
        contact="139 0000 0000",
    )  # fmt: skip
    number = told.hazard.procedure.number

    party = open_by_code(number=number.lower(), code=f"{told.code[:5]} {told.code[5:]}")

    assert party.procedure == told.hazard.procedure
    assert Assignment.objects.get(procedure=party.procedure).post == street.posts["committee_secretary"]
    with pytest.raises(NotFound):
        open_by_code(number=number, code="AAAAAAAAAA")
    secretary = {"hazard": told.hazard, "by": street.by("committee_secretary"), "at": street.now}
    assert open_contact(**secretary, reason="which floor?") == "139 0000 0000"
    assert ViewLog.objects.get().reason == "which floor?"
    for role in ("administrator", "auditor", "grid_worker_2", "outsider"):
        with pytest.raises(Refused):
            open_contact(**{**secretary, "by": street.by(role)}, reason="curious")


def test_what_is_purged_leaves_no_word(street):
    told = tell_hazard(
        kind=HazardKind.FIRE,
        text="TOKEN",
        place=street.places["building"],
        where="TOKEN",
        at=street.now,
        action=uuid4(),
    )
    hazard = step(
        steps.serve_notice, told.hazard, street.by("committee_secretary"), street.now,
        demand=demand(demand="TOKEN", answers_name="TOKEN", signature=steps.Signature("TOKEN")),
    )  # fmt: skip

    kind_of("hazard").erase(hazard.procedure)

    for row in (Hazard.objects.get(pk=hazard.pk), Notice.objects.get(procedure=hazard.pk)):
        assert "TOKEN" not in str(vars(row))


def test_a_case_is_handed_on_as_a_hazard_and_hears_how_it_ended(street, case_in):
    case = case_in("handling")

    came = refer(
        case.procedure,
        to="hazard",
        text="配电箱门开着",
        by=street.by("property_manager"),
        at=street.now,
        action=uuid4(),
    )

    hazard = Hazard.objects.get(pk=came.pk)
    assert (hazard.origin, hazard.text, came.place_path) == ("referral", "配电箱门开着", case.procedure.place_path)


def test_a_post_finds_nothing_outside_its_place(street):
    with pytest.raises(Refused):
        found_hazard(street, by=street.by("outsider"))
    with pytest.raises(Invalid):
        found_hazard(street, place=street.places["other_street"])
    with pytest.raises(Refused):
        find_hazard(
            kind=HazardKind.FIRE, text="x", place=street.places["building"], by=street.by("mediator"), at=street.now,
            action=uuid4(),
        )  # fmt: skip


def viewer(street, role: str) -> Viewer:
    return Viewer((street.posts[role],), street.accounts[role])


def test_maps_count_what_the_viewer_may_see(street):
    hazard_in(street, "closed")
    hazard = found_hazard(street, imminent=True, place=street.places["building_15"])
    step(
        steps.no_hazard, found_hazard(street), street.by("grid_worker"), street.now, reason="a stand", answer="None."
    )  # fmt: skip

    day = date(2026, 11, 23)
    seen = events(viewer(street, "area_lead"), day, day)
    rows = by_building(viewer(street, "area_lead"), street.now + HOUR)

    assert (len(seen), seen.code, set(seen.path)) == (
        2, ["fire", "fire"], {street.places["building"].path, hazard.procedure.place_path},
    )  # fmt: skip
    assert [(row.place, dict(row.open), row.late, row.imminent, row.closed) for row in rows] == [
        (street.places["building_15"], {"fire": 1}, 1, 1, 0),
        (street.places["building"], {}, 0, 0, 1),
    ]
    for role in ("outsider", "mediator", "police_liaison"):
        assert len(events(viewer(street, role), day, day)) == 0
        assert by_building(viewer(street, role), street.now) == []


def test_put_right_in_time_is_counted_by_the_first_notice(street):
    hazard_in(street, "closed")  # in time
    hazard_in(street, "noticed")  # not yet
    late = hazard_in(street, "noticed")
    late = step(steps.claim_right, late, street.by("property_manager"), street.now + 5 * DAY, text="done")
    step(steps.confirm_right, late, street.by("area_lead"), street.now + 5 * DAY, text="ok", answer="ok")
    again = hazard_in(street, "unresolved")
    again = step(steps.serve_notice, again, street.by("grid_worker"), street.now, demand=demand())

    ended = date(2026, 11, 26)

    assert counts(None, ended, ended) == (1, 4)
    assert counts([street.places["committee"].path], ended, ended) == (1, 4)
    assert counts([street.places["other_street"].path], ended, ended) == (0, 0)
    assert counts(None, ended - 9 * DAY, ended - DAY) == (0, 0)


def test_the_reporter_is_told_what_happened_and_never_what_staff_wrote(street):
    told = tell_hazard(
        kind=HazardKind.FIRE, text="堵了", place=street.places["building"], at=street.now, action=uuid4()
    )  # fmt: skip
    step(steps.serve_notice, told.hazard, street.by("committee_secretary"), street.now, demand=demand())

    party = Party.objects.get(procedure=told.hazard.pk)
    lines = story(told.hazard.procedure, [Audience.PUBLIC, Audience.PARTIES], party=party)

    assert [line.kind for line in lines] == ["found", "serve"]
