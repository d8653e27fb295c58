"""Assistance for the posts that work on it: writing one down, and one file with its steps. They come by their inbox."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core import carried
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.core.forms import KitForm, MoveForm
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.procedures.domain.move import may
from linli.procedures.domain.queries import clocks_of
from linli.procedures.sentences import explain
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_file as files
from linli.services.domain import assistance_steps as steps
from linli.services.domain import thanks as notes
from linli.services.domain.assistance_letters import LETTERS
from linli.services.forms_assistance import (
    AgreeForm,
    ExtendForm,
    FoundForm,
    GrantForm,
    LookForm,
    ReasonForm,
    ReduceForm,
    StepForm,
    TextForm,
    WriteForm,
)
from linli.services.kind_assistance import CLOCKS, STATES, TONES
from linli.services.models_assistance import Assistance
from linli.services.views_assistance import told
from linli.services.workflow_assistance import was_heard

WRITE, WORK = "services.assist", "procedures.inbox"


@dataclass(frozen=True)
class Step:
    """A move as the page offers it. hint: what it does or asks, under its heading."""

    name: str
    label: Any
    verb: Callable[..., Assistance]
    form: type[MoveForm] = StepForm
    hint: Any = ""


STEPS = {
    step.name: step
    for step in (
        Step("agree", pgettext_lazy("assistance", "The person wants it"), domain.agree, AgreeForm,
             gettext_lazy("Read the consent to them first: the words stand on the form to print.")),
        Step("begin", pgettext_lazy("assistance", "Begin to look into it"), steps.begin),
        Step("ask_missing", pgettext_lazy("assistance", "Ask for missing papers"), steps.ask_missing, TextForm,
             gettext_lazy("Name all of them: you can ask only once. What can be looked up is not asked for (art. 62). "
                          "The time stands still until they are here.")),
        Step("missing_in", pgettext_lazy("assistance", "The missing papers are here"), steps.missing_in, TextForm,
             gettext_lazy("Which came. If some cannot come, write how it goes on without them.")),
        Step("urgent_aid", pgettext_lazy("assistance", "Give urgent aid now"), steps.give_urgent_aid, TextForm,
             gettext_lazy("Where life cannot wait: what was given, and when. The papers follow (art. 50).")),
        Step("more_aid", pgettext_lazy("assistance", "Give urgent aid again"), steps.give_urgent_aid, TextForm),
        Step("papers_in", pgettext_lazy("assistance", "The papers are complete"), steps.papers_in, TextForm,
             gettext_lazy("Which papers; what can be looked up is not asked for (art. 62).")),
        Step("extend", pgettext_lazy("assistance", "Take more time to decide"), steps.extend, ExtendForm,
             gettext_lazy("Only where there is a special reason. The person is told the reason.")),
        Step("grant", pgettext_lazy("assistance", "Grant aid"), steps.grant, GrantForm),
        Step("call_back", pgettext_lazy("assistance", "Write down the call-back"), steps.call_back, TextForm,
             gettext_lazy("Did it arrive? What is still missing?")),
        Step("hear", pgettext_lazy("assistance", "Write down what the person said"), steps.hear, TextForm),
        Step("keep_aid", pgettext_lazy("assistance", "Keep the aid as it is"), steps.keep_aid, ReasonForm),
        Step("reduce", pgettext_lazy("assistance", "Reduce the aid"), steps.reduce, ReduceForm,
             gettext_lazy("Only after the person was heard (art. 48).")),
        Step("end_aid", pgettext_lazy("assistance", "End the aid"), steps.end_aid, ReasonForm,
             gettext_lazy("Only after the person was heard (art. 48).")),
        Step("plan_reduction", pgettext_lazy("assistance", "Aid is to be reduced or ended"), steps.plan_reduction,
             ReasonForm, gettext_lazy("The person is told and heard first (art. 48).")),
        Step("refuse", pgettext_lazy("assistance", "Refuse with written reasons"), steps.refuse, ReasonForm,
             gettext_lazy("The reasons go to the person in writing (art. 45).")),
        Step("decline", pgettext_lazy("assistance", "The person does not want it"), domain.decline, StepForm,
             gettext_lazy("What was noted of them is forgotten at once.")),
        Step("withdraw", pgettext_lazy("assistance", "The person takes the consent back"), domain.withdraw, StepForm,
             gettext_lazy("It ends at once, and what was kept of them is forgotten.")),
    )
}  # fmt: skip
AFTER_HEARING = ("reduce", "end_aid")


@needs(WRITE)
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: Request) -> HttpResponse:
    """An application for somebody who agreed, on paper or by word."""
    form = WriteForm(request.POST or None, initial={"words": carried.carried(request.session, "assistance")})
    if request.method == "POST" and form.is_valid():
        try:
            asked = domain.apply_for_assistance(
                application=form.application(), by=request.by, at=timezone.now(), action=form.cleaned_data["action"]
            )
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            carried.drop(request.session)
            context = {"assistance": asked.assistance, "code": asked.code, "mine": _is_mine(request, asked.assistance)}
            return render(request, "services/assistance/written.html", context)
    context = {"form": form, "wording": domain.WORDING}
    return render(request, "services/assistance/write.html", context, status=422 if form.errors else 200)


def _is_mine(request: Request, assistance: Assistance) -> bool:
    post = request.post
    return post is not None and assistance.procedure.assignments.filter(post=post).exists()


@needs(WRITE)
@never_cache
@require_http_methods(["GET", "POST"])
def found(request: Request) -> HttpResponse:
    """Somebody was found in need, and is to be asked."""
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.report_need(by=request.by, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            context = {"assistance": made, "code": "", "mine": _is_mine(request, made)}
            return render(request, "services/assistance/written.html", context)
    return render(request, "services/assistance/found.html", {"form": form}, status=422 if form.errors else 200)


@needs(WORK)
@never_cache
@require_http_methods(["GET", "POST"])
def file(request: Request, key: UUID) -> HttpResponse:
    """One file: how it stands, what can be done now, and what is sealed behind a reason."""
    assistance, name = files.assistance_for(key, request.viewer), request.POST.get("step", "")
    bound: MoveForm | None = None
    look = LookForm(request.POST if name == "look" else None)
    opened: dict[str, str] = {}
    status, said = 200, ""
    if name == "look" and look.is_valid():
        opened = files.open_words(assistance=assistance, why=look.cleaned_data["why"], by=request.by,
                                   at=timezone.now())  # fmt: skip
    if name in STEPS:
        bound = STEPS[name].form(request.POST, auto_id=f"{name}_%s")
        if bound.is_valid():
            try:
                _take(request, assistance, name, bound)
                messages.success(request, _("Done: %(step)s.") % {"step": STEPS[name].label})
                return redirect("bookings:assistance_file", key)
            except Invalid as wrong:
                carry_over(wrong, bound)
            except Conflict:
                assistance = files.assistance_for(key, request.viewer)
                if name not in {move.name for move in may(assistance.procedure, request.by)}:
                    raise  # its form stands on this page no more; what was written is shown with the message
                status, said = 409, _("Somebody was faster: it stands differently now. What you wrote is kept below.")
                bound = STEPS[name].form(_anew(request.POST, assistance), auto_id=f"{name}_%s")
    if status == 200 and ((bound is not None and bound.errors) or look.errors):
        status = 422
    context = _page(request, assistance, name, bound) | {"told": said, "look_form": look, "opened": _named(opened)}
    return render(request, "services/assistance/file.html", context, status=status)


def _anew(given: Any, assistance: Assistance) -> Any:
    again = given.copy()
    again["version"] = assistance.procedure.version
    return again


def _take(request: Request, assistance: Assistance, name: str, form: MoveForm) -> None:
    given, act = dict(form.cleaned_data), STEPS[name].verb
    common = {"by": request.by, "at": timezone.now(), "action": given.pop("action"), "version": given.pop("version")}
    if name == "agree":
        application = domain.Application(found_by=assistance.found_by, **given)
        act(assistance=assistance, application=application, **common)
        return
    act(assistance=assistance, **given, **common)


NAMES: dict[str, Any] = {
    "called": gettext_lazy("How to call the person"),
    "words": gettext_lazy("What they wrote"),
    "contact": gettext_lazy("Contact"),
    "aid": gettext_lazy("What is given"),
    "lead": gettext_lazy("How they can be asked"),
}


def _named(opened: dict[str, str]) -> list[tuple[Any, str]]:
    return [(label, opened[name]) for name, label in NAMES.items() if name in opened]


def _page(request: Request, assistance: Assistance, name: str, bound: MoveForm | None) -> dict[str, Any]:
    procedure = assistance.procedure
    heard = was_heard(procedure)
    offered = [
        (STEPS[step.name], bound if bound is not None and step.name == name else _fresh(STEPS[step.name], assistance))
        for step in may(procedure, request.by)
        if step.name in STEPS and (heard or step.name not in AFTER_HEARING)
    ]
    running = [clock for clock in clocks_of(procedure) if clock.ended is None]
    order = list(STEPS)
    return {
        "assistance": assistance, "procedure": procedure, "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "steps": sorted(offered, key=lambda pair: order.index(pair[0].name)),
        "clocks": [(CLOCKS.get(clock.rule, clock.rule), clock, explain(clock)) for clock in running],
        "entries": told(procedure, staff=True), "missing": steps.missing_papers(assistance),
        "note": notes.thanks_of(procedure), "letter": procedure.entries.filter(kind__in=LETTERS).exists(),
        "sealed": bool(assistance.words_sealed or assistance.lead_sealed), "release": KitForm(),
        "may_thank": procedure.state in ("granted", "running", "ended"),
    }  # fmt: skip


def _fresh(step: Step, assistance: Assistance) -> MoveForm:
    initial = {"version": assistance.procedure.version, "need": assistance.need}
    if step.name == "extend":
        initial["amount"] = steps.most_more(assistance)
    return step.form(initial=initial, auto_id=f"{step.name}_%s")


@needs(WORK)
@never_cache
@require_http_methods(["POST"])
def release(request: Request, key: UUID) -> HttpResponse:
    """A note of thanks names nobody and may be shown; or a note that came on paper is kept."""
    assistance = files.assistance_for(key, request.viewer)
    note = notes.thanks_of(assistance.procedure)
    try:
        if note is not None:
            notes.release_thanks(thanks=note, by=request.by, at=timezone.now())
            messages.success(request, _("Everybody can read it now."))
        else:
            notes.write_thanks(
                procedure=assistance.procedure, text=request.POST.get("text", ""), public="public" in request.POST,
                by=request.by, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The note is kept."))
    except (Invalid, Conflict) as wrong:
        messages.warning(request, str(next(iter(getattr(wrong, "fields", {}).values()), wrong.message)))
    return redirect("bookings:assistance_file", key)
