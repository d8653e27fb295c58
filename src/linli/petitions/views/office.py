"""Where the petition desk is found: the page on which whoever leads it, or an administrator, keeps that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.petitions.domain.office import keep_office, office, versions
from linli.petitions.forms_office import OfficeForm


@needs("petitions.office")
@never_cache
@require_http_methods(["GET", "POST"])
def keep(request: Request) -> HttpResponse:
    """What stands, the form with which it is changed, and every version before with who wrote it."""
    facts, status = office(), 200
    names = ("address", "address_en", "hours", "hours_en", "telephone", "version")
    initial = {name: getattr(facts, name) for name in names}
    form = OfficeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            keep_office(**form.cleaned_data, by=request.by, at=timezone.now())
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as wrong:
            again, status = request.POST.copy(), 409
            again["version"] = str(facts.version)
            form = OfficeForm(again)
            form.add_error(None, wrong.message)
        else:
            messages.success(request, _("Kept. Pages and letters name it from now on."))
            return redirect("petitions:office")
    context = {"form": form, "facts": facts, "versions": versions()}
    return render(request, "petitions/office.html", context, status=422 if form.errors and status == 200 else status)
