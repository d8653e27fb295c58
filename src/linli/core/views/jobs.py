"""The page of dead jobs: what could not be done, tried again or dropped by somebody who says why."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from linli.core import jobs, keyset
from linli.core.access import needs
from linli.core.forms import KitForm
from linli.core.models import Job


class DropForm(KitForm):
    because = forms.CharField(
        label=_("Why is it not needed any more?"),
        max_length=200,
        error_messages={"required": _("Write why it is not needed, in a line.")},
    )


@needs("core.jobs")
@require_GET
def dead(request: HttpRequest) -> HttpResponse:
    """Jobs that failed five times, the newest first."""
    page = keyset.newest(Job.objects.filter(done_at=None, dead_at__isnull=False), request.GET)
    minutes = int(jobs.oldest_due(at=timezone.now()).total_seconds()) // 60
    return render(request, "core/pages/jobs.html", {"page": page, "minutes": minutes})


@needs("core.jobs")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    jobs.retry(job=pk, by=cast("Any", request).by, at=timezone.now())
    return redirect("core:jobs")


@needs("core.jobs")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and drop."""
    job = jobs.find_dead(pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        jobs.drop(job=pk, because=form.cleaned_data["because"], by=cast("Any", request).by, at=timezone.now())
        return redirect("core:jobs")
    return render(request, "core/pages/drop_job.html", {"form": form, "job": job, "back_url": "/jobs/", "grave": True})
