"""Who sees what: by place or cell, by part, by grant; never where somebody is excluded, nor from the next street."""

import pytest

from linli.people.actors import NOBODY, Viewer
from linli.procedures.models import Exclusion, Grant, Procedure
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
