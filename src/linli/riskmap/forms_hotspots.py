"""What a page of hotspots is asked for. A value that is none of the choices counts as not given."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, DayInput
from linli.riskmap.domain.hazard import MOST
from linli.riskmap.domain.hotspot_questions import LONGEST, USUAL_DAYS, Question, chart, hotspots
from linli.riskmap.domain.sources import source_named, sources
from linli.riskmap.enums_hotspots import ChartMethod, Method, RunKind, Step, Unit, Window

CASES, ALL = "cases", "all"


class Asking(forms.Form):
    """A form read from an address: what does not fit falls back to the usual."""

    usual: dict[str, Any] = {}

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or self.usual.get(name, "")


class HotspotsForm(Asking):
    sources = forms.ChoiceField(label=_("Of what"), required=False)
    code = forms.ChoiceField(label=pgettext_lazy("hotspots", "Class"), required=False)
    window = forms.ChoiceField(label=_("Days, up to yesterday"), choices=Window.choices, required=False)
    first = forms.DateField(label=_("From (free period)"), widget=DayInput, required=False)
    last = forms.DateField(label=_("Until (free period)"), widget=DayInput, required=False)
    method = forms.ChoiceField(label=_("Looked for"), choices=Method.choices, required=False)
    unit = forms.ChoiceField(label=_("Ground"), choices=Unit.choices, required=False)

    usual = {"sources": CASES, "window": str(USUAL_DAYS), "method": Method.GI_STAR.value,
             "unit": Unit.BUILDING.value}  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "sources", [*((each.name, each.title) for each in sources()), (ALL, _("all of these together"))])
        offer(self, "code", [("", _("Any")), *source_named(CASES).codes()])

    def question(self, today: date) -> Question:
        """What is asked, with days that are over and no more than ten years."""
        yesterday = today - timedelta(days=1)
        given = {name: self.chosen(name) for name in self.fields}
        names = tuple(each.name for each in sources()) if given["sources"] == ALL else (given["sources"],)
        code = given["code"] if names == (CASES,) else ""  # the others have no class
        more = {"sources": names, "code": code, "unit": given["unit"]}
        if given["window"] != Window.FREE or not given["first"]:
            days = USUAL_DAYS if given["window"] == Window.FREE else int(given["window"])
            return hotspots(yesterday, given["method"], days=days, **more)
        last = min(given["last"] or yesterday, yesterday)
        first = max(min(given["first"], last), last - timedelta(days=LONGEST - 1))
        return Question(RunKind.HOTSPOTS.value, first=first, last=last, method=given["method"], **more)

    def shown(self, question: Question) -> "HotspotsForm":
        """The form with what holds."""
        window = self.chosen("window")
        data = {
            "sources": self.chosen("sources"), "code": question.code, "window": window, "method": question.method,
            "unit": question.unit,
        }  # fmt: skip
        if window == Window.FREE:
            data |= {"first": question.first.isoformat(), "last": question.last.isoformat()}
        return HotspotsForm(data)


class ChartForm(Asking):
    code = forms.ChoiceField(label=pgettext_lazy("hotspots", "Class"), required=False)
    step = forms.ChoiceField(label=_("One point for each"), choices=Step.choices, required=False)
    method = forms.ChoiceField(label=_("Looked for"), choices=ChartMethod.choices, required=False)

    usual = {"step": Step.WEEK.value, "method": ChartMethod.COUNT.value}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "code", [("", _("Any")), *source_named(CASES).codes()])

    def question(self, today: date) -> Question:
        step, method = self.chosen("step"), self.chosen("method")
        return chart(today - timedelta(days=1), self.chosen("code"), step=step, method=method)


class WeightForm(ActionForm):
    weight = forms.IntegerField(
        label=_("Weight"), min_value=0, max_value=MOST, help_text=_("A whole number from 0 to 100. 0 leaves it out.")
    )
    reason = forms.CharField(
        label=_("Why this much?"),
        max_length=200,
        help_text=_("It stands beside the weight, for everybody who reads it."),
    )


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
