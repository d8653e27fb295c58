"""A resident points out a hazard, and reads with number and code what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases import claims
from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.core import carried
from linli.core.access import public
from linli.core.errors import Invalid, TooLarge
from linli.hazards.domain.opening import open_by_code, tell_hazard
from linli.hazards.enums import HazardKind
from linli.hazards.forms import KINDS, TellForm
from linli.hazards.kind import STATES, TONES
from linli.hazards.models import Hazard
from linli.hazards.shown import told_outside
from linli.hazards.storing import store_photos
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Account
from linli.places.domain.queries import full_title
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Party
from linli.procedures.sentences import explain

TOLD = "hazard_told"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def tell(request: Request) -> HttpResponse:
    """One short page, under the numbers to call where somebody is in danger."""
    form = TellForm(request.POST or None, request.FILES or None, initial=_remembered(request))
    if request.method == "POST" and form.is_valid():
        given, now = dict(form.cleaned_data), timezone.now()
        given["kind"] = HazardKind(given["kind"])
        try:
            given["photos"] = store_photos(given["photos"], now)
            made = tell_hazard(at=now, account=_account(request), **given)
        except (Invalid, TooLarge) as wrong:
            if isinstance(wrong, Invalid) and wrong.fields:
                carry_over(wrong, form)
            else:
                form.add_error("photos", str(wrong.message))
        else:
            claims.remember(request.session, made.hazard.pk)
            carried.drop(request.session)
            request.session[TOLD] = [made.hazard.procedure.number, made.code]
            return redirect("hazards:told")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hazards/tell.html", {"form": form}, status=status)


def _account(request: Request) -> Account | None:
    return request.account if request.user.is_authenticated and request.account.kind == Account.Kind.RESIDENT else None


def _remembered(request: Request) -> dict[str, str]:
    """A place that a QR code at a door gave with the address; and what was told to the intake."""
    return {"place": request.GET.get("place", ""), "text": carried.carried(request.session, "hazard")}


@public
@never_cache
@require_safe
def told(request: Request) -> HttpResponse:
    """What whoever told us takes away: number and code."""
    if TOLD not in request.session:
        return redirect("hazards:tell")
    number, code = request.session[TOLD]
    return render(request, "hazards/told.html", {"number": number, "code": code, "staff": False})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """The way back for who has number and code."""
    form = FindForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        party = try_code(request, form, open_by_code)
        if party is not None:
            claims.remember(request.session, party.procedure_id)
            return redirect("hazards:answer", party.procedure.number)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hazards/find.html", {"form": form}, status=status)


@public
@never_cache
@require_safe
def answer(request: Request, number: str) -> HttpResponse:
    """What became of a hazard, for whoever pointed it out; others are asked for the code."""
    party = _party(request, number)
    if party is None:
        return redirect("hazards:find")
    hazard = Hazard.objects.select_related("procedure__place").get(pk=party.procedure_id)
    procedure = hazard.procedure
    clock = procedure.clocks.filter(state=ClockState.RUNNING).order_by("due").first()
    lines = story(procedure, [Audience.PUBLIC, Audience.PARTIES], party=party)
    context: dict[str, Any] = {
        "hazard": hazard, "number": number, "kind": HazardKind(hazard.kind).label,
        "place": full_title(procedure.place) if procedure.place else "", "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "entries": told_outside(lines), "next": NEXT[procedure.state],
        "clock": clock, "explained": explain(clock) if clock else "",
    }  # fmt: skip
    return render(request, "hazards/answer.html", context)


def _party(request: Request, number: str) -> Party | None:
    own = Party.objects.filter(procedure__number=number, procedure__kind="hazard", kind="reporter")
    own = own.select_related("procedure")
    if request.user.is_authenticated and (found := own.filter(account=request.account).first()):
        return found
    return own.filter(procedure__in=claims.claimed(request.session)).first()


NEXT: dict[str, Any] = {
    "found": gettext_lazy("The committee looks at it and serves a notice on whoever answers for it."),
    "noticed": gettext_lazy("Whoever answers for it has a notice and must put it right."),
    "claimed": gettext_lazy("It is said to be put right. Somebody else goes and looks."),
    "unresolved": gettext_lazy("It was not put right. The notice is served again, or it goes to the fire service."),
    "escalated": gettext_lazy("The fire service or a department has it now."),
    "closed": gettext_lazy("Somebody who had nothing to do with it looked: it is put right."),
    "none": gettext_lazy("Somebody looked: there is no hazard."),
}


@public
@require_safe
def paper(request: Request) -> HttpResponse:
    """The same questions on a sheet of paper, for who would rather write; a clerk writes it down."""
    return render(request, "hazards/paper.html", {"kinds": KINDS})
