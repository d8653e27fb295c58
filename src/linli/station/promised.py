"""What of the station itself a public promise can be measured by: call-outs, and questions to the legal studio."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.procedures.promise_sources import Counted, Source, by_clock, register
from linli.station.models import CallOut
from linli.station.workflow_legal import ANSWER


def _calls(since: datetime, until: datetime) -> Iterable[Counted]:
    calls = CallOut.objects.filter(called_at__gte=since, called_at__lt=until, case__procedure__sealed=False)
    return [Counted(*row) for row in calls.values_list("case", "called_at", "on_scene_at")]


register(Source("call_out", _("from the call of the mini fire station to its arrival"), _calls))
# Every question is sealed. How many were answered in time is a figure of the studio and says nothing of who asked.
register(
    Source(
        "legal_answer",
        _("that a question to the legal studio is answered within its time limit"),
        lambda since, until: by_clock(since, until, rule=ANSWER, procedure__kind="legal_question"),
        own_clock=True,
    )
)
