"""What the loop does by itself: passing calls on that nobody answers, trying again, forgetting care checks."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import every_round, periodic
from linli.sensing.domain.alerts import forget_care, open_missing
from linli.sensing.domain.calls import escalate_calls


@every_round
def pass_calls_on() -> None:
    """Twice a second: an answer is waited for by the second."""
    escalate_calls(timezone.now())


@periodic("sensing.open_missing", every=timedelta(minutes=1))
def open_what_is_missing() -> None:
    """Open the cases that could not be opened when their alert came."""
    open_missing(timezone.now())


@periodic("sensing.forget_care", every=timedelta(hours=1))
def forget_care_checks() -> None:
    """Delete what care checks told, 48 hours later."""
    forget_care(timezone.now())
