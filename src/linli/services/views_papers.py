"""Papers as files: handing them in later, scanning them at the window, and opening one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core import uploads
from linli.core.access import needs, public
from linli.core.errors import Conflict, Invalid
from linli.core.forms import ActionForm
from linli.core.uploads import Slot
from linli.core.views.files import answer, asked_width
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.procedures.enums import Audience
from linli.services.domain.paper_files import file_of, hand_in, note_opened
from linli.services.domain.queries import request_for, whole
from linli.services.models import Request as Asked
from linli.services.uploads import slots_of
from linli.services.views_apply import page_of, party_for
from linli.services.views_requests import STAFF, show


@public
@require_POST
def send(request: Request, number: str) -> HttpResponse:
    """The applicant adds photos or files to their request."""
    party = party_for(request, number)
    found = party.procedure.request
    slots = slots_of(whole(found, [Audience.PARTIES]))
    if _handed_in(request, found, slots, Actor(party=str(party.uuid))):
        messages.success(request, _("Your papers are sent. The window looks at them."))
        return redirect("services:follow", number=number)
    return page_of(request, party, slots=slots, status=422)


@needs("services.requests")
@require_POST
def scan(request: Request, number: str) -> HttpResponse:
    """The clerk adds what was scanned or photographed at the window."""
    found = request_for(number, request.viewer)
    page = whole(found, STAFF)
    slots = slots_of(page, all_papers=True)
    if _handed_in(request, found, slots, request.by):
        messages.success(request, _("The files are kept with the request. Tick the papers that are in order."))
        return redirect("services:request", number)
    return show(request, page, slots=slots, status=422)


def _handed_in(request: Request, found: Asked, slots: list[Slot], by: Actor) -> bool:
    """Whether all that came was taken and handed in. What was not stands in the slots, with the rest kept there."""
    now, form = timezone.now(), ActionForm(request.POST)
    uploads.take(request, slots, at=now)
    if uploads.wrong_in(slots):
        return False
    try:
        if not form.is_valid():
            raise Invalid(_("This page had grown old. Please send it again."))
        hand_in(request=found, given=uploads.given(slots), by=by, at=now, action=form.cleaned_data["action"])
    except (Invalid, Conflict) as told:
        messages.warning(request, next(iter(getattr(told, "fields", {}).values()), told.message))
        return False
    uploads.sent_off(request, slots)
    return True


@public
@never_cache
@require_safe
def own_file(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """One of their papers, for the applicant."""
    return answer(request, file_of(party_for(request, number).procedure.request, uuid), asked_width(request))


@needs("services.requests")
@never_cache
@require_safe
def file(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """One paper of a request, for a post that has it. The log of views keeps who reads them."""
    found = request_for(number, request.viewer)
    kept = file_of(found, uuid)
    note_opened(found, by=request.by, at=timezone.now())
    return answer(request, kept, asked_width(request))
