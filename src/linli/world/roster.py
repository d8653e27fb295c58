"""Who is on duty in the synthetic neighbourhood, this week and the next."""

from datetime import datetime, time, timedelta

from django.utils.timezone import localtime

from linli.people.domain.duty import Shift, plan_duty
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.world.people import BY

ROUND_THE_CLOCK = (Shift(time(8), timedelta(hours=12)), Shift(time(20), timedelta(hours=12)))


def build_roster(*, at: datetime) -> int:
    """Put the street's desk on duty round the clock for two weeks. Returns the number of duties."""
    first = localtime(at).date()
    posts = office_posts(Role.DUTY_OFFICER, Role.AREA_LEAD)
    return len(plan_duty(posts=posts, shifts=ROUND_THE_CLOCK, first=first, days=14, by=BY, at=at))
