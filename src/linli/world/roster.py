"""Who is on duty in the synthetic neighbourhood, this week and the next."""

from datetime import datetime, time, timedelta

from django.utils.timezone import localtime

from linli.people.domain.duty import Shift, plan_duty
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.world.people import BY, FIRE

BEFORE = timedelta(days=22)  # who was on duty when the devices of the past weeks called
ROUND_THE_CLOCK = (Shift(time(8), timedelta(hours=12)), Shift(time(20), timedelta(hours=12)))


def build_roster(*, at: datetime) -> int:
    """Put the street's desk and the mini fire station on duty round the clock for the weeks before and the two to come.

    Two of the station are on duty at a time, so that nobody goes alone. Returns the number of duties.
    """
    first = localtime(at).date()
    desk = office_posts(Role.DUTY_OFFICER, Role.AREA_LEAD)
    fire = [post for post in office_posts(Role.DEPARTMENT_HANDLER) if post.organisation.name == FIRE]
    turns = (desk, fire, [*fire[len(fire) // 2 :], *fire[: len(fire) // 2]])
    return sum(
        len(plan_duty(posts=posts, shifts=ROUND_THE_CLOCK, first=first - BEFORE, days=BEFORE.days + 14, by=BY, at=at))
        for posts in turns
    )
