"""The duty roster."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.domain.duty import PATTERNS, duties_between, on_duty, plan_duty, remove_duty, set_duty
from linli.people.enums import Role
from linli.people.models import Duty
from tests.neighbourhood import SETUP, Street

EIGHT = datetime(2026, 11, 24, 0, tzinfo=UTC)  # eight in the morning in Shanghai
TWENTY = EIGHT + timedelta(hours=12)
BLINK = timedelta(microseconds=1)


def put(street: Street, role: str, starts: datetime = EIGHT, ends: datetime = TWENTY) -> Duty:
    return set_duty(post=street.posts[role], starts=starts, ends=ends, by=SETUP, at=street.now)


def test_a_duty_counts_from_its_first_instant_until_just_before_its_end(street: Street):
    put(street, "duty_officer")
    officer, place = [street.posts["duty_officer"]], street.places["building"]

    answers = {at: on_duty(place=place, at=at) for at in (EIGHT - BLINK, EIGHT, TWENTY - BLINK, TWENTY)}

    assert answers == {EIGHT - BLINK: [], EIGHT: officer, TWENTY - BLINK: officer, TWENTY: []}


def test_one_shift_ends_as_the_next_begins_and_nobody_is_on_duty_twice(street: Street):
    put(street, "duty_officer")
    put(street, "area_lead", TWENTY, TWENTY + timedelta(hours=12))

    assert on_duty(place=street.places["estate"], at=TWENTY) == [street.posts["area_lead"]]


def test_the_nearest_on_duty_stands_first_and_one_query_finds_them(street: Street, django_assert_num_queries):
    for role in ("duty_officer", "area_lead", "committee_secretary", "grid_worker"):
        put(street, role)

    with django_assert_num_queries(1):
        found = on_duty(place=street.places["building"], at=EIGHT)
        assert [post.place.kind for post in found] == ["committee", "area", "subdistrict"]
    assert on_duty(role=Role.AREA_LEAD, place=street.places["building"], at=EIGHT) == [street.posts["area_lead"]]
    assert on_duty(place=street.places["other_street"], at=EIGHT) == []


def test_a_duty_has_an_end_after_its_start_and_not_too_late(street: Street):
    for ends in (EIGHT, EIGHT - BLINK, EIGHT + timedelta(hours=37)):
        with pytest.raises(Invalid):
            put(street, "duty_officer", EIGHT, ends)


def test_a_post_is_on_duty_once_at_a_time(street: Street):
    put(street, "duty_officer")

    with pytest.raises(Conflict):
        put(street, "duty_officer", TWENTY - BLINK, TWENTY + timedelta(hours=1))
    put(street, "duty_officer", TWENTY, TWENTY + timedelta(hours=1))


def test_a_lead_plans_within_the_area_and_nobody_plans_outside(street: Street):
    with pytest.raises(Refused):
        set_duty(post=street.posts["duty_officer"], starts=EIGHT, ends=TWENTY, by=street.by("area_lead"), at=street.now)
    with pytest.raises(Refused):
        plan_duty(
            posts=[street.posts["area_lead"]],
            shifts=PATTERNS["day"],
            first=date(2026, 11, 24),
            days=1,
            by=street.by("outsider"),
            at=street.now,
        )

    assert Duty.objects.count() == 0


def test_posts_take_the_shifts_of_a_pattern_in_turn_and_the_same_plan_adds_nothing(street: Street):
    posts = [street.posts[name] for name in ("duty_officer", "petition_clerk", "window_clerk")]

    def plan() -> list[tuple[str, str]]:
        made = plan_duty(posts=posts, shifts=PATTERNS["two"], first=date(2026, 11, 24), days=2, by=SETUP, at=street.now)
        return [(duty.post.role, duty.starts.strftime("%d %H:%M")) for duty in made]

    assert plan() == [
        ("duty_officer", "24 08:00"),
        ("petition_clerk", "24 20:00"),
        ("window_clerk", "25 08:00"),
        ("duty_officer", "25 20:00"),
    ]
    assert plan() == []
    assert Duty.objects.count() == 4


def test_what_is_over_stays_and_what_runs_ends_now(street: Street):
    past = put(street, "duty_officer", street.now - timedelta(hours=20), street.now - timedelta(hours=8))
    running = put(street, "duty_officer", street.now - timedelta(hours=8), street.now + timedelta(hours=4))
    coming = put(street, "duty_officer")

    with pytest.raises(Conflict):
        remove_duty(duty=past, by=SETUP, at=street.now)
    remove_duty(duty=running, by=SETUP, at=street.now)
    remove_duty(duty=coming, by=SETUP, at=street.now)

    assert list(Duty.objects.order_by("starts").values_list("pk", "ends")) == [
        (past.pk, past.ends),
        (running.pk, street.now),
    ]


def test_a_week_shows_what_reaches_into_it_and_only_what_lies_within(street: Street):
    night = put(street, "area_lead", TWENTY, TWENTY + timedelta(hours=12))
    put(street, "duty_officer", TWENTY, TWENTY + timedelta(hours=12))
    midnight = datetime(2026, 11, 24, 16, tzinfo=UTC)

    shown = duties_between(starts=midnight, ends=midnight + timedelta(days=7), within=street.places["area"])

    assert shown == [night]
