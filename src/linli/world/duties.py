"""Which department of the synthetic neighbourhood answers for what, where the starter catalogue only names the role."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from linli.cases.domain.duties import Duty, add_duty, end_duty, rows_for
from linli.cases.domain.queries import classes
from linli.cases.enums import Share
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.world.people import BY, FIRE, HOUSING

LETTING = "overcrowding"
PAST, COMING, LONG = timedelta(days=20), timedelta(days=45), timedelta(days=1000)


def build_duties(street: Any, *, at: datetime) -> None:
    """Letting went over to the housing department three weeks ago; from next month on mediators help with pets. Fire
    alarms have been the mini fire station's for long."""
    known = {klass.code: klass for klass in classes()}
    bodies = {post.organisation.name: post.organisation for post in office_posts(Role.DEPARTMENT_HANDLER)}
    housing, fire = bodies[HOUSING], bodies[FIRE]
    turned, comes = localtime(at - PAST).date(), localtime(at + COMING).date()
    before = next(row for row in rows_for(known[LETTING], street) if row.share == Share.LEAD)
    end_duty(duty=before, shown=None, until=turned, by=BY, at=at)
    any_department = next(row for row in rows_for(known["fire"], street) if row.share == Share.LEAD)
    end_duty(duty=any_department, shown=None, until=localtime(at - LONG).date(), by=BY, at=at)
    for duty in (
        Duty(known["fire"], street, Share.LEAD, Role.DEPARTMENT_HANDLER, fire, "微型消防站24小时值守"),
        Duty(known[LETTING], street, Share.LEAD, Role.DEPARTMENT_HANDLER, housing, "房屋租赁归房管部门", since=turned),
        Duty(known["pets"], street, Share.HELPER, Role.MEDIATOR, why="邻里养宠纠纷由调解员协助", since=comes),
    ):
        add_duty(duty=duty, by=BY, at=at)
