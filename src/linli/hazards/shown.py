"""What pages say of a hazard: its story in words, its pictures, its notices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from linli.core import dates
from linli.core.models import File
from linli.core.pictures import PICTURES, WIDTHS
from linli.hazards.domain.checklists import line_named
from linli.hazards.enums import Answers, Handed
from linli.hazards.kind import STATES
from linli.hazards.models import Hazard, Notice
from linli.hazards.workflow import FOUND
from linli.people.domain.directory import directory
from linli.procedures.domain.referrals import ANSWERED, CAME, REFERRED
from linli.procedures.domain.story import Line
from linli.procedures.sentences import referral_told

SAID: Mapping[str, Any] = {
    FOUND: pgettext_lazy("hazard", "Found"),
    "serve": gettext_lazy("Notice served"),
    "secure": gettext_lazy("Measures taken at once"),
    "claim": gettext_lazy("Said to be put right"),
    "confirm": gettext_lazy("Second look: put right. Closed"),
    "not_right": gettext_lazy("Second look: not put right"),
    "serve_again": gettext_lazy("Notice served again"),
    "more_time": gettext_lazy("More time given"),
    "escalate": gettext_lazy("Passed on to who enforces"),
    "act": gettext_lazy("The department acted"),
    "no_hazard": gettext_lazy("Looked at: no hazard"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "reassigned": gettext_lazy("Passed on to another post"),
    "contact_removed": gettext_lazy("The contact was removed"),
}
# What whoever pointed it out reads: what happened, never what was written inside the office.
SAID_OUTSIDE: Mapping[str, Any] = {
    FOUND: gettext_lazy("You pointed it out"),
    "serve": gettext_lazy("Whoever answers for it has the notice"),
    "serve_again": gettext_lazy("It was not put right; the notice was served again"),
    "escalate": gettext_lazy("It was passed on to the fire service or a department"),
    "confirm": gettext_lazy("Somebody else looked: it is put right"),
    "no_hazard": gettext_lazy("Somebody looked: there is no hazard"),
}


def told(line: Line, pictures: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """One line of the story as the timeline shows it to staff."""
    says = line.says or {}
    what = str(SAID.get(line.kind, line.kind))
    if line.kind in (REFERRED, CAME, ANSWERED) and says:
        what = referral_told(line.kind, says)
    return {
        "at": line.at, "what": what, "by": line.post.title if line.post else _by(line), "because": _because(line),
        "tone": {"missed": "late", "not_right": "late", "confirm": "done"}.get(line.kind, ""),
        "photos": [pictures[key] for key in says.get("photos", ()) if key in pictures],
    }  # fmt: skip


def _by(line: Line) -> str:
    return _("whoever pointed it out") if line.actor.startswith("party:") else _("Linli, by itself")


def _because(line: Line) -> str:
    says = line.says or {}
    if line.kind in ("serve", "serve_again"):
        words = {"to": says.get("to", ""), "demand": says.get("demand", ""), "days": says.get("days", "")}
        return _("%(to)s: %(demand)s (within %(days)s days)") % words
    parts = [str(says[key]) for key in ("because", "text") if says.get(key)]
    if line.kind == "escalate" and (post := directory().by_key.get(says.get("to", 0))):
        parts.insert(0, f"{post.title}:")
    return " ".join(parts)


def told_outside(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The story for whoever pointed it out, without names and without what staff wrote."""
    return [
        {"at": line.at, "what": str(SAID_OUTSIDE[line.kind]), "because": _days_given(line)}
        for line in lines if line.kind in SAID_OUTSIDE
    ]  # fmt: skip


def _days_given(line: Line) -> str:
    days = (line.says or {}).get("days") if line.kind in ("serve", "serve_again") else None
    return (
        ngettext("to be put right within %(days)d day", "to be put right within %(days)d days", days) % {"days": days}
        if days
        else ""
    )


def picture(file: File) -> dict[str, Any]:
    """A picture as `{% photo %}` and the timeline take it."""
    full = reverse("core:file", args=[file.pk])
    thumb = reverse("core:preview", args=[file.pk, WIDTHS[0]]) if file.media_type in PICTURES else full
    words = {"when": dates.when(file.uploaded_at)}
    return {
        "thumb": thumb, "full": full, "alt": _("Photo of %(when)s") % words, "width": file.width,
        "height": file.height,
    }  # fmt: skip


def pictures_of(hazard: Hazard, notices: Iterable[Notice]) -> dict[str, dict[str, Any]]:
    """The photographs by key; signatures are none."""
    signatures = {notice.signature for notice in notices if notice.signature}
    files = File.objects.filter(procedure=hazard.pk, purged_at=None).exclude(pk__in=signatures)
    return {str(file.pk): picture(file) for file in files.order_by("uploaded_at")}


def what(hazard: Hazard) -> str:
    """The line of the list that was not as it should be, turned into what is missing, or nothing."""
    line = line_named(hazard.line)
    return line.title if line else ""


def state_word(hazard: Hazard) -> str:
    return str(STATES[hazard.procedure.state])


def who(answers: str, name: str) -> str:
    """The property company: Gaojian / 物业：高建."""
    return _("%(kind)s: %(name)s") % {"kind": Answers(answers).label, "name": name} if answers else ""


def handed_word(notice: Notice) -> str:
    return str(Handed(notice.handed).label)
