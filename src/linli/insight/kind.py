"""What yearly reviews tell the procedures they live in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.insight.domain.mechanisms import BY_CODE
from linli.insight.models import Review
from linli.insight.workflow import WORKFLOW
from linli.procedures.models import Procedure
from linli.procedures.registry import ProcedureKind

KEPT = 3653  # days: whoever reviews in ten years still reads what was concluded
STATES: dict[str, Any] = {
    "open": pgettext_lazy("review", "to be begun"),
    "reviewing": pgettext_lazy("review", "being reviewed"),
    "concluded": pgettext_lazy("review", "to be checked"),
    "checked": pgettext_lazy("review", "checked"),
    "left_out": pgettext_lazy("review", "left out"),
}
TONES = {"open": "new", "reviewing": "active", "concluded": "active", "checked": "done", "left_out": "off"}
CLOCKS: dict[str, Any] = {
    "review.begin": _("begin of the review"),
    "review.conclude": _("conclusion of the review"),
    "review.check": _("check of the conclusion"),
}


def erase(procedure: Procedure) -> None:
    """The conclusion is free text: it goes with the story."""
    Review.objects.filter(pk=procedure.pk).update(text="")


def title(procedure: Procedure) -> str:
    review = procedure.review
    known = BY_CODE.get(review.mechanism)
    told = gettext("Yearly review {year}: {mechanism}")
    return told.format(year=review.year, mechanism=known.label if known else review.mechanism)


def url(procedure: Procedure) -> str:
    return reverse("indicators:review", args=[procedure.number])


REVIEW = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=lambda _clock, _procedure: None,
    erase=erase,
    title=title,
    url=url,
    label=_("yearly review"),
    related=("review",),
    states=STATES,
    clocks=CLOCKS,
    keep_days=KEPT,
)
