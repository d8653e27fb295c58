"""Looking at devices every hour, and adding up what is seen: what no row keeps cannot be counted afterwards."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.insight.models import DailyCount
from linli.insight.models_indicators import PLACE_LENGTH
from linli.sensing.domain.device_queries import RUNNING, is_silent
from linli.sensing.enums import DeviceType
from linli.sensing.models import Device

HEARD, CHECKED = "devices_heard", "devices_checked"
Seen = dict[tuple[str, str], list[int]]


def look(*, at: datetime) -> int:
    """Look at every running device once and add what is seen to the sums of the day. Returns how many devices.

    Called in the transaction of the job that calls it, so that each look is added once. A device of the care check is
    not looked at: it says that somebody lives alone.
    """
    seen: Seen = defaultdict(lambda: [0, 0])
    devices = Device.objects.filter(status__in=RUNNING).exclude(type=DeviceType.CARE).select_related("place")
    today, number = timezone.localdate(at), 0
    for device in devices:
        number += 1
        place = device.place.path[:PLACE_LENGTH]
        if device.expected:
            _add(seen[HEARD, place], not is_silent(device, at))
        if device.next_check is not None:
            _add(seen[CHECKED, place], device.next_check > today)
    with transaction.atomic():
        for (code, place), (above, n) in sorted(seen.items()):
            row, _made = DailyCount.objects.get_or_create(code=code, day=today, place=place)
            DailyCount.objects.filter(pk=row.pk).update(
                above=F("above") + above, n=F("n") + n, looks=F("looks") + 1
            )  # fmt: skip
    return number


def _add(sums: list[int], is_well: bool) -> None:
    sums[0] += is_well
    sums[1] += 1
