"""The administrator's pages of the catalogue: every item, a new version of one, and the versions there were."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import posted
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.services.domain.catalogue import Standing, change_item, item_on, items_on, standing_of, versions_of
from linli.services.enums import Group, Mode
from linli.services.forms_items import ItemForm, initial_of
from linli.services.views_catalogue import page_of
from linli.services.words import promise


@needs("services.catalogue")
@require_safe
def items(request: Request) -> HttpResponse:
    """Every item, with its version and whether the office has checked it."""
    rows = [
        {"item": each.item, "title": str(each.content.name), "group": Group(each.content.group).label,
         "mode": Mode(each.content.mode).label, "promise": promise(each), "version": each.version}
        for each in items_on(timezone.localdate())
    ]  # fmt: skip
    return render(request, "services/staff/items.html", {"rows": rows})


@needs("services.catalogue")
@require_http_methods(["GET", "POST"])
def edit(request: Request, code: str) -> HttpResponse:
    """Write a new version; the old ones are kept and listed."""
    each = item_on(code, timezone.localdate())
    versions = versions_of(each.item)
    newest = standing_of(versions[0])
    initial = {
        **initial_of(newest.content, newest.version.days, newest.version.unit), "number": newest.version.number,
        "effective_from": timezone.localdate(), "confirmed": each.item.confirmed,
    }  # fmt: skip
    form = ItemForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if _kept(request, each, form):
                messages.success(request, _("The new version is kept. It holds from the day you chose."))
                return redirect("services:edit", code)
        except Conflict as told:
            versions = versions_of(each.item)
            form = _anew(request, versions[0].number)
            form.add_error(None, told.message)
    context = {"form": form, "item": each.item, "versions": versions, "current": each.version.number}
    return render(request, "services/staff/item_form.html", context, status=422 if form.errors else 200)


def _kept(request: Request, each: Standing, form: ItemForm) -> bool:
    given = form.cleaned_data
    try:
        change_item(
            item=each.item, number=given["number"], content=form.content(each.content), days=given["days"],
            unit=given["unit"], effective_from=given["effective_from"], reason=given["reason"],
            confirmed=given["confirmed"], by=request.by, at=timezone.now(), action=given["action"],
        )  # fmt: skip
    except Invalid as wrong:
        carry_over(wrong, form)
        return False
    return True


def _anew(request: Request, number: int) -> ItemForm:
    """What was written, to be sent once more behind the version that somebody else wrote meanwhile."""
    again = request.POST.copy()
    again["number"] = str(number)
    return ItemForm(again)


@needs("services.catalogue")
@require_safe
def version(request: Request, code: str, number: int) -> HttpResponse:
    """One version of an item, as it read."""
    each = item_on(code, timezone.localdate())
    found = next((row for row in versions_of(each.item) if row.number == number), None)
    if found is None:
        raise NotFound
    context = page_of(standing_of(found), request) | {"version": found}
    return render(request, "services/staff/version.html", context)
