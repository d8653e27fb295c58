"""A case's state and story in the words of the people it is for: who has it, by when, what they can do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.cases.domain.followed import Standing
from linli.cases.enums import Satisfaction
from linli.core import dates
from linli.procedures.domain.story import Line
from linli.procedures.sentences import duration, moment

STATES: dict[str, Any] = {
    "received": pgettext_lazy("case", "Received"),
    "filed": pgettext_lazy("case", "Accepted"),
    "dispatched": pgettext_lazy("case", "Passed on"),
    "handling": pgettext_lazy("case", "Being dealt with"),
    "handled": pgettext_lazy("case", "Done, being checked"),
    "verified": pgettext_lazy("case", "Checked"),
    "deferred": pgettext_lazy("case", "Put off"),
    "closed": pgettext_lazy("case", "Finished"),
    "merged": pgettext_lazy("case", "Joined with another report"),
    "void": pgettext_lazy("case", "Not taken up"),
}
TONES = {
    "received": "new",
    "filed": "new",
    "dispatched": "active",
    "handling": "active",
    "handled": "waiting",
    "verified": "waiting",
    "deferred": "waiting",
    "closed": "done",
    "merged": "active",
    "void": "off",
}

# The clock that says by when, in each state that somebody must end.
CLOCKS = {
    "received": "case.file",
    "filed": "case.dispatch",
    "dispatched": "case.handle",
    "handling": "case.handle",
    "handled": "case.verify",
    "verified": "case.answer",
}
WHO_HAS_IT: dict[str, Any] = {
    "received": gettext_lazy("{who} has your report and decides who must act."),
    "filed": gettext_lazy("{who} has accepted your report and passes it to whoever must act."),
    "dispatched": gettext_lazy("{who} has your report."),
    "handling": gettext_lazy("{who} is working on it."),
    "handled": gettext_lazy("The work is done. {who} goes and looks whether it is done well."),
    "verified": gettext_lazy("Somebody else has looked: it is done. {who} writes your answer."),
    "deferred": gettext_lazy("{who} has your report. It is put off until the day below, and then goes on."),
    "closed": gettext_lazy("Your report is finished. Please read the answer."),
    "merged": gettext_lazy("Others reported the same. You get the same answer as they do."),
    "void": gettext_lazy("We cannot take your report up. Please read why, and what you can do."),
}
BY_WHEN: dict[str, Any] = {
    "received": gettext_lazy("They decide by {when}."),
    "filed": gettext_lazy("They pass it on by {when}."),
    "dispatched": gettext_lazy("It must be done by {when}."),
    "handling": gettext_lazy("It must be done by {when}."),
    "handled": gettext_lazy("They look by {when}."),
    "verified": gettext_lazy("You are answered by {when}."),
    "deferred": gettext_lazy("It goes on from {when}."),
}


@dataclass(frozen=True)
class StandsSo:
    """Where a case stands, for its reporter: two sentences, and whether the promised time is over."""

    who: str
    when: str
    late: bool


def stands_so(state: str, now_with: Standing, at: datetime, *, until: date | None = None) -> StandsSo:
    """Say who has a case and by when. until: the day to which it is put off, where it is."""
    post, clock = now_with.post, now_with.clock
    who = _("{organisation} ({post})").format(organisation=post.organisation.title, post=post.title) if post else ""
    sentence = WHO_HAS_IT[state].format(who=who)
    if state == "deferred" and until is not None:
        return StandsSo(sentence, BY_WHEN[state].format(when=moment(until.isoformat())), late=False)
    if clock is None or clock.due is None:
        return StandsSo(sentence, "", late=False)
    when = dates.deadline(clock.due, now=at)
    if at >= clock.due:
        return StandsSo(sentence, _("This should have been done by {when}. It is late.").format(when=when), late=True)
    said = BY_WHEN[state].format(when=when)
    return StandsSo(sentence, f"{said} {_('This date is provisional.')}" if clock.provisional else said, late=False)


@dataclass(frozen=True)
class StoryLine:
    """One line of the story as `{% timeline %}` shows it."""

    at: datetime
    what: str
    because: str
    tone: str = ""


Words = Callable[[str, Mapping[str, Any], Mapping[int, str]], tuple[str, str]]


def _dispatched(who: str, says: Mapping[str, Any], posts: Mapping[int, str]) -> tuple[str, str]:
    to = posts.get(says.get("to", 0), "")
    return _("{who} passed it to {to}.").format(who=who, to=to), says.get("because", "")


def _reopened(who: str, says: Mapping[str, Any], _posts: Mapping[int, str]) -> tuple[str, str]:
    by_desk = _("{who} took it up again.").format(who=who)
    return by_desk if who else _("You asked for it to be taken up again."), says.get("because", "")


def _extended(who: str, says: Mapping[str, Any], _posts: Mapping[int, str]) -> tuple[str, str]:
    time = duration(says["amount"], says["unit"]) if says.get("unit") else ""
    return _("{who} allowed {time} more for the work.").format(who=who, time=time), ""


def _deferred(_who: str, says: Mapping[str, Any], _posts: Mapping[int, str]) -> tuple[str, str]:
    day = moment(says["until"])
    return _("It is put off until {day}.").format(day=day), says.get("because", "")


def _replied(who: str, says: Mapping[str, Any], _posts: Mapping[int, str]) -> tuple[str, str]:
    return _("{who} wrote down your reply:").format(who=who) if who else _("You replied:"), says.get("text", "")


def _rated(_who: str, says: Mapping[str, Any], _posts: Mapping[int, str]) -> tuple[str, str]:
    return _("You said: {grade}.").format(grade=Satisfaction(says["grade"]).label), says.get("text", "")


def _said(sentence: Any, key: str = "") -> Words:
    return lambda who, says, _posts: (str(sentence).format(who=who), says.get(key, "") if key else "")


WORDS: dict[str, Words] = {
    "received": _said(gettext_lazy("You reported it.")),
    "dispatch": _dispatched,
    "accept": _said(gettext_lazy("{who} took it on.")),
    "close": _said(gettext_lazy("{who} answered, and the report is finished."), "answer"),
    "reopen": _reopened,
    "void": _said(gettext_lazy("{who} could not take it up."), "because"),
    "hand_on": _dispatched,
    "merge": _said(gettext_lazy("Others reported the same, so your report goes along with theirs.")),
    "answered": _said(gettext_lazy("What others reported too is finished. The answer:"), "answer"),
    "extend": _extended,
    "defer": _deferred,
    "resume": _said(gettext_lazy("It goes on.")),
    "ask": _said(gettext_lazy("{who} asks you:"), "text"),
    "reply": _replied,
    "note": _said(gettext_lazy("{who} writes to you:"), "text"),
    "added": _said(gettext_lazy("You added:"), "text"),
    "rated": _rated,
    "supported": _said(gettext_lazy("Somebody else saw the same.")),
    "kept": _said(gettext_lazy("You took the report into your account.")),
}
STORY_TONES = {"close": "done", "supported": "quiet", "kept": "quiet"}


def story_lines(lines: Iterable[Line], posts: Mapping[int, str]) -> list[StoryLine]:
    """The reporter's story. posts: what the posts that the lines name are called, by their keys.

    A line that was purged, or that is of no kind a reporter knows, is left out.
    """
    return [_line(line, posts) for line in lines if line.kind in WORDS and line.says is not None]


def _line(line: Line, posts: Mapping[int, str]) -> StoryLine:
    who = line.post.title if line.post else ""
    what, because = WORDS[line.kind](who, line.says or {}, posts)
    return StoryLine(line.at, what, because, STORY_TONES.get(line.kind, ""))
