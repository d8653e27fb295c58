"""The hall in public: what is open, a ticket, what a code opens, the display, the rule on the wall."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import public
from linli.core.errors import Conflict, NotFound
from linli.core.forms import ActionForm, posted
from linli.core.limits import limit
from linli.people.middleware import Request
from linli.services.domain.hall import waiting_list
from linli.services.domain.hall.booking import can_cancel_until, cancel
from linli.services.domain.hall.codes import code_of
from linli.services.domain.hall.queries import Held, Now, expected, held_by, now_in, version_of
from linli.services.domain.hall.setting import Setting, lines, setting, the_hall
from linli.services.domain.hall.tickets import EARLY, check_in, give_back, take_ticket
from linli.services.forms_queue import FindForm, TicketForm
from linli.services.models import Item
from linli.services.models_queue import AppointmentStatus, CounterStatus, EntryStatus, TicketStatus
from linli.services.shown_queue import lines_now, shown_wait, week

BOARD = 8  # calls on the display


@public
@require_safe
def home(request: Request) -> HttpResponse:
    """Where one books, takes a ticket, or looks after what one has."""
    of, at = setting(the_hall()), now()
    here = now_in(of, at)
    context = {
        "hall": of.hall, "closes": of.closes(at), "opens": of.opens_next(at), "lines": lines_now(here),
        "week": week(of, at), "shut_days": of.hall.shut_days.filter(day__gte=of.day_of(at)),
        "low": any(counter.low for counter in of.counters),
    }  # fmt: skip
    return render(request, "services/queue/home.html", context)


@public
@never_cache
def take(request: Request) -> HttpResponse:
    """A ticket for whoever walks in; on their own phone, or by a clerk for them on paper."""
    of, at = setting(the_hall()), now()
    item = Item.objects.filter(code=request.GET.get("item", ""), retired_at=None).first()
    form = TicketForm(
        posted(request), initial={"skill": item.skill if item else ""}, lines=lines(of.hall, only=of.skills())
    )
    if request.method == "POST" and form.is_valid():
        if request.post is None:
            limit(request, "hall.ticket")
        told = form.cleaned_data
        take_ticket(of=of, skill=told["skill"], need=told["need"], item=item, at=at, action=told["action"])
        return redirect("hall:mine", code=code_of(told["action"]))
    context = {
        "form": form, "back_url": reverse("hall:home"), "hall": of.hall, "closes": of.closes(at),
        "opens": of.opens_next(at),
    }  # fmt: skip
    return render(request, "services/queue/take.html", context, status=422 if form.is_bound else 200)


@public
@never_cache
def find(request: Request) -> HttpResponse:
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        limit(request, "hall.code")
        plain = "".join(form.cleaned_data["code"].split()).replace("-", "").upper()
        if plain.isalnum() and held_by(plain) is not None:
            return redirect("hall:mine", code=plain)
        form.add_error(
            "code", _("Nothing is kept under this code. Please compare each letter; after two weeks it ends.")
        )
    context = {"form": form, "back_url": reverse("hall:home")}
    return render(request, "services/queue/find.html", context, status=422 if form.is_bound else 200)


@public
@never_cache
@require_safe
def mine(request: Request, code: str) -> HttpResponse:
    """What a code opens: an appointment, a ticket with its waiting time, or a place on the waiting list."""
    held, at = _held(request, code), now()
    of = setting(the_hall())
    context: dict[str, Any] = {"held": held, "code": code, "hall": of.hall, "now": at, **_times(held)}
    context["address"] = request.build_absolute_uri(reverse("hall:mine", args=[code]))
    ticket = held.ticket
    if ticket is not None and ticket.status == TicketStatus.WAITING:
        here = now_in(of, at)
        context["wait"] = shown_wait(ticket, expected(here), here)
    return render(request, "services/queue/mine.html", context)


def _times(held: Held) -> dict[str, Any]:
    booked = held.appointment
    if booked is None:
        return {}
    at, status = now(), booked.status
    is_booked = status == AppointmentStatus.BOOKED and held.ticket is None
    return {
        "until": can_cancel_until(booked),
        "can_cancel": is_booked and at < can_cancel_until(booked),
        "can_check_in": is_booked and booked.starts_at - EARLY <= at,
        "from": booked.starts_at - EARLY,
        "is_offered": held.entry is not None and held.entry.status == EntryStatus.OFFERED
        and status == AppointmentStatus.OFFERED,
    }  # fmt: skip


@public
@never_cache
def cancelling(request: Request, code: str) -> HttpResponse:
    """The question before an appointment, a ticket or a place on the list is given back."""
    held, at = _held(request, code), now()
    if request.method == "POST":
        if held.ticket is not None:
            give_back(of=setting(the_hall()), ticket=held.ticket, at=at)
        elif held.entry is not None and held.entry.status in (EntryStatus.WAITING, EntryStatus.OFFERED):
            waiting_list.give_up(entry=held.entry, at=at)
        elif held.appointment is not None:
            cancel(appointment=held.appointment, at=at)
        return redirect("hall:mine", code=code)
    context = {
        "held": held, "form": ActionForm(), "grave": True, "back_url": reverse("hall:mine", args=[code]),
    }  # fmt: skip
    return render(request, "services/queue/cancel.html", context)


@public
@never_cache
@require_POST
def arriving(request: Request, code: str) -> HttpResponse:
    """Here for the appointment."""
    held = _held(request, code)
    if held.appointment is None:
        raise Conflict(_("There is no appointment to check in for."))
    check_in(of=setting(the_hall()), appointment=held.appointment, at=now())
    return redirect("hall:mine", code=code)


@public
@never_cache
@require_POST
def accepting(request: Request, code: str) -> HttpResponse:
    """Take the time that is offered."""
    held = _held(request, code)
    if held.entry is None:
        raise Conflict(_("Nothing is offered under this code."))
    waiting_list.accept(entry=held.entry, at=now())
    return redirect("hall:mine", code=code)


def _held(request: Request, code: str) -> Held:
    held = held_by(code) if code.isalnum() and len(code) <= 12 else None
    if held is None:
        limit(request, "hall.code")
        raise NotFound(_("Nothing is kept under this code. Please compare each letter; after two weeks it ends."))
    return held


# --- the display


@public
@never_cache
@require_safe
def display(request: Request) -> HttpResponse:
    """The large screen of the hall: numbers and counters, nothing else."""
    return render(request, "services/queue/display.html", _board(setting(the_hall())))


@public
@require_safe
def display_now(request: Request) -> HttpResponse:
    """What the display asks for twice a second; one statement beside the hall's own where nothing is new."""
    hall = the_hall()
    of, at = setting(hall), now()
    tag = f'"{version_of(of, at)}-{hall.version}-{of.day_of(at):%j}-{translation.get_language()}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = render(request, "services/queue/board.html", _board(of))
    answer["ETag"], answer["Cache-Control"] = tag, "no-cache"
    return answer


def _board(of: Setting) -> dict[str, Any]:
    here: Now = now_in(of, now())
    return {
        "hall": of.hall,
        "calls": here.at_counter()[:BOARD],
        "lines": lines_now(here),
        "version": here.version,
        "open": any(counter.status == CounterStatus.OPEN for counter in of.counters),
    }


@public
@require_safe
def rule(request: Request) -> HttpResponse:
    """The rule on the wall."""
    of = setting(the_hall())
    context = {"hall": of.hall, "lines": lines(of.hall, only=of.skills()), "booked_share": 100 - of.hall.walk_in_share}
    return render(request, "services/queue/rule.html", context)
