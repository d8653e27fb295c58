"""Setting up the hall: the figures of its rule, its hours, its counters, the days on which it stays shut."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.people.middleware import Request
from linli.services.domain.hall import setup
from linli.services.domain.hall.setting import Setting, setting, the_hall
from linli.services.forms_queue import CounterForm, HallForm, HoursForm, RuleForm, ShutForm
from linli.services.models_queue import Counter, Hall, ShutDay
from linli.services.shown_queue import span_words


@needs("services.hall_rules")
def setup_page(request: Request) -> HttpResponse:
    """All of it on one page, a form each; what was sent wrong is shown again with what to do."""
    if not Hall.objects.exists():
        return _begin(request)
    of = setting(the_hall())
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        name = request.POST.get("form", "")
        form = FORMS[name](request.POST, auto_id=f"{name}_%s") if name in FORMS else None
        if form is not None and form.is_valid() and _save(request, of, name, form):
            messages.success(request, _("Saved."))
            return redirect("hall:setup")
        wrong = {name: form} if form is not None else {}
    initial: dict[str, dict[str, Any]] = {
        "rule": {"version": of.hall.version, **{key: getattr(of.hall, key) for key in setup.RULE}},
        "hours": {"version": of.hall.version, **_hours(of)},
        "shut": {},
        "counter": _counter(of, request.GET.get("counter", "")),
    }
    forms = {name: kind(initial=initial[name], auto_id=f"{name}_%s") for name, kind in FORMS.items()} | wrong
    context = {
        **{f"{name}_form": form for name, form in forms.items()}, "hall": of.hall, "counters": of.counters,
        "shut_days": of.hall.shut_days.filter(day__gte=of.day_of(now())), "form": next(iter(wrong.values()), None),
    }  # fmt: skip
    return render(request, "services/queue/setup.html", context, status=422 if wrong else 200)


def _begin(request: Request) -> HttpResponse:
    """An office that has no hall in Linli yet: what it is called and where it is."""
    form = HallForm(request.POST if request.POST.get("form") == "hall" else None)
    if form.is_bound and form.is_valid():
        try:
            setup.begin_hall(**form.cleaned_data, by=request.by)
        except Invalid as wrong:
            for field, message in wrong.fields.items():
                form.add_error(field, message)
        else:
            messages.success(request, _("The hall is set up. Look through its hours and counters."))
            return redirect("hall:setup")
    return render(request, "services/queue/begin.html", {"form": form}, status=422 if form.errors else 200)


FORMS: dict[str, Any] = {"rule": RuleForm, "hours": HoursForm, "shut": ShutForm, "counter": CounterForm}


def _save(request: Request, of: Setting, name: str, form: Any) -> bool:
    told, by = form.cleaned_data, request.by
    try:
        if name == "rule":
            setup.set_rule(hall=of.hall, version=told["version"], figures={k: told[k] for k in setup.RULE}, by=by)
        elif name == "hours":
            setup.set_hours(hall=of.hall, version=told["version"], hours=told["hours"], by=by)
        elif name == "shut":
            setup.shut(hall=of.hall, **told, by=by, at=now())
        else:
            setup.set_counter(hall=of.hall, number=told["number"], skills=told["skills"], low=told["low"], by=by)
    except Invalid as wrong:
        for field, message in wrong.fields.items():
            form.add_error(field, message)
        return False
    except Conflict as told_so:
        form.add_error(None, told_so.message)
        return False
    return True


def _hours(of: Setting) -> dict[str, str]:
    return {
        f"day_{day}": ", ".join(
            span_words(opens, closes).replace("–", "-") for weekday, opens, closes in of.hours if weekday == day
        )
        for day in range(7)
    }


def _counter(of: Setting, number: str) -> dict[str, Any]:
    found = next((each for each in of.counters if str(each.number) == number), None)
    return {"number": found.number, "skills": found.skills, "low": found.low} if found else {}


@needs("services.hall_rules")
@require_POST
def open_again(request: Request, pk: int) -> HttpResponse:
    setup.open_again(shut_day=get_object_or_404(ShutDay, pk=pk), by=request.by)
    messages.success(request, _("The hall is open on that day."))
    return redirect("hall:setup")


@needs("services.hall_rules")
@require_POST
def retire(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Counter.objects.select_related("hall"), pk=pk)
    try:
        setup.retire_counter(counter=found, by=request.by, at=now())
    except Conflict as told:
        messages.warning(request, str(told.message))
    return redirect("hall:setup")
