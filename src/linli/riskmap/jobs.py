"""What the risk map does by itself: the checks of Decree 799, once a day."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import periodic
from linli.riskmap.domain.findings import run_checks


@periodic("riskmap.checks", every=timedelta(days=1))
def check_cameras() -> None:
    """Hold every camera to the checks."""
    run_checks(at=timezone.now())
