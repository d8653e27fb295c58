"""Words of danger: asked while somebody writes, and the way out for whoever is hurt at home."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.cases.domain.danger import danger_in
from linli.cases.forms_danger import HeardInput
from linli.core import carried, steps
from linli.core.access import public
from linli.core.forms import KitForm
from linli.people.middleware import Request

TEXT_MOST = 5000  # of what was typed; more is not looked at
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of the field


@public
@never_cache
@require_POST
def heard(request: Request) -> HttpResponse:
    """The box with the number to call, or nothing. What was typed is read here and forgotten."""
    words = " ".join(str(value) for name, value in request.POST.items() if name != TOKEN)
    return render(request, "cases/danger/box.html", {"danger": danger_in(words[:TEXT_MOST])})


@public
@never_cache
@require_POST
def leave(request: Request) -> HttpResponse:
    """To the help that stays hidden. Whatever was being written on this device is forgotten first."""
    steps.drop_all(request.session)
    carried.drop(request.session)
    return redirect("protection:help")


def halt(request: HttpRequest, _draft: Any, _question: Any, form: KitForm) -> Mapping[str, Any] | None:
    """For a walk of questions: words that may mean violence at home are not kept before help was offered; whoever means
    something else goes on."""
    if "anyway" in request.POST:
        return None
    heard_ = " ".join(str(form.cleaned_data[name]) for name, each in form.fields.items() if _hears(each))
    found = danger_in(heard_) if heard_ else None
    return {"violence": True} if found and found.violence else None


def _hears(field: Any) -> bool:
    return isinstance(field.widget, HeardInput)
