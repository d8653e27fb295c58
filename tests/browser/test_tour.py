"""A stranger walks the README's tour: a broken landing light, from the report to the answer and the rating."""

import pytest
from django.db.models import F
from playwright.sync_api import Page

from linli.cases.domain.report import reporter_of
from linli.cases.enums import Satisfaction
from linli.cases.models import Case
from linli.core.models import Installation
from linli.people.models import Account
from linli.procedures.domain import audit
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Clock
from tests.browser.tour import sign_in, walk


@pytest.fixture
def demonstration(street):
    """The small neighbourhood as a demonstration, with a sign-in card for each person."""
    Installation.objects.update(demo=True)
    Account.objects.update(demo_card=F("username"))
    Account.objects.filter(pk=street.accounts["resident"].pk).update(demo_card="resident")
    return street


def test_from_the_report_to_the_answer_and_the_rating(demonstration, open_page, shot, axe, tmp_path):
    def enter(card: str, size: dict[str, int]) -> Page:
        page = open_page("about:blank", size)
        sign_in(page, card)
        return page

    def look(page: Page, name: str) -> None:
        shot(page, f"tour/{name}")
        axe(page)

    number = walk(enter, look, estate="乐山六村", building="12号", klass="照明")

    case = Case.objects.select_related("procedure").get(procedure__number=number)
    assert [line.kind for line in story(case.procedure, list(Audience))] == [
        "received", "file", "dispatch", "accept", "hand_in", "verify", "close", "rated"
    ]  # fmt: skip
    assert (case.procedure.state, case.satisfaction) == ("closed", Satisfaction.VERY_SATISFIED)
    assert reporter_of(case.procedure).account == demonstration.accounts["resident"]
    assert set(Clock.objects.filter(procedure=case.pk).values_list("state", flat=True)) == {"met"}
    assert list(audit.verify(tmp_path)) == []
