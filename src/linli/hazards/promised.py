"""What of hazards a public promise can be measured by: that somebody looks again, in its time, at what is said to
be put right."""

from django.utils.translation import gettext_lazy as _

from linli.hazards.workflow import LOOK_AGAIN
from linli.procedures.promise_sources import Source, by_clock, register

register(
    Source(
        "hazard_again",
        _("that a hazard said to be put right is looked at again within its time limit"),
        lambda since, until: by_clock(since, until, rule=LOOK_AGAIN, procedure__kind="hazard", procedure__sealed=False),
        own_clock=True,
    )
)
