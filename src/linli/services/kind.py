"""What requests tell the procedures they live in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core import files
from linli.engines.clocks import Kind, Limit
from linli.procedures.models import Procedure
from linli.procedures.registry import OwnLimit, ProcedureKind
from linli.services.models import HomeVisit, Request, RequestMaterial
from linli.services.models_papers import PaperFile
from linli.services.workflow import WORKFLOW

STATES: dict[str, Any] = {
    "received": pgettext_lazy("request", "received"),
    "accepted": pgettext_lazy("request", "accepted"),
    "passed_on": pgettext_lazy("request", "with the department"),
    "decided": pgettext_lazy("request", "result ready"),
    "ended": pgettext_lazy("request", "finished"),
    "refused": pgettext_lazy("request", "refused"),
    "rectifying": pgettext_lazy("request", "being put right"),
    "rectified": pgettext_lazy("request", "put right"),
    "withdrawn": pgettext_lazy("request", "withdrawn"),
}
TONES = {
    "received": "new", "accepted": "active", "passed_on": "active", "decided": "active", "ended": "done",
    "refused": "off", "rectifying": "late", "rectified": "done", "withdrawn": "off",
}  # fmt: skip
CLOCKS: dict[str, Any] = {
    "request.check": _("check of the papers"),
    "request.papers": _("what was asked for"),
    "request.decide": _("decision"),
    "request.deliver": _("handing over the result"),
    "rating.contact": _("call after a bad rating"),
    "rating.rectify": _("putting right after a bad rating"),
}
PERSONAL = ("applicant", "proxy", "relation", "words", "room", "missing", "result", "refusal", "remedy", "grade_words")


def own_limit(clock: str, procedure: Procedure) -> OwnLimit | None:
    """The days that the item promises, as they stood when the request was made; at once means the next working day
    at the latest."""
    if clock != "request.decide":
        return None
    version = procedure.request.version
    return OwnLimit(Limit(max(version.days, 1), Kind(version.unit)), source="item")


def erase(procedure: Procedure) -> None:
    """Forget whose matter it was and what was said; that the item was asked for, and its grade, may stay."""
    Request.objects.filter(pk=procedure.pk).update(**dict.fromkeys(PERSONAL, ""), keep_papers=False, keep_until=None)
    RequestMaterial.objects.filter(request=procedure.pk).delete()
    HomeVisit.objects.filter(request=procedure.pk).delete()
    PaperFile.objects.filter(request=procedure.pk).delete()
    files.purge_all(procedure.pk)


def title(procedure: Procedure) -> str:
    return procedure.request.item.title


def url(procedure: Procedure) -> str:
    return reverse("services:request", args=[procedure.number])


REQUEST = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=own_limit,
    erase=erase,
    title=title,
    url=url,
    label=_("service request"),
    related=("request__item",),
    states=STATES,
    clocks=CLOCKS,
)
