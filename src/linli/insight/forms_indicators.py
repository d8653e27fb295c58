"""What the pages of indicators ask: which period and place, a figure from outside, a table of them, a definition."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, DayInput, KitForm
from linli.insight.domain.defining import LONGEST, OWN_WORDS, READERS
from linli.insight.domain.definitions import WORDS, Indicator
from linli.insight.domain.figures import Form
from linli.insight.domain.outside import Draft
from linli.insight.enums import Group, Making, Origin, Span, Telling
from linli.people.enums import Role

BYS = (Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR)
MOST_TEXT = 400_000


class CourseForm(forms.Form):
    """By what kind of period, since when, and where. A value that is none of the choices counts as none."""

    by = forms.ChoiceField(label=pgettext_lazy("period", "By"), choices=[(by.value, by.label) for by in BYS],
                           required=False)  # fmt: skip
    since = forms.DateField(label=_("Since"), widget=DayInput, required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("Everywhere")), *places]  # type: ignore[attr-defined]

    def chosen(self, name: str, default: Any = "") -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or default


class ValueForm(ActionForm):
    """One figure from outside."""

    code = forms.ChoiceField(label=_("Which indicator?"))
    origin = forms.ChoiceField(label=_("Who says it?"), choices=Origin.choices, initial=Origin.OFFICE)
    first = forms.DateField(label=_("From"), widget=DayInput)
    last = forms.DateField(label=_("To"), widget=DayInput)
    telling = forms.ChoiceField(
        label=_("What does the figure say?"), choices=Telling.choices, initial=Telling.LEVEL, required=False
    )
    number = forms.FloatField(
        label=_("Value"), help_text=_("A share in percent: 91 for 91 %. A change in percent with its sign: -30.")
    )
    at_least = forms.BooleanField(label=_("The source says “more than”"), required=False)
    above = forms.IntegerField(
        label=pgettext_lazy("definition", "Counted"), min_value=0, max_value=999_999_999, required=False,
        help_text=_("Of a share: how many there were."),
    )  # fmt: skip
    n = forms.IntegerField(label=_("Of how many"), min_value=1, max_value=999_999_999, required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Which book, report or office."))
    source_on = forms.DateField(label=_("Date of the source"), widget=DayInput)
    source_url = forms.URLField(label=_("Address of the source"), max_length=300, required=False, assume_scheme="https")
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self, *args: Any, indicators: Iterable[Indicator], places: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {each.code: each for each in indicators}
        self.offer("code", _by_group(self.known.values()))
        self.offer("place", places)

    def draft(self) -> Draft:
        """What was written, as the domain takes it. A share and a change are written in percent."""
        given = self.cleaned_data
        percent = given["telling"] == Telling.CHANGE or self.known[given["code"]].form == Form.RATE
        return Draft(
            code=given["code"], first=given["first"], last=given["last"], source=given["source"],
            number=given["number"] / 100 if percent else given["number"], source_on=given["source_on"],
            place=given["place"], above=given["above"], n=given["n"], source_url=given["source_url"],
            note=given["note"], origin=given["origin"], telling=given["telling"] or Telling.LEVEL,
            at_least=given["at_least"],
        )  # fmt: skip


def _by_group(indicators: Iterable[Indicator]) -> list[tuple[Any, Any]]:
    """What is handed in, by group; then what Linli computes, of which only a report can be noted."""
    handed: dict[str, list[tuple[str, Any]]] = {group.value: [] for group in Group}
    others: list[tuple[str, Any]] = []
    for each in indicators:
        (handed[each.group.value] if each.making == Making.OUTSIDE else others).append((each.code, each.label))
    groups = [(Group(name).label, choices) for name, choices in handed.items() if choices]
    return [*groups, (_("Computed by Linli: only what a publication reports"), others)]


class CorrectionForm(ValueForm):
    """The right figure in the place of one that was wrong."""

    reason = forms.CharField(label=_("Why was the figure wrong?"), max_length=200)


class WithdrawalForm(ActionForm):
    reason = forms.CharField(label=_("Why does the figure not hold?"), max_length=200)


class TableForm(KitForm):
    """A table of figures, as a file or as text."""

    place = forms.ChoiceField(label=_("Place"), required=False)
    file = forms.FileField(label=_("CSV file"), required=False)
    table = forms.CharField(
        label=_("Or the table itself"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip
    rest = forms.ChoiceField(
        label=_("Where some rows are bad"), widget=forms.RadioSelect, initial="none",
        choices=[("none", _("take none")), ("good", _("take the good ones"))],
    )  # fmt: skip

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", places)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if upload := given.get("file"):
            given["table"] = self._read(upload)
        if len(given.get("table", "")) > MOST_TEXT:
            self.add_error("table", _("The table is longer than 400,000 characters. Split it."))
        if not given.get("table", "").strip() and not self.errors:
            self.add_error("file", _("Choose a file, or write the table below."))
        return given

    def _read(self, upload: Any) -> str:
        if upload.size > MOST_TEXT:
            self.add_error("file", _("The file is larger than 400 kB. Split it."))
            return ""
        data = upload.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return str(data.decode(encoding))
            except UnicodeDecodeError:
                continue
        self.add_error("file", _("Some characters cannot be read. Save the file as UTF-8."))
        return ""


LABELS = {
    "label": pgettext_lazy("definition", "Name"), "formula": _("Formula"),
    "counts": pgettext_lazy("definition", "Counted"), "of": pgettext_lazy("definition", "Of"),
    "source": _("Source"), "caveats": _("What it does not say"),
}  # fmt: skip
OWNERS = [(role.value, role.label) for role in Role if role in READERS]


class DefinitionForm(KitForm):
    """A version of a definition: the words that an office may put its own way, in both languages."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    owner = forms.ChoiceField(label=_("Owned by"), choices=OWNERS)
    since = forms.DateField(label=_("Holds from"), widget=DayInput)
    reason = forms.CharField(label=_("Why is it changed?"), max_length=200)

    def __init__(self, *args: Any, indicator: Indicator | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = indicator is None or indicator.making == Making.OUTSIDE
        for name in WORDS if own else OWN_WORDS:
            for language, tongue in (("zh", _("Chinese")), ("en", _("English"))):
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=_("%(what)s, %(language)s") % {"what": LABELS[name], "language": tongue}, max_length=LONGEST,
                    required=False, widget=forms.Textarea(attrs={"rows": 2}) if name == "caveats" else forms.TextInput,
                )  # fmt: skip
        self.order_fields([name for name in self.fields if name not in LAST] + list(LAST))

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, value in self.cleaned_data.items():
            word, _line, language = name.rpartition("_")
            if word in WORDS:
                found.setdefault(word, {})[language] = value
        return found


LAST = ("owner", "since", "reason", "number")


class NewIndicatorForm(DefinitionForm):
    """An indicator of one's own, whose figures come from outside."""

    code = forms.SlugField(label=_("Short name"), max_length=40, help_text=_("Small letters, digits and _."))
    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    form = forms.ChoiceField(
        label=_("A number or a share?"), choices=[(Form.COUNT.value, _("a number")), (Form.RATE.value, _("a share"))]
    )
    up = forms.ChoiceField(
        label=_("Which way is better?"),
        choices=[("more", _("more is better")), ("less", _("less is better")), ("neither", _("neither"))],
    )
    span = forms.ChoiceField(label=_("Counted by"), choices=[(by.value, by.label) for by in BYS])
    public = forms.BooleanField(label=_("Everybody may read it"), required=False)
