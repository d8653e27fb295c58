"""The window's pages: the list, one request with its steps, writing one down for somebody, home visits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases.domain.report import claim_code
from linli.core import carried, uploads
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import ActionForm, posted
from linli.core.uploads import Slot
from linli.core.viewlog import open_sealed
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.domain.move import may
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Action, Party
from linli.procedures.sentences import clock_name, explain
from linli.services.domain import rating
from linli.services.domain.applying import SELF, Application, apply_for
from linli.services.domain.catalogue import item_on, items_on
from linli.services.domain.handling import VERBS
from linli.services.domain.papers import request_by_code
from linli.services.domain.queries import Whole, figures, request_for, requests_of, visits_left, whole
from linli.services.domain.visits import STATIONARY, end_visit, plan_visit, round_of
from linli.services.enums import Channel, VisitState
from linli.services.forms import ME, OTHER, ChoiceForm, DeskApplyForm, WhoForm
from linli.services.forms_staff import STEPS, RequestForm, Step, VisitForm
from linli.services.kind import STATES, TONES
from linli.services.models import HomeVisit
from linli.services.models import Request as Asked
from linli.services.uploads import slots_for, slots_of
from linli.services.views_apply import sent_papers
from linli.services.views_catalogue import answers_of
from linli.services.words import bring_title, story_lines
from linli.services.workflow import OPEN, works_on_it

LISTS = {
    "received": gettext_lazy("New"),
    "running": gettext_lazy("In work"),
    "decided": gettext_lazy("To hand over"),
    "rectifying": gettext_lazy("Badly rated"),
    "over": gettext_lazy("Finished"),
}
STAFF = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)
RATINGS: dict[str, Callable[..., Asked]] = {
    "rate": rating.rate,
    "rate_again": rating.rate_again,
    "call": rating.call_back,
    "rectify": rating.rectify,
}
DOES = {**VERBS, **RATINGS}
HIDDEN = {"papers_in": "receive", "rate_badly": "rate"}  # moves that another step makes by itself


@needs("services.requests")
@require_safe
def requests(request: Request) -> HttpResponse:
    """The requests that this post has, what is due first on top."""
    name = request.GET.get("list", "received")
    name = name if name in LISTS else "received"
    counts = figures(request.viewer)
    context = {
        "rows": [(row, STATES[row.state], TONES[row.state]) for row in requests_of(request.viewer, name)],
        "name": name,
        "tabs": [(key, label, counts.get(key)) for key, label in LISTS.items()],
        "visits": visits_left(request.viewer, timezone.localdate()),
        "may_enter": request.user.has_perm("services.enter"),
    }
    return render(request, "services/staff/requests.html", context)


@needs("services.requests")
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: Request, number: str) -> HttpResponse:
    """One request: whose it is, its papers, the next steps, its story."""
    found = request_for(number, request.viewer)
    page = whole(found, STAFF)
    name = request.POST.get("step", "")
    if request.method != "POST" or name not in STEPS:
        return show(request, page)
    form = STEPS[name].form(request.POST, page=page, auto_id=f"{name}_%s")
    if not form.is_valid():
        return show(request, page, name, form, status=422)
    try:
        DOES[name](request=found, by=request.by, at=timezone.now(), **form.cleaned_data)
    except Invalid as wrong:
        carry_over(wrong, form)
        return show(request, page, name, form, status=422)
    except Conflict as told:
        return _second(request, number, name, str(told.message))
    messages.success(request, _("Done: %(step)s.") % {"step": STEPS[name].label})
    if name == "pass_on" and not request.viewer.posts:
        return redirect("services:requests")
    return redirect("services:request", number)


def _second(request: Request, number: str, name: str, told: str) -> HttpResponse:
    """Somebody was faster: the request as it stands now, with what was written kept.

    Raises:
        Conflict: the step cannot be taken any more; the page of errors shows what was written.
    """
    page = whole(request_for(number, request.viewer), STAFF)
    if name not in _offered(request, page):
        raise Conflict(told)
    anew = QueryDict(mutable=True)
    anew.update(request.POST)
    anew["version"] = str(page.request.procedure.version)
    return show(request, page, name, STEPS[name].form(anew, page=page, auto_id=f"{name}_%s"), status=409, told=told)


def show(
    request: Request, page: Whole, name: str = "", bound: RequestForm | None = None, *, status: int = 200,
    told: str = "", slots: list[Slot] | None = None,
) -> HttpResponse:  # fmt: skip
    """The request for staff.  slots: the places for papers as they were filled in just now."""
    found, procedure = page.request, page.request.procedure
    steps = _steps(request, page, name, bound)
    visit = next((visit for visit in page.visits if visit.status == VisitState.PLANNED), None)
    context = {
        "request_": found, "procedure": procedure, "page": page, "content": page.standing.content,
        "state": STATES[procedure.state], "tone": TONES[procedure.state], "told": told,
        "place": full_title(procedure.place) if procedure.place else "",
        "option": next((str(row.text) for row in page.standing.content.options if row.key == found.choice), ""),
        "clock_name": clock_name(page.clock.rule) if page.clock else "",
        "explained": explain(page.clock) if page.clock else "",
        "main": [pair for pair in steps if pair[0].main], "more": [pair for pair in steps if not pair[0].main],
        "entries": story_lines(page.story), "visit": visit,
        "has_contact": Party.objects.filter(procedure=procedure, contact_sealed__isnull=False).exists(),
        "may_visit": visit is None and procedure.state in STATIONARY and procedure.place is not None,
        "visit_form": VisitForm(auto_id="visit_%s"), "sent_papers": sent_papers(page),
        "paper_form": ActionForm(auto_id="papers_%s"),
        "slots": slots or slots_of(page, all_papers=True), "slots_wrong": bool(slots),
        "may_scan": works_on_it(request.by, procedure) and procedure.state in OPEN,
    }  # fmt: skip
    return render(request, "services/staff/request.html", context, status=status)


def _steps(request: Request, page: Whole, name: str, bound: RequestForm | None) -> list[tuple[Step, RequestForm]]:
    """The steps that this post may take now, each with its form."""
    names, initial = _offered(request, page), {"version": page.request.procedure.version}
    return [
        (
            step,
            bound
            if bound is not None and step.name == name
            else step.form(initial=initial, page=page, auto_id=f"{step.name}_%s"),
        )
        for step in STEPS.values()
        if step.name in names
    ]


def _offered(request: Request, page: Whole) -> set[str]:
    """Papers are ticked where nothing else asks for them, and nothing is passed on while papers are awaited."""
    names = {HIDDEN.get(step.name, step.name) for step in may(page.request.procedure, request.by)}
    return names - ({"receive"} if not page.missing else set()) - ({"pass_on"} if page.waits else set())


@needs("services.requests")
@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: Request, number: str) -> HttpResponse:
    """How to reach the person; whoever looks says why, and the person can read that they did."""
    found = request_for(number, request.viewer)
    party = Party.objects.filter(procedure=found.pk, kind=PartyKind.REPORTER).select_related("account").first()
    reason, shown, wrong = request.POST.get("reason", ""), "", ""
    if request.method == "POST" and party is not None and party.contact_sealed is not None:
        try:
            shown = open_sealed(
                party.contact_sealed, row=party.uuid, field=CONTACT_FIELD, viewer=request.account,
                post_title=request.by.post.title if request.by.post else "", subject=party.account,
                procedure=found.pk, reason=reason, at=timezone.now(),
            )  # fmt: skip
        except Invalid as told:
            wrong = str(told.fields["reason"])
    context = {"number": number, "title": found.item.title, "shown": shown, "wrong": wrong, "reason": reason,
               "back_url": reverse("services:request", args=[number])}  # fmt: skip
    return render(request, "services/staff/contact.html", context, status=422 if wrong else 200)


# --- writing one down for somebody


@needs("services.enter")
@require_safe
def choose(request: Request) -> HttpResponse:
    """Which item somebody at the window, on the phone or on paper asks for."""
    rows = [(each.item.code, str(each.content.name)) for each in items_on(timezone.localdate())]
    return render(request, "services/staff/choose.html", {"rows": rows})


@needs("services.enter")
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: Request, code: str) -> HttpResponse:
    """Write down an application for somebody who is at the window, on the phone, on paper or at home."""
    each = item_on(code, timezone.localdate())
    answers = answers_of(request, each)
    slots = slots_for(each.content, choice=answers["choice"], for_other=answers["who"] == OTHER)
    form = DeskApplyForm(
        posted(request), content=each.content,
        for_other=answers["who"] == OTHER,
        initial={"words": carried.carried(request.session, "service")},
    )  # fmt: skip
    if answers["choice"] and _came(request, form, slots):
        number = _entered(request, form, code, answers["choice"], slots)
        if number:
            carried.drop(request.session)
            return redirect("services:entered", number, form.cleaned_data["action"])
    context = {
        "form": form, "slots": slots, "item": each.item, "content": each.content, "answers": answers,
        "choice": ChoiceForm(initial=answers, content=each.content), "who": _whom(answers, each.content.proxy),
    }  # fmt: skip
    return render(request, "services/staff/enter.html", context, status=422 if form.errors else 200)


def _whom(answers: dict[str, str], proxy: str) -> WhoForm:
    """Who comes, in the clerk's words; for what needs the person themselves nobody else does."""
    form = WhoForm(initial=answers)
    offered = [(ME, _("They come for themselves")), (OTHER, _("Somebody acts for them"))]
    form.offer("who", offered[:1] if proxy == SELF else offered)
    return form


def _came(request: Request, form: DeskApplyForm, slots: list[Slot]) -> bool:
    """Whether an application came whole. Its files are stored in any case, so that nobody sends them twice."""
    if request.method != "POST":
        return False
    uploads.take(request, slots, at=timezone.now())
    valid = form.is_valid()
    for said in uploads.wrong_in(slots):
        form.add_error(None, said)
    return valid and not form.errors


def _application(form: DeskApplyForm, code: str, choice: str, slots: list[Slot]) -> Application:
    """What a valid form asks for. An earlier request is opened by its number and code.

    Raises:
        NotFound: number and code of the earlier request do not belong together.
    """
    given = form.cleaned_data
    earlier = None
    if given.get("reuse") and given.get("earlier_number"):
        earlier = request_by_code(number=given["earlier_number"], code=given.get("earlier_code", ""))
    return Application(
        code=code, choice=choice, applicant=given["applicant"], proxy=given.get("proxy", ""),
        relation=given.get("relation", ""), words=given["words"], contact=given["contact"],
        place=form.chosen_place, room=given["room"] if given["visit"] else "",
        keep_papers=bool(given.get("keep_papers")), reuse=bool(given.get("reuse")), earlier=earlier,
        files=uploads.given(slots),
    )  # fmt: skip


def _entered(request: Request, form: DeskApplyForm, code: str, choice: str, slots: list[Slot]) -> str:
    by = request.by
    try:
        applied = apply_for(
            asked=_application(form, code, choice, slots),
            channel=Channel(form.cleaned_data["channel"]), by=by, at=timezone.now(), action=form.cleaned_data["action"],
            desk=by.post,
        )  # fmt: skip
    except Invalid as told:
        carry_over(told, form)
        return ""
    except NotFound as told:
        form.add_error("earlier_code", told.message)
        return ""
    uploads.sent_off(request, slots)
    return applied.request.procedure.number


@needs("services.enter")
@never_cache
@require_safe
def entered(request: Request, number: str, action: Any) -> HttpResponse:
    """What the clerk hands the person: number, code, and what to bring. Only who wrote it down sees the code."""
    found = request_for(number, request.viewer)
    done = Action.objects.filter(pk=action, verb="open", procedure=found.pk, actor=request.by.key)
    if not done.exists():
        raise NotFound
    page = whole(found, STAFF)
    path = reverse("services:follow", args=[found.procedure.number])
    context = {
        "number": found.procedure.number, "code": claim_code(action), "request_": found, "bring": page.bring,
        "bring_title": bring_title(page.bring.count), "content": page.standing.content,
        "address": request.build_absolute_uri(path),
    }  # fmt: skip
    return render(request, "services/staff/entered.html", context)


# --- home visits


@needs("services.requests")
@require_POST
def visit(request: Request, number: str) -> HttpResponse:
    """Plan a home visit."""
    found: Asked = request_for(number, request.viewer)
    form = VisitForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose the day, and morning or afternoon."))
        return redirect("services:request", number)
    try:
        plan_visit(request=found, by=request.by, at=timezone.now(), **form.cleaned_data)
    except Invalid as wrong:
        messages.warning(request, next(iter(wrong.fields.values()), wrong.message))
    except Conflict as told:
        messages.warning(request, told.message)
    else:
        messages.success(request, _("The visit is planned. The person reads it on their page."))
    return redirect("services:request", number)


@needs("services.requests")
@require_safe
def visits(request: Request) -> HttpResponse:
    """The round of this post on a day: morning, then afternoon, each stop the nearest to the one before."""
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = timezone.localdate()
    post = request.post
    if post is None:
        raise NotFound
    stops = [
        {
            "visit": stop.visit, "metres": stop.metres, "title": stop.visit.request.item.title,
            "number": stop.visit.request.procedure.number, "applicant": stop.visit.request.applicant,
            "place": full_title(stop.visit.request.procedure.place), "room": stop.visit.request.room,
            "open": stop.visit.status == VisitState.PLANNED,
        }
        for stop in round_of(post, on)
        if stop.visit.request.procedure.place is not None
    ]  # fmt: skip
    return render(request, "services/staff/visits.html", {"stops": stops, "on": on})


@needs("services.requests")
@require_POST
def visited(request: Request, pk: int) -> HttpResponse:
    """How a visit ended."""
    found = HomeVisit.objects.filter(pk=pk, post__in=request.viewer.posts).first()
    if found is None:
        raise NotFound
    try:
        end_visit(visit=found, outcome=request.POST.get("outcome", ""), by=request.by, at=timezone.now())
    except (Conflict, Invalid) as told:
        messages.warning(request, told.message)
    return redirect(f"{reverse('services:visits')}?on={found.on.isoformat()}")
