"""What pages say of a mediation: its story for staff and for a party, in the active language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.core import dates
from linli.mediation.domain.types import say_ways
from linli.mediation.enums import Side
from linli.people.models import Post
from linli.procedures.domain.story import Line

SAID: dict[str, Any] = {
    "applied": gettext_lazy("Mediation asked for"),
    "came_from": gettext_lazy("Handed on from another matter"),
    "screened": gettext_lazy("Safety questions: each answered with no"),
    "joined": gettext_lazy("One more person written down"),
    "ask": gettext_lazy("The other side is asked"),
    "asked": gettext_lazy("Asked whether you are willing"),
    "willing": gettext_lazy("Willing to be mediated, rights told before"),
    "consent": gettext_lazy("Everybody is willing"),
    "refuse": gettext_lazy("One side does not want to be mediated: it ends here"),
    "withdraw": gettext_lazy("The application was withdrawn"),
    "proposed": gettext_lazy("A mediator was proposed"),
    "proposal_declined": gettext_lazy("A proposed mediator was not accepted"),
    "appoint": gettext_lazy("The mediator was chosen by both sides"),
    "recuse": gettext_lazy("The mediator stepped back"),
    "open_wanted": gettext_lazy("A side said whether it wants it held openly"),
    "said": gettext_lazy("To the mediator alone"),
    "allowed": gettext_lazy("Passing on allowed or no longer allowed"),
    "passed_on": gettext_lazy("Passed on by the mediator"),
    "wrote": gettext_lazy("From the mediator"),
    "talk": gettext_lazy("In the shared talk"),
    "talk_allowed": gettext_lazy("Shared talk allowed"),
    "talk_revoked": gettext_lazy("Shared talk no longer allowed"),
    "invited": gettext_lazy("Somebody was proposed to help"),
    "invitation_accepted": gettext_lazy("Everybody agrees: this person helps"),
    "invitation_declined": gettext_lazy("This person does not take part"),
    "session_planned": gettext_lazy("A meeting was fixed"),
    "session_held": gettext_lazy("A meeting was recorded"),
    "session_cancelled": gettext_lazy("A meeting did not take place"),
    "laid_out": gettext_lazy("The agreement is laid out for signature"),
    "signed": gettext_lazy("Signed"),
    "agree": gettext_lazy("The agreement is in effect"),
    "stop": gettext_lazy("A party ended the mediation"),
    "fail": gettext_lazy("Ended by the mediator: no agreement"),
    "ways_told": gettext_lazy("Where one can turn now"),
    "apply_court": gettext_lazy("Joint application handed in at the court"),
    "court_confirmed": gettext_lazy("The court confirmed the agreement"),
    "court_refused": gettext_lazy("The court did not confirm the agreement"),
    "performance_reminder": gettext_lazy("Reminder: something agreed falls due"),
    "performance_done": gettext_lazy("Done as agreed"),
    "perform": gettext_lazy("Everything was performed"),
    "leave_unperformed": gettext_lazy("Not performed"),
    "divert": gettext_lazy("Taken another way"),
    "danger": gettext_lazy("Told to the police: it may escalate"),
    "police_done": gettext_lazy("Answer of the police"),
    "month_passed": gettext_lazy("A month has passed. This is a reminder; no limit is broken."),
    "kept": gettext_lazy("Taken into an account"),
    "code_issued": gettext_lazy("A letter with a fresh code was made"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "recounted": gettext_lazy("The date was reckoned anew"),
    "reassigned": gettext_lazy("Passed on to another post"),
    "contact_removed": gettext_lazy("A party had its contact removed"),
    "purged": gettext_lazy("Persons forgotten, as the rules say"),
}
ASIDE = ("said", "allowed", "passed_on", "wrote", "talk", "talk_allowed", "talk_revoked")  # stand in the talk, not here


def told(line: Line, posts: Mapping[int, Post]) -> dict[str, Any]:
    """One line for the timeline."""
    says = line.says or {}
    because = " · ".join(part for part in _parts(line, says, posts) if part)
    return {
        "at": line.at, "what": str(SAID.get(line.kind, line.kind)), "because": because, "by": _by(line),
        "tone": "late" if line.kind in ("missed", "danger") else "",
    }  # fmt: skip


def _by(line: Line) -> str:
    if line.post is not None:
        return str(line.post.title)
    return _("a party") if line.actor.startswith("party:") else _("Linli, by itself")


def _parts(line: Line, says: Mapping[str, Any], posts: Mapping[int, Post]) -> Sequence[str]:
    if line.kind == "ways_told":
        return say_ways(says.get("ways", ()))
    side = str(Side(says["side"]).label) if says.get("side") in Side.values else ""
    named = posts.get(says.get("to") or says.get("to_post") or 0)
    return [
        side,
        named.title if named else "",
        str(says.get("name") or ""),
        str(says.get("what") or ""),
        str(says.get("court") or ""),
        _day(says.get("due") or says.get("on")),
        _("the person agreed to it on %(day)s") % {"day": _day(says["agreed_on"])} if says.get("agreed_on") else "",
        _moment(says.get("starts")),
        str(says.get("where") or ""),
        str(says.get("text") or says.get("because") or ""),
    ]


def one_day(day: date) -> str:
    """A day without a time: 25 Nov 2026 / 2026年11月25日."""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {day:%b} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _day(text: Any) -> str:
    day = parse_date(str(text)) if text else None
    return one_day(day) if day else ""


def _moment(text: Any) -> str:
    moment = parse_datetime(str(text)) if text else None
    return dates.when(moment) if moment else ""


def lines_told(lines: Sequence[Line], *, talks: bool = False) -> list[dict[str, Any]]:
    """The story without the written talk, which has a place of its own on the page. One statement for the posts."""
    shown = [line for line in lines if talks or line.kind not in ASIDE]
    named = {key for line in shown for name in ("to", "to_post") if isinstance(key := (line.says or {}).get(name), int)}
    posts = {post.pk: post for post in Post.objects.filter(pk__in=named)} if named else {}
    return [told(line, posts) for line in shown]
