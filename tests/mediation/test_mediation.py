"""A mediation from end to end, and where it stops."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.outbox import drain
from linli.mediation.domain import after, agreeing, choosing, consenting, ending, opening, sessions, talking
from linli.mediation.domain.indicators import counts
from linli.mediation.domain.screening import NotForMediation
from linli.mediation.domain.types import ways_of
from linli.mediation.enums import AgreementStatus, Court, Meeting, Offer, Side, Told
from linli.mediation.kind import MEDIATION
from linli.mediation.models import Mediation, Participant, Performance
from linli.people.actors import NOBODY, Viewer
from linli.procedures.domain.referrals import refer
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Clock, Entry, Party, Procedure
from tests.mediation.conftest import SAFE, lay_out, promise, sign_both

SHANGHAI = ZoneInfo("Asia/Shanghai")
READS = (Audience.PUBLIC, Audience.PARTIES)


def read_by(dispute, who: str) -> list[tuple[str, str]]:
    """What one party reads of the story: kinds, and what was said."""
    lines = story(dispute.procedure, READS, party=dispute.one(Side(who)).party)
    return [(line.kind, str((line.says or {}).get("text", ""))) for line in lines]


# --- the safety questions


@pytest.mark.parametrize("question", list(SAFE))
def test_one_yes_leads_away_and_keeps_nothing(question, applied):
    with pytest.raises(NotForMediation):
        applied(screen=SAFE | {question: True})

    assert (Procedure.objects.filter(kind="mediation").count(), Party.objects.count(), Entry.objects.count()) == (
        0,
    ) * 3


def test_a_question_left_open_is_asked_again(applied):
    with pytest.raises(Invalid) as told:
        applied(screen={"violence": False, "fear": False, "minors": False})

    assert (type(told.value), set(told.value.fields)) == (Invalid, {"control"})


# --- consent


def test_from_application_to_agreement(dispute_in):
    dispute = dispute_in("agreed")

    assert [line.kind for line in story(dispute.procedure, Audience)] == [
        "applied", "ask", "asked", "asked", "willing", "consent", "proposed", "appoint", "laid_out", "signed", "signed",
        "agree",
    ]  # fmt: skip


def test_a_clear_refusal_stops_it_and_tells_the_legal_ways(dispute_in):
    dispute = dispute_in("asking")

    dispute.do(consenting.refuse, "respondent", participant=dispute.respondent)

    now = dispute.it
    assert (now.procedure.state, now.procedure.closed, now.ways_told) == (
        "refused", dispute.now, ["court", "legal_aid", "police", "street"],
    )  # fmt: skip
    assert [kind for kind, _text in read_by(dispute, "applicant")][-2:] == ["refuse", "ways_told"]
    with pytest.raises(Conflict):
        dispute.do(consenting.say_yes, "respondent", participant=dispute.respondent, told=Told.WRITTEN)


def test_nobody_is_willing_before_the_rights_were_told(dispute_in):
    dispute = dispute_in("asking")

    with pytest.raises(Invalid) as told:
        dispute.do(consenting.say_yes, "respondent", participant=dispute.respondent, told="")

    assert (set(told.value.fields), dispute.respondent.consent) == ({"told"}, "unasked")


def test_it_begins_with_the_last_yes_of_several(applied):
    people = [opening.Person("王建国"), opening.Person("李秀英")]
    dispute = applied(respondents=people).bring("applied")
    dispute.move(consenting.ask_other_side, "desk", text="Noise.")
    first, second = Participant.objects.filter(procedure=dispute.key, side=Side.RESPONDENT)

    dispute.do(consenting.say_yes, "desk", participant=first, told=Told.ORALLY)
    assert dispute.procedure.state == "asking"
    dispute.do(consenting.say_yes, "desk", participant=second, told=Told.ORALLY)

    assert dispute.procedure.state == "choosing"


def test_one_side_does_not_speak_for_the_other(dispute_in):
    dispute = dispute_in("asking")

    with pytest.raises(Refused):
        dispute.do(consenting.say_yes, "applicant", participant=dispute.respondent, told=Told.WRITTEN)
    with pytest.raises(Refused):
        dispute.do(consenting.refuse, "mediator", participant=dispute.respondent)


def test_either_side_stops_it_at_any_time(dispute_in):
    dispute = dispute_in("mediating")

    dispute.move(consenting.stop, "respondent")

    assert (dispute.procedure.state, dispute.it.ways_told[0]) == ("failed", "court")


# --- the month: a reminder, no breach


@pytest.mark.parametrize(
    ("begun", "month"),
    [
        (datetime(2026, 11, 23, 2, tzinfo=UTC), date(2026, 12, 23)),
        (datetime(2028, 1, 31, 2, tzinfo=UTC), date(2028, 2, 29)),  # a leap year: the corresponding day is its last
        (datetime(2026, 12, 1, 2, tzinfo=UTC), date(2027, 1, 1)),  # beyond the calendar: 1 Jan counts as a Friday yet
    ],
)
def test_the_month_ends_on_the_corresponding_day_and_only_reminds(begun, month, dispute_in):
    dispute = dispute_in("asking", at=begun)
    dispute.do(consenting.say_yes, "respondent", participant=dispute.respondent, told=Told.WRITTEN, at=begun)
    due = dispute.it.remind_at

    assert (due - timedelta(seconds=1)).astimezone(SHANGHAI).date() == month
    assert after.remind_of_month(at=due - timedelta(seconds=1)) == 0
    assert [after.remind_of_month(at=due), after.remind_of_month(at=due)] == [1, 0]
    assert not Clock.objects.filter(procedure=dispute.key, rule="mediation.duration").exists()
    assert dispute.procedure.state == "choosing"


# --- the mediator


def test_one_side_proposes_and_the_other_accepts(dispute_in):
    dispute = dispute_in("choosing")
    post = dispute.street.posts["mediator"]

    dispute.move(choosing.propose, "applicant", post=post)
    proposal = dispute.it.procedure.proposals.get()
    with pytest.raises(Refused):
        dispute.move(choosing.answer_proposal, "applicant", proposal=proposal.pk, accept=True, side="respondent")
    dispute.move(choosing.answer_proposal, "applicant", proposal=proposal.pk, accept=True)
    assert dispute.procedure.state == "choosing"
    dispute.move(choosing.answer_proposal, "respondent", proposal=proposal.pk, accept=True)

    parts = dispute.procedure.assignments.filter(part=Part.HANDLER).values_list("post", "open")
    assert (dispute.procedure.state, list(parts)) == ("mediating", [(post.pk, True)])


def test_what_the_committee_proposes_needs_both(dispute_in):
    dispute = dispute_in("choosing")
    dispute.move(choosing.propose, "desk", post=dispute.street.posts["mediator"])
    proposal = dispute.it.procedure.proposals.get()

    dispute.move(choosing.answer_proposal, "desk", proposal=proposal.pk, accept=True, side="applicant")
    assert dispute.procedure.state == "choosing"
    dispute.move(choosing.answer_proposal, "desk", proposal=proposal.pk, accept=True, side="respondent")

    assert dispute.procedure.state == "mediating"


def test_a_mediator_who_is_related_steps_back_and_sees_nothing_more(dispute_in, street):
    dispute = dispute_in("mediating")
    own = Viewer((street.posts["mediator"],), street.accounts["mediator"])
    assert Procedure.objects.visible_to(own).filter(pk=dispute.key).exists()

    dispute.move(choosing.recuse, "mediator", reason="The respondent is my cousin.")

    assert dispute.procedure.state == "choosing"
    assert not Procedure.objects.visible_to(own).filter(pk=dispute.key).exists()
    with pytest.raises(Invalid):
        dispute.move(choosing.propose, "respondent", post=street.posts["mediator"])


def test_nobody_mediates_their_own_dispute(applied, street):
    dispute = applied(account=street.accounts["mediator"]).bring("choosing")

    assert choosing.mediators(dispute.it, street.now) == []


# --- what is said


def test_a_message_of_one_side_never_reaches_the_other_unless_it_is_passed_on(dispute_in):
    dispute = dispute_in("mediating")
    dispute.do(talking.say, "applicant", participant=dispute.applicant, text="I cannot sleep.", may_pass=False)
    seq = dispute.procedure.seq

    assert ("said", "I cannot sleep.") in read_by(dispute, "applicant")
    assert "I cannot sleep." not in str(read_by(dispute, "respondent"))
    with pytest.raises(Refused):
        dispute.do(talking.pass_on, "mediator", seq=seq)
    with pytest.raises(NotFound):
        dispute.do(talking.allow, "respondent", participant=dispute.respondent, seq=seq, allowed=True)
    assert "I cannot sleep." not in str(read_by(dispute, "respondent"))

    dispute.do(talking.allow, "applicant", participant=dispute.applicant, seq=seq, allowed=True)
    assert "I cannot sleep." not in str(read_by(dispute, "respondent"))
    dispute.do(talking.pass_on, "mediator", seq=seq)

    assert ("passed_on", "I cannot sleep.") in read_by(dispute, "respondent")
    with pytest.raises(Conflict):
        dispute.do(talking.allow, "applicant", participant=dispute.applicant, seq=seq, allowed=False)


def test_only_the_mediator_passes_on(dispute_in):
    dispute = dispute_in("mediating")
    dispute.do(talking.say, "applicant", participant=dispute.applicant, text="Quiet, please.", may_pass=True)

    for who in ("respondent", "applicant", "desk"):
        with pytest.raises(Refused):
            dispute.do(talking.pass_on, who, seq=dispute.procedure.seq)


def test_a_shared_talk_is_open_only_while_all_allow_it(dispute_in):
    dispute = dispute_in("mediating")

    def allow(who: str, allowed: bool) -> None:
        dispute.do(talking.set_talks, who, participant=dispute.one(Side(who)), allowed=allowed)

    allow("applicant", True)
    with pytest.raises(Conflict):
        dispute.do(talking.talk, "applicant", text="Hello.")
    allow("respondent", True)
    dispute.do(talking.talk, "applicant", text="Hello.")
    assert ("talk", "Hello.") in read_by(dispute, "respondent")
    allow("applicant", False)

    for who in ("applicant", "respondent", "mediator"):
        with pytest.raises(Conflict):
            dispute.do(talking.talk, who, text="And now?")
    assert "And now?" not in str(read_by(dispute, "respondent"))


def test_an_expert_takes_part_only_with_everybodys_consent(dispute_in):
    dispute = dispute_in("mediating")
    dispute.do(talking.invite, "applicant", name="周工", what="acoustics engineer")
    invitee = dispute.it.procedure.invitees.get()
    assert invitee.status == Offer.OPEN

    dispute.do(talking.answer_invitation, "respondent", participant=dispute.respondent, invitee=invitee.pk, accept=True)
    invitee.refresh_from_db()
    assert invitee.status == Offer.ACCEPTED

    dispute.do(talking.invite, "mediator", name="林阿姨", what="neighbour")
    second = dispute.it.procedure.invitees.get(name="林阿姨")
    dispute.do(talking.answer_invitation, "respondent", participant=dispute.respondent, invitee=second.pk, accept=False)
    second.refresh_from_db()
    assert second.status == Offer.DECLINED


def test_a_meeting_with_one_side_is_known_to_that_side_alone(dispute_in):
    dispute = dispute_in("mediating")
    when = {"starts": dispute.now + timedelta(days=2), "where": "committee, room 2"}
    dispute.do(sessions.plan_session, "mediator", **when, manner=Meeting.APART, only="applicant")

    assert "session_planned" in dict(read_by(dispute, "applicant"))
    assert "session_planned" not in dict(read_by(dispute, "respondent"))


def test_openly_only_where_both_want_it_and_nothing_private_is_touched(dispute_in):
    dispute = dispute_in("mediating")
    dispute.do(consenting.want_open, "applicant", side=Side.APPLICANT, wanted=True)
    assert dispute.it.open is False
    dispute.do(consenting.want_open, "respondent", side=Side.RESPONDENT, wanted=True)
    assert dispute.it.open is True
    dispute.do(consenting.want_open, "respondent", side=Side.RESPONDENT, wanted=False)
    assert dispute.it.open is False

    family = dispute_in("mediating", about="support")
    with pytest.raises(Invalid):
        family.do(consenting.want_open, "applicant", side=Side.APPLICANT, wanted=True)


# --- the agreement


@pytest.mark.parametrize(
    ("left_out", "lacks"),
    [
        ({"facts": " "}, ["facts"]), ({"issues": ""}, ["issues"]), ({"content": ""}, ["content"]),
        ({"promises": []}, ["performances"]), ({"facts": "", "promises": []}, ["facts", "performances"]),
    ],
)  # fmt: skip
def test_an_agreement_without_what_article_29_asks_for_is_refused(left_out, lacks, dispute_in):
    dispute = dispute_in("mediating")
    whole = {"facts": "f", "issues": "i", "content": "c", "promises": [promise(dispute)]}

    with pytest.raises(Invalid) as told:
        dispute.do(agreeing.write_agreement, "mediator", **whole | left_out)

    assert told.value.facts["lacks"] == lacks


def test_it_takes_effect_only_when_all_have_signed_and_it_is_sealed(dispute_in):
    dispute = dispute_in("mediating")
    draft = lay_out(dispute)
    one = dispute.applicant
    dispute.do(agreeing.sign, "applicant", participant=one, draft=draft, name=one.name, image=None)

    with pytest.raises(Invalid):
        dispute.move(agreeing.seal_agreement, "mediator", draft=draft)
    assert dispute.it.procedure.agreement.status == AgreementStatus.SIGNING
    other = dispute.respondent
    dispute.do(agreeing.sign, "respondent", participant=other, draft=draft, name=other.name, image=None)
    dispute.move(agreeing.seal_agreement, "mediator", draft=draft)

    agreement = dispute.it.procedure.agreement
    assert (agreement.status, agreement.effective_at, agreement.seal) == (
        AgreementStatus.IN_EFFECT, dispute.now, dispute.street.posts["mediator"].organisation.name,
    )  # fmt: skip
    assert agreement.signatures.count() == 3


def test_written_anew_it_asks_for_every_signature_again(dispute_in):
    dispute = dispute_in("mediating")
    first = lay_out(dispute)
    sign_both(dispute, first)
    second = lay_out(dispute)

    assert {row.pk for row in agreeing.unsigned(dispute.it.procedure.agreement)} == {
        dispute.applicant.pk, dispute.respondent.pk,
    }  # fmt: skip
    with pytest.raises(Conflict):
        dispute.do(agreeing.sign, "applicant", participant=dispute.applicant, draft=first, name="陈美华", image=None)
    with pytest.raises(Invalid):
        dispute.move(agreeing.seal_agreement, "mediator", draft=second)


def test_who_signs_writes_the_name_of_the_agreement(dispute_in):
    dispute = dispute_in("mediating")
    draft = lay_out(dispute)

    with pytest.raises(Invalid):
        dispute.do(agreeing.sign, "applicant", participant=dispute.applicant, draft=draft, name="陈美", image=None)


def test_an_oral_agreement_is_recorded_and_in_effect_at_once(dispute_in):
    dispute = dispute_in("mediating")

    dispute.move(agreeing.record_oral, "mediator", content="No washing after ten.")

    agreement = dispute.it.procedure.agreement
    assert (dispute.procedure.state, agreement.form, agreement.effective_at) == ("agreed", "oral", dispute.now)


# --- the court, within thirty days


@pytest.mark.parametrize(
    ("effect", "last", "provisional"),
    [
        (datetime(2026, 1, 12, 2, tzinfo=UTC), date(2026, 2, 11), False),
        (datetime(2026, 1, 20, 2, tzinfo=UTC), date(2026, 2, 24), False),  # day 30 falls into the Spring Festival
        (datetime(2026, 11, 23, 2, tzinfo=UTC), date(2026, 12, 23), False),
        (datetime(2026, 12, 2, 2, tzinfo=UTC), date(2027, 1, 1), True),  # 2027 is not in the calendar: a Friday yet
        (datetime(2026, 12, 3, 2, tzinfo=UTC), date(2027, 1, 4), True),  # a Saturday, whatever the calendar says
        (datetime(2028, 1, 31, 2, tzinfo=UTC), date(2028, 3, 1), True),  # 29 February counts
    ],
)
def test_the_thirty_days_of_the_court_roll_over_holidays(effect, last, provisional, dispute_in):
    dispute = dispute_in("mediating")
    dispute.move(agreeing.record_oral, "mediator", content="Quiet from ten on.", at=effect)

    clock = Clock.objects.get(procedure=dispute.key, rule="mediation.confirm")
    assert ((clock.due - timedelta(seconds=1)).astimezone(SHANGHAI).date(), clock.provisional) == (
        last, provisional,
    )  # fmt: skip


def test_the_joint_application_meets_the_clock_by_the_day_it_was_handed_in(dispute_in):
    dispute = dispute_in("agreed")
    later = dispute.now + timedelta(days=31)

    dispute.move(after.apply_to_court, "mediator", court="徐汇区人民法院", on=date(2026, 12, 22), at=later)

    clock = Clock.objects.get(procedure=dispute.key, rule="mediation.confirm")
    assert (clock.state, dispute.it.procedure.agreement.court) == ("met", Court.APPLIED)
    dispute.do(after.court_answers, "mediator", answer=Court.CONFIRMED, on=date(2026, 12, 24), at=later)
    assert dispute.it.procedure.agreement.court == Court.CONFIRMED


# --- performance


def test_a_performance_is_reminded_of_once_and_to_its_own_side_alone(dispute_in):
    dispute = dispute_in("agreed")
    early, due = datetime(2026, 12, 16, 2, tzinfo=UTC), datetime(2026, 12, 17, 2, tzinfo=UTC)

    assert [after.remind_of_performances(at=at) for at in (early, due, due)] == [0, 1, 0]
    assert "performance_reminder" in dict(read_by(dispute, "respondent"))
    assert "performance_reminder" not in dict(read_by(dispute, "applicant"))


def test_it_is_performed_when_everything_was_done_with_proof(dispute_in):
    dispute = dispute_in("agreed")
    with pytest.raises(Invalid):
        dispute.move(after.finish, "mediator", text="All done.")

    row = Performance.objects.get(agreement=dispute.key)
    dispute.do(after.performed, "mediator", performance=row.pk, on=date(2026, 11, 23), proof="Seen by the committee.")
    dispute.move(after.finish, "mediator", text="All done.")

    assert (dispute.procedure.state, dispute.it.outcome) == ("performed", "All done.")
    assert not Clock.objects.filter(procedure=dispute.key, state="running").exists()


def test_a_broken_agreement_tells_how_to_enforce_it(dispute_in):
    dispute = dispute_in("agreed")

    dispute.move(after.leave_unperformed, "mediator", reason="No carpet by January.")

    assert (dispute.procedure.state, dispute.it.ways_told) == (
        "unperformed", list(ways_of("noise", on_agreement=True)),
    )  # fmt: skip


# --- danger, and what goes another way


def test_danger_is_told_to_the_police_at_once_and_to_nobody_else(dispute_in, street):
    dispute = dispute_in("mediating")
    before = (read_by(dispute, "applicant"), read_by(dispute, "respondent"))

    dispute.move(ending.report_danger, "mediator", text="He says he will break the door tonight.")

    police = dispute.procedure.assignments.get(part=Part.HELPER)
    clock = Clock.objects.get(procedure=dispute.key, rule="mediation.police")
    assert (police.post, police.open, clock.amount, clock.unit) == (street.posts["police_liaison"], True, 30, "minute")
    assert (read_by(dispute, "applicant"), read_by(dispute, "respondent")) == before
    dispute.move(ending.police_answer, "police_liaison", text="A patrol goes by.")
    assert Clock.objects.get(pk=clock.pk).state == "met"


@pytest.mark.parametrize("who", ["applicant", "respondent"])
def test_what_goes_another_way_reads_like_a_mediation_that_failed(who, dispute_in):
    away, failed = dispute_in("mediating"), dispute_in("mediating")

    away.move(ending.divert, "mediator")
    failed.move(ending.fail, "mediator", reason="No agreement can be reached.")

    assert (away.procedure.state, failed.procedure.state) == ("diverted", "failed")
    told = [story(each.procedure, READS, party=each.one(Side(who)).party) for each in (away, failed)]
    assert [line.kind for line in told[0]] == [line.kind for line in told[1]]
    assert told[0][-1].says == told[1][-1].says == {"ways": ["court", "legal_aid", "police", "street"]}
    assert MEDIATION.states["diverted"] == MEDIATION.states["failed"]


# --- who sees it


def test_only_who_has_a_part_sees_it(dispute_in, street):
    dispute = dispute_in("mediating")

    seen = {
        key
        for key, post in street.posts.items()
        if Procedure.objects.visible_to(Viewer((post,), street.accounts[key])).filter(pk=dispute.key).exists()
    }

    assert seen == {"committee_secretary", "mediator"}
    assert not Procedure.objects.visible_to(NOBODY).filter(pk=dispute.key).exists()


# --- out of a case, and back


def test_a_noise_case_is_handed_on_and_hears_how_it_ended(case_in, street):
    case = case_in("handling", klass=street.klass("noise")).procedure
    result = refer(
        case,
        to="mediation",
        text="Both live at No. 12.",
        by=street.by("property_manager"),
        at=street.now,
        action=uuid4(),
    )
    mediation = Mediation.objects.get(pk=result.pk)
    desk = {"by": street.by("committee_secretary"), "at": street.now}

    with pytest.raises(Invalid):  # nobody is asked before the safety questions
        consenting.ask_other_side(mediation=mediation, version=1, text="Noise.", action=uuid4(), **desk)
    mediation = opening.screen_referral(mediation=mediation, screen=SAFE, action=uuid4(), **desk)
    for side, name in ((Side.APPLICANT, "陈美华"), (Side.RESPONDENT, "王建国")):
        opening.add_participant(mediation=mediation, side=side, person=opening.Person(name), action=uuid4(), **desk)
    mediation = consenting.ask_other_side(mediation=mediation, version=1, text="Noise.", action=uuid4(), **desk)
    one = Participant.objects.get(procedure=result, side=Side.RESPONDENT)
    consenting.refuse(mediation=mediation, participant=one, action=uuid4(), **desk)
    drain("mediation.answers")
    drain("mediation.answers")

    told = [(line.kind, (line.says or {}).get("state")) for line in story(case, Audience)][-2:]
    assert (mediation.type, result.sealed) == ("noise", True)
    assert told == [("referred", None), ("referral_answered", "refused")]


# --- numbers


def test_the_indicator_counts_agreements_of_what_ended(dispute_in, street):
    dispute_in("agreed")
    refused = dispute_in("asking")
    refused.do(consenting.refuse, "respondent", participant=refused.respondent)
    away = dispute_in("mediating")
    away.move(ending.divert, "mediator")
    day = date(2026, 11, 23)

    assert counts(None, day, day) == (1, 3)  # what goes another way is told from a failure by no number
    assert counts([street.places["estate"].path], day, day) == (1, 3)
    assert counts([street.places["other_street"].path], day, day) == (0, 0)
    assert counts(None, day + timedelta(days=1), day + timedelta(days=9)) == (0, 0)
