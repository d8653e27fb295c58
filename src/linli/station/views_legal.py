"""The legal studio for everybody: asking, following one's question, clause cards, lessons to come."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases import claims
from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.core.access import public
from linli.core.errors import Invalid, NotFound
from linli.core.forms import MoveForm
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Party, Procedure
from linli.procedures.sentences import REFERRALS, explain, referral_told
from linli.station.domain import legal as domain
from linli.station.domain.cards import TOPICS, cards_for
from linli.station.domain.cards import shown as card_shown
from linli.station.domain.desks import desk_named
from linli.station.domain.lessons import coming, held, local_day
from linli.station.forms_legal import AskOnForm, DoneForm, StepForm
from linli.station.kind_legal import CLOCKS, STATES, TONES
from linli.station.models_legal import LegalQuestion
from linli.station.words_legal import SAID

VERBS: dict[str, tuple[Callable[..., LegalQuestion], type[MoveForm]]] = {
    "ask_on": (domain.ask_on, AskOnForm),
    "close": (domain.close, DoneForm),
    "withdraw": (domain.withdraw, StepForm),
}


def topics() -> list[tuple[str, str]]:
    return [(topic.code, topic.title) for topic in TOPICS.values()]


@public
@require_safe
def home(request: Request) -> HttpResponse:
    """What the studio does, when, what one can read at once, and the lessons to come."""
    at = timezone.now()
    today = local_day(at)
    legal = desk_named("legal")
    context = {
        "desk": legal, "is_open": legal.is_open(at), "lessons": coming(at), "topics": TOPICS.values(),
        "held": held(today.replace(month=1, day=1), today), "year": today.year,
    }  # fmt: skip
    return render(request, "legal/home.html", context)


@public
@require_safe
def cards(request: Request) -> HttpResponse:
    """The clause cards: all, or those of a topic, of a class of case, of a type of dispute."""
    asked = {
        name: request.GET.get(key, "") for name, key in (("topic", "topic"), ("klass", "class"), ("dispute", "dispute"))
    }
    found = cards_for(on=local_day(timezone.now()), **asked)
    topic = TOPICS.get(asked["topic"])
    return render(request, "legal/cards.html", {"cards": found, "topics": TOPICS.values(), "topic": topic})


@public
@require_safe
def card(request: Request, code: str) -> HttpResponse:
    """One card, to be read or printed."""
    return render(request, "legal/card.html", {"card": card_shown(code, on=local_day(timezone.now()))})


@public
@require_safe
def paper(request: Request) -> HttpResponse:
    """The question on paper."""
    return render(request, "legal/paper.html", {"topics": TOPICS.values()})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """The way back with number and code."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        question = try_code(request, form, domain.by_code)
        if question is not None:
            claims.remember(request.session, question.pk)
            return redirect("legal:follow", question.procedure.number)
    context = {"form": form, "back_url": reverse("legal:home")}
    return render(request, "legal/find.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_safe
def follow(request: Request, number: str) -> HttpResponse:
    """One's own question: until when it is answered, the answer, and what one can do."""
    question, party = domain.own(number, request.resident, claims.claimed(request.session))
    return render(request, "legal/follow.html", own_page(request, question, party))


def own_page(request: Request, question: LegalQuestion, party: Party) -> dict[str, Any]:
    procedure = question.procedure
    clock = procedure.clocks.filter(state=ClockState.RUNNING).order_by("due").first()
    words, reply = domain.said(question)
    on = local_day(timezone.now())
    known = request.session.get("legal_code") or ["", ""]
    return {
        "question": question, "procedure": procedure, "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "clock": clock, "clock_name": CLOCKS.get(clock.rule, "") if clock else "",
        "explained": explain(clock) if clock else "", "words": words, "answer": reply,
        "cards": [card_shown(code, on=on) for code in question.cards], "entries": told(procedure, party),
        "code": known[1] if known[0] == procedure.number else "", "topic": TOPICS[question.topic].title,
        "ask_on": AskOnForm(initial={"version": procedure.version}),
        "done": DoneForm(initial={"version": procedure.version}),
        "take_back": StepForm(initial={"version": procedure.version}),
        "may_ask_on": procedure.state in ("answered", "appointed"),
        "may_take_back": procedure.state in ("asked", "answering", "aid"),
    }  # fmt: skip


def told(procedure: Procedure, party: Party | None = None, *, staff: bool = False) -> list[dict[str, Any]]:
    """The story, as the asker or the studio reads it."""
    audiences = [Audience.PUBLIC, Audience.PARTIES, *([Audience.STAFF, Audience.SEALED] if staff else [])]
    return [_line(line) for line in story(procedure, audiences, party=party)]


def _line(line: Line) -> dict[str, Any]:
    says = line.says or {}
    by = line.post.title if line.post else _("the asker") if line.actor.startswith("party:") else _("Linli, by itself")
    what = referral_told(line.kind, says) if line.kind in REFERRALS and says else SAID.get(line.kind, line.kind)
    return {
        "at": line.at, "what": what, "by": by, "because": str(says.get("because") or says.get("text") or ""),
        "tone": "late" if line.kind == "missed" else "",
    }  # fmt: skip


@public
@never_cache
@require_POST
def act(request: Request, number: str, name: str) -> HttpResponse:
    """What the asker does: ask on, say that it is done, take it back.

    Raises:
        Conflict: it has gone on since; the page of errors shows what was written.
    """
    question, party = domain.own(number, request.resident, claims.claimed(request.session))
    if name not in VERBS:
        raise NotFound
    verb, make = VERBS[name]
    form = make(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if "content" in given:
            given["content"] = {"yes": True, "no": False}.get(given["content"])
        try:
            verb(question=question, by=Actor(party=str(party.uuid)), at=timezone.now(), **given)
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            messages.success(request, _("Done."))
    if form.errors:
        page = own_page(request, question, party) | {name: form}
        return render(request, "legal/follow.html", page, status=422)
    return redirect("legal:follow", number)
