"""Accounts, consent, and what a person finds and deletes of their own."""

import json
from datetime import timedelta

import pytest

from linli.core import catalogue, mydata
from linli.core.errors import Conflict, Invalid
from linli.people.domain.accounts import contact_of, create_resident_account, create_staff_account, forget_resident
from linli.people.domain.consent import give_consent, has_consent, withdraw_consent
from linli.people.domain.contacts import Contact
from linli.people.models import Account, Consent
from tests.neighbourhood import NOW, Street

LI = Contact("sms", "13812345678")
DAY = timedelta(days=1)


def test_two_accounts_never_share_an_address(db: None):
    create_staff_account(name="李", email="Li@example.org", at=NOW)
    create_resident_account(contact=LI, at=NOW)

    with pytest.raises(Invalid):
        create_staff_account(name="李", email="LI@EXAMPLE.ORG", at=NOW)
    with pytest.raises(Invalid):
        create_resident_account(contact=LI, at=NOW)
    assert Account.objects.count() == 2


def test_an_account_without_a_password_opens_with_none(db: None):
    account = create_staff_account(name="李", email="li@example.org", at=NOW)

    assert not account.has_usable_password()
    assert (account.created_at, account.is_active) == (NOW, True)


def test_a_resident_who_is_forgotten_leaves_no_name_number_or_consent(db: None):
    account = create_resident_account(contact=LI, name="李娜", at=NOW)
    give_consent(account=account, purpose="care-check", wording="……", at=NOW)
    assert contact_of(account) == LI

    forget_resident(account=account)

    kept = Account.objects.get()
    assert (kept.name, kept.contact_hash, kept.contact_sealed, kept.is_active) == ("", None, None, False)
    assert Consent.objects.count() == 0


def test_a_staff_account_is_not_deleted_by_its_person(street: Street):
    with pytest.raises(Invalid):
        forget_resident(account=street.accounts["mediator"])

    assert mydata.erase_data(part=mydata.find_part("account"), account=street.accounts["mediator"], at=NOW)
    assert Account.objects.get(pk=street.accounts["mediator"].pk).name == "调解员"


def test_consent_is_dated_given_once_and_withdrawn_in_one_step(db: None):
    account = create_resident_account(at=NOW)
    give_consent(account=account, purpose="care-check", wording="我同意……", at=NOW)
    with pytest.raises(Conflict):
        give_consent(account=account, purpose="care-check", wording="我同意……", at=NOW)

    assert withdraw_consent(account=account, purpose="care-check", at=NOW + DAY)
    assert not withdraw_consent(account=account, purpose="care-check", at=NOW + DAY)

    stood = {at: has_consent(account=account, purpose="care-check", at=at) for at in (NOW - DAY, NOW, NOW + DAY)}
    assert stood == {NOW - DAY: False, NOW: True, NOW + DAY: False}


def test_a_person_takes_along_what_is_theirs(street: Street):
    data = json.loads(mydata.take_along(street.accounts["mediator"]))

    assert data["account"]["reached_at"] == "mediator@example.org"
    assert [held["post"] for held in data["posts"]] == [f"调解员 · {street.posts['mediator'].organisation.title}"]
    assert data["consents"] == []


def test_every_personal_field_of_people_is_in_the_catalogue():
    assert [field for field in catalogue.missing() if field.startswith("people.")] == []
    assert [field for field in catalogue.unknown() if field.startswith("people.")] == []
