"""Reporting something, one question a page. What was answered lies in the session (cases/draft.py)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.cases import claims
from linli.cases.domain import queries
from linli.cases.domain.followed import reported_by, standing
from linli.cases.domain.report import claim_code, report_case
from linli.cases.domain.routing import advice_of
from linli.cases.draft import Draft
from linli.cases.enums import Source
from linli.cases.forms_report import PHOTOS_MOST, PhotosForm, ReachForm, SendForm, TextForm, WhatForm
from linli.cases.plain_words import CLOCKS, stands_so
from linli.cases.views.danger import halt
from linli.cases.views.steps import klass_of, on, page, place_of, spot_of
from linli.cases.views.taken import take_photos, without_photo
from linli.core.access import public
from linli.core.errors import Invalid
from linli.core.forms import posted
from linli.core.limits import limit
from linli.people.domain.accounts import contact_of
from linli.people.domain.contacts import read_contact
from linli.people.middleware import Request
from linli.places.domain.queries import full_title

REPORTED = "reported"


@public
@never_cache
def what(request: Request) -> HttpResponse:
    """The first question, under the numbers to call where somebody is in danger."""
    draft = Draft.of(request.session)
    form = WhatForm(posted(request), initial={"klass": draft.klass}, classes=queries.classes())
    if request.method == "POST" and form.is_valid():
        draft.klass = form.cleaned_data["klass"]
        return on(request, draft, "cases:report_where")
    return page(request, draft, "what", form, back="cases:home")


@public
@never_cache
def text(request: Request) -> HttpResponse:
    draft = Draft.of(request.session)
    form = TextForm(posted(request), initial={"text": draft.text})
    if request.method == "POST" and form.is_valid():
        if halted := halt(request, draft, None, form):
            return page(request, draft, "text", form, back="cases:report_where", **halted)
        draft.text = form.cleaned_data["text"]
        return on(request, draft, "cases:report_photos")
    return page(request, draft, "text", form, back="cases:report_where")


@public
@never_cache
def photos(request: Request) -> HttpResponse:
    """Up to four. Each is checked and made anew when it arrives; the next page is reached without any."""
    draft = Draft.of(request.session)
    if request.method == "POST" and (gone := request.POST.get("remove")):
        draft.photos = without_photo(draft.photos, gone)
        draft.keep(request.session)
        return redirect("cases:report_photos")
    form = PhotosForm(posted(request), request.FILES)
    if request.method == "POST" and form.is_valid():
        take_photos(request, draft.photos, form, most=PHOTOS_MOST)
        draft.keep(request.session)
        if not form.errors:
            return on(request, draft, "cases:report_reach")
    return page(request, draft, "photos", form, back="cases:report_text", room=PHOTOS_MOST - len(draft.photos))


@public
@never_cache
def reach(request: Request) -> HttpResponse:
    """A contact or none; what for, and that it is sealed."""
    draft = Draft.of(request.session)
    account = request.who
    own = contact_of(account) if account and not draft.reach else None
    form = ReachForm(posted(request), initial={"contact": draft.open_contact() or (own.address if own else "")})
    if request.method == "POST" and ("none" in request.POST or form.is_valid()):
        contact = None if "none" in request.POST else form.cleaned_data["contact"]
        draft.seal_contact(contact.address if contact else "")
        return on(request, draft, "cases:report_check")
    return page(request, draft, "reach", form, back="cases:report_photos")


@public
@never_cache
def check(request: Request) -> HttpResponse:
    """All answers together; from here the report is sent."""
    draft = Draft.of(request.session)
    if request.method == "POST" and request.POST.get("action") == request.session.get(REPORTED):
        return redirect("cases:reported")
    if missing := draft.missing():
        return redirect(missing)
    form = SendForm(posted(request), initial={"action": draft.action})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["action"] == draft.act:
        return _send(request, draft, form)
    draft.reviewed = True
    draft.keep(request.session)
    return _check_page(request, draft, form)


def _send(request: Request, draft: Draft, form: SendForm) -> HttpResponse:
    limit(request, "report")
    try:
        reported = report_case(
            text=draft.text,
            source=Source.RESIDENT,
            by=None,
            at=now(),
            action=draft.act,
            klass=klass_of(draft.klass),
            place=place_of(draft.place),
            lon=draft.lon,
            lat=draft.lat,
            where=draft.where,
            contact=draft.open_contact(),
            account=request.who,
            photos=[UUID(photo["uuid"]) for photo in draft.photos],
        )
    except Invalid as told:
        form.add_error(None, next(iter(told.fields.values()), told.message))
        return _check_page(request, draft, form)
    claims.remember(request.session, reported.case.uuid)
    request.session[REPORTED] = draft.action
    Draft.drop(request.session)
    return redirect("cases:reported")


@public
@never_cache
def reported(request: Request) -> HttpResponse:
    """It is sent: the number, the code that opens the way back, who has it and by when."""
    action = request.session.get(REPORTED)
    if action is None:
        return redirect("cases:report")
    case = reported_by(UUID(action))
    state, klass = case.procedure.state, case.klass
    urgent = klass.elsewhere_text if klass and klass.danger else ""
    context = {
        "case": case,
        "advice": advice_of(case.proposed_why) or urgent,
        "elsewhere": klass.elsewhere_text if klass and not klass.danger else "",
        "code": claim_code(UUID(action)),
        "stands": stands_so(state, standing(case.procedure, CLOCKS.get(state)), now()),
        "address": request.build_absolute_uri(reverse("cases:follow", args=[case.procedure.number])),
        "account": request.who,
    }
    return render(request, "cases/report/reported.html", context)


@public
@require_POST
def forget(request: Request) -> HttpResponse:
    """On a device that others use: this browser no longer opens the report that was sent last."""
    action = request.session.pop(REPORTED, None)
    if action is not None:
        claims.forget(request.session, reported_by(UUID(action)).uuid)
    return redirect("cases:home")


def _check_page(request: Request, draft: Draft, form: SendForm) -> HttpResponse:
    klass, spot = klass_of(draft.klass), spot_of(draft)
    contact = draft.open_contact()
    return page(
        request, draft, "check", form, back="cases:report_reach",
        klass=klass, spot=spot, place=full_title(spot.place) if spot.place else "",
        contact=read_contact(contact).hint if contact else "",
    )  # fmt: skip
