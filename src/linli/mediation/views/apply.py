"""Asking for a mediation, one thing a page; the safety questions first. And the way back by number and code."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.cases.clauses import clauses_for
from linli.cases.domain.danger import Danger, danger_in
from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.cases.views.danger import halt
from linli.core import carried
from linli.core.access import needs, public
from linli.core.errors import Invalid
from linli.core.forms import posted
from linli.core.limits import limit
from linli.core.steps import show_question
from linli.mediation import draft as drafts
from linli.mediation.domain import queries
from linli.mediation.domain.opening import Applied, Person, apply_for_mediation
from linli.mediation.domain.screening import QUESTIONS, NotForMediation, check_screen
from linli.mediation.domain.types import type_of
from linli.mediation.draft import Draft
from linli.mediation.enums import Channel, Side, Told
from linli.mediation.forms import DisputeForm, EnterForm, PeopleForm, ScreenForm, SendForm
from linli.mediation.rights import RIGHTS
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.places.models import Place

STEPS = {"screen": 1, "dispute": 2, "people": 3, "check": 4}
SENT = "mediation_sent"
HELP = "protection:help"  # where somebody is led whom mediation might put in danger
ALL_NO = dict.fromkeys(QUESTIONS, False)


@public
@never_cache
def screen(request: Request) -> HttpResponse:
    """The safety questions. One yes leads to help, and nothing of it is kept."""
    form = ScreenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        draft = Draft.of(request.session)
        try:
            check_screen(form.answers)
        except NotForMediation:
            Draft.drop(request.session)
            carried.drop(request.session)
            return redirect(HELP)
        draft.screened = True
        draft.keep(request.session)
        return redirect(draft.missing() or "mediation:apply_check")
    return _page(request, "screen", form, back="")


@public
@never_cache
def dispute(request: Request) -> HttpResponse:
    """What it is about."""
    draft = Draft.of(request.session)
    initial = {name: getattr(draft, name) for name in ("about", "matter", "wish")}
    form = DisputeForm(posted(request), initial=initial)
    return _question(request, draft, "dispute", form, back="mediation:apply")


@public
@never_cache
def people(request: Request) -> HttpResponse:
    """With whom, where, and who asks."""
    draft = Draft.of(request.session)
    names = ("other", "other_contact", "place", "name", "contact")
    initial = {name: getattr(draft, name) for name in names}
    account = request.who
    initial["name"] = initial["name"] or (account.name if account else "")
    form = PeopleForm(posted(request), initial=initial)
    return _question(request, draft, "people", form, back="mediation:apply_dispute")


def _question(request: Request, draft: Draft, name: str, form: Any, *, back: str) -> HttpResponse:
    if not draft.screened:
        return redirect("mediation:apply")
    if request.method == "POST" and form.is_valid():
        if halted := halt(request, draft, None, form):
            return _page(request, name, form, back=back, **halted)
        for field, value in form.cleaned_data.items():
            setattr(draft, field, value)
        draft.keep(request.session)
        return redirect(draft.missing() or "mediation:apply_check")
    return _page(request, name, form, back=back, danger=None if name == "dispute" else _heard(draft))


def _heard(draft: Draft) -> Danger | None:
    """The number to call, once more, on the pages after the words."""
    return danger_in(f"{draft.matter} {draft.wish}")


@public
@never_cache
def check(request: Request) -> HttpResponse:
    """All answers, the rights and duties, and sending it."""
    draft = Draft.of(request.session)
    if request.method == "POST" and request.session.get(SENT, {}).get("action") == request.POST.get("action"):
        return redirect("mediation:apply_sent")
    if missing := draft.missing():
        return redirect(missing)
    form = SendForm(posted(request), initial={"action": draft.action})
    if request.method == "POST" and form.is_valid():
        limit(request, "report")
        try:
            applied = _send(request, draft)
        except Invalid as told:
            carry_over(told, form)
        else:
            _remember(request, draft, applied)
            return redirect("mediation:apply_sent")
    more = {
        "draft": draft, "type": type_of(draft.about), "rights": RIGHTS, "place": _place_title(draft.place),
        "clauses": clauses_for(dispute=draft.about, on=localdate()), "danger": _heard(draft),
    }  # fmt: skip
    return _page(request, "check", form, back="mediation:apply_people", **more)


def _send(request: Request, draft: Draft) -> Applied:
    return apply_for_mediation(
        about=draft.about, channel=Channel.PAGE, matter=draft.matter, wish=draft.wish, screen=ALL_NO,
        applicant=Person(draft.name, draft.contact), respondents=[Person(draft.other, draft.other_contact)],
        place=place_of(draft.place), told=Told.WRITTEN, by=None, at=now(), action=draft.act,
        account=request.who,
    )  # fmt: skip


def _remember(request: Request, draft: Draft, applied: Applied) -> None:
    number = applied.mediation.procedure.number
    request.session[SENT] = {"action": draft.action, "number": number, "code": applied.code}
    one = queries.by_code(number=number, code=applied.code)
    drafts.remember(request.session, one.procedure_id, one.pk)
    Draft.drop(request.session)
    carried.drop(request.session)


@public
@require_safe
@never_cache
def sent(request: Request) -> HttpResponse:
    """Number and code, to keep."""
    told = request.session.get(SENT)
    if told is None:
        return redirect("mediation:apply")
    address = request.build_absolute_uri(reverse("mediation:mine", args=[told["number"]]))
    return render(request, "mediation/apply/sent.html", {**told, "address": address})


def place_of(path: str) -> Place | None:
    return Place.objects.filter(path=path, retired_at=None).select_related("parent").first() if path else None


def _place_title(path: str) -> str:
    place = place_of(path)
    return full_title(place) if place else ""


def _page(request: Request, name: str, form: Any, *, back: str, **more: Any) -> HttpResponse:
    return show_question(
        request, f"mediation/apply/{name}.html", form, step=STEPS[name], step_count=len(STEPS),
        back=reverse(back) if back else "", **more,
    )  # fmt: skip


# --- the way back


@public
@never_cache
def find(request: Request) -> HttpResponse:
    """For whoever has a letter with number and code."""
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid() and claim(request, form.cleaned_data["number"], form):
        return redirect("mediation:mine", form.cleaned_data["number"])
    return render(request, "mediation/find.html", {"form": form, "back_url": ""}, status=422 if form.errors else 200)


def claim(request: Request, number: str, form: Any) -> bool:
    one = try_code(request, form, queries.by_code, number=number)
    if one is None:
        return False
    drafts.remember(request.session, one.procedure_id, one.pk)
    return True


# --- staff write it down


@needs("mediation.enter")
@never_cache
def enter(request: Request) -> HttpResponse:
    """An application by telephone or on paper. The safety questions come first here too."""
    form = EnterForm(posted(request), initial={"matter": carried.carried(request.session, "mediation")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            applied = apply_for_mediation(
                about=given["about"], channel=Channel(given["channel"]), matter=given["matter"], wish=given["wish"],
                screen=form.answers, applicant=Person(given["name"], given["contact"]),
                respondents=[Person(given["other"], given["other_contact"])], place=place_of(given["place"]),
                told=Told(given["told"]), by=request.by, at=now(), action=given["action"],
            )  # fmt: skip
        except NotForMediation:
            return redirect(HELP)
        except Invalid as told:
            carry_over(told, form)
        else:
            carried.drop(request.session)
            number = applied.mediation.procedure.number
            entered = {
                "number": number, "code": applied.code, "side": Side.APPLICANT,
                "address": request.build_absolute_uri(reverse("mediation:mine", args=[number])),
            }  # fmt: skip
            return render(request, "mediation/staff/entered.html", entered)
    context = {"form": form, "questions": [form[name] for name in QUESTIONS], "rights": RIGHTS}
    return render(request, "mediation/staff/enter.html", context, status=422 if form.errors else 200)
