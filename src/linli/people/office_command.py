"""What `linli office begin` and `linli office starters` do, and what they say of it and of what is next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from linli.core import starters
from linli.core.errors import DomainError, Invalid
from linli.core.installation import is_installed
from linli.core.views.health import pending_migrations
from linli.people.domain import beginning
from linli.people.domain.beginning import Named, Standing
from linli.people.domain.invitations import send_invitation

Say = Callable[[str], object]


@dataclass(frozen=True)
class Asked:
    """What the command was called with. again: a new link instead of the one that was never used."""

    district: Named = field(default_factory=Named)
    street: Named = field(default_factory=Named)
    office: Named = field(default_factory=Named)
    name: str = ""
    email: str = ""
    again: bool = False
    starters: bool = True


def run_begin(asked: Asked, *, at: datetime, say: Say = print) -> int:
    """Begin an office, or say how far it has come. 1 where that is refused, in words."""
    if not _is_prepared(say):
        return 1
    try:
        return _again(asked, at, say) if asked.again else _begin(asked, at, say)
    except Invalid as told:
        for name, message in told.fields.items() or [("", told.message)]:
            say(f"--{name}: {message}" if name else str(message))
    except DomainError as told:
        say(str(told.message))
    return 1


def run_starters(*, at: datetime, say: Say = print) -> int:
    """Bring in what Linli comes with and this office has not."""
    if not _is_prepared(say):
        return 1
    if not is_installed():
        say(_("This office has not begun. First run: linli office begin"))
        return 1
    came = starters.bring_in(at=at)
    for starter, number in came:
        say(_("%(title)s: %(number)d new") % {"title": starter.title, "number": number})
    if any(number for _starter, number in came):
        say(_("Look through them before you use them: they are examples that your office changes."))
    else:
        say(_("All of it was there already. Nothing has changed."))
    return 0


def new_starters() -> str:
    """A line on what this version of Linli comes with and the office has not; empty where there is nothing."""
    waiting = starters.waiting() if is_installed() else []
    if not waiting:
        return ""
    named = ", ".join(f"{starter.title} {number}" for starter, number in waiting)
    return _("Linli comes with more than this office has (%(named)s). To bring it in: linli office starters") % {
        "named": named
    }


def _is_prepared(say: Say) -> bool:
    if pending_migrations():
        say(_("The database is not prepared. First run: linli prepare"))
        return False
    return True


def _begin(asked: Asked, at: datetime, say: Say) -> int:
    beginning.refuse_demo()
    before = beginning.standing(at)
    if before is not None:
        return _tell_standing(before, at, say)
    said = {"district": asked.district, "street": asked.street, "office": asked.office}
    found, token = beginning.begin(**said, name=asked.name, email=asked.email, at=at)
    place = found.post.place
    above = [place.parent.title] if place.parent else []
    say(_("%(office)s has begun, for: %(place)s") % {
        "office": found.post.organisation.title, "place": " · ".join([*above, place.title])
    })  # fmt: skip
    say(_("The first post is: %(post)s") % {"post": found.post.title})
    say("")
    if asked.starters:
        run_starters(at=at, say=say)
        say("")
    _tell_link(found, token, at, say)
    _tell_next(say)
    return 0


def _again(asked: Asked, at: datetime, say: Say) -> int:
    found, token = beginning.invite_again(email=asked.email, at=at)
    say(_("The earlier link leads nowhere any more."))
    _tell_link(found, token, at, say)
    return 0


def _tell_standing(found: Standing, at: datetime, say: Say) -> int:
    """What a second call finds. It changes nothing."""
    beginning.refuse_signed_in(found)
    say(_("This office has begun already: %(office)s. Nothing has changed.") % {
        "office": found.post.organisation.title
    })  # fmt: skip
    if found.account is not None:
        say(_("The first administrator opened the link, but has set no passkey and no app yet."))
    elif found.is_open(at) and found.invitation is not None:
        until = date_format(localtime(found.invitation.expires_at), "Y-m-d H:i")
        say(_("The invitation was not used yet. It is good until %(until)s.") % {"until": until})
    else:
        say(_("The invitation was not used and is too old."))
    say(_("For a new link: linli office begin --again"))
    return 0


def _tell_link(found: Standing, token: str, at: datetime, say: Say) -> None:
    """The link, printed here and kept nowhere; and sent, where there is a mail server to send it."""
    link = settings.ADDRESS + reverse("people:invitation", args=[token])
    address = found.account.email if found.account else found.invitation.email if found.invitation else ""
    if urlsplit(settings.CHANNELS["mail"]).scheme in {"smtp", "smtps"}:
        send_invitation(token=token, link=link, at=at)
        say(_("Invitation for %(email)s. It is sent by e-mail as soon as linli jobs runs, and stands here:") % {
            "email": address
        })  # fmt: skip
    else:
        say(_("Invitation for %(email)s. No mail server is set, so give them this link yourself:") % {"email": address})
    say(f"  {link}")
    say(_("It opens once, within 7 days. Whoever has it becomes the administrator, so show it to nobody else."))
    if urlsplit(link).hostname in {"localhost", "127.0.0.1"}:
        say(_("The link opens on this machine alone: LINLI_ADDRESS does not say yet what people type."))


def _tell_next(say: Say) -> None:
    say("")
    say(_("What to do next:"))
    for number, step in enumerate(
        (
            _("Start Linli, open the link, and choose a passkey, or a password and an app."),
            _("Bring in the areas, committees, estates and buildings at /places/import/."),
            _("At /people/ make the posts, the duty officer's first, and invite somebody to each."),
            _("Look what is still missing: linli doctor, or the page /admin/condition/."),
        ),
        start=1,
    ):
        say(f"  {number}. {step}")
