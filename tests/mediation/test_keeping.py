"""A party that came with number and code keeps the mediation in its account after signing in."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.errors import Conflict, NotFound, Refused
from linli.mediation.domain import opening
from linli.mediation.domain.keeping import keep_in_account
from linli.people.actors import Actor
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Exclusion, Party, Procedure


@pytest.fixture
def dispute(dispute_in):
    return dispute_in("mediating")


def came(dispute, one) -> tuple[str, str]:
    code = opening.issue_code(
        mediation=dispute.it, participant=one, by=dispute.street.by("mediator"), at=dispute.now, action=uuid4()
    )
    return dispute.procedure.number, code


def keep(dispute, one, account, **changes) -> None:
    given = {"participant": one, "account": account, "by": Actor(party=str(one.pk)), "at": dispute.now, **changes}
    keep_in_account(**given)


def test_the_respondent_came_with_a_code_signs_in_and_keeps_it(dispute, street, sign_in):
    number, code = came(dispute, dispute.respondent)
    client = sign_in("resident")
    mine = f"/mediation/mine/{number}/"
    assert client.post("/mediation/find/", {"number": number, "code": code}).status_code == 302
    assert f"{mine}keep/" in client.get(mine).content.decode()

    assert client.post(f"{mine}keep/").status_code == 302

    assert Party.objects.get(pk=dispute.respondent.pk).account == street.accounts["resident"]
    again = sign_in("resident")  # another device: no code is known there
    page = again.get(mine).content.decode()
    assert (dispute.respondent.name in page, f"{mine}keep/" in page) == (True, False)
    assert number in again.get(reverse("help:mine")).content.decode()


def test_without_the_code_or_without_an_account_nothing_is_kept(dispute, sign_in, street):
    number, code = came(dispute, dispute.respondent)
    nobody = Client()
    nobody.post("/mediation/find/", {"number": number, "code": code})

    assert nobody.post(f"/mediation/mine/{number}/keep/").status_code in (302, 401, 403)
    assert sign_in("resident").post(f"/mediation/mine/{number}/keep/").status_code == 404
    assert not Party.objects.filter(procedure=dispute.key, account__isnull=False).exists()


def test_nobody_keeps_it_for_another_and_nobody_takes_both_sides(dispute, street):
    account = street.accounts["resident"]
    with pytest.raises(Refused):
        keep(dispute, dispute.respondent, account, by=Actor(party=str(dispute.applicant.pk)))
    with pytest.raises(Refused):
        keep(dispute, dispute.respondent, account, by=street.by("mediator"))
    keep(dispute, dispute.respondent, account)

    with pytest.raises(Conflict):
        keep(dispute, dispute.applicant, account)
    with pytest.raises(Conflict):
        keep(dispute, dispute.respondent, street.accounts["volunteer_captain"])


def test_the_other_side_reads_nothing_of_it(dispute, street):
    keep(dispute, dispute.respondent, street.accounts["resident"])

    theirs, other = (
        [line.kind for line in story(dispute.procedure, [Audience.PARTIES], party=one.party)]
        for one in (dispute.respondent, dispute.applicant)
    )
    assert ("kept" in theirs, "kept" in other) == (True, False)


def test_who_must_not_know_of_the_matter_cannot_keep_it(dispute, street):
    account = street.accounts["property_manager"]
    Exclusion.objects.create(
        procedure=dispute.procedure, organisation=street.posts["property_manager"].organisation, reason="complained of",
        since=dispute.now,
    )  # fmt: skip
    Procedure.objects.filter(pk=dispute.key).update(excludes=True)
    one = dispute.respondent
    one.procedure.refresh_from_db()

    with pytest.raises(NotFound):
        keep(dispute, one, account)
    assert not Party.objects.filter(procedure=dispute.key, account=account).exists()
