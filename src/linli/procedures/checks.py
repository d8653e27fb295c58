"""What the procedures can say of an installation's condition: the proof of the story, and the calendar."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.doctor import Answer, age, bad, check, look, well
from linli.procedures.domain.limits import calendar
from linli.procedures.models import Anchor, Procedure, Verification

LATE = timedelta(hours=1)


@check("anchors", gettext_lazy("Anchors of the story"))
def anchors(at: datetime) -> Answer:
    waiting = Anchor.objects.filter(exported_at=None).order_by("number").first()
    if waiting is not None and at - waiting.at > LATE:
        return bad(
            _("Anchors have not been exported for %(age)s.") % {"age": age(at - waiting.at)},
            _("Can Linli write to %(folder)s? Then run: linli audit anchor") % {"folder": settings.ANCHORS},
        )
    if not Anchor.objects.exists() and Procedure.objects.exists():
        return look(_("No story was anchored yet."), _("Does linli jobs run? It anchors every ten minutes."))
    if settings.ANCHORS.resolve().is_relative_to(settings.DATA.resolve()):
        return look(
            _("The anchors lie on the same disk as the database that they prove."),
            _("Name a folder on another machine or medium in LINLI_ANCHORS."),
        )
    return well(_("The anchors are exported, apart from the database."))


@check("proof", gettext_lazy("Proof of the story"))
def proof(at: datetime) -> Answer:
    last = Verification.objects.order_by("-ended_at").first()
    if last is None:
        return look(
            _("The stories have not been read again yet."), _("It is done once a day; or run: linli audit verify")
        )
    if last.found:
        return bad(_("Stories are not as they were written."), _("Look at /audit/, and keep the newest backups."))
    return well(_("All stories were found as written, %(age)s ago.") % {"age": age(at - last.ended_at)})


@check("calendar", gettext_lazy("Calendar of working days"))
def years(at: datetime) -> Answer:
    known, today = set(calendar().years), localdate(at)
    if today.year not in known:
        return bad(
            _("This year's working days are not known: due dates are provisional."),
            _("Load the calendar at /admin/calendar/."),
        )
    if today.month == 12 and today.year + 1 not in known:
        return look(
            _("Next year's working days are not known yet."),
            _("Upgrade Linli once they are announced, and load them at /admin/calendar/."),
        )
    return well(_("Known up to the end of %(year)s.") % {"year": max(known)})
