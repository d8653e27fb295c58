"""What of mediation a public promise can be measured by: from the application to the mediator who begins.

Who refused or withdrew before that counts for neither side, and what must not be mediated (violence at home) is never
counted, so that no figure tells of it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.procedures.models import Procedure
from linli.procedures.promise_sources import Counted, Source, register, until_entry

NOT_BEGUN = ("refused", "withdrawn")
DIVERTED = "diverted"


def begun(since: datetime, until: datetime) -> Iterable[Counted]:
    """Two statements."""
    ended = Procedure.objects.filter(kind="mediation", opened__gte=since, opened__lt=until)
    states = dict(ended.filter(state__in=(*NOT_BEGUN, DIVERTED)).values_list("pk", "state"))
    return [
        one
        for one in until_entry(since, until, ends=("appoint",), kind="mediation")
        if states.get(one.key) != DIVERTED and (one.ended is not None or one.key not in states)
    ]


register(Source("mediation_begun", _("from an application for mediation to a mediator who begins"), begun))
