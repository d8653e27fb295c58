"""What the cases can say of an installation's condition: whether what is reported can be filed and finds somebody."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.cases.domain.queries import classes
from linli.cases.domain.routing import day_of
from linli.cases.enums import Share
from linli.cases.models import Responsibility
from linli.core.doctor import Answer, bad, check, look, well
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.places.domain.queries import governed_path


@check("classes", gettext_lazy("Classes of case"))
def filed_under(at: datetime) -> Answer:
    """Without classes nothing can be filed; a class whose post does not exist stays with the duty officer."""
    there = {klass.pk for klass in classes()}
    if not there:
        return bad(_("There are no classes of case: nothing that is reported can be filed."), "linli office starters")
    day = day_of(at)
    rows = Responsibility.objects.filter(share=Share.LEAD, klass__in=there).values_list(
        "klass", "role", "since", "until"
    )
    now = [
        (klass, role)
        for klass, role, since, until in rows
        if (not since or since <= day) and (not until or day < until)
    ]
    answered = {klass for klass, role in now if role in _roles()}
    missing = {role for klass, role in now if klass not in answered}
    alone = len({klass for klass, _role in now} - answered)
    if not alone:
        return well(_("Every class of case has a post that answers for it."))
    words = ngettext(
        "%(n)s class of case goes to a post that nobody has made, so it stays with the duty officer: %(roles)s.",
        "%(n)s classes of case go to posts that nobody has made, so they stay with the duty officer: %(roles)s.",
        alone,
    )
    return look(
        words % {"n": alone, "roles": ", ".join(str(Role(role).label) for role in sorted(missing))},
        _("Make these posts at /people/, or say at /admin/classes/ who answers instead."),
    )


def _roles() -> set[str]:
    """Roles of which this office has a post."""
    ours = governed_path()
    return {post.role for post in directory().by_key.values() if post.place.path.startswith(ours)}
