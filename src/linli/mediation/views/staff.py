"""The list, and one file for whoever conducts it; the police read of it only what was passed on to them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.cases.clauses import clauses_for
from linli.core.access import needs
from linli.core.errors import Invalid, NotFound
from linli.core.forms import posted
from linli.mediation import forms
from linli.mediation.domain import choosing, queries, talking
from linli.mediation.domain.opening import issue_code
from linli.mediation.domain.standing import fresh
from linli.mediation.domain.types import say_ways, type_of, types
from linli.mediation.enums import Offer, Side
from linli.mediation.kind import CLOCKS, STATES, TONES
from linli.mediation.models import Mediation, Participant
from linli.mediation.rights import RIGHTS
from linli.mediation.steps import STAFF_STEPS, Step
from linli.mediation.views.shown import NOTHING, Tried, agreement_shown, answered, do_step, offered
from linli.mediation.words import lines_told
from linli.mediation.workflow import conducts, is_mediator
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Post
from linli.procedures.domain.clocks import new_clock
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Clock, Entry
from linli.procedures.sentences import explain

WHOLE = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)


@needs("mediation.list")
@require_safe
def listed(request: Request) -> HttpResponse:
    """The mediations in which this post has a part: what is open, what is due first on top; or everything."""
    everything = request.GET.get("all") == "1"
    about = request.GET.get("about", "")
    about = about if about in types() else ""
    rows = queries.listed(request.viewer, open_only=not everything, about=about)
    context = {
        "rows": [
            {"it": row, "type": type_of(row.type).title, "state": STATES[row.state], "tone": TONES[row.state]}
            for row in rows
        ],
        "perms_enter": request.account.has_perm("mediation.enter"), "everything": everything, "about": about,
        "types": [(code, kind.title) for code, kind in types().items()],
    }  # fmt: skip
    return render(request, "mediation/staff/list.html", context)


@needs("mediation.list")
@never_cache
def file(request: Request, number: str) -> HttpResponse:
    """One mediation: who, where it stands, what was said, the agreement, and the next steps."""
    mediation = queries.visible(number, request.viewer)
    tried = NOTHING
    if request.method == "POST":
        failed = do_step(request, STAFF_STEPS, mediation, by=request.by)
        if failed is None:
            return _on(request, number)
        tried, mediation = failed, fresh(mediation.procedure)
    if not conducts(request.by, mediation.procedure):
        return answered(tried, render(request, "mediation/staff/police.html", _for_police(request, mediation, tried)))
    return answered(tried, render(request, "mediation/staff/file.html", _page(request, mediation, tried)))


def _on(request: Request, number: str) -> HttpResponse:
    """Back to the file; whoever stepped back from it no longer sees it, and comes to the list."""
    try:
        queries.visible(number, request.viewer)
    except NotFound:
        return redirect("mediation:list")
    return redirect("mediation:file", number)


def _page(request: Request, mediation: Mediation, tried: Tried) -> dict[str, Any]:
    procedure, by = mediation.procedure, request.by
    lines = story(procedure, WHOLE)
    people = queries.participants(mediation)
    shown = agreement_shown(mediation)
    steps = offered(
        STAFF_STEPS, mediation, tried, initial={"draft": shown["it"].draft} if shown else {},
        allowed=lambda step: step.who is not None and step.who(by, procedure) and _sense(step, mediation, shown),
    )  # fmt: skip
    return {
        "mediation": mediation, "procedure": procedure, "told": tried.told, "tried": tried.form, "steps": steps,
        "type": type_of(mediation.type), "state": STATES[procedure.state], "tone": TONES[procedure.state],
        "people": people, "clocks": _clocks(mediation), "month": _month(mediation), "entries": lines_told(lines),
        "written": _messages(mediation, people), "mediates": is_mediator(by, procedure),
        "proposals": [
            {"it": row, "status": row.get_status_display(), "side": Side(row.side).label if row.side else "",
             "waits": [side for side in Side if row.status == Offer.OPEN and side not in row.accepted_by]}
            for row in choosing.proposals(mediation)
        ],
        "invitees": [{"it": row, "status": row.get_status_display()} for row in procedure.invitees.all()],
        "sessions": [
            {"it": row, "status": row.get_status_display(), "manner": row.get_manner_display()}
            for row in procedure.sessions.all()
        ],
        "talk": [line for line in lines if line.kind == talking.TALK],
        "talk_open": talking.talk_is_open(mediation), "agreement": shown, "ways": say_ways(mediation.ways_told),
        "rights": RIGHTS, "version": procedure.version, "channel": mediation.get_channel_display(),
        "papers": reverse("mediation:papers", args=[procedure.number]) if shown else "",
        "clauses": clauses_for(dispute=mediation.type, on=timezone.localdate()),
    }  # fmt: skip


def _sense(step: Step, mediation: Mediation, shown: dict[str, Any] | None) -> bool:
    """Whether a step makes sense now; what may be done is for the domain to say."""
    signing = shown is not None and not shown["in_effect"]
    answers = {
        "screen": mediation.screened_at is None, "ask": mediation.screened_at is not None, "paper": signing,
        "seal": signing and shown is not None and not shown["waiting"],
        "court": shown is not None and not shown["it"].court,
        "decided": shown is not None and shown["it"].court == "applied",
        "invited": mediation.procedure.invitees.filter(status=Offer.OPEN).exists(),
        "openly": not type_of(mediation.type).private, "talk": talking.talk_is_open(mediation),
        "record": mediation.procedure.sessions.filter(status="planned").exists(),
        "performed": shown is not None and any(not row.done for row in shown["performances"]),
    }  # fmt: skip
    return bool(answers.get(step.name, True))


def _clocks(mediation: Mediation) -> list[dict[str, Any]]:
    running = Clock.objects.filter(procedure=mediation.pk, state=ClockState.RUNNING)
    return [{"it": clock, "name": CLOCKS.get(clock.rule, clock.rule), "why": explain(clock)} for clock in running]


def _month(mediation: Mediation) -> dict[str, Any] | None:
    """The month in which it should end, with how its date came about; a reminder, no limit that can be broken."""
    if mediation.begun_at is None or mediation.procedure.state not in ("choosing", "mediating"):
        return None
    clock = new_clock(mediation.procedure, "mediation.duration", mediation.begun_at)
    return {"due": mediation.remind_at, "over": mediation.reminded_at is not None, "why": explain(clock)}


def _messages(mediation: Mediation, people: list[Participant]) -> list[dict[str, Any]]:
    """What each party and the mediator wrote to each other."""
    return [{"one": one, "messages": talking.thread(mediation, one)} for one in people]


# --- the police: what was passed on, and no more


def _for_police(request: Request, mediation: Mediation, tried: Tried) -> dict[str, Any]:
    procedure = mediation.procedure
    lines = [line for line in story(procedure, WHOLE) if line.kind in ("danger", "police_done")]
    only_answer = {"police": STAFF_STEPS["police"]}
    steps = offered(only_answer, mediation, tried, allowed=lambda step: _may_answer(request, step, mediation))
    return {
        "mediation": mediation, "procedure": procedure, "type": type_of(mediation.type), "told": tried.told,
        "tried": tried.form, "people": queries.participants(mediation), "entries": lines_told(lines), "steps": steps,
        "clocks": [each for each in _clocks(mediation) if each["it"].rule == "mediation.police"],
    }  # fmt: skip


def _may_answer(request: Request, step: Step, mediation: Mediation) -> bool:
    return step.who is not None and step.who(request.by, mediation.procedure)


# --- contact and letters


@needs("mediation.list")
@never_cache
def reach(request: Request, number: str) -> HttpResponse:
    """Open a party's contact or details, for a reason that the person can read."""
    mediation = _conducted(request, number)
    form = forms.OpenStep(posted(request), mediation=mediation)
    opened, one = "", None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        one = Participant.objects.select_related("party__account").get(pk=given["participant"])
        try:
            opened = queries.open_details(
                one, what=given["what"], reason=given["reason"], by=request.by, at=timezone.now()
            ) or _("Nothing was left.")
        except Invalid as told:
            carry_over(told, form)
    context = {"form": form, "number": number, "opened": opened, "one": one, "back_url": _back(number)}
    return render(request, "mediation/staff/reach.html", context, status=422 if form.errors else 200)


@needs("mediation.list")
@never_cache
def letter(request: Request, number: str) -> HttpResponse:
    """A letter to one party with its number and a fresh code, to be printed: the matter, rights, how to answer."""
    mediation = _conducted(request, number)
    form = forms.LetterStep(posted(request), mediation=mediation)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        one = Participant.objects.select_related("party").get(pk=given["participant"])
        try:
            code = issue_code(
                mediation=mediation, participant=one, by=request.by, at=timezone.now(), action=given["action"]
            )
        except Invalid as told:
            carry_over(told, form)
        else:
            return render(request, "mediation/staff/letter.html", _letter(request, mediation, one, code))
    context = {"form": form, "number": number, "back_url": _back(number)}
    return render(request, "mediation/staff/letter_to.html", context, status=422 if form.errors else 200)


def _letter(request: Request, mediation: Mediation, one: Participant, code: str) -> dict[str, Any]:
    number = mediation.procedure.number
    asked = Entry.objects.filter(procedure=mediation.pk, kind="asked", only=one.pk).exists()
    lines = story(mediation.procedure, (Audience.PARTIES,), party=one.party) if asked else []
    said = [str((line.says or {}).get("text", "")) for line in lines if line.kind == "asked"]
    desk = Post.objects.select_related("organisation").get(pk=request.by.post.pk)  # type: ignore[union-attr]
    return {
        "one": one, "code": code, "number": number, "said": said[-1] if said else "", "rights": RIGHTS,
        "type": type_of(mediation.type), "office": desk.organisation.title, "on": timezone.now(),
        "address": request.build_absolute_uri(reverse("mediation:mine", args=[number])), "back_url": _back(number),
        "applicant": one.side == Side.APPLICANT,
    }  # fmt: skip


def _conducted(request: Request, number: str) -> Mediation:
    mediation = queries.visible(number, request.viewer)
    if not conducts(request.by, mediation.procedure):
        raise NotFound
    return mediation


def _back(number: str) -> str:
    return reverse("mediation:file", args=[number])
