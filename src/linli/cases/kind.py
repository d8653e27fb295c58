"""What cases tell the procedures they live in."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.closing import may_be_public
from linli.cases.domain.duplicates import forget_marks
from linli.cases.domain.standards import limit_of_case
from linli.cases.models import Case
from linli.cases.offline import pages_to_keep
from linli.cases.sentences import CLOCKS, STATES, shorten
from linli.cases.workflow import WORKFLOW
from linli.core import files, search
from linli.procedures.models import Procedure
from linli.procedures.registry import OwnLimit, ProcedureKind


def own_limit(clock: str, procedure: Procedure) -> OwnLimit | None:
    """The limit that the case's class, or its kind at the hotline, sets for this clock."""
    return limit_of_case(clock, procedure.case, procedure.opened)


def erase(procedure: Procedure) -> None:
    """Forget what the case says of persons: its text, where, answer, photographs, search row and marks."""
    Case.objects.filter(pk=procedure.pk).update(text="", where="", answer="", lon=None, lat=None, import_key=None)
    files.purge_all(procedure.pk)
    search.remove(procedure.pk)
    forget_marks(procedure.pk)


def title(procedure: Procedure) -> str:
    klass = procedure.case.klass
    return klass.title if klass else gettext("not yet filed")


def gist(procedure: Procedure) -> str:
    return shorten(procedure.case.text)


def url(procedure: Procedure) -> str:
    return reverse("cases:case", args=[procedure.number])


CASE = ProcedureKind(
    workflow=WORKFLOW,
    own_limit=own_limit,
    erase=erase,
    title=title,
    url=url,
    gist=gist,
    label=_("case"),
    related=("case__klass",),
    states=STATES,
    clocks=CLOCKS,
    may_be_public=lambda procedure: may_be_public(procedure.case),
    pages_to_keep=pages_to_keep,
)
