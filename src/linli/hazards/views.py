"""Hazards for staff: the list, one hazard with its next steps, its notices on paper, buildings and the export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core import carried, dates, files
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused, TooLarge
from linli.core.keeping import is_copy, may_keep, never_keep
from linli.core.models import File
from linli.core.tables import download
from linli.core.typeset import PDF, can_typeset, why_not
from linli.hazards import forms
from linli.hazards.domain.checklists import law_of, line_named
from linli.hazards.domain.opening import covers, find_hazard, open_contact, tell_hazard
from linli.hazards.domain.queries import Asked, by_building, listed, older_than, seen_hazards, totals
from linli.hazards.domain.steps import step_as_it_happened
from linli.hazards.enums import HazardKind, Origin
from linli.hazards.kind import CLOCKS, STATES, TONES
from linli.hazards.letters import letter, pdf
from linli.hazards.models import Hazard, Notice
from linli.hazards.offline import ON_THE_SPOT, may_be_kept, pages_to_keep
from linli.hazards.shown import picture, pictures_of, what, who
from linli.hazards.shown import told as told_line
from linli.hazards.storing import store_photos
from linli.hazards.workflow import WORKFLOW, may_reach
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.domain.late import as_it_happened, happened
from linli.procedures.domain.move import may
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.sentences import explain

ROWS = 50
STAFF_READS = (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF)


def asked_of(request: Request) -> tuple[forms.FilterForm, Asked]:
    """The filters of the address; what is no choice counts as not given."""
    form = forms.FilterForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    state = given.get("state") or "open"
    return form, Asked(
        kind=given.get("kind", ""), state="" if state in ("all", "late") else state, place=given.get("place", ""),
        late=state == "late",
    )  # fmt: skip


@needs("hazards.list")
@require_safe
def hazards(request: Request) -> HttpResponse:
    """Hazards that this post may see, the newest first, by the filters of the address."""
    form, asked = asked_of(request)
    rows = listed(request.viewer, asked, at=timezone.now())
    rows = older_than(request.GET.get("after", ""), rows, request.viewer)
    found = list(rows[: ROWS + 1])
    context = {
        "form": form, "rows": [_row(hazard) for hazard in found[:ROWS]], "tab": "hazards",
        "next": found[ROWS - 1].procedure.number if len(found) > ROWS else "",
    }  # fmt: skip
    return render(request, "hazards/list.html", context)


def _row(hazard: Hazard) -> dict[str, Any]:
    procedure = hazard.procedure
    return {
        "number": procedure.number, "kind": HazardKind(hazard.kind).label, "text": hazard.text[:80],
        "place": full_title(procedure.place) if procedure.place else "", "where": hazard.where,
        "state": STATES[procedure.state], "tone": TONES[procedure.state], "imminent": hazard.imminent,
        "procedure": procedure, "opened": procedure.opened,
    }  # fmt: skip


@needs("hazards.list")
@require_safe
def export(request: Request) -> StreamingHttpResponse:
    """The rows of the list with the same filters, and nothing that the list does not show."""
    _form, asked = asked_of(request)
    heading = [
        _("number"), _("kind"), _("state"), _("place"), _("where exactly"), _("found"), _("due"), _("closed"),
        _("notices"), _("pointed out by"), _("danger is imminent"),
    ]  # fmt: skip
    return download("hazards.csv", heading, _lines(request, asked))


def _lines(request: Request, asked: Asked) -> Iterator[list[Any]]:
    for hazard in listed(request.viewer, asked, at=timezone.now()):
        it = hazard.procedure
        yield [
            it.number, HazardKind(hazard.kind).label, STATES[it.state], full_title(it.place) if it.place else "",
            hazard.where, _day(it.opened), _day(it.due), _day(it.closed), hazard.notices,
            Origin(hazard.origin).label, _("yes") if hazard.imminent else _("no"),
        ]  # fmt: skip


def _day(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


@needs("hazards.list")
@require_safe
def buildings(request: Request) -> HttpResponse:
    """Open and closed hazards by building; each number opens its list."""
    rows = by_building(request.viewer, timezone.now())
    context = {
        "rows": [{"row": row, "title": full_title(row.place), "kinds": _kinds(row.open)} for row in rows],
        "totals": _kinds(totals(rows)), "open": sum(row.open_all for row in rows), "tab": "buildings",
        "late": sum(row.late for row in rows), "closed": sum(row.closed for row in rows),
    }  # fmt: skip
    return render(request, "hazards/buildings.html", context)


def _kinds(numbers: Any) -> list[tuple[str, str, int]]:
    return [(kind.value, str(kind.label), numbers.get(kind.value, 0)) for kind in HazardKind]


@needs("hazards.find")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Write down a hazard: one's own find, or what somebody told the office."""
    copy = is_copy(request)
    told = "" if copy else carried.carried(request.session, "hazard")
    kind = forms.OwnFindForm if copy else forms.NewForm
    form = kind(request.POST or None, request.FILES or None, initial={"text": told})
    if request.method == "POST" and form.is_valid():
        try:
            written = _written(request, form)
            carried.drop(request.session)
            return written
        except (Invalid, TooLarge) as wrong:
            _beside(wrong, form)
        except Refused:
            form.add_error("place", _("This place is not your post's. Choose one that is."))
    status = 422 if form.is_bound and form.errors else 200
    response = render(request, "hazards/new.html", {"form": form, "copy": copy, "tab": ""}, status=status)
    return may_keep(request, response)


def _written(request: Request, form: forms.NewForm) -> HttpResponse:
    given, now = dict(form.cleaned_data), timezone.now()
    source, contact = given.pop("source"), given.pop("contact")
    given |= {"kind": HazardKind(given["kind"]), "photos": store_photos(given["photos"], now)}
    if source == "own":
        at = happened(request.POST.get("ago", ""), procedure=None, now=now)
        hazard = as_it_happened(find_hazard, by=request.by, at=at, now=now, **given)
        messages.success(request, _("Written down as hazard %(number)s.") % {"number": hazard.procedure.number})
        return redirect("hazards:hazard", hazard.procedure.number)
    assert request.post is not None
    if not covers(request.post, given["place"].path):
        raise Refused
    made = tell_hazard(by=request.by, at=now, contact=contact, **given)
    context = {"number": made.hazard.procedure.number, "code": made.code, "staff": True}
    return render(request, "hazards/told.html", context)


def _beside(wrong: Invalid | TooLarge, form: Any) -> None:
    if isinstance(wrong, Invalid) and wrong.fields:
        carry_over(wrong, form)
    else:
        form.add_error("photos" if "photos" in form.fields else None, str(wrong.message))


# --- one hazard


@dataclass(frozen=True)
class Step:
    """A move as the page offers it. main: its form stands open on the page."""

    name: str
    label: Any
    form: Callable[..., forms.StepForm]
    main: bool = True


STEPS = {
    step.name: step
    for step in (
        Step("secure", gettext_lazy("Measures were taken at once"), forms.SecureForm),
        Step("serve", gettext_lazy("Serve the notice"), forms.NoticeForm),
        Step("serve_again", gettext_lazy("Serve the notice again"), forms.NoticeForm),
        Step("claim", gettext_lazy("It is said to be put right"), forms.TextForm),
        Step("confirm", gettext_lazy("Second look: it is put right"), forms.ConfirmForm),
        Step("not_right", gettext_lazy("Second look: it is not put right"), forms.ReasonForm, main=False),
        Step("act", gettext_lazy("Say what the department did"), forms.TextForm),
        Step("more_time", gettext_lazy("Give more time"), forms.MoreTimeForm, main=False),
        Step("escalate", gettext_lazy("Pass it on to who enforces"), forms.PassOnForm, main=False),
        Step("no_hazard", pgettext_lazy("hazard", "There is no hazard"), forms.NoHazardForm, main=False),
    )
}


def hazard_for(request: Request, number: str) -> Hazard:
    """The hazard, if this post may see it; to everybody else there is none."""
    found = seen_hazards(request.viewer).filter(procedure__number=number).first()
    if found is None:
        raise NotFound
    return found


@needs("hazards.list")
@never_cache
@require_http_methods(["GET", "POST"])
def hazard(request: Request, number: str) -> HttpResponse:
    """One hazard: what is wrong, the law, the clock, the notices, the story, and the next steps."""
    found = hazard_for(request, number)
    name = request.POST.get("step", "")
    bound: forms.StepForm | None = None
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST" and name in STEPS:
        bound = STEPS[name].form(request.POST, hazard=found, auto_id=f"{name}_%s")
        if bound.is_valid():
            try:
                _make(request, found, name, bound)
                messages.success(request, _("Done: %(step)s.") % {"step": STEPS[name].label})
                return redirect("hazards:hazard", number)
            except Invalid as wrong:
                _beside(wrong, bound)
            except Conflict as told:
                status, found = 409, hazard_for(request, number)
                bound, more = _second(request, found, name, bound, told)
    if status == 200 and bound is not None and bound.errors:
        status = 422
    context = _page(request, found, name, bound) | more
    response = render(request, "hazards/hazard.html", context, status=status)
    if not may_be_kept(found.procedure):
        return never_keep(response)
    return may_keep(request, response) if context["keep"] else response


def _make(request: Request, found: Hazard, name: str, form: forms.StepForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    ago = request.POST.get("ago", "") if name in ON_THE_SPOT else ""
    step_as_it_happened(
        name, hazard=found, version=given["version"], action=given["action"], by=request.by,
        at=happened(ago, procedure=found.procedure, now=now), now=now, **form.arguments(),
    )  # fmt: skip


def _second(
    request: Request, found: Hazard, name: str, form: forms.StepForm, told: Conflict
) -> tuple[forms.StepForm, dict[str, Any]]:
    """Somebody was first: who, when and what they did. What was written stays, in its form or as words."""
    moved = [line for line in story(found.procedure, STAFF_READS) if line.kind in WORKFLOW.moves]
    said = str(told.message)
    if told.current and moved:
        first = told_line(moved[-1], {})
        words = {"when": dates.when(first["at"]), "who": first["by"], "what": first["what"]}
        said = _("%(when)s, %(who)s: %(what)s. What you wrote is kept below.") % words
    still = name in {step.name for step in may(found.procedure, request.by)}
    kept = [] if still else [(field.label, field.value()) for field in form.visible_fields() if _is_words(field)]
    again = request.POST.copy()
    again["version"] = str(found.procedure.version)
    return STEPS[name].form(again, hazard=found, auto_id=f"{name}_%s"), {"told": said, "kept": kept}


def _is_words(field: Any) -> bool:
    return isinstance(field.value(), str) and bool(field.value().strip())


def _kept_here(request: Request, found: Hazard) -> list[str]:
    """The pages that a phone keeps of this hazard for the post one acts in, if it has something to do here."""
    if request.post is None:
        return []
    mine = found.procedure.assignments.filter(post=request.post, open=True).exists()
    return pages_to_keep(found.procedure, "") if mine else []


def _page(request: Request, found: Hazard, name: str, bound: forms.StepForm | None) -> dict[str, Any]:
    procedure, copy = found.procedure, is_copy(request)
    notices = list(Notice.objects.filter(procedure=procedure).select_related("post"))
    pictures = pictures_of(found, notices)
    lines = story(procedure, STAFF_READS)
    clock = procedure.clocks.filter(state=ClockState.RUNNING).order_by("due").first()
    steps = [STEPS[step.name] for step in may(procedure, request.by)] if request.post else []
    steps.sort(key=lambda step: step.name != "secure")  # danger first
    line = line_named(found.line)
    return {
        "hazard": found, "procedure": procedure, "kind": HazardKind(found.kind).label, "what": what(found),
        "place": full_title(procedure.place) if procedure.place else "", "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "origin": Origin(found.origin).label, "tab": "",
        "who": who(found.answers, found.answers_name), "clock": clock,
        "clock_name": CLOCKS.get(clock.rule, "") if clock else "", "explained": explain(clock) if clock else "",
        "law": law_of(line, timezone.localdate(procedure.opened), found.kind), "photos": list(pictures.values()),
        "notices": [_notice(request, notice) for notice in notices],
        "entries": [told_line(each, pictures) for each in lines],
        "steps": [
            (step, bound if bound is not None and step.name == name else _fresh(step, found)) for step in steps
            if step.name in ON_THE_SPOT or not copy
        ],
        "danger": found.imminent and found.secured_at is None and procedure.closed is None,
        "reach": may_reach(request.by, procedure) and not copy
        and procedure.parties.filter(contact_sealed__isnull=False).exists(),
        "contact_form": forms.ContactForm(),
        "keep": " ".join(f"{page}#{procedure.version}" for page in _kept_here(request, found)),
        "on_the_spot": ON_THE_SPOT if may_be_kept(procedure) else (),
    }  # fmt: skip


def _notice(request: Request, notice: Notice) -> dict[str, Any]:
    drawn = _drawn(request, File.objects.filter(pk=notice.signature).first() if notice.signature else None)
    return {
        "notice": notice, "to": who(notice.answers, notice.answers_name), "until": dates.deadline(notice.until),
        "drawn": drawn, "handed": notice.get_handed_display(),
    }  # fmt: skip


def _drawn(request: Request, signature: File | None) -> dict[str, Any] | None:
    """A signature for whoever may open what is sealed; no phone keeps it."""
    seen = signature and not is_copy(request) and files.may_read(request, signature)
    return picture(signature) if signature and seen else None


def _fresh(step: Step, found: Hazard) -> forms.StepForm:
    line = line_named(found.line)
    initial: dict[str, Any] = {"version": found.procedure.version}
    if issubclass(step.form, forms.NoticeForm):  # type: ignore[arg-type]
        demand = found.demand or (_("So that it is so: %(line)s") % {"line": line.title} if line else "")
        initial |= {
            "demand": demand, "answers": found.answers, "answers_name": found.answers_name,
            "days": line.days if line else 7,
        }  # fmt: skip
    return step.form(initial=initial, hazard=found, auto_id=f"{step.name}_%s")


@needs("hazards.list")
@require_POST
def contact(request: Request, number: str) -> HttpResponse:
    """Show once how to reach whoever pointed it out; who asked, and why, is written down."""
    found = hazard_for(request, number)
    form = forms.ContactForm(request.POST)
    shown = ""
    if form.is_valid():
        shown = open_contact(hazard=found, reason=form.cleaned_data["reason"], by=request.by, at=timezone.now())
    context = _page(request, found, "", None) | {"contact": shown, "contact_form": form}
    return render(request, "hazards/hazard.html", context, status=422 if form.errors else 200)


@needs("hazards.list")
@require_safe
def notice(request: Request, number: str, order: int) -> HttpResponse:
    """The notice as a page for the printer; it needs nothing that is not always there."""
    found = hazard_for(request, number)
    kept = _kept(found, order)
    shown = letter(found, kept)
    context = {
        "letter": shown, "drawn": _drawn(request, shown.signature), "number": number,
        "order": order, "pdf": can_typeset(), "why_not": why_not(),
    }  # fmt: skip
    return render(request, "hazards/notice.html", context)


@needs("hazards.list")
@require_safe
def notice_pdf(request: Request, number: str, order: int) -> HttpResponse:
    found = hazard_for(request, number)
    kept = _kept(found, order)
    signature = File.objects.filter(pk=kept.signature).first() if kept.signature else None
    set_ = pdf(found, kept, signed=_drawn(request, signature) is not None)
    response = HttpResponse(set_, content_type=PDF)
    name = content_disposition_header(as_attachment=False, filename=f"notice-{number}-{order}.pdf")
    response["Content-Disposition"] = name or "inline"
    return response


def _kept(found: Hazard, order: int) -> Notice:
    kept = Notice.objects.filter(procedure=found.pk, number=order).select_related("post__organisation").first()
    if kept is None:
        raise NotFound
    return kept
