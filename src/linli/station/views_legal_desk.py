"""The legal studio at work: its questions, one file with its steps, lessons and the yearly checks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core import carried
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.core.forms import MoveForm
from linli.people.domain.directory import directory
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Account, Post
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.move import may
from linli.procedures.domain.queries import clocks_of
from linli.procedures.enums import ClockState
from linli.procedures.models import Procedure
from linli.procedures.sentences import explain
from linli.station.domain import legal as domain
from linli.station.domain import lessons as teaching
from linli.station.domain.cards import cards_for
from linli.station.forms_legal import (
    AnswerForm,
    AskForm,
    CameForm,
    CheckForm,
    HandOverForm,
    LessonForm,
    LookForm,
    ReasonForm,
    StepForm,
    TextForm,
)
from linli.station.kind_legal import CLOCKS, STATES, TONES
from linli.station.models_legal import LegalQuestion, Lesson
from linli.station.views_legal import told, topics

WORK, TEACH = "station.legal", "station.teach"
SHOWN = 100


@dataclass(frozen=True)
class Step:
    """A move as the page offers it. hint: what it does or asks, under its heading."""

    name: str
    label: Any
    verb: Callable[..., LegalQuestion]
    form: type[MoveForm] = StepForm
    hint: Any = ""


STEPS = {
    step.name: step
    for step in (
        Step("take", gettext_lazy("Take it on"), domain.take),
        Step("answer", gettext_lazy("Write the answer"), domain.answer, AnswerForm,
             gettext_lazy("In plain words: what the law says, what the person can do, by when.")),
        Step("apply_aid", gettext_lazy("Apply for legal aid"), domain.apply_aid, TextForm,
             gettext_lazy("What was handed to the centre. It decides in seven days (art. 43).")),
        Step("grant_aid", gettext_lazy("The centre gives legal aid"), domain.grant_aid, StepForm,
             gettext_lazy("It names a lawyer in three days.")),
        Step("refuse_aid", gettext_lazy("The centre says no"), domain.refuse_aid, ReasonForm,
             gettext_lazy("Its reason goes to the person.")),
        Step("appoint", gettext_lazy("A lawyer is named"), domain.appoint, TextForm,
             gettext_lazy("The lawyer's office and how to reach it.")),
        Step("hand_over", gettext_lazy("Hand it to another post"), domain.hand_over, HandOverForm),
        Step("close", gettext_lazy("Close it"), domain.close),
    )
}  # fmt: skip


@needs(WORK)
@require_safe
def desk(request: Request) -> HttpResponse:
    """The questions of the posts one acts in, what is due first on top."""
    seen = Procedure.objects.visible_to(request.viewer).filter(kind="legal_question")
    open_now = seen.filter(closed=None).order_by("due", "uuid")[:SHOWN]
    done = seen.exclude(closed=None).order_by("-closed", "uuid")[:10]
    context = {"open": [_row(each) for each in open_now], "done": [_row(each) for each in done],
               "teaches": request.user.has_perm(TEACH)}  # fmt: skip
    return render(request, "legal/desk.html", context)


def _row(procedure: Procedure) -> dict[str, Any]:
    return {
        "procedure": procedure, "url": reverse("legal:file", args=[procedure.number]),
        "state": STATES[procedure.state], "tone": TONES[procedure.state],
    }  # fmt: skip


@needs(WORK)
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: Request) -> HttpResponse:
    """A question that somebody asks at the desk, by telephone or on paper."""
    form = AskForm(request.POST or None, topics=topics(), initial={"words": carried.carried(request.session, "legal")})
    if request.method == "POST" and form.is_valid():
        try:
            asked = domain.ask(by=request.by, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            carried.drop(request.session)
            seen = Procedure.objects.visible_to(request.viewer).filter(pk=asked.question.pk).exists()
            context = {"number": asked.question.procedure.number, "code": asked.code, "seen": seen}
            return render(request, "legal/written.html", context)
    return render(request, "legal/write.html", {"form": form}, status=422 if form.errors else 200)


@needs(WORK)
@never_cache
@require_http_methods(["GET", "POST"])
def file(request: Request, number: str) -> HttpResponse:
    """One question: opened with a reason, and the steps that are its post's to take."""
    question = domain.file_for(number, request.viewer)
    at, name = timezone.now(), request.POST.get("step", "")
    look = LookForm(request.POST if name == "look" else None)
    opened, wrong, status = ("", ""), None, 200
    if name == "look" and look.is_valid():
        opened = domain.read(question, reason=look.cleaned_data["reason"], by=request.by, at=at)
    elif request.method == "POST" and name in STEPS:
        form, status = _form(STEPS[name], question, at, request), 422
        try:
            if form.is_valid() and (answer := _make(request, STEPS[name], question, form, at)):
                return answer
        except Conflict as conflict:
            question, status = domain.file_for(number, request.viewer), 409
            if name not in {move.name for move in may(question.procedure, request.by)}:
                raise  # its form stands on this page no more; what was written is shown with the message
            messages.warning(request, str(conflict.message))
            form = _form(STEPS[name], question, at, request, anew=True)
        wrong = (name, form)
    context = _page(request, question, at, wrong) | {"look": look, "opened": opened}
    return render(request, "legal/file.html", context, status=status)


def _make(request: Request, step: Step, question: LegalQuestion, form: MoveForm, at: datetime) -> HttpResponse | None:
    """Take a step; none where something is wrong, which then stands in the form. Raises Conflict."""
    given = dict(form.cleaned_data)
    if "to" in given:
        given["to"] = directory().by_key[int(given["to"])]
    try:
        step.verb(question=question, by=request.by, at=at, **given)
    except Invalid as wrong:
        carry_over(wrong, form)
        return None
    messages.success(request, _("Done."))
    # Whoever handed it on does not see it any more.
    seen = Procedure.objects.visible_to(request.viewer).filter(pk=question.pk).exists()
    return redirect("legal:file", question.procedure.number) if seen else redirect("legal:desk")


def _form(
    step: Step, question: LegalQuestion, at: datetime, request: Request, *, anew: bool = False
) -> MoveForm:  # fmt: skip
    """anew: what was sent, to be sent once more on the question as it stands now."""
    more: dict[str, Any] = {}
    if step.name == "answer":
        more["cards"] = cards_for(on=teaching.local_day(at), topic=question.topic)
    if step.name == "hand_over":
        more["posts"] = [post for post in _studio(at) if post != request.post]
    bound = request.POST.copy() if request.POST.get("step") == step.name else None
    if bound is not None and anew:
        bound["version"] = str(question.procedure.version)
    return step.form(bound, initial={"version": question.procedure.version}, auto_id=f"{step.name}_%s", **more)


def _studio(at: datetime) -> list[Post]:
    return teaching.studio(at, list(directory().by_key.values()))


def _page(
    request: Request, question: LegalQuestion, at: datetime, wrong: tuple[str, MoveForm] | None
) -> dict[str, Any]:
    procedure = question.procedure
    open_moves = {move.name for move in may(procedure, request.by)}
    steps = [
        (step, wrong[1] if wrong and wrong[0] == step.name else _form(step, question, at, request))
        for step in STEPS.values()
        if step.name in open_moves
    ]
    running = [clock for clock in clocks_of(procedure) if clock.state in (ClockState.RUNNING, ClockState.MISSED)]
    return {
        "question": question, "procedure": procedure, "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "steps": steps, "wrong": wrong[1] if wrong else None,
        "clocks": [(CLOCKS.get(clock.rule, clock.rule), clock, explain(clock)) for clock in running],
        "entries": told(procedure, staff=True), "answer": domain.said(question)[1],
        "topic": dict(topics())[question.topic],
    }  # fmt: skip


# --- lessons and checks


@needs(TEACH)
@never_cache
@require_http_methods(["GET", "POST"])
def lessons(request: Request) -> HttpResponse:
    """Lessons to come and held, and one more to announce."""
    at = timezone.now()
    form = LessonForm(request.POST or None, posts=_studio(at))
    if request.method == "POST" and form.is_valid():
        try:
            teaching.announce(by=request.by, at=at, **_lesson(form.cleaned_data))
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            messages.success(request, _("It is announced."))
            return redirect("legal:lessons")
    today = teaching.local_day(at)
    past = Lesson.objects.filter(starts__lt=at, cancelled=False).select_related("post").order_by("-starts", "-pk")
    context = {
        "form": form, "coming": teaching.coming(at), "past": past[:20], "came": CameForm(), "year": today.year,
        "held": teaching.held(today.replace(month=1, day=1), today),
    }  # fmt: skip
    return render(request, "legal/lessons.html", context, status=422 if form.errors else 200)


def _lesson(given: dict[str, Any]) -> dict[str, Any]:
    zone = calendar().tz
    day, starts, ends = given["day"], given["starts"], given["ends"]
    return {
        "title": given["title"], "band": given["band"], "where": given["where"], "action": given["action"],
        "starts": datetime.combine(day, starts, zone), "ends": datetime.combine(day, ends, zone),
        "post": directory().by_key[int(given["post"])],
    }  # fmt: skip


@needs(TEACH)
@require_POST
def came(request: Request, pk: int) -> HttpResponse:
    """How many came, or that it does not take place."""
    lesson = get_object_or_404(Lesson, pk=pk)
    form = CameForm(request.POST)
    try:
        if "off" in request.POST:
            teaching.call_off(lesson=lesson, by=request.by, at=timezone.now())
        elif form.is_valid():
            teaching.count_attended(
                lesson=lesson, attended=form.cleaned_data["attended"], by=request.by, at=timezone.now()
            )  # fmt: skip
        else:
            messages.warning(request, _("Write how many came, 2,000 at most."))
            return redirect("legal:lessons")
    except Conflict as conflict:
        messages.warning(request, str(conflict.message))
    else:
        messages.success(request, _("Done."))
    return redirect("legal:lessons")


@needs(TEACH)
@never_cache
@require_http_methods(["GET", "POST"])
def checks(request: Request) -> HttpResponse:
    """Who was checked when, and the next check written down."""
    at = timezone.now()
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = get_object_or_404(Account, pk=request.POST.get("account") or 0)
        try:
            teaching.record_check(
                account=account, checked_on=form.cleaned_data["checked_on"], by=request.by, at=at
            )  # fmt: skip
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as conflict:
            messages.warning(request, str(conflict.message))
        else:
            messages.success(request, _("It is written down."))
            return redirect("legal:checks")
    context = {"rows": teaching.checks(at, _studio(at)), "form": form}
    return render(request, "legal/checks.html", context, status=422 if form.errors else 200)
