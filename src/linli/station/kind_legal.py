"""What questions about the law tell the procedures they live in. A title names neither person nor matter."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.procedures.models import Procedure
from linli.procedures.registry import ProcedureKind
from linli.station.models_legal import LegalQuestion
from linli.station.workflow_legal import WORKFLOW

STATES: dict[str, Any] = {
    "asked": pgettext_lazy("legal question", "asked"),
    "answering": pgettext_lazy("legal question", "being answered"),
    "answered": pgettext_lazy("legal question", "answered"),
    "aid": pgettext_lazy("legal question", "legal aid applied for"),
    "granted": pgettext_lazy("legal question", "legal aid given, lawyer to be named"),
    "appointed": pgettext_lazy("legal question", "a lawyer is named"),
    "closed": pgettext_lazy("legal question", "closed"),
    "withdrawn": pgettext_lazy("legal question", "taken back"),
}
TONES = {
    "asked": "new", "answering": "active", "answered": "done", "aid": "active", "granted": "active",
    "appointed": "done", "closed": "off", "withdrawn": "off",
}  # fmt: skip
CLOCKS: dict[str, Any] = {
    "legal.answer": _("answer of the legal studio"),
    "legal_aid.decide": _("decision on legal aid"),
    "legal_aid.appoint": _("naming a lawyer"),
}


def erase(procedure: Procedure) -> None:
    """Forget what was asked and answered; that it was, and in what time, may stay."""
    LegalQuestion.objects.filter(pk=procedure.pk).update(words_sealed=None, answer_sealed=None)


def title(procedure: Procedure) -> str:
    return gettext("Legal question {number}").format(number=procedure.number)


def url(procedure: Procedure) -> str:
    return reverse("legal:file", args=[procedure.number])


LEGAL = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=lambda _clock, _procedure: None,
    erase=erase,
    title=title,
    url=url,
    label=_("legal question"),
    states=STATES,
    clocks=CLOCKS,
)
