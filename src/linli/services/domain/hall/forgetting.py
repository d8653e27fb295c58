"""What is left of a visit: after two weeks no code opens it any more, after a year and a half it is gone."""

from datetime import datetime, timedelta

from linli.services.models_queue import ACTIVE, Appointment, EntryStatus, Ticket, WaitingListEntry

CODES, ROWS = timedelta(days=14), timedelta(days=540)


def forget(*, at: datetime) -> None:
    """Codes first; then the rows, of which only counts and times were of use."""
    codes, rows = at - CODES, at - ROWS
    ended = Ticket.objects.exclude(status__in=ACTIVE)
    ended.filter(taken_at__lt=codes).update(code_hash=None)
    Ticket.objects.filter(taken_at__lt=rows).delete()
    Appointment.objects.filter(minute__lt=_minute(codes)).update(code_hash=None, contact_sealed=None)
    Appointment.objects.filter(minute__lt=_minute(rows)).delete()
    old = WaitingListEntry.objects.exclude(status__in=[EntryStatus.WAITING, EntryStatus.OFFERED])
    # Whoever took a time that was offered has no other code than the entry's, until two weeks after that time.
    old.filter(ended_at__lt=codes).exclude(appointment__minute__gte=_minute(codes)).delete()


def _minute(at: datetime) -> int:
    """Minutes since 1970, as appointments count."""
    return int(at.timestamp()) // 60
