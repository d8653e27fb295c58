"""How a calendar day is said on pages of bookings."""

from datetime import date, datetime, time

from django import template
from django.utils import timezone

from linli.core import dates

register = template.Library()


@register.filter
def weekday(day: date) -> str:
    """A day of the calendar as `day` says an instant: 11月30日 周一 / Mon 30 Nov."""
    return dates.day(datetime.combine(day, time(12), timezone.get_default_timezone()))
