"""Asking the legal studio, one question a page. What was answered lies in the session, sealed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.cases import claims
from linli.cases.domain.danger import danger_in
from linli.cases.forms_report import ReachForm, SendForm
from linli.cases.views.danger import halt
from linli.core import carried
from linli.core.access import public
from linli.core.errors import Invalid
from linli.core.forms import posted
from linli.core.limits import limit
from linli.core.steps import Question, Walk, WalkDraft, given, show_question
from linli.people.middleware import Request
from linli.station.domain import legal as domain
from linli.station.forms_ask import TopicForm, WordsForm

CODE, SENT = "legal_code", "legal_sent"


@dataclass
class QuestionDraft(WalkDraft):
    SESSION = "legal.ask"


WALK = Walk(
    QuestionDraft,
    [
        Question("topic", TopicForm, "legal/ask/topic.html"),
        Question("words", WordsForm, "legal/ask/words.html"),
        Question("reach", ReachForm, "legal/ask/reach.html", optional=True),
    ],
    template="legal/ask/step.html",
    page=lambda name: reverse("legal:ask") if name == "topic" else reverse("legal:ask_page", args=[name]),
    check=lambda: reverse("legal:ask_check"),
    back=lambda: reverse("legal:home"),
    halt=halt,
)  # fmt: skip


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """The first question. What was written at the intake goes along, and is not written a second time."""
    if text := carried.carried(request.session, "legal"):
        draft = WALK.of(request)
        draft.put("words", words=text)
        carried.drop(request.session)
        draft.keep(request.session)
    return page(request, "topic")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: Request, page: str) -> HttpResponse:
    """One of the questions."""
    return WALK.ask(request, page, **_said(WALK.of(request), page))


def _said(draft: QuestionDraft, name: str) -> dict[str, Any]:
    """What was written, for the page of which it is not the question: the number to call stands there again."""
    text = "".join(draft.answers.get("words", {}).get("words", []))
    return {"danger": danger_in(text) if text and name != "words" else None, "told": text}


@public
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: Request) -> HttpResponse:
    """All answers together; from here the question is sent."""
    if request.method == "POST" and request.POST.get("action") == request.session.get(SENT):
        return redirect("legal:follow", request.session[CODE][0])
    draft = WALK.of(request)
    forms = WALK.answered(request, draft)
    if isinstance(forms, HttpResponse):
        return forms
    form = SendForm(posted(request), initial={"action": draft.action})
    answers = given(forms)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["action"] == draft.act:
        limit(request, "legal")
        try:
            return _send(request, draft, answers)
        except Invalid as told:
            form.add_error(None, next(iter(told.fields.values()), told.message))
    count = len(WALK.asked(draft)) + 1
    return show_question(
        request, "legal/ask/check.html", form, step=count, step_count=count, back=WALK.last_page(draft), draft=draft,
        rows=[row for row in WALK.overview(draft, forms) if row.name != "contact"],
        contact=answers["contact"].hint if answers["contact"] else "", reach_url=WALK.page("reach"),
        **_said(draft, "check"),
    )  # fmt: skip


def _send(request: Request, draft: QuestionDraft, answers: dict[str, Any]) -> HttpResponse:
    contact = answers["contact"]
    asked = domain.ask(
        topic=answers["topic"], words=answers["words"], contact=contact.address if contact else "",
        account=request.resident, at=timezone.now(), action=draft.act,
    )  # fmt: skip
    claims.remember(request.session, asked.question.pk)
    request.session[CODE] = [asked.question.procedure.number, asked.code]
    request.session[SENT] = draft.action
    QuestionDraft.drop(request.session)
    return redirect("legal:follow", asked.question.procedure.number)
