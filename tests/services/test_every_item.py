"""Each of the 48 items from application to result and rating through the domain, and applied for page by page."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from linli.people.actors import Actor
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Clock
from linli.services.domain.applying import SELF
from linli.services.domain.catalogue import item_on, starter
from linli.services.domain.rating import rate
from linli.services.enums import Mode
from linli.services.models import Request
from linli.services.uploads import slots_for
from tests.neighbourhood import Street, build_street
from tests.services.walk import answer, begin, send
from tests.services.window import ask, missing, open_window, step

CODES = [row["code"] for row in starter()["item"]]


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker) -> Iterator[Street]:
    """One street with its window for all 48; it is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        street = build_street()
        open_window()
        yield street
        transaction.set_rollback(True)


@pytest.fixture
def street(hall: Street) -> Street:
    return hall


@pytest.mark.django_db  # what one item wrote is rolled back before the next
@pytest.mark.parametrize("code", CODES)
def test_an_item_goes_from_application_to_result_and_rating(code, street):
    each = item_on(code, street.now.date())
    mother = {"proxy": "钱小燕", "relation": "女儿"} if each.content.proxy != SELF else {}
    applied = ask(street, code, **mother)
    request = applied.request

    papers = missing(request)
    assert papers == [paper.key for paper in each.content.papers(choice=request.choice, for_other=bool(mother))]
    if each.content.mode == Mode.PASS_ON:
        step(street, request, "accept", papers=papers)
        step(street, request, "pass_on", to=street.posts["department_handler"])
        step(street, request, "decide", "department_handler", result=str(each.content.result))
        request = step(street, request, "hand_over", handing="window")
    else:
        request = step(street, request, "settle", papers=papers, result=str(each.content.result))
    party = request.procedure.parties.get(kind=PartyKind.REPORTER)
    rated = rate(
        request=request, version=request.procedure.version, grade=5, by=Actor(party=str(party.pk)),
        at=street.now, action=uuid4(),
    )  # fmt: skip

    assert (rated.procedure.state, rated.grade, rated.result) == ("ended", 5, str(each.content.result))
    assert missing(rated) == []
    assert set(Clock.objects.filter(procedure=rated.pk).values_list("state", flat=True)) == {"met"}
    told = [line.kind for line in story(rated.procedure, [Audience.PARTIES])]
    passed = ["received", "accept", "pass_on", "decide", "hand_over", "rate"]
    assert told == (passed if each.content.mode == Mode.PASS_ON else ["received", "settle", "rate"])


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_an_item_is_applied_for_one_question_a_page(code, street):
    content = item_on(code, street.now.date()).content
    choice, client = content.options[0].key, Client(headers={"accept-language": "en"})
    begin(client, code, choice=choice)
    at = f"/services/{code}/apply/"
    pages = ["names", "reach", "more"] + ["papers"] * bool(slots_for(content, choice=choice, for_other=False))

    shown = [client.get(f"{at}{name}/").status_code for name in pages[:1]]
    led = answer(client, code, **{name: {"applicant": "钱宝珍"} if name == "names" else {} for name in pages})
    sent = send(client, code)

    assert (shown, led) == ([200], [f"{at}{name}/" for name in (*pages[1:], "check")])
    assert (sent.url, Request.objects.get(applicant="钱宝珍").item.code) == ("/services/sent/", code)
