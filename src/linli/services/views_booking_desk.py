"""Bookings for the posts that keep them: the week, what waits for an answer, who waits, and the rules."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases.domain.report import claim_code
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.viewlog import open_sealed
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.services.domain import booking_queries as queries
from linli.services.domain.booking import CONTACT_FIELD, Full, approve, book, cancel_for, refuse
from linli.services.domain.resource_rules import RULES, change_rules, open_day, shut_day, write_attendance
from linli.services.forms_bookings import (
    CameForm,
    EnterForm,
    LookForm,
    ReasonForm,
    RulesForm,
    ShutForm,
    monday_of,
)
from linli.services.models_bookings import Blackout, Booking, BookingStatus, Resource
from linli.services.views_bookings import TONES, hours_words, span_words

KEEP = "services.bookings"
WEEK = timedelta(days=7)


@needs(KEEP)
@never_cache
@require_safe
def desk(request: Request) -> HttpResponse:
    """What waits for a yes or a no, and the way to each week."""
    kept = queries.kept_by(request.viewer)
    context = {"kept": kept, "asked": _rows(queries.to_decide(kept, timezone.now()))}
    return render(request, "services/bookings/desk.html", context)


@needs(KEEP)
@never_cache
@require_safe
def week(request: Request, code: str) -> HttpResponse:
    """One resource for a week: what is booked, who waits, how many came."""
    resource, at = _kept(request, code), timezone.now()
    today = queries.today(at)
    monday = monday_of(_day(request.GET.get("week")) or today)
    days = [
        {
            "day": each.day,
            "shut": each.shut,
            "today": each.day == today,
            "sessions": [
                {
                    "words": hours_words(session.span.start, session.span.end),
                    "rows": _rows(session.bookings),
                    "waiting": session.waiting,
                    "came": session.came,
                    "begun": session.begun and resource.counts,
                    "start": session.span.start.isoformat(),
                    "free": max(0, resource.units - len(session.bookings)) if resource.whole else None,
                }
                for session in each.sessions
            ],
        }
        for each in queries.week_of(resource, monday, at)
    ]
    context = {
        "resource": resource, "kept": queries.kept_by(request.viewer), "days": days, "monday": monday,
        "sunday": monday + timedelta(days=6), "before": monday - WEEK, "after": monday + WEEK,
        "waiting": _rows(queries.waiting_for(resource, at)), "asked": _rows(queries.to_decide([resource], at)),
        "feed": request.build_absolute_uri(reverse("bookings:feed", args=[code])),
    }  # fmt: skip
    return render(request, "services/bookings/week.html", context)


def _rows(bookings: list[Booking]) -> list[dict[str, Any]]:
    return [
        {
            "booking": each,
            "when": span_words(each.starts, each.ends),
            "tone": TONES[each.status],
            "hours": hours_words(each.starts, each.ends),
        }
        for each in bookings
    ]


def _kept(request: Request, code: str) -> Resource:
    found = next((each for each in queries.kept_by(request.viewer) if each.code == code), None)
    if found is None:
        raise NotFound
    return found


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@needs(KEEP)
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: Request, key: UUID) -> HttpResponse:
    """One booking: its words, its contact behind a reason, and the answer."""
    booking = queries.kept_booking(key, request.by)
    step, at = request.POST.get("step", ""), timezone.now()
    reason_form = ReasonForm(request.POST if step in ("refuse", "cancel") else None,
                             initial={"version": booking.version})  # fmt: skip
    look_form = LookForm(request.POST if step == "look" else None)
    opened, told, status = "", "", 200
    try:
        if step == "approve":
            approve(booking=booking, version=_version(request), by=request.by, at=at)
            messages.success(request, _("Approved. The person is told."))
            return redirect("bookings:week", booking.resource.code)
        if step in ("refuse", "cancel") and reason_form.is_valid():
            given, act = reason_form.cleaned_data, refuse if step == "refuse" else cancel_for
            act(booking=booking, version=given["version"], reason=given["reason"], by=request.by, at=at)
            messages.success(request, _("Done. The person reads the reason."))
            return redirect("bookings:week", booking.resource.code)
        if step == "look" and look_form.is_valid():
            opened = _open(request, booking, look_form.cleaned_data["why"], at)
    except Invalid as wrong:
        carry_over(wrong, reason_form)
    except Conflict as conflict:
        status, told = 409, str(conflict.message)
        booking = queries.kept_booking(key, request.by)
        reason_form = ReasonForm(_anew(request.POST, booking))
    status = 422 if reason_form.errors or look_form.errors else status
    context = {
        "booking": booking, "resource": booking.resource, "when": span_words(booking.starts, booking.ends),
        "tone": TONES[booking.status], "reason_form": reason_form, "look_form": look_form, "opened": opened,
        "told": told, "asked": booking.status == BookingStatus.ASKED, "open": booking.is_open and booking.ends > at,
        "code": claim_code(booking.action) if booking.entered_by_id and booking.claim_hash else "",
        "step": step, "back_url": reverse("bookings:week", args=[booking.resource.code]),
    }  # fmt: skip
    return render(request, "services/bookings/one.html", context, status=status)


def _version(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _anew(given: Any, shown: Booking | Resource) -> Any:
    """What was written, to be sent once more on what it stands on now."""
    again = given.copy()
    again["version"] = shown.version
    return again


def _open(request: Request, booking: Booking, why: str, at: datetime) -> str:
    """The contact that was left for this booking, opened through the log of views."""
    if booking.contact_sealed is None:
        return _("This person left no number with the booking.")
    return open_sealed(
        booking.contact_sealed, row=booking.uuid, field=CONTACT_FIELD, viewer=request.account,
        post_title=request.by.post.title if request.by.post else "", subject=booking.account, procedure=None,
        reason=why, at=at,
    )  # fmt: skip


@needs(KEEP)
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: Request, code: str) -> HttpResponse:
    """What somebody asks for on paper, by telephone or at the window."""
    resource, status, told = _kept(request, code), 200, ""
    form = EnterForm(request.POST or None, resource=resource, reachable=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            booked = book(
                resource=resource, starts=given["starts"], ends=given["ends"], person=form.person(None),
                what_for=given.get("what_for", ""), wait=given["wait"], by=request.by, at=timezone.now(),
                action=given["action"],
            )  # fmt: skip
        except Full as full:
            status, told = 409, str(full.message)
        except Invalid as wrong:
            carry_over(_beside_starts(wrong), form)
        else:
            messages.success(request, _("Booked. Number and code below are for the person."))
            return redirect("bookings:one", booked.booking.pk)
    context = {"resource": resource, "form": form, "told": told, "back_url": reverse("bookings:week", args=[code])}
    return render(request, "services/bookings/enter.html", context, status=422 if form.errors else status)


def _beside_starts(wrong: Invalid) -> Invalid:
    return Invalid(fields={("starts" if name == "start" else name): told for name, told in wrong.fields.items()})


@needs(KEEP)
@never_cache
@require_http_methods(["GET", "POST"])
def rules(request: Request, code: str) -> HttpResponse:
    """How it may be booked from now on, and the days on which it is shut."""
    resource, status, told = _kept(request, code), 200, ""
    form = RulesForm(request.POST or None, initial=_as_written(resource))
    if request.method == "POST" and form.is_valid():
        hours = form.hours()
        try:
            if not form.errors:
                change_rules(
                    resource=resource, version=form.cleaned_data["version"], rules=form.rules, hours=hours,
                    by=request.by, at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("The rules hold from now on. What is booked stays booked."))
                return redirect("bookings:rules", code)
        except Invalid as wrong:
            carry_over(Invalid(fields={_field(name): text for name, text in wrong.fields.items()}), form)
        except Conflict as conflict:
            status, told, resource = 409, str(conflict.message), _kept(request, code)
            form = RulesForm(_anew(request.POST, resource))
    context = {
        "resource": resource, "form": form, "told": told, "shut_form": ShutForm(),
        "shut": Blackout.objects.filter(resource=resource, day__gte=queries.today(timezone.now())).order_by("day"),
        "back_url": reverse("bookings:week", args=[code]),
    }  # fmt: skip
    return render(request, "services/bookings/rules.html", context, status=422 if form.errors else status)


def _field(name: str) -> str:
    return "day_0" if name == "hours" else name


def _as_written(resource: Resource) -> dict[str, Any]:
    written: dict[str, Any] = {name: getattr(resource, name) for name in RULES} | {"version": resource.version}
    for weekday, opens, closes in queries.hours_of(resource):
        text = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
        name = f"day_{weekday}"
        written[name] = f"{written[name]}, {text}" if name in written else text
    return written


@needs(KEEP)
@require_POST
def shut(request: Request, code: str) -> HttpResponse:
    """Close one day; whoever booked it is told why."""
    resource, form = _kept(request, code), ShutForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect("bookings:rules", code)
    gone = shut_day(resource=resource, by=request.by, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Shut on that day. Bookings cancelled: %(n)d.") % {"n": len(gone)})
    return redirect("bookings:rules", code)


@needs(KEEP)
@require_POST
def reopen(request: Request, code: str) -> HttpResponse:
    """Take a closing back."""
    resource, day = _kept(request, code), _day(request.POST.get("day"))
    if day is None:
        raise NotFound
    open_day(resource=resource, day=day, by=request.by, at=timezone.now())
    messages.success(request, _("It can be booked on that day again."))
    return redirect("bookings:rules", code)


@needs(KEEP)
@require_POST
def came(request: Request, code: str) -> HttpResponse:
    """How many came to a session."""
    resource, form = _kept(request, code), CameForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            write_attendance(resource=resource, by=request.by, at=timezone.now(), **given)
        except Invalid as wrong:
            messages.warning(request, " ".join(str(text) for text in wrong.fields.values()))
        else:
            messages.success(request, _("Written down: %(n)d came.") % {"n": given["number"]})
        monday = monday_of(timezone.localdate(given["starts"]))
        return redirect(f"{reverse('bookings:week', args=[code])}?week={monday}")
    messages.warning(request, _("Write how many came, as a number."))
    return redirect("bookings:week", code)
