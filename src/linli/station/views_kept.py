"""What the station's lead keeps: the desks' data and the list of equipment, with who changed what and when."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, NotFound
from linli.core.forms import posted
from linli.people.middleware import Request
from linli.station.domain.desks import Desk, desks
from linli.station.domain.equipment import Item, equipment
from linli.station.domain.kept import change, changes, contents, history, number_of
from linli.station.enums import Kept
from linli.station.forms_kept import FORMS, initial_of

NEW = "new"


@needs("station.manage")
@require_safe
def kept(request: Request) -> HttpResponse:
    """The five desks and the things of the mini fire station, each with its way to be changed."""
    return render(request, "station/kept.html", {"desks": desks(), "items": equipment()})


@needs("station.manage")
def edit(request: Request, what: str, code: str) -> HttpResponse:
    """Change a desk's data or a thing, add a thing, or take one off the list."""
    if what not in Kept.values:
        raise NotFound
    kind, fresh, at = Kept(what), what == Kept.ITEM and code == NEW, timezone.now()
    content = contents(kind).get(code)
    if content is None and not fresh:
        raise NotFound
    initial = initial_of(what, content, number_of(kind, code)) if content else {"number": 0, "every": 1, "least": 1}
    form = FORMS[what](posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        given, gone = form.cleaned_data, kind == Kept.ITEM and "gone" in request.POST and content is not None
        try:
            change(
                what=kind, code=f"item-{given['action'].hex[:8]}" if fresh else code, number=given["number"],
                content=content if gone and content else form.content(), gone=gone, by=request.by, at=at,
                action=given["action"],
            )  # fmt: skip
        except Conflict as told:
            again = request.POST.copy()
            again["number"] = str(number_of(kind, code))
            form = FORMS[what](again)
            form.add_error(None, told.message)
        else:
            messages.success(request, _("Saved. Everybody reads it from now on."))
            return redirect("station:kept")
    context = {
        "form": form, "what": what, "code": code, "fresh": fresh, "name": _name(kind, code),
        "history": [] if fresh else _told(kind, code),
    }  # fmt: skip
    return render(request, "station/kept_form.html", context, status=422 if form.errors else 200)


def _told(what: Kept, code: str) -> list[dict[str, Any]]:
    """The versions with the fields that each changed."""
    rows = list(history(what, code))
    older = [*(row.content for row in rows[1:]), {}][: len(rows)]
    return [
        {"row": row, "fields": changes(before, row.content) if before else ""}
        for row, before in zip(rows, older, strict=True)
    ]


def _name(what: Kept, code: str) -> str:
    """What it is called, in the active language."""
    rows: Sequence[Desk | Item] = desks() if what == Kept.DESK else equipment()
    return next((each.title for each in rows if each.code == code), "")
