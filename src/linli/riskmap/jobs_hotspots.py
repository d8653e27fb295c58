"""Working out hotspots: what was asked at once, and every night what everybody asks."""

from datetime import timedelta

from django.utils import timezone

from linli.core.jobs import Lease, job, periodic
from linli.riskmap.domain.hotspot_answering import work_out
from linli.riskmap.domain.hotspot_questions import WORK_OUT, ask_standing
from linli.riskmap.domain.sources import CASES
from linli.riskmap.models import HotspotRun


@job(WORK_OUT, steps=True)
def answer(lease: Lease, run: int) -> None:
    """Work out one question. One that was forgotten meanwhile needs no answer."""
    found = HotspotRun.objects.filter(pk=run).first()
    if found is not None:
        work_out(found, at=timezone.now(), step=lease.step)


@periodic("riskmap.hotspots_nightly", every=timedelta(days=1), steps=True)
def ask_nightly(_lease: Lease) -> None:
    """Ask what everybody asks, of the days up to yesterday."""
    now = timezone.now()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    ask_standing(yesterday, [code for code, _title in CASES.codes()], at=now)
