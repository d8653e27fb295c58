"""What cannot be settled here is handed on: both stories say so, the end comes back, what is sealed keeps silent."""

from uuid import uuid4

import pytest

from linli.core.errors import Invalid, NotFound, Refused
from linli.core.outbox import drain
from linli.insight.enums import Outcome
from linli.insight.models import Review
from linli.procedures.domain import referrals
from linli.procedures.domain.move import move, new_procedure, open_procedure
from linli.procedures.domain.referrals import Destination, destinations, refer
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Procedure

SEALED = []  # what the destination of these tests seals


@pytest.fixture
def reviews(street, monkeypatch):
    """The yearly review takes matters in, for these tests, and the area lead looks into them."""

    def start(*, origin, by, at, action, says):
        sealed = origin.pk in SEALED
        procedure = new_procedure(
            kind="review", place=origin.place, place_path=origin.place_path, cell=None, at=at, sealed=sealed
        )
        review = Review(procedure=procedure, mechanism="patrols", year=2026, text=says["text"])
        assign = {street.posts["area_lead"]: Part.HANDLER}
        return open_procedure(
            procedure=procedure, particulars=review, by=by, at=at, action=action, says=says, assign=assign
        )[0]

    monkeypatch.setattr(referrals, "_known", {})
    referrals.register(Destination("review", "yearly review", start, hint="Looked at once a year."))
    return start


@pytest.fixture
def case(case_in):
    return case_in("handling").procedure


def hand_on(street, case: Procedure, role: str = "property_manager", **more) -> Procedure:
    given = {"to": "review", "text": "Patrols never come by here.", "action": uuid4(), **more}
    return refer(case, by=street.by(role), at=street.now, **given)


def last(procedure: Procedure) -> tuple[str, dict]:
    line = list(story(procedure, Audience))[-1]
    return line.kind, dict(line.says or {})


def end(street, review: Procedure) -> None:
    lead, officer = street.by("area_lead"), street.by("duty_officer")
    move(review, "begin", version=1, by=lead, at=street.now, action=uuid4())
    given = {"outcome": Outcome.STOP, "text": "They do not help."}
    move(review, "conclude", version=2, by=lead, at=street.now, action=uuid4(), given=given)
    move(review, "check", version=3, by=officer, at=street.now, action=uuid4())


def test_both_stories_say_what_was_handed_on(street, case, reviews):
    review = hand_on(street, case)

    assert last(case) == (
        "referred",
        {"number": review.number, "kind": "review", "because": "Patrols never come by here."},
    )
    assert last(review) == ("came_from", {"number": case.number, "kind": "case"})


def test_the_end_comes_back_once(street, case, reviews):
    review = hand_on(street, case)
    end(street, review)
    drain("referrals.review")
    drain("referrals.review")

    told = [line.kind for line in story(case, Audience)]
    assert last(case) == ("referral_answered", {"number": review.number, "kind": "review", "state": "checked"})
    assert told.count("referral_answered") == 1
    assert list(case.referrals.values_list("outcome", flat=True)) == ["checked"]


def test_of_what_is_sealed_the_first_story_says_nothing(street, case, reviews, monkeypatch):
    monkeypatch.setattr(f"{__name__}.SEALED", [case.pk])
    before = [line.kind for line in story(case, Audience)]
    review = hand_on(street, case)
    Procedure.objects.filter(pk=review.pk).update(sealed=True)
    with pytest.raises(Refused):  # who governs the place governs nothing that is sealed
        move(review, "leave_out", version=1, by=street.by("duty_officer"), at=street.now, action=uuid4(),
             because="x")  # fmt: skip
    move(review, "begin", version=1, by=street.by("area_lead"), at=street.now, action=uuid4())
    drain("referrals.review")

    assert [line.kind for line in story(case, Audience)] == before
    assert last(review)[0] == "begin"


def test_the_same_submit_twice_begins_one(street, case, reviews):
    action = uuid4()
    first, second = hand_on(street, case, action=action), hand_on(street, case, action=action)

    assert (first.pk, Review.objects.count()) == (second.pk, 1)


def test_who_has_no_part_in_it_or_writes_nothing_is_told(street, case, reviews):
    with pytest.raises(Refused):
        hand_on(street, case, role="mediator")
    with pytest.raises(NotFound):
        hand_on(street, case, to="nowhere")
    for text in ("   ", "x" * 2001):
        with pytest.raises(Invalid) as told:
            hand_on(street, case, text=text)
        assert list(told.value.fields) == ["text"]
    assert (Review.objects.count(), [line.kind for line in story(case, Audience)].count("referred")) == (0, 0)


def test_what_is_closed_goes_nowhere(street, case_in, reviews):
    closed = case_in("closed").procedure

    assert destinations(closed, street.by("property_manager")) == []


def test_on_the_page_it_goes_where_was_chosen_and_what_was_typed_is_kept(street, case, reviews, sign_in):
    client = sign_in("property_manager")
    page = f"/refer/{case.number}/"
    asked = client.get(page).content.decode()
    nothing = client.post(page, {"text": "Kept as typed.", "action": uuid4()})
    client.post(page, {"to": "review", "text": "Please look.", "action": uuid4()})
    told = client.get(f"/case/{case.number}/").content.decode()

    assert ("yearly review" in asked, "Looked at once a year." in asked) == (True, True)
    assert (nothing.status_code, "Kept as typed." in nothing.content.decode()) == (422, True)
    (review,) = Review.objects.select_related("procedure")
    assert f"Handed on: yearly review {review.procedure.number}" in told


@pytest.mark.parametrize(("role", "status"), [("mediator", 404), ("outsider", 403), ("grid_worker", 302)])
def test_whoever_does_not_see_it_or_has_no_part_in_it_gets_no_page(street, case, reviews, sign_in, role, status):
    assert sign_in(role).get(f"/refer/{case.number}/").status_code == status
