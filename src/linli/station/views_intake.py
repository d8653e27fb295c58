"""The clerk's page of "tell us once": what somebody says at the desk or on the telephone, or wrote on the sheet."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.cases.domain.danger import danger_in
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.cases.forms_staff import places_found
from linli.core.access import needs
from linli.core.forms import posted
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.station.destinations import DESTINATIONS, Destination, carry_to
from linli.station.domain import intake
from linli.station.forms_help import DeskForm

NOT_AT_THE_DESK = frozenset({"police"})  # 110 is called, or it is a report


def at_the_desk() -> dict[str, Destination]:
    return {code: each for code, each in DESTINATIONS.items() if code not in NOT_AT_THE_DESK}


@needs("station.see")
@never_cache
def take_down(request: Request) -> HttpResponse:
    """Take it down, see where it may belong and why, and send it there: one page, nothing typed twice."""
    offered = at_the_desk()
    form = DeskForm(posted(request), offered=list(offered.values()))
    proposal = danger = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        danger = danger_in(given["text"])
        proposal = intake.propose(given["text"], about=given["about"], wants=given["wants"], offered=offered)
        if "send" in request.POST and given["to"]:
            return _send(request, offered[given["to"]], form)
        if "send" in request.POST:
            form.add_error("to", _("Choose where it goes."))
    chosen = offered.get(proposal.to) if proposal else None
    if proposal is not None:
        form.propose(proposal.to)
    context = {"form": form, "proposal": proposal, "chosen": chosen, "danger": danger}
    return render(request, "station/intake.html", context, status=422 if form.is_bound and form.errors else 200)


def _send(request: Request, destination: Destination, form: DeskForm) -> HttpResponse:
    """To the clerk's first page of the destination; a report is opened at once, and its number and code are told."""
    given = form.cleaned_data
    if destination.desk:
        carry_to(destination, request.session, given["text"])
        return redirect(destination.desk_address(request.user))
    found = places_found(given["words"], "", governed_path())
    made = report_case(
        text=given["text"],
        source=Source.WINDOW,
        by=request.by,
        at=timezone.now(),
        action=given["action"],
        place=tree().by_path.get(found[0][0].path) if len(found) == 1 else None,
        where=given["words"],
        contact=given["contact"],
    )
    context = {
        "number": made.case.procedure.number,
        "code": made.claim_code,
        "address": request.build_absolute_uri(reverse("cases:find")),
    }
    return render(request, "station/taken_down.html", context)
