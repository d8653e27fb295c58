"""A third party without an account: the link that staff give them, and what it opens."""

from uuid import UUID, uuid5

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.cases.domain.asking import GUEST_DAYS, guest_done, guest_view
from linli.cases.domain.queries import case_for
from linli.cases.domain.report import claim_code
from linli.cases.forms_steps import GuestDoneForm
from linli.cases.views.moves import store_photos
from linli.core.access import needs, public
from linli.core.errors import Conflict, Invalid, NotFound, TooLarge
from linli.core.forms import posted
from linli.core.limits import limit
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.models import Party


@needs("cases.case")
@never_cache
def link(request: Request, number: str, action: UUID) -> HttpResponse:
    """The link for a third party, to be copied, printed or photographed by whoever asked them."""
    found = case_for(number, request.viewer)
    if not Party.objects.filter(pk=uuid5(action, "guest"), procedure=found.pk).exists():
        raise NotFound
    path = reverse("cases:guest", args=[found.procedure.number, claim_code(action)])
    context = {"number": found.procedure.number, "address": request.build_absolute_uri(path), "days": GUEST_DAYS}
    return render(request, "cases/staff/guest_link.html", context)


@public
@never_cache
def guest(request: Request, number: str, code: str) -> HttpResponse:
    """What a third party is asked to do, and the form to say that it is done."""
    limit(request, "guest")
    at = now()
    view = guest_view(number=number, code=code, at=at)
    form = GuestDoneForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            photos = store_photos(given["photos"], at)
            guest_done(
                case=view.case, party=view.party, text=given["text"], photos=photos, at=at, action=given["action"]
            )
            return redirect(f"{request.path}?sent=1")
        except (Invalid, TooLarge) as told:
            form.add_error("photos", str(told.message))
        except Conflict as told:
            form.add_error(None, str(told.message))
    procedure = view.party.procedure
    context = {
        "view": view,
        "title": view.case.klass.title if view.case.klass else _("not yet filed"),
        "place": full_title(procedure.place) if procedure.place else "",
        "form": form,
        "sent": "sent" in request.GET,
    }
    return render(request, "cases/guest.html", context, status=422 if form.errors else 200)
