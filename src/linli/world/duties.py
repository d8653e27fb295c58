"""Which department of the synthetic neighbourhood answers for what, where the starter catalogue only names the role."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from linli.cases.domain.duties import Duty, add_duty, end_duty, rows_for
from linli.cases.domain.queries import classes
from linli.cases.enums import Share
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.world.people import BY, HOUSING

LETTING = "overcrowding"
PAST, COMING = timedelta(days=20), timedelta(days=45)


def build_duties(street: Any, *, at: datetime) -> None:
    """Letting went over to the housing department three weeks ago; from next month on mediators help with pets."""
    known = {klass.code: klass for klass in classes()}
    housing = next(
        post.organisation for post in office_posts(Role.DEPARTMENT_HANDLER) if post.organisation.name == HOUSING
    )
    turned, comes = localtime(at - PAST).date(), localtime(at + COMING).date()
    before = next(row for row in rows_for(known[LETTING], street) if row.share == Share.LEAD)
    end_duty(duty=before, shown=None, until=turned, by=BY, at=at)
    for duty in (
        Duty(known[LETTING], street, Share.LEAD, Role.DEPARTMENT_HANDLER, housing, "房屋租赁归房管部门", since=turned),
        Duty(known["pets"], street, Share.HELPER, Role.MEDIATOR, why="邻里养宠纠纷由调解员协助", since=comes),
    ):
        add_duty(duty=duty, by=BY, at=at)
