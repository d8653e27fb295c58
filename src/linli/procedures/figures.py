"""What the procedures tell Prometheus."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from linli.core.metrics import measured
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock


@measured("linli_clocks", "running clocks", labels=("state",))
def clocks(at: datetime) -> Mapping[tuple[str, ...], float]:
    red, amber = Q(due__lte=at), Q(amber__lte=at, due__gt=at)
    running = Clock.objects.filter(state=ClockState.RUNNING)
    found = running.aggregate(red=Count("pk", red), amber=Count("pk", amber), all=Count("pk"))
    green = found["all"] - found["red"] - found["amber"]
    return {("red",): found["red"], ("amber",): found["amber"], ("green",): green}
