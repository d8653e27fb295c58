"""What an action did, in words: how much, how sure, what weakens it, and what it does not show."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.engines.effects import Caution, Ratio, Step
from linli.engines.effects.interrupted import LEAST_AFTER, LEAST_BEFORE, LEAST_COUNTED
from linli.insight import words
from linli.insight.domain.actions import counted_title
from linli.insight.domain.effects import Answer
from linli.insight.models import Action
from linli.insight.models_actions import Counted

STEPS = {
    Step.DAY: gettext_lazy("day"),
    Step.WEEK: gettext_lazy("week"),
    Step.FOUR_WEEKS: gettext_lazy("four weeks"),
    Step.MONTH: gettext_lazy("month"),
}
WHAT = {
    Counted.CASES: gettext_lazy('Reports of "%(what)s"'),
    Counted.ALARMS: gettext_lazy('Alarms of "%(what)s"'),
    Counted.INDICATOR: gettext_lazy('The indicator "%(what)s"'),
}


def what(action: Action) -> str:
    """What is counted, at the beginning of a sentence."""
    return named(action.counted, action.code, counted_title(action))


def named(counted: str, code: str, title: str) -> str:
    if counted == Counted.CASES and not code:
        return _("Reports of every class")
    return str(WHAT[Counted(counted)]) % {"what": title}


def percent(change: float) -> str:
    """A change without its sign: 0.6 times as many is 40 %; beyond eleven times as many only that."""
    by = abs(change - 1) * 100
    return "> 1,000\u00a0%" if by > 1000 else f"{by:.0f}\u00a0%"


def hoped(action: Action) -> str:
    return _("should rise") if action.rises else _("should fall")


def told(ratio: Ratio) -> str:
    """By how much, and between what it probably lies, without a subject: fell by 41 %, likely between 22 % and 56 %."""
    far, near = (ratio.low, ratio.high) if ratio.value < 1 else (ratio.high, ratio.low)
    facts = {"by": percent(ratio.value), "near": percent(near), "far": percent(far)}
    if not ratio.is_clear:
        facts = {"low": percent(ratio.low), "high": percent(ratio.high)}
        return _("no clear change: anything from %(low)s fewer to %(high)s more is possible") % facts
    if ratio.value < 1:
        return _("fell by %(by)s, likely between %(near)s and %(far)s") % facts
    return _("rose by %(by)s, likely between %(near)s and %(far)s") % facts


def headline(answer: Answer) -> str:
    """The answer in one sentence: beside other estates where that can be compared, else of the series alone."""
    ratio = answer.best
    if ratio is None:
        return too_little(answer)
    return sentence(what(answer.action), ratio, peak=answer.has_peak, beside=answer.compared is not None)


def sentence(subject: str, ratio: Ratio, *, peak: bool, beside: bool) -> str:
    """subject: what is counted.  peak: unusual numbers right before are left out.  beside: compared with others."""
    facts = {"what": subject, "told": told(ratio)}
    if peak:
        return _("%(what)s, without the unusual numbers right before the action: %(told)s.") % facts
    if beside:
        return _("%(what)s, beside estates without the action: %(told)s.") % facts
    return _("%(what)s, against what the time before lets expect: %(told)s.") % facts


def verdict(answer: Answer) -> tuple[str, str]:
    """A word and its tone for the register: as hoped, the other way, open, too early."""
    ratio = answer.best
    if ratio is None:
        return _("too little to say"), "new"
    if not ratio.is_clear:
        return _("no clear change"), "waiting"
    return (_("as hoped"), "done") if (ratio.value > 1) == answer.action.rises else (_("the other way"), "late")


def too_little(answer: Answer) -> str:
    if answer.has_peak:
        return _("Without the unusual numbers right before the action, too little is left to say.")
    if answer.missing is None:
        return _("Nothing was counted on one side of the day, so there is no answer.")
    facts = {
        "before": ngettext("%(n)d period", "%(n)d periods", answer.missing.before) % {"n": answer.missing.before},
        "after": ngettext("%(n)d period", "%(n)d periods", answer.missing.after) % {"n": answer.missing.after},
        "counted": f"{answer.missing.counted:,.0f}", "least_before": LEAST_BEFORE, "least_after": LEAST_AFTER,
        "least": LEAST_COUNTED,
    }  # fmt: skip
    return (
        _(
            "Too little to say: %(before)s before and %(after)s after, %(counted)s counted before. It takes at least "
            "%(least_before)d before, %(least_after)d after and %(least)d counted."
        )
        % facts
    )


ALONE = {
    "indicator": gettext_lazy("An indicator is of the whole neighbourhood: there is nothing beside it to compare."),
    "everywhere": gettext_lazy("The action reached every estate: there is none without it to compare."),
    "few": gettext_lazy("Too little was counted to compare estates with and without the action."),
    "nought": gettext_lazy(
        "On one side nothing was counted before or after, so estates with and without the action cannot be compared."
    ),
}


def cautions(answer: Answer) -> list[str]:
    """What weakens the answer, a sentence each, without saying anything twice."""
    both = [part.cautions for part in (answer.whole, answer.compared) if part is not None]
    found = [_caution(each, answer) for part in both for each in part]
    if answer.action.was_late:
        found.append(_("The action was written down more than a month after its day, when numbers could be known."))
    return list(dict.fromkeys(found))


def _caution(caution: Caution, answer: Answer) -> str:
    return str(CAUTIONS[caution.code]) % _facts(caution.facts, answer)


def _facts(facts: Mapping[str, float], answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {name: round(value) for name, value in facts.items()}
    if "ratio" in facts:
        found["by"] = percent(facts["ratio"])
        found["way"] = _("rising") if facts["ratio"] > 1 else _("falling")
        found["side"] = _("above") if facts["ratio"] > 1 else _("below")
    if "share" in facts:
        found["share"] = f"{facts['share'] * 100:.0f}\u00a0%"
    return found | {"step": STEPS[answer.step]}


CAUTIONS = {
    "few_points": gettext_lazy(
        "There are few periods: %(before)d before the action and %(after)d after it. The interval is wide and may move "
        "with the next ones."
    ),
    "few_counted": gettext_lazy("Only %(counted)d were counted in all; chance weighs heavily."),
    "earlier_trend": gettext_lazy(
        "The numbers were %(way)s before the action already (by %(by)s over that time). The trend is drawn on beyond "
        "the action; if it would have ended by itself, the answer is wrong."
    ),
    "after_extreme": gettext_lazy(
        "The action came right after unusual numbers (%(by)s %(side)s the time before). After an extreme the next "
        "numbers are nearer the mean by themselves, without any action."
    ),
    "season_unknown": gettext_lazy(
        "Less than a year is known before the action, so the season cannot be told apart from the action."
    ),
    "zeros": gettext_lazy("%(share)s of the periods have none at all; so rare things say little by their number."),
    "memory": gettext_lazy(
        "Each period is much like the one before (by %(share)s), so there is less to learn from each than it seems."
    ),
    "one_estate": gettext_lazy(
        "On one side there is a single estate (%(treated)d with the action, %(untreated)d without): whatever else "
        "happened there looks like the action."
    ),
}


def not_shown(answer: Answer) -> list[str]:
    """What the answer does not say, whatever it is."""
    found = [
        _("That the action is the cause: whatever else began at the same time looks the same."),
    ]
    if answer.action.counted == Counted.CASES:
        found.append(_("How often it happens: counted is how often it is reported."))
    if answer.action.counted == Counted.ALARMS:
        found.append(_("How often it happens where no device stands; devices that came or went change the number too."))
    found.append(_("Whether it will last, or whether it would work elsewhere."))
    return found


def placebos(answer: Answer) -> str:
    """How many of the other estates moved as far without any action."""
    assert answer.compared is not None
    n = len(answer.compared.placebos)
    facts = {"moved": answer.compared.moved, "n": n}
    return (
        ngettext(
            "Looked at as if it had the action, %(moved)d of %(n)d other estate moved as far.",
            "Looked at as if they had the action, %(moved)d of %(n)d other estates moved as far.",
            n,
        )
        % facts
    )


def turn(answer: Answer) -> str:
    """The step at once and the turn of the trend, where both were fitted."""
    whole = answer.whole
    if whole is None or whole.turn is None:
        return ""
    facts = {"step": told(whole.step), "turn": told(whole.turn), "each": STEPS[answer.step]}
    return _("At once: %(step)s. With each %(each)s from then on: %(turn)s.") % facts


def days(answer: Answer) -> str:
    """From when to when was looked."""
    if not answer.blocks:
        return ""
    return words.days(answer.blocks[0].first, answer.blocks[-1].last)
