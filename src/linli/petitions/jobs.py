"""What happens to petitions by itself."""

from datetime import timedelta

from django.utils.timezone import now

from linli.core.jobs import periodic
from linli.petitions.domain.reviewing import lapse_due


@periodic("petitions.lapse", every=timedelta(hours=1))
def lapse() -> None:
    """End those that nobody asked to have reviewed within the days for it."""
    lapse_due(at=now())
