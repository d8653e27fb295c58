"""Forms of rules at work: a rule in a few fields, the same as TOML, and the reason for each step."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.domain.catalogue import catalogue
from linli.cases.forms_classes import ANSWERING, bases
from linli.core.forms import ActionForm, Hinted, QuickSelect
from linli.engines.rules.model import RuleError
from linli.people.domain.directory import directory
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.models import Kind as PlaceKind
from linli.sensing.domain.backtest import DAYS
from linli.sensing.domain.rule_library import engine_rule
from linli.sensing.domain.rulebook import OWNERS
from linli.sensing.enums import DeviceType, Grade, Site
from linli.sensing.models import ObservedProperty, Rule
from linli.sensing.rule_toml import LONGEST, read_toml

KINDS = [
    ("threshold", Hinted(_("As soon as a value is reached"), _("smoke, gas, a tilted cover"))),
    ("held", Hinted(_("When it lasts"), _("a blocked lane for ten minutes, noise for ten minutes"))),
    ("count", Hinted(_("When it happens again and again"), _("three times in a week"))),
    ("together", Hinted(_("When several devices say it together"), _("water in three rooms of one building"))),
    ("absence", Hinted(_("When nothing is heard any more"), _("a device or a gateway is silent"))),
]
OPS = [
    (">=", _("it or more")), (">", _("more than that")), ("<=", _("it or less")), ("<", _("less than that")),
    ("==", pgettext_lazy("condition", "exactly that; 1 means yes, 0 no")),
]  # fmt: skip
KEYS = [
    ("device", _("each device by itself")), ("entrance", _("all of one entrance together")),
    ("building", _("all of one building together")), ("estate", _("all of one estate together")),
]  # fmt: skip
UNITS = [("s", _("seconds")), ("min", _("minutes")), ("h", _("hours")), ("d", _("days"))]
DAYS_OF = [
    ("all", _("every day")), ("workdays", _("working days")), ("holidays", _("weekends and holidays")),
]  # fmt: skip
STATION = "mini_fire_station"
CALLED = [
    (STATION, _("mini fire station, who is on duty")),
    *((role, label) for role, label in ANSWERING if role != Role.POLICE_LIAISON),
]
PLAIN = ("title", "title_en", "explain", "explain_en", "basis", "assumed", "review_months")
WHEN = ("kind", "measured", "op", "value", "alarm", "times", "amount", "unit", "key", "types", "sites", "places")
HOURS = ("hours_from", "hours_to", "days")
THEN = ("grade", "again", "quiet", "klass", "case_grade", "urgent", "confirm", "recipients", "helpers", "answer_within")
WHO = ("owner", "floor", "reason")
# Where the domain speaks of a field that the form calls otherwise.
SAME = {
    "rule.select.properties": "measured", "rule.select.types": "types", "rule.select.sites": "sites",
    "rule.select.places": "places", "rule.pattern.times": "times", "rule.pattern.devices": "times",
    "rule.pattern.lasting": "amount", "rule.pattern.within": "amount", "rule.suppress": "again", "rule.clear": "quiet",
    "rule.pattern.when.value": "value", "rule.pattern.when.op": "op", "rule.key": "key", "rule.grade": "grade",
    "rule.schedule.hours": "hours_from",
}  # fmt: skip


def field_of(name: str) -> str:
    """The form's field for a field of the domain."""
    if name.startswith("rule.pattern.grades"):
        return "value"
    return SAME.get(name, name.removeprefix("then."))


class WriteForm(ActionForm):
    """What a version needs beside what it says. `after`: the number of the newest version shown, 0 for a new rule."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and hyphens; it stays as it is.")
    )
    owner = forms.ChoiceField(
        label=_("Who answers for the rule"), help_text=_("Is asked to look at it when it calls wrongly too often.")
    )
    floor = forms.IntegerField(
        label=_("Share of calls that must be right, in percent"), min_value=0, max_value=100, initial=50
    )
    reason = forms.CharField(label=_("Why is it written so?"), max_length=200)

    def __init__(self, *args: Any, rule: Rule | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in directory().with_role(*OWNERS)}
        self.offer("owner", [("", _("Choose a post")), *((key, post.title) for key, post in self.posts.items())])
        if rule is not None:
            del self.fields["code"]

    @property
    def owner_post(self) -> Post:
        return self.posts[self.cleaned_data["owner"]]

    @property
    def who_fields(self) -> list[Any]:
        return [self[name] for name in WHO]


class TomlForm(WriteForm):
    """A rule as text."""

    toml = forms.CharField(
        label=_("The rule as TOML"), max_length=LONGEST, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "rule-text", "wrap": "off"}),
        help_text=_("docs/sensing-rules.md says what each field means."),
    )  # fmt: skip
    field_order = ("code", "toml")

    def content(self) -> dict[str, Any]:
        """Raises Invalid: at `toml`, with the line that cannot be read."""
        return read_toml(self.cleaned_data["toml"])


class RuleForm(WriteForm):
    """A rule over readings, in a few fields. What they cannot say (one thing after another) is written as TOML."""

    title = forms.CharField(label=_("What is it called?"), max_length=60)
    title_en = forms.CharField(label=_("The same in English"), max_length=80)
    explain = forms.CharField(
        label=_("What is watched, who comes, and what is not done"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For residents and staff, in plain words."),
    )  # fmt: skip
    explain_en = forms.CharField(
        label=_("The same in English"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(
        label=_("When does it call?"), choices=KINDS, widget=forms.RadioSelect, initial="threshold"
    )
    measured = forms.ChoiceField(label=_("What is looked at?"), widget=QuickSelect)
    op = forms.ChoiceField(label=_("The value is"), choices=OPS, initial=">=")
    value = forms.FloatField(
        label=_("Value"), required=False, help_text=_("In the unit of what is looked at; for yes or no: 1 or 0.")
    )
    alarm = forms.FloatField(
        label=_("From which value is it an alarm?"), required=False,
        help_text=_("Only where it calls as soon as a value is reached, and more quietly before."),
    )  # fmt: skip
    times = forms.IntegerField(
        label=_("How many times, or at how many devices?"), min_value=1, max_value=10_000, required=False
    )
    amount = forms.IntegerField(
        label=_("How long, or within what time?"), min_value=1, max_value=100_000, required=False
    )
    unit = forms.ChoiceField(label=_("Of what?"), choices=UNITS, initial="min")
    key = forms.ChoiceField(label=_("How it counts"), choices=KEYS, initial="device")
    types = forms.MultipleChoiceField(
        label=_("At which devices?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
        choices=[(kind.value, kind.label) for kind in DeviceType if kind != DeviceType.CARE],
    )  # fmt: skip
    sites = forms.MultipleChoiceField(
        label=_("At which kind of spot?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."), choices=Site.choices,
    )  # fmt: skip
    places = forms.MultipleChoiceField(
        label=_("Where?"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: everywhere.")
    )
    hours_from = forms.TimeField(
        label=_("Only from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Both empty: at any hour. From 22:00 to 06:00 goes over midnight."),
    )  # fmt: skip
    hours_to = forms.TimeField(
        label=_("Only until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    days = forms.ChoiceField(label=_("On which days?"), choices=DAYS_OF, initial="all")
    grade = forms.ChoiceField(label=_("How loud?"), choices=Grade.choices, widget=forms.RadioSelect, initial="warning")
    again = forms.IntegerField(
        label=_("Call again for the same trouble after how many minutes?"), min_value=0, max_value=100_000, initial=30
    )
    quiet = forms.IntegerField(
        label=_("Over after how many minutes of quiet?"), min_value=0, max_value=100_000, initial=15
    )
    klass = forms.ChoiceField(label=_("Class of the case it opens"), required=False)
    case_grade = forms.ChoiceField(
        label=_("From which call on is there a case?"), choices=Grade.choices, initial="warning"
    )
    urgent = forms.BooleanField(label=_("The case is urgent"), required=False)
    confirm = forms.BooleanField(label=_("Somebody looks at it before anybody is sent"), required=False)
    recipients = forms.MultipleChoiceField(
        label=_("Who is sent there?"), required=False, widget=forms.CheckboxSelectMultiple, choices=CALLED,
        help_text=_("The first who is there, in this order. Never the police: a member of staff asks them."),
    )  # fmt: skip
    helpers = forms.MultipleChoiceField(
        label=_("Who is asked to help?"), required=False, widget=forms.CheckboxSelectMultiple, choices=CALLED
    )
    answer_within = forms.IntegerField(
        label=_("Who is called answers within how many seconds?"), min_value=15, max_value=86_400, initial=300,
        help_text=_("Then the next one is called."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_("Legal basis"), required=False)
    assumed = forms.BooleanField(label=_("That this basis fits is only assumed"), required=False)
    review_months = forms.IntegerField(
        label=_("Looked at again after how many months?"), min_value=1, max_value=36, initial=12
    )
    field_order = ("code", *PLAIN[:4], *WHEN, *HOURS, *THEN, *PLAIN[4:], *WHO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ObservedProperty.objects.filter(code__isnull=False, care=False).order_by("code")
        named = [(row.code, f"{row.title} ({row.unit})" if row.unit else row.title) for row in known]
        self.offer("measured", [("", _("Choose what is measured")), ("*", _("anything it says")), *named])
        wide = (PlaceKind.AREA, PlaceKind.COMMITTEE, PlaceKind.ESTATE)
        self.offer("places", [(place.path, place.title) for place in tree().places if place.kind in wide])
        classes = [(klass.code, klass.title) for klass in catalogue().classes if not klass.sealed]
        self.offer("klass", [("", _("none: it is only noted")), *classes])
        self.offer("basis", bases())

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        parts = ((_("What it says"), PLAIN[:4]), (_("When it calls"), WHEN), (_("At which hours"), HOURS),
                 (_("What follows"), THEN), (_("What it rests on"), PLAIN[4:]))  # fmt: skip
        return [(heading, [self[name] for name in names]) for heading, names in parts]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = given.get("kind")
        needed = {"threshold": ("value",), "held": ("value", "amount"), "absence": ("amount",)}
        for name in needed.get(str(kind), ("value", "times", "amount")):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, _("This kind of rule needs it."))
        if given.get("alarm") is not None and (kind != "threshold" or given.get("grade") == Grade.ALARM):
            self.add_error("alarm", _("Leave it empty: the other fields say it already."))
        if bool(given.get("hours_from")) != bool(given.get("hours_to")):
            self.add_error("hours_from", _("Write both hours, or neither."))
        return given

    def content(self) -> dict[str, Any]:
        """What the form says, as the content of a version."""
        given = self.cleaned_data
        found = {name: given[name] for name in PLAIN if name != "assumed"}
        if given["assumed"]:
            found["assumed"] = True
        return found | {"rule": self._rule(given), "then": self._then(given)}

    @staticmethod
    def _rule(given: Mapping[str, Any]) -> dict[str, Any]:
        chosen = {name: given[name] for name in ("types", "sites", "places") if given[name]}
        rule: dict[str, Any] = {
            "select": {"properties": [given["measured"]], **chosen}, "key": given["key"], "pattern": _pattern(given),
            "grade": given["grade"], "suppress": f"{given['again']} min", "clear": f"{given['quiet']} min",
        }  # fmt: skip
        if given["hours_from"] and given["hours_to"]:
            span = {"from": f"{given['hours_from']:%H:%M}", "to": f"{given['hours_to']:%H:%M}"}
            rule["schedule"] = {"hours": [span], "days": given["days"]}
        return rule

    @staticmethod
    def _then(given: Mapping[str, Any]) -> dict[str, Any]:
        then: dict[str, Any] = {"klass": given["klass"]}
        if given["klass"]:
            then |= {
                "case_grade": given["case_grade"], "urgent": given["urgent"], "confirm": given["confirm"],
                "recipients": [called(each) for each in given["recipients"]],
                "helpers": [called(each) for each in given["helpers"]], "answer_within": given["answer_within"],
            }  # fmt: skip
        return then


def _pattern(given: Mapping[str, Any]) -> dict[str, Any]:
    kind, lasts = given["kind"], f"{given['amount']} {given['unit']}"
    when = {"op": given["op"], "value": given["value"]}
    louder = {} if given["alarm"] is None else {"alarm": given["alarm"]}
    return {
        "threshold": lambda: {"op": given["op"], "grades": {given["grade"]: given["value"]} | louder},
        "held": lambda: {"when": when, "lasting": lasts},
        "count": lambda: {"when": when, "times": given["times"], "within": lasts},
        "together": lambda: {"when": when, "devices": given["times"], "within": lasts},
        "absence": lambda: {"lasting": lasts},
    }[kind]() | {"kind": kind}


def called(choice: str) -> dict[str, Any]:
    """Whom a choice means: the mini fire station only who is on duty, everybody else also off duty."""
    if choice == STATION:
        return {"role": Role.DEPARTMENT_HANDLER.value, "kind": OrganisationKind.RESIDENT_UNIT.value}
    return {"role": choice, "duty": False}


def as_choice(row: Mapping[str, Any]) -> str | None:
    return next((choice for choice, _label in CALLED if called(str(choice)) == row), None)


def initial_of(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a form starts with to show a content; None where the form cannot say all of it."""
    rule, then = content["rule"], content["then"]
    select, pattern, schedule = rule["select"], rule["pattern"], rule.get("schedule")
    when = pattern.get("when", pattern)
    amount, unit = _amount(pattern.get("lasting", pattern.get("within", "")))
    quieter = {name: each for name, each in pattern.get("grades", {}).items() if name != "alarm"}
    grades = quieter or pattern.get("grades", {})
    shown = {name: content.get(name) for name in PLAIN} | {
        "kind": pattern["kind"], "measured": _only(select.get("properties", [])), "op": when.get("op", ">="),
        "value": _only(list(grades.values())) if grades else when.get("value"),
        "alarm": pattern.get("grades", {}).get("alarm") if quieter else None,
        "times": pattern.get("times", pattern.get("devices")), "amount": amount, "unit": unit, "key": rule["key"],
        "types": select.get("types", []), "sites": select.get("sites", []), "places": select.get("places", []),
        "grade": next(iter(grades), rule.get("grade", "warning")), "again": _minutes(rule.get("suppress", "0 min")),
        "quiet": _minutes(rule.get("clear", "")), "klass": then.get("klass", ""),
        "recipients": [as_choice(row) for row in then.get("recipients", [])],
        "helpers": [as_choice(row) for row in then.get("helpers", [])],
    }  # fmt: skip
    for name, plain in (("case_grade", "warning"), ("urgent", False), ("confirm", False), ("answer_within", 60)):
        shown[name] = then.get(name, plain)
    if schedule:
        span = _only(schedule["hours"]) or {}
        shown |= {
            "hours_from": _time(span.get("from")),
            "hours_to": _time(span.get("to")),
            "days": schedule.get("days", "all"),
        }
    return shown if _says_all(shown, content) else None


def _only(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else None


def _amount(text: str) -> tuple[int | None, str]:
    number, _space, unit = str(text).partition(" ")
    return (int(number), unit) if number.isdigit() and unit in dict(UNITS) else (None, "min")


def _minutes(text: str) -> int | None:
    number, unit = _amount(text)
    each = {"s": 0 if number == 0 else None, "min": 1, "h": 60, "d": 1440}[unit]
    return None if number is None or each is None else number * each


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text and text != "24:00" else None


def _says_all(shown: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether the form, sent as it is shown, would say the same again."""
    try:
        given = (
            {"days": "all", "hours_from": None, "hours_to": None} | dict(shown) | {"assumed": bool(shown["assumed"])}
        )
        again = {"rule": RuleForm._rule(given), "then": RuleForm._then(given)}
        code = "same"
        same = engine_rule(again["rule"], code, 1) == engine_rule(content["rule"], code, 1)
    except (RuleError, KeyError, TypeError):
        return False
    return same and _orders(again["then"]) == _orders(content["then"])


def _orders(then: Mapping[str, Any]) -> dict[str, Any]:
    """What a table `then` says, with what it leaves out."""
    if not then.get("klass"):
        return {"klass": ""}
    plain = {"case_grade": "warning", "urgent": False, "confirm": False, "helpers": [], "answer_within": 60}
    return plain | {name: each for name, each in then.items() if name != "care" or each}


class ReasonForm(ActionForm):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Why?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The rule's page shows it, with your post."),
    )  # fmt: skip


class BacktestForm(ActionForm):
    days = forms.TypedChoiceField(
        label=_("How many days back?"), coerce=int, choices=[(days, str(days)) for days in DAYS], initial=30
    )
