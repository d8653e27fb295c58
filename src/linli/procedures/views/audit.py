"""The auditor's pages: anchors, verification, what was written lately, and who opened what is sealed."""

from dataclasses import astuple
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from linli.core import catalogue, keyset
from linli.core.access import needs
from linli.core.errors import NotFound
from linli.core.forms import KitForm
from linli.core.models import ViewLog
from linli.people.middleware import Request
from linli.procedures.domain import audit as proof
from linli.procedures.domain.queries import entries_for_audit, numbers_of, visible_procedure
from linli.procedures.models import Anchor, Verification

ANCHORS_SHOWN = 10

FINDINGS = {
    "altered": _("altered"),
    "removed": _("removed"),
    "reordered": _("reordered"),
    "cut_off": _("cut off"),
    "unanchored": _("not anchored"),
}


class NumberForm(KitForm):
    number = forms.CharField(
        label=_("Number of the case"),
        max_length=20,
        error_messages={"required": _("Write the number of nine characters.")},
    )


@needs("procedures.audit")
def audit(request: Request) -> HttpResponse:
    """The start page: how far the proof reaches, and what the last reading of everything found."""
    return _page(request, NumberForm())


@needs("procedures.audit")
@require_POST
def verify_one(request: Request) -> HttpResponse:
    """Read one story again, now."""
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        procedure = visible_procedure(form.cleaned_data["number"], request.viewer)
    except NotFound:
        form.add_error("number", _("There is no such case, or it is sealed. Sealed ones are read with all others."))
        return _page(request, form, status=422)
    checked = {
        "number": procedure.number,
        "seq": procedure.seq,
        "findings": [_told(*astuple(finding)) for finding in proof.verify_one(procedure)],
        "anchors": proof.anchors_of(procedure),
    }
    return _page(request, form, checked=checked)


@needs("procedures.audit")
@require_POST
def verify_all(request: Request) -> HttpResponse:
    """Ask for a reading of everything, soon; one at a time."""
    proof.ask_for_verification(by=request.by, at=timezone.now())
    return redirect("procedures:audit")


@needs("procedures.audit")
def entries(request: Request) -> HttpResponse:
    """What was written lately: when, by which post, of what kind. What it says is not shown here."""
    page = keyset.newest(entries_for_audit(request.viewer), request.GET)
    return render(request, "procedures/audit_entries.html", {"page": page})


@needs("procedures.audit")
def views(request: Request) -> HttpResponse:
    """Who opened which sealed field, when and why; never whose."""
    page = keyset.newest(ViewLog.objects.select_related("viewer"), request.GET)
    numbers = numbers_of([row.procedure for row in page.rows if row.procedure], request.viewer)
    shown = [
        (row, catalogue.title_of(row.field), numbers.get(row.procedure, "") if row.procedure else "")
        for row in page.rows
    ]
    return render(request, "procedures/audit_views.html", {"page": page, "rows": shown})


def _told(what: str, number: str, seq: int | None, _detail: str) -> tuple[Any, str]:
    """A finding for people: what it is, and of which entry of which case."""
    return FINDINGS[what], f"{number} #{seq}" if seq else number


def _page(request: Request, form: NumberForm, *, status: int = 200, **more: Any) -> HttpResponse:
    last = Verification.objects.order_by("-pk").first()
    newest = Anchor.objects.order_by("-number")[:ANCHORS_SHOWN]
    context = {
        "form": form,
        "anchors": [(anchor, bytes(anchor.hash).hex()[:12]) for anchor in newest],
        "last": last,
        "findings": [_told(*finding) for finding in last.findings] if last else [],
        **more,
    }
    return render(request, "procedures/audit.html", context, status=status)
