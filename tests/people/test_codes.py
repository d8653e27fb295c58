"""Residents sign in by code."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.errors import Invalid, Refused, TooMany
from linli.core.models import Delivery
from linli.people.domain import codes
from linli.people.domain.accounts import contact_hash, contact_of, create_resident_account, forget_resident
from linli.people.domain.contacts import Contact
from linli.people.models import Account, SignInCode
from tests.neighbourhood import NOW

NUMBER = Contact("sms", "13812345678")
OTHER = Contact("mail", "li@example.org")
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def check(code: str, *, at=NOW, contact: Contact = NUMBER) -> Account:
    return codes.check_code(contact_hash=contact_hash(contact), code=code, at=at)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_first_right_code_makes_the_account_and_the_next_finds_it():
    first = check(codes.send_code(contact=NUMBER, at=NOW))
    again = check(codes.send_code(contact=NUMBER, at=NOW + MINUTE), at=NOW + MINUTE)

    assert again == first
    assert (first.kind, first.has_usable_password(), contact_of(first)) == ("resident", False, NUMBER)


def test_neither_code_nor_number_is_kept_in_the_clear():
    code = codes.send_code(contact=NUMBER, at=NOW)

    kept = repr([list(model.objects.values()) for model in (SignInCode, Delivery, Account)])
    assert NUMBER.address not in kept
    assert code not in kept


def test_sending_asks_and_writes_the_same_whether_the_number_is_known_or_not():
    create_resident_account(contact=NUMBER, at=NOW)
    asked = []
    for contact in (Contact("sms", "13912345678"), NUMBER, OTHER):
        with CaptureQueriesContext(connection) as queries:
            codes.send_code(contact=contact, at=NOW)
        asked.append([query["sql"].split()[:3] for query in queries if "SAVEPOINT" not in query["sql"]])

    assert asked[0] == asked[1] == asked[2]
    assert Account.objects.count() == 1


def test_a_code_is_good_once():
    code = codes.send_code(contact=NUMBER, at=NOW)
    check(code)

    with pytest.raises(Invalid):
        check(code)


def test_a_code_is_good_for_ten_minutes_and_not_an_instant_longer():
    code = codes.send_code(contact=NUMBER, at=NOW)

    with pytest.raises(Invalid):
        check(code, at=NOW + 10 * MINUTE)
    assert check(code, at=NOW + 10 * MINUTE - timedelta(microseconds=1)).kind == "resident"


def test_a_new_code_ends_the_one_before():
    old = codes.send_code(contact=NUMBER, at=NOW)
    new = codes.send_code(contact=NUMBER, at=NOW + MINUTE)

    if old != new:
        with pytest.raises(Invalid):
            check(old, at=NOW + MINUTE)
    assert check(new, at=NOW + MINUTE).kind == "resident"


def test_a_code_of_one_number_opens_no_other():
    code = codes.send_code(contact=NUMBER, at=NOW)
    while codes.send_code(contact=OTHER, at=NOW) == code:
        SignInCode.objects.exclude(contact_hash=contact_hash(NUMBER)).delete()

    with pytest.raises(Invalid):
        check(code, contact=OTHER)


def test_after_five_tries_even_the_right_code_opens_nothing():
    code = codes.send_code(contact=NUMBER, at=NOW)
    for _try in range(5):
        with pytest.raises(Invalid):
            check(wrong(code))

    with pytest.raises(Invalid):
        check(code)
    assert (SignInCode.objects.get().tries, Account.objects.count()) == (5, 0)


def test_wrong_late_used_and_unknown_say_the_same():
    code = codes.send_code(contact=NUMBER, at=NOW)
    said = set()
    for attempt in (
        lambda: check(wrong(code)),
        lambda: check(code, at=NOW + 11 * MINUTE),
        lambda: check(code, contact=OTHER),
        lambda: [check(code), check(code)],
    ):
        with pytest.raises(Invalid) as refusal:
            attempt()
        said.add(tuple((name, str(words)) for name, words in refusal.value.fields.items()))

    assert len(said) == 1


@pytest.mark.parametrize(("many", "within"), [(3, 10 * MINUTE), (6, timedelta(hours=6)), (10, timedelta(days=1))])
def test_one_number_is_sent_so_many_codes_and_then_waits(many: int, within: timedelta):
    step = within / many
    sent = [codes.send_code(contact=NUMBER, at=NOW + step * n) for n in range(many)]
    assert len(sent) == many

    with pytest.raises(TooMany) as refusal:
        codes.send_code(contact=NUMBER, at=NOW + within - timedelta(seconds=5))
    assert refusal.value.facts["after"] == 5
    assert codes.send_code(contact=OTHER, at=NOW + within - timedelta(seconds=5))
    assert codes.send_code(contact=NUMBER, at=NOW + within)


def test_a_closed_account_stays_closed_and_a_deleted_one_begins_anew():
    account = check(codes.send_code(contact=NUMBER, at=NOW))
    Account.objects.update(is_active=False)
    with pytest.raises(Refused):
        check(codes.send_code(contact=NUMBER, at=NOW + MINUTE), at=NOW + MINUTE)

    forget_resident(account=account)
    assert check(codes.send_code(contact=NUMBER, at=NOW + 20 * MINUTE), at=NOW + 20 * MINUTE) != account


def test_codes_are_forgotten_after_a_day():
    codes.send_code(contact=NUMBER, at=NOW)

    assert codes.forget_codes(at=NOW + timedelta(days=1)) == 0
    assert codes.forget_codes(at=NOW + timedelta(days=1, seconds=1)) == 1
