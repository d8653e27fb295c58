"""The desk's pages: the list by matter, writing one down, one petition with its steps, who brings it, the report."""

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core import carried, uploads
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import ActionForm, posted
from linli.core.uploads import Slot
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.petitions.attaching import slots as file_places
from linli.petitions.attaching import take
from linli.petitions.domain.answering import asked_for
from linli.petitions.domain.attachments import attachments_of
from linli.petitions.domain.identity import name_petitioner, people_of, text_of
from linli.petitions.domain.opening import Opened, Person, open_petition
from linli.petitions.domain.posts import receivers
from linli.petitions.domain.queries import desk_rows, petition_of, same_matter
from linli.petitions.domain.report import year_report, years
from linli.petitions.enums import Channel, Field, PetitionClass
from linli.petitions.forms import PersonForm, RegisterForm, StepForm, WhyForm
from linli.petitions.kind import STATES, TONES
from linli.petitions.models import Petition
from linli.petitions.plain_words import clocks_shown, told
from linli.petitions.steps import STEPS, Step, values_of
from linli.procedures.domain.move import may
from linli.procedures.domain.referrals import destinations
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience

STAFF = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)


@needs("petitions.desk")
@never_cache
@require_safe
def desk(request: Request) -> HttpResponse:
    """The petitions of this post, by matter."""
    field = request.GET.get("field", "")
    over = "over" in request.GET
    rows = [
        {
            "row": row, "klass": PetitionClass(row.klass).label, "field": Field(row.field).label,
            "channel": Channel(row.channel).label, "state": STATES[row.state], "tone": TONES[row.state],
        }
        for row in desk_rows(request.viewer, field=field if field in Field.values else "", over=over)
    ]  # fmt: skip
    context = {"rows": rows, "fields": Field.choices, "field": field, "over": over}
    return render(request, "petitions/desk.html", context)


@needs("petitions.desk")
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: Request) -> HttpResponse:
    """Write down what came by letter, telephone, fax or in person."""
    form = RegisterForm(
        posted(request),
        initial={"received_on": timezone.localdate(), "text": carried.carried(request.session, "petition")},
    )
    places = file_places()
    take(request, places, at=timezone.now())
    wrong = uploads.wrong_in(places)
    if request.method == "POST" and form.is_valid() and not wrong:
        opened = _registered(request, form, places)
        if opened is not None:
            uploads.sent_off(request, places)
            carried.drop(request.session)
            context = {"petition": opened.petition, "number": opened.petition.procedure.number,
                       "code": opened.claim_code}  # fmt: skip
            return render(request, "petitions/registered.html", context)
    for said in wrong:
        form.add_error(None, said)
    context = {"form": form, "slots": places, "back_url": reverse("petitions:desk")}
    return render(request, "petitions/register.html", context, status=422 if form.is_bound else 200)


def _registered(request: Request, form: RegisterForm, places: list[Slot]) -> Opened | None:
    given, now = form.cleaned_data, timezone.now()
    on = given["received_on"]
    came = now if on == timezone.localdate(now) else timezone.make_aware(_noon(on))
    try:
        return open_petition(
            klass=given["klass"], channel=given["channel"], field=given["field"], matter=given["matter"],
            text=given["text"], people=form.people, persons=given["persons"], accused=form.body, place=form.place,
            received_at=came, papers=[uuid for each in places for uuid in each.uuids],
            by=request.by, at=now, action=given["action"],
        )  # fmt: skip
    except Invalid as wrong:
        carry_over(_named(wrong), form)
        return None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def _named(wrong: Invalid) -> Invalid:
    """What is wrong with the people stands beside the field that holds the further ones."""
    fields = {("others" if name == "people" else "received_on" if name == "received_at" else name): said
              for name, said in wrong.fields.items()}  # fmt: skip
    return Invalid(wrong.message, fields=fields)


@needs("petitions.file")
@never_cache
@require_http_methods(["GET", "POST"])
def file(request: Request, number: str) -> HttpResponse:
    """One petition for a post with a part in it: what was told, the clocks, the steps, the letters, the story."""
    petition = petition_of(number, request.viewer)
    step, bound, status, moved = STEPS.get(request.POST.get("step", "")), None, 200, ""
    if request.method == "POST" and step is not None:
        bound = _form(request, step, petition, request.POST)
        if bound.is_valid():
            try:
                step.verb(petition=petition, by=request.by, at=timezone.now(), **values_of(step, bound, request.viewer))
            except Invalid as wrong:
                carry_over(wrong, bound)
            except Conflict as wrong:
                petition, status, moved = petition_of(number, request.viewer), 409, str(wrong.message)
                if not set(step.moves) & {move.name for move in may(petition.procedure, request.by)}:
                    raise  # its form stands on this page no more; what was written is shown with the message
                again = request.POST.copy()
                again["version"] = str(petition.procedure.version)
                bound = _form(request, step, petition, again)
            else:
                messages.success(request, _("Done: %(step)s.") % {"step": step.label})
                return redirect(_next(request, number))
        status = 422 if status == 200 else status
    context = _page(request, petition, step, bound) | {"moved": moved}
    return render(request, "petitions/file.html", context, status=status)


def file_page(request: Request, petition: Petition, *, slots: list[Slot]) -> HttpResponse:
    """The petition for staff, with a place for files as it was filled in just now."""
    context = _page(request, petition, None, None) | {"slots": slots, "slots_wrong": True}
    return render(request, "petitions/file.html", context, status=422)


def _next(request: Request, number: str) -> str:
    """The petition again, or the inbox where this step took it out of the reader's sight."""
    try:
        petition_of(number, request.viewer)
    except NotFound:
        return reverse("procedures:inbox")
    return reverse("petitions:file", args=[number])


def _form(request: Request, step: Step, petition: Petition, data: Any = None) -> StepForm:
    version = petition.procedure.version
    initial: dict[str, Any] = {"version": version}
    if step.name == "extend":
        initial["amount"], initial["reason"] = asked_for(petition)
    posts = receivers(petition.procedure, timezone.now()) if "to" in step.form.base_fields else []
    return step.form(data, petition=petition, posts=posts, initial=initial, prefix=None, auto_id=f"id_{step.name}_%s")


def _page(request: Request, petition: Petition, bound_step: Step | None, bound: StepForm | None) -> dict[str, Any]:
    procedure = petition.procedure
    offered = {move.name for move in may(procedure, request.by)}
    steps = [
        (step, bound if bound is not None and step is bound_step else _form(request, step, petition))
        for step in STEPS.values()
        if offered & set(step.moves) and not (step.name == "waive_notice" and petition.named)
        and not (step.name == "notify" and not petition.named)
    ]  # fmt: skip
    clocks = list(procedure.clocks.all())
    return {
        "petition": petition, "procedure": procedure, "text": text_of(petition),
        "state": STATES[procedure.state], "tone": TONES[procedure.state],
        "clocks": clocks_shown(clocks), "past_clocks": clocks_shown(clocks, ended=True),
        "main_steps": [pair for pair in steps if pair[0].main],
        "more_steps": [pair for pair in steps if not pair[0].main],
        "letters": list(petition.letters.all()), "attachments": attachments_of(petition),
        "slots": file_places() if procedure.closed is None else [], "paper_form": ActionForm(auto_id="papers_%s"),
        "entries": [told(line) for line in story(procedure, STAFF)],
        "same": same_matter(petition, request.viewer),
        "parts": list(procedure.assignments.select_related("post__organisation").order_by("pk")),
        "may_refer": bool(destinations(procedure, request.by)),
    }  # fmt: skip


@needs("petitions.file")
@never_cache
@require_http_methods(["GET", "POST"])
def who(request: Request, number: str) -> HttpResponse:
    """Who brings it, for a reason that is kept and that the petitioner can read; or writing it down."""
    petition = petition_of(number, request.viewer)
    known = petition.petitioners.exists()
    form = (WhyForm if known else PersonForm)(posted(request))
    people: list[Person] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if known:
                people = people_of(petition, by=request.by, reason=given["why"], at=timezone.now())
            else:
                person = Person(given["name"], given["phone"], given["address"])
                name_petitioner(
                    petition=petition, person=person, by=request.by, at=timezone.now(), action=given["action"]
                )
                messages.success(request, _("Written down."))
                return redirect("petitions:file", number)
        except Invalid as wrong:
            carry_over(wrong, form)
    context = {"petition": petition, "form": form, "people": people, "known": known,
               "back_url": reverse("petitions:file", args=[number])}  # fmt: skip
    return render(request, "petitions/who.html", context, status=422 if form.errors else 200)


@needs("petitions.report")
@require_safe
def report(request: Request) -> HttpResponse:
    """The yearly report, as far as it is open to the reader."""
    offered = years(request.viewer, timezone.now())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in offered else offered[0]
    found = year_report(year, request.viewer)
    context = {
        "report": found, "years": offered,
        "classes": [(PetitionClass(name).label, n) for name, n in found.classes],
        "fields": [(Field(name).label, n) for name, n in found.fields],
        "channels": [(Channel(name).label, n) for name, n in found.channels],
    }  # fmt: skip
    return render(request, "petitions/report.html", context)
