"""The moves of a case: one page each, asking only what it needs; and what the second of two is told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.dossier import Dossier, read_dossier, with_assignments
from linli.cases.domain.queries import case_for
from linli.cases.forms_staff import (
    CaseMoveForm,
)
from linli.cases.models import Case
from linli.cases.offline import FOLLOWS, ON_THE_SPOT, may_be_kept, pages_to_keep
from linli.cases.sentences import Names, told_second
from linli.cases.views.move_table import STEPS, Asked, step_of, to_case
from linli.cases.workflow import WORKFLOW
from linli.core import files
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused, TooLarge
from linli.core.keeping import is_copy, may_keep, never_keep
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.domain.late import as_it_happened, happened


@needs("cases.case")
def move(request: Request, number: str, name: str) -> HttpResponse:
    """Ask what a move needs, and make it."""
    if name not in STEPS:
        raise NotFound
    case = with_assignments(case_for(number, request.viewer))
    step = step_of(name, case)
    leaves = case.procedure.state in WORKFLOW.moves[name].sources
    if leaves and not WORKFLOW.moves[name].who(request.by, case.procedure):
        raise Refused
    if request.method != "POST":
        asked = Asked(case, request)
        leaves = leaves or (is_copy(request) and name in _prepared(request, case))
        return _page(request, case, name, step.form(asked)) if leaves else redirect("cases:case", case.procedure.number)
    form = step.form(Asked(case, request, request.POST))
    if {"look", "take", "pick"} & request.POST.keys():
        return _page(request, case, name, step.form(Asked(case, request, initial=_as_asked(request))))
    if form.is_valid():
        try:
            return _make(request, case, name, form)
        except (Invalid, TooLarge) as told:
            _beside(told, form)
        except Conflict as told:
            return _second(request, case, name, form, told)
    elif form.has_error("version") or form.has_error("action"):
        fresh = step.form(Asked(case, request, initial=_typed(request, form)))
        old = _("This page had grown old. What you wrote is kept below; please send it again.")
        return _page(request, case, name, fresh, status=422, told=old)
    return _page(request, case, name, form, status=422)


def _prepared(request: Request, case: Case) -> Iterator[str]:
    """The moves whose form a phone keeps before their turn has come: handing in what is still to be accepted."""
    for first, then in FOLLOWS.items():
        if case.procedure.state in WORKFLOW.moves[first].sources and WORKFLOW.moves[then].who(
            request.by, case.procedure
        ):
            yield then


def _as_asked(request: Request) -> dict[str, str]:
    """What was written so far, for a form that is only looked at again: what the rules propose is proposed anew.

    `take` is the place of the text, `pick` a class that it reads like: each taken by one tap.
    """
    written = {name: request.POST.get(name, "") for name in request.POST if name not in ("to", "grade", "hotline")}
    taps = {"place": written.pop("take", ""), "klass": written.pop("pick", "")}
    return written | {name: value for name, value in taps.items() if value}


def _make(request: Request, case: Case, name: str, form: CaseMoveForm) -> HttpResponse:
    step, now, given = step_of(name, case), timezone.now(), form.arguments()
    if "photos" in given:
        given["photos"] = store_photos(given["photos"], now)
    version, action = form.cleaned_data["version"], form.cleaned_data["action"]
    ago = request.POST.get("ago", "") if name in ON_THE_SPOT else ""
    at = happened(ago, procedure=case.procedure, now=now)
    made = as_it_happened(step.verb, case=case, version=version, by=request.by, at=at, now=now, action=action, **given)
    messages.success(request, step.done)
    return step.after(case, action, made) if step.after else to_case(case)


def store_photos(uploads: list[UploadedFile], at: datetime) -> list[UUID]:
    """Keep uploaded photographs until a verb attaches them."""
    return [
        files.store(upload, name=upload.name or "", procedure=None, audience="staff", at=at).uuid for upload in uploads
    ]


def _beside(told: Invalid | TooLarge, form: CaseMoveForm) -> None:
    """Say what the domain refused beside its field; what the file store refuses concerns the photographs."""
    if isinstance(told, Invalid) and told.fields:
        carry_over(told, form)
    else:
        form.add_error("photos" if "photos" in form.fields else None, str(told.message))


def _second(request: Request, case: Case, name: str, form: CaseMoveForm, told: Conflict) -> HttpResponse:
    """Somebody was first: say who and when, and keep what was written. Where the move is still open, ask anew."""
    now = read_dossier(case.procedure.number, viewer=request.viewer, by=request.by)
    words = told_second(now.lines, names_of(now)) if told.current else str(told.message)
    still = any(step.name == name for step in now.moves)
    typed = _typed(request, form)
    fresh = step_of(name, now.case).form(Asked(now.case, request, initial=typed)) if still else None
    kept = [] if still else [(form.fields[field].label, text) for field, text in typed.items() if text.strip()]
    return _page(request, now.case, name, fresh, status=409, told=words, kept=kept)


def _typed(request: Request, form: CaseMoveForm) -> dict[str, str]:
    """What the person wrote and chose. Photographs cannot come back with a page."""
    asked = (field for field in form.fields if field not in ("action", "version", "photos"))
    return {field: request.POST.get(field, "") for field in asked}


def names_of(dossier: Dossier) -> Names:
    klass = dossier.case.klass
    return Names(dossier.posts, {klass.code: klass.title} if klass else {}, dossier.files)


def _page(
    request: Request, case: Case, name: str, form: CaseMoveForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    place = case.procedure.place
    context = {
        "case": case,
        "number": case.procedure.number,
        "place": full_title(place) if place else "",
        "name": name,
        "step": step_of(name, case),
        "form": form,
        "closing": case.klass.closing_text if case.klass else "",
        "back_url": reverse("cases:case", args=[case.procedure.number]),
        **on_a_phone(request, case),
        **more,
    }
    return keep_or_not(request, case, render(request, "cases/staff/move.html", context, status=status))


def on_a_phone(request: Request, case: Case) -> dict[str, Any]:
    """What a page of a case says to a phone: which pages to keep, and the moves that may wait there for signal."""
    mine = {
        row.part for row in case.procedure.assignments.all() if row.open and row.post_id == request.viewer.posts[0].pk
    }
    keep = [page for part in mine for page in pages_to_keep(case.procedure, part)]
    return {
        "keep": " ".join(f"{page}#{case.procedure.version}" for page in keep),
        "on_the_spot": ON_THE_SPOT if may_be_kept(case.procedure) else (),
    }


def keep_or_not(request: Request, case: Case, response: HttpResponse) -> HttpResponse:
    """A phone keeps the cases that one goes to; of what is sealed not even the browser keeps a page."""
    if not may_be_kept(case.procedure):
        return never_keep(response)
    return may_keep(request, response) if on_a_phone(request, case)["keep"] else response
