"""Two figures of the ten: hazards put right in time, and premises that closed or put themselves right."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.hazards.enums import PremisesStatus
from linli.hazards.models import Visit
from linli.hazards.workflow import RECTIFY
from linli.procedures.enums import ClockState
from linli.procedures.models import Clock

DAY = timedelta(days=1)
DONE = (PremisesStatus.CORRECTED, PremisesStatus.CLOSED)


def counts(paths: Sequence[str] | None, first: date, last: date) -> tuple[int, int]:
    """(hazards found put right at the second look after the first notice, in its time; hazards whose time ended).

    The time is that of the first notice; what was passed on before it ended is not among them. One statement each.
    paths: only below these; none for all.
    """
    ended = hazards_ended(paths, first, last)
    in_time = ended.filter(state=ClockState.MET, procedure__state="closed", procedure__hazard__notices=1)
    return in_time.count(), ended.count()


def hazards_ended(paths: Sequence[str] | None, first: date, last: date) -> QuerySet[Clock]:
    """The rows behind it: the first notice's clock of each hazard, where its time ends in the period."""
    earlier = Clock.objects.filter(procedure=OuterRef("procedure"), rule=RECTIFY, pk__lt=OuterRef("pk"))
    rows = Clock.objects.filter(
        _below("procedure__place_path", paths), ~Exists(earlier), procedure__kind="hazard", rule=RECTIFY,
        due__gt=_midnight(first), due__lte=_midnight(last + DAY),
    )  # fmt: skip
    return rows.exclude(state=ClockState.DROPPED, procedure__state="escalated")


def premises_done(paths: Sequence[str] | None, first: date, last: date) -> int:
    """Premises that were found closed or put right at a visit in the period; each once. One statement."""
    rows = Visit.objects.filter(
        _below("premises__place_path", paths), after__in=DONE, at__gte=_midnight(first), at__lt=_midnight(last + DAY)
    )
    return rows.order_by().values("premises").distinct().count()


def _below(name: str, paths: Sequence[str] | None) -> Q:
    if paths is None:
        return Q()
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{name}__gte": path, f"{name}__lt": path + "~"})
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
