"""The demonstration's cards open only on a marked database, and only from this machine."""

import pytest
from django.test import Client

from linli.core.models import Installation
from linli.people.domain.accounts import create_staff_account
from linli.people.domain.demo import CARDS, DemoNotLocal, check_startup, is_loopback, shown_cards
from linli.people.enums import Role
from linli.people.models import Account
from tests.neighbourhood import LONG_AGO, Street


@pytest.fixture
def demo(street: Street) -> Street:
    Installation.objects.update(demo=True)
    for card in CARDS:
        Account.objects.filter(pk=street.accounts[card.key].pk).update(demo_card=card.key)
    return street


def test_there_is_a_card_for_each_role_the_resident_and_the_outsider():
    assert {card.key for card in CARDS} == {"resident", "outsider", *Role}
    assert len(CARDS) == 17


def test_every_card_signs_in_as_its_person(demo: Street):
    for card in CARDS:
        client = Client()
        assert client.post(f"/demo/{card.key}/").url == "/start/"
        assert client.session["_auth_user_id"] == str(demo.accounts[card.key].pk)


def test_the_page_shows_all_cards_in_two_queries_however_many(demo: Street, client: Client, django_assert_num_queries):
    assert client.get("/demo/").status_code == 200
    with django_assert_num_queries(2):
        assert [shown.card for shown in shown_cards(at=demo.now)] == list(CARDS)
    Account.objects.exclude(demo_card__in=["resident", "mediator"]).update(demo_card="")
    with django_assert_num_queries(2):
        assert [(shown.card.key, shown.post) for shown in shown_cards(at=demo.now)] == [
            ("resident", ""),
            ("mediator", "调解员"),
        ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
        {"HTTP_HOST": "demo.example.org"},
    ],
)
def test_from_elsewhere_there_is_no_such_page(demo: Street, settings, elsewhere: dict[str, str]):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(**elsewhere)

    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/administrator/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_without_the_mark_there_is_no_such_page(demo: Street, client: Client):
    Installation.objects.update(demo=False)

    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/administrator/").status_code == 404


@pytest.mark.parametrize("card", ["nobody", "-", "staff"])
def test_a_card_that_does_not_exist_opens_nothing(demo: Street, client: Client, card: str):
    create_staff_account(name="无卡", at=LONG_AGO)

    assert client.post(f"/demo/{card}/").status_code == 404


@pytest.mark.parametrize("host", ["192.168.1.4", "192.0.2.7", "::", "linli.example", "localhost.example", ""])
def test_start_up_refuses_to_serve_a_demonstration_to_others(demo: Street, host: str):
    with pytest.raises(DemoNotLocal):
        check_startup(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_start_up_serves_a_demonstration_to_this_machine(demo: Street, host: str):
    check_startup(host)
    assert is_loopback(host)


def test_start_up_serves_everything_else_anywhere(street: Street):
    check_startup("192.0.2.7")
