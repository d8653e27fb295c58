"""What hazards tell the procedures they live in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.core import files
from linli.engines.clocks import Kind, Limit
from linli.hazards.domain.checklists import line_named
from linli.hazards.enums import HazardKind
from linli.hazards.models import Hazard, Notice
from linli.hazards.offline import pages_to_keep
from linli.hazards.workflow import AGAIN, DEPARTMENT, LOOK_AGAIN, LOOKS, RECTIFY, WORKFLOW
from linli.procedures.domain.limits import calendar
from linli.procedures.models import Procedure
from linli.procedures.registry import OwnLimit, ProcedureKind

KEPT = 1096  # days
STATES: dict[str, Any] = {
    "found": pgettext_lazy("hazard", "found"),
    "noticed": pgettext_lazy("hazard", "to be put right"),
    "claimed": pgettext_lazy("hazard", "to be looked at again"),
    "unresolved": pgettext_lazy("hazard", "not put right"),
    "escalated": pgettext_lazy("hazard", "with the department"),
    "closed": pgettext_lazy("hazard", "put right"),
    "none": pgettext_lazy("hazard", "no hazard"),
}
TONES = {
    "found": "new", "noticed": "active", "claimed": "waiting", "unresolved": "late", "escalated": "active",
    "closed": "done", "none": "off",
}  # fmt: skip
CLOCKS: dict[str, Any] = {
    LOOKS: _("look and notice"),
    RECTIFY: _("putting it right"),
    LOOK_AGAIN: _("second look by somebody else"),
    AGAIN: _("notice again, or passing it on"),
    DEPARTMENT: _("the department acts"),
}


def own_limit(clock: str, procedure: Procedure) -> OwnLimit | None:
    """The days that the notice sets; and for the first look less time where a way out is blocked, none in danger."""
    hazard: Hazard = procedure.hazard
    if clock == RECTIFY and hazard.days:
        return OwnLimit(Limit(hazard.days, Kind.NATURAL_DAY), RECTIFY, assumed=True)
    if clock == LOOKS and hazard.imminent and not procedure.clocks.filter(rule=LOOKS).exists():
        return _of_law("fire.at_once", procedure)
    if clock == LOOKS and hazard.blocks:
        return _of_law("fire.look_blocked", procedure)
    return None


def _of_law(name: str, procedure: Procedure) -> OwnLimit:
    rule = lawbook.rule(name, on=procedure.opened.astimezone(calendar().tz).date())
    return OwnLimit(rule.limit, rule.id, rule.assumed)


def erase(procedure: Procedure) -> None:
    """Forget what the hazard and its notices say of persons, the photographs and the signatures."""
    Hazard.objects.filter(pk=procedure.pk).update(text="", where="", answers_name="", demand="", answer="")
    Notice.objects.filter(procedure=procedure).update(
        answers_name="", found="", demand="", signed_name="", signature=None
    )
    files.purge_all(procedure.pk)


def title(procedure: Procedure) -> str:
    hazard: Hazard = procedure.hazard
    return gettext("Hazard: {kind}").format(kind=HazardKind(hazard.kind).label)


def gist(procedure: Procedure) -> str:
    """The line of the list that was not as it should be, or the beginning of what was written."""
    line = line_named(procedure.hazard.line)
    return line.title if line else procedure.hazard.text[:60]


def url(procedure: Procedure) -> str:
    return reverse("hazards:hazard", args=[procedure.number])


HAZARD = ProcedureKind(
    workflow=WORKFLOW, own_limit=own_limit, erase=erase, title=title, url=url, gist=gist, label=_("hazard"),
    related=("hazard",), states=STATES, clocks=CLOCKS, keep_days=KEPT,
    pages_to_keep=pages_to_keep,
)  # fmt: skip
