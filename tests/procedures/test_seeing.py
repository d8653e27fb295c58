"""Who sees what: by place or cell, by part, by grant; never where somebody is excluded, nor from the next street."""

from uuid import uuid4

import pytest

from linli.cases.domain.handling import dispatch_case, fresh
from linli.core.models import Outbox
from linli.people.actors import NOBODY, Actor, Viewer
from linli.people.domain.holdings import vacate
from linli.procedures.domain.assignments import ShutOut, pass_up
from linli.procedures.domain.move import move
from linli.procedures.models import Assignment, Exclusion, Grant, Procedure
from linli.procedures.seeing import hears

BROWSE = {
    "duty_officer", "area_lead", "grid_worker", "property_manager", "committee_secretary", "auditor", "administrator",
}  # fmt: skip


@pytest.fixture
def eyes(street):
    """Which posts see a procedure."""

    def see(procedure: Procedure) -> set[str]:
        return {
            key
            for key, post in street.posts.items()
            if Procedure.objects.visible_to(Viewer((post,), street.accounts[key])).filter(pk=procedure.pk).exists()
        }

    return see


def test_posts_that_browse_see_an_unsealed_case_of_their_place_or_cell(case_in, eyes):
    assert eyes(case_in("received").procedure) == BROWSE


def test_the_grid_worker_of_the_next_cell_does_not_see_it(case_in, eyes, street):
    case = case_in("received", place=street.places["building_15"])

    assert eyes(case.procedure) == BROWSE - {"grid_worker"} | {"grid_worker_2"}


def test_whoever_gets_a_part_sees_it_and_nobody_else_of_that_kind(case_in, eyes, street):
    case = case_in("dispatched")
    procedure = case.procedure
    Procedure.objects.filter(pk=procedure.pk).update(sealed=True)

    assert eyes(procedure) == {"duty_officer", "property_manager"}


def test_a_grant_opens_a_sealed_procedure_until_it_ends(case_in, eyes, street):
    procedure = case_in("received").procedure
    Procedure.objects.filter(pk=procedure.pk).update(sealed=True)
    grant = Grant.objects.create(
        procedure=procedure, post=street.posts["police_liaison"], reason="passed on", since=street.now
    )

    assert eyes(procedure) == {"duty_officer", "police_liaison"}

    grant.ended_at = street.now
    grant.save()
    assert eyes(procedure) == {"duty_officer"}


@pytest.mark.parametrize("how", ["organisation", "post", "account"])
def test_an_exclusion_beats_place_and_part(case_in, eyes, street, how):
    procedure = case_in("dispatched").procedure
    post = street.posts["property_manager"]
    named = {"organisation": post.organisation, "post": post, "account": street.accounts["property_manager"]}
    Exclusion.objects.create(procedure=procedure, reason="complained of", since=street.now, **{how: named[how]})

    assert eyes(procedure) == BROWSE - {"property_manager"}


def test_nobody_sees_nothing(case_in):
    case_in("received")

    assert list(Procedure.objects.visible_to(NOBODY)) == []


def test_a_person_sees_their_own_and_only_their_own(report, street):
    ours = report(account=street.accounts["resident"]).case
    report()

    assert list(Procedure.objects.of_account(street.accounts["resident"])) == [ours.procedure]


@pytest.mark.parametrize(
    ("sealed", "closed_to", "heard"),
    [
        (False, False, BROWSE | {"mediator"}),
        (True, False, {"mediator"}),
        (False, True, set()),
    ],
)
def test_open_pages_hear_only_what_their_post_may_see(street, rf, sealed, closed_to, heard):
    places = street.places
    body = {
        "seen_by": {
            "path": places["building"].path, "cell": places["cell_01"].pk, "sealed": sealed,
            "posts": [street.posts["mediator"].pk], "closed_to": closed_to,
        }
    }  # fmt: skip

    def hear(key: str) -> bool:
        request = rf.get("/events")
        request.viewer = Viewer((street.posts[key],), street.accounts[key])
        return hears(request)(body)

    assert {key for key in street.posts if hear(key)} == heard


def test_who_is_shut_out_by_a_step_does_not_hear_of_it(case_in, street):
    case = case_in("received")
    shut = lambda: Procedure.objects.filter(pk=case.pk).update(excludes=True)  # noqa: E731

    move(
        case.procedure, "split", version=1, given={"text": "x"}, by=street.by("duty_officer"), at=street.now,
        action=uuid4(), change=shut,
    )  # fmt: skip

    assert Outbox.objects.get(topic="case.split").body["seen_by"]["closed_to"]


def shut_out(case, street, role: str) -> None:
    Exclusion.objects.create(
        procedure=case.procedure, organisation=street.posts[role].organisation, reason="complained of", since=street.now
    )
    Procedure.objects.filter(pk=case.pk).update(excludes=True)


def test_whoever_must_not_know_of_it_is_given_no_part_in_it(case_in, street):
    case = case_in("filed")
    shut_out(case, street, "property_manager")

    with pytest.raises(ShutOut):
        dispatch_case(
            case=fresh(case), version=2, to=street.posts["property_manager"], reason="", by=street.by("duty_officer"),
            at=street.now, action=uuid4(),
        )  # fmt: skip

    assert fresh(case).procedure.state == "filed"


def test_work_of_a_vacant_post_passes_over_who_must_not_know_of_it(case_in, street):
    case = case_in("dispatched")
    Exclusion.objects.create(
        procedure=case.procedure, post=street.posts["area_lead"], reason="of the family", since=street.now
    )
    Procedure.objects.filter(pk=case.pk).update(excludes=True)
    manager = street.posts["property_manager"]
    vacate(post=manager, account=street.accounts["property_manager"], by=Actor.named("test"), at=street.now)

    assert pass_up(post=manager, by=Actor.named("vacancy"), at=street.now) == [case.pk]

    assert list(Assignment.objects.filter(procedure=case.pk, open=True).values_list("post__role", "part")) == [
        ("duty_officer", "handler")
    ]
