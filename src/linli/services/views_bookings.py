"""Booking for residents: what there is, a day, a time, and one's own bookings."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.cases.domain.report import claim_code
from linli.cases.views.claim import try_code
from linli.core import dates
from linli.core.access import public
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import KitForm
from linli.core.limits import limit
from linli.people.domain.accounts import contact_of
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.services.domain import booking_queries as queries
from linli.services.domain.booking import Full, book, cancel_own, cut_off, may_cancel, rules_of, take_offer
from linli.services.domain.free_times import lengths
from linli.services.domain.ical import Event, calendar_file
from linli.services.forms_bookings import BookForm, FindForm, LengthForm, length_words, week_text
from linli.services.models_bookings import Booking, BookingStatus, Resource, ResourceKind

SESSION = "booked"
MOST = 50
DAYS = 14
TONES = {
    "waiting": "waiting", "offered": "new", "asked": "waiting", "booked": "active", "refused": "off",
    "cancelled": "off", "lapsed": "off",
}  # fmt: skip
DAY = timedelta(days=1)
SHELVES = {
    ResourceKind.ROOM: gettext_lazy("Rooms"),
    ResourceKind.CLINIC: gettext_lazy("Doctor's sessions"),
    ResourceKind.DAY_CARE: gettext_lazy("Day care"),
    ResourceKind.STALL: gettext_lazy("Market stalls"),
    ResourceKind.TOOL: gettext_lazy("Tools to borrow"),
}


@public
@require_safe
def resources(request: Request) -> HttpResponse:
    """What can be booked, shelf by shelf."""
    found = queries.resources()
    shelves = [(label, [each for each in found if each.kind == kind]) for kind, label in SHELVES.items()]
    context = {"shelves": [(label, rows) for label, rows in shelves if rows], "mine": bool(known(request))}
    return render(request, "services/bookings/resources.html", context)


@public
@require_safe
def resource(request: Request, code: str) -> HttpResponse:
    """One resource: what it is, its rules in words, the days, and the times of the chosen day."""
    found, at = queries.resource_of(code), timezone.now()
    today = queries.today(at)
    choice = lengths(rules_of(found, today, today))
    minutes = _minutes(request.GET.get("minutes", ""), choice)
    first = max(_day(request.GET.get("from")) or today, today)
    chosen = _day(request.GET.get("day"))
    context = {
        "resource": found, "minutes": minutes, "length": length_words(minutes) if minutes else "",
        "hours": week_text(queries.hours_of(found)), "rules": rules_in_words(found), "chosen": chosen,
        "length_form": LengthForm(initial={"minutes": minutes}, lengths=choice) if len(choice) > 1 else None,
        "days": queries.days_of(found, minutes, at, first, DAYS),
        "times": _times(found, chosen, minutes, at) if chosen else [],
        "earlier": first - DAYS * DAY if first > today else None,
        "later": first + DAYS * DAY if first + DAYS * DAY <= today + found.ahead_days * DAY else None,
    }  # fmt: skip
    return render(request, "services/bookings/resource.html", context)


def _times(found: Resource, day: date, minutes: int, at: datetime) -> list[dict[str, Any]]:
    """The times of a day with what each is called and where it leads."""
    return [
        {
            "words": hours_words(slot.span.start, slot.span.end),
            "free": slot.free,
            "query": address_of(slot.span.start, slot.span.end, wait=not slot.free),
        }
        for slot in queries.times_of(found, day, minutes, at)
    ]


def _minutes(text: str, choice: list[int]) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) in choice else choice[0]


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def rules_in_words(resource: Resource) -> list[str]:
    """The rules that concern whoever books, a sentence each."""
    told = []
    if not resource.whole:
        told.append(
            _("From %(least)s to %(most)s at a time.")
            % {"least": length_words(resource.shortest), "most": length_words(resource.longest)}
        )
    told.append(_("Booked up to %(days)d days ahead.") % {"days": resource.ahead_days})
    if resource.per_person:
        told.append(
            ngettext(
                "At most %(n)d booking of one person at a time.",
                "At most %(n)d bookings of one person at a time.",
                resource.per_person,
            )
            % {"n": resource.per_person}
        )
    if resource.buffer_before or resource.buffer_after:
        told.append(
            _("Between two bookings it is kept free for %(length)s, to tidy up and prepare.")
            % {"length": length_words(resource.buffer_before + resource.buffer_after)}
        )
    if resource.cut_off:
        told.append(_("Cancel here until %(length)s before.") % {"length": length_words(resource.cut_off)})
    if resource.approval:
        told.append(_("We look at each request and answer with a reason."))
    if resource.keeps_holidays:
        told.append(_("Shut on public holidays."))
    return told


@public
@never_cache
@require_http_methods(["GET", "POST"])
def take(request: Request, code: str) -> HttpResponse:
    """The chosen time, who books it, and the button; where it is full, a place on the waiting list."""
    found = queries.resource_of(code)
    starts, ends = (_instant(request.GET.get(name)) for name in ("from", "to"))
    if starts is None or ends is None or ends <= starts:
        raise NotFound
    account, wait, told = request.resident, request.GET.get("wait") == "1", ""
    own = contact_of(account) if account else None
    initial = {"called": account.name if account else ""}
    form = BookForm(request.POST or None, resource=found, reachable=own is not None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        limit(request, "booking")
        given = form.cleaned_data
        try:
            booked = book(
                resource=found, starts=starts, ends=ends, person=form.person(account),
                what_for=given.get("what_for", ""), wait=wait, at=timezone.now(), action=given["action"],
            )  # fmt: skip
        except Full as full:
            status, told, wait = 409, str(full.message), True
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            remember(request, booked.booking.pk)
            return redirect("bookings:mine_one", booked.booking.pk)
    context = {
        "resource": found, "form": form, "starts": starts, "ends": ends, "wait": wait, "told": told,
        "own": own.hint if own else "", "back_url": _back(found, starts, ends), "when": span_words(starts, ends),
        "target": address_of(starts, ends, wait=wait),
    }  # fmt: skip
    return render(request, "services/bookings/take.html", context, status=422 if form.errors else status)


def address_of(starts: datetime, ends: datetime, *, wait: bool = False) -> str:
    """The query that names a time in an address."""
    first, last = (timezone.localtime(each).strftime("%Y-%m-%dT%H:%M") for each in (starts, ends))
    return f"?from={first}&to={last}" + ("&wait=1" if wait else "")


def _back(found: Resource, starts: datetime, ends: datetime) -> str:
    minutes = 0 if found.whole else int((ends - starts).total_seconds() // 60)
    return f"{reverse('bookings:resource', args=[found.code])}?day={timezone.localdate(starts)}&minutes={minutes}"


def _instant(text: str | None) -> datetime | None:
    """A wall-clock time of the address, 2026-11-30T09:00, as an instant."""
    try:
        found = parse_datetime(text or "")
    except ValueError:
        return None
    if found is None or found.tzinfo is not None or not 2000 < found.year < 2200:
        return None
    return timezone.make_aware(found)


def hours_words(starts: datetime, ends: datetime) -> str:
    """09:00–11:30; what ends at midnight ends at 24:00, what ends on another day says which."""
    last = timezone.localdate(ends - timedelta(seconds=1))
    if last == timezone.localdate(starts):
        return f"{dates.hour(starts)}–{'24:00' if timezone.localdate(ends) != last else dates.hour(ends)}"
    return f"{dates.hour(starts)} – {dates.deadline(ends)}"


def span_words(starts: datetime, ends: datetime) -> str:
    """周一 09:00–11:00, or with the other day where it ends on one."""
    between = ", " if (get_language() or "").startswith("en") else " "
    return f"{dates.day(starts)}{between}{hours_words(starts, ends)}"


# --- one's own


@public
@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """What this person booked, signed in or in this browser."""
    rows = [
        {"booking": each, "when": span_words(each.starts, each.ends), "tone": TONES[each.status]}
        for each in queries.own_bookings(request.resident, known(request))
    ]
    return render(request, "services/bookings/mine.html", {"rows": rows})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """The way back for who has number and code on paper."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        booking = try_code(request, form, queries.booking_by_code)
        if booking is not None:
            remember(request, booking.pk)
            return redirect("bookings:mine_one", booking.pk)
    context = {"form": form, "back_url": "/bookings/mine/"}
    return render(request, "services/bookings/find.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_safe
def mine_one(request: Request, key: UUID) -> HttpResponse:
    """One booking for whoever made it: how it stands, and what can be done."""
    booking, at = _own(request, key), timezone.now()
    place = booking.resource.point
    context = {
        "booking": booking, "resource": booking.resource, "when": span_words(booking.starts, booking.ends),
        "tone": TONES[booking.status], "code": claim_code(booking.action),
        "until": cut_off(booking, booking.resource), "may_cancel": may_cancel(booking, booking.resource, at),
        "ahead": queries.ahead_of(booking) if booking.status == BookingStatus.WAITING else 0,
        "offered": booking.status == BookingStatus.OFFERED and bool(booking.offer_until and at < booking.offer_until),
        "point": place, "over": booking.ends <= at,
    }  # fmt: skip
    return render(request, "services/bookings/mine_one.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: Request, key: UUID) -> HttpResponse:
    """The question before, and the cancelling."""
    booking = _own(request, key)
    if request.method == "POST":
        try:
            cancel_own(booking=booking, at=timezone.now())
        except Conflict as told:
            messages.warning(request, str(told.message))
        else:
            messages.success(request, _("Cancelled. Whoever waits for this time is asked now."))
        return redirect("bookings:mine_one", key)
    context = {"booking": booking, "resource": booking.resource, "when": span_words(booking.starts, booking.ends),
               "form": KitForm(), "back_url": f"/bookings/mine/{key}/", "grave": True}  # fmt: skip
    return render(request, "services/bookings/cancel.html", context)


@public
@require_POST
def accept(request: Request, key: UUID) -> HttpResponse:
    """Take the place that came free."""
    try:
        take_offer(booking=_own(request, key), at=timezone.now())
    except Conflict as told:
        messages.warning(request, str(told.message))
    return redirect("bookings:mine_one", key)


def _own(request: Request, key: UUID) -> Booking:
    return queries.own_booking(key, request.resident, known(request))


def known(request: Request) -> list[UUID]:
    return [UUID(key) for key in request.session.get(SESSION, [])]


def remember(request: Request, key: UUID) -> None:
    others = [each for each in request.session.get(SESSION, []) if each != str(key)]
    request.session[SESSION] = [*others, str(key)][-MOST:]


# --- paper and calendars


@public
@require_safe
def paper(request: Request, code: str) -> HttpResponse:
    """The same form to be printed, filled in by hand and handed in."""
    found = queries.resource_of(code)
    context = {"resource": found, "hours": week_text(queries.hours_of(found)), "rules": rules_in_words(found)}
    return render(request, "services/bookings/paper.html", context)


@public
@require_safe
def feed(request: Request, code: str) -> HttpResponse:
    """When a resource is taken, to subscribe to: times alone, nothing of anybody."""
    found, at = queries.resource_of(code), timezone.now()
    spans = queries.busy(found, at - DAYS * DAY, at + 366 * DAY)
    counted: dict[Any, int] = {}
    for span in spans:
        counted[span] = counted.get(span, 0) + 1
    taken = pgettext("booking", "Taken") if found.units == 1 else ""
    where = found.point.where if found.point else ""
    events = [
        Event(
            uid=f"{found.code}-{span.start:%Y%m%dT%H%M}-{span.end:%Y%m%dT%H%M}@linli", start=span.start, end=span.end,
            summary=taken or _("%(n)d of %(all)d taken") % {"n": number, "all": found.units}, location=where, busy=True,
        )
        for span, number in counted.items()
    ]  # fmt: skip
    return calendar_answer(calendar_file(found.title, events, at=at), found.code)


def calendar_answer(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer
