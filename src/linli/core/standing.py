"""How a clock stands, in words, a shape and a tone. Colour only helps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core import dates


@dataclass(frozen=True)
class Standing:
    """What a badge shows. `relative` stands in brackets beside the words; `note` says what is not certain yet."""

    tone: str
    icon: str
    words: str
    relative: str = ""
    note: str = ""


def standing(
    *,
    due: datetime | None,
    amber: datetime | None = None,
    state: str = "running",
    ended: datetime | None = None,
    provisional: bool = False,
    now: datetime | None = None,
) -> Standing | None:
    """Say where a time limit stands.

    due, amber, ended: aware instants.  state: running, paused, met, missed or dropped.  A limit is broken from `due`
    on, whether or not a job has marked it missed yet.  None where there is nothing to say: no date, or dropped.
    """
    now = now or timezone.now()
    if state == "dropped" or (due is None and state != "paused"):
        return None
    if state == "paused":
        return Standing("paused", "pause", _("clock stands still"))
    assert due is not None
    if ended is not None:
        return _ended(due, ended, in_time=state == "met", now=now)
    words, relative = dates.deadline(due, now=now), dates.ago(due, now=now)
    if now >= due or state == "missed":
        return Standing("late", "stop", _("overdue since %(when)s") % {"when": words}, relative)
    note = _("provisional") if provisional else ""
    if amber is not None and now >= amber:
        return Standing("soon", "warn", _("due soon: %(when)s") % {"when": words}, relative, note)
    return Standing("ok", "dot", _("due %(when)s") % {"when": words}, relative, note)


def standing_of(clock: Any, *, now: datetime | None = None) -> Standing | None:
    """The same for a row that has the fields of a clock; a row with `due` alone is a running one."""
    return standing(
        due=clock.due,
        amber=getattr(clock, "amber", None),
        state=getattr(clock, "state", "running"),
        ended=getattr(clock, "ended", None),
        provisional=getattr(clock, "provisional", False),
        now=now,
    )


def _ended(due: datetime, ended: datetime, *, in_time: bool, now: datetime) -> Standing:
    at = dates.when(ended, now=now)
    if in_time or ended < due:
        return Standing("met", "check", _("done %(when)s, in time") % {"when": at})
    return Standing("late", "stop", _("done %(when)s, late") % {"when": at})
