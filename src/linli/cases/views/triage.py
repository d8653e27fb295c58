"""The page of the model that reads which class a message is about: what it learnt, how well it does, learning again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.cases.domain.learning import ask_to_learn, is_learning
from linli.cases.domain.triage_record import model_card, past_models, weeks
from linli.core.access import needs
from linli.people.middleware import Request


@needs("cases.triage")
@require_GET
def card(request: Request) -> HttpResponse:
    """The model in use, in words and figures."""
    shown = model_card()
    report = shown.row.report if shown else {}
    context = {
        "card": shown,
        "past": past_models(),
        "weeks": weeks(at=timezone.now()),
        "learning": is_learning(),
        "may_learn": request.user.has_perm("cases.learn"),
        "right": round(100 * (1 - report.get("wrong", 0))),
        "unsure": round(100 * report.get("unsure", 0)),
        "wrong": round(100 * report.get("wrong", 0)),
        "threshold": round(100 * shown.row.threshold) if shown else 0,
    }
    return render(request, "cases/staff/triage.html", context)


@needs("cases.learn")
@require_POST
def learn(request: Request) -> HttpResponse:
    """Learn again as soon as a worker is free."""
    ask_to_learn(by=request.by, at=timezone.now())
    messages.success(request, _("It is being learnt. That takes some seconds; you can leave this page."))
    return redirect("cases:triage")
