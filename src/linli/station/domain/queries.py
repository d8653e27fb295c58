"""What is read of call-outs: those of a day, and how many of them were on the scene in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from linli.people.actors import Viewer
from linli.procedures.models import Procedure
from linli.sensing.domain.calls import arrival_limit
from linli.station.models import CallOut

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """The call-outs of a day, the newest first. in_time of n were on the scene in time; who is still within the time
    counts in neither."""

    calls: Sequence[CallOut]
    in_time: int
    n: int


def call_outs_on(day: date, viewer: Viewer, *, now: datetime) -> Day:
    """The call-outs of a local day that these posts may see: of cases they may see, and of their own organisation.

    A sealed case is not among them. One statement.
    """
    starts = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    rows = CallOut.objects.filter(called_at__gte=starts, called_at__lt=starts + DAY, case__procedure__sealed=False)
    seen = rows.filter(case__procedure__in=Procedure.objects.visible_to(viewer)) | rows.filter(
        post__organisation__in=[post.organisation_id for post in viewer.posts]
    )
    calls = list(seen.distinct().select_related("post", "case__procedure__place", "case__klass").order_by("-called_at"))
    judged = [call for call in calls if call.on_scene_at is not None or now - call.called_at > arrival_limit()]
    return Day(calls, sum(is_in_time(call) for call in judged), len(judged))


def is_in_time(call: CallOut) -> bool:
    """Whether they were on the scene within three minutes of the call."""
    return call.on_scene_at is not None and call.on_scene_at - call.called_at <= arrival_limit()
