"""A report whose words may mean violence at home: safe help is offered, and what was written is not kept."""

import pytest
from django.test import Client

from linli.cases.domain.violence import may_be_violence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("楼上男的天天打老婆，孩子哭", True), ("这条狗很凶", False), ("老公喝酒就动手", True),
        ("My HUSBAND hits me", True), ("隔壁有人虐待老人", True), ("三楼楼道灯不亮", False),
        ("The lift hits the floor", False), ("打电话没人接", False),
    ],
)  # fmt: skip
def test_words_that_may_mean_violence_at_home(text, found):
    assert may_be_violence(text) is found


@pytest.fixture
def writing(street) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.post("/report/", {"klass": "noise"})
    return client


def draft(client: Client) -> str:
    return str(dict(client.session))


def test_safe_help_is_offered_before_the_words_are_kept(writing):
    answer = writing.post("/report/text/", {"text": "Upstairs he beats his wife."})

    told = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="tel:110"' in told
    assert "beats his wife" in told
    assert "beats his wife" not in draft(writing)


def test_whoever_takes_the_help_leaves_no_draft_behind(writing):
    writing.post("/report/text/", {"text": "Upstairs he beats his wife."})
    answer = writing.post("/report/leave/")

    assert answer.headers["Location"] == "/protection/help/"
    assert draft(writing) == "{}"


def test_whoever_means_something_else_goes_on(writing):
    answer = writing.post("/report/text/", {"text": "He beats his wife at chess, loudly.", "anyway": "1"})

    assert answer.status_code == 302
    assert "protection" not in answer.headers["Location"]
    assert "at chess" in draft(writing)
