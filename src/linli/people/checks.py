"""What the directory of posts can say of an installation's condition."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.doctor import Answer, bad, check, look, well
from linli.people.domain.directory import directory
from linli.people.enums import Role


@check("posts", gettext_lazy("Posts"))
def posts(at: datetime) -> Answer:
    """Work of a vacant post goes up the ladder; without a duty officer it has nowhere to go."""
    known = directory()
    if not any(known.is_staffed(post, at) for post in known.with_role(Role.DUTY_OFFICER)):
        return bad(
            _("Nobody is duty officer: work that reaches a vacant post stays there."), _("Give the post at /people/.")
        )
    vacant = sum(not known.is_staffed(post, at) for post in known.by_key.values())
    if vacant:
        words = ngettext("%(n)s post has no holder.", "%(n)s posts have no holder.", vacant) % {"n": vacant}
        return look(words, _("Give or close them at /people/: their work goes up the ladder meanwhile."))
    return well(_("Every post has a holder."))
