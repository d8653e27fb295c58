"""The forms of alerts: what a list is narrowed to, and what was found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms_staff import HandInForm, offer
from linli.core.forms import Hinted, QuickSelect
from linli.places.domain.kept import tree
from linli.places.models import Kind
from linli.sensing.domain.alert_queries import AlertFilters, rules_that_called
from linli.sensing.enums import DeviceType, Verdict

SHOWN = (Kind.COMMITTEE, Kind.ESTATE)
VERDICTS = [
    (Verdict.TRUE.value, Hinted(_("It was so"), _("What the device called for was there."))),
    (Verdict.FALSE.value, Hinted(_("Nothing was there"), _("A fault of the device, an insect, dust."))),
    (Verdict.NUISANCE.value, Hinted(_("It was so, but needed nobody"), _("Cooking, a test, a door held open."))),
]


class AlertFilterForm(forms.Form):
    """What the list of alerts is narrowed to; a value that is none of the choices counts as none."""

    place = forms.ChoiceField(label=_("Place"), required=False, widget=QuickSelect)
    type = forms.ChoiceField(label=_("Device"), required=False, widget=QuickSelect)
    rule = forms.ChoiceField(label=_("Rule"), required=False, widget=QuickSelect)
    over = forms.ChoiceField(
        label=_("State"), required=False, widget=QuickSelect,
        choices=[("", _("calling now")), ("1", _("also what is quiet again"))],
    )  # fmt: skip

    def __init__(self, *args: Any, below: str, titles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [one for one in tree().places if one.kind in SHOWN and one.path.startswith(below)]
        offer(self, "place", [("", _("Everywhere")), *((one.path, one.title) for one in places)])
        offer(self, "type", [("", _("Any")), *DeviceType.choices])
        rules = [(rule.code, titles.get(rule.code, rule.code)) for rule in rules_that_called()]
        offer(self, "rule", [("", _("Any")), *rules])

    def filters(self) -> AlertFilters:
        self.is_valid()
        chosen = {name: self.cleaned_data.get(name, "") for name in ("place", "type", "rule")}
        return AlertFilters(**chosen, over=bool(self.cleaned_data.get("over")))


class HandInJudgedForm(HandInForm):
    """Handing in what a device called for also asks what was found."""

    verdict = forms.ChoiceField(
        label=_("What was found?"), widget=forms.RadioSelect, choices=VERDICTS,
        help_text=_("It teaches the rule, and says nothing of anybody."),
        error_messages={"required": _("Choose what was found.")},
    )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "verdict": self.cleaned_data["verdict"]}
