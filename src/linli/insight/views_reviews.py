"""Yearly reviews: each mechanism with its last one, and the page of one with its indicators and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import DayInput, MoveForm
from linli.insight import words
from linli.insight.domain.defining import known
from linli.insight.domain.indicators import stands
from linli.insight.domain.readers import PostReader
from linli.insight.domain.reviews import VERBS, earlier_reviews, mechanism_of, mechanism_rows
from linli.insight.enums import Outcome
from linli.insight.kind import CLOCKS, STATES, TONES
from linli.insight.models import Review
from linli.insight.shown_indicators import CardShown, card_of
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.procedures.domain.move import may
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Procedure
from linli.procedures.sentences import explain


@needs("insight.indicators")
@require_safe
def reviews(request: Request) -> HttpResponse:
    """Every mechanism, what its last review concluded, and when it is looked at again."""
    rows = [
        {
            "mechanism": row.mechanism,
            "review": row.review,
            "state": STATES[row.review.procedure.state] if row.review else "",
            "tone": TONES[row.review.procedure.state] if row.review else "",
            "outcome": Outcome(row.review.outcome).label if row.review and row.review.outcome else "",
            "next": words.one_day(row.review.next_on) if row.review and row.review.next_on else "",
        }
        for row in mechanism_rows(request.viewer)
    ]
    return render(request, "insight/reviews/list.html", {"rows": rows})


class StepForm(MoveForm):
    """A step that needs nothing but the button."""


class ReasonForm(MoveForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ConclusionForm(MoveForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What follows for this mechanism?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("Conclusion in words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What the indicators show, what they do not show, and what changes. Name no person."),
    )  # fmt: skip
    next_on = forms.DateField(
        label=gettext_lazy("Next review"), widget=DayInput, required=False,
        help_text=gettext_lazy("Next year, or the year after. Not needed where the mechanism stops."),
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A move as the page offers it. main: its form stands open on the page."""

    name: str
    label: Any
    form: Callable[..., MoveForm] = StepForm


STEPS = {
    step.name: step
    for step in (
        Step("begin", pgettext_lazy("review", "Begin the review")),
        Step("conclude", pgettext_lazy("review", "Write the conclusion"), ConclusionForm),
        Step("check", pgettext_lazy("review", "The conclusion is sound")),
        Step("send_back", pgettext_lazy("review", "Send back"), ReasonForm),
        Step("leave_out", pgettext_lazy("review", "Leave out this year"), ReasonForm),
    )
}
SAID = {
    "open": gettext_lazy("Opened by Linli"),
    "begin": gettext_lazy("Review begun"),
    "conclude": gettext_lazy("Conclusion written"),
    "check": gettext_lazy("Conclusion checked"),
    "send_back": gettext_lazy("Sent back"),
    "leave_out": gettext_lazy("Left out this year"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "reassigned": gettext_lazy("Passed on to another post"),
}


def _review(request: Request, number: str) -> Review:
    found = (
        Review.objects.filter(
            procedure__number=number, procedure__in=Procedure.objects.visible_to(request.viewer)
        )
        .select_related("procedure__place")
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


@needs("insight.indicators")
@require_http_methods(["GET", "POST"])
def review(request: Request, number: str) -> HttpResponse:
    """One review: the indicators of its mechanism, what was concluded, its story, and the next step."""
    found = _review(request, number)
    name = request.POST.get("step", "")
    bound: MoveForm | None = None
    status, told = 200, ""
    if request.method == "POST" and name in STEPS:
        bound = STEPS[name].form(request.POST)
        if bound.is_valid():
            try:
                _move(request, found, name, bound)
                messages.success(request, _("Done: %(step)s.") % {"step": STEPS[name].label})
                return redirect("indicators:review", number)
            except Invalid as wrong:
                carry_over(wrong, bound)
            except Conflict:
                status, found = 409, _review(request, number)
                told = _("Somebody was faster: the review stands differently now. What you wrote is kept below.")
                bound = STEPS[name].form(_anew(request.POST, found))
    context = _page(request, found, name, bound) | {"told": told}
    if status == 200 and bound is not None and bound.errors:
        status = 422
    return render(request, "insight/reviews/one.html", context, status=status)


def _anew(given: Any, review: Review) -> Any:
    """What was typed, under the version that stands now."""
    again = given.copy()
    again["version"] = review.procedure.version
    return again


def _move(request: Request, review: Review, name: str, form: MoveForm) -> None:
    given = dict(form.cleaned_data)
    VERBS[name](review=review, by=request.by, at=timezone.now(), **given)


def _page(request: Request, review: Review, name: str, bound: MoveForm | None) -> dict[str, Any]:
    procedure, mechanism = review.procedure, mechanism_of(review)
    steps = [
        (STEPS[step.name], bound if bound is not None and step.name == name else _fresh(STEPS[step.name], review))
        for step in may(procedure, request.by)
        if step.name in STEPS
    ]
    clock = procedure.clocks.filter(state=ClockState.RUNNING).first()
    return {
        "review": review, "mechanism": mechanism, "steps": steps,
        "cards": _cards(request, mechanism.indicators, _as_of(review)),
        "state": STATES[procedure.state], "tone": TONES[procedure.state], "clock": clock,
        "clock_name": CLOCKS.get(clock.rule, "") if clock else "", "explained": explain(clock) if clock else "",
        "outcome": Outcome(review.outcome).label if review.outcome else "",
        "next": words.one_day(review.next_on) if review.next_on else "",
        "entries": [_told(line) for line in story(procedure, [Audience.PUBLIC, Audience.PARTIES, Audience.STAFF])],
        "earlier": [
            (each, Outcome(each.outcome).label if each.outcome else STATES[each.procedure.state])
            for each in earlier_reviews(review, request.viewer)
        ],
        "back_url": reverse("indicators:reviews"),
    }  # fmt: skip


def _fresh(step: Step, review: Review) -> MoveForm:
    initial = {"version": review.procedure.version, "outcome": review.outcome, "text": review.text}
    return step.form(initial=initial | ({"next_on": review.next_on} if review.next_on else {}))


def _as_of(review: Review) -> date:
    """A review that is over keeps its view: the indicators up to the day on which it ended."""
    return timezone.localdate(review.procedure.closed) if review.procedure.closed else timezone.localdate()


def _cards(request: Request, codes: tuple[str, ...], today: date) -> list[CardShown]:
    """The indicators of the mechanism up to a day; those without a number yet are shown so."""
    definitions = known(timezone.localdate())
    wanted = {code: definitions[code] for code in codes if code in definitions}
    reader = PostReader(request.viewer)
    found = stands(wanted, reader, today)
    return [card_of(found[code], (), reader) for code in wanted]


def _told(line: Line) -> dict[str, Any]:
    says = line.says or {}
    outcome = says.get("outcome")
    what = str(SAID.get(line.kind, line.kind))
    if outcome in Outcome.values:
        what = f"{what}: {Outcome(outcome).label}"
    return {
        "at": line.at, "what": what, "by": line.post.title if line.post else _("Linli, by itself"),
        "because": str(says.get("because") or says.get("text") or ""), "tone": "late" if line.kind == "missed" else "",
    }  # fmt: skip
