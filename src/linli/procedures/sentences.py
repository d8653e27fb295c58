"""What pages say of a time limit: its name, and the sentence that explains how its date came about."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from linli import lawbook
from linli.core import dates
from linli.engines.clocks import Kind, Why
from linli.procedures.domain import referrals
from linli.procedures.domain.limits import calendar, local_rule
from linli.procedures.models import Clock
from linli.procedures.registry import kind_of, kinds

Values = Mapping[str, Any]

UNITS: dict[Kind, Callable[[int], str]] = {
    Kind.MINUTE: lambda n: ngettext("%(n)d minute", "%(n)d minutes", n),
    Kind.NATURAL_HOUR: lambda n: ngettext("%(n)d hour round the clock", "%(n)d hours round the clock", n),
    Kind.URGENT_HOUR: lambda n: ngettext("%(n)d urgent hour", "%(n)d urgent hours", n),
    Kind.WORKING_HOUR: lambda n: ngettext("%(n)d working hour", "%(n)d working hours", n),
    Kind.NATURAL_DAY: lambda n: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
    Kind.WORKING_DAY: lambda n: ngettext("%(n)d working day", "%(n)d working days", n),
    Kind.MONTH: lambda n: ngettext("%(n)d month", "%(n)d months", n),
    Kind.YEAR: lambda n: ngettext("%(n)d year", "%(n)d years", n),
}
UNIT_NAMES = {
    Kind.MINUTE: gettext_lazy("minutes"),
    Kind.NATURAL_HOUR: gettext_lazy("hours round the clock"),
    Kind.URGENT_HOUR: gettext_lazy("urgent hours"),
    Kind.WORKING_HOUR: gettext_lazy("working hours"),
    Kind.NATURAL_DAY: gettext_lazy("calendar days"),
    Kind.WORKING_DAY: gettext_lazy("working days"),
    Kind.MONTH: gettext_lazy("months"),
    Kind.YEAR: gettext_lazy("years"),
}


def clock_name(rule: str) -> str:
    """What a clock waits for, as its kind of procedure calls it. A clock that nobody named goes by its rule."""
    return str(next((kind.clocks[rule] for kind in kinds().values() if rule in kind.clocks), rule))


def duration(amount: int, kind: str) -> str:
    """5 working days / 5个工作日."""
    return UNITS[Kind(kind)](amount) % {"n": amount}


def explain(clock: Clock) -> str:
    """How a clock's date came about, in the active language.

    '5 working days from Mon 23 Nov; 2 rest days do not count; until end of Mon 30 Nov. Set by: …'
    """
    parts = [said for why, values in clock.steps for said in _step(Why(why), values)]
    if clock.due is not None:
        parts.append(pgettext("time limit", "until %(when)s") % {"when": dates.deadline(clock.due)})
    return _("%(steps)s. Set by: %(source)s.") % {"steps": _("; ").join(parts), "source": source_of(clock)}


def source_of(clock: Clock) -> str:
    """What set the limit: the class, a local rule, or a place in the law; and whether that is only assumed."""
    if clock.source == "class":
        return _("the class of the case")
    if clock.source == "item":
        return _("the days promised for this item")
    if clock.source.startswith("local:"):
        local = local_rule(int(clock.source.removeprefix("local:")))
        return _("a local rule (%(reason)s)") % {"reason": local.reason} if local else _("a local rule")
    rule = lawbook.rule(clock.source, on=clock.start.astimezone(calendar().tz).date())
    if clock.assumed:
        return _("“%(title)s”, assumed where the law is silent") % {"title": title_of(rule)}
    return _("%(law)s, art. %(article)s") % {"law": law_of(rule), "article": rule.article}


def title_of(rule: lawbook.Rule) -> str:
    return rule.title_en if _english() else rule.title_zh


def law_of(rule: lawbook.Rule) -> str:
    return rule.source.en if _english() else rule.source.zh


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _step(why: Why, values: Values) -> Iterator[str]:
    yield from STEPS[why](values)


def _from(values: Values) -> Iterator[str]:
    words = {"duration": duration(values["amount"], values["kind"]), "start": moment(values["start"])}
    yield _("%(duration)s from %(start)s") % words


def _before(values: Values) -> Iterator[str]:
    words = {"duration": duration(values["amount"], values["kind"]), "event": moment(values["event"])}
    yield _("%(duration)s before %(event)s") % words


def _extended(values: Values) -> Iterator[str]:
    yield _("extended by %(duration)s") % {"duration": duration(values["amount"], values["kind"])}


def _month_end(values: Values) -> Iterator[str]:
    yield _("that month has no such day, so its last: %(day)s") % {"day": moment(values["day"])}


def _skipped(values: Values) -> Iterator[str]:
    n = values["rest_days"]
    yield ngettext("%(n)d rest day does not count", "%(n)d rest days do not count", n) % {"n": n}


def _paused(values: Values) -> Iterator[str]:
    if days := values.get("days"):
        yield ngettext("the clock stood still for %(n)d day", "the clock stood still for %(n)d days", days) % {
            "n": days
        }
    if minutes := values.get("minutes"):
        said = ngettext("the clock stood still for %(n)d minute", "the clock stood still for %(n)d minutes", minutes)
        yield said % {"n": minutes}


def _rolled(values: Values) -> Iterator[str]:
    words = {"raw": moment(values["raw"]), "day": moment(values["day"])}
    yield _("%(raw)s is a rest day, so it moves to %(day)s") % words


def _assumed(values: Values) -> Iterator[str]:
    years = ", ".join(str(year) for year in values["years"])
    yield _("the holidays of %(years)s are not published yet, so the date may change") % {"years": years}


def _standing(values: Values) -> Iterator[str]:
    yield _("the clock stands still since %(since)s") % {"since": moment(values["since"])}


STEPS: dict[Why, Callable[[Values], Iterator[str]]] = {
    Why.FROM: _from,
    Why.BEFORE: _before,
    Why.EXTENDED: _extended,
    Why.MONTH_END: _month_end,
    Why.SKIPPED: _skipped,
    Why.PAUSED: _paused,
    Why.ROLLED: _rolled,
    Why.ASSUMED: _assumed,
    Why.STANDING: _standing,
}


def moment(text: str) -> str:
    """An ISO date or instant in words: a day as a day, an instant with its time of day."""
    if "T" in text:
        return dates.when(datetime.fromisoformat(text))
    return dates.day(timezone.make_aware(datetime.combine(date.fromisoformat(text), time(12))))


def referral_told(entry: str, says: Mapping[str, Any]) -> str:
    """A line of the story about a matter that was handed on, that came from elsewhere, or that was answered there."""
    kind = kind_of(says["kind"])
    words = {"number": says["number"], "kind": kind.label, "state": kind.states.get(says.get("state", ""), "")}
    told = (REFERRALS[entry] % words).strip()
    how = {referrals.SIGNED: _("signed on paper"), referrals.SPOKEN: _("said to us, with a witness")}
    if says.get("agreed_on") is None:
        return told
    return _("%(told)s. Agreed to on %(day)s, %(how)s") % {
        "told": told, "day": moment(says["agreed_on"]), "how": how.get(says.get("agreed_how", ""), ""),
    }  # fmt: skip


REFERRALS: dict[str, Any] = {
    referrals.REFERRED: gettext_lazy("Handed on: %(kind)s %(number)s"),
    referrals.CAME: gettext_lazy("Came from: %(kind)s %(number)s"),
    referrals.ANSWERED: gettext_lazy("Ended elsewhere: %(kind)s %(number)s, %(state)s"),
}
