"""What protection files tell the procedures they live in: as little as there is."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.engines.clocks import Kind, Limit
from linli.mediation.enums_protection import OrderState
from linli.mediation.models_protection import Protection, ProtectionOrder, SafeContact, SealedNote
from linli.mediation.workflow_protection import VALID, WORKFLOW
from linli.procedures.models import Procedure
from linli.procedures.registry import OwnLimit, ProcedureKind

MOST_DAYS = 180  # where the court's day is not written yet
DECIDED = (OrderState.ACCEPTED, OrderState.MADE)
KEPT = 90  # days after closing; then nothing of persons is left
STATES: dict[str, Any] = {
    "asked": pgettext_lazy("protection", "to be reached"),
    "must_report": pgettext_lazy("protection", "police to be told"),
    "helping": pgettext_lazy("protection", "being helped"),
    "closed": pgettext_lazy("protection", "closed"),
}
TONES = {"asked": "new", "must_report": "late", "helping": "active", "closed": "off"}
CLOCKS: dict[str, Any] = {
    "violence.contact": _("first contact"),
    "violence.report_at_once": _("report to the police"),
    "violence.visit_committee": _("visit by the committee"),
    "violence.visit_police": _("visit by the police station"),
    "violence.order_decide": _("decision of the court"),
    "violence.order_urgent": _("decision of the court, urgent"),
    "violence.order_valid": _("order is valid until"),
    "violence.order_renew": _("ask whether to extend the order"),
    "violence.reconsider": _("reconsideration by the court"),
}


def own_limit(clock: str, procedure: Procedure) -> OwnLimit | None:
    """An order ends on the day that the court wrote; one asks about extending it the lawbook's days before."""
    if clock not in VALID:
        return None
    order = ProtectionOrder.objects.filter(procedure=procedure, status__in=DECIDED).first()
    days = MOST_DAYS if order is None else _days(order)
    if clock == "violence.order_renew":
        before = lawbook.rule(clock, on=timezone.localdate(procedure.opened)).limit.amount
        days -= before
    return OwnLimit(Limit(max(1, days), Kind.NATURAL_DAY, roll=False), clock)


def _days(order: ProtectionOrder) -> int:
    """From the court's last decision to the last day on which the order holds."""
    decided = order.extended_at or order.decided_at
    if decided is None or order.valid_until is None:
        return MOST_DAYS
    return (order.valid_until - timezone.localdate(decided)).days


def erase(procedure: Procedure) -> None:
    """Everything sealed goes with the story; of an order its dates stay."""
    SafeContact.objects.filter(procedure=procedure).delete()
    SealedNote.objects.filter(procedure=procedure).delete()
    ProtectionOrder.objects.filter(procedure=procedure).update(details_sealed=None)
    Protection.objects.filter(pk=procedure.pk).update(claim_hash=None, whom="", danger="")


def title(_procedure: Procedure) -> str:
    """Whoever looks over a shoulder learns nothing."""
    return gettext("Sealed file")


def url(procedure: Procedure) -> str:
    return reverse("protection:file", args=[procedure.number])


PROTECTION = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=own_limit,
    erase=erase,
    title=title,
    url=url,
    label=_("sealed file"),
    related=("protection",),
    states=STATES,
    clocks=CLOCKS,
    keep_days=KEPT,
    in_my_file=False,
)
