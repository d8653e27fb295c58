"""The change of shift, and the promises that go with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.cases.domain.dossier import read_dossier, with_assignments
from linli.cases.domain.heaps import RECENT
from linli.cases.domain.promises import keep_promise, promise, same_promises
from linli.cases.domain.queries import case_for
from linli.cases.domain.shift import (
    desk_posts,
    hand_over,
    handovers,
    may_take,
    read_sheet,
    shift_of,
    take_over,
)
from linli.cases.forms_desk import HandoverForm, PromiseForm
from linli.cases.models import ShiftHandover
from linli.cases.views.case import show
from linli.cases.views.desk import lines
from linli.core.access import needs
from linli.core.errors import Invalid
from linli.people.forms import carry_over
from linli.people.middleware import Request


@needs("cases.desk")
def handover(request: Request) -> HttpResponse:
    """What lies on the desk now, and the word to the next."""
    at, post = timezone.now(), request.viewer.posts[0]
    sheet, shift = read_sheet(request.viewer, at), shift_of(post, at)
    posts = desk_posts(post)
    first = shift.following.post if shift.following else post
    form = HandoverForm(request.POST or None, posts=posts, initial={"to": str(first.pk)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = hand_over(to=form.posts[given["to"]], note=given["note"], sheet=sheet, by=request.by, at=at)
        except Invalid as told:
            carry_over(told, form)
        else:
            RECENT.forget()
            messages.success(request, _("Handed over. The next confirms that they have read it."))
            return redirect("cases:handed_over", made.pk)
    context = {
        "form": form,
        "sheet": sheet,
        "late": lines(sheet.late),
        "soon": lines(sheet.soon),
        "promises": sheet.promises,
        "shift": shift,
        "past": handovers(post),
        "now": at,
    }
    return render(request, "cases/staff/handover.html", context, status=422 if form.errors else 200)


@needs("cases.desk")
def handed_over(request: Request, pk: int) -> HttpResponse:
    """One change of shift: read and confirmed by the next, and printed."""
    found = _handover(request, pk)
    if request.method == "POST":
        take_over(handover=found, by=request.by, at=timezone.now())
        RECENT.forget()
        messages.success(request, _("You have taken over."))
        return redirect("cases:desk")
    may = found.taken_at is None and may_take(request.by, found)
    return render(request, "cases/staff/handed_over.html", {"handover": found, "sheet": _read(found.sheet), "may": may})


def _handover(request: Request, pk: int) -> ShiftHandover:
    keys = [post.pk for post in desk_posts(request.viewer.posts[0])]
    found = ShiftHandover.objects.select_related("post__place", "to", "giver", "taker")
    return get_object_or_404(found, pk=pk, post__in=keys)


def _read(sheet: dict[str, Any]) -> dict[str, Any]:
    """The kept sheet with its instants read again."""

    def dated(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "due": datetime.fromisoformat(row["due"]) if row["due"] else None}

    return {**sheet, **{name: [dated(row) for row in sheet[name]] for name in ("late", "soon", "promises")}}


@needs("cases.case")
@require_POST
def make_promise(request: Request, number: str) -> HttpResponse:
    """Write down what was promised in a case."""
    form = PromiseForm(request.POST)
    case = with_assignments(case_for(number, request.viewer))
    if form.is_valid():
        given = form.cleaned_data
        try:
            promise(
                case=case, text=given["text"], until=given["until"], to_reporters=given["reader"] == "reporters",
                by=request.by, at=timezone.now(), action=given["action"],
            )  # fmt: skip
        except Invalid as told:
            carry_over(told, form)
        else:
            RECENT.forget()
            return redirect("cases:case", case.procedure.number)
    dossier = read_dossier(number, viewer=request.viewer, by=request.by)
    return show(request, dossier, status=422, promise_form=form, wrong=form)


@needs("cases.case")
@require_POST
def promise_kept(request: Request, number: str, pk: int) -> HttpResponse:
    """Say that it was kept; on the desk, in every case that was told the same."""
    case = with_assignments(case_for(number, request.viewer))
    at, from_desk = timezone.now(), request.POST.get("from") == "desk"
    kept = same_promises(request.viewer, pk) if from_desk else [(case.procedure, pk)]
    for procedure, key in kept or [(case.procedure, pk)]:
        keep_promise(procedure=procedure, key=key, by=request.by, at=at)
    RECENT.forget()
    if from_desk:
        return redirect("cases:desk")
    return redirect("cases:case", case.procedure.number)
