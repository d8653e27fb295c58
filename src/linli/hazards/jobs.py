"""What hazards do by themselves: forget what is kept of premises that closed long ago."""

from datetime import timedelta

from django.utils.timezone import now

from linli.core.jobs import periodic
from linli.hazards.domain.premises import forget_closed


@periodic("hazards.forget_premises", every=timedelta(days=1))
def forget_premises() -> None:
    forget_closed(at=now())
