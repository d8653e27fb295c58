"""A petition from receipt to re-check: who has it, what stops it, and what is refused on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.petitions.domain import answering, handling, identity, reviewing
from linli.petitions.domain.opening import Person
from linli.petitions.models import Letter, Petition, Petitioner
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Clock, Entry, Exclusion, Procedure
from tests.petitions.making import OPINION, REVIEW, WAY, WRITER, act, holder_of, opened, petition_in


@pytest.mark.parametrize("state", WAY)
def test_each_state_of_the_way_can_be_reached(state, in_state):
    assert in_state(state).procedure.state == state


@pytest.mark.parametrize("channel", ["network", "letter", "phone", "fax", "visit"])
def test_every_item_is_registered_with_its_channel(channel, street):
    petition = opened(street, channel=channel).petition

    assert (petition.channel, petition.procedure.sealed, petition.procedure.state) == (channel, True, "received")
    assert sorted(petition.procedure.clocks.values_list("rule", flat=True)) == ["petition.forward", "petition.notice"]


def test_a_doubled_submit_registers_one(street):
    action = uuid4()
    bodies = {"accused": street.posts["property_manager"].organisation}

    first, second = (opened(street, action=action, **bodies) for _ in range(2))

    assert (first.petition.pk, first.claim_code) == (second.petition.pk, second.claim_code)
    assert (Petition.objects.count(), Petitioner.objects.count()) == (1, 1)
    assert set(Exclusion.objects.values_list("procedure", flat=True)) == {first.petition.pk}


def test_what_was_told_and_who_told_it_lie_sealed(street):
    petition = opened(street).petition
    row = petition.petitioners.get()

    stored = bytes(petition.text_sealed) + bytes(row.person_sealed)

    assert [word.encode() in stored for word in ("漏水", WRITER.name, WRITER.phone)] == [False, False, False]
    assert (identity.text_of(petition), identity.own_people(petition)) == ("顶楼屋面漏水三个月，请求修复。", [WRITER])


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"text": "  "}, ["text"]),
        ({"matter": ""}, ["matter"]),
        ({"matter": "长" * 81}, ["matter"]),
        ({"people": [Person(f"代表{n}") for n in range(6)], "persons": 30}, ["people"]),
        ({"persons": 0}, ["persons"]),
    ],
)
def test_what_cannot_be_registered_is_told_by_field(changes, fields, street):
    with pytest.raises(Invalid) as told:
        opened(street, **changes)

    assert list(told.value.fields) == fields
    assert Procedure.objects.count() == 0


def test_five_representatives_are_as_many_as_can_be(street):
    people = [Person(f"代表{n}", f"1380000000{n}") for n in range(5)]

    petition = opened(street, people=people, persons=30, channel="visit").petition

    assert identity.own_people(petition) == people


# --- notices and transfer


def test_whoever_cannot_be_named_is_owed_no_notice(street):
    petition = opened(street, people=[]).petition
    clerk = street.by("petition_clerk")

    with pytest.raises(Invalid):
        act(street, petition, handling.notify, clerk, street.now)
    act(street, petition, handling.waive_notice, clerk, street.now, reason="未留姓名")

    assert Clock.objects.get(procedure=petition.pk, rule="petition.notice").state == "dropped"


def test_once_the_name_is_known_a_notice_is_owed(street):
    petition = opened(street, people=[]).petition
    clerk = street.by("petition_clerk")

    identity.name_petitioner(petition=petition, person=WRITER, by=clerk, at=street.now, action=uuid4())
    petition = handling.fresh(petition)
    with pytest.raises(Invalid):
        act(street, petition, handling.waive_notice, clerk, street.now, reason="未留姓名")
    act(street, petition, handling.notify, clerk, street.now)

    assert [letter.form for letter in petition.letters.all()] == ["notice"]


def test_an_objection_comes_back_only_once_the_sender_agrees(street, in_state):
    petition = in_state("objected")
    clerk = street.by("petition_clerk")

    back = act(street, petition, handling.agree, clerk, street.now)

    assert back.procedure.state == "received"
    assert [(each.post_id, each.agreed) for each in back.objections.all()] == [
        (street.posts["department_handler"].pk, True)
    ]


def test_the_same_objection_a_second_time_goes_to_the_chair_who_ends_it(street, in_state):
    petition = in_state("objected")
    clerk, handler = street.by("petition_clerk"), street.by("department_handler")
    objection = {"ground": "not_ours", "text": "还是不属于。"}

    petition = act(street, petition, handling.agree, clerk, street.now)
    petition = act(street, petition, handling.forward, clerk, street.now, to=street.posts["department_handler"])
    petition = act(street, petition, handling.object_to, handler, street.now, **objection)
    assert petition.procedure.state == "disputed"
    assert holder_of(petition, Part.VERIFIER, street).post == street.posts["duty_officer"]

    petition = act(
        street, petition, handling.decide, street.by("duty_officer"), street.now,
        to=street.posts["department_handler"], reason="属于该单位职权。",
    )  # fmt: skip
    with pytest.raises(Refused):
        act(street, petition, handling.object_to, handler, street.now, **objection)
    assert act(street, petition, handling.accept, handler, street.now).procedure.state == "handling"


def test_another_reason_goes_to_the_sender_again(street, in_state):
    petition = in_state("objected")
    clerk, handler = street.by("petition_clerk"), street.by("department_handler")

    petition = act(street, petition, handling.refuse, clerk, street.now, reason="属于")
    petition = act(street, petition, handling.object_to, handler, street.now, ground="other_place", text="在邻街。")

    assert petition.procedure.state == "objected"


def test_after_five_working_days_nobody_objects(street, in_state):
    petition = in_state("forwarded")
    due = Clock.objects.get(procedure=petition.pk, rule="petition.object").due
    handler = street.by("department_handler")

    with pytest.raises(Invalid):
        act(street, petition, handling.object_to, handler, due, ground="not_ours", text="不属于。")
    objected = act(
        street, petition, handling.object_to, handler, due - timedelta(seconds=1), ground="not_ours", text="不属于。"
    )

    assert objected.procedure.state == "objected"


# --- accepted or not


@pytest.mark.parametrize(
    "ground", ["court", "arbitration", "party_appeal", "administrative", "duty_to_act", "not_ours"]
)
def test_a_matter_for_another_way_is_not_accepted_and_the_letter_says_where(ground, street, in_state):
    petition = in_state("received")

    ended = act(
        street, petition, handling.not_accept, street.by("petition_clerk"), street.now, ground=ground, text="请起诉。"
    )  # fmt: skip

    assert (ended.procedure.state, ended.ground, [each.form for each in ended.letters.all()]) == (
        "not_accepted", ground, ["not_accepted"],
    )  # fmt: skip


def test_the_same_matter_within_its_time_and_after_a_recheck_is_not_accepted_again(street):
    clerk = street.by("petition_clerk")
    running, decided = petition_in(street, "handling"), petition_in(street, "rechecked")

    for ground, earlier, other in (("already", running, decided), ("final", decided, running)):
        petition = opened(street).petition
        given = {"ground": ground, "text": "请见先前的答复。"}
        for wrong in (None, other):
            with pytest.raises(Invalid):
                act(street, petition, handling.not_accept, clerk, street.now, repeats=wrong, **given)
        ended = act(street, petition, handling.not_accept, clerk, street.now, repeats=earlier, **given)
        assert (ended.procedure.state, ended.repeats_id) == ("not_accepted", earlier.pk)


def test_what_repeats_a_recheck_cannot_be_accepted_by_mistake(street):
    petition, decided = opened(street).petition, petition_in(street, "rechecked")
    handling.set_on(petition, repeats=decided)

    with pytest.raises(Invalid):
        act(street, handling.fresh(petition), handling.accept, street.by("petition_clerk"), street.now)


def test_petitions_are_joined_by_matter_only(street):
    clerk = street.by("petition_clerk")
    first, same, other = opened(street).petition, opened(street).petition, opened(street, field="work").petition

    with pytest.raises(Invalid):
        act(street, other, handling.merge, clerk, street.now, into=first)
    joined = act(street, same, handling.merge, clerk, street.now, into=first)

    assert (joined.procedure.state, joined.repeats_id) == ("merged", first.pk)


# --- the answer


@pytest.mark.parametrize("missing", ["asked", "facts", "opinion", "basis", "outcome"])
def test_an_opinion_letter_without_one_of_its_contents_is_refused(missing, street, in_state):
    petition = in_state("handling")

    with pytest.raises((Invalid, MissingEvidence)):
        act(
            street, petition, answering.answer, street.by("department_handler"), street.now, **{**OPINION, missing: " "}
        )

    assert (handling.fresh(petition).procedure.state, Letter.objects.filter(form="opinion").count()) == ("handling", 0)


@pytest.mark.parametrize("outcome", ["adopted", "found", "anything"])
def test_a_request_has_one_of_three_outcomes(outcome, street, in_state):
    with pytest.raises(Invalid):
        act(
            street, in_state("handling"), answering.answer, street.by("department_handler"), street.now,
            **{**OPINION, "outcome": outcome},
        )  # fmt: skip


def test_what_is_supported_is_carried_out_before_it_ends(street, in_state):
    petition = in_state("carrying_out")
    assert reviewing.lapse_due(at=street.now + timedelta(days=90)) == 0

    done = act(street, petition, answering.carried_out, street.by("department_handler"), street.now, text="已修复。")

    assert (done.procedure.state, Clock.objects.get(procedure=done.pk, rule="petition.execute").state) == (
        "delivered", "met",
    )  # fmt: skip
    assert reviewing.lapse_due(at=street.now + timedelta(days=90)) == 1
    assert handling.fresh(done).procedure.state == "done"


@pytest.mark.parametrize(("klass", "outcome"), [("suggestion", "partly"), ("accusation", "found")])
def test_suggestions_and_accusations_end_with_a_reply(klass, outcome, street):
    petition = opened(street, klass=klass).petition
    clerk = street.by("petition_clerk")

    petition = act(street, petition, handling.accept, clerk, street.now)
    with pytest.raises(Invalid):
        act(street, petition, answering.reply, clerk, street.now, text="已研究。", outcome="support")
    ended = act(street, petition, answering.reply, clerk, street.now, text="已研究。", outcome=outcome)

    assert (ended.procedure.state, ended.outcome, ended.procedure.closed) == ("replied", outcome, street.now)


def test_an_agreement_of_both_sides_ends_it(street, in_state):
    ended = act(
        street,
        in_state("handling"),
        answering.settle,
        street.by("department_handler"),
        street.now,
        text="双方书面约定。",
    )

    assert (ended.procedure.state, ended.letters.filter(form="settlement").count()) == ("settled", 1)


# --- review


def test_nobody_reviews_what_they_decided(street, in_state):
    petition = in_state("reviewed")
    reviewer = holder_of(petition, Part.VERIFIER, street)
    petition = act(street, petition, reviewing.deliver_review, street.by("petition_clerk"), street.now)

    petition = act(street, petition, reviewing.ask_recheck, street.by("petition_clerk"), street.now, reason="不接受。")

    checker = holder_of(petition, Part.VERIFIER, street)
    assert checker.post not in (reviewer.post, street.posts["department_handler"])
    with pytest.raises(Refused):
        act(street, petition, reviewing.recheck, reviewer, street.now, **REVIEW)
    assert act(street, petition, reviewing.recheck, checker, street.now, **REVIEW).procedure.state == "rechecked"


def test_the_petitioner_asks_and_another_does_not(street, in_state):
    petition = in_state("delivered")
    own = Actor(party=str(petition.procedure.parties.get().pk))

    with pytest.raises(Refused):
        act(street, petition, reviewing.ask_review, Actor(party=str(uuid4())), street.now, reason="不接受。")

    assert (
        act(street, petition, reviewing.ask_review, own, street.now, reason="不接受。").procedure.state == "reviewing"
    )


def test_after_thirty_days_nobody_asks_for_a_review(street, in_state):
    petition = in_state("delivered")
    due = Clock.objects.get(procedure=petition.pk, rule="petition.ask_review").due

    with pytest.raises(Invalid):
        act(street, petition, reviewing.ask_review, street.by("petition_clerk"), due, reason="不接受。")

    assert reviewing.lapse_due(at=due) == 1


# --- beside the way


def test_who_has_an_interest_withdraws_and_sees_it_no_more(street, in_state):
    petition = in_state("handling")
    handler = street.by("department_handler")

    petition = act(street, petition, handling.recuse, handler, street.now, reason="与信访人是亲属")

    assert Exclusion.objects.get(procedure=petition.pk).account == street.accounts["department_handler"]
    assert not Assignment.objects.filter(procedure=petition.pk, post=handler.post).exists()
    assert Assignment.objects.get(procedure=petition.pk, part="handler", open=True).post == street.posts["duty_officer"]


def test_the_grade_is_the_petitioners_and_given_once(street, in_state):
    petition = in_state("delivered")
    own = Actor(party=str(petition.procedure.parties.get().pk))
    given = {"petition": petition, "grade": 4, "at": street.now}

    with pytest.raises(Refused):
        identity.rate_petition(by=street.by("petition_clerk"), action=uuid4(), **given)
    identity.rate_petition(by=own, action=uuid4(), **given)
    with pytest.raises(Conflict):
        identity.rate_petition(by=own, action=uuid4(), **given)

    assert handling.fresh(petition).grade == 4


def test_purging_forgets_the_petitioner_the_text_and_the_letters(street, in_state):
    from linli.petitions.kind import erase

    petition = in_state("delivered")
    erase(petition.procedure)

    kept = handling.fresh(petition)
    assert (kept.matter, identity.text_of(kept), kept.petitioners.count()) == ("", "", 0)
    with translation.override("en"):
        from linli.petitions.letter_words import shown

        words = shown(kept.letters.get(form="opinion"), kept, to="").sections
    assert [said for _heading, said in words if said] == []
    assert Entry.objects.filter(procedure=kept.pk).exists()
