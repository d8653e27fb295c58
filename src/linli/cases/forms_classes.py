"""The administrator's forms: a class and its limits, who answers for it, and the rules that route."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.cases.domain.catalogue import majors
from linli.cases.domain.conditions import read_conditions
from linli.cases.domain.duties import Duty
from linli.cases.domain.rulebook import RuleContent
from linli.cases.domain.standards import CLOCKS
from linli.cases.domain.versions import FIELDS, TEXTS, Content
from linli.cases.enums import Grade, Hotline, Publicity, Share, Source
from linli.cases.models import CaseClass, RoutingRule
from linli.cases.sentences import CLOCKS as CLOCK_NAMES
from linli.core.errors import Invalid
from linli.core.forms import DayInput, KitForm, MoveForm
from linli.engines.clocks import Kind, Limit
from linli.engines.routing import Time, words_of
from linli.people.domain.directory import directory
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Organisation
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind as PlaceKind
from linli.places.models import Place
from linli.procedures.sentences import UNIT_NAMES

TIMES: dict[Time, Any] = {
    Time.OFFICE: _("office hours"),
    Time.OFF: _("outside office hours"),
    Time.NIGHT: _("at night, 22:00 to 06:00"),
    Time.REST: _("weekends and holidays"),
}


def _line(label: Any, most: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


def _area(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def _english() -> bool:
    return (get_language() or "").startswith("en")


def bases() -> list[tuple[str, str]]:
    """The rules of the lawbook to choose from, by what they are called."""
    rules = {rule.id: rule.title_en if _english() else rule.title_zh for rule in lawbook.book()}
    return [("", str(_("none"))), *sorted(((name, f"{title} ({name})") for name, title in rules.items()))]


def limit_field(clock: str, grade: str, part: str) -> str:
    """The name of a limit's field: limit_handle_urgent_amount."""
    return f"limit_{clock.removeprefix('case.')}_{grade}_{part}"


class ClassForm(MoveForm):
    """What an administrator may change of a class. `version` is the one that was shown."""

    name = _line(_("Name"), 40)
    name_en = _line(_("Name in English"), 60)
    filing = _area(_("Filed when"), 200, required=True)
    filing_en = _area(_("Filed when, in English"), 200, required=True)
    closing = _area(_("Closed when"), 200, required=True)
    closing_en = _area(_("Closed when, in English"), 200, required=True)
    next = _area(_("What happens next, for the resident"), 200)
    next_en = _area(_("What happens next, in English"), 300)
    elsewhere = _area(_("Where else to turn, and what to do in danger"), 200)
    elsewhere_en = _area(_("Where else to turn, in English"), 300)
    danger = forms.BooleanField(label=_("Say this before anything else is asked"), required=False)
    grade = forms.ChoiceField(label=_("Grade where no rule says more"), widget=forms.RadioSelect, choices=Grade.choices)
    standard_code = forms.ChoiceField(label=_("Major class of the national standard"), required=False)
    basis = forms.ChoiceField(label=_("Legal basis"), required=False)
    publicity = forms.ChoiceField(
        label=_("The public sees"),
        widget=forms.RadioSelect,
        choices=Publicity.choices,
        help_text=_("This is for all cases of the class at once, also for those that are there."),
    )
    photo_needed = forms.BooleanField(label=_("The handler shows a photograph of the work done"), required=False)
    before_needed = forms.BooleanField(label=_("And one of how it was before"), required=False)
    sealed = forms.BooleanField(label=_("Sealed: only the posts it is given to know of such a case"), required=False)
    confirmed = forms.BooleanField(
        label=_("The office has checked this class; it is no demonstration data any more"), required=False
    )
    reason = _line(_("Why it is changed"), 200, required=False, help_text=_("The log and the list of versions say it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.code, each.name_en if _english() else each.name) for each in majors().values()]
        self.offer("standard_code", [("", _("none")), *named])
        self.offer("basis", bases())
        for clock in CLOCKS:
            for grade in Grade.values:
                self._add_limit(clock, grade)

    def _add_limit(self, clock: str, grade: str) -> None:
        words = {"clock": CLOCK_NAMES[clock], "grade": Grade(grade).label}
        self.fields[limit_field(clock, grade, "amount")] = forms.IntegerField(
            label=_("%(clock)s, %(grade)s: how many") % words, min_value=1, max_value=1000, required=False
        )
        self.fields[limit_field(clock, grade, "unit")] = forms.ChoiceField(
            label=_("%(clock)s, %(grade)s: of what") % words,
            choices=list(UNIT_NAMES.items()),
            initial=Kind.WORKING_DAY if grade == Grade.ORDINARY else Kind.URGENT_HOUR,
            required=False,
        )

    @property
    def plain_fields(self) -> list[Any]:
        """The fields that stand one below the other."""
        return [self[name] for name in FIELDS]

    @property
    def limit_rows(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Each clock with its fields of amount and unit, by grade."""
        return [(CLOCK_NAMES[clock], [self._pair(clock, grade) for grade in Grade.values]) for clock in CLOCKS]

    def _pair(self, clock: str, grade: str) -> tuple[Any, Any]:
        return self[limit_field(clock, grade, "amount")], self[limit_field(clock, grade, "unit")]

    def content(self) -> Content:
        """What the form says of the class."""
        given = self.cleaned_data
        limits = {}
        for clock in CLOCKS:
            for grade in Grade.values:
                if amount := given[limit_field(clock, grade, "amount")]:
                    unit = given[limit_field(clock, grade, "unit")] or Kind.WORKING_DAY
                    limits[clock, grade] = Limit(amount, Kind(unit))
        return Content({name: given[name] for name in FIELDS}, limits)


def initial_of(content: Content) -> dict[str, Any]:
    """What a form starts with to show a class."""
    shown = dict(content.values)
    for (clock, grade), limit in content.limits.items():
        shown[limit_field(clock, grade, "amount")] = limit.amount
        shown[limit_field(clock, grade, "unit")] = limit.kind
    return shown


ANSWERING = [(role.value, role.label) for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR)]


class NewClassForm(ClassForm):
    """A class that is not there yet needs a code, and somebody who answers for it."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters and hyphens; it stays as it is."),
        allow_unicode=False,
    )
    role = forms.ChoiceField(label=_("Who answers for it"), choices=ANSWERING)
    field_order = ("code", *TEXTS)

    @property
    def plain_fields(self) -> list[Any]:
        return [self["code"], *super().plain_fields, self["role"]]


class RetireForm(MoveForm):
    """Into which class go the cases that are not filed yet."""

    replacement = forms.ChoiceField(label=_("What is reported goes to"))
    reason = _area(_("Reason"), 200, required=True)

    def __init__(self, *args: Any, classes: Iterable[CaseClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classes = {klass.code: klass for klass in classes}
        self.offer("replacement", [("", _("Choose a class")), *((k.code, k.title) for k in self.classes.values())])


class DutyForm(KitForm):
    """Who answers for a class at a place, or one above it, and from when."""

    share = forms.ChoiceField(label=_("What they do"), widget=forms.RadioSelect, choices=Share.choices, initial="lead")
    role = forms.ChoiceField(label=_("Role"), choices=ANSWERING)
    organisation = forms.ChoiceField(
        label=_("Organisation"),
        required=False,
        help_text=_("Leave it open where every organisation of this role does."),
    )
    place = forms.ChoiceField(label=_("Where"))
    every = forms.ChoiceField(label=_("For what"), widget=forms.RadioSelect, initial="one")
    why = _line(_("Why"), 200, required=False)
    basis = forms.ChoiceField(label=_("Legal basis"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput, help_text=_("Empty: it was always so."))
    until = forms.DateField(label=_("Up to, not including"), required=False, widget=DayInput)

    def __init__(self, *args: Any, klass: CaseClass, place: Place, organisations: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.klass = klass
        self.organisations = {str(each.pk): each for each in organisations}
        places = reversed(tree().above(place.path))
        self.offer("organisation", [("", _("any")), *((key, org.title) for key, org in self.organisations.items())])
        self.offer("place", [(above.path, full_title(above)) for above in places])
        self.offer("every", [("one", klass.title), ("every", _("every class"))])
        self.offer("basis", bases())

    def duty(self) -> Duty:
        given = self.cleaned_data
        return Duty(
            None if given["every"] == "every" else self.klass, tree().by_path[given["place"]], Share(given["share"]),
            Role(given["role"]), self.organisations.get(given["organisation"]), given["why"].strip(), given["basis"],
            given["since"], given["until"],
        )  # fmt: skip


class EndForm(KitForm):
    """The first day on which a row no longer holds."""

    until = forms.DateField(label=_("No longer from"), widget=DayInput)


class DutiesFileForm(KitForm):
    file = forms.FileField(label=_("CSV file"), help_text=_("Like the one that can be downloaded here, in UTF-8."))


class RuleForm(MoveForm):
    """A routing rule. `version` is the one that was shown, 0 for a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Small letters and hyphens; it stays as it is."))
    note = _line(_("What the rule does, in a sentence"), 120, help_text=_("It is shown with the case as its reason."))
    note_en = _line(_("The same in English"), 160)
    order = forms.IntegerField(
        label=_("Order"),
        min_value=0,
        max_value=9999,
        help_text=_("Smaller comes first; the first that says something decides."),
    )
    classes = forms.MultipleChoiceField(
        label=_("Class"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: all.")
    )
    places = forms.MultipleChoiceField(
        label=_("Place"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: everywhere.")
    )
    sources = forms.MultipleChoiceField(
        label=_("Source"), required=False, widget=forms.CheckboxSelectMultiple, choices=Source.choices
    )
    times = forms.MultipleChoiceField(
        label=_("Time of the report"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(str(time), words) for time, words in TIMES.items()],
    )  # fmt: skip
    words = forms.CharField(
        label=_("Words in the report"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("All words of one line, or all of another. About the matter, never about a person."),
    )  # fmt: skip
    send = forms.ChoiceField(
        label=_("Send to"), required=False,
        help_text=_("Only among those who answer for such a case; otherwise the rule is passed over."),
    )  # fmt: skip
    grade = forms.ChoiceField(label=_("Grade"), required=False, choices=[("", _("not said")), *Grade.choices])
    hotline = forms.ChoiceField(
        label=_("Kind at the hotline"), required=False, choices=[("", _("not said")), *Hotline.choices]
    )
    advice = _area(_("Said at once to whoever reports it"), 200)
    advice_en = _area(_("The same in English"), 300)
    basis = forms.ChoiceField(label=_("Legal basis"), required=False)
    field_order = ("code", "note", "note_en", "order")

    def __init__(self, *args: Any, classes: Iterable[CaseClass], organisations: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {f"org:{each.pk}": each for each in organisations}
        self.posts = {f"post:{post.pk}": post for post in directory().by_key.values()}
        wide = (PlaceKind.AREA, PlaceKind.COMMITTEE, PlaceKind.ESTATE)
        self.offer("classes", [(klass.code, klass.title) for klass in classes])
        self.offer("places", [(place.path, place.title) for place in tree().places if place.kind in wide])
        self.offer("send", self._targets())
        self.offer("basis", bases())
        self.asks = ("classes", "places", "sources", "times", "words")
        self.does = ("send", "grade", "hotline", "advice", "advice_en")

    def _targets(self) -> list[tuple[Any, Any]]:
        """Roles, organisations and posts; never the police, whom only a person calls."""
        roles = [(f"role:{key}", label) for key, label in ANSWERING if key != Role.POLICE_LIAISON]
        ours = [(key, o.title) for key, o in self.organisations.items() if o.kind != OrganisationKind.POLICE]
        posts = [(key, post.title) for key, post in self.posts.items() if post.role != Role.POLICE_LIAISON]
        return [
            ("", _("not said")),
            (_("Nearest post of a role"), roles),
            (_("Organisation"), ours),
            (_("One post"), posts),
        ]

    @property
    def condition_fields(self) -> list[Any]:
        return [self[name] for name in self.asks]

    @property
    def action_fields(self) -> list[Any]:
        return [self[name] for name in self.does]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        data = {name: given[name] for name in ("classes", "places", "sources", "times")}
        data["words"] = [list(words) for words in words_of(given["words"].splitlines())]
        try:
            given["conditions"] = read_conditions(data)
        except Invalid as told:
            for name, words in told.fields.items():
                self.add_error(name if name in self.fields else None, words)
        return given

    def content(self) -> RuleContent:
        given = self.cleaned_data
        said = {name: given[name] for name in ("order", "note", "note_en", "grade", "hotline", "basis", "conditions")}
        advice = {name: given[name].strip() for name in ("advice", "advice_en")}
        kind, _colon, key = given["send"].partition(":")
        return RuleContent(
            **said,
            **advice,
            role=key if kind == "role" else "",
            organisation=self.organisations.get(given["send"]),
            post=self.posts.get(given["send"]),
        )


def rule_initial(rule: RoutingRule) -> Mapping[str, Any]:
    """What a form starts with to show a rule."""
    asked = read_conditions(rule.conditions)
    same = ("code", "order", "note", "note_en", "grade", "hotline", "advice", "advice_en", "basis")
    return {name: getattr(rule, name) for name in same} | {
        "classes": list(asked.classes), "places": list(asked.places), "sources": list(asked.sources),
        "times": [str(time) for time in asked.times], "words": "\n".join(" ".join(words) for words in asked.words),
        "send": target_key(rule),
    }  # fmt: skip


def target_key(rule: RoutingRule) -> str:
    if rule.post_id:
        return f"post:{rule.post_id}"
    return f"org:{rule.organisation_id}" if rule.organisation_id else f"role:{rule.role}" if rule.role else ""


def open_organisations() -> list[Organisation]:
    """Every organisation that is not closed, by name. One statement."""
    return list(Organisation.objects.filter(closed_at=None).order_by("path"))
