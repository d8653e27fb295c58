"""Handing a matter on: to mediation, to the petition desk, to legal help, wherever an app takes it in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.access import needs
from linli.core.errors import Invalid, NotFound
from linli.people.middleware import Request
from linli.procedures.domain.referrals import destinations
from linli.procedures.domain.referrals import refer as refer_it
from linli.procedures.forms import ReferForm
from linli.procedures.models import Procedure
from linli.procedures.registry import kind_of


@needs("procedures.inbox")
def refer(request: Request, number: str) -> HttpResponse:
    """Ask where to, and hand it on."""
    origin = Procedure.objects.visible_to(request.viewer).filter(number=number).first()
    if origin is None:
        raise NotFound
    offered = destinations(origin, request.by)
    if not offered:
        messages.warning(request, _("Nothing can be handed on from here: it is closed, or you have no part in it."))
        return redirect(kind_of(origin.kind).url(origin))
    initial = {"to": request.GET.get("to", "")}
    form = ReferForm(request.POST or None, origin=origin, destinations=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            result = refer_it(
                origin, to=given["to"], text=given["text"], by=request.by, at=timezone.now(), action=given["action"],
                consent=form.consent,
            )  # fmt: skip
        except Invalid as told:
            for field, message in told.fields.items():
                form.add_error(field if field in form.fields else None, message)
        else:
            messages.success(request, _("Handed on: %(kind)s.") % {"kind": kind_of(result.kind).label})
            return redirect(kind_of(origin.kind).url(origin))
    context = {"form": form, "number": number, "back_url": kind_of(origin.kind).url(origin)}
    return render(request, "procedures/refer.html", context, status=422 if form.is_bound else 200)
