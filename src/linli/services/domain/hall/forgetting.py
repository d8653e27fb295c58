"""What is left of a visit: after two weeks no code opens it any more, after a year and a half it is gone."""

from datetime import datetime, timedelta

from linli.services.models_queue import ACTIVE, HOLDING, Appointment, EntryStatus, Ticket, WaitingListEntry

CODES, ROWS = timedelta(days=14), timedelta(days=540)


def forget(*, at: datetime) -> None:
    """Codes first; then the rows, of which only counts and times were of use."""
    codes, rows = at - CODES, at - ROWS
    ended = Ticket.objects.exclude(status__in=ACTIVE)
    ended.filter(taken_at__lt=codes).update(code_hash=None)
    Ticket.objects.filter(taken_at__lt=rows).delete()
    minute = int(codes.timestamp()) // 60
    past = Appointment.objects.filter(minute__lt=minute)
    past.update(code_hash=None, contact_sealed=None)
    past.exclude(status__in=HOLDING).filter(made_at__lt=rows).delete()
    old = WaitingListEntry.objects.exclude(status__in=[EntryStatus.WAITING, EntryStatus.OFFERED])
    old.filter(ended_at__lt=codes).delete()
