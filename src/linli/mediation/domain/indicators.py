"""How many mediations ended with an agreement."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.procedures.models import Entry, Procedure

SETTLED = "agree"
WITHOUT = ("refuse", "withdraw", "stop", "fail", "divert")  # no number tells one of these ends from another


def counts(paths: Sequence[str] | None, first: date, last: date) -> tuple[int, int]:
    """Disputes settled by mediation: (those that ended with an agreement, mediations that ended) from day to day.

    paths: subtrees of the places, none for everywhere. A mediation ends when its agreement takes effect; performance
    is another thing. One statement each.
    """
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    entries = Entry.objects.filter(procedure__in=_of(paths), at__gte=start, at__lt=end)
    settled = entries.filter(kind=SETTLED).count()
    return settled, settled + entries.filter(kind__in=WITHOUT).count()


def _of(paths: Sequence[str] | None) -> QuerySet[Procedure]:
    procedures = Procedure.objects.filter(kind="mediation")
    if paths is None:
        return procedures
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(place_path__gte=path, place_path__lt=path + "~")
    return procedures.filter(inside)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
