"""Get help: the five desks for everybody, "tell us once", and one's own file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.cases.domain.danger import danger_in
from linli.core import carried
from linli.core.access import public, signed_in
from linli.core.forms import KitForm, posted
from linli.people.middleware import Request
from linli.station.destinations import DESTINATIONS, Destination, carry_to
from linli.station.domain import intake
from linli.station.domain.desks import desk_named, in_reserve, kept_at, kept_by
from linli.station.domain.my_file import look_ups, my_file
from linli.station.draft import Told
from linli.station.forms_help import AboutForm, WantsForm, WhereForm, WordsForm

STEPS = 4


@public
@require_safe
def home(request: Request) -> HttpResponse:
    """The five desks: what each does, its hours, which posts are on duty now, how to reach it."""
    at = timezone.now()
    context = {"kept": kept_at(at), "in_reserve": in_reserve(at), "look_ups": look_ups(), "now": at}
    return render(request, "station/help/home.html", context)


@public
@never_cache
def tell(request: Request) -> HttpResponse:
    """The words, once. Where they speak of violence at home, the page for that stands first."""
    told = Told.of(request.session)
    form = WordsForm(posted(request), initial={"text": told.text})
    if request.method == "POST" and form.is_valid():
        told.text = form.cleaned_data["text"]
        told.keep(request.session)
        return redirect("help:safe" if _safe_first(told) else "help:about")
    return _page(request, "tell", form, told, step=1, back="help:home")


@public
@never_cache
def safe(request: Request) -> HttpResponse:
    """Somebody at home hurts or threatens them, it seems: help that stays hidden, before anything else is asked."""
    told = Told.of(request.session)
    if request.method == "POST" and "help" in request.POST:  # nothing of it stays in this browser
        Told.drop(request.session)
        return redirect(DESTINATIONS[intake.PROTECTION].page)
    if request.method == "POST":
        told.safe_first = True
        told.keep(request.session)
        return redirect("help:about")
    answer = render(request, "station/help/safe.html", {"danger": danger_in(told.text)})
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@public
@never_cache
def about(request: Request) -> HttpResponse:
    told = Told.of(request.session)
    form = AboutForm(posted(request), initial={"about": told.about})
    if request.method == "POST" and form.is_valid():
        told.about = form.cleaned_data["about"]
        told.keep(request.session)
        return redirect("help:wants")
    return _page(request, "about", form, told, step=2, back="help:tell")


@public
@never_cache
def wants(request: Request) -> HttpResponse:
    told = Told.of(request.session)
    form = WantsForm(posted(request), initial={"wants": told.wants})
    if request.method == "POST" and form.is_valid():
        told.wants = form.cleaned_data["wants"]
        told.keep(request.session)
        return redirect("help:where")
    return _page(request, "wants", form, told, step=3, back="help:about")


@public
@never_cache
def where(request: Request) -> HttpResponse:
    """Where it may belong and why. The person confirms, or chooses another; what they wrote goes along.

    To the help with violence at home it does not go: nothing is asked there that was said here, and nothing stays.
    """
    told = Told.of(request.session)
    if not told.text:
        return redirect("help:tell")
    proposal = intake.propose(told.text, about=told.about, wants=told.wants, offered=DESTINATIONS)
    form = WhereForm(posted(request), initial={"to": proposal.to}, offered=in_order(proposal.to))
    if request.method == "POST" and form.is_valid():
        chosen = DESTINATIONS[form.cleaned_data["to"]]
        carry_to(chosen, request.session, told.text)
        if chosen.code != "police":  # whose page can still send it as a report
            Told.drop(request.session)
        return redirect(chosen.address(told.text))
    return _page(
        request, "where", form, told, step=4, back="help:wants", proposal=proposal, chosen=DESTINATIONS.get(proposal.to)
    )


def in_order(first: str) -> list[Destination]:
    """All that are open, the proposed first."""
    return sorted(DESTINATIONS.values(), key=lambda each: each.code != first)


@public
@never_cache
def police(request: Request) -> HttpResponse:
    """110 first; then the police post, and a report that the duty officer passes on to it."""
    told = Told.of(request.session)
    if request.method == "POST":
        report = DESTINATIONS[intake.REPORT]
        carry_to(report, request.session, told.text)
        Told.drop(request.session)
        return redirect(report.page)
    context = {"kept": kept_by(desk_named("police"), timezone.now()), "told": told}
    return render(request, "station/help/police.html", context)


@public
@require_POST
def forget(request: Request) -> HttpResponse:
    """Nothing of what was written stays in this browser."""
    Told.drop(request.session)
    carried.drop(request.session)
    return redirect("cases:home")


@public
@require_safe
def paper(request: Request) -> HttpResponse:
    """The sheet for whoever would rather write by hand; a clerk enters it."""
    sheet = [form.fields[name] for form, name in ((AboutForm(), "about"), (WantsForm(), "wants"))]
    return render(request, "station/help/paper.html", {"sheet": sheet})


@signed_in
@never_cache
def mine(request: Request) -> HttpResponse:
    """My file."""
    return render(request, "station/help/my_file.html", {"file": my_file(request.account), "look_ups": look_ups()})


def _safe_first(told: Told) -> bool:
    proposal = intake.propose(told.text, offered=[intake.PROTECTION])
    return proposal.to == intake.PROTECTION and not told.safe_first


def _page(request: Request, name: str, form: KitForm, told: Told, *, step: int, back: str, **more: Any) -> HttpResponse:
    context = {
        "form": form, "told": told, "step": step, "step_count": STEPS, "back_url": reverse(back),
        "danger": danger_in(told.text) if told.text else None, **more,
    }  # fmt: skip
    return render(request, f"station/help/{name}.html", context, status=422 if form.is_bound and form.errors else 200)
