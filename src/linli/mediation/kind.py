"""What mediations tell the procedures they live in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.mediation.domain.forgetting import erase
from linli.mediation.domain.types import type_of
from linli.mediation.workflow import WORKFLOW
from linli.procedures.models import Procedure
from linli.procedures.registry import ProcedureKind

STATES: dict[str, Any] = {
    "applied": pgettext_lazy("mediation", "asked for"),
    "asking": pgettext_lazy("mediation", "the other side is asked"),
    "choosing": pgettext_lazy("mediation", "a mediator is chosen"),
    "mediating": pgettext_lazy("mediation", "being mediated"),
    "agreed": pgettext_lazy("mediation", "agreement in effect"),
    "performed": pgettext_lazy("mediation", "agreement performed"),
    "unperformed": pgettext_lazy("mediation", "agreement not performed"),
    "refused": pgettext_lazy("mediation", "one side does not want it"),
    "withdrawn": pgettext_lazy("mediation", "withdrawn"),
    "failed": pgettext_lazy("mediation", "ended without agreement"),
    "diverted": pgettext_lazy("mediation", "taken another way"),
}
TONES = {
    "applied": "new", "asking": "waiting", "choosing": "waiting", "mediating": "active", "agreed": "done",
    "performed": "done", "unperformed": "late", "refused": "off", "withdrawn": "off", "failed": "off",
    "diverted": "sealed",
}  # fmt: skip
# What the parties read. That something goes another way is nobody's business on either side: it reads as failed.
STATES_FOR_PARTIES = STATES | {"diverted": STATES["failed"]}
TONES_FOR_PARTIES = TONES | {"diverted": TONES["failed"]}
CLOCKS: dict[str, Any] = {
    "mediation.contact": _("getting in touch with the other side"),
    "mediation.answer": _("answer of the other side"),
    "mediation.confirm": _("joint application to the court"),
    "mediation.police": _("the police take it up"),
}
# A report to the police stands in no party's file.
CLOCKS_FOR_PARTIES = CLOCKS | {"mediation.police": _("an answer inside the office")}


def title(procedure: Procedure) -> str:
    return gettext("Mediation: {type}").format(type=type_of(procedure.mediation.type).title)


def url(procedure: Procedure) -> str:
    return reverse("mediation:file", args=[procedure.number])


MEDIATION = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=lambda _clock, _procedure: None,
    erase=erase,
    title=title,
    url=url,
    label=_("mediation"),
    related=("mediation",),
    states=STATES_FOR_PARTIES,  # what a party finds in its own file too
    clocks=CLOCKS_FOR_PARTIES,
)
