"""The classes of case: the list, and the page on which an administrator changes one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.classes import change_class, limit_of
from linli.cases.enums import Publicity
from linli.cases.forms_staff import ClassForm
from linli.cases.models import CaseClass
from linli.core.access import needs
from linli.core.errors import NotFound
from linli.engines.clocks import Kind, Limit
from linli.people.middleware import Request
from linli.people.views.asking import ask
from linli.procedures.sentences import duration

TEXTS = ("name", "name_en", "filing", "filing_en", "closing", "closing_en", "publicity", "photo_needed")


@needs("cases.classes")
def class_list(request: Request) -> HttpResponse:
    """Every class in force, with its limit and what the public sees of it."""
    found = CaseClass.objects.filter(retired_at=None).prefetch_related("limits")
    rows = [(klass, _limit_words(klass)) for klass in found]
    return render(request, "cases/staff/classes.html", {"rows": rows})


def _limit_words(klass: CaseClass) -> str:
    limit = limit_of(klass)
    return duration(limit.amount, limit.kind) if limit else ""


@needs("cases.classes")
def edit_class(request: Request, code: str) -> HttpResponse:
    klass = CaseClass.objects.filter(code=code, retired_at=None).prefetch_related("limits").first()
    if klass is None:
        raise NotFound
    limit = limit_of(klass)
    initial = {name: getattr(klass, name) for name in TEXTS}
    initial |= {"amount": limit.amount, "unit": limit.kind} if limit else {}

    def change(given: Mapping[str, Any]) -> None:
        amount, unit = given["amount"], given["unit"]
        change_class(
            klass=klass,
            publicity=Publicity(given["publicity"]),
            limit=Limit(amount, Kind(unit)) if amount else None,
            by=request.by,
            at=timezone.now(),
            **{name: given[name] for name in TEXTS if name != "publicity"},
        )

    return ask(
        request,
        ClassForm(request.POST or None, initial=initial),
        change,
        back=reverse("cases:classes"),
        heading=_("Class “%(name)s”") % {"name": klass.title},
        button=_("Save"),
        lead=_("Cases that are being handled keep their date. The log says what you change."),
    )
