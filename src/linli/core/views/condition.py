"""The page of this installation's condition: what `linli doctor` says, for an administrator without a terminal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from linli.core import doctor
from linli.core.access import needs
from linli.core.doctor import State

TAGS: dict[State, tuple[Any, str]] = {
    State.WELL: (pgettext_lazy("condition", "well"), "done"),
    State.LOOK: (pgettext_lazy("condition", "look at it"), "waiting"),
    State.BAD: (pgettext_lazy("condition", "wrong"), "late"),
}


@needs("core.jobs")
@require_safe
def condition(request: HttpRequest) -> HttpResponse:
    findings = [(finding, *TAGS[finding.state]) for finding in doctor.examine(at=timezone.now())]
    wrong = sum(finding.state is not State.WELL for finding, *_ in findings)
    return render(request, "core/pages/condition.html", {"findings": findings, "wrong": wrong})
