"""The names that people use for a place: seen, added, taken away, and tried on a text."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.places.acting import acting
from linli.places.domain import queries
from linli.places.domain.aliases import add_alias, aliases_of, remove_alias
from linli.places.domain.gazetteer import because, places_in_text
from linli.places.forms import NameForm, TryForm


@needs("places.names")
@require_http_methods(["GET", "POST"])
def names(request: HttpRequest, path: str) -> HttpResponse:
    """What a place is called; posted, one more name."""
    page = queries.place_page(path)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_alias(place=page.place, by=acting(request), at=timezone.now(), **form.cleaned_data)
        except (Invalid, Conflict) as told:
            form.add_error("text", str(getattr(told, "fields", {}).get("text") or told.message))
        else:
            said = _("Texts that say “%(text)s” lead here now.") % {"text": form.cleaned_data["text"]}
            messages.success(request, said)
            return redirect("places:names", path)
    status = 422 if form.errors else 200
    return render(request, "places/names.html", _context(request, page, form), status=status)


def _context(request: HttpRequest, page: queries.PlacePage, form: NameForm) -> dict[str, Any]:
    tried = request.GET.get("try_text", "")[:400]
    return {
        "page": page,
        "title": queries.full_title(page.place),
        "names": aliases_of(page.place),
        "form": form,
        "try_form": TryForm(initial={"try_text": tried}),
        "tried": tried,
        "found": [(queries.full_title(one.place), because(one)) for one in places_in_text(tried)] if tried else [],
    }


@needs("places.names")
@require_POST
def remove(request: HttpRequest, path: str, alias: int) -> HttpResponse:
    place = queries.place_page(path).place
    remove_alias(place=place, alias=alias, by=acting(request), at=timezone.now())
    return redirect("places:names", path)
