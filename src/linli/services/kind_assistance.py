"""What assistance tells the procedures it lives in. A title names neither person nor need."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.procedures.models import Procedure
from linli.procedures.registry import ProcedureKind
from linli.services.models_assistance import Assistance, Thanks
from linli.services.workflow_assistance import WORKFLOW

STATES: dict[str, Any] = {
    "found": pgettext_lazy("assistance", "to be asked whether they want it"),
    "received": pgettext_lazy("assistance", "received"),
    "checking": pgettext_lazy("assistance", "being looked into"),
    "granted": pgettext_lazy("assistance", "granted, to be called back"),
    "running": pgettext_lazy("assistance", "aid is given"),
    "hearing": pgettext_lazy("assistance", "hearing before less"),
    "ended": pgettext_lazy("assistance", "ended"),
    "refused": pgettext_lazy("assistance", "refused"),
    "declined": pgettext_lazy("assistance", "not wanted"),
    "withdrawn": pgettext_lazy("assistance", "withdrawn"),
}
TONES = {
    "found": "new", "received": "new", "checking": "active", "granted": "active", "running": "done",
    "hearing": "waiting", "ended": "off", "refused": "off", "declined": "off", "withdrawn": "off",
}  # fmt: skip
CLOCKS: dict[str, Any] = {
    "assistance.consent": _("asking the person"),
    "assistance.begin": _("beginning to look into it"),
    "assistance.decide": _("decision"),
    "assistance.papers": _("papers after urgent aid"),
    "assistance.missing": _("the missing papers"),
    "assistance.hearing": _("hearing the person"),
    "assistance.call_back": _("call-back"),
}


def erase(procedure: Procedure) -> None:
    """Forget who it was and what they needed; that somebody was helped, and in what time, may stay."""
    Assistance.objects.filter(pk=procedure.pk).update(
        called_sealed=None, words_sealed=None, aid_sealed=None, lead_sealed=None
    )
    Thanks.objects.filter(procedure=procedure.pk).delete()


def title(procedure: Procedure) -> str:
    return gettext("Social assistance {number}").format(number=procedure.number)


def url(procedure: Procedure) -> str:
    return reverse("bookings:assistance_file", args=[procedure.pk])


ASSISTANCE = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=lambda _clock, _procedure: None,
    erase=erase,
    title=title,
    url=url,
    label=_("social assistance"),
    states=STATES,
    clocks=CLOCKS,
)
