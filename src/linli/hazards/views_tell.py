"""A resident points out a hazard, and reads with number and code what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases import claims
from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.core.access import public
from linli.hazards.domain.answering import answer_outside
from linli.hazards.domain.opening import open_by_code
from linli.hazards.enums import HazardKind
from linli.hazards.forms import KINDS
from linli.hazards.kind import STATES, TONES
from linli.hazards.models import Hazard
from linli.hazards.shown import told_outside
from linli.hazards.views_tell_steps import TOLD
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Party
from linli.procedures.sentences import explain


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
    hazard = Hazard.objects.select_related("procedure__place", "premises").get(pk=party.procedure_id)
    procedure = hazard.procedure
    clock = procedure.clocks.filter(state=ClockState.RUNNING).order_by("due").first()
    lines = story(procedure, [Audience.PUBLIC, Audience.PARTIES], party=party)
    context: dict[str, Any] = {
        "hazard": hazard, "number": number, "kind": HazardKind(hazard.kind).label,
        "place": full_title(procedure.place) if procedure.place else "", "state": STATES[procedure.state],
        "tone": TONES[procedure.state], "entries": told_outside(lines), "next": NEXT[procedure.state],
        "answer": answer_outside(hazard), "clock": clock, "explained": explain(clock) if clock else "",
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
