"""Forms of the register of actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput
from linli.insight.domain.actions import countable
from linli.insight.models_actions import TEXT, TITLE, Counted
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.forms import PlaceField
from linli.places.models import Kind, Place

FALL, RISE = "fall", "rise"


class RegisterForm(ActionForm):
    """An action, and what it should change. `counts` holds the kind and the code, as cases:charging."""

    title = forms.CharField(
        label=_("What was done?"),
        help_text=_("In Chinese, in a few words. Everybody reads it in the monthly report: name no person."),
        max_length=TITLE,
    )
    title_en = forms.CharField(label=_("The same in English"), max_length=TITLE, required=False)
    done = forms.CharField(
        label=_("Tell it in a sentence or two"), widget=forms.Textarea(attrs={"rows": 2}), max_length=TEXT,
        required=False,
    )  # fmt: skip
    done_en = forms.CharField(
        label=_("The sentences in English"), widget=forms.Textarea(attrs={"rows": 2}), max_length=TEXT, required=False
    )
    day = forms.DateField(
        label=_("From which day on could it work?"), help_text=_("The day the shed opened, the patrols began."),
        widget=DayInput,
    )  # fmt: skip
    place = PlaceField(label=_("Where was it done?"))
    estates = forms.MultipleChoiceField(
        label=_("Which estates does it reach?"), widget=forms.CheckboxSelectMultiple,
        help_text=_("The others are what it is compared with."),
    )  # fmt: skip
    counts = forms.ChoiceField(label=_("What should it change?"))
    way = forms.ChoiceField(
        label=_("In which direction?"), widget=forms.RadioSelect, initial=FALL,
        choices=[(FALL, _("It should fall")), (RISE, _("It should rise"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("estates", [(each.path, full_title(each)) for each in _estates()])
        groups = [
            (kind.label, [(f"{kind.value}:{code}", title) for code, title in countable(kind)]) for kind in Counted
        ]
        self.offer("counts", [("", "–"), *((label, pairs) for label, pairs in groups if pairs)])

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        counted, _colon, code = given["counts"].partition(":")
        by_path = {each.path: each for each in _estates()}
        return {
            "title": given["title"], "title_en": given["title_en"], "done": given["done"],
            "done_en": given["done_en"], "day": given["day"], "place": given["place"],
            "estates": [by_path[path] for path in given["estates"]], "counted": counted, "code": code,
            "rises": given["way"] == RISE, "action": given["action"],
        }  # fmt: skip


def _estates() -> list[Place]:
    return tree().of_kind(Kind.ESTATE, below=governed_path())


class WithdrawForm(ActionForm):
    because = forms.CharField(
        label=_("Why is it withdrawn?"), max_length=200, help_text=_("It stays in the register, with this reason.")
    )
