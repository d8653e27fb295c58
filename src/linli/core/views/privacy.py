"""What is kept of persons, and what was thought of before: the field catalogue and the register of assessments."""

from itertools import groupby
from typing import Any, cast

from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from linli.core import assessments, catalogue, keyset
from linli.core.access import needs, public
from linli.core.errors import NotFound
from linli.core.forms import DayInput, KitForm
from linli.core.models import ImpactAssessment

Status = ImpactAssessment.Status

TONES = {Status.DRAFT: "new", Status.IN_FORCE: "done", Status.WITHDRAWN: "off"}
TEXTS = ("title", "purpose", "necessity", "risks", "measures", "assessed_on", "review_on")


class AssessmentForm(KitForm):
    title = forms.CharField(label=_("What is assessed?"), max_length=120)
    purpose = forms.CharField(label=_("What is it for?"), max_length=4000, widget=forms.Textarea)
    necessity = forms.CharField(label=_("Why can it not be done with less?"), max_length=4000, widget=forms.Textarea)
    risks = forms.CharField(label=_("What could it do to people?"), max_length=4000, widget=forms.Textarea)
    measures = forms.CharField(label=_("What is done against that?"), max_length=4000, widget=forms.Textarea)
    assessed_on = forms.DateField(label=_("Assessed on"), widget=DayInput)
    review_on = forms.DateField(label=_("To be looked at again on"), widget=DayInput)

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        begins, again = values.get("assessed_on"), values.get("review_on")
        if begins and again and again <= begins:
            self.add_error("review_on", _("Choose a day after the assessment."))
        return values


@public
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """The catalogue, by app, in the order in which the apps build on each other."""
    order = [config.label for config in apps.get_app_configs()]
    entries = sorted(catalogue.registered(), key=lambda entry: order.index(entry.app))
    groups = [
        {"title": apps.get_app_config(app).verbose_name, "entries": list(group)}
        for app, group in groupby(entries, key=lambda entry: entry.app)
    ]
    days = settings.BACKUPS_KEPT if settings.BACKUPS else None  # one backup a day
    return render(request, "core/pages/fields.html", {"groups": groups, "days": days})


@public
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The assessments in force; with core.assessments drafts and withdrawn ones as well."""
    page = keyset.newest(_readable(request), request.GET)
    rows = [{"assessment": row, "tone": TONES[Status(row.status)]} for row in page.rows]
    return render(request, "core/pages/assessments.html", {"page": page, "rows": rows})


@public
@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    found = _readable(request).filter(pk=pk).first()
    if found is None:
        raise NotFound
    context = {"assessment": found, "tone": TONES[Status(found.status)], "back_url": "/privacy/assessments/"}
    return render(request, "core/pages/assessment.html", context)


@needs("core.assess")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new draft, or change one."""
    initial = {"assessed_on": timezone.localdate()}
    if pk is not None:
        found = assessments.find_assessment(pk)
        initial = {name: getattr(found, name) for name in TEXTS}
    form = AssessmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        written = assessments.write_assessment(pk=pk, values=form.cleaned_data, by=_by(request), at=timezone.now())
        return redirect("core:assessment", written.pk)
    back = f"/privacy/assessments/{pk}/" if pk else "/privacy/assessments/"
    return render(request, "core/pages/edit_assessment.html", {"form": form, "pk": pk, "back_url": back})


@needs("core.assess")
@require_POST
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft into force, or withdraw what is."""
    assessments.turn_assessment(pk=pk, to=request.POST.get("to", ""), by=_by(request), at=timezone.now())
    return redirect("core:assessment", pk)


def _by(request: HttpRequest) -> Any:
    """Who acts; people gives it to every request."""
    return cast("Any", request).by


def _readable(request: HttpRequest) -> QuerySet[ImpactAssessment]:
    if request.user.is_authenticated and request.user.has_perm("core.assessments"):
        return ImpactAssessment.objects.all()
    return ImpactAssessment.objects.filter(status=Status.IN_FORCE)
