"""One question a page: what is kept, what leads where, and that everything can be forgotten at once."""

from dataclasses import dataclass

import pytest
from django import forms
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory
from django.utils.translation import override

from linli.core.errors import NotFound
from linli.core.forms import KitForm
from linli.core.steps import Draft, Question, SealedDraft, Walk, WalkDraft, drop_all, given


class ColourForm(KitForm):
    colour = forms.ChoiceField(choices=[("red", "Red"), ("blue", "Blue")])


class WordsForm(KitForm):
    words = forms.CharField(max_length=20)
    loud = forms.BooleanField(required=False)


class SpareForm(KitForm):
    spare = forms.CharField(required=False)


@dataclass
class TryDraft(WalkDraft):
    SESSION = "try"


@dataclass
class OpenDraft(Draft):
    SESSION = "try.open"

    text: str = ""


@dataclass
class HiddenDraft(SealedDraft):
    SESSION = "try.hidden"

    text: str = ""


def red(draft) -> bool:
    return draft.answers.get("colour") == {"colour": ["red"]}


WALK = Walk(
    TryDraft,
    [Question("colour", ColourForm), Question("spare", SpareForm, optional=True, asked=red),
     Question("words", WordsForm)],
    template="core/one.html", page=lambda name: f"/{name}/", check=lambda: "/check/", back=lambda: "/home/",
)  # fmt: skip


@pytest.fixture
def session():
    return SessionStore()


def ask(session, name, data=None):
    request = RequestFactory().post("/", data) if data is not None else RequestFactory().get("/")
    request.session = session
    return WALK.ask(request, name)


def way(session, *answers) -> list[str]:
    return [ask(session, name, data).headers["Location"] for name, data in answers]


def test_each_answer_leads_to_the_next_question_and_the_last_to_the_overview(session):
    told = way(session, ("colour", {"colour": "blue"}), ("words", {"words": "quiet", "loud": "on"}))

    assert told == ["/words/", "/check/"]
    request = RequestFactory().get("/")
    forms_ = WALK.answered(request_with(request, session), TryDraft.of(session))
    assert given(forms_) == {"colour": "blue", "words": "quiet", "loud": True}
    with override("en"):
        rows = list(WALK.overview(TryDraft.of(session), forms_))
    rows = [(row.name, str(row.value), row.url) for row in rows]
    assert rows == [("colour", "Blue", "/colour/"), ("words", "quiet", "/words/"), ("loud", "Yes", "/words/")]


def request_with(request, session):
    request.session = session
    return request


def test_a_changed_answer_brings_its_own_question_and_then_the_overview(session):
    way(session, ("colour", {"colour": "blue"}), ("words", {"words": "quiet"}))
    WALK.answered(request_with(RequestFactory().get("/"), session), TryDraft.of(session))

    assert way(session, ("colour", {"colour": "red"}), ("spare", {"none": "1"})) == ["/spare/", "/check/"]
    assert "quiet" in str(TryDraft.of(session).answers)


def test_nobody_skips_a_question(session):
    assert ask(session, "words").headers["Location"] == "/colour/"
    assert WALK.answered(request_with(RequestFactory().get("/"), session), TryDraft.of(session)).url == "/colour/"
    way(session, ("colour", {"colour": "blue"}))
    assert ask(session, "spare").headers["Location"] == "/words/"
    way(session, ("words", {"words": "quiet"}))
    with pytest.raises(NotFound):
        ask(session, "spare")


def test_an_answer_that_holds_no_longer_is_asked_for_anew(session):
    draft = TryDraft()
    draft.put("colour", colour="green")
    draft.put("words", words="")
    draft.keep(session)

    assert draft.answers == {"colour": {"colour": ["green"]}}
    assert WALK.answered(request_with(RequestFactory().get("/"), session), draft).url == "/colour/"
    assert TryDraft.of(session).answers == {}


def test_what_is_sealed_is_not_read_in_the_session_and_all_is_forgotten_at_once(session):
    for kind in (OpenDraft, HiddenDraft):
        kind(text="geheim").keep(session)
    raw = str(session["try.hidden"])

    assert ("geheim" in raw, HiddenDraft.of(session).text, OpenDraft.of(session).text) == (False, "geheim", "geheim")
    drop_all(session)
    assert [name for name in dict(session.items()) if name.startswith("try")] == []


@pytest.mark.parametrize("left", [{"text": "of an older page"}, "no seal", "!!", None])
def test_what_an_older_page_left_is_passed_over(session, left):
    session["try.hidden"] = left

    assert HiddenDraft.of(session).text == ""
