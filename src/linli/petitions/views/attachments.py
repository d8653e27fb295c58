"""The photos and documents of a petition: adding to them later, and opening one, for each side that may."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core import uploads
from linli.core.access import needs, public
from linli.core.errors import Conflict, Invalid
from linli.core.forms import ActionForm
from linli.core.views.files import answer, asked_width
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.petitions.attaching import slots, take
from linli.petitions.domain.attachments import add_attachments, file_of, note_opened
from linli.petitions.domain.queries import petition_of
from linli.petitions.models import Petition
from linli.petitions.views.public import own_page, party_of
from linli.petitions.views.staff import file_page


@public
@require_POST
def add_own(request: Request, number: str) -> HttpResponse:
    """The petitioner adds to their petition."""
    party, places = party_of(request, number), slots()
    by = Actor(party=str(party.uuid))
    if _added(request, party.procedure.petition, places, by):
        messages.success(request, _("Your photos or files are kept with the petition."))
        return redirect("petitions:own", number)
    return own_page(request, party, by, slots=places)


@needs("petitions.file")
@require_POST
def add(request: Request, number: str) -> HttpResponse:
    """A post with a part in it adds what the petitioner brought on paper."""
    petition, places = petition_of(number, request.viewer), slots()
    if _added(request, petition, places, request.by):
        messages.success(request, _("The files are kept with the petition."))
        return redirect(f"{reverse('petitions:file', args=[number])}#files")
    return file_page(request, petition, slots=places)


def _added(request: Request, petition: Petition, places: list[uploads.Slot], by: Actor) -> bool:
    now, form = timezone.now(), ActionForm(request.POST)
    take(request, places, at=now)
    if uploads.wrong_in(places):
        return False
    try:
        if not form.is_valid():
            raise Invalid(_("This page had grown old. Please send it again."))
        add_attachments(
            petition=petition, uuids=places[0].uuids, by=by, at=now, action=form.cleaned_data["action"]
        )  # fmt: skip
    except (Invalid, Conflict) as told:
        messages.warning(request, told.message)
        return False
    uploads.sent_off(request, places)
    return True


@public
@never_cache
@require_safe
def own_file(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """One of them, for the petitioner."""
    return answer(request, file_of(party_of(request, number).procedure.petition, uuid), asked_width(request))


@needs("petitions.file")
@never_cache
@require_safe
def file(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """One of them, for a post with a part in the petition. The log of views keeps who reads them."""
    petition = petition_of(number, request.viewer)
    found = file_of(petition, uuid)
    note_opened(petition, by=request.by, at=timezone.now())
    return answer(request, found, asked_width(request))
