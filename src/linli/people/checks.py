"""What the directory of posts can say of an installation's condition."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.doctor import Answer, bad, check, look, well
from linli.core.installation import is_installed
from linli.people.domain.beginning import standing
from linli.people.domain.directory import directory
from linli.people.domain.keys import needs_second_key
from linli.people.enums import Role


@check("office", gettext_lazy("Office"))
def office(at: datetime) -> Answer:
    """Whether the office has begun, and somebody can do on the pages what is done by an administrator."""
    if not is_installed():
        return bad(_("No office has begun here."), "linli office begin")
    found = standing(at)
    if found is None:
        return bad(_("The office has no administrator's post."), "linli office begin")
    if found.account is None:
        if found.is_open(at):
            return look(
                _("The first administrator has not opened the invitation yet."),
                _("It opens once, within 7 days. For a new one: linli office begin --again"),
            )
        return bad(_("Nobody is administrator."), "linli office begin --again")
    if needs_second_key(account=found.account):
        return look(
            _("The administrator has set no passkey and no app yet, and cannot sign in without."),
            _("If they were interrupted: linli office begin --again"),
        )
    return well(_("The office has an administrator who can sign in."))


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
