"""What a rule at work may say, field by field, privacy first."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.classes import known_basis
from linli.core.errors import Invalid
from linli.engines.rules import Rule, RuleError
from linli.engines.rules.model import EVERY, Condition, Threshold, conditions
from linli.people.enums import OrganisationKind, Role
from linli.places.domain.kept import tree
from linli.sensing.domain.rule_library import engine_rule, library
from linli.sensing.enums import DeviceType, Grade, RuleStatus, Site
from linli.sensing.models import ObservedProperty, RuleVersion

TEXTS = {"title": 60, "title_en": 80, "explain": 300, "explain_en": 600}
FIELDS = frozenset({*TEXTS, "basis", "assumed", "review_months", "rule", "then"})
ORDERS = frozenset(
    {"klass", "case_grade", "urgent", "recipients", "helpers", "answer_within", "confirm", "care"}
)  # fmt: skip
NEVER_CALLED = frozenset({Role.POLICE_LIAISON, Role.AUDITOR, Role.ADMINISTRATOR})
ANSWER = (15, 86_400)  # seconds
REVIEW = (1, 36)  # months
# What the engine says of a rule that cannot be as it is written; here so that it is translated.
ENGINE_WORDS = (
    gettext_noop("Choose a property that the rule looks at."),
    gettext_noop("Choose days of the week."),
    gettext_noop("Choose from %(choices)s."),
    gettext_noop("Choose one of %(choices)s."),
    gettext_noop("Devices are counted together by entrance, building or estate."),
    gettext_noop("Give a value for one grade at least."),
    gettext_noop("Give each grade one value."),
    gettext_noop("Give hours, or leave the schedule out."),
    gettext_noop("Give the rule a name of its own."),
    gettext_noop("Leave out what is empty."),
    gettext_noop("Name the properties that the rule looks at, or the rules whose alerts it takes."),
    gettext_noop("No rule over readings has the name %(lineage)s."),
    gettext_noop("No such field; there are %(choices)s."),
    gettext_noop("Say what must hold; a condition that is always true never ends."),
    gettext_noop("This is missing."),
    gettext_noop("Two rules have the name %(lineage)s."),
    gettext_noop("Write a list."),
    gettext_noop("Write a number from 1 on."),
    gettext_noop("Write a number from 1 to %(most)s."),
    gettext_noop("Write a number."),
    gettext_noop("Write a text."),
    gettext_noop("Write a time as 90 s, 10 min, 2 h or 7 d."),
    gettext_noop("Write a time between a moment and ten years, for example 10 min."),
    gettext_noop("Write a whole number."),
    gettext_noop("Write hours as 22:00 and 06:00."),
    gettext_noop("Write this as a table of named values."),
    gettext_noop("Write true or false."),
)


def check_content(code: str, content: Mapping[str, Any]) -> Rule:
    """The engine's rule of a content.

    Raises:
        Invalid: by field; a field inside a table is named with a dot, as in "rule.pattern.within" or "then.klass".
    """
    wrong = _texts(content)
    try:
        rule = engine_rule(_table(content, "rule"), code, 1)
    except RuleError as told:
        raise Invalid(fields=wrong | {f"rule.{told.field}": _(told.text) % told.values}) from told
    wrong |= _looks_at(rule, content["rule"].get("select", {}), code)
    wrong |= _orders(_table(content, "then"), is_care=_is_care(rule))
    if wrong:
        raise Invalid(fields=wrong)
    return rule


def _table(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name, {})
    if not isinstance(found, Mapping):
        raise Invalid(fields={name: _("Write this as a table of named values.")})
    return found


def _texts(content: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Any] = dict.fromkeys(sorted(set(content) - FIELDS), _("A rule has no such field."))
    for name, most in TEXTS.items():
        text = content.get(name, "")
        if not isinstance(text, str) or not text.strip():
            wrong[name] = _("Say it in a sentence that residents understand.")
        elif len(text) > most or "\0" in text:
            wrong[name] = _("Write at most %(most)d characters.") % {"most": most}
    basis = content.get("basis", "")
    if basis and not (isinstance(basis, str) and known_basis(basis)):
        wrong["basis"] = _("The lawbook has no such rule.")
    months = content.get("review_months", 12)
    if isinstance(months, bool) or not isinstance(months, int) or not REVIEW[0] <= months <= REVIEW[1]:
        wrong["review_months"] = _("Write a number of months from 1 to 36.")
    return wrong


def _is_care(rule: Rule) -> bool:
    care = set(ObservedProperty.objects.filter(care=True).values_list("code", flat=True))
    return bool(care & set(rule.select.properties))


def _looks_at(rule: Rule, select: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Properties, rules, types, sites and places that exist; values that can be measured."""
    wrong: dict[str, Any] = {}
    found = ObservedProperty.objects.filter(code__in=rule.select.properties)
    known = {str(row.code): row for row in found}
    if missing := [each for each in rule.select.properties if each not in known and each != EVERY]:
        wrong["rule.select.properties"] = _("Nobody has registered: %(names)s.") % {"names": ", ".join(missing)}
    if len({row.care for row in known.values()}) > 1:
        wrong["rule.select.properties"] = _("The care check stands by itself: name no other property beside it.")
    wrong |= _after(rule, code)
    for name, choices in (("types", DeviceType.values), ("sites", Site.values), ("places", tree().by_path)):
        if strange := [each for each in select.get(name, ()) if each not in choices]:
            wrong[f"rule.select.{name}"] = _("Unknown here: %(names)s") % {"names": ", ".join(map(str, strange))}
    for field, value, row in _values(rule, known):
        if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
            wrong[f"rule.{field}"] = _("%(what)s lies between %(low)g and %(high)g %(unit)s.") % {
                "what": row.title, "low": row.low, "high": row.high, "unit": row.unit,
            }  # fmt: skip
    return wrong


def _after(rule: Rule, code: str) -> dict[str, Any]:
    """The rules whose alerts it takes: each over readings, by its code, and not itself."""
    if not rule.second_stage:
        return {}
    asked = set(rule.select.alerts)
    live = RuleVersion.objects.filter(rule__code__in=asked, status=RuleStatus.LIVE)
    first = {version.rule.code for version in live.select_related("rule") if not _takes_alerts(version.content)}
    first |= {each for each in asked & set(library()) if not _takes_alerts(library()[each])}
    if strange := sorted(asked - first | asked & {code}):
        return {
            "rule.select.alerts": _("No rule over readings is at work as: %(names)s.") % {"names": ", ".join(strange)}
        }
    return {}


def _takes_alerts(content: Mapping[str, Any]) -> bool:
    return bool(content["rule"]["select"].get("alerts"))


def _values(rule: Rule, known: Mapping[str, ObservedProperty]) -> list[tuple[str, float, ObservedProperty]]:
    """Each value that is compared with readings of one property, with its field."""
    found: list[tuple[str, str, float]] = []
    if isinstance(rule.pattern, Threshold):
        found = [(f"pattern.grades.{grade}", "", value) for grade, value in rule.pattern.grades]
    found += [
        (f"{field}.value", each.property, each.value) for field, each in conditions(rule.pattern) if _compares(each)
    ]
    only = next(iter(known)) if len(known) == 1 else ""
    return [(field, value, known[name or only]) for field, name, value in found if (name or only) in known]


def _compares(condition: Condition) -> bool:
    return condition.op != "any"


def _orders(then: Mapping[str, Any], *, is_care: bool) -> dict[str, Any]:
    wrong: dict[str, Any] = {f"then.{name}": _("A rule has no such field.") for name in sorted(set(then) - ORDERS)}
    if then.get("case_grade", Grade.WARNING) not in Grade.values:
        wrong["then.case_grade"] = _("Choose one of %(choices)s.") % {"choices": " ".join(Grade.values)}
    for name in ("urgent", "confirm", "care"):
        if not isinstance(then.get(name, False), bool):
            wrong[f"then.{name}"] = _("Write true or false.")
    seconds = then.get("answer_within", 60)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not ANSWER[0] <= seconds <= ANSWER[1]:
        wrong["then.answer_within"] = _("Write a number of seconds from 15 to 86,400.")
    for name in ("recipients", "helpers"):
        if told := _people(then.get(name, [])):
            wrong[f"then.{name}"] = told
    return _case(then, is_care=is_care) | wrong


def _case(then: Mapping[str, Any], *, is_care: bool) -> dict[str, Any]:
    """The class of case, and somebody who is sent; for a care check a sealed class and nobody but its contact."""
    klass = next((each for each in catalogue().classes if each.code == then.get("klass")), None)
    if then.get("klass") and klass is None:
        return {"then.klass": _("No class of case is called so.")}
    if is_care != bool(then.get("care", False)):
        return {"then.care": _("What looks at the care check, and nothing else, is a care check.")}
    if is_care and (klass is None or not klass.sealed):
        return {"then.klass": _("The case of a care check is sealed: choose a sealed class.")}
    if klass is not None and not is_care and not then.get("recipients"):
        return {"then.recipients": _("Say who is sent there.")}
    return {}


def _people(rows: Any) -> str:
    """What is wrong with a list of whom the rule calls; "" for nothing."""
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        return _("Write a list of tables, each with a role.")
    for row in rows:
        if row.get("role") not in Role.values or set(row) - {"role", "kind", "duty"}:
            return _("Write a role, and where it needs one a kind of organisation and whether only who is on duty.")
        if row["role"] in NEVER_CALLED or row.get("kind") == OrganisationKind.POLICE:
            return _("A rule never calls the police by itself. A member of staff decides that.")
        if row.get("kind", "") not in ("", *OrganisationKind.values) or not isinstance(row.get("duty", True), bool):
            return _("Write a role, and where it needs one a kind of organisation and whether only who is on duty.")
    return ""
