"""A petition is handed on to mediation with the petitioner's written consent: what goes along, and what comes back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Invalid, Refused
from linli.core.outbox import drain
from linli.mediation.domain import consenting, opening
from linli.mediation.domain.screening import QUESTIONS
from linli.mediation.enums import Side
from linli.mediation.models import Mediation, Participant
from linli.people.actors import Viewer
from linli.petitions.domain.handling import fresh
from linli.procedures.domain.referrals import Consent, destinations, refer
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Exclusion, Procedure
from tests.petitions.making import WRITER, opened, petition_in

TEXT = "602室与502室为漏水争执。本人同意转交：只转这句话和电话13800000001。"


@pytest.fixture
def consent(street):
    return Consent(street.now.date(), "signed")


def hand_on(street, petition, role: str = "petition_clerk", **changes) -> Procedure:
    given = {"to": "mediation", "text": TEXT, "by": street.by(role), "at": street.now, "action": uuid4(), **changes}
    return refer(fresh(petition).procedure, **given)


def kinds(street, petition, role: str) -> list[str]:
    return [each.kind for each in destinations(fresh(petition).procedure, street.by(role))]


def test_only_the_desk_is_offered_mediation_and_only_with_the_consent_written_down(street, consent):
    petition = petition_in(street, "handling")
    tomorrow = street.now.date() + timedelta(days=1)

    assert "mediation" in kinds(street, petition, "petition_clerk")
    assert "mediation" not in kinds(street, petition, "department_handler")
    with pytest.raises(Refused):
        hand_on(street, petition, "department_handler", consent=consent)
    lacking = [
        (None, "consent_how"), (Consent(street.now.date(), ""), "consent_how"), (Consent(None, "signed"), "consent_on"),
        (Consent(tomorrow, "spoken"), "consent_on"),
    ]  # fmt: skip
    for wrong, field in lacking:
        with pytest.raises(Invalid) as told:
            hand_on(street, petition, consent=wrong)
        assert set(told.value.fields) == {field}
    assert Mediation.objects.count() == 0


def test_only_what_the_petitioner_agreed_to_goes_along(street, consent):
    petition = petition_in(street, "handling")

    result = hand_on(street, petition, consent=consent)

    mediation = Mediation.objects.get(pk=result.pk)
    said = [dict(line.says or {}) for line in story(result, Audience)]
    kept = repr(said) + mediation.matter + mediation.wish + repr(list(result.parties.values()))
    assert (mediation.matter, result.sealed, result.parties.count()) == (TEXT, True, 0)
    for word in (petition.procedure.number, petition.matter, WRITER.name, WRITER.address, "顶楼屋面漏水三个月"):
        assert word not in kept
    assert {"number": "", "kind": "petition", "agreed_on": consent.on.isoformat(), "agreed_how": "signed"} in said


def test_who_is_complained_of_stays_shut_out_of_the_mediation(street, consent):
    accused = street.posts["property_manager"].organisation
    petition = petition_in(street, "handling", accused=accused)

    result = hand_on(street, petition, consent=consent)

    both = [set(Exclusion.objects.filter(procedure=each).values_list("organisation", "account"))
            for each in (petition.pk, result.pk)]  # fmt: skip
    post = street.posts["property_manager"]
    assert both[0] == both[1]
    assert (accused.pk, None) in both[1]
    seen = Procedure.objects.visible_to(Viewer((post,), street.accounts["property_manager"]))
    assert not seen.filter(pk=result.pk).exists()


def test_the_petition_hears_how_the_mediation_ended_and_so_does_the_petitioner(street, consent, sign_in):
    petition = petition_in(street, "handling")
    result = hand_on(street, petition, consent=consent)
    desk = {"by": street.by("committee_secretary"), "at": street.now}
    mediation = Mediation.objects.get(pk=result.pk)
    safe = dict.fromkeys(QUESTIONS, False)
    mediation = opening.screen_referral(mediation=mediation, screen=safe, action=uuid4(), **desk)
    for side, name in ((Side.APPLICANT, "陈美华"), (Side.RESPONDENT, "王建国")):
        opening.add_participant(mediation=mediation, side=side, person=opening.Person(name), action=uuid4(), **desk)
    mediation = consenting.ask_other_side(mediation=mediation, version=1, text="漏水。", action=uuid4(), **desk)
    one = Participant.objects.get(procedure=result, side=Side.RESPONDENT)
    consenting.refuse(mediation=mediation, participant=one, action=uuid4(), **desk)
    drain("mediation.answers")

    page = sign_in("petition_clerk").get(f"/petitions/file/{petition.procedure.number}/").content.decode()
    own = [line.kind for line in story(fresh(petition).procedure, [Audience.PARTIES])]

    assert f"Ended elsewhere: mediation {result.number}, one side does not want it" in page
    assert f"Handed on: mediation {result.number}. Agreed to on" in page
    assert own[-2:] == ["referred", "referral_answered"]
    assert "陈美华" not in page
    assert fresh(petition).procedure.state == "handling"


def test_the_clerk_hands_it_on_from_the_petitions_page(street, sign_in):
    petition = opened(street).petition
    number, client = petition.procedure.number, sign_in("petition_clerk")
    page = f"/refer/{number}/?to=mediation"
    sent = {"to": "mediation", "text": TEXT, "action": str(uuid4())}

    assert page in client.get(f"/petitions/file/{number}/").content.decode()
    asked = client.get(page).content.decode()
    without = client.post(page, sent)
    done = client.post(page, {**sent, "consent_on": street.now.date().isoformat(), "consent_how": "spoken"})

    assert "on which day did the person agree?" in asked
    assert (without.status_code, done.status_code) == (422, 302)
    assert Mediation.objects.get().matter == TEXT


def test_what_is_sealed_and_asks_no_consent_goes_to_no_mediation(street):
    from tests.services.contract_assistance import assistance_in

    assistance = assistance_in(street, "checking")

    offered = destinations(assistance.procedure, street.by("window_clerk"))
    assert "mediation" not in [each.kind for each in offered]
