"""What pages say of a request: who has it and until when, and its story, for the person and for staff."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from linli.core import dates
from linli.procedures.domain.story import Line
from linli.procedures.models import Clock
from linli.procedures.sentences import duration
from linli.services.domain.catalogue import Standing
from linli.services.enums import Channel, Grade, Half, Handing
from linli.services.workflow import PAPERS

WHERE: dict[str, Any] = {
    "received": gettext_lazy("The window has your request and checks the papers."),
    "accepted": gettext_lazy("Your request is accepted. The window works on it."),
    "passed_on": gettext_lazy("The department has your request."),
    "decided": gettext_lazy("The result is here."),
    "ended": gettext_lazy("Your request is finished."),
    "refused": gettext_lazy("Your request was refused. The reasons, and what you can do, stand below."),
    "rectifying": gettext_lazy("You were not satisfied. Somebody above the window calls you and puts it right."),
    "rectified": gettext_lazy("What you found wrong was looked into. Read below what was done."),
    "withdrawn": gettext_lazy("You withdrew this request."),
}
BY_WHEN: dict[str, Any] = {
    "request.check": gettext_lazy("You hear by {when} whether anything is missing."),
    "request.papers": gettext_lazy("Send or bring it by {when}."),
    "request.decide": gettext_lazy("It is decided by {when}."),
    "request.deliver": gettext_lazy("You get it by {when}."),
    "rating.contact": gettext_lazy("You are called by {when}."),
    "rating.rectify": gettext_lazy("It is put right by {when}."),
}
WAITS = gettext_lazy("The days stand still until what is missing is here.")
STILL_WAITS = gettext_lazy(
    "It was needed by {when}. Send or bring it now; if you cannot get it, ring the service hall."
)


@dataclass(frozen=True)
class Stands:
    """Two sentences for the person: who has it, and by when. late: the promised time is over."""

    who: str
    when: str
    late: bool = False


def stands(state: str, clock: Clock | None, at: datetime, *, waits: bool) -> Stands:
    """Where a request stands, for the person whose it is."""
    who = str(WHERE[state])
    if waits:
        return Stands(_("Something is still needed from you."), _awaited(clock, at))
    if clock is None or clock.due is None or clock.rule not in BY_WHEN:
        return Stands(who, "")
    when = dates.deadline(clock.due, now=at)
    if at >= clock.due:
        return Stands(who, _("This should have been done by {when}. It is late.").format(when=when), late=True)
    said = BY_WHEN[clock.rule].format(when=when)
    return Stands(who, f"{said} {_('This date is provisional.')}" if clock.provisional else said)


def _awaited(clock: Clock | None, at: datetime) -> str:
    """By when it is needed; a request of which it was asked before that had a time limit has none."""
    if clock is None or clock.due is None or clock.rule != PAPERS:
        return str(WAITS)
    when = dates.deadline(clock.due, now=at)
    return STILL_WAITS.format(when=when) if at >= clock.due else f"{BY_WHEN[PAPERS].format(when=when)} {WAITS}"


def promise(standing: Standing) -> str:
    """How long an item takes, in a sentence."""
    days = standing.version.days
    if days == 0:
        return _("Done while you wait")
    return _("At most %(days)s after all papers are here") % {"days": duration(days, standing.version.unit)}


def bring_title(count: int) -> str:
    """Bring these two papers."""
    if count == 0:
        return _("You need to bring nothing")
    return ngettext("Bring this one paper", "Bring these %(n)s papers", count) % {"n": _number(count)}


def _number(count: int) -> str:
    words = (
        pgettext("papers", "two"), pgettext("papers", "three"), pgettext("papers", "four"), pgettext("papers", "five"),
        pgettext("papers", "six"),
    )  # fmt: skip
    return words[count - 2] if 2 <= count <= len(words) + 1 else str(count)


# --- the story


@dataclass(frozen=True)
class Told:
    """One line of the story as `{% timeline %}` shows it."""

    at: datetime
    what: str
    by: str
    because: str
    tone: str = ""


def _grade(says: Mapping[str, Any]) -> str:
    grade = says.get("grade")
    return str(Grade(grade).label) if grade in Grade.values else ""


def one_day(day: date) -> str:
    """A calendar day as pages say it: 11月25日 周二 / Tue 25 Nov."""
    return dates.day(datetime.combine(day, time(12), timezone.get_default_timezone()))


def _visit(says: Mapping[str, Any]) -> str:
    if says.get("half") not in Half.values:
        return ""
    return f"{one_day(date.fromisoformat(says['on']))}, {Half(says['half']).label}"


def _labelled(choices: Any, key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda says: str(choices(says[key]).label) if says.get(key) in choices.values else ""


def _words(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda says: str(says.get(key, ""))


SAID: dict[str, tuple[Any, Callable[[Mapping[str, Any]], str]]] = {
    "received": (gettext_lazy("Asked for"), _labelled(Channel, "channel")),
    "receive": (gettext_lazy("Papers received"), lambda _says: ""),
    "papers_sent": (gettext_lazy("Papers sent as photos or files"), lambda _says: ""),
    "papers_in": (gettext_lazy("All papers are here; the days go on"), lambda _says: ""),
    "ask_papers": (gettext_lazy("Asked, once, for what is missing"), _words("text")),
    "accept": (gettext_lazy("Accepted; the promised days begin"), lambda _says: ""),
    "settle": (gettext_lazy("Done at the window"), _words("result")),
    "pass_on": (gettext_lazy("Passed on to the department"), lambda _says: ""),
    "send_back": (gettext_lazy("Sent back to the window"), _words("because")),
    "decide": (gettext_lazy("Decided"), _words("result")),
    "refuse": (gettext_lazy("Refused"), _words("because")),
    "hand_over": (gettext_lazy("Result handed over"), _labelled(Handing, "handing")),
    "withdraw": (gettext_lazy("Withdrawn"), _words("text")),
    "rate": (gettext_lazy("Rated"), _grade),
    "rate_badly": (gettext_lazy("Rated"), _grade),
    "rate_again": (gettext_lazy("Rated again"), _grade),
    "call": (gettext_lazy("Called about the rating"), _words("text")),
    "rectify": (gettext_lazy("Put right"), _words("text")),
    "visit_planned": (gettext_lazy("Home visit planned"), _visit),
    "visit_done": (gettext_lazy("Home visit made"), lambda _says: ""),
    "visit_missed": (gettext_lazy("Home visit: nobody at home"), lambda _says: ""),
    "visit_cancelled": (gettext_lazy("Home visit called off"), lambda _says: ""),
    "keep_ended": (gettext_lazy("Papers are not used again"), lambda _says: ""),
    "amber": (gettext_lazy("Three quarters of the time have run"), lambda _says: ""),
    "missed": (gettext_lazy("The time is over"), lambda _says: ""),
    "reassigned": (gettext_lazy("Passed on to another post"), lambda _says: ""),
}
STORY_TONES = {"missed": "late", "refuse": "late", "rate_badly": "late", "hand_over": "done", "settle": "done"}


def story_lines(lines: Iterable[Line]) -> list[Told]:
    """The story as pages show it. A line that was purged keeps what happened, not what was said."""
    return [_told(line) for line in lines if line.kind in SAID]


def _told(line: Line) -> Told:
    what, because = SAID[line.kind]
    by = line.post.title if line.post else (_("The applicant") if line.actor.startswith("party:") else _("Linli"))
    return Told(line.at, str(what), by, because(line.says or {}), STORY_TONES.get(line.kind, ""))
