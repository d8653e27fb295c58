"""The pages on which one place is added, changed or taken out of use."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.places.acting import acting
from linli.places.domain import queries
from linli.places.domain.editing import add_place, close_place, edit_place, kinds_in
from linli.places.forms import EditPlaceForm, NewPlaceForm
from linli.places.models import Place


@needs("places.manage")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, path: str) -> HttpResponse:
    """Add a place directly in this one."""
    parent = queries.place_page(path).place
    form = NewPlaceForm(request.POST or None, kinds=kinds_in(parent))
    if request.method == "POST" and form.is_valid():
        try:
            made = add_place(parent=parent, by=acting(request), at=timezone.now(), **form.cleaned_data)
        except (Invalid, Conflict) as told:
            _beside(told, form)
        else:
            messages.success(request, _("%(name)s is in the tree.") % {"name": made.title})
            return redirect("places:place", made.path)
    title = _("Add a place in %(name)s") % {"name": parent.title}
    return _page(request, parent, form, title=title, button=_("Add the place"))


@needs("places.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, path: str) -> HttpResponse:
    """Change the name, the code or the outline of a place."""
    place = queries.place_page(path).place
    initial = {"name": place.name, "name_en": place.name_en, "code": place.code}
    form = EditPlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = edit_place(place=place, by=acting(request), at=timezone.now(), **form.cleaned_data)
        except (Invalid, Conflict) as told:
            _beside(told, form)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": changed.title})
            return redirect("places:place", path)
    title = _("Change %(name)s") % {"name": place.title}
    return _page(request, place, form, title=title, button=_("Save the changes"))


@needs("places.manage")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, path: str) -> HttpResponse:
    """Take a place out of use, after asking."""
    place = queries.place_page(path).place
    if request.method == "POST":
        number = close_place(place=place, by=acting(request), at=timezone.now())
        messages.success(request, _("%(number)d places are out of use.") % {"number": number})
        return redirect("places:place", path)
    context = {"place": place, "inside": queries.places_inside(place)}
    return render(request, "places/close.html", context)


def _page(request: HttpRequest, place: Place, form: EditPlaceForm, **words: str) -> HttpResponse:
    context = {"form": form, "back_url": reverse("places:place", args=[place.path]), **words}
    return render(request, "places/edit.html", context, status=422 if form.errors else 200)


def _beside(told: Invalid | Conflict, form: EditPlaceForm) -> None:
    """Say what the domain refused beside its field, or over the form."""
    fields = getattr(told, "fields", {})
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, str(told.message))
