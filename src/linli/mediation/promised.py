"""What of mediation a public promise can be measured by: from the application to the mediator who begins.

Who refused or withdrew before that counts for neither side, nor does what must not be mediated (violence at home). What
turned out so only later stays counted, for a figure that fell again would tell of it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.procedures.models import Procedure
from linli.procedures.promise_sources import Counted, Source, register, until_entry

NOT_BEGUN = ("refused", "withdrawn", "diverted")


def begun(since: datetime, until: datetime) -> Iterable[Counted]:
    """Two statements."""
    ended = Procedure.objects.filter(kind="mediation", opened__gte=since, opened__lt=until)
    before = set(ended.filter(state__in=NOT_BEGUN).values_list("pk", flat=True))
    rows = until_entry(since, until, ends=("appoint",), kind="mediation")
    return [one for one in rows if one.ended is not None or one.key not in before]


register(Source("mediation_begun", _("from an application for mediation to a mediator who begins"), begun))
