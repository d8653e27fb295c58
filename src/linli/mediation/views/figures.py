"""How many disputes of which kind were mediated, and how often there was an agreement; and the form to print."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.core.access import public
from linli.mediation.domain.queries import by_type
from linli.mediation.domain.screening import QUESTIONS
from linli.mediation.domain.types import types
from linli.mediation.rights import RIGHTS
from linli.mediation.words import one_day
from linli.people.middleware import Request


@public
@require_safe
def figures(request: Request) -> HttpResponse:
    """By kind, over the last twelve months. A small number is not shown: it would point at people."""
    last = timezone.localdate()
    first = date(last.year - 1, last.month, 1)
    rows = by_type(None, first=first, last=last)
    context = {
        "rows": rows, "first": one_day(first), "last": one_day(last),
        "came": sum(row.came for row in rows), "agreed": sum(row.agreed for row in rows),
        "ended": sum(row.ended for row in rows), "back_url": "",
    }  # fmt: skip
    return render(request, "mediation/figures.html", context)


@public
@require_safe
def print_form(request: Request) -> HttpResponse:
    """The application on paper, to be filled in by hand and handed in at the counter."""
    context = {"rights": RIGHTS, "types": list(types().values()), "questions": list(QUESTIONS.values())}
    return render(request, "mediation/print_form.html", context)
