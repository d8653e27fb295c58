"""What the law says beside a case or a dispute: folded, dated, with its source, and marked where nobody compared it."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from linli import lawbook
from linli.cases.clauses import clauses_for
from linli.cases.models import CaseClass
from linli.station.domain.cards import CARDS

TODAY = date(2026, 11, 26)


def shown(page: str) -> list[str]:
    """The cards of a page, in order, all of them in the folded part."""
    found = re.findall(r'<details class="details clauses" id="clauses">.*?</details>', page, re.DOTALL)
    return re.findall(r"/legal/cards/([a-z0-9-]+)/", "".join(found))


@pytest.fixture
def noise(street, report):
    return report(klass=CaseClass.objects.get(code="noise"))


def test_a_class_and_a_dispute_have_their_cards_and_neither_has_none():
    with override("en"):
        by_class, by_type = clauses_for(klass="noise", on=TODAY), clauses_for(dispute="noise", on=TODAY)

    assert [card.url.split("/")[-2] for card in by_class] == ["noise", "noise-penalty", "mediate"]
    assert {card.url for card in by_class} <= {card.url for card in by_type}
    assert (clauses_for(on=TODAY), clauses_for(klass="no such class", on=TODAY)) == ([], [])


def test_each_card_says_whether_it_was_compared_with_its_source():
    cards = {card.url.split("/")[-2]: card for code in CARDS.values() for klass in code.classes
             for card in clauses_for(klass=klass, on=TODAY)}  # fmt: skip

    assert {code: card.verified for code, card in cards.items()} == {
        code: lawbook.rule(CARDS[code].rule, on=TODAY).status == lawbook.Status.VERIFIED for code in cards
    }
    assert set(map(type, (card.since for card in cards.values()))) == {date}
    assert {card.verified for card in cards.values()} == {True, False}


def test_staff_and_the_reporter_read_the_cards_of_the_class(street, noise, sign_in):
    number = noise.case.procedure.number
    reporter = Client(headers={"accept-language": "en"})
    reporter.post(f"/r/{number}/", {"code": noise.code})
    pages = [reporter.get(f"/r/{number}/"), sign_in("duty_officer").get(f"/case/{number}/")]

    assert [shown(page.content.decode()) for page in pages] == [["noise", "noise-penalty", "mediate"]] * 2
    assert all("in force since" in page.content.decode() for page in pages)


def test_whoever_reads_a_public_case_reads_its_cards(case_in, street):
    public = street.klass(code="charging")
    number = case_in("handling", klass=public).procedure.number

    assert shown(Client().get(f"/cases/{number}/").content.decode()) == ["ebike", "high-rise"]


def test_who_may_not_open_the_case_gets_no_cards_and_a_class_without_any_no_empty_frame(street, noise, report, sign_in):
    number, plain = noise.case.procedure.number, report().case.procedure.number

    assert shown(Client().get(f"/r/{number}/").content.decode()) == []
    assert shown(sign_in("outsider").get(f"/case/{number}/").content.decode()) == []
    assert 'id="clauses"' not in sign_in("duty_officer").get(f"/case/{plain}/").content.decode()
