"""A rule in a sentence that whoever lives there understands, in the language of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from linli.engines.rules import model
from linli.engines.rules.model import DAY, HOUR, MINUTE, SECOND, Condition, Rule
from linli.places.domain.kept import tree
from linli.sensing.domain.rule_library import engine_rule, library
from linli.sensing.enums import DeviceType, Grade, ResultType, RuleStatus, Site
from linli.sensing.models import ObservedProperty, RuleVersion

EVERY = model.EVERY
KEYS = {
    "datastream": gettext_lazy("each measured value by itself"),
    "device": gettext_lazy("each device by itself"),
    "entrance": gettext_lazy("all of one entrance together"),
    "building": gettext_lazy("all of one building together"),
    "estate": gettext_lazy("all of one estate together"),
}
OPS = {
    ">": gettext_lazy("%(what)s is above %(value)s"),
    ">=": gettext_lazy("%(what)s is %(value)s or more"),
    "<": gettext_lazy("%(what)s is below %(value)s"),
    "<=": gettext_lazy("%(what)s is %(value)s or less"),
    "==": gettext_lazy("%(what)s is %(value)s"),
    "!=": gettext_lazy("%(what)s is not %(value)s"),
    "any": gettext_lazy("there is word of %(what)s"),
}
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip
DAYS = {
    "all": "",
    "workdays": gettext_lazy("on working days"),
    "holidays": gettext_lazy("on weekends and holidays"),
}


def sentences(mapping: Mapping[str, Any], vocabulary: "Vocabulary | None" = None) -> list[str]:
    """What a rule does, a sentence each: when it calls, at which hours, how often, and when it is over.

    mapping: the table `rule` of a content that was checked.  vocabulary: for many rules at once.
    """
    rule = engine_rule(mapping, "rule", 1)
    said = [_calls(rule, mapping.get("select", {}), (vocabulary or Vocabulary()).names(rule))]
    if rule.schedule is not None:
        said.append(_("Only %(hours)s.") % {"hours": _hours(rule.schedule)})
    if rule.key not in ("device", "datastream"):
        said.append(_("It counts %(key)s.") % {"key": KEYS[rule.key]})
    if rule.suppress:
        said.append(_("For one trouble it calls again after %(time)s at the soonest.") % {"time": span(rule.suppress)})
    if rule.clear:
        said.append(_("It is over after %(time)s of quiet.") % {"time": span(rule.clear)})
    return said


def _calls(rule: Rule, select: Mapping[str, Any], names: Mapping[str, "Named"]) -> str:
    if isinstance(rule.pattern, model.Threshold):
        loudest = reversed(rule.pattern.grades)
        then = "; ".join(
            _("if %(condition)s, there is at once a call of grade “%(grade)s”")
            % {"condition": _said(Condition(rule.pattern.op, value), rule, names), "grade": Grade(grade).label}
            for grade, value in loudest
        )
    else:
        then = _patterned(rule, names)
    said = _("%(where)s: %(then)s.") % {"where": where(select), "then": then}
    return said[:1].upper() + said[1:]


def _patterned(rule: Rule, names: Mapping[str, "Named"]) -> str:
    """The pattern of every kind but the threshold."""
    p, words = rule.pattern, {"grade": Grade(rule.grade).label, "time": span(rule.pattern.window)}
    for field in ("when", "first", "then"):
        if condition := getattr(p, field, None):
            words[field] = _said(condition, rule, names)
    if isinstance(p, model.Count):
        words["times"] = p.times
        said = _("if %(when)s, %(times)d times within %(time)s, there is a call of grade “%(grade)s”")
    elif isinstance(p, model.Together):
        words["devices"] = p.devices
        said = _("if within %(time)s at %(devices)d devices %(when)s, there is a call of grade “%(grade)s”")
    elif isinstance(p, model.Held):
        said = _("if %(when)s for %(time)s, there is a call of grade “%(grade)s”")
    elif isinstance(p, model.Absence):
        said = _("if nothing is heard for %(time)s, there is a call of grade “%(grade)s”")
    elif isinstance(p, model.Sequence) and p.negated:
        said = _("if %(first)s, and %(then)s does not follow within %(time)s, there is a call of grade “%(grade)s”")
    else:
        said = _("if %(first)s, and then within %(time)s %(then)s, there is a call of grade “%(grade)s”")
    return said % words


def where(select: Mapping[str, Any]) -> str:
    """Which devices at which places."""
    types = [str(DeviceType(each).label) for each in select.get("types", ())]
    sites = [str(Site(each).label) for each in select.get("sites", ())]
    by_path = tree().by_path
    places = [by_path[path].title if path in by_path else path for path in select.get("places", ())]
    said = [listed(part) for part in (types, sites, places) if part]
    if select.get("alerts") and not said:
        return _("After other rules")
    return ", ".join(said) if said else _("Every device")


def listed(parts: Iterable[Any]) -> str:
    """A, B or C."""
    *most, last = [str(part) for part in parts]
    if not most:
        return last
    return _("%(most)s or %(last)s") % {"most": pgettext("between parts of a list", ", ").join(most), "last": last}


@dataclass(frozen=True)
class Named:
    """What a condition speaks of, and in which unit."""

    name: str
    unit: str = ""
    truth: bool = False
    rule: bool = False


class Vocabulary:
    """What properties and rules are called, in the language of the page. Two statements."""

    def __init__(self) -> None:
        found = ObservedProperty.objects.filter(code__isnull=False)
        self.properties = {str(row.code): row for row in found}
        live = RuleVersion.objects.filter(status=RuleStatus.LIVE).select_related("rule")
        self.rules = {version.rule.code: version.title for version in live}

    def names(self, rule: Rule) -> dict[str, Named]:
        """Properties, or the rules whose alerts are taken, by code."""
        codes = [code for code in rule.select.codes if code != EVERY]
        if rule.second_stage:
            return {code: Named(self.rules.get(code) or _library_title(code), rule=True) for code in codes}
        return {code: self._property(code) for code in codes}

    def _property(self, code: str) -> Named:
        row = self.properties.get(code)
        if row is None:
            return Named(code)
        return Named(row.title, row.unit, truth=row.result_type == ResultType.TRUTH)


def _library_title(code: str) -> str:
    found = library().get(code, {})
    return str(found.get("title_en" if (get_language() or "").startswith("en") else "title", code))


def _said(condition: Condition, rule: Rule, names: Mapping[str, Named]) -> str:
    """One condition: of its own property, or of any that the rule looks at."""
    codes = [condition.property] if condition.property else list(names)
    if not codes:
        return _("there is any word") if condition.op == "any" else _of(condition, Named(_("the value")))
    return listed(_of(condition, names[code]) for code in codes if code in names)


def _of(condition: Condition, named: Named) -> str:
    if named.rule:
        return _("the rule “%(rule)s” calls") % {"rule": named.name}
    if named.truth and condition.op != "any":
        holds = (condition.op in (">=", "==", ">")) == (condition.value > 0 or condition.op == ">")
        said = _("“%(what)s” is true") if holds else _("“%(what)s” is not true")
        return said % {"what": named.name}
    value = f"{condition.value:g}{_space(named.unit)}{named.unit}"
    return str(OPS[condition.op]) % {"what": named.name, "value": value}


def _space(unit: str) -> str:
    return "" if unit in ("", "%", "°") else "\N{NO-BREAK SPACE}"


def span(microseconds: int) -> str:
    """A duration in words: 10 minutes, 7 days."""
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if microseconds >= size and microseconds % size == 0:
            return _counted(name, microseconds // size)
    return _counted("second", max(1, round(microseconds / SECOND)))


def _counted(name: str, number: int) -> str:
    said = {
        "day": ngettext("%(n)d day", "%(n)d days", number),
        "hour": ngettext("%(n)d hour", "%(n)d hours", number),
        "minute": ngettext("%(n)d minute", "%(n)d minutes", number),
        "second": ngettext("%(n)d second", "%(n)d seconds", number),
    }[name]
    return said % {"n": number}


def _hours(schedule: model.Schedule) -> str:
    spans = []
    for weekdays, start, end in schedule.hours:
        hours = f"{start // 60:02}:{start % 60:02}–{end % 1440 // 60:02}:{end % 60:02}"
        days = "" if len(weekdays) == 7 else listed(WEEKDAYS[day] for day in weekdays)
        spans.append(f"{days} {hours}".strip())
    return f"{listed(spans)} {DAYS[schedule.days]}".strip()
