"""What the service hall gives the indicators."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from linli.services.enums import Channel
from linli.services.models import Request

AT_WINDOW = (Channel.WINDOW, Channel.PAPER)


def counts(paths: Sequence[str] | None, first: date, last: date) -> tuple[int, int]:
    """(settled without a second visit, settled) of the matters brought to the window, by the day of the result.

    paths: the places that count, with all below them; none for all.  first, last: both included. One statement each.
    A refusal is a result too; what was withdrawn is not.
    """
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    settled = Request.objects.filter(channel__in=AT_WINDOW, ended_at__gte=begin, ended_at__lt=end)
    if paths is not None:
        inside = Q(pk__in=[])
        for path in paths:
            inside |= Q(procedure__place_path__gte=path, procedure__place_path__lt=path + "~")
        settled = settled.filter(inside)
    return settled.filter(at_first_visit=True).count(), settled.count()
