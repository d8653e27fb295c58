"""What indicators do by themselves: look at devices every hour, and open the yearly reviews."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import periodic
from linli.insight.domain.looking import look
from linli.insight.domain.reviews import open_reviews


@periodic("insight.look", every=timedelta(hours=1))
def look_at_devices() -> None:
    """Add to the sums of the day how many devices are as they should be."""
    look(at=timezone.now())


@periodic("insight.open_reviews", every=timedelta(days=1))
def open_due_reviews() -> None:
    """Open the review of each mechanism whose day has come."""
    open_reviews(at=timezone.now())
