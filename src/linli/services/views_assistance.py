"""Assistance for the person themselves: what there is, applying, following, taking back, thanks. No list, anywhere."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases import claims
from linli.cases.domain.report import claim_code
from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.core import carried
from linli.core.access import public
from linli.core.errors import Conflict, Invalid
from linli.core.forms import ActionForm
from linli.core.limits import limit
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Action, Party, Procedure
from linli.procedures.sentences import explain
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_file as files
from linli.services.domain import assistance_steps as steps
from linli.services.domain import thanks as notes
from linli.services.domain.assistance_letters import LETTERS
from linli.services.domain.booking_queries import today
from linli.services.forms_assistance import ApplyForm, ThanksForm
from linli.services.kind_assistance import CLOCKS, STATES, TONES
from linli.services.models_assistance import Assistance

SAID: dict[str, Any] = {
    "found": gettext_lazy("Written down"),
    "agree": gettext_lazy("Agreed"),
    "decline": gettext_lazy("Not wanted"),
    "urgent_aid": gettext_lazy("Urgent aid given"),
    "more_aid": gettext_lazy("Urgent aid given again"),
    "papers_in": gettext_lazy("Papers complete"),
    "begin": gettext_lazy("Being looked into"),
    "ask_missing": gettext_lazy("Missing papers asked for; the time stands still"),
    "missing_in": gettext_lazy("The missing papers are here; the time runs on"),
    "extend": gettext_lazy("More time to decide"),
    "grant": gettext_lazy("Aid granted"),
    "refuse": gettext_lazy("Refused"),
    "call_back": gettext_lazy("Called back"),
    "finish": gettext_lazy("Finished"),
    "plan_reduction": gettext_lazy("Aid is to be reduced or ended: told beforehand"),
    "hear": gettext_lazy("Heard"),
    "keep_aid": gettext_lazy("Aid stays as it is"),
    "reduce": gettext_lazy("Aid reduced"),
    "end_aid": gettext_lazy("Aid ended"),
    "withdraw": gettext_lazy("Consent taken back"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "reassigned": gettext_lazy("Passed on to another post"),
    "came_from": gettext_lazy("Came from another matter"),
    "purged": gettext_lazy("Forgotten"),
}
ENDS = ("refused", "declined", "withdrawn", "ended")


@public
@require_safe
def about(request: Request) -> HttpResponse:
    """What help there is, who may ask, and that urgent help comes first."""
    return render(request, "services/assistance/about.html", {"thanks": notes.shown()[:3]})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def apply(request: Request) -> HttpResponse:
    """The application, with the consent to it."""
    account, at = request.resident, timezone.now()
    form = ApplyForm(request.POST or None, committees=files.committees(), reachable=account is not None,
                     initial={"called": account.name if account else "",
                              "words": carried.carried(request.session, "assistance")})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        limit(request, "assistance")
        application = form.application(account=account, today=today(at))
        try:
            asked = domain.apply_for_assistance(
                application=application, by=None, at=at, action=form.cleaned_data["action"]
            )
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            claims.remember(request.session, asked.assistance.pk)
            carried.drop(request.session)
            return redirect("bookings:assistance_own", asked.assistance.pk)
    context = {"form": form, "back_url": reverse("bookings:assistance")}
    return render(request, "services/assistance/apply.html", context, status=422 if form.errors else 200)


@public
@require_safe
def paper(request: Request) -> HttpResponse:
    """The application on paper, with the consent to be signed."""
    return render(request, "services/assistance/paper.html", {"wording": domain.WORDING})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """The way back for who has number and code on paper."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = try_code(request, form, files.by_code)
        if key is not None:
            claims.remember(request.session, key)
            return redirect("bookings:assistance_own", key)
    context = {"form": form, "back_url": reverse("bookings:assistance")}
    return render(request, "services/assistance/find.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_safe
def own(request: Request, key: UUID) -> HttpResponse:
    """One's own application: how it stands and until when, what was said, and what one can do."""
    assistance, person = own_part_of(request, key)
    procedure = assistance.procedure
    clock = procedure.clocks.filter(state=ClockState.RUNNING).order_by("due").first()
    context = {
        "assistance": assistance, "procedure": procedure, "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "clock": clock, "clock_name": CLOCKS.get(clock.rule, "") if clock else "",
        "explained": explain(clock) if clock else "", "words": files.own_words(assistance),
        "entries": told(procedure, person), "code": _code(person), "over": procedure.state in ENDS,
        "letter": procedure.entries.filter(kind__in=LETTERS).exists(), "note": notes.thanks_of(procedure),
        "may_thank": procedure.state in ("granted", "running", "ended"), "form": ThanksForm(),
        "withdraw": ActionForm(), "missing": steps.missing_papers(assistance),
    }  # fmt: skip
    return render(request, "services/assistance/own.html", context)


def told(procedure: Procedure, person: Party | None = None, *, staff: bool = False) -> list[dict[str, Any]]:
    """The story as one page shows it."""
    audiences = [Audience.PUBLIC, Audience.PARTIES, *([Audience.STAFF, Audience.SEALED] if staff else [])]
    return [_line(line) for line in story(procedure, audiences, party=person)]


def _line(line: Line) -> dict[str, Any]:
    says = line.says or {}
    without_post = _("the person") if line.actor.startswith("party:") else _("Linli, by itself")
    by = line.post.title if line.post else without_post
    return {
        "at": line.at, "what": SAID.get(line.kind, line.kind), "by": by,
        "because": str(says.get("because") or says.get("text") or ""), "tone": "late" if line.kind == "missed" else "",
    }  # fmt: skip


def _code(person: Party) -> str:
    """The code of an application, from the act that made it; for the person alone."""
    opened = Action.objects.filter(procedure=person.procedure_id, verb="open").values_list("pk", flat=True).first()
    return claim_code(opened) if opened and person.claim_hash else ""


@public
@never_cache
@require_http_methods(["GET", "POST"])
def take_back(request: Request, key: UUID) -> HttpResponse:
    """The consent is taken back, in one step."""
    assistance, person = own_part_of(request, key)
    form = ActionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            step = domain.decline if assistance.procedure.state == "found" else domain.withdraw
            step(
                assistance=assistance, version=assistance.procedure.version, by=Actor(party=str(person.uuid)),
                at=timezone.now(), action=form.cleaned_data["action"],
            )  # fmt: skip
        except Conflict as conflict:
            messages.warning(request, str(conflict.message))
        else:
            messages.success(request, _("Your consent is taken back. What you wrote is forgotten."))
        return redirect("bookings:assistance_own", key)
    context = {"form": form, "back_url": reverse("bookings:assistance_own", args=[key]), "grave": True}
    return render(request, "services/assistance/take_back.html", context)


@public
@require_POST
def thank(request: Request, key: UUID) -> HttpResponse:
    """A word of thanks, or that it is no longer to be shown."""
    assistance, person = own_part_of(request, key)
    by = Actor(party=str(person.uuid))
    if "hide" in request.POST:
        notes.take_back(procedure=assistance.procedure, by=by)
        messages.success(request, _("It is no longer shown to anybody else."))
        return redirect("bookings:assistance_own", key)
    form = ThanksForm(request.POST)
    if form.is_valid():
        try:
            notes.write_thanks(procedure=assistance.procedure, by=by, at=timezone.now(), **form.cleaned_data)
        except (Invalid, Conflict) as wrong:
            messages.warning(request, str(next(iter(getattr(wrong, "fields", {}).values()), wrong.message)))
        else:
            messages.success(request, _("Thank you. Whoever worked on it reads it."))
    else:
        messages.warning(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return redirect("bookings:assistance_own", key)


@public
@require_safe
def thanks(request: Request) -> HttpResponse:
    """Notes of thanks that may be shown: words and month, nothing of anybody."""
    return render(request, "services/assistance/thanks.html", {"rows": notes.shown()})


def own_part_of(request: Request, key: UUID) -> tuple[Assistance, Party]:
    return files.own_assistance(key, request.resident, claims.claimed(request.session))
