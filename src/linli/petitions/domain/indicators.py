"""What the indicators count of petitions."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from linli.procedures.enums import ClockState
from linli.procedures.models import Clock

OFFICE = (
    "petition.forward", "petition.notice", "petition.notice_transferred", "petition.handle", "petition.study",
    "petition.review", "petition.recheck",
)  # fmt: skip


def counts(paths: Sequence[str] | None, first: date, last: date) -> tuple[int, int]:
    """(met, all) of the office's time limits that ended from `first` to `last`, both included.

    paths: subtrees of places; none for everywhere. A petition that is closed to somebody is not counted: no number
    that they read may move by it. The yearly report counts those, for readers to whom they are open.
    """
    zone = timezone.get_default_timezone()
    begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    ended = Clock.objects.filter(
        procedure__kind="petition", procedure__excludes=False, rule__in=OFFICE, ended__gte=begin, ended__lt=end,
        state__in=(ClockState.MET, ClockState.MISSED),
    )  # fmt: skip
    if paths is not None:
        below = Q(pk__in=[])
        for path in paths:
            below |= Q(procedure__place_path__gte=path, procedure__place_path__lt=path + "~")
        ended = ended.filter(below)
    states = list(ended.values_list("state", flat=True))
    return sum(state == ClockState.MET for state in states), len(states)
