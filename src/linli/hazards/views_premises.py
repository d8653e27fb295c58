"""The register of premises, for the posts that keep it: list, one of them, visits, talks, and whom to ring."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core import keyset
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.hazards.domain.premises import (
    OPENS_CONTACT,
    add_premises,
    follow_up,
    open_operator,
    record_talk,
    record_visit,
)
from linli.hazards.domain.queries import open_talks, premises_by_status, seen_hazards, seen_premises
from linli.hazards.enums import Concern, PremisesKind, PremisesStatus
from linli.hazards.forms import ContactForm
from linli.hazards.forms_premises import AddForm, FollowUpForm, PremisesFilter, TalkForm, VisitForm
from linli.hazards.kind import STATES, TONES
from linli.hazards.models import Premises, Talk, Visit
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title

STATUS_TONES = {"open": "new", "correcting": "active", "corrected": "done", "closed": "off"}


@needs("hazards.premises")
@require_safe
def register(request: Request) -> HttpResponse:
    """Premises that this post keeps, the newest first; what is to be followed up stands above."""
    form = PremisesFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rows = seen_premises(request.viewer).filter(**{key: value for key, value in given.items() if value})
    page = keyset.newest(rows, request.GET)
    by_status = premises_by_status(request.viewer)
    context = {
        "form": form, "page": page, "rows": [_row(each) for each in page.rows], "tab": "premises",
        "counts": [(status.value, status.label, by_status[status.value]) for status in PremisesStatus],
        "talks": list(open_talks(request.viewer, until=timezone.localdate())[:20]),
    }  # fmt: skip
    return render(request, "hazards/premises/list.html", context)


def _row(each: Premises) -> dict[str, Any]:
    return {
        "premises": each, "kind": PremisesKind(each.kind).label, "place": full_title(each.place),
        "status": PremisesStatus(each.status).label, "tone": STATUS_TONES[each.status],
    }  # fmt: skip


@needs("hazards.premises")
@require_http_methods(["GET", "POST"])
def add(request: Request) -> HttpResponse:
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "action"}
        try:
            made = add_premises(by=request.by, at=timezone.now(), action=form.cleaned_data["action"], **given)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Refused:
            form.add_error("place", _("This place is not your post's. Choose one that is."))
        else:
            messages.success(request, _("On the register."))
            return redirect("hazards:one_premises", made.number)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hazards/premises/add.html", {"form": form, "tab": ""}, status=status)


def premises_for(request: Request, number: str) -> Premises:
    found = seen_premises(request.viewer).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


@needs("hazards.premises")
@never_cache
@require_safe
def one(request: Request, number: str) -> HttpResponse:
    return _page(request, premises_for(request, number))


def _page(request: Request, found: Premises, *, status: int = 200, **bound: Any) -> HttpResponse:
    visits = list(Visit.objects.filter(premises=found).select_related("post"))
    talks = list(Talk.objects.filter(premises=found).select_related("post"))
    context = {
        **_row(found), "tab": "",
        "visits": [
            {
                "visit": each, "concerns": [Concern(one).label for one in each.concerns],
                "after": PremisesStatus(each.after).label, "tone": STATUS_TONES[each.after],
            }
            for each in visits
        ],
        "talks": [(each, FollowUpForm(auto_id=f"talk{each.pk}_%s")) for each in talks],
        "hazards": [
            (each, STATES[each.procedure.state], TONES[each.procedure.state])
            for each in seen_hazards(request.viewer).filter(premises=found)
        ],
        "visit_form": VisitForm(initial={"version": found.version}, status=found.status, auto_id="visit_%s"),
        "talk_form": TalkForm(auto_id="talk_%s"), "contact_form": ContactForm(), "contact": "",
        "may_open": request.post is not None and request.post.role in OPENS_CONTACT, "told": "",
    }  # fmt: skip
    return render(request, "hazards/premises/one.html", {**context, **bound}, status=status)


@needs("hazards.premises")
@require_POST
def visit(request: Request, number: str) -> HttpResponse:
    """Keep a visit; it says how the premises stand from now on."""
    found = premises_for(request, number)
    form = VisitForm(request.POST, status=found.status, auto_id="visit_%s")
    if form.is_valid():
        try:
            record_visit(premises=found, by=request.by, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict:
            now = premises_for(request, number)
            again = request.POST.copy()
            again["version"] = str(now.version)
            said = _("Somebody else wrote a visit just now. What you wrote is kept below.")
            form = VisitForm(again, status=now.status, auto_id="visit_%s")
            return _page(request, now, status=409, visit_form=form, told=said)
        else:
            messages.success(request, _("Visit kept."))
            return redirect("hazards:one_premises", number)
    return _page(request, found, status=422, visit_form=form)


@needs("hazards.premises")
@require_POST
def talk(request: Request, number: str) -> HttpResponse:
    """Keep a talk and what was promised."""
    found = premises_for(request, number)
    form = TalkForm(request.POST, auto_id="talk_%s")
    if form.is_valid():
        given = dict(form.cleaned_data)
        signature = given.pop("signature")
        try:
            record_talk(
                premises=found, by=request.by, at=timezone.now(), signed_name=signature.name if signature else "",
                **given,
            )  # fmt: skip
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            messages.success(request, _("Talk kept. It is followed up on the day that you chose."))
            return redirect("hazards:one_premises", number)
    return _page(request, found, status=422, talk_form=form)


@needs("hazards.premises")
@require_POST
def followed(request: Request, number: str, pk: int) -> HttpResponse:
    """Say whether what was promised is kept."""
    found = premises_for(request, number)
    kept = Talk.objects.filter(premises=found, pk=pk).select_related("premises").first()
    if kept is None:
        raise NotFound
    form = FollowUpForm(request.POST, auto_id=f"talk{pk}_%s")
    if not form.is_valid():
        talks = Talk.objects.filter(premises=found).select_related("post")
        pairs = [(each, form if each.pk == pk else FollowUpForm(auto_id=f"talk{each.pk}_%s")) for each in talks]
        return _page(request, found, status=422, talks=pairs)
    follow_up(
        talk=kept, kept=form.cleaned_data["kept"] == "yes", found=form.cleaned_data["found"], by=request.by,
        at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Written down."))
    return redirect("hazards:one_premises", number)


@needs("hazards.premises")
@require_POST
def operator(request: Request, number: str) -> HttpResponse:
    """Show once whom to ring; who asked, and why, is written down."""
    found = premises_for(request, number)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, contact_form=form)
    shown = open_operator(premises=found, reason=form.cleaned_data["reason"], by=request.by, at=timezone.now())
    return _page(request, found, contact=shown)
