"""The consent to a care check: given with its words, withdrawn in one step, seen by nobody else."""

from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid
from linli.core.sealed import unseal
from linli.people.actors import Actor
from linli.sensing.domain.care import FIELD, give_consent, open_consent, withdraw_consent
from linli.sensing.domain.directory import directory
from linli.sensing.models import CareConsent
from tests.sensing.register import care_check, put_in


def agree(street, device, **changes) -> CareConsent:
    told = {
        "device": device, "account": street.accounts["resident"], "contact": street.posts["committee_secretary"],
        "wording": "我请求", "ring": "女儿 138", "by": Actor(account=street.accounts["resident"]), "at": street.now,
        **changes,
    }  # fmt: skip
    return give_consent(**told)


def test_a_consent_keeps_its_words_and_seals_whom_to_ring(street) -> None:
    device = care_check(street)
    consent = agree(street, device)

    assert open_consent(device) == consent
    assert "女儿".encode() not in bytes(consent.contact_sealed)
    assert unseal(consent.contact_sealed, row=consent.pk, field=FIELD) == "女儿 138"
    note = device.notes.get(what="consent_given")
    assert (note.detail, note.post) == ("我请求", None)
    assert directory().devices["CA-1"].consent is True


def test_withdrawing_ends_it_at_once_and_forgets_whom_to_ring(street) -> None:
    device = care_check(street)
    consent = agree(street, device)
    by = Actor(account=street.accounts["resident"])

    assert withdraw_consent(consent=consent, by=by, at=street.now) is True
    assert withdraw_consent(consent=consent, by=by, at=street.now) is False

    consent.refresh_from_db()
    assert (consent.withdrawn_at, consent.contact_sealed) == (street.now, None)
    assert open_consent(device) is None
    assert directory().devices["CA-1"].consent is False


def test_one_consent_stands_at_a_time_and_one_action_gives_one(street) -> None:
    device, action = care_check(street), uuid4()
    assert agree(street, device, action=action) == agree(street, device, action=action)
    with pytest.raises(Conflict):
        agree(street, device)
    assert CareConsent.objects.count() == 1


@pytest.mark.parametrize("post", ["department_handler", "police_liaison", "outsider"])
def test_only_a_post_near_by_may_be_called(street, post) -> None:
    with pytest.raises(Invalid):
        agree(street, care_check(street), contact=street.posts[post])


def test_another_device_takes_no_consent(street) -> None:
    with pytest.raises(Invalid):
        agree(street, put_in(street))


def test_a_resident_gives_and_withdraws_it_under_my_data(street, sign_in) -> None:
    device = care_check(street)
    client = sign_in("resident")
    assert client.post("/my-data/care/", {"code": "CA-2"}).status_code == 422
    assert client.post("/my-data/care/", {"code": "CA-1"})["Location"] == "/my-data/care/CA-1/"
    contact = street.posts["committee_secretary"].pk

    missing = client.post("/my-data/care/CA-1/", {"contact": contact, "action": uuid4()})
    given = client.post("/my-data/care/CA-1/", {"contact": contact, "agreed": "on", "action": uuid4()})

    assert missing.status_code == 422
    assert given.status_code == 302
    consent = open_consent(device)
    assert consent.account == street.accounts["resident"]
    assert "CA-1" in client.get("/my-data/care/").content.decode()
    client.post("/my-data/care/", {"withdraw": consent.pk})
    assert open_consent(device) is None


def test_nobody_else_withdraws_or_learns_of_a_consent(street, sign_in) -> None:
    device = care_check(street)
    consent = agree(street, device)
    other = sign_in("mediator")
    other.post("/my-data/care/", {"withdraw": consent.pk})
    assert open_consent(device) == consent
    assert other.get("/my-data/care/CA-1/").status_code == 404
    assert "CA-1" not in other.get("/my-data/care/").content.decode()


def test_the_secretary_keeps_a_consent_on_paper_and_ends_it_by_word(street, sign_in, store_folder) -> None:
    device = care_check(street)
    client = sign_in("committee_secretary")
    given = {"contact": street.posts["grid_worker"].pk, "agreed": "on", "action": uuid4()}
    assert client.post("/devices/CA-1/care/", given).status_code == 302
    consent = open_consent(device)
    assert (consent.account, consent.contact) == (None, street.posts["grid_worker"])
    assert client.get("/devices/CA-1/care/").status_code == 200
    client.post("/devices/CA-1/care/", {"withdraw": "1"})
    assert open_consent(device) is None
    assert client.get("/devices/CA-1/").status_code == 200


def test_a_care_check_stands_in_no_list_but_the_secretarys(street, sign_in) -> None:
    care_check(street)
    assert "CA-1" in sign_in("committee_secretary").get("/devices/").content.decode()
    for role in ("administrator", "project_lead", "property_manager", "grid_worker", "area_lead", "auditor"):
        assert "CA-1" not in sign_in(role).get("/devices/").content.decode()
    assert sign_in("property_manager").get("/devices/CA-1/").status_code == 404
    assert "CA-1" not in sign_in("administrator").get("/devices/export.csv").getvalue().decode()
