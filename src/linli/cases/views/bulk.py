"""Many chosen cases at once: looked at, then dispatched or answered; and what became of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from linli.cases.domain.bulk import Outcome, Plan, answer_many, dispatch_many, join_group, plan_dispatch, posts_for
from linli.cases.domain.desk import cases_numbered
from linli.cases.domain.heaps import RECENT
from linli.cases.forms_desk import AnswerForm, BulkForm, JoinGroupForm
from linli.cases.models import Case
from linli.cases.sentences import shorten
from linli.core.access import needs
from linli.core.errors import Invalid
from linli.core.forms import Hinted
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.models import Party

MOST = 500  # cases at once


# The further the work has come, the likelier a case goes on for the others.
WORK_DONE = {state: step for step, state in enumerate(("received", "filed", "dispatched", "handling"))}


@dataclass(frozen=True)
class Row:
    """One chosen case, what is to become of it or became of it, and whether it can be chosen again."""

    number: str
    version: int
    title: str
    text: str
    place: str
    good: bool
    told: Any
    to: str = ""

    @property
    def pick(self) -> str:
        return f"{self.number}:{self.version}"


def picked(request: Request) -> dict[str, int]:
    """The chosen cases: number and the version that was shown, at most 500."""
    found: dict[str, int] = {}
    for pick in request.POST.getlist("pick")[:MOST]:
        number, _colon, version = pick.partition(":")
        found[number] = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return found


@needs("cases.desk")
@require_POST
def bulk_dispatch(request: Request) -> HttpResponse:
    """Say what dispatching the chosen cases would do; with `go`, do it."""
    at, versions = timezone.now(), picked(request)
    if not versions:
        return redirect("cases:desk")
    cases = cases_numbered(list(versions), request.viewer)
    goes = "go" in request.POST
    initial = {"to": request.POST.get("to", ""), "reason": request.POST.get("reason", "")}
    form = BulkForm(request.POST if goes else None, initial=initial, posts=posts_for(cases, at))
    if not (goes and form.is_valid()):
        plans = plan_dispatch(cases, to=form.post, by=request.by, at=at)
        return _preview(request, form, plans, status=422 if goes else 200)
    outcomes = dispatch_many(
        cases, versions=versions, to=form.post, reason=form.cleaned_data["reason"], by=request.by, at=at,
        action=form.cleaned_data["action"],
    )  # fmt: skip
    return _result(request, outcomes, again=reverse("cases:bulk_dispatch"), button=_("Look at these again"))


def _preview(request: Request, form: BulkForm, plans: Sequence[Plan], *, status: int) -> HttpResponse:
    rows = [_row(plan.case, good=plan.to is not None, told=plan.why_not, to=plan.to) for plan in plans]
    context = {
        "form": form,
        "rows": rows,
        "goes": Counter(row.to for row in rows if row.good).most_common(),
        "not": Counter(str(row.told) for row in rows if not row.good).most_common(),
        "many": sum(row.good for row in rows),
    }
    return render(request, "cases/staff/bulk.html", context, status=status)


@needs("cases.desk")
@require_POST
def bulk_answer(request: Request) -> HttpResponse:
    """One interim word to all reporters of the chosen cases: asked first, then written into each story."""
    at, versions = timezone.now(), picked(request)
    if not versions:
        return redirect("cases:desk")
    cases = cases_numbered(list(versions), request.viewer)
    goes = "go" in request.POST
    form = AnswerForm(request.POST if goes else None)
    if goes and form.is_valid():
        given = form.cleaned_data
        try:
            outcomes = answer_many(
                cases, text=given["text"], until=given["until"], by=request.by, at=at, action=given["action"]
            )
        except Invalid as told:
            carry_over(told, form)
        else:
            RECENT.forget()
            return _result(request, outcomes, again=reverse("cases:bulk_answer"), button=_("Try these again"))
    context = {
        "form": form,
        "rows": [_row(case, good=case.procedure.closed is None, told="") for case in cases],
        "reporters": Party.objects.filter(procedure__in=[case.pk for case in cases]).count(),
        "many": len(cases),
    }
    return render(request, "cases/staff/bulk_answer.html", context, status=422 if goes else 200)


@needs("cases.desk")
@require_POST
def bulk_join(request: Request) -> HttpResponse:
    """Make one of the chosen cases the case of all: asked first, then each of the others is joined to it."""
    at, versions = timezone.now(), picked(request)
    cases = cases_numbered(list(versions), request.viewer)
    if len(cases) < 2:
        messages.warning(request, _("Choose at least two cases to join."))
        return redirect("cases:desk")
    cases.sort(key=lambda case: (-WORK_DONE.get(case.procedure.state, -1), case.procedure.opened))
    goes = "go" in request.POST
    choices = [(case.procedure.number, Hinted(_name(case), shorten(case.text))) for case in cases]
    form = JoinGroupForm(request.POST if goes else None, initial={"into": choices[0][0]}, cases=choices)
    if goes and form.is_valid():
        given = form.cleaned_data
        into = next(case for case in cases if case.procedure.number == given["into"])
        outcomes = join_group(
            cases, into, versions=versions, because=given["because"], by=request.by, at=at, action=given["action"]
        )
        RECENT.forget()
        return _result(request, outcomes, again=reverse("cases:bulk_join"), button=_("Try these again"))
    rows = [_row(case, good=case.procedure.closed is None, told="") for case in cases]
    context = {"form": form, "rows": rows, "many": len(cases)}
    return render(request, "cases/staff/bulk_join.html", context, status=422 if goes else 200)


def _name(case: Case) -> str:
    return f"{case.klass.title if case.klass else _('not yet filed')} {case.procedure.number}"


def _result(request: Request, outcomes: Sequence[Outcome], *, again: str, button: Any) -> HttpResponse:
    rows = [_row(one.case, good=one.done, told=one.told, to=one.to) for one in outcomes]
    failed = sum(not row.good for row in rows)
    context = {"rows": rows, "done": len(rows) - failed, "failed": failed, "again": again, "button": button}
    return render(request, "cases/staff/bulk_done.html", context, status=409 if failed == len(rows) else 200)


def _row(case: Case, *, good: bool, told: Any, to: Any = None) -> Row:
    procedure = case.procedure
    return Row(
        number=procedure.number,
        version=procedure.version,
        title=case.klass.title if case.klass else str(_("not yet filed")),
        text=shorten(case.text),
        place=full_title(procedure.place) if procedure.place else "",
        good=good,
        told=told,
        to=to.title if to else "",
    )
