"""What the door noticed, written to the database: refusals by day, when a device was last heard, and its battery.

In short transactions of at most 200 rows, a few minutes apart; what the database does not take now, it gets next time.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from linli.sensing.domain.door import Notes
from linli.sensing.domain.refusals import Reason
from linli.sensing.models import Device, DoorCount

ROWS_MOST = 200


def merge(into: Notes, new: Notes) -> None:
    """Add newer notes to older ones that wait."""
    into.refused.update(new.refused)
    into.seen |= new.seen
    into.battery |= new.battery
    into.skew |= new.skew


def flush_refused(notes: Notes, at: datetime) -> int:
    """Write the counts of refusals; returns how many rows. What is written is taken out of the notes."""
    day, written = timezone.localdate(at), 0
    while notes.refused:
        part = dict(islice(notes.refused.items(), ROWS_MOST))
        if not _write(partial(_count_all, day, part)):
            break
        for key in part:
            del notes.refused[key]
        written += len(part)
    return written


def _count_all(day: date, part: dict[tuple[int | None, Reason], int]) -> None:
    for (device, reason), number in part.items():
        _count(day, device, reason.value, number)


def _count(day: date, device: int | None, reason: str, number: int) -> None:
    counted = DoorCount.objects.filter(day=day, device=device, reason=reason)
    if counted.update(number=F("number") + number):
        return
    if device is None or Device.objects.filter(pk=device).exists():
        DoorCount.objects.create(day=day, device_id=device, reason=reason, number=number)


def flush_devices(notes: Notes) -> int:
    """Write when devices were last heard and what their batteries said; returns how many devices."""
    written = 0
    while devices := list(islice({**notes.seen, **notes.battery}, ROWS_MOST)):
        if not _write(partial(_hear_all, notes, devices)):
            break
        for device in devices:
            notes.seen.pop(device, None)
            notes.battery.pop(device, None)
        written += len(devices)
    return written


def _hear_all(notes: Notes, devices: list[int]) -> None:
    for device in devices:
        _heard(notes, device)


def _heard(notes: Notes, device: int) -> None:
    if seen := notes.seen.get(device):
        at = _instant(seen)
        Device.objects.filter(Q(seen_at=None) | Q(seen_at__lt=at), pk=device).update(seen_at=at)
    if found := notes.battery.get(device):
        percent, at = min(max(found[0], 0), 100), _instant(found[1])
        older = Device.objects.filter(Q(battery_at=None) | Q(battery_at__lt=at), pk=device)
        older.update(battery=percent, battery_at=at)


def _write(rows: Callable[[], object]) -> bool:
    """One transaction; False where the database is occupied or away."""
    try:
        with transaction.atomic():
            rows()
    except DatabaseError:
        connection.close()
        return False
    return True


def _instant(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
